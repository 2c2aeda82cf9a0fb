#include "reports/explanation.h"

/* Sets, logs and what has two states. Example histories: "process type f value" (Jepsen's
 * history.txt). */
const struct explanation explain_sets[] = {
    {
        .name = "wrong-state",
        .aliases = "two-state",
        .summary = "an operation needed an element present, or a lock free, and it was not",
        .text = "An element of a set is present or absent, a lock without owners is held or free, "
                "and most operations tell which they found: an add that returned true found the "
                "element absent, an acquire the lock free. When such an operation completes, "
                "something that was open must have made its state right; here nothing could. "
                "What had completed before the operations shown is left out: whatever state it "
                "left, they do not fit together.",
        .example = "0\t:invoke\t:acquire\tnil\n"
                   "0\t:ok\t:acquire\tnil\n"
                   "1\t:invoke\t:acquire\tnil\n"
                   "1\t:ok\t:acquire\tnil\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "incomparable-reads",
        .aliases = "reads-disagree",
        .summary = "two reads of a set that only grows, and neither contains the other",
        .text = "Nothing is ever removed, so of two reads the later one has all that the earlier "
                "one had. When each has an element that the other lacks, no order explains both. "
                "Typical cause: reads served by different replicas that had not merged.",
        .example = "0\t:invoke\t:add\t1\n"
                   "1\t:invoke\t:add\t2\n"
                   "2\t:invoke\t:read\tnil\n"
                   "2\t:ok\t:read\t#{1}\n"
                   "3\t:invoke\t:read\tnil\n"
                   "3\t:ok\t:read\t#{2}\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "log-fork",
        .aliases = "fork divergent-logs",
        .summary = "two reads of a log, and neither is the beginning of the other",
        .text = "A log is only appended to, so what was read once is the beginning of whatever is "
                "read later. Two reads with different elements at one place saw two logs. Typical "
                "causes: two leaders, or entries that were visible before they were committed.",
        .example = "0\t:invoke\t:append\t1\n"
                   "1\t:invoke\t:append\t2\n"
                   "2\t:invoke\t:read\tnil\n"
                   "2\t:ok\t:read\t[1]\n"
                   "3\t:invoke\t:read\tnil\n"
                   "3\t:ok\t:read\t[2 1]\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "duplicate-element",
        .aliases = "element-twice",
        .summary = "an element is in a log twice, but was appended once",
        .text = "Typical cause: a client or a server repeated an append whose first try had "
                "succeeded after all.",
        .example = "0\t:invoke\t:append\t1\n"
                   "0\t:ok\t:append\t1\n"
                   "2\t:invoke\t:read\tnil\n"
                   "2\t:ok\t:read\t[1 1]\n",
        .verdict = VERDICT_INVALID,
    },
    {.name = NULL},
};
