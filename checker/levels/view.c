#include "checker/levels/view.h"

#include "base/hash.h"
#include "base/mem.h"

enum { NAMES_KNOWN = 8 };

static const uint32_t NONE = UINT32_MAX;

/* Did somebody observe it? */
enum seen { SEEN_NOT, SEEN_MAYBE, SEEN_SURELY };

/* Operations in the order of the history, before those that nobody observed are gone. */
struct raw {
    uint32_t n;
    uint32_t *op, *key;
    val *wrote, *saw;
    uint8_t *flags;
};

struct maker {
    struct view *v;
    const struct history *h;
    const struct model *m;
    bool nil_unknown;
    struct raw raw;
    struct map64 writer; /* key and value -> the first raw write of it */
    bool *again;         /* raw write: another one wrote the same value, or it is the initial one */
    uint8_t *seen;       /* first raw write of a value: enum seen */
    uint32_t *crashed;   /* first raw write of a value: a crashed cas that writes it, or NONE */
    uint32_t *next;      /* raw crashed cas: the next one that writes the same value, or NONE */
    struct {
        uint32_t op;     /* raw; it may count, and what it observed is not noted yet */
        enum seen seen;
    } *todo;
    val names[NAMES_KNOWN];
    enum action actions[NAMES_KNOWN];
    size_t nnames;
};

/* ---- what operations do -------------------------------------------------------------------- */

bool view_misfit(const struct history *h, const struct op *op, struct err *e)
{
    size_t line = 0, col = 0;
    if (h->source.path)
        history_where(h, op->inv, &line, &col);
    struct str f = val_get_text(&h->values, op->f);
    return err_wrap(e, "%s:%zu:%zu: operation %.*s", h->source.path ? h->source.path : "history",
                    line, col, (int)f.n, f.p);
}

static bool action_of(struct maker *m, const struct op *op, enum action *out, struct err *e)
{
    for (size_t i = 0; i < m->nnames; i++) {
        if (m->names[i] == op->f) {
            *out = m->actions[i];
            return true;
        }
    }
    if (!model_action(m->m, val_get_text(&m->h->values, op->f), out))
        return err_set(e, ERR_INPUT, "model %s has no such operation", m->m->name);
    if (m->nnames < NAMES_KNOWN) {
        m->names[m->nnames] = op->f;
        m->actions[m->nnames++] = *out;
    }
    return true;
}

/* Append to the raw operations what `op` does; nothing when it does and observes nothing. */
static bool add(struct maker *m, uint32_t id, uint32_t key, struct err *e)
{
    const struct op *op = &m->h->ops[id];
    struct op_class c = {.f = VAL_ABSENT, .in = VAL_ABSENT, .out = VAL_ABSENT, .a = VAL_ABSENT,
                         .b = VAL_ABSENT, .result_known = true};
    enum action action = ACT_OTHER;
    bool skip = false;
    if (op->type == OP_FAIL)
        return true;
    if (!action_of(m, op, &action, e))
        return false;
    c.action = (uint8_t)action;
    if (!m->m->classify(m->h, op, m->nil_unknown, &c, &skip, e))
        return false;
    /* A cas of a value to itself is a read to the model; here it is a write, too, that may come
     * after another one. */
    bool cas = action == ACT_CAS, itself = cas && c.action == ACT_READ;
    if (skip && !itself)
        return true;
    if (itself)
        c.a = c.b;
    struct raw *r = &m->raw;
    r->op[r->n] = id;
    r->key[r->n] = key;
    r->saw[r->n] = cas ? c.a : c.b;
    r->wrote[r->n] = cas ? c.b : c.a;
    r->flags[r->n++] = (uint8_t)((c.action != ACT_WRITE ? VIEW_READS : 0) |
                                 (cas || c.action != ACT_READ ? VIEW_WRITES : 0) |
                                 (op->type == OP_INFO ? VIEW_CRASHED : 0));
    return true;
}

