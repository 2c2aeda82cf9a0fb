/* `quorum`: registers without a leader; the last writer wins.
 *
 * The node that a client is connected to coordinates. A write gets a time stamp from the node's
 * clock (with the node's number against ties), goes to all nodes, and is acknowledged when a
 * majority has stored it. A read asks all nodes, takes the value with the highest stamp among a
 * majority's, and writes it back to a majority before it answers (Attiya, Bar-Noy, Dolev 1995), so
 * that no later read returns an older one. Nodes keep the value with the highest stamp.
 *
 * Writes are ordered by their stamps. While all clocks are right, a stamp lies between the write's
 * invocation and its completion, and the registers are linearizable under all other faults. A node
 * whose clock is behind acknowledges writes that are lost at once; one whose clock is ahead makes
 * everybody else's vanish. Hence the promise is only that replicas converge. */
#include "runners/sim/proxy.h"
#include "runners/sim/store.h"

#include "base/hash.h"

enum quorum_bug { QUORUM_CORRECT, QUORUM_ONE_READ, QUORUM_ONE_ACK };

enum {
    QUORUM_ASK = MESSAGE_OWN, /* task, key */
    QUORUM_TELL,              /* task, version */
    QUORUM_KEEP,              /* task, key, version */
    QUORUM_KEPT,              /* task */
};

/* A value and when it was written; stamp 0: never. */
enum { VERSION_WORDS = 3 };
struct version {
    int64_t stamp, node, value;
};

struct cell {
    int64_t key;
    struct version version;
};

/* What a coordinator waits for. */
struct task {
    int64_t number; /* 0: free */
    struct command command;
    struct version best;
    uint64_t answered; /* a bit per node */
    bool keeping;      /* the second half of a read, or a write */
};

struct member {
    struct world *w;
    uint32_t self, n;
    enum quorum_bug bug;
    /* On disk. */
    struct map64 index; /* key to cell */
    struct cell *cells;
    size_t ncells, cells_cap;
    int64_t last_stamp;
    int64_t last_task; /* so that no late answer is taken for another task's */
    /* In memory. */
    struct task *tasks; /* by client */
    size_t ntasks, tasks_cap;
    struct words result; /* scratch */
};

static void *node_open(struct world *w, uint32_t node, unsigned variant)
{
    struct member *s = mem_zalloc(1, sizeof *s);
    s->w = w;
    s->self = node;
    s->n = world_nodes(w);
    s->bug = (enum quorum_bug)variant;
    return s;
}

static void node_close(void *self)
{
    struct member *s = self;
    map64_free(&s->index);
    mem_free(s->cells);
    mem_free(s->tasks);
    words_free(&s->result);
    mem_free(s);
}

static void node_start(void *self)
{
    (void)self;
}

static void node_crash(void *self)
{
    ((struct member *)self)->ntasks = 0;
}

static void node_timer(void *self, int64_t tag)
{
    (void)self;
    (void)tag;
}

static bool newer(const struct version *a, const struct version *b)
{
    return a->stamp != b->stamp ? a->stamp > b->stamp : a->node > b->node;
}

static struct version *version_of(struct member *s, int64_t key)
{
    uint32_t i = map64_get(&s->index, (uint64_t)key);
    if (i == MAP64_NONE) {
        i = (uint32_t)s->ncells++;
        s->cells = mem_grow(s->cells, &s->cells_cap, s->ncells, sizeof *s->cells);
        s->cells[i] = (struct cell){.key = key};
        map64_put(&s->index, (uint64_t)key, i);
    }
    return &s->cells[i].version;
}

static struct task *task_of(struct member *s, int64_t number)
{
    for (size_t i = 0; i < s->ntasks; i++)
        if (s->tasks[i].number == number)
            return &s->tasks[i];
    return NULL;
}

/* A client has one request at a time: a new one replaces what it gave up waiting for. */
static struct task *task_for(struct member *s, const struct command *c)
{
    size_t i = 0;
    while (i < s->ntasks && s->tasks[i].command.client != c->client)
        i++;
    if (i == s->ntasks)
        s->tasks = mem_grow(s->tasks, &s->tasks_cap, ++s->ntasks, sizeof *s->tasks);
    s->tasks[i] = (struct task){.number = ++s->last_task, .command = *c};
    return &s->tasks[i];
}

