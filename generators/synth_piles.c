/* Stacks and priority queues. Takes do not crash: nobody would know what they took, and such
 * histories could only be decided by search. The priorities of elements go up and down. */
#include "base/mem.h"
#include "generators/synth_object.h"

enum pile_kind { STACK, SMALLEST_FIRST, LARGEST_FIRST };

struct pile {
    enum pile_kind kind;
    val put, take, peek;
    val *items; /* a stack with its top last, or a binary heap with the most urgent at 0 */
    size_t n, cap;
};

static struct pile *open_as(struct sim *s, enum pile_kind kind)
{
    struct pile *p = mem_zalloc(1, sizeof *p);
    p->kind = kind;
    p->put = sim_name(s, kind == STACK ? "push" : "insert");
    p->take = sim_name(s, kind == STACK ? "pop" : kind == LARGEST_FIRST ? "extract-max" : "poll");
    p->peek = sim_name(s, "peek");
    return p;
}

static void *open_stack(struct sim *s)
{
    return open_as(s, STACK);
}

static void *open_smallest(struct sim *s)
{
    return open_as(s, SMALLEST_FIRST);
}

static void *open_largest(struct sim *s)
{
    return open_as(s, LARGEST_FIRST);
}

static void close_pile(void *state)
{
    struct pile *p = state;
    mem_free(p->items);
    mem_free(p);
}

/* Numbers that count up become all different ones without an order (a bijection on 30 bits). */
static val scatter(struct sim *s, const struct pile *p, val v)
{
    int64_t i;
    if (p->kind == STACK || !val_get_int(&s->h->values, v, &i) || i < 0 || i >> 30 != 0)
        return v;
    return val_int(&s->h->values, (int64_t)((uint64_t)i * 0x2545f491u & 0x3fffffffu));
}

static void choose(struct sim *s, void *state, struct sim_op *op, bool mutate)
{
    const struct pile *p = state;
    if (!mutate && rng_chance(&s->rng, s->o->read_share)) {
        op->f = p->peek;
        return;
    }
    size_t some = 2 * (size_t)s->o->processes;
    if (!mutate && rng_chance(&s->rng, p->n > some ? 0.6 : 0.45)) {
        op->f = p->take;
        return;
    }
    op->f = p->put;
    op->mutates = true;
    op->in = sim_random(s);
    if (s->o->values == 0)
        op->in = scatter(s, p, op->in);
}

static bool before(struct sim *s, const struct pile *p, val x, val y)
{
    int64_t i = 0, j = 0;
    (void)val_get_int(&s->h->values, x, &i);
    (void)val_get_int(&s->h->values, y, &j);
    return p->kind == LARGEST_FIRST ? i > j : i < j;
}

static void put(struct sim *s, struct pile *p, val v)
{
    p->items = mem_grow(p->items, &p->cap, p->n + 1, sizeof *p->items);
    size_t at = p->n++;
    for (; p->kind != STACK && at > 0 && before(s, p, v, p->items[(at - 1) / 2]); at = (at - 1) / 2)
        p->items[at] = p->items[(at - 1) / 2];
    p->items[at] = v;
}

static void take(struct sim *s, struct pile *p)
{
    val last = p->items[--p->n];
    if (p->kind == STACK || p->n == 0)
        return;
    size_t at = 0;
    for (size_t next; (next = 2 * at + 1) < p->n; at = next) {
        if (next + 1 < p->n && before(s, p, p->items[next + 1], p->items[next]))
            next++;
        if (!before(s, p, p->items[next], last))
            break;
        p->items[at] = p->items[next];
    }
    p->items[at] = last;
}

static void effect(struct sim *s, void *state, struct sim_op *op)
{
    struct pile *p = state;
    if (op->f == p->put) {
        put(s, p, op->in);
        return;
    }
    op->out = VAL_NIL;
    if (p->n == 0)
        return;
    op->out = p->items[p->kind == STACK ? p->n - 1 : 0];
    if (op->f == p->take)
        take(s, p);
}

static val add(struct sim *s, uint32_t key)
{
    const struct pile *p = s->states[key];
    val v = scatter(s, p, sim_fresh(s));
    sim_plant(s, key, p->put, v, VAL_ABSENT, OP_OK);
    return v;
}

static void take_out(struct sim *s, uint32_t key, val v)
{
    const struct pile *p = s->states[key];
    sim_plant(s, key, p->take, VAL_NIL, v, OP_OK);
}

static bool plant_order(struct sim *s, uint32_t key, bool force)
{
    const struct pile *p = s->states[key];
    val x = add(s, key), y = add(s, key);
    bool first = p->kind == STACK || before(s, p, y, x); /* y has to come out first */
    (void)force;
    take_out(s, key, first ? x : y);
    take_out(s, key, first ? y : x);
    return true;
}

static bool plant_empty(struct sim *s, uint32_t key, bool force)
{
    (void)force;
    val x = add(s, key);
    take_out(s, key, VAL_NIL);
    take_out(s, key, x);
    return true;
}

static bool plant_twice(struct sim *s, uint32_t key, bool force)
{
    (void)force;
    val x = add(s, key);
    take_out(s, key, x);
    take_out(s, key, x);
    return true;
}

static bool plant_thin_air(struct sim *s, uint32_t key, bool force)
{
    (void)force;
    take_out(s, key, scatter(s, s->states[key], sim_fresh(s)));
    return true;
}

static const struct violation stack_order = {
    .name = "stack-order",
    .summary = "an element is popped from under another one",
    .plant = plant_order,
};
static const struct violation priority_order = {
    .name = "priority-order",
    .summary = "an element comes out before a more urgent one",
    .plant = plant_order,
};
static const struct violation empty = {
    .name = "false-empty",
    .summary = "it is found empty between the coming and the going of an element",
    .plant = plant_empty,
};
static const struct violation twice = {
    .name = "taken-twice",
    .summary = "an element that came in once comes out twice",
    .plant = plant_twice,
};
static const struct violation thin_air = {
    .name = "thin-air-read",
    .summary = "an element comes out that was never put in",
    .plant = plant_thin_air,
};
static const struct violation *const of_stacks[] = {&stack_order, &empty, &twice, &thin_air, NULL};
static const struct violation *const of_queues[] = {&priority_order, &empty, &twice, &thin_air,
                                                    NULL};

const struct synth_object synth_stack = {
    .model = "stack",
    .violations = of_stacks,
    .open = open_stack,
    .close = close_pile,
    .choose = choose,
    .effect = effect,
};

const struct synth_object synth_priority_queue = {
    .model = "priority-queue",
    .violations = of_queues,
    .open = open_smallest,
    .close = close_pile,
    .choose = choose,
    .effect = effect,
};

const struct synth_object synth_max_priority_queue = {
    .model = "max-priority-queue",
    .violations = of_queues,
    .open = open_largest,
    .close = close_pile,
    .choose = choose,
    .effect = effect,
};
