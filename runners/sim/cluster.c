#include "runners/sim/cluster.h"

#include "base/mem.h"
#include "runners/sim/proxy.h"
#include "runners/sim/shape.h"

enum { MILLISECOND = 1000000, CONNECT = MILLISECOND };

/* What a client's timer is for. */
enum timer_kind { TIMER_TIMEOUT, TIMER_REFUSED, TIMER_AWAKE, TIMER_KINDS };

struct session {
    int64_t request; /* number of the last one */
    bool open;       /* waits for its end */
    struct gen_op op;
    val key; /* of a keyed workload's operation */
    enum request_kind kind;
    uint32_t node;        /* that it talks to */
    struct words context; /* of the store */
};

struct cluster {
    struct cluster_options o;
    struct world *world;
    struct runtime runtime;
    struct nemesis_target target;
    struct nemesis nemesis;
    struct session *sessions; /* by thread; the last one is the nemesis */
    struct completion *ended; /* a queue */
    size_t first, nended, ended_cap;
};

static void finish(struct cluster *c, uint32_t thread, enum op_type type, val value,
                   const char *error)
{
    struct session *s = &c->sessions[thread];
    s->open = false;
    c->ended = mem_grow(c->ended, &c->ended_cap, c->nended + 1, sizeof *c->ended);
    c->ended[c->nended++] =
        (struct completion){.thread = thread, .type = type, .value = value, .error = error};
}

/* Whether it took effect is not known; of a read that does not matter. */
static void finish_unknown(struct cluster *c, uint32_t thread, const char *error)
{
    struct session *s = &c->sessions[thread];
    bool reads = request_reads(s->kind);
    if (!reads)
        s->context.n = 0; /* the thread goes on as another process, which is another session */
    finish(c, thread, reads ? OP_FAIL : OP_INFO, s->op.value, error);
}

/* ---- requests ------------------------------------------------------------------------------ */

static enum command_kind command_of(enum request_kind k)
{
    static const enum command_kind table[REQUEST_KINDS] = {
        [REQUEST_READ] = COMMAND_READ,         [REQUEST_WRITE] = COMMAND_WRITE,
        [REQUEST_CAS] = COMMAND_CAS,           [REQUEST_ADD] = COMMAND_ADD,
        [REQUEST_COUNT] = COMMAND_COUNT,       [REQUEST_INSERT] = COMMAND_INSERT,
        [REQUEST_MEMBERS] = COMMAND_MEMBERS,   [REQUEST_REMOVE] = COMMAND_REMOVE,
        [REQUEST_ENQUEUE] = COMMAND_ENQUEUE,   [REQUEST_DEQUEUE] = COMMAND_DEQUEUE,
        [REQUEST_DRAIN] = COMMAND_DRAIN,       [REQUEST_ACQUIRE] = COMMAND_ACQUIRE,
        [REQUEST_RELEASE] = COMMAND_RELEASE,   [REQUEST_TRANSFER] = COMMAND_TRANSFER,
        [REQUEST_ACCOUNTS] = COMMAND_ACCOUNTS, [REQUEST_TXN] = COMMAND_TXN,
        [REQUEST_GENERATE] = COMMAND_GENERATE, [REQUEST_APPEND_TXN] = COMMAND_TXN,
    };
    return table[k];
}

static struct command command_for(const struct cluster *c, uint32_t thread)
{
    const struct values *t = c->o.values;
    const struct session *s = &c->sessions[thread];
    struct command m = {
        .kind = command_of(s->kind), .client = thread, .request = s->request, .node = s->node};
    val key, value = s->op.value;
    if (c->o.keyed && val_pair(t, s->op.value, &key, &value))
        (void)val_get_int(t, key, &m.key);
    shape_command(t, s->kind, value, &m);
    return m;
}

static void set_timer(struct cluster *c, uint32_t thread, int64_t delay, enum timer_kind k)
{
    world_timer(c->world, c->o.nodes + thread, delay,
                c->sessions[thread].request * TIMER_KINDS + k);
}

static void dispatch_client(struct cluster *c, const struct gen_op *op)
{
    struct session *s = &c->sessions[op->thread];
    const struct workload_op *w = workload_op(c->o.workload, val_get_text(c->o.values, op->f));
    s->kind = w->kind;
    if (!world_up(c->world, s->node)) {
        set_timer(c, op->thread, CONNECT, TIMER_REFUSED);
        return;
    }
    const struct command m = command_for(c, op->thread);
    proxy_request_with(c->world, c->o.nodes + op->thread, s->node, &m, &s->context);
    set_timer(c, op->thread, c->o.timeout, TIMER_TIMEOUT);
}

