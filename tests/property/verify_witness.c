#include "base/mem.h"
#include "tests/property/verify.h"

struct listing {
    const struct spec *s;
    const uint32_t *order;
    size_t n;
    uint32_t *at; /* the order as indices into s->ops */
};

/* Ops of a spec are sorted by history index. */
static size_t find_op(const struct spec *s, uint32_t op)
{
    size_t lo = 0, hi = s->nops;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (s->ops[mid].op < op)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < s->nops && s->ops[lo].op == op ? lo : s->nops;
}

static const char *check_members(struct listing *l)
{
    const struct spec *s = l->s;
    const char *why = NULL;
    bool *seen = mem_zalloc(s->nops, sizeof *seen);
    for (size_t i = 0; i < l->n && !why; i++) {
        size_t k = find_op(s, l->order[i]);
        if (k == s->nops)
            why = "an operation is listed that failed or is not of this object";
        else if (seen[k])
            why = "an operation is listed twice";
        else
            seen[k] = true;
        l->at[i] = (uint32_t)k;
    }
    for (size_t k = 0; k < s->nops && !why; k++)
        if (s->ops[k].must && !seen[k] && !spec_idle(&s->ops[k]))
            why = "an ok operation is missing";
    mem_free(seen);
    return why;
}

static const char *check_real_time(const struct listing *l)
{
    uint32_t earliest = SPEC_INF; /* completion among those that come later */
    for (size_t i = l->n; i-- > 0;) {
        const struct spec_op *o = &l->s->ops[l->at[i]];
        if (earliest < o->inv)
            return "an operation comes after one that it precedes in real time";
        if (o->res < earliest)
            earliest = o->res;
    }
    return NULL;
}

/* From step i on; recursion only where an operation has several ways. */
static bool steps_from(const struct listing *l, size_t i, uint32_t *state, uint64_t *budget)
{
    const struct spec *s = l->s;
    for (; i < l->n; i++) {
        unsigned ways = spec_ways(s, l->at[i], state);
        if (ways > 1)
            break;
        if (ways == 0 || !spec_apply(s, l->at[i], 0, state))
            return false;
    }
    if (i == l->n)
        return true;
    bool good = false;
    uint32_t *next = mem_alloc(s->width * sizeof *next);
    unsigned ways = spec_ways(s, l->at[i], state);
    for (unsigned way = 0; way < ways && !good && *budget > 0; way++) {
        --*budget;
        memcpy(next, state, s->width * sizeof *next);
        good = spec_apply(s, l->at[i], way, next) && steps_from(l, i + 1, next, budget);
    }
    mem_free(next);
    return good;
}

static const char *check_steps(const struct listing *l)
{
    const struct spec *s = l->s;
    uint64_t budget = 100000;
    uint32_t *state = mem_alloc(s->width * sizeof *state);
    memcpy(state, s->initial, s->width * sizeof *state);
    bool good = steps_from(l, 0, state, &budget);
    mem_free(state);
    return good ? NULL : budget == 0 ? "too many ways to execute it" : "a step is illegal";
}

bool verify_witness(const struct spec *s, const uint32_t *order, size_t n, const char **why)
{
    struct listing l = {.s = s, .order = order, .n = n};
    l.at = mem_alloc(n * sizeof *l.at);
    *why = check_members(&l);
    if (!*why)
        *why = check_real_time(&l);
    if (!*why)
        *why = check_steps(&l);
    mem_free(l.at);
    return !*why;
}