static bool classify(struct maker *m, struct err *e)
{
    const struct history *h = m->h;
    struct map64 keys = {0};
    size_t cap = 0;
    bool good = true;
    for (size_t i = 0; i < h->nops && good; i++) {
        uint32_t key = map64_get(&keys, h->ops[i].key);
        if (key == MAP64_NONE) {
            key = m->v->nkeys++;
            map64_put(&keys, h->ops[i].key, key);
            m->v->keys = mem_grow(m->v->keys, &cap, m->v->nkeys, sizeof *m->v->keys);
            m->v->keys[key] = h->ops[i].key;
        }
        good = add(m, (uint32_t)i, key, e);
        if (!good)
            (void)view_misfit(h, &h->ops[i], e);
    }
    map64_free(&keys);
    return good;
}

/* ---- who wrote it -------------------------------------------------------------------------- */

static uint64_t word_of(uint32_t key, val v)
{
    return (uint64_t)key << 32 | v;
}

static void find_writers(struct maker *m)
{
    struct raw *r = &m->raw;
    for (uint32_t i = 0; i < r->n; i++) {
        if (!(r->flags[i] & VIEW_WRITES))
            continue;
        uint64_t word = word_of(r->key[i], r->wrote[i]);
        uint32_t first = map64_get(&m->writer, word);
        if (first == MAP64_NONE)
            map64_put(&m->writer, word, i);
        else
            m->again[first] = m->again[i] = true;
        if (r->wrote[i] == m->v->initial)
            m->again[i] = true; /* it need not be the one that was observed */
        if ((r->flags[i] & VIEW_READS) && (r->flags[i] & VIEW_CRASHED)) {
            uint32_t *list = &m->crashed[first == MAP64_NONE ? i : first];
            m->next[i] = *list;
            *list = i;
        }
    }
}

/* What was observed took effect, and what a crashed cas that took effect observed did so, too;
 * where it is one of several that may have written the value, both may have. */
static void observe(struct maker *m, uint32_t i)
{
    struct raw *r = &m->raw;
    uint32_t n = 0;
    m->todo[n].op = i;
    m->todo[n++].seen = SEEN_SURELY;
    while (n > 0) {
        i = m->todo[--n].op;
        enum seen seen = m->todo[n].seen;
        if (!(r->flags[i] & VIEW_READS))
            continue;
        uint32_t w = map64_get(&m->writer, word_of(r->key[i], r->saw[i]));
        if (w == MAP64_NONE || m->seen[w] >= seen)
            continue;
        m->seen[w] = (uint8_t)seen;
        for (uint32_t c = m->crashed[w]; c != NONE; c = m->next[c]) {
            m->todo[n].op = c;
            m->todo[n++].seen = m->again[w] ? SEEN_MAYBE : seen;
        }
    }
}

/* How sure it is that somebody observed the value of write i. */
static enum seen seen_of(const struct maker *m, uint32_t i)
{
    const struct raw *r = &m->raw;
    return m->seen[map64_get(&m->writer, word_of(r->key[i], r->wrote[i]))];
}

/* All writes of a value that was observed stay: any of them may have been the one. */
static bool stays(const struct maker *m, uint32_t i)
{
    return !(m->raw.flags[i] & VIEW_CRASHED) || seen_of(m, i) != SEEN_NOT;
}

static uint32_t source(const struct maker *m, uint32_t i)
{
    const struct raw *r = &m->raw;
    uint32_t w = map64_get(&m->writer, word_of(r->key[i], r->saw[i]));
    if (r->saw[i] == m->v->initial)
        return w == MAP64_NONE ? FROM_INITIAL : FROM_MANY;
    if (w == MAP64_NONE || (w == i && !m->again[w]))
        return FROM_AIR; /* no cas observes itself */
    return m->again[w] ? FROM_MANY : w;
}

/* ---- by session ---------------------------------------------------------------------------- */

