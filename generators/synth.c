/* Synthetic histories: a discrete event simulation. A heap holds the next moment of every client;
 * each operation has three: it is invoked, takes effect, and completes. Its effect is atomic and
 * lies between the other two, which is what makes the history linearizable. A crashed operation
 * completes with :info and takes effect with probability 1/2, possibly long afterwards; its client
 * goes on under a new process id. Only integer arithmetic decides times, so that a seed gives the
 * same history on every machine. */
#include "generators/sim.h"

#include "base/mem.h"
#include "generators/synth_object.h"

enum { DURATION = 1000000 }; /* mean duration of an operation, virtual nanoseconds */

struct client {
    struct sim_op op;
    enum { IDLE, UNDER_WAY, TOOK_EFFECT } step;
    bool crashes;
    int64_t end, process;
};

struct moment {
    int64_t time;
    uint32_t who; /* client, or number of clients + late effect */
};

struct run {
    struct sim s;
    struct client *clients;
    struct moment *heap;
    size_t nheap, heap_cap;
    struct sim_op *late; /* crashed operations that have yet to take effect */
    size_t nlate, late_cap;
    uint64_t invoked, crashed;
    const struct violation *violation; /* NULL: none, or planted already */
    uint64_t plant_from, plant_by;
    double cas_share;    /* 0 where the model has no cas */
    uint64_t most_pause; /* virtual nanoseconds */
};

void synth_defaults(struct synth_options *o)
{
    *o = (struct synth_options){.model = "cas-register",
                                .ops = 10000,
                                .processes = 10,
                                .keys = 1,
                                .read_share = 0.4,
                                .cas_share = 0.3,
                                .cas_wrong = 0.2,
                                .think = 0.2,
                                .lag = 10000000,
                                .inject_at = 0.9};
}

/* --- the heap --------------------------------------------------------------------------------*/

/* Without branches: which child is earlier cannot be predicted. */
static bool before(struct moment a, struct moment b)
{
    return (a.time < b.time) | ((a.time == b.time) & (a.who < b.who));
}

static void sift_down(struct run *r)
{
    struct moment x = r->heap[0];
    size_t i = 0, c;
    while ((c = 2 * i + 1) < r->nheap) {
        if (c + 1 < r->nheap)
            c += before(r->heap[c + 1], r->heap[c]);
        if (!before(r->heap[c], x))
            break;
        r->heap[i] = r->heap[c];
        i = c;
    }
    r->heap[i] = x;
}

static void push(struct run *r, int64_t time, uint32_t who)
{
    r->heap = mem_grow(r->heap, &r->heap_cap, r->nheap + 1, sizeof *r->heap);
    struct moment x = {time, who};
    size_t i = r->nheap++;
    for (; i > 0 && before(x, r->heap[(i - 1) / 2]); i = (i - 1) / 2)
        r->heap[i] = r->heap[(i - 1) / 2];
    r->heap[i] = x;
}

/* The moment at the top is over; the same client's next one is at `time`. */
static void next_at(struct run *r, int64_t time)
{
    r->heap[0].time = time;
    sift_down(r);
}

static void pop(struct run *r)
{
    r->heap[0] = r->heap[--r->nheap];
    if (r->nheap > 0)
        sift_down(r);
}

/* --- chance ----------------------------------------------------------------------------------*/

/* A random part of `most` < 2^32, from the upper half of a random word: no division, and that some
 * times are likelier by 2^-32 is no matter. */
static int64_t part(uint64_t word, uint64_t most)
{
    return (int64_t)((word >> 32) * most >> 32);
}

/* 0.1 to 1.9 of the mean; one operation in 16 is two to five times slower. */
static int64_t duration(struct rng *rng)
{
    uint64_t x = rng_next(rng);
    int64_t d = DURATION / 10 + part(x, DURATION / 5 * 9);
    bool slow = (x & 15) == 0;
    return slow ? d * (int64_t)(2 + (x >> 4 & 3)) : d;
}

static int64_t pause(struct run *r)
{
    return 1 + part(rng_next(&r->s.rng), r->most_pause);
}

static struct sim_act choose_cas(struct run *r, uint32_t key)
{
    struct sim *s = &r->s;
    val expected = s->keys[key].current;
    bool wrong = rng_chance(&s->rng, s->o->cas_wrong);
    if (wrong && s->o->values)
        expected = sim_random(s);
    else if (wrong)
        expected = val_int(&s->h->values, (int64_t)rng_below(&s->rng, s->next_value));
    return (struct sim_act){SIM_CAS, key, expected, sim_random(s)};
}

