/* Which operations of locks can matter to those that stay strict.
 *
 * Take a linearization with the strict operations and some of the others, each within its interval.
 * Match the acquires and releases of an owner like brackets. A pair of which neither is strict can
 * be left out: what remains is held less. In a pair with a strict release the acquire can be
 * exchanged for the last one before the release that is not strict (of the same kind), since the
 * lock is then held shorter; where an owner may hold several times, so can those of several strict
 * releases together, each for the last one that is left. In the same way the release of a strict
 * acquire is the first one after it. So only these are kept, and of other owners than those of
 * strict operations nothing. It needs that these owners do one thing after the other until `end`,
 * that nobody observes that the lock is held, and that it is free at first.
 *
 * Of a lease a renewal that is not strict can be left out: without it the term ends sooner, if the
 * terms of an owner are as long as each other. A strict one needs an acquire
 * before it and perhaps a release after it. What is exchanged for an acquire comes later and ends
 * later, but only a strict operation after it decides how that hold ends. O(n). */
#include "base/mem.h"
#include "checker/lease.h"

enum { HOLDS = HOLD_WRITE + 1 };

struct chooser {
    const struct object *o;
    const bool *strict;
    uint32_t end;
    bool *keep;
    uint32_t (*wanted)[HOLDS]; /* per owner: how many partners by kind */
    bool counts;
};

/* One step of either pass: partners of that kind, and all else, whose partners are looked for. */
static void visit(struct chooser *c, uint32_t op, enum action partner)
{
    uint32_t *wanted = c->wanted[owner_of(c->o, op)];
    bool seeks = c->o->classes[c->o->ops[op].cls].action != partner;
    if (seeks && c->strict[op]) {
        for (int k = 0; k < HOLDS; k++)
            wanted[k] = c->counts ? wanted[k] + 1 : 1;
    } else if (!seeks && !c->strict[op] && wanted[hold_of(c->o, op)] > 0 &&
               c->o->ops[op].inv < c->end) {
        wanted[hold_of(c->o, op)]--;
        c->keep[op] = true;
    }
}

static void choose_partners(struct chooser *c)
{
    const struct locks *l = locks_of(c->o);
    size_t bytes = ((size_t)l->nowners + 1) * sizeof *c->wanted;
    c->counts = l->kind == LOCK_REENTRANT || l->kind == LOCK_PERMITS;
    c->wanted = mem_zalloc(1, bytes);
    for (uint32_t i = (uint32_t)c->o->n; i-- > 0;)
        visit(c, i, ACT_ACQUIRE);
    memset(c->wanted, 0, bytes);
    for (uint32_t i = 0; i < c->o->n; i++)
        visit(c, i, ACT_RELEASE);
    mem_free(c->wanted);
}

/* Do the owners of strict operations do one thing after the other? */
static bool sequential(const struct chooser *c)
{
    const struct object *o = c->o;
    uint32_t nowners = locks_of(o)->nowners;
    uint32_t *busy = mem_zalloc((size_t)nowners + 1, sizeof *busy); /* until then */
    bool *strict = mem_zalloc((size_t)nowners + 1, sizeof *strict), good = true;
    for (uint32_t i = 0; i < o->n; i++)
        strict[owner_of(o, i)] |= c->strict[i];
    for (uint32_t i = 0; good && i < o->n && o->ops[i].inv < c->end; i++) {
        uint32_t w = owner_of(o, i);
        good = !strict[w] || busy[w] == 0 || busy[w] < o->ops[i].inv;
        busy[w] = o->ops[i].res;
    }
    mem_free(busy);
    mem_free(strict);
    return good;
}

bool locks_relax(const struct object *o, const bool *strict, uint32_t end, bool *keep)
{
    struct chooser c = {.o = o, .strict = strict, .end = end, .keep = keep};
    if (!locks_of(o) || o->begun || o->actions & 1u << ACT_OTHER || !sequential(&c))
        return false;
    if (locks_of(o)->lease && !locks_of(o)->lease->equal)
        return false;
    choose_partners(&c);
    return true;
}
