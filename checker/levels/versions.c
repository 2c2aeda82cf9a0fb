/* What recorded versions tell. Each version of a key is one write and one value, so the versions of
 * a key contradict each other when
 *   - two writes have the same one, or one version has two values;
 *   - a write is observed under two versions, or under another than its own;
 *   - more versions of a value are observed than writes of it can have brought.
 * A read that several writes may have written observed the one with its version; if none has it,
 * the writes with other versions are excluded, and where one is left it is that. */
#include "checker/levels/versions.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

static const uint32_t NONE = UINT32_MAX;
enum { WIDE = 64 }; /* writes of one revision, over all keys: more give no order */

struct versioned {
    int64_t version;
    uint32_t key, op;
};

/* The writes of a value of a key that have no version of their own. */
struct open_value {
    uint32_t write; /* one of them, or NONE: the initial value */
    uint32_t n;     /* and the initial value */
    uint32_t observed; /* versions of it that none is known to have */
};

struct heeder {
    const struct view *v;
    struct view *out;
    struct versioned *at; /* versions, by key and version */
    size_t n;
    bool *bad; /* per key */
    struct map64 value;
    struct open_value *open;
    size_t nopen, cap;
};

static int by_version(const void *a, const void *b)
{
    const struct versioned *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->version < y->version ? -1 : x->version > y->version;
}

static int by_revision(const void *a, const void *b)
{
    const struct versioned *x = a, *y = b;
    return x->version < y->version ? -1 : x->version > y->version;
}

static bool is_write(const struct view *v, uint32_t i)
{
    return v->flags[i] & VIEW_WRITES;
}

/* The value that a recorded version is about. */
static val value_of(const struct view *v, uint32_t i)
{
    return is_write(v, i) ? v->wrote[i] : v->saw[i];
}

/* ---- which write a version is --------------------------------------------------------------- */

static struct open_value *open_value(struct heeder *x, uint32_t key, val value)
{
    uint64_t word = (uint64_t)key << 32 | value;
    uint32_t i = map64_get(&x->value, word);
    if (i == MAP64_NONE) {
        i = (uint32_t)x->nopen++;
        map64_put(&x->value, word, i);
        x->open = mem_grow(x->open, &x->cap, x->nopen, sizeof *x->open);
        x->open[i] = (struct open_value){.write = NONE, .n = value == x->v->initial};
    }
    return &x->open[i];
}

static void collect(struct heeder *x)
{
    const struct view *v = x->v;
    for (uint32_t i = 0; i < v->n; i++) {
        if (v->version[i] >= 0 && value_of(v, i) != VAL_ABSENT) {
            x->at[x->n++] = (struct versioned){v->version[i], v->key[i], i};
        } else if (is_write(v, i)) {
            struct open_value *o = open_value(x, v->key[i], v->wrote[i]);
            o->write = i;
            o->n++;
        }
    }
    qsort(x->at, x->n, sizeof *x->at, by_version);
}

/* The write of the group a .. b of one version, NONE when none has it. */
static uint32_t writer_of(struct heeder *x, size_t a, size_t b)
{
    const struct view *v = x->v;
    uint32_t key = x->at[a].key, w = NONE;
    for (size_t i = a; i < b; i++) {
        uint32_t op = x->at[i].op;
        x->bad[key] |= value_of(v, op) != value_of(v, x->at[a].op);
        x->bad[key] |= is_write(v, op) && w != NONE;
        w = is_write(v, op) ? op : w;
    }
    for (size_t i = a; i < b; i++) { /* reads that are known to observe a write */
        uint32_t from = is_write(v, x->at[i].op) ? FROM_NOTHING : v->from[x->at[i].op];
        if (!from_write(from))
            continue;
        x->bad[key] |= w != NONE && w != from;
        w = from;
    }
    return w;
}

static void settle(struct heeder *x, size_t a, size_t b, uint32_t from)
{
    for (size_t i = a; i < b; i++) {
        uint32_t op = x->at[i].op;
        if (!is_write(x->v, op) && x->v->from[op] == FROM_MANY)
            x->out->from[op] = from;
    }
}

