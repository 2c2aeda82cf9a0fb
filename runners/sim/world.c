#include "runners/sim/world.h"

#include "base/mem.h"
#include "base/rng.h"
#include "runners/sim/queue.h"

#include <string.h>

enum { MILLION = 1000000 };

const struct world_net world_net_good = {200000, 300000, 200, 200};
const struct world_net world_net_bad = {200000, 20000000, 200000, 100000};

struct node {
    void *self;
    bool up, paused;
    uint32_t life; /* counts starts */
    int64_t offset, strobe, period; /* of its clock */
    struct world_trouble trouble;
    uint64_t deaf_to;          /* nodes whose messages do not reach this one */
    struct happening *waiting; /* while paused, in order */
    size_t nwaiting, waiting_cap;
};

struct world {
    struct world_options o;
    struct world_net net;
    struct queue queue;
    struct rng rng;
    int64_t now;
    uint64_t events;
    struct node node[WORLD_NODES_MAX];
};

struct world *world_new(const struct world_options *o)
{
    struct world *w = mem_zalloc(1, sizeof *w);
    w->o = *o;
    w->net = world_net_good;
    rng_seed(&w->rng, o->seed);
    for (uint32_t i = 0; i < o->nodes; i++)
        w->node[i].self = o->type->open(w, i, o->variant);
    return w;
}

static void drop_waiting(struct node *node)
{
    for (size_t i = 0; i < node->nwaiting; i++)
        mem_free(node->waiting[i].more);
    node->nwaiting = 0;
}

void world_free(struct world *w)
{
    for (uint32_t i = 0; i < w->o.nodes; i++) {
        w->o.type->close(w->node[i].self);
        drop_waiting(&w->node[i]);
        mem_free(w->node[i].waiting);
    }
    queue_free(&w->queue);
    mem_free(w);
}

void world_start(struct world *w)
{
    for (uint32_t i = 0; i < w->o.nodes; i++)
        (void)world_restart(w, i);
}

int64_t world_now(const struct world *w)
{
    return w->now;
}

uint64_t world_events(const struct world *w)
{
    return w->events;
}

uint32_t world_nodes(const struct world *w)
{
    return w->o.nodes;
}

int64_t world_clock(const struct world *w, uint32_t node)
{
    const struct node *n = &w->node[node];
    bool ahead = n->strobe && w->now / n->period % 2 == 1;
    return w->now + n->offset + (ahead ? n->strobe : 0);
}

uint64_t world_random(struct world *w, uint64_t n)
{
    return rng_below(&w->rng, n);
}

/* ---- messages ------------------------------------------------------------------------------ */

/* Geometric steps with a uniform remainder: an exponential tail without floating point. */
static int64_t delay(struct world *w)
{
    int64_t steps = __builtin_ctzll(rng_next(&w->rng) | UINT64_C(1) << 20);
    uint64_t unit = (uint64_t)w->net.delay_unit;
    return w->net.delay_min + steps * w->net.delay_unit + (int64_t)rng_below(&w->rng, unit);
}

static bool chance(struct world *w, uint32_t per_million)
{
    return rng_below(&w->rng, MILLION) < per_million;
}

static void post(struct world *w, int64_t after, uint32_t from, uint32_t to, const int64_t *words,
                 size_t n)
{
    struct happening h = {.from = from, .to = to, .n = (uint32_t)n};
    if (n > QUEUE_INLINE)
        h.more = mem_alloc(n * sizeof *words);
    memcpy(h.more ? h.more : h.words, words, n * sizeof *words);
    queue_push(&w->queue, w->now + after, &h);
}

static bool is_troubled(const struct world_trouble *t)
{
    return t->delay || t->jitter || t->loss || t->duplicates || t->reorder;
}

/* One copy of a message meets the troubles of both its ends. *after: when it comes. */
static bool survives(struct world *w, uint32_t from, uint32_t to, int64_t *after)
{
    const struct world_trouble *ends[] = {&w->node[from].trouble, &w->node[to].trouble};
    *after = delay(w);
    for (size_t i = 0; i < 2; i++) {
        const struct world_trouble *t = ends[i];
        if (!is_troubled(t))
            continue;
        *after += t->delay;
        *after += t->jitter ? (int64_t)rng_below(&w->rng, (uint64_t)t->jitter) : 0;
        *after += t->reorder && chance(w, t->reorder) ? (int64_t)rng_below(&w->rng, WORLD_HELD) : 0;
        if (t->loss && chance(w, t->loss))
            return false;
    }
    return true;
}

static bool comes_twice(struct world *w, uint32_t from, uint32_t to)
{
    uint32_t most = w->net.duplicates;
    for (int i = 0; i < 2; i++) {
        uint32_t d = w->node[i ? to : from].trouble.duplicates;
        most = d > most ? d : most;
    }
    return chance(w, most);
}

