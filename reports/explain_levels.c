#include "reports/explanation.h"

/* Keys are the first items of tuples: [x 1] is 1 on key x. */
const struct explanation explain_levels[] = {
    {
        .name = "coherence",
        .aliases = "cache cache-consistency per-key-sequential coherent",
        .summary = "for each key, one order of its operations agrees with what every process saw",
        .text = "Each key by itself is sequentially consistent: its operations have one order that "
                "contains the order of every process and in which each read returns the last "
                "write. Nothing is promised across keys, and real time does not matter. Caches of "
                "multiprocessors promise it for each address. Where it breaks, two processes "
                "usually saw the writes of one key in opposite orders.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "1\t:invoke\t:write\t2\n"
                   "1\t:ok\t:write\t2\n"
                   "2\t:invoke\t:read\tnil\n"
                   "2\t:ok\t:read\t1\n",
        .verdict = VERDICT_VALID,
        .property = "coherence",
    },
    {
        .name = "incoherent",
        .summary = "no order of one key's writes agrees with what every process saw",
        .text = "A rule of level coherence. What processes did and saw, one after the other, "
                "orders the writes of a key in a circle, for example because one process read 1 "
                "and then 2, and another 2 and then 1.",
        .example = "0\t:invoke\t:write\t1\n"
                   "0\t:ok\t:write\t1\n"
                   "1\t:invoke\t:write\t2\n"
                   "1\t:ok\t:write\t2\n"
                   "2\t:invoke\t:read\tnil\n"
                   "2\t:ok\t:read\t1\n"
                   "2\t:invoke\t:read\tnil\n"
                   "2\t:ok\t:read\t2\n"
                   "3\t:invoke\t:read\tnil\n"
                   "3\t:ok\t:read\t2\n"
                   "3\t:invoke\t:read\tnil\n"
                   "3\t:ok\t:read\t1\n",
        .verdict = VERDICT_INVALID,
        .property = "coherence",
    },
    {0},
};
