/* Peeling. An element may come off when each of its operations has a moment in which none of the
 * others that are left is certainly inside: there it can lie lowest, with the others, in any
 * linearization of theirs, before it or on it. Cells covered by nothing serve all operations; a
 * cell that one element covers alone serves that element's own peeks, and all others once it has
 * come off. Every cell is taken out once, every operation is met once: O(n log n). */
#include "checker/stack_peel.h"

#include "base/mem.h"

#define NO_CELL UINT32_MAX

static void number_cells(struct peel *q)
{
    const struct pile *p = q->p;
    size_t moments = (size_t)p->nevents + 1;
    q->cell = mem_zalloc(moments, sizeof *q->cell);
    for (uint32_t k = 0; k < p->n; k++) {
        if (!pile_certain(&p->e[k]))
            continue;
        q->cell[p->e[k].in] = q->cell[p->e[k].out] = 1;
        q->ncertain++;
    }
    uint32_t n = 0;
    for (size_t m = 0; m < moments; m++)
        q->cell[m] = n += q->cell[m];
    q->cells = n + 1;
}

static void count_cover(struct peel *q)
{
    const struct pile *p = q->p;
    struct cover *c = &q->cover;
    cover_init(c, q->cells);
    for (uint32_t k = 0; k < p->n; k++) {
        const struct pile_element *e = &p->e[k];
        if (!pile_certain(e))
            continue;
        c->count[q->cell[e->in]]++;
        c->count[q->cell[e->out]]--;
        c->who[q->cell[e->in]] ^= k;
        c->who[q->cell[e->out]] ^= k;
    }
    for (uint32_t i = 1; i < q->cells; i++) {
        c->count[i] += c->count[i - 1];
        c->who[i] ^= c->who[i - 1];
    }
    cover_build(c);
}

/* The i-th operation of element k, or NO_OP after the last. */
static uint32_t op_at(const struct pile *p, uint32_t k, uint32_t i)
{
    const struct pile_element *e = &p->e[k];
    if (i == 0)
        return e->add;
    if (i == 1 && e->take != NO_OP)
        return e->take;
    i += p->peek_at[k] - (e->take != NO_OP ? 2 : 1);
    return i < p->peek_at[k + 1] ? p->peeks[i] : NO_OP;
}

static void count_items(struct peel *q)
{
    const struct pile *p = q->p;
    q->upto = mem_zalloc((size_t)q->cells + 1, sizeof *q->upto);
    for (uint32_t k = 0; k < p->n; k++) {
        if (!pile_certain(&p->e[k]))
            continue;
        for (uint32_t op; (op = op_at(p, k, q->left[k])) != NO_OP; q->left[k]++) {
            uint32_t first, last;
            pile_span(p, op, &first, &last);
            q->upto[q->cell[first]]++;
        }
    }
    uint32_t n = 0;
    for (uint32_t i = 0; i <= q->cells; i++) {
        uint32_t here = q->upto[i];
        q->upto[i] = n;
        n += here;
    }
    stabs_init(&q->all, n);
    stabs_init(&q->peeks, p->peek_at[p->n]);
    q->op_of = mem_alloc(((size_t)n + 1) * sizeof *q->op_of);
}

static void place_items(struct peel *q)
{
    const struct pile *p = q->p;
    for (uint32_t k = 0; k < p->n; k++) {
        uint32_t npeeks = p->peek_at[k + 1] - p->peek_at[k];
        for (uint32_t i = 0; i < q->left[k]; i++) {
            uint32_t op = op_at(p, k, i), first, last;
            pile_span(p, op, &first, &last);
            uint32_t item = q->upto[q->cell[first]]++;
            q->op_of[item] = op;
            q->all.reach[item] = q->cell[last] + 1;
            if (i + npeeks >= q->left[k])
                q->peeks.reach[p->peek_at[k] + i + npeeks - q->left[k]] = q->cell[last] + 1;
        }
    }
    stabs_build(&q->all);
    stabs_build(&q->peeks);
}

