/* Every way in which the operations that had returned before the window, and any that were open or
 * crashed, can have been executed: sets of operations with a state. From each of them the window's
 * strict operations must have no order: neither alone with the window's other operations as
 * crashed, nor in the whole history, where any of the others may have happened or not. */
#include "base/mem.h"
#include "tests/property/verify.h"

enum { BEFORE_MAX = 9 }; /* operations invoked before the window */

struct ways {
    const struct spec *s;
    const struct window_claim *claim;
    uint32_t before[BEFORE_MAX]; /* spec ops */
    size_t n;
    uint32_t must; /* bits of those that had returned */
    uint64_t limit;
    enum proof proof;
    uint32_t *seen; /* rows: set, state */
    size_t nseen, cap;
};

static bool visited(struct ways *w, uint32_t set, const uint32_t *state)
{
    size_t words = 1 + w->s->width;
    for (size_t i = 0; i < w->nseen; i++) {
        const uint32_t *row = w->seen + i * words;
        if (row[0] == set && memcmp(row + 1, state, w->s->width * sizeof *state) == 0)
            return true;
    }
    w->seen = mem_grow(w->seen, &w->cap, (w->nseen + 1) * words, sizeof *w->seen);
    w->seen[w->nseen * words] = set;
    memcpy(w->seen + w->nseen * words + 1, state, w->s->width * sizeof *state);
    w->nseen++;
    return false;
}

/* The rest of the history from here on; roles of what is not in the window, and of its relaxed. */
static void judge_rest(struct ways *w, uint32_t set, const uint32_t *state, enum core_role others,
                       enum core_role relaxed)
{
    struct spec rest = *w->s;
    const char *why;
    enum core_role *roles = mem_alloc((w->s->h->nops + 1) * sizeof *roles);
    rest.begun = true;
    rest.nops = 0;
    rest.ops = mem_alloc((w->s->nops + 1) * sizeof *rest.ops);
    rest.initial = mem_alloc((w->s->width + 1) * sizeof *rest.initial);
    memcpy(rest.initial, state, w->s->width * sizeof *state);
    for (size_t i = 0, k = 0; i < w->s->nops; i++) {
        bool old = k < w->n && w->before[k] == i;
        bool gone = old && (set >> k & 1);
        k += old;
        if (gone)
            continue;
        roles[w->s->ops[i].op] = others;
        for (size_t c = 0; c < w->claim->n; c++)
            if (w->claim->ops[c].op == w->s->ops[i].op)
                roles[w->s->ops[i].op] = w->claim->ops[c].strict ? CORE_STRICT : relaxed;
        rest.ops[rest.nops++] = w->s->ops[i];
    }
    enum proof p = verify_core(&rest, roles, w->limit, &why);
    if (p != PROOF_HOLDS && w->proof != PROOF_FAILS)
        w->proof = p;
    mem_free(roles);
    mem_free(rest.ops);
    mem_free(rest.initial);
}

static bool may_be_next(const struct ways *w, uint32_t set, size_t k)
{
    const struct spec_op *ops = w->s->ops;
    for (size_t j = 0; j < w->n; j++)
        if (!(set >> j & 1) && (w->must >> j & 1) &&
            ops[w->before[j]].res < ops[w->before[k]].inv)
            return false;
    return true;
}

static void explore(struct ways *w, uint32_t set, const uint32_t *state)
{
    if (visited(w, set, state))
        return;
    if ((set & w->must) == w->must) {
        judge_rest(w, set, state, CORE_GONE, CORE_CRASHED);
        judge_rest(w, set, state, CORE_OPTIONAL, CORE_OPTIONAL);
    }
    uint32_t *next = mem_alloc((w->s->width + 1) * sizeof *next);
    for (size_t k = 0; k < w->n; k++) {
        size_t i = w->before[k];
        if (set >> k & 1 || !may_be_next(w, set, k))
            continue;
        for (unsigned way = 0; way < spec_ways(w->s, i, state); way++) {
            memcpy(next, state, w->s->width * sizeof *next);
            if (spec_apply(w->s, i, way, next))
                explore(w, set | 1u << k, next);
        }
    }
    mem_free(next);
}

enum proof verify_window(const struct spec *s, const struct window_claim *claim, uint64_t limit)
{
    struct ways w = {.s = s, .claim = claim, .limit = limit, .proof = PROOF_HOLDS};
    for (size_t i = 0; i < s->nops; i++) {
        if (s->ops[i].inv >= claim->since)
            continue;
        if (w.n == BEFORE_MAX)
            return PROOF_GAVE_UP;
        bool returned = s->ops[i].must && s->ops[i].res < claim->since;
        w.must |= (uint32_t)returned << w.n;
        w.before[w.n++] = (uint32_t)i;
    }
    explore(&w, 0, s->initial);
    mem_free(w.seen);
    return w.proof;
}
