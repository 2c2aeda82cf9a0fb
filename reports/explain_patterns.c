#include "checker/levels/separations.h"
#include "reports/explanation.h"

const struct explanation explain_patterns[] = {
    {
        .name = "not-sequential",
        .summary = "no single order of all operations explains every read",
        .text = "A rule of level sequential. Program order, what reads observed and what replaced "
                "what lead from an operation back to itself; or all orders were tried.",
        .example = STORE_BUFFERING,
        .verdict = VERDICT_INVALID,
        .property = "sequential",
    },
    {
        .name = "not-processor",
        .summary = "no order of each key's writes serves every process",
        .text = "A rule of level processor. What one process did and saw puts two writes of a key "
                "in an order, which then holds for all processes; so do what they did and saw. "
                "Together these lead from an operation back to itself; or all orders were tried.",
        .example = NO_COMMON_ORDER,
        .verdict = VERDICT_INVALID,
        .property = "processor",
    },
    {
        .name = "cyclic-co",
        .aliases = "cyclicco causal-cycle",
        .summary = "operations come before themselves by what processes did and saw",
        .text = "A bad pattern of the causal levels. Following program order (a process did one "
                "operation before another) and reads-from (an operation observed what another "
                "wrote) leads from an operation back to itself: somebody saw a value before it "
                "can have been written.",
        .example = CAUSAL_CIRCLE,
        .verdict = VERDICT_INVALID,
        .property = "causal",
    },
    {
        .name = "write-co-init-read",
        .aliases = "writecoinitread",
        .summary = "a read returned the initial value after a write that is causally before it",
        .text = "A bad pattern of the causal levels. The reader's process, or somebody whose "
                "writes it had seen, had seen or made a write of the key, but the read returned "
                "the initial value.",
        .example = MESSAGE_PASSING,
        .verdict = VERDICT_INVALID,
        .property = "causal",
    },
    {
        .name = "write-co-read",
        .aliases = "writecoread",
        .summary = "a read returned a value that had been replaced causally before it",
        .text = "A bad pattern of the causal levels. A write of the key is causally after the one "
                "that was observed and causally before the read, so the value that the read "
                "returned had been replaced in its own past.",
        .example = REPLACED,
        .verdict = VERDICT_INVALID,
        .property = "causal",
    },
    {
        .name = "cyclic-cf",
        .aliases = "cycliccf conflict-cycle",
        .summary = "no single order of the writes agrees with what the processes saw",
        .text = "A bad pattern of causal-convergence. A write is in conflict with another one of "
                "its key when some read observed the other although the one was causally before "
                "the read: then the one comes first in the order of writes. These conflicts and "
                "the causal order form a cycle.",
        .example = TWO_READERS,
        .verdict = VERDICT_INVALID,
        .property = "causal-convergence",
    },
    {
        .name = "cyclic-hb",
        .aliases = "cyclichb",
        .summary = "no single order explains all reads of one process",
        .text = "A bad pattern of causal-memory and of pram. To explain the reads of one process, "
                "writes have to be put in an order that leads from an operation back to itself.",
        .example = THERE_AND_BACK,
        .verdict = VERDICT_INVALID,
        .property = "causal-memory",
    },
    {
        .name = "write-hb-init-read",
        .aliases = "writehbinitread",
        .summary = "a process read the initial value after a write that has to come before in its "
                "view",
        .text = "A bad pattern of causal-memory and of pram. To explain what the process read, a "
                "write of the key has to come before the read of the initial value.",
        .example = HIDDEN_FIRST_WRITE,
        .verdict = VERDICT_INVALID,
        .property = "causal-memory",
    },
    {
        .name = "incoherent",
        .summary = "no order of one key's writes agrees with what every process saw",
        .text = "A rule of level coherence. What processes did and saw, one after the other, "
                "orders the writes of a key in a circle, for example because one process read 1 "
                "and then 2, and another 2 and then 1.",
        .example = TWO_READERS,
        .verdict = VERDICT_INVALID,
        .property = "coherence",
    },
    {0},
};
