#include "reports/explanation.h"

/* Numbers and locks. Example histories: "process type f value" (Jepsen's history.txt), and EDN
 * where times matter. */
const struct explanation explain_locks[] = {
    {
        .name = "counter-too-low",
        .aliases = "too-low lost-increment",
        .summary = "a counter was read lower than what had been added by then",
        .text = "Every increment that had completed before the read began counts, and so does what "
                "an earlier read has seen. The read returned less. Typical causes: increments that "
                "were acknowledged and lost, or a read from a replica that lags behind.",
        .example = "0\t:invoke\t:add\t1\n"
                   "0\t:ok\t:add\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t0\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "counter-too-high",
        .aliases = "too-high counted-twice",
        .summary = "a counter was read higher than what can have been added by then",
        .text = "All increments together that had been invoked before the read completed, crashed "
                "ones included, do not add up to what it returned. Typical cause: an increment "
                "that timed out was repeated by a client library, and both took effect.",
        .example = "0\t:invoke\t:add\t1\n"
                   "0\t:ok\t:add\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t2\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "duplicate-number",
        .aliases = "duplicate-id same-ticket",
        .summary = "two operations got the same number, or the same id",
        .text = "Each fetch-and-add finds the number that the one before has left, and each id is "
                "given once, so no two successful operations may return the same.",
        .example = "0\t:invoke\t:fetch-and-add\tnil\n"
                   "0\t:ok\t:fetch-and-add\t0\n"
                   "1\t:invoke\t:fetch-and-add\tnil\n"
                   "1\t:ok\t:fetch-and-add\t0\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "missing-number",
        .aliases = "ticket-gap",
        .summary = "a number was passed over that nobody can have got",
        .text = "To count up to the number that was returned, as many operations had to take "
                "effect before. Crashed ones may have got numbers that nobody saw, but there are "
                "not enough that had begun in time.",
        .example = "0\t:invoke\t:fetch-and-add\tnil\n"
                   "0\t:ok\t:fetch-and-add\t1\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "data-order",
        .aliases = "order-by-data",
        .summary = "an operation comes before another by the data, but finished after it",
        .text = "What the operations returned puts one before the other: a smaller number, a "
                "smaller set, a shorter log. But the other had completed before it was invoked. "
                "Typical cause: numbers or reads served from a cache or a replica that lags "
                "behind.",
        .example = "0\t:invoke\t:fetch-and-add\tnil\n"
                   "0\t:ok\t:fetch-and-add\t1\n"
                   "1\t:invoke\t:fetch-and-add\tnil\n"
                   "1\t:ok\t:fetch-and-add\t0\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "two-holders",
        .aliases = "mutual-exclusion",
        .summary = "more processes held the lock at one moment than it allows",
        .text = "From the end of a successful acquire to the beginning of its release a lock is "
                "held for certain. Here an acquire succeeded although for all of it others held "
                "what excludes it: the mutex, the last permit, or the other side of an rw-lock. "
                "Typical causes: a lease that expired while its holder was paused, or a lock that "
                "was lost when its leader changed. Fencing tokens protect what the lock cannot.",
        .example = "0\t:invoke\t:write-acquire\tnil\n"
                   "0\t:ok\t:write-acquire\tnil\n"
                   "1\t:invoke\t:write-acquire\tnil\n"
                   "1\t:ok\t:write-acquire\tnil\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "release-not-held",
        .aliases = "not-held",
        .summary = "a lock was released by somebody who did not hold it",
        .text = "The owner is the process, or the client that the value names. It had not taken "
                "the lock, or had given it back before. A process that crashed and comes back "
                "under another number is another owner; -m mutex does not look at owners.",
        .example = "0\t:invoke\t:write-acquire\tnil\n"
                   "0\t:ok\t:write-acquire\tnil\n"
                   "1\t:invoke\t:release\tnil\n"
                   "1\t:ok\t:release\tnil\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "acquired-twice",
        .aliases = "held-already",
        .summary = "a lock was acquired by somebody who held it already",
        .text = "Between the two acquires its owner did not give it back. Where that is allowed "
                "the model is -m reentrant-mutex.",
        .example = "0\t:invoke\t:write-acquire\tnil\n"
                   "0\t:ok\t:write-acquire\tnil\n"
                   "0\t:invoke\t:write-acquire\tnil\n"
                   "0\t:ok\t:write-acquire\tnil\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "token-order",
        .aliases = "fencing-token fence",
        .summary = "a later holder of a lock got a fencing token that is not greater",
        .text = "A store that is protected by fencing tokens refuses requests with a smaller token "
                "than it has seen. That only works when tokens grow from holder to holder. The "
                "order of the holders is certain, since no two of them held it at one moment.",
        .example = NULL,
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "lease-overlap",
        .aliases = "two-leases lease",
        .summary = "a lease was granted while that of somebody else still ran",
        .text = "A lease runs for at least its ttl from the moment at which its holder asked for "
                "it, or asked to renew it, unless it is given back. Here somebody else was granted "
                "it before that. A renewal or release that succeeded shows as well that the lease "
                "was held all the time before. Typical causes: a server whose clock runs fast, a "
                "lease lost when the leader changed, a ttl that was rounded down.",
        .example = "{:process 0, :type :invoke, :f :acquire, :value {:ttl 5000}, :time 0}\n"
                   "{:process 0, :type :ok, :f :acquire, :value nil, :time 100000000}\n"
                   "{:process 0, :type :invoke, :f :renew, :value nil, :time 3000000000}\n"
                   "{:process 0, :type :ok, :f :renew, :value nil, :time 3100000000}\n"
                   "{:process 1, :type :invoke, :f :acquire, :value {:ttl 5000}, "
                   ":time 6000000000}\n"
                   "{:process 1, :type :ok, :f :acquire, :value nil, :time 6100000000}\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "lease-not-held",
        .summary = "a lease was renewed or given back by somebody who did not have it",
        .text = "It had never acquired the lease, or had given it back before. A lease that has "
                "expired may be renewed as long as nobody else was granted it: whether a server "
                "allows that is its own choice.",
        .example = "{:process 0, :type :invoke, :f :acquire, :value {:ttl 5000}, :time 0}\n"
                   "{:process 0, :type :ok, :f :acquire, :value nil, :time 100000000}\n"
                   "{:process 1, :type :invoke, :f :renew, :value {:ttl 5000}, "
                   ":time 3000000000}\n"
                   "{:process 1, :type :ok, :f :renew, :value nil, :time 3100000000}\n",
        .verdict = VERDICT_INVALID,
    },
    {.name = NULL},
};