static struct sim_act choose_act(struct run *r, uint32_t key, bool must_write)
{
    struct sim *s = &r->s;
    const struct synth_options *o = s->o;
    double cas = s->keys[key].current != VAL_NIL ? r->cas_share : 0;
    double x = rng_unit(&s->rng);
    if (must_write)
        x = o->read_share + x * (1 - o->read_share);
    if (x < o->read_share)
        return (struct sim_act){SIM_READ, key, VAL_NIL, VAL_ABSENT};
    if (x < o->read_share + cas)
        return choose_cas(r, key);
    return (struct sim_act){SIM_WRITE, key, sim_random(s), VAL_ABSENT};
}

/* Whether the next operation is one of a fixed number that crash (selection sampling). */
static bool is_chosen(struct run *r)
{
    const struct synth_options *o = r->s.o;
    return o->crashes &&
           rng_below(&r->s.rng, o->ops - r->invoked) < o->crashes - r->crashed;
}

static void choose_op(struct run *r, struct client *c)
{
    struct sim *s = &r->s;
    uint32_t keys = s->o->keys;
    bool chosen = is_chosen(r), writes = false;
    c->op = (struct sim_op){.n = 1, .process = c->process};
    c->op.client = (uint32_t)(c - r->clients);
    if (s->txns)
        c->op.n += (uint32_t)rng_below(&s->rng, keys < SIM_ACTS ? keys : SIM_ACTS);
    uint32_t key = keys > 1 ? (uint32_t)rng_below(&s->rng, keys) : 0;
    if (s->object) {
        c->op.act[0].key = key;
        c->op.in = VAL_NIL;
        c->op.out = VAL_ABSENT;
        s->object->choose(s, s->states[key], &c->op, chosen);
        writes = c->op.mutates;
    }
    for (uint32_t i = 0; i < c->op.n && !s->object; i++) {
        c->op.act[i] = choose_act(r, (key + i) % keys, chosen && i == 0);
        writes |= c->op.act[i].kind != SIM_READ;
    }
    c->crashes = chosen || (writes && !s->o->crashes && rng_chance(&s->rng, s->o->crash_rate));
    r->crashed += c->crashes;
}

/* --- the clients -----------------------------------------------------------------------------*/

static void crash(struct run *r, struct client *c)
{
    struct rng *rng = &r->s.rng;
    if (rng_below(rng, 2)) {
        int64_t delay = duration(rng) << rng_below(rng, 8);
        r->late = mem_grow(r->late, &r->late_cap, r->nlate + 1, sizeof *r->late);
        r->late[r->nlate] = c->op;
        push(r, r->s.time + delay, r->s.o->processes + (uint32_t)r->nlate++);
    }
}

static void begin(struct run *r, struct client *c)
{
    choose_op(r, c);
    sim_invoke(&r->s, &c->op);
    r->invoked++;
    int64_t d = duration(&r->s.rng);
    c->end = r->s.time + d;
    c->step = c->crashes ? TOOK_EFFECT : UNDER_WAY;
    next_at(r, c->crashes ? c->end : r->s.time + part(rng_next(&r->s.rng), (uint64_t)d));
    if (c->crashes)
        crash(r, c);
}

static void finish(struct run *r, struct client *c)
{
    sim_complete(&r->s, &c->op, c->crashes ? OP_INFO : c->op.ok ? OP_OK : OP_FAIL);
    if (c->crashes)
        c->process += r->s.o->processes;
    c->step = IDLE;
    next_at(r, r->s.time + pause(r));
}

static bool try_to_plant(struct run *r, const struct client *c, bool force)
{
    if (!r->violation || (!force && r->invoked < r->plant_from))
        return false;
    r->s.planter = c->process;
    uint32_t key = (uint32_t)rng_below(&r->s.rng, r->s.o->keys);
    if (!r->violation->plant(&r->s, key, force || r->invoked >= r->plant_by))
        return false;
    r->violation = NULL;
    return true;
}

static void idle(struct run *r, struct client *c)
{
    if (r->invoked == r->s.o->ops)
        pop(r);
    else if (try_to_plant(r, c, false))
        next_at(r, r->s.time + pause(r));
    else
        begin(r, c);
}

static void step(struct run *r)
{
    uint32_t who = r->heap[0].who;
    r->s.time = r->heap[0].time;
    if (who >= r->s.o->processes) {
        sim_effect(&r->s, &r->late[who - r->s.o->processes]);
        pop(r);
        return;
    }
    struct client *c = &r->clients[who];
    if (c->step == IDLE) {
        idle(r, c);
    } else if (c->step == UNDER_WAY) {
        sim_effect(&r->s, &c->op);
        c->step = TOOK_EFFECT;
        next_at(r, c->end);
    } else {
        finish(r, c);
    }
}

/* --- options ---------------------------------------------------------------------------------*/

static bool has_cas(const struct synth_options *o)
{
    return strcmp(o->model, "cas-register") == 0 || strcmp(o->model, "kv") == 0;
}

static bool is_share(double x)
{
    return x >= 0 && x <= 1;
}