void world_send(struct world *w, uint32_t from, uint32_t to, const int64_t *words, size_t n)
{
    int64_t after;
    if (from >= w->o.nodes || to >= w->o.nodes) {
        post(w, delay(w), from, to, words, n);
        return;
    }
    if (!chance(w, w->net.loss) && survives(w, from, to, &after))
        post(w, after, from, to, words, n);
    if (comes_twice(w, from, to) && survives(w, from, to, &after))
        post(w, after, from, to, words, n);
}

void world_timer(struct world *w, uint32_t who, int64_t after, int64_t tag)
{
    struct happening h = {.from = who, .to = who, .timer = true, .n = 1, .words = {tag}};
    if (who < w->o.nodes)
        h.life = w->node[who].life;
    queue_push(&w->queue, w->now + after, &h);
}

static void to_client(struct world *w, const struct happening *h)
{
    const struct world_client *c = &w->o.client;
    if (h->timer)
        c->timer(c->ctx, h->to - w->o.nodes, h->words[0]);
    else
        c->message(c->ctx, h->to - w->o.nodes, happening_words(h), h->n);
}

/* A message is cut off when the link is down at the moment at which it would arrive. */
static void to_node(struct world *w, struct happening *h)
{
    struct node *node = &w->node[h->to];
    if (!node->up || (h->timer && h->life != node->life))
        return;
    if (!h->timer && h->from < w->o.nodes && !world_linked(w, h->from, h->to))
        return;
    if (node->paused) {
        node->waiting =
            mem_grow(node->waiting, &node->waiting_cap, node->nwaiting + 1, sizeof *node->waiting);
        node->waiting[node->nwaiting++] = *h;
        h->more = NULL;
    } else if (h->timer) {
        w->o.type->timer(node->self, h->words[0]);
    } else {
        w->o.type->message(node->self, h->from, happening_words(h), h->n);
    }
}

bool world_step(struct world *w, int64_t until)
{
    int64_t next = queue_next(&w->queue);
    if (next > until) {
        w->now = until;
        return false;
    }
    struct happening h;
    queue_pop(&w->queue, &h);
    w->now = next;
    w->events++;
    if (h.to < w->o.nodes)
        to_node(w, &h);
    else
        to_client(w, &h);
    mem_free(h.more);
    return true;
}

/* ---- faults -------------------------------------------------------------------------------- */

void world_cut(struct world *w, uint32_t from, uint32_t to, bool cut)
{
    uint64_t bit = UINT64_C(1) << from;
    w->node[to].deaf_to = cut ? w->node[to].deaf_to | bit : w->node[to].deaf_to & ~bit;
}

bool world_linked(const struct world *w, uint32_t from, uint32_t to)
{
    return !(w->node[to].deaf_to >> from & 1);
}

bool world_up(const struct world *w, uint32_t node)
{
    return w->node[node].up;
}

bool world_paused(const struct world *w, uint32_t node)
{
    return w->node[node].paused;
}

bool world_crash(struct world *w, uint32_t node)
{
    struct node *n = &w->node[node];
    if (!n->up)
        return false;
    n->up = n->paused = false;
    drop_waiting(n);
    w->o.type->crash(n->self);
    return true;
}

bool world_restart(struct world *w, uint32_t node)
{
    struct node *n = &w->node[node];
    if (n->up)
        return false;
    n->up = true;
    n->life++;
    w->o.type->start(n->self);
    return true;
}

bool world_pause(struct world *w, uint32_t node)
{
    struct node *n = &w->node[node];
    bool changed = n->up && !n->paused;
    n->paused = n->up;
    return changed;
}

bool world_resume(struct world *w, uint32_t node)
{
    struct node *n = &w->node[node];
    if (!n->paused)
        return false;
    n->paused = false;
    for (size_t i = 0; i < n->nwaiting; i++)
        queue_push(&w->queue, w->now, &n->waiting[i]);
    n->nwaiting = 0;
    return true;
}

void world_skew(struct world *w, uint32_t node, int64_t offset)
{
    w->node[node].offset = offset;
}

int64_t world_offset(const struct world *w, uint32_t node)
{
    return w->node[node].offset;
}

void world_strobe(struct world *w, uint32_t node, int64_t delta, int64_t period)
{
    w->node[node].strobe = period > 0 ? delta : 0;
    w->node[node].period = period;
}

bool world_strobes(const struct world *w, uint32_t node)
{
    return w->node[node].strobe != 0;
}

void world_trouble(struct world *w, uint32_t node, const struct world_trouble *t)
{
    w->node[node].trouble = *t;
}

struct world_trouble world_troubled(const struct world *w, uint32_t node)
{
    return w->node[node].trouble;
}

void world_set_net(struct world *w, const struct world_net *net)
{
    w->net = *net;
}
