#include "runners/sim/machine.h"

#include "generators/workload.h"

struct machine_slot {
    int64_t key, value;
    bool written;
    struct words members; /* of a set, in order of insertion */
};

void machine_free(struct machine *m)
{
    for (size_t i = 0; i < m->nslots; i++)
        words_free(&m->slots[i].members);
    mem_free(m->slots);
    mem_free(m->executed);
    map64_free(&m->index);
    *m = (struct machine){0};
}

static const struct machine_slot *find(const struct machine *m, int64_t key)
{
    static const struct machine_slot empty = {0};
    uint32_t i = map64_get(&m->index, (uint64_t)key);
    return i == MAP64_NONE ? &empty : &m->slots[i];
}

static struct machine_slot *make(struct machine *m, int64_t key)
{
    uint32_t i = map64_get(&m->index, (uint64_t)key);
    if (i != MAP64_NONE)
        return &m->slots[i];
    m->slots = mem_grow(m->slots, &m->slots_cap, m->nslots + 1, sizeof *m->slots);
    m->slots[m->nslots] = (struct machine_slot){.key = key};
    map64_put(&m->index, (uint64_t)key, (uint32_t)m->nslots);
    return &m->slots[m->nslots++];
}

bool command_reads(const struct command *c)
{
    return c->kind == COMMAND_READ || c->kind == COMMAND_COUNT || c->kind == COMMAND_MEMBERS ||
           c->kind == COMMAND_ACCOUNTS;
}

/* Account 0 begins with everything. */
static int64_t balance(const struct machine *m, int64_t account)
{
    const struct machine_slot *s = find(m, account);
    return s->written ? s->value : account == 0 ? BANK_TOTAL : 0;
}

enum reply_status machine_read(const struct machine *m, const struct command *c,
                               struct words *result)
{
    const struct machine_slot *s = find(m, c->key);
    result->n = 0;
    if (c->kind == COMMAND_MEMBERS) {
        words_append(result, s->members.v, s->members.n);
    } else if (c->kind == COMMAND_ACCOUNTS) {
        for (int64_t i = 0; i < c->a; i++)
            words_put(result, balance(m, i));
    } else {
        words_put(result, s->written);
        words_put(result, s->value);
    }
    return REPLY_OK;
}

static void write_slot(struct machine *m, int64_t key, int64_t value)
{
    struct machine_slot *s = make(m, key);
    s->value = value;
    s->written = true;
}

/* ---- what several slots or a whole slot take part in --------------------------------------- */

static void take_first(struct machine_slot *s, size_t n)
{
    s->members.n -= n;
    if (s->members.n > 0)
        memmove(s->members.v, s->members.v + n, s->members.n * sizeof *s->members.v);
}

static void remove_member(struct machine_slot *s, int64_t member)
{
    size_t n = 0;
    for (size_t i = 0; i < s->members.n; i++)
        if (s->members.v[i] != member)
            s->members.v[n++] = s->members.v[i];
    s->members.n = n;
}

static enum reply_status transfer(struct machine *m, const struct command *c)
{
    int64_t from = balance(m, c->key), to = balance(m, c->a);
    if (from < c->b)
        return REPLY_FAIL;
    write_slot(m, c->key, from - c->b);
    write_slot(m, c->a, to + c->b);
    return REPLY_OK;
}

static void micro(struct machine *m, int64_t word, struct words *result)
{
    int64_t key = word >> 2 & ((INT64_C(1) << MICRO_KEY_BITS) - 1);
    int64_t value = word >> (2 + MICRO_KEY_BITS);
    struct machine_slot *s = make(m, key);
    switch ((enum micro_kind)(word & 3)) {
    case MICRO_READ:
        words_put(result, (int64_t)s->members.n);
        words_append(result, s->members.v, s->members.n);
        break;
    case MICRO_WRITE:
        s->members.n = 0;
        words_put(&s->members, value);
        break;
    case MICRO_APPEND:
        words_put(&s->members, value);
        break;
    case MICRO_NONE:
        break;
    }
}

static enum reply_status queue_command(struct machine_slot *s, const struct command *c,
                                       struct words *result)
{
    size_t n = c->kind == COMMAND_DRAIN ? s->members.n : 1;
    if (c->kind == COMMAND_ENQUEUE) {
        words_put(&s->members, c->a);
        return REPLY_OK;
    }
    if (s->members.n < n)
        return REPLY_FAIL;
    words_append(result, s->members.v, n);
    take_first(s, n);
    return REPLY_OK;
}