static bool check_numbers(const struct synth_options *o, struct err *e)
{
    enum { MOST_CLIENTS = 1 << 20, MOST_KEYS = 1 << 24, MOST_OPS = 1 << 30 };
    if (o->processes < 1 || o->processes > MOST_CLIENTS)
        return err_set(e, ERR_USAGE, "the number of processes must be 1 to %d", MOST_CLIENTS);
    if (o->keys < 1 || o->keys > MOST_KEYS)
        return err_set(e, ERR_USAGE, "the number of keys must be 1 to %d", MOST_KEYS);
    if (o->ops > MOST_OPS)
        return err_set(e, ERR_USAGE, "the number of operations must be at most %d", MOST_OPS);
    if (o->values >= MOST_OPS)
        return err_set(e, ERR_USAGE, "the number of values must be below %d", MOST_OPS);
    if (o->crashes > o->ops)
        return err_set(e, ERR_USAGE, "more crashes than operations");
    if (!is_share(o->read_share) || !is_share(o->cas_share) || !is_share(o->cas_wrong) ||
        !is_share(o->crash_rate) || !is_share(o->inject_at) ||
        o->read_share + o->cas_share > 1 + 1e-9)
        return err_set(e, ERR_USAGE, "shares and rates must be 0 to 1, reads and cas together too");
    if (!(o->think >= 0 && o->think <= 1000))
        return err_set(e, ERR_USAGE, "the think time must be 0 to 1000 mean durations");
    return true;
}

static bool is_known(const char *model)
{
    const char *known;
    for (size_t i = 0; (known = synth_model(i)); i++)
        if (strcmp(known, model) == 0)
            return true;
    return false;
}

static bool unknown_model(const struct synth_options *o, struct err *e)
{
    struct buf b = {.max = 400};
    const char *known;
    for (size_t i = 0; (known = synth_model(i)); i++)
        buf_printf(&b, "%s%s", i ? ", " : "", known);
    err_set(e, ERR_USAGE, "no histories of model %s can be generated; there are %.*s", o->model,
            (int)b.n, buf_str(&b).p);
    buf_free(&b);
    return false;
}

static bool no_violation(const struct synth_options *o, struct err *e)
{
    const struct synth_object *x = synth_object_find(o->model);
    const struct violation *const *v = x ? x->violations : violations;
    struct buf b = {.max = 400};
    for (size_t i = 0; v[i]; i++)
        buf_printf(&b, "%s%s", i ? ", " : "", v[i]->name);
    err_set(e, ERR_USAGE, "%s cannot be planted into a history of model %s; there are %.*s",
            o->inject, o->model, (int)b.n, buf_str(&b).p);
    buf_free(&b);
    return false;
}

static bool check_options(const struct synth_options *o, struct err *e)
{
    bool txns = strcmp(o->model, "multi-register") == 0;
    if (!is_known(o->model))
        return unknown_model(o, e);
    if (!check_numbers(o, e))
        return false;
    if (o->versions && txns)
        return err_set(e, ERR_USAGE, "multi-register has no versions: they are kept per key");
    if (o->versions && synth_object_find(o->model))
        return err_set(e, ERR_USAGE, "only registers have versions");
    const struct violation *v = o->inject ? violation_find(o->model, o->inject) : NULL;
    if (o->inject && !v)
        return no_violation(o, e);
    if (v && v->needs_cas && !has_cas(o))
        return err_set(e, ERR_USAGE, "%s needs a model with cas", v->name);
    if (v && v->needs_txn && (!txns || o->keys < 2))
        return err_set(e, ERR_USAGE, "%s needs model multi-register with 2 keys or more", v->name);
    if (v && (uint64_t)o->values * o->keys > 1u << 28)
        return err_set(e, ERR_USAGE,
                       "too many values and keys to plant a violation; use unique values");
    return true;
}

bool synth_generate(struct history *h, const struct synth_options *o, struct err *e)
{
    if (!check_options(o, e))
        return false;
    struct run r = {.violation = o->inject ? violation_find(o->model, o->inject) : NULL,
                    .cas_share = has_cas(o) ? o->cas_share : 0,
                    .most_pause = (uint64_t)(o->think * 2 * DURATION)};
    r.plant_from = (uint64_t)((double)o->ops * o->inject_at);
    r.plant_by = r.plant_from + o->ops / 20 + 50;
    sim_init(&r.s, h, o);
    r.clients = mem_zalloc(o->processes, sizeof *r.clients);
    for (uint32_t i = 0; i < o->processes; i++) {
        r.clients[i].process = i;
        push(&r, part(rng_next(&r.s.rng), DURATION), i);
    }
    while (r.nheap > 0)
        step(&r);
    (void)try_to_plant(&r, &r.clients[0], true);
    h->format = "generated";
    mem_free(r.clients);
    mem_free(r.heap);
    mem_free(r.late);
    sim_free(&r.s);
    return true;
}
