/* Sets whose operations tell what they found, and sets and lists that grow and are read whole. The
 * reads of a history together return a few elements per add, so that it stays linear in size. */
#include "base/hash.h"
#include "base/mem.h"
#include "generators/synth_object.h"

enum { ELEMENTS = 1000, READ_PER_ADD = 8 };

struct set {
    val add, remove, contains;
    struct map64 inside; /* element -> is it there */
};

static void *open_set(struct sim *s)
{
    struct set *x = mem_zalloc(1, sizeof *x);
    x->add = sim_name(s, "add");
    x->remove = sim_name(s, "remove");
    x->contains = sim_name(s, "contains");
    return x;
}

static void close_set(void *state)
{
    struct set *x = state;
    map64_free(&x->inside);
    mem_free(x);
}

static void choose_set(struct sim *s, void *state, struct sim_op *op, bool mutate)
{
    const struct set *x = state;
    uint32_t elements = s->o->values ? s->o->values : ELEMENTS;
    op->in = val_int(&s->h->values, (int64_t)rng_below(&s->rng, elements));
    op->mutates = mutate || !rng_chance(&s->rng, s->o->read_share);
    op->f = !op->mutates ? x->contains : rng_chance(&s->rng, 0.5) ? x->add : x->remove;
}

static void effect_set(struct sim *s, void *state, struct sim_op *op)
{
    struct set *x = state;
    (void)s;
    bool in = map64_get(&x->inside, op->in) == 1;
    bool yes = op->f == x->add ? !in : in;
    op->out = yes ? VAL_TRUE : VAL_FALSE;
    if (op->f != x->contains)
        map64_put(&x->inside, op->in, op->f == x->add);
}

static bool plant_lost_element(struct sim *s, uint32_t key, bool force)
{
    const struct set *x = s->states[key];
    val v = sim_fresh(s);
    (void)force;
    sim_plant(s, key, x->add, v, VAL_TRUE, OP_OK);
    sim_plant(s, key, x->contains, v, VAL_FALSE, OP_OK);
    return true;
}

static const struct violation lost_element = {
    .name = "lost-element",
    .summary = "an element that was added is not there when it is asked for",
    .plant = plant_lost_element,
};
static const struct violation *const planted_set[] = {&lost_element, NULL};

const struct synth_object synth_set = {
    .model = "set",
    .violations = planted_set,
    .open = open_set,
    .close = close_set,
    .choose = choose_set,
    .effect = effect_set,
};

struct growing {
    enum val_kind kind; /* V_SET or V_LIST */
    val add, read;
    struct map64 inside; /* sets only */
    val *items;
    size_t n, cap;
    uint64_t adds, returned; /* invoked; elements returned by all reads */
};

static struct growing *open_growing(struct sim *s, enum val_kind kind, const char *add)
{
    struct growing *x = mem_zalloc(1, sizeof *x);
    x->kind = kind;
    x->add = sim_name(s, add);
    x->read = sim_name(s, "read");
    return x;
}

static void *open_grow_set(struct sim *s)
{
    return open_growing(s, V_SET, "add");
}

static void *open_list(struct sim *s)
{
    return open_growing(s, V_LIST, "append");
}

static void close_growing(void *state)
{
    struct growing *x = state;
    map64_free(&x->inside);
    mem_free(x->items);
    mem_free(x);
}

static void choose_growing(struct sim *s, void *state, struct sim_op *op, bool mutate)
{
    struct growing *x = state;
    bool affordable = x->returned + x->n <= READ_PER_ADD * (x->adds + 1);
    if (!mutate && affordable && rng_chance(&s->rng, s->o->read_share)) {
        op->f = x->read;
        x->returned += x->n;
        return;
    }
    op->f = x->add;
    op->mutates = true;
    op->in = sim_random(s);
    x->adds++;
}

/* Everything that is inside now. */
static val whole(struct sim *s, const struct growing *x)
{
    val *copy = mem_alloc((x->n + 1) * sizeof *copy);
    for (size_t i = 0; i < x->n; i++)
        copy[i] = x->items[i];
    val v = val_seq(&s->h->values, x->kind, copy, x->n);
    mem_free(copy);
    return v;
}

static void effect_growing(struct sim *s, void *state, struct sim_op *op)
{
    struct growing *x = state;
    if (op->f == x->read) {
        op->out = whole(s, x);
        return;
    }
    if (x->kind == V_SET && map64_get(&x->inside, op->in) != MAP64_NONE)
        return;
    if (x->kind == V_SET)
        map64_put(&x->inside, op->in, 0);
    x->items = mem_grow(x->items, &x->cap, x->n + 1, sizeof *x->items);
    x->items[x->n++] = op->in;
}

static bool plant_lost_add(struct sim *s, uint32_t key, bool force)
{
    const struct growing *x = s->states[key];
    (void)force;
    sim_plant(s, key, x->add, sim_fresh(s), VAL_ABSENT, OP_OK);
    sim_plant(s, key, x->read, VAL_NIL, whole(s, x), OP_OK);
    return true;
}

static const struct violation lost_add = {
    .name = "lost-add",
    .summary = "what was added is missing in a read that began later",
    .plant = plant_lost_add,
};
static const struct violation *const planted_growing[] = {&lost_add, NULL};

const struct synth_object synth_grow_set = {
    .model = "grow-set",
    .violations = planted_growing,
    .open = open_grow_set,
    .close = close_growing,
    .choose = choose_growing,
    .effect = effect_growing,
};

const struct synth_object synth_list = {
    .model = "list",
    .violations = planted_growing,
    .open = open_list,
    .close = close_growing,
    .choose = choose_growing,
    .effect = effect_growing,
};
