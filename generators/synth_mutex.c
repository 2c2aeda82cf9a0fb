/* A mutex without owners: a client that saw nothing else tries what may succeed. */
#include "base/mem.h"
#include "generators/synth_object.h"

struct mutex {
    val acquire, release;
    bool held;
};

static void *open_mutex(struct sim *s)
{
    struct mutex *m = mem_zalloc(1, sizeof *m);
    m->acquire = sim_name(s, "acquire");
    m->release = sim_name(s, "release");
    return m;
}

static void choose(struct sim *s, void *state, struct sim_op *op, bool mutate)
{
    const struct mutex *m = state;
    (void)mutate;
    op->f = rng_chance(&s->rng, m->held ? 0.2 : 0.8) ? m->acquire : m->release;
    op->mutates = true;
}

static void effect(struct sim *s, void *state, struct sim_op *op)
{
    struct mutex *m = state;
    (void)s;
    bool acquire = op->f == m->acquire;
    op->ok = m->held != acquire;
    if (op->ok)
        m->held = acquire;
}

/* Three acquires in a row: between two of them one release may have come in from the crashed ones,
 * so as many follow as there may be of those. */
static bool plant_two_holders(struct sim *s, uint32_t key, bool force)
{
    const struct mutex *m = s->states[key];
    uint64_t most = s->under_way + 2;
    if (most > 64 && !force)
        return false;
    for (uint64_t i = 0; i < most; i++)
        sim_plant(s, key, m->acquire, VAL_NIL, VAL_ABSENT, OP_OK);
    return true;
}

static const struct violation two_holders = {
    .name = "two-holders",
    .summary = "acquires succeed one after the other without a release that could explain them",
    .plant = plant_two_holders,
};
static const struct violation *const planted[] = {&two_holders, NULL};

const struct synth_object synth_mutex = {
    .model = "mutex",
    .violations = planted,
    .open = open_mutex,
    .close = mem_free,
    .choose = choose,
    .effect = effect,
};
