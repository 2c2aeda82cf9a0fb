#include "reports/explanation.h"

/* Example histories: one event per line, "process type f value" (Jepsen's history.txt). */
const struct explanation explain_registers[] = {
    {
        .name = "linearizable",
        .aliases = "linearizability atomic",
        .summary = "the object behaves as if there were one copy and one client at a time",
        .text = "Every operation takes effect at one instant between its invocation and its "
                "completion. So there is one order of all operations that explains every result, "
                "and in which an operation that finished before another began comes first. "
                "Linearizability is decided for each object (each key) alone: a history is "
                "linearizable when all its keys are (Herlihy and Wing, 1990).",
        .example = "0\t:invoke\t:write\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n"
                   "0\t:ok\t:write\t1\n",
        .verdict = VERDICT_VALID,
    },
    {
        .name = "stale-read",
        .aliases = "stale",
        .summary = "a read returned a value that had already been replaced",
        .text = "A newer value was written by an operation that finished before the read began, "
                "but the read still returned the older one. Typical causes: reads served by a "
                "follower or a cache, or by a leader that did not know that it had been deposed.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "0\t:invoke\t:write\t2\n"
                   "0\t:ok\t:write\t2\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "lost-write",
        .aliases = "lost-update initial-gone",
        .summary = "a write was acknowledged, but later reads show that it never happened",
        .text = "All operations after the write see the value from before it; when that is the "
                "initial value, the verdict says that it was still there after it had been "
                "overwritten. One such read alone may as well be a stale read. Typical causes: "
                "acknowledging before the write is durable, or losing it when the leader changes.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\tnil\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "thin-air-read",
        .aliases = "thin-air phantom-read phantom",
        .summary = "a value was observed that nothing had written",
        .text = "No operation of the history writes the value and it is not the initial value. "
                "Either the system made it up (corruption, mixed-up keys), or the history lacks "
                "something: a write made by the set-up of the test belongs into the history or "
                "into --initial.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t7\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "aborted-read",
        .aliases = "dirty-read g1a",
        .summary = "a value was observed whose only write had failed",
        .text = "The only operation that writes the value completed with :fail, which promises "
                "that it did not and will not take effect. If the client could not know that "
                "(a timeout, a lost connection), the operation must be recorded as :info "
                "instead, and the history may well be valid.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:fail\t:write\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "future-read",
        .aliases = NULL,
        .summary = "a value was observed before the operation that writes it began",
        .text = "The observer finished before the only write of the value was invoked. In a "
                "recorded history this nearly always means that events were recorded in the wrong "
                "order: clocks of several machines, or results logged before invocations.",
        .example = "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n"
                   "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "two-cas",
        .aliases = "double-cas two-successful-cas-from-one-value",
        .summary = "two successful compare-and-sets replaced the same value",
        .text = "The value was written once, so it can be replaced once. Both operations were "
                "told that they had done it: the comparison and the write were not one step.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "0\t:invoke\t:cas\t[1 2]\n"
                   "1\t:invoke\t:cas\t[1 3]\n"
                   "0\t:ok\t:cas\t[1 2]\n"
                   "1\t:ok\t:cas\t[1 3]\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "cas-cycle",
        .aliases = NULL,
        .summary = "successful compare-and-sets that need each other's values",
        .text = "Each of them found the value that another one of them had set, and nothing else "
                "writes these values: none can have been the first.",
        .example = "0\t:invoke\t:cas\t[2 3]\n"
                   "1\t:invoke\t:cas\t[3 2]\n"
                   "0\t:ok\t:cas\t[2 3]\n"
                   "1\t:ok\t:cas\t[3 2]\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "chain-order",
        .aliases = "chain",
        .summary = "the data say one order, real time says the other",
        .text = "A write and the compare-and-sets that replaced its value one after the other form "
                "a chain, whose order is known from the data. Here an operation on a later value "
                "of the chain finished before an operation on an earlier value began.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "0\t:invoke\t:cas\t[1 2]\n"
                   "0\t:ok\t:cas\t[1 2]\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "block-conflict",
        .aliases = "block-order blocks",
        .summary = "each of two values had to be replaced before the other could be written",
        .text = "When every value is written once, the write of a value and all that observed it "
                "stand together in any order that explains the history: they are a block. Here "
                "something of block A finished before something of block B began, so A comes "
                "first; and something of block B finished before something of block A began, so "
                "B comes first (the zones of Gibbons and Korach, 1997). Stale reads and lost "
                "writes are the usual cases.",
        .example = "0\t:invoke\t:write\t1\n"
                   "1\t:invoke\t:write\t2\n"
                   "2\t:invoke\t:read\tnil\n"
                   "2\t:ok\t:read\t1\n"
                   "2\t:invoke\t:read\tnil\n"
                   "2\t:ok\t:read\t2\n"
                   "2\t:invoke\t:read\tnil\n"
                   "2\t:ok\t:read\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "1\t:ok\t:write\t2\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "version-conflict",
        .aliases = "versions version-order",
        .summary = "the versions that the system returned contradict the operations",
        .text = "Operations carry the version of the object that they made or saw (:version, "
                "etcd's :mod-revision), which says their order. Two writes made one version, one "
                "version had two values, a compare-and-set did not find its old value at the "
                "version before it, or versions run against real time.",
    },
    {
        .name = "search-exhausted",
        .aliases = "stuck no-order",
        .summary = "no order of the operations explains the result",
        .text = "All orders that real time allows were followed, and before the named operation "
                "every one of them leaves the object in a state in which its result is "
                "impossible. The states that were possible are listed. The operations shown are a "
                "smallest part of the history that has no order: each is needed.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "0\t:invoke\t:write\t2\n"
                   "0\t:ok\t:write\t2\n"
                   "0\t:invoke\t:write\t2\n"
                   "0\t:ok\t:write\t2\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "valid",
        .aliases = "true",
        .summary = "an order was found that explains every result",
        .text = "The history shows no violation. That is a statement about this history, not about "
                "the system: another run may show one. --witness writes the order itself. "
                "Exit code 0.",
    },
    {
        .name = "invalid",
        .aliases = "false",
        .summary = "it is proved that no order explains the results",
        .text = "The operations that show it are printed with the argument, so that the verdict "
                "can be checked by hand; belie shrink writes them as a history of their own. "
                "Before blaming the system look at the assumptions: the initial value, operations "
                "recorded as :fail whose outcome nobody knew, reads of nil. Exit code 1.",
    },
    {
        .name = "unknown",
        .aliases = NULL,
        .summary = "neither an order nor a proof that there is none was found",
        .text = "A limit of time or memory was reached, or the check was interrupted. What was "
                "certified is said: up to there the history is linearizable. More time may help "
                "little when many operations overlap; values that are written only once make the "
                "question easy. Exit code 2.",
    },
    {
        .name = "ok",
        .aliases = NULL,
        .summary = "the operation took effect and this is its result",
        .text = "It took effect at one instant between its invocation and this completion.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n",
        .verdict = VERDICT_VALID,
    },
    {
        .name = "fail",
        .aliases = "failed",
        .summary = "the operation certainly did not take effect, and never will",
        .text = "A compare-and-set that found another value fails; so does a request that was "
                "never sent. A request that timed out does not: its outcome is unknown and must be "
                "recorded as :info. A wrong :fail makes false violations.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:fail\t:write\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\tnil\n",
        .verdict = VERDICT_VALID,
    },
    {
        .name = "info",
        .aliases = "crashed indeterminate",
        .summary = "nobody knows whether the operation took effect",
        .text = "It may take effect at any time after its invocation, even after the end of the "
                "history, or never. An invocation without a completion counts the same. Its "
                "process must not be used again. Many such operations make checking hard, since "
                "each may still happen at any later time.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:info\t:write\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\tnil\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n",
        .verdict = VERDICT_VALID,
    },
    {.name = NULL},
};
