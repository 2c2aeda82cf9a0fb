/* `causal`: registers that are causally consistent and converge.
 *
 * Every node answers at once from what it has. A write gets the next number of its node, the vector
 * of what the node had applied by then (its dependencies: how many writes of each node), and a
 * Lamport stamp that is higher than all that the node has seen. It goes to all nodes; who gets it
 * applies it when the write before it of the same node and all its dependencies are in, and until
 * then keeps it. The value of a register is that of the write with the highest stamp (the node's
 * number breaks ties), which extends causality, so replicas with the same writes agree (Ahamad et
 * al. 1995; COPS, Lloyd et al. 2011).
 *
 * A client carries the vector of what it has seen, and a node that is behind makes it wait: so a
 * session keeps its guarantees wherever it goes. What the network loses is asked for again: now and
 * then each node tells another what it has, and gets what it lacks. Writes that everybody has are
 * forgotten. Everything but waiting requests is on disk.
 *
 * Bugs: `hasty` applies a write as soon as its predecessor of the same node is in, whatever else it
 * depends on; `forgetful` lets no session wait; `ties-by-arrival` takes whatever write comes last.
 */
#include "runners/sim/proxy.h"
#include "runners/sim/store.h"

enum causal_bug { CAUSAL_CORRECT, CAUSAL_HASTY, CAUSAL_FORGETFUL, CAUSAL_BY_ARRIVAL };

enum { MILLISECOND = 1000000, TICK = 50 * MILLISECOND };
enum { BATCH = 256, WAITING_MAX = 256, AHEAD_MAX = 512 };

enum {
    CAUSAL_WRITE = MESSAGE_OWN, /* a write, see write_put */
    CAUSAL_HAVE,                /* the sender's vector: send me what I lack */
};

/* Words: origin, number, key, value, stamp, then a vector of dependencies. */
enum { WRITE_HEAD = 5 };
struct causal_write {
    uint32_t origin;
    int64_t number, key, value, stamp;
    int64_t needs[WORLD_NODES_MAX];
};

struct causal_cell {
    int64_t key, value, stamp;
    uint32_t origin;
};

/* Writes of one node that not everybody is known to have, in order: numbers first + 0, 1, ... */
struct causal_log {
    struct words words; /* of writes */
    int64_t first;
};

struct causal_wait {
    struct command command;
    int64_t needs[WORLD_NODES_MAX];
};

struct causal_node {
    struct world *w;
    uint32_t self, n;
    enum causal_bug bug;
    /* On disk. */
    int64_t applied[WORLD_NODES_MAX];
    int64_t stamp;
    struct causal_log log[WORLD_NODES_MAX];
    int64_t known[WORLD_NODES_MAX][WORLD_NODES_MAX]; /* what others said they have applied */
    struct map64 index;                              /* key to cell */
    struct causal_cell *cells;
    size_t ncells, cells_cap;
    struct words pending; /* writes that came too early */
    /* In memory. */
    struct causal_wait *waits;
    size_t nwaits, waits_cap;
    struct words message, result, context; /* scratch */
};

static size_t write_words(const struct causal_node *s)
{
    return WRITE_HEAD + s->n;
}

static void write_put(const struct causal_node *s, const struct causal_write *x, struct words *out)
{
    const int64_t head[WRITE_HEAD] = {x->origin, x->number, x->key, x->value, x->stamp};
    words_append(out, head, WRITE_HEAD);
    words_append(out, x->needs, s->n);
}

static struct causal_write write_get(const struct causal_node *s, const int64_t *v)
{
    struct causal_write x = {(uint32_t)v[0], v[1], v[2], v[3], v[4], {0}};
    memcpy(x.needs, v + WRITE_HEAD, s->n * sizeof *v);
    return x;
}

static void *node_open(struct world *w, uint32_t node, unsigned variant)
{
    struct causal_node *s = mem_zalloc(1, sizeof *s);
    s->w = w;
    s->self = node;
    s->n = world_nodes(w);
    s->bug = (enum causal_bug)variant;
    for (uint32_t i = 0; i < s->n; i++)
        s->log[i].first = 1;
    return s;
}

