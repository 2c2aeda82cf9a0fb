/* Counters, fetch-and-add and unique ids. */
#include "base/mem.h"
#include "generators/synth_object.h"

struct number {
    val change, read; /* names */
    int64_t now;
};

static struct number *open_as(struct sim *s, const char *change)
{
    struct number *n = mem_zalloc(1, sizeof *n);
    n->change = sim_name(s, change);
    n->read = sim_name(s, "read");
    return n;
}

static void *open_counter(struct sim *s)
{
    return open_as(s, "inc");
}

static void *open_number(struct sim *s)
{
    return open_as(s, "fetch-and-add");
}

static void *open_ids(struct sim *s)
{
    return open_as(s, "generate");
}

static void choose(struct sim *s, void *state, struct sim_op *op, bool mutate)
{
    const struct number *n = state;
    op->mutates = mutate || !rng_chance(&s->rng, s->o->read_share);
    op->f = op->mutates ? n->change : n->read;
}

static void choose_id(struct sim *s, void *state, struct sim_op *op, bool mutate)
{
    const struct number *n = state;
    (void)s;
    (void)mutate;
    op->mutates = true;
    op->f = n->change;
}

static void count(struct sim *s, void *state, struct sim_op *op)
{
    struct number *n = state;
    if (op->f == n->read)
        op->out = val_int(&s->h->values, n->now);
    else
        n->now++;
}

static void fetch_and_add(struct sim *s, void *state, struct sim_op *op)
{
    struct number *n = state;
    op->out = val_int(&s->h->values, n->now);
    n->now += op->f == n->change;
}

/* Two reads in a row, of which the second tells less. */
static bool plant_back(struct sim *s, uint32_t key, bool force)
{
    const struct number *n = s->states[key];
    struct values *t = &s->h->values;
    (void)force;
    sim_plant(s, key, n->read, VAL_NIL, val_int(t, n->now), OP_OK);
    sim_plant(s, key, n->read, VAL_NIL, val_int(t, n->now - 1), OP_OK);
    return true;
}

/* Two operations that return the same number, or id. */
static bool plant_twice(struct sim *s, uint32_t key, bool force)
{
    struct number *n = s->states[key];
    val number = val_int(&s->h->values, n->now++);
    (void)force;
    sim_plant(s, key, n->change, VAL_NIL, number, OP_OK);
    sim_plant(s, key, n->change, VAL_NIL, number, OP_OK);
    return true;
}

static const struct violation back = {
    .name = "counter-goes-back",
    .summary = "of two reads in a row the second returns less",
    .plant = plant_back,
};
static const struct violation twice = {
    .name = "duplicate-number",
    .summary = "two operations return the same number",
    .plant = plant_twice,
};
static const struct violation *const of_counter[] = {&back, NULL};
static const struct violation *const of_number[] = {&twice, NULL};

const struct synth_object synth_counter = {
    .model = "counter",
    .violations = of_counter,
    .open = open_counter,
    .close = mem_free,
    .choose = choose,
    .effect = count,
};

const struct synth_object synth_fetch_and_add = {
    .model = "fetch-and-add",
    .violations = of_number,
    .open = open_number,
    .close = mem_free,
    .choose = choose,
    .effect = fetch_and_add,
};

const struct synth_object synth_unique_ids = {
    .model = "unique-ids",
    .violations = of_number,
    .open = open_ids,
    .close = mem_free,
    .choose = choose_id,
    .effect = fetch_and_add,
};
