/* Replicas that agree in the end, CRDTs, logs with offsets, and locks held by two. */
#include "checker/levels/separations.h"
#include "reports/explanation.h"

const struct explanation explain_replicas[] = {
    {
        .name = "eventual",
        .aliases = "eventual-consistency convergence",
        .summary = "after the last update all replicas come to return the same",
        .text = "When updates and faults have ended, and some time after, all replicas return the "
                "same, and it is what the updates lead to: of a register a value that was written, "
                "of a set all that was added and not removed, of a counter the sum. Which write "
                "wins is left to the application. Final reads are those with :final? true, else "
                "each node's last read that began after the last update and the last fault, and, "
                "with --converge-within TIME, so long after it. A node is what :node says, else "
                "the process. Without final reads, or without one of each node, the verdict is "
                "unknown. DNS, Cassandra, Riak and CouchDB promise it.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n",
        .verdict = VERDICT_VALID,
        .property = "eventual",
    },
    {
        .name = "strong-eventual",
        .aliases = "strong-eventual-consistency sec",
        .summary = "replicas that were delivered the same updates return the same, at once",
        .text = "Eventual consistency, and also: two replicas that have been delivered the same "
                "updates, in whatever order, return the same. What a replica has been delivered "
                "cannot be seen from outside: the client has to record it with each read as "
                ":delivered, a string such as a version vector. Reads with equal ones are "
                "compared. "
                "CRDTs promise it.",
        .example = EQUAL_DELIVERIES,
        .verdict = VERDICT_INVALID,
        .property = "strong-eventual",
    },
    {
        .name = "diverged-at-once",
        .summary = "replicas that had been delivered the same updates differ",
        .text = "A rule of level strong-eventual: two reads with the same :delivered returned "
                "different values.",
    },
    {
        .name = "crdt",
        .aliases = "crdt-g-counter crdt-pn-counter crdt-g-set crdt-2p-set crdt-or-set "
                   "crdt-lww-register crdt-mv-register",
        .summary = "conditions that every history of a replicated data type keeps",
        .text = "Checks of CRDTs from the outside, by what a place shows: a node, where :node is "
                "recorded, else a process. A place has what it acknowledged and what it returned. "
                "Counters stay between what the place had acknowledged and what had begun; a "
                "G-counter never goes down. A G-set keeps all that was there. In a 2P-set a "
                "removed "
                "element never comes back; in an OR-set a removal takes the additions that its "
                "place had acknowledged, and an element comes back only when it is added again. "
                "With an LWW-register the orders in which places replaced values do not make a "
                "circle; an MV-register returns no value together with one that replaced it. Final "
                "reads agree and have what must be there. The conditions are necessary: what "
                "keeps them may still be something else.",
        .example = "0\t:invoke\t:add\t1\n"
                   "0\t:ok\t:add\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t[]\n"
                   "0\t:invoke\t:read\tnil\n"
                   "0\t:ok\t:read\t[]\n",
        .verdict = VERDICT_INVALID,
        .property = "crdt-g-set",
    },
    {
        .name = "went-back",
        .summary = "a counter that only grows went down at one place",
        .text = "A rule of crdt-g-counter: one place returned a number and later a smaller one.",
    },
    {
        .name = "resurrected",
        .aliases = "resurrected-element zombie",
        .summary = "a removed element came back",
        .text = "A rule of crdt-2p-set and crdt-or-set: an element was read although its removal "
                "had been acknowledged where it was known, or it was there, was not, and came back "
                "without being added again.",
    },
    {
        .name = "no-winner",
        .summary = "no order of writes lets the last one win",
        .text = "A rule of crdt-lww-register. What a place returns only ever goes up in the order "
                "of writes. Here places replaced values by each other in a circle, or all came to "
                "return a value that some place had replaced before.",
    },
    {
        .name = "superseded",
        .summary = "a value was returned with, or after, a write that replaced it",
        .text = "A rule of crdt-mv-register. A write replaces the values that its place had "
                "acknowledged or returned before. Such a value is not returned together with the "
                "write, nor at that place after it.",
    },
    {
        .name = "kafka",
        .aliases = "log-with-offsets",
        .summary = "logs with offsets: nothing lost, twice or skipped",
        .text = "A property (check -c kafka) of the operations of jepsen.tests.kafka: sends that "
                "are acknowledged with offsets, polls that return offsets and values. It finds "
                "lost-write, inconsistent-offsets, duplicated, aborted and thin-air reads, "
                "poll-skip, nonmonotonic-poll and nonmonotonic-send. A process's polling starts "
                "anew after :assign, :subscribe, :crash, and an operation with a :rebalance-log; "
                "of a process that subscribed with every operation, where the history has no "
                ":rebalance-log at all. Transactions are not looked at.",
    },
    {
        .name = "inconsistent-offsets",
        .summary = "one offset of a log had two values",
        .text = "A rule of property kafka: sends or polls told of different values at one offset "
                "of one key, so two logs existed.",
    },
    {
        .name = "poll-skip",
        .aliases = "int-poll-skip",
        .summary = "a process's polling passed over a record",
        .text = "A rule of property kafka: between two records that a process polled one after the "
                "other lies another one that somebody sent or polled. int-poll-skip: within one "
                "operation.",
    },
    {
        .name = "nonmonotonic-poll",
        .aliases = "int-nonmonotonic-poll nonmonotonic-send int-nonmonotonic-send",
        .summary = "offsets went back",
        .text = "Rules of property kafka: a process polled a record at or before the one that it "
                "had polled last, or a later send got a lower offset than an earlier one. int-...: "
                "within one operation.",
    },
    {
        .name = "lock-safety",
        .summary = "no two processes certainly hold a lock at one moment",
        .text = "A property (check -c lock-safety). A process certainly holds a lock from the "
                "completion of its acquire until it begins to release it (also when that fails "
                "because it does not hold it any more), or begins an operation that crashes. "
                "Weaker than a linearizable mutex: it does not ask who waits, who may release, or "
                "what crashed operations did.",
        .example = "0\t:invoke\t:acquire\tnil\n"
                   "0\t:ok\t:acquire\tnil\n"
                   "1\t:invoke\t:acquire\tnil\n"
                   "1\t:ok\t:acquire\tnil\n",
        .verdict = VERDICT_INVALID,
        .property = "lock-safety",
    },
    {0},
};
