#include "tests/property/spec.h"

#include "base/mem.h"
#include "tests/property/toy.h"

/* After the value words: the state's version, and whether it is exact or only a lower bound. */
enum { VERSION, EXACT, VERSION_WORDS };

static uint32_t key_index(struct spec *s, val object_key, val inner)
{
    val pair[2] = {object_key, inner};
    val k = val_seq(&s->h->values, V_LIST, pair, 2);
    for (size_t i = 0; i < s->nkeys; i++)
        if (s->keys[i] == k)
            return (uint32_t)i;
    s->keys = mem_grow(s->keys, &s->keys_cap, s->nkeys + 1, sizeof *s->keys);
    s->keys[s->nkeys] = k;
    return (uint32_t)s->nkeys++;
}

static val plain(const struct spec *s, val v)
{
    const struct values *t = &s->h->values;
    bool empty = val_kind(t, v) == V_STRING && val_get_text(t, v).n == 0;
    return empty && s->empty_is_nil ? VAL_NIL : v;
}

static bool is(struct str f, const char *x, const char *y, const char *z)
{
    return str_is(f, x) || str_is(f, y) || str_is(f, z);
}

static val observed(const struct spec *s, const struct spec_options *opt, bool ok, val v)
{
    return !ok || (opt->nil_unknown && v == VAL_NIL) ? VAL_ABSENT : plain(s, v);
}

/* read, write, cas, append of one key. */
static bool one_micro(struct spec *s, const struct spec_options *opt, const struct op *op,
                      struct str f, struct spec_micro *m)
{
    const struct values *t = &s->h->values;
    bool ok = op->type == OP_OK;
    val arg = op->in == VAL_ABSENT ? op->out : op->in;
    m->key = key_index(s, op->key, VAL_ABSENT);
    m->b = VAL_ABSENT;
    if (is(f, "read", "get", "r")) {
        m->kind = SPEC_READ;
        m->a = observed(s, opt, ok, op->out);
        return true;
    }
    if (str_is(f, "cas") || str_is(f, "compare-and-set")) {
        m->kind = SPEC_CAS;
        bool good = val_pair(t, arg, &m->a, &m->b);
        m->a = plain(s, m->a);
        m->b = plain(s, m->b);
        return good;
    }
    m->kind = str_is(f, "append") ? SPEC_APPEND : SPEC_WRITE;
    m->a = plain(s, arg);
    return m->kind == SPEC_APPEND ? val_kind(t, arg) == V_STRING
                                  : str_is(f, "w") || is(f, "write", "put", "set");
}

/* One micro-operation [f k v] or, under a name that is read or write, [k v]. */
static bool txn_micro(struct spec *s, const struct spec_options *opt, const struct op *op,
                      struct str name, size_t i, struct spec_micro *m)
{
    const struct values *t = &s->h->values;
    bool ok = op->type == OP_OK && val_kind(t, op->out) == V_LIST;
    size_t nin, nout, ni, no;
    const val *in = val_items(t, op->in, &nin), *out = val_items(t, op->out, &nout);
    if (!in) {
        in = out;
        nin = nout;
    }
    if (ok && nin != nout)
        return false;
    const val *x = val_items(t, in[i], &ni), *y = val_items(t, ok ? out[i] : in[i], &no);
    if (!x || !y || ni < 2 || no < 2)
        return false;
    bool named = ni == 2 && (str_is(name, "read") || str_is(name, "write"));
    struct str f = named ? name : val_get_text(t, x[0]);
    val inner = x[named ? 0 : 1];
    val vin = named ? x[1] : ni > 2 ? x[2] : VAL_ABSENT;
    val vout = named ? y[1] : no > 2 ? y[2] : VAL_ABSENT;
    bool write = str_is(f, "write") || str_is(f, "w");
    m->key = key_index(s, VAL_ABSENT, inner);
    m->kind = write ? SPEC_WRITE : SPEC_READ;
    m->a = write ? vin : observed(s, opt, ok, vout);
    m->b = VAL_ABSENT;
    return write || str_is(f, "read") || str_is(f, "r");
}

/* How many micro-operations an operation has; 0 for what is no list of them. */
static size_t micro_count(const struct spec *s, const struct op *op, bool txn)
{
    size_t n;
    if (!txn || val_items(&s->h->values, op->in, &n))
        return txn ? n : 1;
    (void)val_items(&s->h->values, op->out, &n);
    return n;
}

static bool add_op(struct spec *s, const struct spec_options *opt, uint32_t id)
{
    const struct op *op = &s->h->ops[id];
    struct str f = val_get_text(&s->h->values, op->f);
    bool txn = strcmp(opt->model, "multi-register") == 0;
    bool ok = op->type == OP_OK;
    if (op->type == OP_FAIL)
        return true;
    struct spec_op *o = &s->ops[s->nops++];
    *o = (struct spec_op){.op = id, .inv = op->inv, .res = ok ? op->ret : SPEC_INF, .must = ok,
                          .n = s->toy ? 0 : micro_count(s, op, txn), .version = -1};
    if (ok && s->versions && s->h->events.version)
        o->version = s->h->events.version[op->ret];
    o->micro = s->toy ? NULL : arena_alloc(&s->arena, o->n * sizeof *o->micro);
    if (s->toy) {
        o->a = o->b = VAL_ABSENT;
        return s->toy->parse(s, op, o);
    }
    bool good = o->n > 0;
    for (size_t i = 0; good && i < o->n; i++)
        good = txn ? txn_micro(s, opt, op, f, i, &o->micro[i])
                   : one_micro(s, opt, op, f, &o->micro[i]);
    return good;
}