static void node_close(void *self)
{
    struct causal_node *s = self;
    for (uint32_t i = 0; i < s->n; i++)
        words_free(&s->log[i].words);
    map64_free(&s->index);
    mem_free(s->cells);
    mem_free(s->waits);
    words_free(&s->pending);
    words_free(&s->message);
    words_free(&s->result);
    words_free(&s->context);
    mem_free(s);
}

static void node_start(void *self)
{
    struct causal_node *s = self;
    world_timer(s->w, s->self, (int64_t)world_random(s->w, TICK), 0);
}

static void node_crash(void *self)
{
    ((struct causal_node *)self)->nwaits = 0;
}

static struct causal_cell *cell(struct causal_node *s, int64_t key)
{
    uint32_t i = map64_get(&s->index, (uint64_t)key);
    if (i == MAP64_NONE) {
        i = (uint32_t)s->ncells++;
        s->cells = mem_grow(s->cells, &s->cells_cap, s->ncells, sizeof *s->cells);
        s->cells[i] = (struct causal_cell){.key = key};
        map64_put(&s->index, (uint64_t)key, i);
    }
    return &s->cells[i];
}

/* ---- requests ------------------------------------------------------------------------------ */

static bool has(const struct causal_node *s, const int64_t *needs)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->applied[i] < needs[i])
            return false;
    return true;
}

static void apply(struct causal_node *s, const struct causal_write *x)
{
    struct causal_cell *c = cell(s, x->key);
    bool wins = x->stamp != c->stamp ? x->stamp > c->stamp : x->origin > c->origin;
    s->applied[x->origin] = x->number;
    s->stamp = x->stamp > s->stamp ? x->stamp : s->stamp;
    if (wins || c->stamp == 0 || s->bug == CAUSAL_BY_ARRIVAL)
        *c = (struct causal_cell){x->key, x->value, x->stamp, x->origin};
    write_put(s, x, &s->log[x->origin].words);
}

static void accept_write(struct causal_node *s, const struct command *c)
{
    struct causal_write x = {.origin = s->self,
                             .number = s->applied[s->self] + 1,
                             .key = c->key,
                             .value = c->a,
                             .stamp = s->stamp + 1};
    memcpy(x.needs, s->applied, s->n * sizeof *s->applied);
    apply(s, &x);
    s->message.n = 0;
    words_put(&s->message, CAUSAL_WRITE);
    write_put(s, &x, &s->message);
    for (uint32_t i = 0; i < s->n; i++)
        if (i != s->self)
            world_send(s->w, s->self, i, s->message.v, s->message.n);
}

static void serve(struct causal_node *s, const struct command *c)
{
    s->result.n = s->context.n = 0;
    if (c->kind == COMMAND_WRITE) {
        accept_write(s, c);
    } else {
        const struct causal_cell *at = cell(s, c->key);
        words_put(&s->result, at->stamp != 0);
        words_put(&s->result, at->value);
    }
    words_append(&s->context, s->applied, s->n);
    proxy_answer_with(s->w, s->self, c, REPLY_OK, &s->result, &s->context);
}

static void on_request(struct causal_node *s, const struct command *c, const int64_t *context,
                       size_t n)
{
    struct causal_wait x = {.command = *c};
    if (n == s->n)
        memcpy(x.needs, context, n * sizeof *context);
    if (has(s, x.needs) || s->bug == CAUSAL_FORGETFUL) {
        serve(s, c);
    } else if (s->nwaits < WAITING_MAX) {
        s->waits = mem_grow(s->waits, &s->waits_cap, s->nwaits + 1, sizeof *s->waits);
        s->waits[s->nwaits++] = x;
    }
}

/* Who was waiting for what is here now. */
static void serve_waiting(struct causal_node *s)
{
    for (size_t i = 0; i < s->nwaits;) {
        if (!has(s, s->waits[i].needs)) {
            i++;
            continue;
        }
        const struct command c = s->waits[i].command;
        s->waits[i] = s->waits[--s->nwaits];
        serve(s, &c);
    }
}

/* ---- writes of others ---------------------------------------------------------------------- */

static bool ready(const struct causal_node *s, const struct causal_write *x)
{
    return x->number == s->applied[x->origin] + 1 && (s->bug == CAUSAL_HASTY || has(s, x->needs));
}

