/* `gossip`: replicated data types that merge.
 *
 * Every node answers at once from its own copy. Copies are state-based CRDTs (Shapiro et al. 2011):
 * a counter is the sum over nodes of what each has added and taken away; a set is the elements that
 * were added, without those that were ever removed (2P-set; a G-set when nothing is removed); a
 * register is the value with the highest time stamp of the writing node's clock, by its number
 * where two are equal. Merging two copies takes the greatest of each, so it does not matter how
 * often, in which order or over whom it comes: nodes that have seen the same updates are equal.
 *
 * Each part of a copy (what one node added to a counter, one element of a set, one register) that
 * changes is put into a journal, as it then is. Now and then a node sends another what that one has
 * not acknowledged of the journal; what changes there goes into the journal there (delta-CRDTs,
 * Almeida et al. 2018). Everything is on disk.
 *
 * Bugs: `sums` adds what it is told instead of taking the greatest; `resurrects` forgets removed
 * elements instead of remembering that they are; `ties-by-arrival` takes the later of two values
 * with one time stamp. */
#include "runners/sim/proxy.h"
#include "runners/sim/store.h"

enum gossip_bug { GOSSIP_CORRECT, GOSSIP_SUMS, GOSSIP_RESURRECTS, GOSSIP_BY_ARRIVAL };

enum {
    MILLISECOND = 1000000,
    TICK = 50 * MILLISECOND,
    CLOCK_TICK = 10 * MILLISECOND, /* the resolution of time stamps */
    BATCH = 256,
};

enum {
    GOSSIP_DELTA = MESSAGE_OWN, /* position in the sender's journal, then parts */
    GOSSIP_GOT,                 /* position up to which the sender has it */
};

enum part_kind { PART_COUNT, PART_ELEMENT, PART_REGISTER };

/* One irreducible piece of state. `id`: the node of a count, the element of a set.
 * a, b: added and taken away; present and removed; stamp and value (`id` the writer). */
enum { PART_WORDS = 5 };
struct part {
    int64_t kind, key, id, a, b;
};

struct gossip_node {
    struct world *w;
    uint32_t self, n;
    enum gossip_bug bug;
    /* On disk. */
    int64_t last_stamp;
    struct map64 index; /* kind, key and id to part */
    struct part *parts; /* in order of their making */
    size_t nparts, parts_cap;
    struct words journal;                  /* parts */
    int64_t acknowledged[WORLD_NODES_MAX]; /* entries of the journal, by node */
    struct words message, result;          /* scratch */
};

static void *node_open(struct world *w, uint32_t node, unsigned variant)
{
    struct gossip_node *s = mem_zalloc(1, sizeof *s);
    s->w = w;
    s->self = node;
    s->n = world_nodes(w);
    s->bug = (enum gossip_bug)variant;
    return s;
}

static void node_close(void *self)
{
    struct gossip_node *s = self;
    map64_free(&s->index);
    mem_free(s->parts);
    words_free(&s->journal);
    words_free(&s->message);
    words_free(&s->result);
    mem_free(s);
}

static void node_start(void *self)
{
    struct gossip_node *s = self;
    world_timer(s->w, s->self, (int64_t)world_random(s->w, TICK), 0);
}

static void node_crash(void *self)
{
    (void)self;
}

/* ---- state --------------------------------------------------------------------------------- */

/* Keys and ids of the workloads are below 2^30; a register has one part whoever writes it. */
static uint64_t name_of(int64_t kind, int64_t key, int64_t id)
{
    uint64_t part = kind == PART_REGISTER ? 0 : (uint64_t)id;
    return (uint64_t)kind << 60 | (uint64_t)key << 30 | part;
}

static struct part *part_at(struct gossip_node *s, int64_t kind, int64_t key, int64_t id)
{
    uint64_t name = name_of(kind, key, id);
    uint32_t i = map64_get(&s->index, name);
    if (i == MAP64_NONE) {
        i = (uint32_t)s->nparts++;
        s->parts = mem_grow(s->parts, &s->parts_cap, s->nparts, sizeof *s->parts);
        s->parts[i] = (struct part){.kind = kind, .key = key, .id = id};
        map64_put(&s->index, name, i);
    }
    return &s->parts[i];
}

static void note(struct gossip_node *s, const struct part *p)
{
    const int64_t words[PART_WORDS] = {p->kind, p->key, p->id, p->a, p->b};
    words_append(&s->journal, words, PART_WORDS);
}

static int64_t most(int64_t x, int64_t y)
{
    return x > y ? x : y;
}

/* Each of these returns whether it changed `mine`. */
static bool merge_count(const struct gossip_node *s, struct part *mine, const struct part *p)
{
    const struct part before = *mine;
    bool sums = s->bug == GOSSIP_SUMS && p->id != s->self;
    mine->a = sums ? mine->a + p->a : most(mine->a, p->a);
    mine->b = sums ? mine->b + p->b : most(mine->b, p->b);
    return !sums && (mine->a != before.a || mine->b != before.b);
}

static bool merge_element(const struct gossip_node *s, struct part *mine, const struct part *p)
{
    const struct part before = *mine;
    mine->a = most(mine->a, p->a);
    mine->b = most(mine->b, p->b);
    bool changed = mine->a != before.a || mine->b != before.b;
    if (s->bug == GOSSIP_RESURRECTS && mine->b)
        mine->a = mine->b = 0; /* gone, and nobody knows that it was there */
    return changed;
}