/* The operations of one version: which write is it? */
static void group(struct heeder *x, size_t a, size_t b)
{
    const struct view *v = x->v;
    uint32_t key = x->at[a].key, w = writer_of(x, a, b);
    bool initial = false;
    for (size_t i = a; i < b; i++)
        initial |= v->from[x->at[i].op] == FROM_INITIAL;
    if (x->bad[key] || initial)
        return;
    if (w == NONE) {
        struct open_value *o = open_value(x, key, value_of(v, x->at[a].op));
        /* nobody knows what version the initial value has */
        x->bad[key] |= value_of(v, x->at[a].op) != v->initial && ++o->observed > o->n;
        if (o->n != 1)
            return;
        w = o->write;
    }
    if (w == NONE) {
        settle(x, a, b, FROM_INITIAL);
        return;
    }
    int64_t *version = &x->out->version[w];
    x->bad[key] |= *version >= 0 && *version != x->at[a].version;
    *version = x->at[a].version;
    settle(x, a, b, w);
}

void versions_heed(struct view *out, const struct view *v)
{
    struct heeder x = {.v = v, .out = out};
    *out = *v;
    out->heeded = true;
    out->many = 0;
    out->version = mem_alloc(((size_t)v->n + 1) * sizeof *out->version);
    out->from = mem_alloc(((size_t)v->n + 1) * sizeof *out->from);
    x.bad = mem_zalloc((size_t)v->nkeys + 1, sizeof *x.bad);
    x.at = mem_alloc(((size_t)v->n + 1) * sizeof *x.at);
    for (uint32_t i = 0; i < v->n; i++) {
        out->from[i] = v->from[i];
        out->version[i] = is_write(v, i) ? v->version[i] : -1;
    }
    collect(&x);
    for (size_t a = 0, b; a < x.n; a = b) {
        for (b = a + 1; b < x.n && by_version(&x.at[a], &x.at[b]) == 0;)
            b++;
        group(&x, a, b);
    }
    for (uint32_t i = 0; i < v->n; i++) {
        if (x.bad[v->key[i]]) {
            out->from[i] = v->from[i];
            out->version[i] = -1;
        }
        out->many += out->from[i] == FROM_MANY;
        out->unsettled += out->from[i] == FROM_MANY && !is_write(v, i) && v->version[i] >= 0 &&
                          !x.bad[v->key[i]];
    }
    mem_free(x.bad);
    mem_free(x.at);
    mem_free(x.open);
    map64_free(&x.value);
}

void versions_forget(struct view *out)
{
    mem_free(out->version);
    mem_free(out->from);
    *out = (struct view){0};
}

/* ---- the order of writes -------------------------------------------------------------------- */

static void add(struct derived_list *out, const struct versioned *a, const struct versioned *b)
{
    derived_add(out, (struct derived){a->op, b->op, NONE, EDGE_VERSION, 0});
}

/* Writes of different keys can have one revision, which orders nothing among them. False when there
 * are too many of those. */
static bool order_all(const struct versioned *at, size_t n, struct derived_list *out)
{
    size_t before = 0, begin = 0, known = out->n;
    for (size_t i = 0; i < n; i++) {
        if (at[i].version != at[begin].version) {
            before = begin;
            begin = i;
        }
        if (i - begin > WIDE) {
            out->n = known;
            return false;
        }
        for (size_t j = before; j < begin; j++)
            add(out, &at[j], &at[i]);
    }
    return true;
}

void versions_edges(const struct view *v, struct derived_list *out)
{
    if (!v->heeded)
        return;
    struct versioned *at = mem_alloc(((size_t)v->n + 1) * sizeof *at);
    size_t n = 0;
    bool all = !v->h->events.own_versions;
    for (uint32_t i = 0; i < v->n; i++)
        if (is_write(v, i) && v->version[i] >= 0)
            at[n++] = (struct versioned){v->version[i], v->key[i], i};
    if (all) {
        qsort(at, n, sizeof *at, by_revision);
        all = order_all(at, n, out);
    }
    if (!all) {
        qsort(at, n, sizeof *at, by_version);
        for (size_t i = 1; i < n; i++)
            if (at[i].key == at[i - 1].key)
                add(out, &at[i - 1], &at[i]);
    }
    mem_free(at);
}
