/* Levels about how far behind reads may be, and what they find. */
#include "reports/explanation.h"

const struct explanation explain_staleness[] = {
    {
        .name = "bounded-staleness",
        .aliases = "delta-atomicity delta gamma t-visibility",
        .summary = "reads may be behind, but not further than a bound in time",
        .text = "The register is linearizable once every read may begin Delta earlier "
                "(Delta-atomicity). The smallest such Delta is measured with the clock of the "
                "history (:time; where it goes back, the latest time before counts) and held "
                "against --staleness TIME. Without a bound the level holds when there is any "
                "Delta. Gamma, which is reported too, lets all operations begin half of it "
                "earlier and end half of it later, so it stays small where the overwriting write "
                "came soon after the overwritten one. Read replicas, caches and Azure Cosmos DB's "
                "level of this name promise it; an asynchronous replica without a limit does not.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n",
        .verdict = VERDICT_VALID,
        .property = "bounded-staleness",
    },
    {
        .name = "staleness",
        .aliases = NULL,
        .summary = "a read was further behind than the bound",
        .text = "A rule of level bounded-staleness. Some value was there for certain, and longer "
                "than the bound later a read began that returned an older one. That the value is "
                "older is shown by its write or a read of it, which ended before the newer one "
                "began.",
        .example = NULL,
    },
    {
        .name = "deviation",
        .aliases = "numeric-deviation numeric-error",
        .summary = "a counter was read further off than the bound",
        .text = "A rule of level bounded-staleness, of counters with --deviation N: a read lies "
                "further than N outside of what it can have been, from what was acknowledged when "
                "it began to what had begun when it ended.",
    },
    {
        .name = "order-deviation",
        .aliases = "order-error",
        .summary = "more writes than the bound were installed out of real-time order",
        .text = "A rule of level bounded-staleness, of registers whose completions carry :version, "
                "with --order-deviation N: so many acknowledged writes of a key have a lower "
                "version than one that had completed before they began.",
    },
    {
        .name = "stale-forever",
        .aliases = NULL,
        .summary = "no delay of reads explains the history",
        .text = "A rule of level bounded-staleness. Letting reads begin earlier, by however much, "
                "does not help: a value was read before its write began, or successful cas "
                "contradict the order in which values were written.",
        .example = "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n"
                   "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n",
        .verdict = VERDICT_INVALID,
        .property = "bounded-staleness",
    },
    {
        .name = "k-atomic",
        .aliases = "k-atomicity-level 2-atomic k-staleness",
        .summary = "reads return one of the last k writes",
        .text = "Some order of the operations keeps real time and lets each read return one of the "
                "last k writes; the initial value counts as one. k = 1 is linearizability. k = 2 "
                "is decided exactly in polynomial time; for more, bounds from both sides are "
                "found, and a search where they leave room. Held against --k N; without it the "
                "level holds when there is any k. Quorum systems whose read and write quorums do "
                "not overlap always stay within some k most of the time, and promise none.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "0\t:invoke\t:write\t2\n"
                   "0\t:ok\t:write\t2\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n",
        .verdict = VERDICT_VALID,
        .property = "k-atomic",
    },
    {
        .name = "k-atomicity",
        .aliases = NULL,
        .summary = "some read returned none of the last k writes",
        .text = "A rule of level k-atomic, of a history that is asked about with --k. Either more "
                "than k - 1 writes certainly came between what a read returned and the read "
                "itself, or several reads together leave no order.",
        .example = NULL,
    },
    {0},
};