/* A map gives the initial value of each inner key, nil for those it does not name. */
static val initial_of(const struct spec *s, val initial, size_t key)
{
    const struct values *t = &s->h->values;
    val object_key, inner;
    size_t n;
    const val *items = val_items(t, initial, &n);
    if (val_kind(t, initial) != V_MAP || !val_pair(t, s->keys[key], &object_key, &inner) ||
        inner == VAL_ABSENT)
        return initial;
    for (size_t i = 0; i + 1 < n; i += 2)
        if (items[i] == inner)
            return items[i + 1];
    return VAL_NIL;
}

bool spec_open(struct spec *s, struct history *h, const struct spec_options *opt,
               const uint32_t *ids, size_t n, const char **why)
{
    if (!ids)
        n = h->nops;
    *s = (struct spec){.h = h, .versions = opt->versions, .toy = toy_find(opt->model)};
    s->empty_is_nil = strcmp(opt->model, "kv") == 0;
    s->ops = mem_alloc(n * sizeof *s->ops);
    for (size_t i = 0; i < n; i++) {
        if (add_op(s, opt, ids ? ids[i] : (uint32_t)i))
            continue;
        *why = "an operation is not understood";
        return false;
    }
    if (s->toy) {
        s->width = s->toy->width(s);
        s->initial = arena_zalloc(&s->arena, (s->width + 1) * sizeof *s->initial);
        s->toy->init(s, opt->initial, s->initial);
        return true;
    }
    s->width = s->nkeys + (s->versions ? VERSION_WORDS : 0);
    s->initial = arena_zalloc(&s->arena, (s->width + 1) * sizeof *s->initial);
    for (size_t k = 0; k < s->nkeys; k++)
        s->initial[k] = plain(s, initial_of(s, opt->initial, k));
    return true;
}

void spec_free(struct spec *s)
{
    mem_free(s->ops);
    mem_free(s->keys);
    arena_free(&s->arena);
    *s = (struct spec){0};
}

/* Versions count from 1 here, so that 0 is the bound of a state that had no version yet. */
static bool apply_version(const struct spec *s, const struct spec_op *o, uint32_t *state)
{
    uint32_t *v = state + s->nkeys;
    uint32_t mine = (uint32_t)(o->version + 1);
    if (spec_mutates(o)) {
        bool legal = o->version < 0 || mine > v[VERSION];
        v[VERSION] = o->version < 0 ? v[VERSION] + 1 : mine;
        v[EXACT] = o->version >= 0;
        return legal;
    }
    if (o->version < 0)
        return true;
    bool legal = v[EXACT] ? mine == v[VERSION] : mine >= v[VERSION];
    v[VERSION] = mine;
    v[EXACT] = 1;
    return legal;
}

static val concat(const struct spec *s, val text, val piece)
{
    struct values *t = &s->h->values;
    struct buf b = {0};
    buf_put(&b, val_get_text(t, text));
    buf_put(&b, val_get_text(t, piece));
    val v = val_text(t, V_STRING, buf_str(&b));
    buf_free(&b);
    return plain(s, v);
}

unsigned spec_ways(const struct spec *s, size_t i, const uint32_t *state)
{
    return s->toy && s->toy->ways ? s->toy->ways(s, &s->ops[i], state) : 1;
}

bool spec_apply(const struct spec *s, size_t i, unsigned way, uint32_t *state)
{
    const struct spec_op *o = &s->ops[i];
    if (s->toy)
        return s->toy->apply(s, o, way, state);
    for (size_t k = 0; k < o->n; k++) {
        const struct spec_micro *m = &o->micro[k];
        uint32_t *cell = &state[m->key];
        bool looks = m->kind == SPEC_CAS || (m->kind == SPEC_READ && m->a != VAL_ABSENT);
        if (looks && *cell != m->a)
            return false;
        if (m->kind == SPEC_WRITE)
            *cell = m->a;
        else if (m->kind == SPEC_CAS)
            *cell = m->b;
        else if (m->kind == SPEC_APPEND)
            *cell = concat(s, *cell, m->a);
    }
    return !s->versions || apply_version(s, o, state);
}

bool spec_mutates(const struct spec_op *o)
{
    if (o->mutates || !o->micro)
        return o->mutates;
    for (size_t k = 0; k < o->n; k++)
        if (o->micro[k].kind != SPEC_READ)
            return true;
    return false;
}

bool spec_idle(const struct spec_op *o)
{
    if (!o->micro)
        return o->idle;
    for (size_t k = 0; k < o->n; k++) {
        const struct spec_micro *m = &o->micro[k];
        bool blind_read = m->kind == SPEC_READ && m->a == VAL_ABSENT;
        bool empty_append = m->kind == SPEC_APPEND && m->a == VAL_NIL;
        if (!blind_read && !empty_append)
            return false;
    }
    return true;
}