static bool merge_register(const struct gossip_node *s, struct part *mine, const struct part *p)
{
    bool later = p->a != mine->a ? p->a > mine->a : p->id > mine->id;
    bool same = p->a == mine->a && p->id == mine->id;
    bool tie = s->bug == GOSSIP_BY_ARRIVAL && p->a == mine->a && !same;
    if (!later && !tie)
        return false;
    *mine = *p;
    return true;
}

static void merge(struct gossip_node *s, const struct part *p)
{
    struct part *mine = part_at(s, p->kind, p->key, p->id);
    bool changed = false;
    switch ((enum part_kind)p->kind) {
    case PART_COUNT:
        changed = merge_count(s, mine, p);
        break;
    case PART_ELEMENT:
        changed = merge_element(s, mine, p);
        break;
    case PART_REGISTER:
        changed = merge_register(s, mine, p);
        break;
    }
    if (changed)
        note(s, s->bug == GOSSIP_RESURRECTS ? p : mine);
}

/* ---- requests ------------------------------------------------------------------------------ */

static void update(struct gossip_node *s, const struct command *c)
{
    struct part p = {.key = c->key};
    if (c->kind == COMMAND_ADD) {
        p = *part_at(s, PART_COUNT, c->key, s->self);
        p.a += c->a > 0 ? c->a : 0;
        p.b += c->a < 0 ? -c->a : 0;
    } else if (c->kind == COMMAND_WRITE) {
        /* Stamps of one node go up, also when its clock goes back. */
        s->last_stamp = most(s->last_stamp + 1, world_clock(s->w, s->self) / CLOCK_TICK);
        p = (struct part){PART_REGISTER, c->key, s->self, s->last_stamp, c->a};
    } else {
        p = (struct part){PART_ELEMENT, c->key, c->a, c->kind == COMMAND_INSERT,
                          c->kind == COMMAND_REMOVE};
    }
    merge(s, &p);
}

static void read(struct gossip_node *s, const struct command *c)
{
    int64_t sum = 0;
    s->result.n = 0;
    if (c->kind == COMMAND_READ) {
        const struct part *p = part_at(s, PART_REGISTER, c->key, 0);
        words_append(&s->result, (const int64_t[]){p->a != 0, p->b}, 2);
        return;
    }
    for (size_t i = 0; i < s->nparts; i++) {
        const struct part *p = &s->parts[i];
        if (p->key != c->key)
            continue;
        if (p->kind == PART_COUNT)
            sum += p->a - p->b;
        else if (p->kind == PART_ELEMENT && c->kind == COMMAND_MEMBERS && p->a && !p->b)
            words_put(&s->result, p->id);
    }
    if (c->kind == COMMAND_COUNT)
        words_append(&s->result, (const int64_t[]){1, sum}, 2);
}

static void on_request(struct gossip_node *s, const struct command *c)
{
    s->result.n = 0;
    if (command_reads(c))
        read(s, c);
    else
        update(s, c);
    proxy_answer(s->w, s->self, c, REPLY_OK, &s->result);
}

/* ---- gossip -------------------------------------------------------------------------------- */

static void node_timer(void *self, int64_t tag)
{
    struct gossip_node *s = self;
    if (s->n > 1) {
        uint32_t to = (uint32_t)world_random(s->w, s->n - 1);
        to += to >= s->self;
        size_t from = (size_t)s->acknowledged[to] * PART_WORDS;
        size_t n = s->journal.n - from;
        n = n > BATCH * PART_WORDS ? BATCH * PART_WORDS : n;
        s->message.n = 0;
        words_append(&s->message, (const int64_t[]){GOSSIP_DELTA, s->acknowledged[to]}, 2);
        words_append(&s->message, s->journal.v + from, n);
        if (n)
            world_send(s->w, s->self, to, s->message.v, s->message.n);
    }
    world_timer(s->w, s->self, TICK, tag);
}

static void on_delta(struct gossip_node *s, uint32_t from, const int64_t *m, size_t n)
{
    for (size_t at = 2; at + PART_WORDS <= n; at += PART_WORDS) {
        const struct part p = {m[at], m[at + 1], m[at + 2], m[at + 3], m[at + 4]};
        merge(s, &p);
    }
    const int64_t answer[] = {GOSSIP_GOT, m[1] + (int64_t)(n - 2) / PART_WORDS};
    world_send(s->w, s->self, from, answer, 2);
}

static void node_message(void *self, uint32_t from, const int64_t *m, size_t n)
{
    struct gossip_node *s = self;
    if (m[0] == MESSAGE_REQUEST) {
        const struct command c = command_get(m + 1);
        on_request(s, &c);
    } else if (m[0] == GOSSIP_DELTA) {
        on_delta(s, from, m, n);
    } else if (m[0] == GOSSIP_GOT) {
        s->acknowledged[from] = most(s->acknowledged[from], m[1]);
    }
}

static const struct store_bug bugs[] = {
    {"sums", "merging a counter adds what others have instead of taking the greatest", NULL},
    {"resurrects", "a removed element is forgotten, so that a late copy brings it back", NULL},
    {"ties-by-arrival", "of two values with one time stamp the one that comes last wins", NULL},
    {0},
};

const struct store store_gossip = {
    .name = "gossip",
    .summary = "any node answers; counters, sets and registers that merge (CRDTs)",
    .level = "strong-eventual",
    .bugs = bugs,
    .serves = 1u << REQUEST_READ | 1u << REQUEST_WRITE | 1u << REQUEST_ADD | 1u << REQUEST_COUNT |
              1u << REQUEST_INSERT | 1u << REQUEST_REMOVE | 1u << REQUEST_MEMBERS,
    .type = {node_open, node_close, node_start, node_crash, node_message, node_timer},
};
