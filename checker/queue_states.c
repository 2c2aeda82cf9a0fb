/* The hash of a content is a polynomial of its values, which can be kept while values come in at
 * one end and go out at the other; equality is decided on the values. Ancestors are found along
 * jumps (Myers, An applicative random-access stack, 1983). */
#include "checker/queue_states.h"

#include "base/mem.h"

static const uint64_t base = 0x9e3779b97f4a7c15u;

static const uint64_t inverse = 0xf1de83e19937733du; /* base * inverse = 1 */

static uint64_t power(struct queues *q, uint32_t n)
{
    while (q->npower <= n) {
        q->power = mem_grow(q->power, &q->power_cap, q->npower + 1, sizeof *q->power);
        q->power[q->npower] = q->npower ? q->power[q->npower - 1] * base : 1;
        q->npower++;
    }
    return q->power[n];
}

/* The ancestor of a cell, or the cell itself, that is `depth` deep. */
static uint32_t ancestor(const struct queues *q, uint32_t cell, uint32_t depth)
{
    while (q->cells[cell].depth > depth) {
        const struct queue_cell *c = &q->cells[cell];
        cell = q->cells[c->jump].depth >= depth ? c->jump : c->parent;
    }
    return cell;
}

static uint32_t add_cell(struct queues *q, uint32_t parent, val v)
{
    q->cells = mem_grow(q->cells, &q->cells_cap, q->ncells + 1, sizeof *q->cells);
    const struct queue_cell *p = &q->cells[parent], *j = &q->cells[p->jump];
    bool even = p->depth - j->depth == j->depth - q->cells[j->jump].depth;
    q->cells[q->ncells] = (struct queue_cell){
        .parent = parent, .jump = even ? j->jump : parent, .depth = p->depth + 1, .v = v};
    return (uint32_t)q->ncells++;
}

static bool same(const struct queues *q, const struct queue_state *a, const struct queue_state *b)
{
    if (a->hash != b->hash || a->len != b->len)
        return false;
    uint32_t x = a->last, y = b->last;
    for (uint32_t n = a->len; n > 0 && x != y; n--) {
        if (q->cells[x].v != q->cells[y].v)
            return false;
        x = q->cells[x].parent;
        y = q->cells[y].parent;
    }
    return true;
}

/* Where state s is or belongs. */
static uint32_t *slot_of(struct queues *q, const struct queue_state *s)
{
    size_t mask = q->nslots - 1, i = (size_t)hash_mix(s->hash, s->len) & mask;
    while (q->slots[i] && !same(q, &q->states[q->slots[i] - 1], s))
        i = (i + 1) & mask;
    return &q->slots[i];
}

static void grow_slots(struct queues *q)
{
    q->nslots = q->nslots ? q->nslots * 2 : 64;
    mem_free(q->slots);
    q->slots = mem_zalloc(q->nslots, sizeof *q->slots);
    for (uint32_t i = 0; i < q->nstates; i++) {
        const struct queue_state *s = &q->states[i];
        size_t k = (size_t)hash_mix(s->hash, s->len) & (q->nslots - 1);
        while (q->slots[k]) /* states are distinct */
            k = (k + 1) & (q->nslots - 1);
        q->slots[k] = i + 1;
    }
}

static uint32_t intern(struct queues *q, struct queue_state s)
{
    if (s.len == 0)
        s = (struct queue_state){0};
    uint32_t *slot = slot_of(q, &s);
    if (*slot)
        return *slot - 1;
    q->states = mem_grow(q->states, &q->states_cap, q->nstates + 1, sizeof *q->states);
    q->states[q->nstates++] = s;
    *slot = (uint32_t)q->nstates;
    if (q->nstates * 2 > q->nslots)
        grow_slots(q);
    return (uint32_t)q->nstates - 1;
}

void queues_init(struct queues *q)
{
    *q = (struct queues){0};
    q->cells = mem_grow(NULL, &q->cells_cap, 1, sizeof *q->cells);
    q->cells[q->ncells++] = (struct queue_cell){.v = VAL_ABSENT};
    grow_slots(q);
    (void)intern(q, (struct queue_state){0});
}

void queues_free(struct queues *q)
{
    mem_free(q->cells);
    mem_free(q->states);
    mem_free(q->power);
    mem_free(q->slots);
    map64_free(&q->put);
    map64_free(&q->put_first);
    *q = (struct queues){0};
}

size_t queues_bytes(const struct queues *q)
{
    return q->cells_cap * sizeof *q->cells + q->states_cap * sizeof *q->states +
           q->power_cap * sizeof *q->power + q->nslots * sizeof *q->slots +
           (q->put.cap + q->put_first.cap) * (sizeof *q->put.keys + sizeof *q->put.vals);
}

uint32_t queues_put(struct queues *q, uint32_t s, val v)
{
    uint64_t key = (uint64_t)s << 32 | v;
    uint32_t known = map64_get(&q->put, key);
    if (known != MAP64_NONE)
        return known;
    struct queue_state next = q->states[s];
    next.hash = next.hash * base + hash_u64(v);
    next.last = add_cell(q, next.last, v);
    if (next.len++ == 0)
        next.first = next.last;
    known = intern(q, next);
    map64_put(&q->put, key, known);
    return known;
}

/* A new path: v, and then what is in s. */
uint32_t queues_put_first(struct queues *q, uint32_t s, val v)
{
    uint64_t key = (uint64_t)s << 32 | v;
    uint32_t known = map64_get(&q->put_first, key);
    if (known != MAP64_NONE)
        return known;
    struct queue_state next = q->states[s];
    uint32_t at = next.first, last = next.last;
    next.hash += hash_u64(v) * power(q, next.len);
    next.first = next.last = add_cell(q, 0, v);
    for (uint32_t n = next.len; n > 0; n--) {
        next.last = add_cell(q, next.last, q->cells[at].v);
        if (n > 1)
            at = ancestor(q, last, q->cells[at].depth + 1);
    }
    next.len++;
    known = intern(q, next);
    map64_put(&q->put_first, key, known);
    return known;
}

val queues_first(const struct queues *q, uint32_t s)
{
    return q->cells[q->states[s].first].v;
}

val queues_last(const struct queues *q, uint32_t s)
{
    return q->cells[q->states[s].last].v;
}

uint32_t queues_take_last(struct queues *q, uint32_t s)
{
    struct queue_state next = q->states[s];
    next.hash = (next.hash - hash_u64(q->cells[next.last].v)) * inverse;
    next.last = q->cells[next.last].parent;
    next.len--;
    return intern(q, next);
}

uint32_t queues_take(struct queues *q, uint32_t s)
{
    struct queue_state next = q->states[s];
    next.hash -= hash_u64(q->cells[next.first].v) * power(q, next.len - 1);
    if (--next.len > 0)
        next.first = ancestor(q, next.last, q->cells[next.first].depth + 1);
    return intern(q, next);
}

void queues_print(const struct queues *q, uint32_t s, const struct values *t, struct buf *out)
{
    enum { SHOWN = 10 };
    const struct queue_state *k = &q->states[s];
    buf_putc(out, '[');
    for (uint32_t i = 0; i < k->len && i < SHOWN; i++) {
        buf_puts(out, i ? " " : "");
        val_print_edn(t, q->cells[ancestor(q, k->last, q->cells[k->first].depth + i)].v, out);
    }
    if (k->len > SHOWN)
        buf_printf(out, " ... %u in all", k->len);
    buf_putc(out, ']');
}
