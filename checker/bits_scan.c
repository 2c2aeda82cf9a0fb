/* The greedy pass. Idea: keep the state and change it only when an operation that returns has to
 * have happened. Of the open operations that can change it (movers) the one that completes first is
 * taken; crashed ones complete never. An observer happens as soon as the state is right.
 *
 * Why this is exact: a change that is put off leaves every later choice open, and movers of one
 * direction differ only in when they have to be done. So when a returning operation finds no mover
 * to make the state right, no order exists, and the history before that event has one: the one
 * that the pass has made, since everything is linearized while it is open.
 *
 * Movers wait in pairing heaps (Fredman, Sedgewick, Sleator, Tarjan 1986) that are threaded through
 * one array, so nothing is allocated per operation. O(n log n).
 * Source: research/algorithms.md 1.7. */
#include "checker/bits.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/sort.h"

static uint32_t element_of(struct bits *b, struct map64 *ids, val a)
{
    uint32_t e = map64_get(ids, a);
    if (e == MAP64_NONE) {
        e = (uint32_t)b->nelements++;
        map64_put(ids, a, e);
    }
    return e;
}

/* Up in a state of the model that is not its initial one: the first operation of an element that
 * needs a state is possible, or is not. */
static void find_begun(struct bits *b, struct object *o)
{
    for (size_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        bool down = c->action == ACT_UP || c->action == ACT_IS_DOWN;
        bool possible = o->model->step(o, o->init_state, o->ops[i].cls, 0) != NO_STATE;
        b->elements[b->link[i].element].begins_up = possible != down;
    }
}

/* Initially up: the whole object (true), or what the initial collection contains. */
static void find_initial(struct bits *b, const struct map64 *ids)
{
    const struct object *o = b->o;
    size_t n;
    const val *items = val_items(&o->h->values, o->initial, &n);
    for (size_t i = 0; i < n; i++) {
        uint32_t e = map64_get(ids, items[i]);
        if (e != MAP64_NONE)
            b->elements[e].begins_up = true;
    }
    uint32_t whole = map64_get(ids, VAL_ABSENT);
    if (whole != MAP64_NONE)
        b->elements[whole].begins_up = o->initial == VAL_TRUE;
}

void bits_open(struct bits *b, struct object *o)
{
    struct map64 ids = {0};
    *b = (struct bits){.o = o};
    b->link = mem_alloc((o->n + 1) * sizeof *b->link);
    b->order = mem_alloc((o->n + 1) * sizeof *b->order);
    b->ends = mem_alloc((o->n + 1) * sizeof *b->ends);
    for (size_t i = 0; i < o->n; i++) {
        b->link[i].element = element_of(b, &ids, o->classes[o->ops[i].cls].a);
        if (o->ops[i].res != RES_INF)
            b->ends[b->nends++] = sort_word(o->ops[i].res, (uint32_t)i);
    }
    sort_by_high32(b->ends, b->nends);
    b->elements = mem_zalloc(b->nelements + 1, sizeof *b->elements);
    if (o->begun)
        find_begun(b, o);
    else
        find_initial(b, &ids);
    map64_free(&ids);
}

void bits_close(struct bits *b)
{
    mem_free(b->link);
    mem_free(b->elements);
    mem_free(b->ends);
    mem_free(b->order);
}

static uint32_t meld(struct bits *b, uint32_t x, uint32_t y)
{
    if (x == NO_OP || y == NO_OP)
        return x == NO_OP ? y : x;
    if (b->o->ops[y].res < b->o->ops[x].res) {
        uint32_t t = x;
        x = y;
        y = t;
    }
    b->link[y].next = b->link[x].child;
    b->link[x].child = y;
    return x;
}

/* The heap without its root: its children melded in pairs, then all together. */
static uint32_t without_root(struct bits *b, uint32_t root)
{
    uint32_t paired = NO_OP, heap = NO_OP;
    for (uint32_t x = b->link[root].child, y, rest; x != NO_OP; x = rest) {
        y = b->link[x].next;
        rest = y == NO_OP ? NO_OP : b->link[y].next;
        x = meld(b, x, y);
        b->link[x].next = paired;
        paired = x;
    }
    for (uint32_t next; paired != NO_OP; paired = next) {
        next = b->link[paired].next;
        heap = meld(b, heap, paired);
    }
    return heap;
}

static void take(struct bits *b, uint32_t op)
{
    b->link[op].next = BIT_DONE;
    b->order[b->norder++] = op;
}

/* Change the state by the mover that completes first. False when none is open. */
static bool flip(struct bits *b, struct bit_element *e)
{
    uint32_t mover = e->movers[e->up];
    if (mover == NO_OP)
        return false;
    e->movers[e->up] = without_root(b, mover);
    take(b, mover);
    e->up = !e->up;
    for (uint32_t next, op = e->seekers[e->up]; op != NO_OP; op = next) {
        next = b->link[op].next;
        take(b, op);
    }
    e->seekers[e->up] = NO_OP;
    return true;
}

static bool moves(const struct bits *b, uint32_t op)
{
    return !b->o->classes[b->o->ops[op].cls].pure;
}

/* The state in which `op` is possible. */
static bool needs_up(const struct bits *b, uint32_t op)
{
    uint8_t action = b->o->classes[b->o->ops[op].cls].action;
    return action == ACT_DOWN || action == ACT_IS_UP;
}

static void begin(struct bits *b, uint32_t op)
{
    struct bit_element *e = &b->elements[b->link[op].element];
    bool up = needs_up(b, op);
    b->link[op].child = b->link[op].next = NO_OP;
    if (moves(b, op)) {
        e->movers[up] = meld(b, e->movers[up], op);
    } else if (e->up == up) {
        take(b, op);
    } else {
        b->link[op].next = e->seekers[up];
        e->seekers[up] = op;
    }
}

/* op returns: it has to have happened. */
static bool finish(struct bits *b, uint32_t op)
{
    struct bit_element *e = &b->elements[b->link[op].element];
    if (b->link[op].next == BIT_DONE)
        return true;
    if (e->up != needs_up(b, op) && !flip(b, e))
        return false;
    return !moves(b, op) || flip(b, e); /* by `op` itself, which completes first of all */
}

static void reset(struct bits *b, bool other)
{
    b->norder = 0;
    for (size_t i = 0; i < b->nelements; i++) {
        struct bit_element *e = &b->elements[i];
        e->up = e->begins_up != other;
        for (int k = 0; k < 2; k++)
            e->movers[k] = e->seekers[k] = NO_OP;
    }
}

uint32_t bits_scan(struct bits *b, bool other, bool all)
{
    const struct lin_op *ops = b->o->ops;
    uint8_t bad = other ? 2 : 1;
    reset(b, other);
    for (size_t i = 0, j = 0; i < b->o->n || j < b->nends;) {
        if (i < b->o->n && (j == b->nends || ops[i].inv < sort_key(b->ends[j]))) {
            if (!(b->elements[b->link[i].element].bad & bad))
                begin(b, (uint32_t)i);
            i++;
            continue;
        }
        uint32_t op = sort_id(b->ends[j++]);
        struct bit_element *e = &b->elements[b->link[op].element];
        if ((e->bad & bad) || finish(b, op))
            continue;
        e->bad |= bad;
        if (!all)
            return op;
    }
    return NO_OP;
}