/* Apply what can be applied, until nothing more can. */
static void settle(struct causal_node *s)
{
    size_t step = write_words(s);
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t at = 0; at < s->pending.n;) {
            const struct causal_write x = write_get(s, s->pending.v + at);
            bool now = ready(s, &x);
            if (!now && x.number > s->applied[x.origin]) {
                at += step;
                continue;
            }
            s->pending.n -= step;
            memmove(s->pending.v + at, s->pending.v + s->pending.n, step * sizeof(int64_t));
            if (now)
                apply(s, &x);
            moved = moved || now;
        }
    }
    serve_waiting(s);
}

static void on_write(struct causal_node *s, const int64_t *m)
{
    const struct causal_write x = write_get(s, m + 1);
    if (x.number <= s->applied[x.origin] || x.number > s->applied[x.origin] + AHEAD_MAX)
        return; /* too far ahead: asked for again when it is the next */
    for (size_t at = 0; at < s->pending.n; at += write_words(s))
        if (s->pending.v[at] == x.origin && s->pending.v[at + 1] == x.number)
            return;
    write_put(s, &x, &s->pending);
    settle(s);
}

/* ---- repair -------------------------------------------------------------------------------- */

/* Writes that every node has said to have are not needed any more. In batches: the rest moves. */
static void forget(struct causal_node *s)
{
    size_t step = write_words(s);
    memcpy(s->known[s->self], s->applied, sizeof s->applied);
    for (uint32_t o = 0; o < s->n; o++) {
        struct causal_log *log = &s->log[o];
        int64_t least = s->applied[o];
        for (uint32_t i = 0; i < s->n; i++)
            least = s->known[i][o] < least ? s->known[i][o] : least;
        if (least < log->first + BATCH)
            continue;
        size_t gone = (size_t)(least - log->first + 1) * step;
        log->words.n -= gone;
        memmove(log->words.v, log->words.v + gone, log->words.n * sizeof(int64_t));
        log->first = least + 1;
    }
}

static void on_have(struct causal_node *s, uint32_t from, const int64_t *m)
{
    size_t step = write_words(s);
    memcpy(s->known[from], m + 1, s->n * sizeof *m);
    for (uint32_t o = 0; o < s->n; o++) {
        int64_t next = m[1 + o] + 1;
        for (int64_t k = next; k <= s->applied[o] && k < next + BATCH; k++) {
            if (k < s->log[o].first)
                continue;
            s->message.n = 0;
            words_put(&s->message, CAUSAL_WRITE);
            words_append(&s->message, s->log[o].words.v + (size_t)(k - s->log[o].first) * step,
                         step);
            world_send(s->w, s->self, from, s->message.v, s->message.n);
        }
    }
}

static void node_timer(void *self, int64_t tag)
{
    struct causal_node *s = self;
    if (s->n > 1) {
        uint32_t other = (uint32_t)world_random(s->w, s->n - 1);
        s->message.n = 0;
        words_put(&s->message, CAUSAL_HAVE);
        words_append(&s->message, s->applied, s->n);
        world_send(s->w, s->self, other + (other >= s->self), s->message.v, s->message.n);
    }
    forget(s);
    world_timer(s->w, s->self, TICK, tag);
}

static void node_message(void *self, uint32_t from, const int64_t *m, size_t n)
{
    struct causal_node *s = self;
    if (m[0] == MESSAGE_REQUEST) {
        const struct command c = command_get(m + 1);
        on_request(s, &c, m + 1 + COMMAND_WORDS, n - 1 - COMMAND_WORDS);
    } else if (m[0] == CAUSAL_WRITE) {
        on_write(s, m);
    } else if (m[0] == CAUSAL_HAVE) {
        on_have(s, from, m);
    }
}

static const struct store_bug bugs[] = {
    {"hasty", "a write is applied before what it depends on", "partition,loss,delay"},
    {"forgetful", "a node that is behind a session answers it all the same", "partition"},
    {"ties-by-arrival", "of concurrent writes the one that comes last wins", "partition"},
    {0},
};

const struct store store_causal = {
    .name = "causal",
    .summary = "any node answers; writes wait for what they depend on (version vectors)",
    .level = "causal",
    .bugs = bugs,
    .serves = 1u << REQUEST_READ | 1u << REQUEST_WRITE,
    .type = {node_open, node_close, node_start, node_crash, node_message, node_timer},
};
