/* Which elements crashed takes may have taken. A core in which an element has to be inside for good
 * shows that it was taken by the end of an operation that it stands in the way of: its deadline.
 * The latest free take that began by then is granted, which leaves earlier ones for those who need
 * them: for jobs with deadlines only, this finds a place for all whenever there is one. When more
 * elements are granted one than there are takes, the last ones get none. */
#include "checker/pile.h"

#include "base/mem.h"

static bool is_crashed(const struct pile *p, size_t op)
{
    return p->element[op] == NO_ELEMENT && p->res[op] == NEVER;
}

void pile_crashes_open(struct pile *p)
{
    uint32_t n = 0;
    for (size_t i = 0; i < p->o->n; i++)
        n += is_crashed(p, i);
    if (n == 0)
        return;
    struct pile_crashes *c = mem_zalloc(1, sizeof *c);
    c->ops = mem_alloc(n * sizeof *c->ops);
    c->owner = mem_alloc(n * sizeof *c->owner);
    c->leave = mem_alloc(((size_t)p->n + 1) * sizeof *c->leave);
    c->barred = mem_zalloc((size_t)p->n + 1, sizeof *c->barred);
    memset(c->owner, 0xff, n * sizeof *c->owner);
    memset(c->leave, 0xff, ((size_t)p->n + 1) * sizeof *c->leave);
    for (uint32_t i = 0; i < p->o->n; i++)
        if (is_crashed(p, i))
            c->ops[c->n++] = i;
    c->first = p->inv[c->ops[0]];
    p->crashes = c;
}

void pile_crashes_close(struct pile *p)
{
    if (!p->crashes)
        return;
    mem_free(p->crashes->ops);
    mem_free(p->crashes->owner);
    mem_free(p->crashes->granted);
    mem_free(p->crashes->leave);
    mem_free(p->crashes->barred);
    mem_free(p->crashes);
}

/* The latest free take that element k can have by the deadline, or UINT32_MAX. */
static uint32_t free_take(const struct pile *p, uint32_t k, uint32_t deadline)
{
    const struct pile_crashes *c = p->crashes;
    uint32_t i = c->n;
    while (i-- > 0) {
        uint32_t begin = p->inv[c->ops[i]];
        if (c->owner[i] == NO_ELEMENT && begin <= deadline && begin < c->leave[k])
            return i;
    }
    return UINT32_MAX;
}

unsigned pile_grantable(const struct pile *p, uint32_t k, uint32_t evident, uint32_t deadline)
{
    const struct pile_crashes *c = p->crashes;
    if (!c || c->first >= evident || c->leave[k] <= c->first || c->leave[k] == TAKEN ||
        c->barred[k])
        return 0;
    uint32_t i = free_take(p, k, deadline);
    if (i == UINT32_MAX)
        return 1;
    /* one that began while it was inside needs not have been waiting for it */
    bool waited = p->inv[c->ops[i]] < p->e[k].from;
    return (waited ? 2u : 3u) + (c->leave[k] == NEVER ? 2u : 0u);
}

/* Give every granted element the latest take that it can have, from the start. */
static void assign(const struct pile *p)
{
    struct pile_crashes *c = p->crashes;
    memset(c->owner, 0xff, c->n * sizeof *c->owner);
    c->lacking = 0;
    for (uint32_t g = 0; g < c->ngranted; g++) {
        uint32_t k = c->granted[g].element;
        c->leave[k] = NEVER;
        uint32_t i = g < c->n ? free_take(p, k, c->granted[g].deadline) : UINT32_MAX;
        c->lacking += i == UINT32_MAX;
        c->leave[k] = i == UINT32_MAX ? c->first : p->inv[c->ops[i]];
        if (i != UINT32_MAX)
            c->owner[i] = k;
    }
}

void pile_grant(const struct pile *p, uint32_t k, uint32_t deadline)
{
    struct pile_crashes *c = p->crashes;
    uint32_t g = 0;
    while (g < c->ngranted && c->granted[g].element != k)
        g++;
    c->granted = mem_grow(c->granted, &c->granted_cap, (size_t)g + 1, sizeof *c->granted);
    c->ngranted += g == c->ngranted;
    c->granted[g] = (struct pile_grant){
        k, c->leave[k] <= deadline ? c->leave[k] - 1 : deadline};
    assign(p);
}

void pile_bar(const struct pile *p, uint32_t g)
{
    struct pile_crashes *c = p->crashes;
    uint32_t k = c->granted[g].element;
    c->barred[k] = true;
    c->leave[k] = NEVER;
    c->ngranted--;
    memmove(c->granted + g, c->granted + g + 1, (c->ngranted - g) * sizeof *c->granted);
    assign(p);
}

void pile_regrant(const struct pile *p, const struct pile_grant *granted, uint32_t n)
{
    struct pile_crashes *c = p->crashes;
    for (uint32_t g = 0; g < c->ngranted; g++)
        c->leave[c->granted[g].element] = NEVER;
    c->granted = mem_grow(c->granted, &c->granted_cap, n, sizeof *c->granted);
    memcpy(c->granted, granted, n * sizeof *c->granted);
    c->ngranted = n;
    for (uint32_t g = 0; g < n; g++)
        c->barred[granted[g].element] = false;
    assign(p);
}

bool pile_grant_cover(const struct pile *p, const struct pile_clash *c)
{
    uint32_t best = NO_ELEMENT, first, last;
    unsigned likely = 0;
    pile_span(p, c->blocks[0].op, &first, &last);
    for (uint32_t i = 0; i < c->ncover; i++) {
        uint32_t k = c->cover[i];
        unsigned x = pile_grantable(p, k, c->evident, last);
        if (x > likely || (x > 0 && x == likely && p->e[k].in > p->e[best].in)) {
            best = k;
            likely = x;
        }
    }
    if (best != NO_ELEMENT)
        pile_grant(p, best, last);
    return best != NO_ELEMENT;
}

uint32_t pile_granted(const struct pile *p, uint32_t k)
{
    const struct pile_crashes *c = p->crashes;
    for (uint32_t i = 0; i < c->n; i++)
        if (c->owner[i] == k)
            return c->ops[i];
    return NO_OP;
}

void pile_grant_all(const struct pile *p)
{
    for (uint32_t k = 0; p->crashes && k < p->n; k++)
        p->crashes->leave[k] = p->crashes->first;
}