static void send_all(struct member *s, const int64_t *m, size_t n)
{
    for (uint32_t i = 0; i < s->n; i++)
        world_send(s->w, s->self, i, m, n);
}

/* To be kept by a majority; then the task is done. */
static void keep(struct member *s, struct task *t)
{
    t->keeping = true;
    t->answered = 0;
    const int64_t m[] = {QUORUM_KEEP,   t->number,    t->command.key,
                         t->best.stamp, t->best.node, t->best.value};
    send_all(s, m, 3 + VERSION_WORDS);
}

static void finish(struct member *s, struct task *t)
{
    s->result.n = 0;
    words_put(&s->result, t->best.stamp != 0);
    words_put(&s->result, t->best.value);
    proxy_answer(s->w, s->self, &t->command, REPLY_OK, &s->result);
    t->number = 0;
}

static void on_request(struct member *s, const struct command *c)
{
    struct task *t = task_for(s, c);
    if (command_reads(c)) {
        const int64_t m[] = {QUORUM_ASK, t->number, c->key};
        send_all(s, m, 3);
        return;
    }
    /* Stamps of one node go up, also when its clock goes back. */
    int64_t clock = world_clock(s->w, s->self);
    s->last_stamp = clock > s->last_stamp ? clock : s->last_stamp + 1;
    t->best = (struct version){s->last_stamp, s->self, c->a};
    keep(s, t);
}

/* One more node has answered; true when they are enough. */
static bool enough(const struct member *s, struct task *t, uint32_t from)
{
    bool hasty = s->bug == (t->keeping ? QUORUM_ONE_ACK : QUORUM_ONE_READ);
    t->answered |= UINT64_C(1) << from;
    return (uint32_t)__builtin_popcountll(t->answered) >= (hasty ? 1 : s->n / 2 + 1);
}

static void on_tell(struct member *s, uint32_t from, const int64_t *m)
{
    struct task *t = task_of(s, m[1]);
    const struct version v = {m[2], m[3], m[4]};
    if (!t || t->keeping)
        return;
    if (newer(&v, &t->best))
        t->best = v;
    if (!enough(s, t, from))
        return;
    if (s->bug == QUORUM_ONE_READ || t->best.stamp == 0)
        finish(s, t);
    else
        keep(s, t);
}

static void on_kept(struct member *s, uint32_t from, const int64_t *m)
{
    struct task *t = task_of(s, m[1]);
    if (t && t->keeping && enough(s, t, from))
        finish(s, t);
}

static void on_ask(struct member *s, uint32_t from, const int64_t *m)
{
    const struct version v = *version_of(s, m[2]);
    const int64_t answer[] = {QUORUM_TELL, m[1], v.stamp, v.node, v.value};
    world_send(s->w, s->self, from, answer, 2 + VERSION_WORDS);
}

static void on_keep(struct member *s, uint32_t from, const int64_t *m)
{
    struct version *mine = version_of(s, m[2]);
    const struct version v = {m[3], m[4], m[5]};
    if (newer(&v, mine))
        *mine = v;
    const int64_t answer[] = {QUORUM_KEPT, m[1]};
    world_send(s->w, s->self, from, answer, 2);
}

static void node_message(void *self, uint32_t from, const int64_t *m, size_t n)
{
    struct member *s = self;
    (void)n;
    switch (m[0]) {
    case MESSAGE_REQUEST: {
        const struct command c = command_get(m + 1);
        on_request(s, &c);
        break;
    }
    case QUORUM_ASK:
        on_ask(s, from, m);
        break;
    case QUORUM_TELL:
        on_tell(s, from, m);
        break;
    case QUORUM_KEEP:
        on_keep(s, from, m);
        break;
    case QUORUM_KEPT:
        on_kept(s, from, m);
        break;
    default:
        break;
    }
}

static const struct store_bug bugs[] = {
    {"one-read", "a read returns what the first node says", "partition"},
    {"one-ack", "a write is acknowledged when one node has it", "partition"},
    {0},
};

const struct store store_quorum = {
    .name = "quorum",
    .summary = "no leader, majorities, the last writer wins by the nodes' clocks; registers only",
    .level = "eventual; linearizable while the clocks are right",
    .bugs = bugs,
    .serves = 1u << REQUEST_READ | 1u << REQUEST_WRITE,
    .type = {node_open, node_close, node_start, node_crash, node_message, node_timer},
};
