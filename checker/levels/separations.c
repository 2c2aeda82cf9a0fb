#include "checker/levels/separations.h"

#include "checker/property.h"
#include "histories/compact.h"

const struct separation separations[] = {
    {"linearizable", "sequential", STALE_READ},
    {"linearizable", "k-atomic", STALE_READ},
    {"linearizable", "bounded-staleness", STALE_READ},
    {"linearizable", "eventual", STALE_THEN_FRESH},
    {"sequential", "causal-memory", STORE_BUFFERING},
    {"sequential", "causal-convergence", STORE_BUFFERING},
    {"sequential", "processor", STORE_BUFFERING},
    {"causal-memory", "causal", THERE_AND_BACK},
    {"causal-memory", "pram", CAUSAL_CIRCLE},
    {"causal-convergence", "causal", CROSSED_READS},
    {"causal-convergence", "session", MESSAGE_PASSING},
    {"processor", "pram", CROSSED_READS},
    {"processor", "coherence", MESSAGE_PASSING},
    {"coherence", "read-your-writes", READ_AHEAD},
    {"coherence", "monotonic-reads", OWN_WRITE_MISSED},
    {"session", "read-your-writes", READ_AHEAD},
    {"session", "monotonic-reads", OWN_WRITE_MISSED},
    {"session", "monotonic-writes", OWN_WRITE_MISSED},
    {"session", "writes-follow-reads", OWN_WRITE_MISSED},
    {"strong-eventual", "eventual", EQUAL_DELIVERIES},
    /* Neither of two implies the other, and two together do not imply a third. */
    {"causal-convergence", "causal-memory", CROSSED_READS},
    {"causal-memory", "causal-convergence", HIDDEN_FIRST_WRITE},
    {"processor", "pram coherence", NO_COMMON_ORDER},
    {"processor", "causal-memory", CROSSED_READS},
    {"causal", "processor", CAUSAL_CIRCLE},
    {"pram", "coherence", MESSAGE_PASSING},
    {"coherence", "pram", CROSSED_READS},
    {NULL, NULL, NULL},
};

static bool implies_directly(const char *stronger, const char *weaker)
{
    const struct property *p = property_find(str_of(stronger));
    for (size_t i = 0; p && p->implies && p->implies[i]; i++)
        if (strcmp(p->implies[i], weaker) == 0)
            return true;
    return false;
}

size_t separations_above(const char *level, const char **out, size_t most)
{
    size_t n = 0;
    for (const struct separation *s = separations; s->broken && n + 1 < most; s++)
        if (strcmp(s->holds, level) == 0 && compact_is(s->history) &&
            implies_directly(s->broken, level))
            out[n++] = s->history;
    out[n] = NULL;
    return n;
}
