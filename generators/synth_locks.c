/* Locks by owner. Clients take and give back in turn. What a crashed client holds would be held for
 * ever, so only releases crash that leave nothing held, and they take effect no later than when
 * somebody else wants the lock; an acquire that has to crash, since so many crashes were asked for,
 * does nothing. */
#include "base/mem.h"
#include "generators/synth_object.h"

#include <stdio.h>

enum lock_kind { OWNER, REENTRANT, RW, FENCED, PERMITS };

enum { DEPTH = 3 };

struct holder {
    int64_t process;
    uint32_t count;
    bool releasing, write;
};

struct lock {
    enum lock_kind kind;
    val acquire, read, write, release; /* names */
    struct holder *holders;            /* per client */
    uint32_t most;                     /* clients that may hold it at a time */
    int64_t token;
};

static struct lock *open_as(struct sim *s, enum lock_kind kind)
{
    struct lock *l = mem_zalloc(1, sizeof *l);
    l->kind = kind;
    l->acquire = sim_name(s, "acquire");
    l->read = sim_name(s, "read-acquire");
    l->write = sim_name(s, "write-acquire");
    l->release = sim_name(s, "release");
    l->holders = mem_zalloc(s->o->processes, sizeof *l->holders);
    l->most = kind == PERMITS ? sim_permits(s) : 1;
    return l;
}

static void *open_owner(struct sim *s)
{
    return open_as(s, OWNER);
}

static void *open_reentrant(struct sim *s)
{
    return open_as(s, REENTRANT);
}

static void *open_rw(struct sim *s)
{
    return open_as(s, RW);
}

static void *open_fenced(struct sim *s)
{
    return open_as(s, FENCED);
}

static void *open_permits(struct sim *s)
{
    return open_as(s, PERMITS);
}

static void close_lock(void *state)
{
    struct lock *l = state;
    mem_free(l->holders);
    mem_free(l);
}

static void choose(struct sim *s, void *state, struct sim_op *op, bool mutate)
{
    struct lock *l = state;
    struct holder *h = &l->holders[op->client];
    if (h->process != op->process) /* it crashed as it gave back what it held */
        *h = (struct holder){.process = op->process};
    bool again = l->kind == REENTRANT && !s->o->crashes && h->count < DEPTH &&
                 rng_chance(&s->rng, 0.4);
    if (h->count > 0 && !again) {
        op->f = l->release;
        op->mutates = h->releasing = h->count == 1;
        return;
    }
    op->f = l->kind != RW ? l->acquire : rng_chance(&s->rng, 0.7) ? l->read : l->write;
    op->mutates = mutate;
    op->note = mutate; /* it does nothing */
}

/* Take the lock from those that are giving it back; false when others hold it. */
static bool clear(struct sim *s, struct lock *l, const struct sim_op *op)
{
    bool write = op->f != l->read;
    uint32_t others = 0;
    for (uint32_t i = 0; i < s->o->processes; i++) {
        struct holder *h = &l->holders[i];
        if (i == op->client || h->count == 0 || !(write || h->write))
            continue;
        if (h->releasing)
            h->count = 0;
        else
            others++;
    }
    return others < l->most;
}

static void effect(struct sim *s, void *state, struct sim_op *op)
{
    struct lock *l = state;
    struct holder *h = &l->holders[op->client];
    if (op->f == l->release) {
        if (h->process == op->process && h->count > 0)
            h->count--;
        return;
    }
    op->ok = !op->note && clear(s, l, op);
    if (!op->ok)
        return;
    h->count++;
    h->releasing = false;
    h->write = op->f != l->read;
    if (l->kind == FENCED)
        op->out = val_int(&s->h->values, ++l->token);
}

static val taking(const struct lock *l)
{
    return l->kind == RW ? l->write : l->acquire;
}

/* Planted clients are named, so that nobody else is one of them. */
static bool plant_two_holders(struct sim *s, uint32_t key, bool force)
{
    const struct lock *l = s->states[key];
    (void)force;
    for (uint32_t i = 0; i <= l->most; i++) {
        char name[24];
        (void)snprintf(name, sizeof name, "planted-%u", i + 1);
        sim_plant(s, key, taking(l), sim_name(s, name), VAL_NIL, OP_OK);
    }
    return true;
}

static bool plant_release(struct sim *s, uint32_t key, bool force)
{
    const struct lock *l = s->states[key];
    (void)force;
    sim_plant(s, key, l->release, sim_name(s, "stranger"), VAL_NIL, OP_OK);
    return true;
}

static bool plant_token(struct sim *s, uint32_t key, bool force)
{
    struct lock *l = s->states[key];
    val name = sim_name(s, "first"), token = val_int(&s->h->values, ++l->token);
    (void)force;
    sim_plant(s, key, l->acquire, name, token, OP_OK);
    sim_plant(s, key, l->release, name, VAL_NIL, OP_OK);
    sim_plant(s, key, l->acquire, sim_name(s, "second"), token, OP_OK);
    return true;
}

static const struct violation two_holders = {
    .name = "two-holders",
    .summary = "two clients take the lock, or more than there are permits, and none gives it back",
    .plant = plant_two_holders,
};
static const struct violation not_held = {
    .name = "release-not-held",
    .summary = "a client gives back what it never took",
    .plant = plant_release,
};
static const struct violation token_order = {
    .name = "token-order",
    .summary = "two holders get the same fencing token",
    .plant = plant_token,
};
static const struct violation *const planted[] = {&two_holders, &not_held, NULL};
static const struct violation *const planted_fenced[] = {&two_holders, &not_held, &token_order,
                                                         NULL};

const struct synth_object synth_owner_mutex = {
    .model = "owner-mutex",
    .violations = planted,
    .open = open_owner,
    .close = close_lock,
    .choose = choose,
    .effect = effect,
};

const struct synth_object synth_owner_semaphore = {
    .model = "owner-semaphore",
    .violations = planted,
    .open = open_permits,
    .close = close_lock,
    .choose = choose,
    .effect = effect,
};

const struct synth_object synth_reentrant_mutex = {
    .model = "reentrant-mutex",
    .violations = planted,
    .open = open_reentrant,
    .close = close_lock,
    .choose = choose,
    .effect = effect,
};

const struct synth_object synth_rw_lock = {
    .model = "rw-lock",
    .violations = planted,
    .open = open_rw,
    .close = close_lock,
    .choose = choose,
    .effect = effect,
};

const struct synth_object synth_fenced_mutex = {
    .model = "fenced-mutex",
    .violations = planted_fenced,
    .open = open_fenced,
    .close = close_lock,
    .choose = choose,
    .effect = effect,
};
