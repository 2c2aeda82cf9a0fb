/* `primary-backup`: asynchronous replication with automatic failover.
 *
 * View v is led by node v mod n. The primary executes a request, answers it, and then tells the
 * backups; a backup that missed an update asks for the whole state. A backup that hears nothing of
 * the primary for a while begins the next view in which it leads; nobody is asked, so two sides of
 * a partition can each have a primary. Whoever hears of a later view throws its own state away for
 * the new primary's.
 *
 * So it promises that replicas converge and nothing more: a write that was acknowledged by a
 * primary whose view is over is lost, and until a deposed primary hears of it, it answers with old
 * values. Many real systems were run like this. */
#include "runners/sim/proxy.h"
#include "runners/sim/store.h"

enum {
    MILLISECOND = 1000000,
    TICK = 20 * MILLISECOND,
    BEAT = 50 * MILLISECOND,
    PATIENCE = 300 * MILLISECOND, /* then a random time up to as much again */
};

enum {
    BACKUP_UPDATE = MESSAGE_OWN, /* view, number, command */
    BACKUP_BEAT,                 /* view, number of the last update */
    BACKUP_ASK,                  /* view: send me your state */
    BACKUP_STATE,                /* view, number, the machine */
};

struct replica {
    struct world *w;
    uint32_t self, n;
    /* On disk. */
    int64_t view, number; /* number: updates executed in this view and before */
    struct machine machine;
    /* In memory. */
    int64_t deadline, beat;
    struct words message, result; /* scratch */
};

static uint32_t primary_of(const struct replica *s)
{
    return (uint32_t)(s->view % s->n);
}

static void wait_for_primary(struct replica *s)
{
    s->deadline = world_now(s->w) + PATIENCE + (int64_t)world_random(s->w, PATIENCE);
}

static void *node_open(struct world *w, uint32_t node, unsigned variant)
{
    (void)variant;
    struct replica *s = mem_zalloc(1, sizeof *s);
    s->w = w;
    s->self = node;
    s->n = world_nodes(w);
    return s;
}

static void node_close(void *self)
{
    struct replica *s = self;
    machine_free(&s->machine);
    words_free(&s->message);
    words_free(&s->result);
    mem_free(s);
}

static void node_start(void *self)
{
    struct replica *s = self;
    s->beat = 0;
    wait_for_primary(s);
    world_timer(s->w, s->self, (int64_t)world_random(s->w, TICK), 0);
}

/* Everything that counts is on disk. */
static void node_crash(void *self)
{
    (void)self;
}

static void tell_all(struct replica *s, const int64_t *m, size_t n)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (i != s->self)
            world_send(s->w, s->self, i, m, n);
}

static void node_timer(void *self, int64_t tag)
{
    struct replica *s = self;
    int64_t now = world_now(s->w);
    if (primary_of(s) != s->self && now >= s->deadline) {
        do
            s->view++;
        while (primary_of(s) != s->self);
        s->beat = now;
    }
    if (primary_of(s) == s->self && now >= s->beat) {
        const int64_t m[] = {BACKUP_BEAT, s->view, s->number};
        tell_all(s, m, 3);
        s->beat = now + BEAT;
    }
    world_timer(s->w, s->self, TICK, tag);
}

static void execute(struct replica *s, const struct command *c)
{
    enum reply_status status;
    if (!machine_apply(&s->machine, c, &status, &s->result))
        return;
    proxy_answer(s->w, s->self, c, status, &s->result);
    if (command_reads(c))
        return;
    s->number++;
    s->message.n = 0;
    words_append(&s->message, (const int64_t[]){BACKUP_UPDATE, s->view, s->number}, 3);
    command_put(c, &s->message);
    tell_all(s, s->message.v, s->message.n);
}

static void on_request(struct replica *s, uint32_t from, const struct command *c)
{
    if (primary_of(s) == s->self)
        execute(s, c);
    else if (from >= s->n)
        proxy_request(s->w, s->self, primary_of(s), c);
    else
        proxy_refuse(s->w, s->self, from, c);
}

static void ask(struct replica *s, uint32_t from, int64_t view)
{
    const int64_t m[] = {BACKUP_ASK, view};
    world_send(s->w, s->self, from, m, 2);
}

static void on_update(struct replica *s, uint32_t from, const int64_t *m)
{
    if (m[1] < s->view || (m[1] == s->view && m[2] <= s->number))
        return;
    if (m[1] > s->view || m[2] > s->number + 1) {
        ask(s, from, m[1]);
        return;
    }
    const struct command c = command_get(m + 3);
    enum reply_status status;
    (void)machine_apply(&s->machine, &c, &status, &s->result);
    s->number++;
}

static void on_beat(struct replica *s, uint32_t from, const int64_t *m)
{
    if (m[1] < s->view)
        return;
    wait_for_primary(s);
    if (m[1] > s->view || m[2] > s->number)
        ask(s, from, m[1]);
}

static void on_ask(struct replica *s, uint32_t from, const int64_t *m)
{
    if (m[1] != s->view || primary_of(s) != s->self)
        return;
    s->message.n = 0;
    words_append(&s->message, (const int64_t[]){BACKUP_STATE, s->view, s->number}, 3);
    machine_save(&s->machine, &s->message);
    world_send(s->w, s->self, from, s->message.v, s->message.n);
}

static void on_state(struct replica *s, const int64_t *m, size_t n)
{
    if (m[1] < s->view || (m[1] == s->view && m[2] <= s->number))
        return;
    s->view = m[1];
    s->number = m[2];
    machine_load(&s->machine, m + 3, n - 3);
}

static void node_message(void *self, uint32_t from, const int64_t *m, size_t n)
{
    struct replica *s = self;
    switch (m[0]) {
    case MESSAGE_REQUEST: {
        const struct command c = command_get(m + 1);
        on_request(s, from, &c);
        break;
    }
    case MESSAGE_REPLY:
        proxy_relay(s->w, s->self, m, n);
        break;
    case BACKUP_UPDATE:
        on_update(s, from, m);
        break;
    case BACKUP_BEAT:
        on_beat(s, from, m);
        break;
    case BACKUP_ASK:
        on_ask(s, from, m);
        break;
    case BACKUP_STATE:
        on_state(s, m, n);
        break;
    default:
        break;
    }
}

static const struct store_bug bugs[] = {{0}};

const struct store store_primary_backup = {
    .name = "primary-backup",
    .summary = "asynchronous replication with failover: loses acknowledged writes",
    .level = "eventual",
    .bugs = bugs,
    .type = {node_open, node_close, node_start, node_crash, node_message, node_timer},
};
