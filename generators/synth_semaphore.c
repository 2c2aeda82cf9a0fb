/* A semaphore without owners: as for a mutex, a client that saw nothing else tries what may
 * succeed. A release while nothing is taken fails, so that there are never more permits than at
 * first. */
#include "base/mem.h"
#include "generators/synth_object.h"

struct semaphore {
    val acquire, release;
    uint32_t permits, taken;
};

static void *open_semaphore(struct sim *s)
{
    struct semaphore *m = mem_zalloc(1, sizeof *m);
    m->acquire = sim_name(s, "acquire");
    m->release = sim_name(s, "release");
    m->permits = sim_permits(s);
    return m;
}

static void choose(struct sim *s, void *state, struct sim_op *op, bool mutate)
{
    const struct semaphore *m = state;
    (void)mutate;
    op->f = rng_chance(&s->rng, m->taken == m->permits ? 0.2 : 0.6) ? m->acquire : m->release;
    op->mutates = true;
}

static void effect(struct sim *s, void *state, struct sim_op *op)
{
    struct semaphore *m = state;
    (void)s;
    bool acquire = op->f == m->acquire;
    op->ok = acquire ? m->taken < m->permits : m->taken > 0;
    if (op->ok)
        m->taken = acquire ? m->taken + 1 : m->taken - 1;
}

/* One acquire more than all permits and the releases that may still take effect allow. */
static bool plant_two_holders(struct sim *s, uint32_t key, bool force)
{
    const struct semaphore *m = s->states[key];
    uint64_t most = s->under_way + m->permits + 1;
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

const struct synth_object synth_semaphore = {
    .model = "semaphore",
    .violations = planted,
    .open = open_semaphore,
    .close = mem_free,
    .choose = choose,
    .effect = effect,
};