static void allocate(struct view *v)
{
    v->op = mem_alloc((v->n + 1) * sizeof *v->op);
    v->session = mem_alloc((v->n + 1) * sizeof *v->session);
    v->key = mem_alloc((v->n + 1) * sizeof *v->key);
    v->from = mem_alloc((v->n + 1) * sizeof *v->from);
    v->wrote = mem_alloc((v->n + 1) * sizeof *v->wrote);
    v->saw = mem_alloc((v->n + 1) * sizeof *v->saw);
    v->flags = mem_alloc(v->n + 1);
    if (v->h->events.version)
        v->version = mem_alloc((v->n + 1) * sizeof *v->version);
}

/* place[i]: the session of raw operation i, or UINT32_MAX when it goes. */
static void find_sessions(struct maker *m, uint32_t *place)
{
    struct view *v = m->v;
    struct map64 sessions = {0};
    size_t cap = 0;
    for (uint32_t i = 0; i < m->raw.n; i++) {
        place[i] = UINT32_MAX;
        if (!stays(m, i))
            continue;
        val process = m->h->ops[m->raw.op[i]].process;
        uint32_t s = map64_get(&sessions, process);
        if (s == MAP64_NONE) {
            s = v->nsessions++;
            map64_put(&sessions, process, s);
            v->start = mem_grow(v->start, &cap, v->nsessions + 2, sizeof *v->start);
            v->start[s] = 0;
        }
        place[i] = s;
        v->start[s]++;
        v->n++;
    }
    map64_free(&sessions);
    if (!v->start)
        v->start = mem_zalloc(2, sizeof *v->start);
}

static int64_t version_of(const struct history *h, const struct op *op)
{
    bool completed = op->ret != NO_EVENT && op->type == OP_OK;
    return completed ? h->events.version[op->ret] : -1;
}

static void copy(struct maker *m, uint32_t i, uint32_t to, uint32_t session)
{
    struct view *v = m->v;
    const struct raw *r = &m->raw;
    v->op[to] = r->op[i];
    v->session[to] = session;
    v->key[to] = r->key[i];
    v->wrote[to] = r->wrote[i];
    v->saw[to] = r->saw[i];
    v->flags[to] = r->flags[i];
    /* Of a crashed cas that need not be the one nothing is known but what it writes. */
    if ((r->flags[i] & VIEW_CRASHED) && (m->again[i] || seen_of(m, i) == SEEN_MAYBE))
        v->flags[to] = VIEW_WRITES | VIEW_CRASHED;
    v->from[to] = v->flags[to] & VIEW_READS ? source(m, i) : FROM_NOTHING;
    if (v->version)
        v->version[to] = version_of(v->h, &v->h->ops[r->op[i]]);
}

static void sort_out(struct maker *m)
{
    struct view *v = m->v;
    uint32_t *place = mem_alloc((m->raw.n + 1) * sizeof *place);
    find_sessions(m, place);
    allocate(v);
    uint32_t at = 0;
    for (uint32_t s = 0; s <= v->nsessions; s++) {
        uint32_t size = s < v->nsessions ? v->start[s] : 0;
        v->start[s] = at;
        at += size;
    }
    for (uint32_t i = 0; i < m->raw.n; i++) {
        if (place[i] == UINT32_MAX)
            continue;
        uint32_t to = v->start[place[i]]++;
        copy(m, i, to, place[i]);
        place[i] = to;
    }
    for (uint32_t s = v->nsessions; s > 0; s--)
        v->start[s] = v->start[s - 1];
    v->start[0] = 0;
    for (uint32_t i = 0; i < m->raw.n; i++) {
        if (place[i] == UINT32_MAX)
            continue;
        uint32_t *from = &v->from[place[i]];
        v->many += *from == FROM_MANY;
        if (*from == FROM_AIR && v->air == UINT32_MAX)
            v->air = place[i];
        if (from_write(*from))
            *from = place[*from];
    }
    mem_free(place);
}

/* ---- the whole ----------------------------------------------------------------------------- */