void peel_open(struct peel *q, const struct pile *p, struct budget *budget)
{
    *q = (struct peel){.p = p, .budget = budget};
    number_cells(q);
    count_cover(q);
    size_t n = (size_t)p->n + 1;
    q->left = mem_zalloc(n, sizeof *q->left);
    q->order = mem_alloc(n * sizeof *q->order);
    q->lone = mem_alloc(n * sizeof *q->lone);
    memset(q->lone, 0xff, n * sizeof *q->lone);
    q->lone_next = mem_alloc(((size_t)q->cells + 1) * sizeof *q->lone_next);
    q->met = mem_zalloc(p->o->n / 64 + 1, sizeof *q->met);
    count_items(q);
    place_items(q);
}

void peel_close(struct peel *q)
{
    mem_free(q->cell);
    cover_free(&q->cover);
    stabs_free(&q->all);
    stabs_free(&q->peeks);
    mem_free(q->op_of);
    mem_free(q->upto);
    mem_free(q->met);
    mem_free(q->left);
    mem_free(q->lone);
    mem_free(q->lone_next);
    mem_free(q->order);
}

static void meet(struct peel *q, uint32_t op)
{
    uint64_t bit = (uint64_t)1 << (op % 64);
    if (q->met[op / 64] & bit)
        return;
    q->met[op / 64] |= bit;
    uint32_t k = q->p->element[op];
    if (--q->left[k] == 0)
        q->order[q->norder++] = k;
}

/* Nothing covers the cell. */
static void meet_all(struct peel *q, uint32_t cell)
{
    uint32_t item;
    while ((item = stabs_take(&q->all, 0, q->upto[cell], cell)) != NO_ITEM)
        meet(q, q->op_of[item]);
}

/* The peeks of element k before this one begin in `cell` or before. */
static uint32_t peeks_begun(const struct peel *q, uint32_t k, uint32_t cell)
{
    const struct pile *p = q->p;
    uint32_t lo = p->peek_at[k], hi = p->peek_at[k + 1];
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2, first, last;
        pile_span(p, p->peeks[middle], &first, &last);
        if (q->cell[first] <= cell)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

/* Only element k covers the cell. */
static void meet_own(struct peel *q, uint32_t k, uint32_t cell)
{
    uint32_t from = q->p->peek_at[k], item;
    if (from < q->p->peek_at[k + 1]) {
        uint32_t to = peeks_begun(q, k, cell);
        while ((item = stabs_take(&q->peeks, from, to, cell)) != NO_ITEM)
            meet(q, q->p->peeks[item]);
    }
    q->lone_next[cell] = q->lone[k];
    q->lone[k] = cell;
}

static void take_cells(struct peel *q)
{
    uint32_t cells[COVER_BLOCK], who[COVER_BLOCK];
    bool free = cover_least(&q->cover) == 0;
    uint32_t n = cover_take(&q->cover, cells, who);
    for (uint32_t i = 0; i < n; i++) {
        if (free)
            meet_all(q, cells[i]);
        else
            meet_own(q, who[i], cells[i]);
    }
}

static void come_off(struct peel *q, uint32_t k)
{
    const struct pile_element *e = &q->p->e[k];
    cover_remove(&q->cover, q->cell[e->in], q->cell[e->out] - 1, k);
    for (uint32_t c = q->lone[k]; c != NO_CELL; c = q->lone_next[c])
        meet_all(q, c);
}

enum verdict peel_run(struct peel *q)
{
    enum { POLL = 1 << 12 };
    for (uint32_t i = 0; q->nremoved < q->ncertain; i++) {
        if (i % POLL == 0 && budget_stopped(q->budget) != STOP_NONE)
            return VERDICT_UNKNOWN;
        if (cover_least(&q->cover) <= 1)
            take_cells(q);
        else if (q->nremoved < q->norder)
            come_off(q, q->order[q->nremoved++]);
        else
            return VERDICT_INVALID;
    }
    return VERDICT_VALID;
}