static enum reply_status lock_command(struct machine_slot *s, const struct command *c)
{
    int64_t mine = c->client + 1;
    bool acquires = c->kind == COMMAND_ACQUIRE;
    if (s->value != (acquires ? 0 : mine))
        return REPLY_FAIL;
    s->value = acquires ? mine : 0;
    return REPLY_OK;
}

static enum reply_status change(struct machine *m, const struct command *c, struct words *result)
{
    struct machine_slot *s = make(m, c->key);
    switch ((enum command_kind)c->kind) {
    case COMMAND_CAS:
        if (!s->written || s->value != c->a)
            return REPLY_FAIL;
        s->value = c->b;
        return REPLY_OK;
    case COMMAND_ADD:
        write_slot(m, c->key, s->value + c->a);
        return REPLY_OK;
    case COMMAND_INSERT:
        words_put(&s->members, c->a);
        return REPLY_OK;
    case COMMAND_REMOVE:
        remove_member(s, c->a);
        return REPLY_OK;
    case COMMAND_WRITE:
        write_slot(m, c->key, c->a);
        return REPLY_OK;
    case COMMAND_ENQUEUE:
    case COMMAND_DEQUEUE:
    case COMMAND_DRAIN:
        return queue_command(s, c, result);
    case COMMAND_ACQUIRE:
    case COMMAND_RELEASE:
        return lock_command(s, c);
    case COMMAND_TRANSFER:
        return transfer(m, c);
    case COMMAND_GENERATE:
        write_slot(m, c->key, s->value + 1);
        words_put(result, s->value);
        return REPLY_OK;
    case COMMAND_TXN:
        micro(m, c->a, result);
        micro(m, c->b, result);
        micro(m, c->c, result);
        micro(m, c->d, result);
        return REPLY_OK;
    case COMMAND_NOTHING:
    case COMMAND_READ:
    case COMMAND_COUNT:
    case COMMAND_MEMBERS:
    case COMMAND_ACCOUNTS:
        break;
    }
    return REPLY_OK;
}

static bool first_time(struct machine *m, const struct command *c)
{
    size_t client = (size_t)c->client;
    m->executed = mem_grow(m->executed, &m->clients_cap, client + 1, sizeof *m->executed);
    while (m->nclients <= client)
        m->executed[m->nclients++] = 0;
    if (c->request <= m->executed[client])
        return false;
    m->executed[client] = c->request;
    return true;
}

bool machine_apply(struct machine *m, const struct command *c, enum reply_status *status,
                   struct words *result)
{
    if (c->kind == COMMAND_NOTHING || !first_time(m, c))
        return false;
    result->n = 0;
    *status = command_reads(c) ? machine_read(m, c, result) : change(m, c, result);
    return true;
}

void machine_save(const struct machine *m, struct words *out)
{
    words_put(out, (int64_t)m->nclients);
    words_append(out, m->executed, m->nclients);
    for (size_t i = 0; i < m->nslots; i++) {
        const struct machine_slot *s = &m->slots[i];
        words_append(out, (const int64_t[]){s->key, s->written, s->value, (int64_t)s->members.n},
                     4);
        words_append(out, s->members.v, s->members.n);
    }
}

void machine_load(struct machine *m, const int64_t *words, size_t n)
{
    machine_free(m);
    m->nclients = (size_t)words[0];
    m->executed = mem_grow(NULL, &m->clients_cap, m->nclients + 1, sizeof *m->executed);
    memcpy(m->executed, words + 1, m->nclients * sizeof *words);
    for (size_t at = 1 + m->nclients; at < n; at += 4 + (size_t)words[at + 3]) {
        struct machine_slot *s = make(m, words[at]);
        s->written = words[at + 1] != 0;
        s->value = words[at + 2];
        words_append(&s->members, words + at + 4, (size_t)words[at + 3]);
    }
}

void command_put(const struct command *c, struct words *out)
{
    const int64_t v[COMMAND_WORDS] = {c->kind, c->key,    c->a,       c->b,   c->c,
                                      c->d,    c->client, c->request, c->node};
    words_append(out, v, COMMAND_WORDS);
}

struct command command_get(const int64_t *v)
{
    return (struct command){v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]};
}