static void dispatch(void *ctx, const struct gen_op *op)
{
    struct cluster *c = ctx;
    struct session *s = &c->sessions[op->thread];
    s->op = *op;
    s->open = true;
    s->request++;
    if (op->kind == GEN_SLEEP)
        set_timer(c, op->thread, op->pause, TIMER_AWAKE);
    else if (op->thread < c->o.clients)
        dispatch_client(c, op);
    else
        finish(c, op->thread, OP_INFO, nemesis_invoke(&c->nemesis, op->f, op->value), NULL);
}

/* ---- answers ------------------------------------------------------------------------------- */

static val result(struct cluster *c, const struct session *s, const int64_t *words, size_t n)
{
    val v = s->op.value, key = VAL_NIL, in = v;
    bool keyed = c->o.keyed && val_pair(c->o.values, v, &key, &in);
    val out = shape_result(c->o.values, s->kind, in, words, n);
    return keyed && out != in ? val_seq(c->o.values, V_LIST, (val[]){key, out}, 2)
           : keyed            ? v
                              : out;
}

/* Why a request was executed without effect. */
static const char *refusal(enum request_kind k)
{
    return k == REQUEST_DEQUEUE    ? "empty"
           : k == REQUEST_ACQUIRE  ? "held"
           : k == REQUEST_RELEASE  ? "not-held"
           : k == REQUEST_TRANSFER ? "insufficient-funds"
                                   : "precondition-failed";
}

/* A context says what the replica had. */
static val delivered(struct cluster *c, const int64_t *context, size_t n)
{
    val items[WORLD_NODES_MAX];
    for (size_t i = 0; i < n && i < WORLD_NODES_MAX; i++)
        items[i] = val_int(c->o.values, context[i]);
    return n ? val_seq(c->o.values, V_LIST, items, n < WORLD_NODES_MAX ? n : WORLD_NODES_MAX)
             : VAL_NIL;
}

static void on_message(void *ctx, uint32_t client, const int64_t *words, size_t n)
{
    struct cluster *c = ctx;
    struct session *s = &c->sessions[client];
    if (!s->open || words[2] != s->request)
        return; /* nobody waits for it any more */
    size_t context = (size_t)words[4];
    n -= context;
    if (context) {
        s->context.n = 0;
        words_append(&s->context, words + n, context);
    }
    switch ((enum reply_status)words[3]) {
    case REPLY_OK:
        finish(c, client, OP_OK, result(c, s, words + REPLY_HEAD, n - REPLY_HEAD), NULL);
        if (request_reads(s->kind))
            c->ended[c->nended - 1].delivered = delivered(c, words + n, context);
        break;
    case REPLY_FAIL:
        finish(c, client, OP_FAIL, s->op.value, refusal(s->kind));
        break;
    case REPLY_REFUSED:
        finish(c, client, OP_FAIL, s->op.value, "no-leader");
        break;
    case REPLY_LOST:
        finish_unknown(c, client, "leader-changed");
        break;
    }
}

static void on_timer(void *ctx, uint32_t client, int64_t tag)
{
    struct cluster *c = ctx;
    const struct session *s = &c->sessions[client];
    if (!s->open || tag / TIMER_KINDS != s->request)
        return;
    switch ((enum timer_kind)(tag % TIMER_KINDS)) {
    case TIMER_TIMEOUT:
        finish_unknown(c, client, "timeout");
        break;
    case TIMER_REFUSED:
        finish(c, client, OP_FAIL, s->op.value, "connection-refused");
        break;
    case TIMER_AWAKE:
    case TIMER_KINDS:
        finish(c, client, OP_OK, VAL_NIL, NULL);
        break;
    }
}

/* ---- faults -------------------------------------------------------------------------------- */

static void cut(void *ctx, uint32_t from, uint32_t to, bool yes)
{
    world_cut(((struct cluster *)ctx)->world, from, to, yes);
}

static bool linked(void *ctx, uint32_t from, uint32_t to)
{
    return world_linked(((struct cluster *)ctx)->world, from, to);
}

/* The clients that are connected to it see their connections break. */
static void kill_node(void *ctx, uint32_t node)
{
    struct cluster *c = ctx;
    if (!world_crash(c->world, node))
        return;
    for (uint32_t t = 0; t < c->o.clients; t++)
        if (c->sessions[t].open && c->sessions[t].op.kind == GEN_INVOKE &&
            c->sessions[t].node == node)
            finish_unknown(c, t, "connection-reset");
}

static void restart_node(void *ctx, uint32_t node)
{
    (void)world_restart(((struct cluster *)ctx)->world, node);
}

