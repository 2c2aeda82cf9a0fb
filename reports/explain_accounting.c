/* The accounting properties and what they find. */
#include "reports/explanation.h"

const struct explanation explain_accounting[] = {
    {
        .name = "set",
        .aliases = NULL,
        .summary = "does the final read have everything that was added?",
        .text = "An accounting property (check -c set). The final read is the acknowledged one "
                "that began last. Every element that was known to be there before it began must "
                "be in it: acknowledged, or shown by an earlier read. Elements whose add has an "
                "unknown outcome may be in it (recovered) or not. Where the last read crashed, or "
                "elements were added after it, there is no final read and the verdict is unknown.",
        .example = "0\t:invoke\t:add\t1\n"
                   "0\t:ok\t:add\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t[1]\n",
        .verdict = VERDICT_VALID,
        .property = "set",
    },
    {
        .name = "set-full",
        .aliases = "set-analysis never-read",
        .summary = "when did each element become visible, and did it stay?",
        .text = "An accounting property (check -c set-full). An element is known when its add is "
                "acknowledged or a read shows it, whichever comes first. It is ok when reads have "
                "it from then on, stale when a read that began later lacks it but one that began "
                "even later has it, lost when the last read that began later lacks it, and "
                "never-read when no read began later. Lost, unexpected and duplicated elements "
                "make the history invalid; stale ones do not, unless the set has to be "
                "linearizable. Latencies are from known to there for good, and from known to last "
                "seen, by the clock of the history.",
        .example = "0\t:invoke\t:add\t1\n"
                   "0\t:ok\t:add\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t[]\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t[1]\n",
        .verdict = VERDICT_VALID,
        .property = "set-full",
    },
    {
        .name = "total-queue",
        .aliases = NULL,
        .summary = "what goes in must come out, once",
        .text = "An accounting property (check -c total-queue). Order does not matter. An element "
                "is lost when it went in for certain, something then found the queue empty (a "
                "drain, a dequeue of nil, a dequeue that failed with :empty), and no dequeue "
                "returned it. Dequeues with an unknown outcome may have taken one element each, "
                "a drain with an unknown outcome may have taken all: then the verdict is unknown, "
                "as it is when nothing shows that the queue was drained.",
        .example = "0\t:invoke\t:enqueue\t1\n"
                   "0\t:ok\t:enqueue\t1\n"
                   "1\t:invoke\t:drain\tnil\n"
                   "1\t:ok\t:drain\t[1]\n",
        .verdict = VERDICT_VALID,
        .property = "total-queue",
    },
    {
        .name = "counter",
        .aliases = "counter-bounds",
        .summary = "every read lies between what was certainly and what was possibly added",
        .text = "An accounting property (check -c counter). A read is at least what increments "
                "acknowledged before it began and decrements invoked before it ended sum to, and "
                "at most what decrements acknowledged before it began and increments invoked "
                "before it ended sum to. Every linearizable counter keeps this; two reads that "
                "keep it may still contradict each other.",
        .example = "0\t:invoke\t:add\t2\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t0\n"
                   "0\t:ok\t:add\t2\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t2\n",
        .verdict = VERDICT_VALID,
        .property = "counter",
    },
    {
        .name = "pn-counter",
        .aliases = "g-counter",
        .summary = "a counter whose replicas agree in the end",
        .text = "An accounting property (check -c pn-counter), as Maelstrom's g-counter and "
                "pn-counter workloads have it. Reads may miss what others did, but not what their "
                "own process was told to be done, and they may not have what nobody had begun. "
                "Final reads (recorded with :final? true) are all acknowledged updates and some "
                "of those whose outcome is unknown, and are equal. Without final reads the verdict "
                "is unknown.",
        .example = NULL,
    },
    {
        .name = "unique-ids",
        .aliases = NULL,
        .summary = "no id is handed out twice",
        .text = "An accounting property (check -c unique-ids): what operations called generate "
                "returned is all different.",
        .example = "0\t:invoke\t:generate\tnil\n"
                   "0\t:ok\t:generate\t17\n"
                   "0\t:invoke\t:generate\tnil\n"
                   "0\t:ok\t:generate\t18\n",
        .verdict = VERDICT_VALID,
        .property = "unique-ids",
    },
    {
        .name = "lost",
        .aliases = "lost-element",
        .summary = "an element that was there for certain is not there any more",
        .text = "It was acknowledged, or a read had shown it, and nothing took it out; but the "
                "last reads lack it, or the queue was found empty. Typical causes: acknowledging "
                "before the element is durable, losing it when the leader changes, replicas that "
                "never converge.",
        .example = "0\t:invoke\t:add\t1\n"
                   "0\t:ok\t:add\t1\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t[1]\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t[]\n",
        .verdict = VERDICT_INVALID,
        .property = "set-full",
    },
    {
        .name = "unexpected",
        .aliases = "unexpected-element",
        .summary = "an element came from nowhere",
        .text = "It was read or dequeued, but nothing had begun to bring it in by then: no "
                "operation names it, the only one that does failed, or it began later. What the "
                "set-up of the test put in belongs into --initial.",
        .example = "0\t:invoke\t:enqueue\t1\n"
                   "0\t:ok\t:enqueue\t1\n"
                   "1\t:invoke\t:drain\tnil\n"
                   "1\t:ok\t:drain\t[1 7]\n",
        .verdict = VERDICT_INVALID,
        .property = "total-queue",
    },
    {
        .name = "duplicated",
        .aliases = "duplicated-element duplicated-id",
        .summary = "an element is there, or came out, more often than it can",
        .text = "A read of a set has it twice, a queue delivered it more often than it can have "
                "gone in, or an id was handed out twice. Typical causes: an operation that was "
                "retried, a delivery that was not acknowledged in time. Jepsen counts such "
                "elements but does not fail.",
        .example = "0\t:invoke\t:generate\tnil\n"
                   "0\t:ok\t:generate\t17\n"
                   "1\t:invoke\t:generate\tnil\n"
                   "1\t:ok\t:generate\t17\n",
        .verdict = VERDICT_INVALID,
        .property = "unique-ids",
    },
    {
        .name = "recovered",
        .aliases = NULL,
        .summary = "an operation whose outcome was unknown did take effect",
        .text = "Its element was read or dequeued later. This is fine.",
        .example = NULL,
    },
    {
        .name = "out-of-bounds",
        .aliases = NULL,
        .summary = "a counter was read lower or higher than it can have been",
        .text = "See counter for the bounds. Too low: an acknowledged increment is missing, as "
                "after a lost update. Too high: an increment was applied twice, as after a retry, "
                "or one that failed was applied after all.",
        .example = "0\t:invoke\t:add\t2\n"
                   "0\t:ok\t:add\t2\n"
                   "1\t:invoke\t:read\tnil\n"
                   "1\t:ok\t:read\t1\n",
        .verdict = VERDICT_INVALID,
        .property = "counter",
    },
    {
        .name = "wrong-total",
        .aliases = NULL,
        .summary = "a final read of a counter that no set of updates adds up to",
        .text = "It is not the sum of all acknowledged updates and some of those whose outcome is "
                "unknown.",
        .example = NULL,
    },
    {
        .name = "vanished",
        .aliases = NULL,
        .summary = "a counter that only grows ended below a value that had been read",
        .text = "The earlier read proves that the updates had taken effect, also those whose "
                "outcome was unknown. Nothing can have taken them back.",
        .example = NULL,
    },
    {
        .name = "diverged",
        .aliases = "divergence",
        .summary = "final reads of one object disagree",
        .text = "No update was pending any more, and every outcome is known, but the replicas do "
                "not have the same value.",
        .example = NULL,
    },
    {.name = NULL},
};