/* Of the value that the first thin-air read observed: a write of it that failed. */
static void find_aborted(struct view *v, const struct model *m)
{
    const struct history *h = v->h;
    if (v->air == UINT32_MAX)
        return;
    for (size_t i = 0; i < h->nops && v->aborted == NO_EVENT; i++) {
        enum action a;
        val from, to = VAL_ABSENT;
        const struct op *op = &h->ops[i];
        if (op->type != OP_FAIL || op->key != v->keys[v->key[v->air]] ||
            !model_action(m, val_get_text(&h->values, op->f), &a))
            continue;
        if (a == ACT_WRITE)
            to = op->in;
        else if (a == ACT_CAS && !val_pair(&h->values, op->in, &from, &to))
            continue;
        if (to == v->saw[v->air])
            v->aborted = (uint32_t)i;
    }
}

/* How the model writes it: kv's "" is nil. */
static bool canonical(val *initial, const struct history *h, const struct model *m, struct err *e)
{
    struct object o;
    if (!object_build(&o, h, m, NULL, 0, VAL_ABSENT, *initial, false, e))
        return false;
    *initial = o.initial;
    object_free(&o);
    return true;
}

bool view_make(struct view *v, const struct history *h, const struct model *m, val initial,
               bool nil_unknown, struct err *e)
{
    if (!canonical(&initial, h, m, e))
        return false;
    *v = (struct view){.h = h, .air = UINT32_MAX, .aborted = NO_EVENT, .initial = initial,
                       .no_processes = h->warnings[WARN_NO_PROCESS].count > 0};
    if (h->nops >= FROM_AIR)
        return err_set(e, ERR_INPUT, "more than 2^32 - 5 operations in one history");
    struct maker mk = {.v = v, .h = h, .m = m, .nil_unknown = nil_unknown};
    size_t room = h->nops + 1;
    mk.raw = (struct raw){.op = mem_alloc(room * sizeof *mk.raw.op),
                          .key = mem_alloc(room * sizeof *mk.raw.key),
                          .wrote = mem_alloc(room * sizeof *mk.raw.wrote),
                          .saw = mem_alloc(room * sizeof *mk.raw.saw),
                          .flags = mem_alloc(room)};
    mk.again = mem_zalloc(room, sizeof *mk.again);
    mk.seen = mem_zalloc(room, sizeof *mk.seen);
    mk.crashed = mem_alloc(room * sizeof *mk.crashed);
    mk.next = mem_alloc(room * sizeof *mk.next);
    mk.todo = mem_alloc(2 * room * sizeof *mk.todo);
    for (size_t i = 0; i < room; i++)
        mk.crashed[i] = NONE;
    bool good = classify(&mk, e);
    if (good) {
        find_writers(&mk);
        for (uint32_t i = 0; i < mk.raw.n; i++)
            if (!(mk.raw.flags[i] & VIEW_CRASHED))
                observe(&mk, i);
        sort_out(&mk);
        find_aborted(v, m);
    }
    mem_free(mk.raw.op);
    mem_free(mk.raw.key);
    mem_free(mk.raw.wrote);
    mem_free(mk.raw.saw);
    mem_free(mk.raw.flags);
    mem_free(mk.again);
    mem_free(mk.seen);
    mem_free(mk.crashed);
    mem_free(mk.next);
    mem_free(mk.todo);
    map64_free(&mk.writer);
    if (!good)
        view_free(v);
    return good;
}

void view_free(struct view *v)
{
    mem_free(v->start);
    mem_free(v->op);
    mem_free(v->session);
    mem_free(v->key);
    mem_free(v->from);
    mem_free(v->wrote);
    mem_free(v->saw);
    mem_free(v->flags);
    mem_free(v->version);
    mem_free(v->keys);
    *v = (struct view){0};
}

size_t view_bytes(const struct view *v)
{
    size_t each = 4 * sizeof(uint32_t) + 2 * sizeof(val) + 1 + (v->version ? sizeof(int64_t) : 0);
    return v->n * each + (v->nsessions + v->nkeys) * sizeof(uint32_t);
}
