/* Leases of a few ms. Clients acquire, renew and give back, or forget that they had one; a client
 * that crashes leaves its lease to end by itself. The server counts from the grant. */
#include "base/mem.h"
#include "generators/synth_object.h"

enum { TTL_MS = 6, LONG_MS = 60000, NS_PER_MS = 1000000 };

struct lease {
    val acquire, renew, release; /* names */
    val client, ttl, in;         /* keys of maps, and {:ttl TTL_MS} */
    int64_t owner, over;         /* process, or -1; when it ends */
};

static val map_of(struct sim *s, const struct lease *l, int64_t ms, const char *client)
{
    val items[4] = {l->ttl, val_int(&s->h->values, ms), l->client};
    if (client)
        items[3] = sim_name(s, client);
    return val_seq(&s->h->values, V_MAP, items, client ? 4 : 2);
}

static void *open_lease(struct sim *s)
{
    struct lease *l = mem_zalloc(1, sizeof *l);
    l->acquire = sim_name(s, "acquire");
    l->renew = sim_name(s, "renew");
    l->release = sim_name(s, "release");
    l->client = sim_name(s, "client");
    l->ttl = sim_name(s, "ttl");
    l->in = map_of(s, l, TTL_MS, NULL);
    l->owner = -1;
    return l;
}

static int64_t now(const struct sim *s)
{
    return s->time + s->shift;
}

static bool holds(const struct sim *s, const struct lease *l, int64_t process)
{
    return l->owner == process && now(s) < l->over;
}

static void choose(struct sim *s, void *state, struct sim_op *op, bool mutate)
{
    const struct lease *l = state;
    (void)mutate;
    op->mutates = true;
    bool mine = l->owner == op->process; /* or was, and may be over by now */
    double x = rng_unit(&s->rng);
    op->f = !mine || x < 0.1 ? l->acquire : x < 0.6 ? l->renew : l->release;
    if (op->f == l->acquire)
        op->in = l->in;
}

static void effect(struct sim *s, void *state, struct sim_op *op)
{
    struct lease *l = state;
    bool mine = holds(s, l, op->process), is_free = l->owner < 0 || now(s) >= l->over;
    op->ok = mine || (op->f == l->acquire && is_free);
    if (!op->ok)
        return;
    l->owner = op->f == l->release ? -1 : op->process;
    l->over = now(s) + (int64_t)TTL_MS * NS_PER_MS;
}

/* Planted clients are named, so that nobody else is one of them. */
static bool plant_overlap(struct sim *s, uint32_t key, bool force)
{
    const struct lease *l = s->states[key];
    (void)force;
    sim_plant(s, key, l->acquire, map_of(s, l, LONG_MS, "first"), VAL_NIL, OP_OK);
    sim_plant(s, key, l->acquire, map_of(s, l, LONG_MS, "second"), VAL_NIL, OP_OK);
    return true;
}

static bool plant_not_held(struct sim *s, uint32_t key, bool force)
{
    const struct lease *l = s->states[key];
    (void)force;
    sim_plant(s, key, l->renew, map_of(s, l, LONG_MS, "stranger"), VAL_NIL, OP_OK);
    return true;
}

static const struct violation overlap = {
    .name = "lease-overlap",
    .summary = "a client is granted a lease while that of another one still runs",
    .plant = plant_overlap,
};
static const struct violation not_held = {
    .name = "lease-not-held",
    .summary = "a client renews a lease that it never had",
    .plant = plant_not_held,
};
static const struct violation *const planted[] = {&overlap, &not_held, NULL};

const struct synth_object synth_lease = {
    .model = "lease",
    .violations = planted,
    .open = open_lease,
    .close = mem_free,
    .choose = choose,
    .effect = effect,
};
