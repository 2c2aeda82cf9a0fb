/* Fewer elements in a core: leave some out, peel again, go on with the core of what is stuck.
 * Sound by the promise of model.element: a violation among some elements is one of all. */
#include "base/mem.h"
#include "checker/stack_peel.h"

enum { SHRINK_OPS = 2000000 };

/* The object that some elements are by themselves. */
struct part {
    struct object o;
    uint32_t *from; /* its ops in the whole object */
    struct pile p;
    struct pile_clash c;
};

/* Operations of `p` up to event `limit` whose elements are in `keep`, and the crashed takes, which
 * may take any of them; `from`: of p's object, NULL for the whole one. What ends later is under
 * way: it has no end, and no peek is. */
static void part_open(struct part *t, const struct pile *p, const uint32_t *from,
                      const uint64_t *keep, uint32_t limit)
{
    const struct object *o = p->o;
    size_t ops_cap = 0, from_cap = 0;
    *t = (struct part){.o = *o, .c = {.rule = RULE_NONE, .bad = NO_OP}};
    t->o.ops = NULL;
    t->o.n = 0;
    for (uint32_t i = 0; i < o->n && p->inv[i] <= limit; i++) {
        uint32_t k = p->element[i];
        bool ended = p->res[i] <= limit;
        bool kept = k == NO_ELEMENT ? p->res[i] == NEVER : keep[k / 64] >> (k % 64) & 1;
        if (!kept || (!ended && o->classes[o->ops[i].cls].action == ACT_PEEK))
            continue;
        t->o.ops = mem_grow(t->o.ops, &ops_cap, t->o.n + 1, sizeof *t->o.ops);
        t->from = mem_grow(t->from, &from_cap, t->o.n + 1, sizeof *t->from);
        t->o.ops[t->o.n] = o->ops[i];
        if (!ended)
            t->o.ops[t->o.n].res = RES_INF;
        t->from[t->o.n++] = from ? from[i] : i;
    }
    pile_open(&t->p, &t->o);
    pile_grant_all(&t->p);
}

static void part_close(struct part *t)
{
    pile_close(&t->p);
    pile_clash_free(&t->c);
    mem_free(t->o.ops);
    mem_free(t->from);
}

/* Is the part bad by itself? Fills its clash. */
static bool part_is_bad(struct part *t, struct budget *budget)
{
    struct peel q;
    (void)pile_load(&t->p, t->p.nevents, &t->c);
    peel_open(&q, &t->p, budget);
    bool bad = peel_run(&q) == VERDICT_INVALID && stack_core(&q, &t->c);
    peel_close(&q);
    return bad;
}

/* The elements of the clash without those of its blocks drop .. drop + n - 1. */
static uint64_t *members(const struct pile *p, const struct pile_clash *c, uint32_t drop,
                         uint32_t n)
{
    uint64_t *keep = mem_zalloc(p->n / 64 + 1, sizeof *keep);
    for (uint32_t i = 0; i < c->nblocks; i++) {
        uint32_t k = p->element[c->blocks[i].op];
        if (i < drop || i >= drop + n)
            keep[k / 64] |= (uint64_t)1 << (k % 64);
    }
    return keep;
}

/* Go on with less, if that is bad too. */
static bool drop_blocks(struct part *t, uint32_t drop, uint32_t n, struct budget *budget)
{
    struct part less;
    uint64_t *keep = members(&t->p, &t->c, drop, n);
    part_open(&less, &t->p, t->from, keep, t->p.nevents);
    mem_free(keep);
    bool bad = part_is_bad(&less, budget);
    if (!bad) {
        part_close(&less);
        return false;
    }
    part_close(t);
    *t = less;
    t->p.o = &t->o; /* it has moved */
    return true;
}

static void shrink(struct part *t, struct budget *budget)
{
    size_t spent = 0;
    for (uint32_t size = t->c.nblocks / 2; size > 0; size /= 2) {
        for (uint32_t i = 0; i < t->c.nblocks && t->c.nblocks > 2 && spent < SHRINK_OPS;) {
            spent += t->o.n;
            if (drop_blocks(t, i, size, budget))
                i = 0;
            else
                i += size;
        }
    }
}

/* The part's clash in terms of the whole. */
static void give_back(const struct part *t, const struct pile *p, struct pile_clash *c)
{
    pile_clash_free(c);
    c->rule = RULE_STACK_ORDER;
    c->bad = t->from[t->c.bad];
    c->evident = p->res[c->bad];
    for (uint32_t i = 0; i < t->c.nblocks; i++) {
        const struct pile_block *b = &t->c.blocks[i];
        pile_block_op(c, t->from[b->op]);
        for (uint32_t x = 0; x < b->ncover; x++)
            pile_cover(c, p->element[t->from[t->p.e[t->c.cover[b->cover + x]].add]]);
    }
}

void stack_shrink(const struct pile *p, struct budget *budget, struct pile_clash *c)
{
    struct part t;
    uint64_t *keep = members(p, c, 0, 0);
    part_open(&t, p, NULL, keep, c->evident);
    t.p.o = &t.o;
    mem_free(keep);
    if (part_is_bad(&t, budget)) {
        shrink(&t, budget);
        give_back(&t, p, c);
    }
    part_close(&t);
}