static bool node_up(void *ctx, uint32_t node)
{
    return world_up(((struct cluster *)ctx)->world, node);
}

static void pause_node(void *ctx, uint32_t node)
{
    (void)world_pause(((struct cluster *)ctx)->world, node);
}

static void resume_node(void *ctx, uint32_t node)
{
    (void)world_resume(((struct cluster *)ctx)->world, node);
}

static bool node_paused(void *ctx, uint32_t node)
{
    return world_paused(((struct cluster *)ctx)->world, node);
}

static void skew_node(void *ctx, uint32_t node, int64_t offset)
{
    world_skew(((struct cluster *)ctx)->world, node, offset);
}

static int64_t offset_of_node(void *ctx, uint32_t node)
{
    return world_offset(((struct cluster *)ctx)->world, node);
}

static void strobe_node(void *ctx, uint32_t node, int64_t delta, int64_t period)
{
    world_strobe(((struct cluster *)ctx)->world, node, delta, period);
}

static bool node_strobes(void *ctx, uint32_t node)
{
    return world_strobes(((struct cluster *)ctx)->world, node);
}

static void trouble_node(void *ctx, uint32_t node, const struct packet_trouble *t)
{
    const struct world_trouble wt = {t->delay, t->jitter, t->loss, t->duplicates, t->reorder};
    world_trouble(((struct cluster *)ctx)->world, node, &wt);
}

static struct packet_trouble troubled_node(void *ctx, uint32_t node)
{
    const struct world_trouble t = world_troubled(((struct cluster *)ctx)->world, node);
    return (struct packet_trouble){.delay = t.delay,
                                   .jitter = t.jitter,
                                   .loss = t.loss,
                                   .duplicates = t.duplicates,
                                   .reorder = t.reorder};
}

const struct nemesis_target cluster_target = {
    .cut = cut,
    .linked = linked,
    .kill = kill_node,
    .restart = restart_node,
    .up = node_up,
    .pause = pause_node,
    .resume = resume_node,
    .paused = node_paused,
    .skew = skew_node,
    .offset = offset_of_node,
    .strobe = strobe_node,
    .strobes = node_strobes,
    .trouble = trouble_node,
    .troubled = troubled_node,
};

/* ---- runtime ------------------------------------------------------------------------------- */

static val node_of(void *ctx, const struct gen_op *op)
{
    struct cluster *c = ctx;
    struct session *s = &c->sessions[op->thread];
    /* A roaming client stays at home for what is read in the end, so that every node is read. */
    bool roams = c->o.workload->roams && !op->final;
    uint64_t home = op->thread % c->o.nodes;
    s->node = (uint32_t)(roams ? world_random(c->world, c->o.nodes) : home);
    return fault_node(&c->nemesis, s->node);
}

static int64_t now(void *ctx)
{
    return world_now(((struct cluster *)ctx)->world);
}

static bool wait_until(void *ctx, int64_t until, struct completion *out)
{
    struct cluster *c = ctx;
    while (c->first == c->nended) {
        c->first = c->nended = 0;
        if (!world_step(c->world, until))
            return false;
    }
    *out = c->ended[c->first++];
    if (out->thread == c->o.clients)
        out->receipt = c->nemesis.receipt.p;
    return true;
}

struct cluster *cluster_open(const struct cluster_options *o)
{
    struct cluster *c = mem_zalloc(1, sizeof *c);
    c->o = *o;
    const struct world_options w = {
        .seed = o->seed,
        .nodes = o->nodes,
        .type = &o->store->type,
        .variant = o->variant,
        .client = {on_message, on_timer, c},
    };
    c->world = world_new(&w);
    c->runtime = (struct runtime){
        .now = now, .wait = wait_until, .dispatch = dispatch, .node = node_of, .ctx = c};
    c->target = cluster_target;
    c->target.ctx = c;
    nemesis_init(&c->nemesis, &c->target, o->nodes, o->values, ~o->seed);
    c->sessions = mem_zalloc((size_t)o->clients + 1, sizeof *c->sessions);
    world_start(c->world);
    return c;
}

void cluster_close(struct cluster *c)
{
    world_free(c->world);
    nemesis_free(&c->nemesis);
    for (uint32_t t = 0; t < c->o.clients; t++)
        words_free(&c->sessions[t].context);
    mem_free(c->sessions);
    mem_free(c->ended);
    mem_free(c);
}

const struct runtime *cluster_runtime(struct cluster *c)
{
    return &c->runtime;
}

struct nemesis *cluster_nemesis(struct cluster *c)
{
    return &c->nemesis;
}
