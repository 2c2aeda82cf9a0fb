/* Several registers read and written together: an operation is a list of micro-operations
 * [:read k v] [:write k v], applied at one instant. One object holds all keys, because one
 * operation may touch several. An operation becomes the values it needs before and those it sets.
 * A state is the root of a binary trie over dense keys whose nodes are hash-consed (equal pairs are
 * one node): equal states are equal ids, a micro-operation costs O(log keys) time and space. */
#include "base/hash.h"
#include "base/mem.h"
#include "checker/model.h"

struct cell {
    uint32_t key; /* dense */
    val value;
};

/* What a class does. `never`: it contradicts itself (reads two values of a key at one instant). */
struct effect {
    struct cell *need, *set;
    size_t nneed, nset;
    bool never;
};

/* Children are nodes, or values on the lowest level. */
struct node {
    uint32_t child[2];
};

struct multi_states {
    struct map64 key_of; /* key -> dense */
    val *keys;           /* dense -> key */
    size_t nkeys, keys_cap;
    struct effect *effects; /* by class */
    struct node *nodes;
    size_t n, cap;
    unsigned depth;      /* levels of nodes above the values; at least 1 */
    struct map64 node_of; /* left and right -> node */
};

struct micro {
    bool write;
    val key, value; /* value: VAL_ABSENT when none is given */
};

static const struct model_op_name names[] = {
    {"txn", ACT_OTHER}, {"read", ACT_READ}, {"write", ACT_WRITE}, {NULL, ACT_OTHER},
};

static bool micro_name(struct str s, bool *write)
{
    *write = str_is(s, "write") || str_is(s, "w");
    return *write || str_is(s, "read") || str_is(s, "r");
}

/* [:read k v], [:read k], or [k v] where the operation's own name says which. */
static bool micro_parse(const struct values *t, val item, struct str op_name, struct micro *m)
{
    size_t n;
    const val *v = val_items(t, item, &n);
    if (val_kind(t, item) != V_LIST || n < 2 || n > 3)
        return false;
    bool named_by_op = n == 2 && micro_name(op_name, &m->write);
    if (!named_by_op && !micro_name(val_get_text(t, v[0]), &m->write))
        return false;
    m->key = named_by_op ? v[0] : v[1];
    m->value = named_by_op ? v[1] : n == 3 ? v[2] : VAL_ABSENT;
    return true;
}

static bool malformed(struct err *e)
{
    return err_set(e, ERR_INPUT, "needs a list of [:read k v] and [:write k v]");
}

static bool multi_classify(const struct history *h, const struct op *op, bool nil_unknown,
                           struct op_class *c, bool *skip, struct err *e)
{
    (void)nil_unknown;
    const struct values *t = &h->values;
    struct str name = val_get_text(t, op->f);
    bool in_is_list = val_kind(t, op->in) == V_LIST;
    c->action = ACT_OTHER;
    c->f = op->f;
    c->in = in_is_list ? op->in : op->out;
    c->out = op->type == OP_OK && val_kind(t, op->out) == V_LIST ? op->out : VAL_ABSENT;
    size_t n, nout;
    const val *in = val_items(t, c->in, &n), *out = val_items(t, c->out, &nout);
    if (val_kind(t, c->in) != V_LIST)
        return malformed(e);
    if (c->out != VAL_ABSENT && n != nout)
        return err_set(e, ERR_INPUT, "its completion has another number of micro-operations");
    size_t reads = 0;
    for (size_t i = 0; i < n; i++) {
        struct micro m, r;
        if (!micro_parse(t, in[i], name, &m) || (out && !micro_parse(t, out[i], name, &r)))
            return malformed(e);
        if (out && (r.write != m.write || r.key != m.key))
            return err_set(e, ERR_INPUT, "its completion has other micro-operations");
        if (m.write && m.value == VAL_ABSENT)
            return err_set(e, ERR_INPUT, "a write needs a value");
        reads += !m.write;
    }
    c->pure = reads == n;
    c->result_known = reads == 0 || op->type == OP_OK;
    if (reads == 0)
        c->out = VAL_ABSENT;
    *skip = c->pure && c->out == VAL_ABSENT;
    return true;
}

static void dense_key(struct multi_states *ms, val key)
{
    if (map64_get(&ms->key_of, key) != MAP64_NONE)
        return;
    uint32_t k = (uint32_t)ms->nkeys;
    ms->keys = mem_grow(ms->keys, &ms->keys_cap, ms->nkeys + 1, sizeof *ms->keys);
    ms->keys[ms->nkeys++] = key;
    map64_put(&ms->key_of, key, k);
}

/* While effects are built: where each key stands in the current one. */
struct marks {
    uint32_t *need, *set; /* dense key -> cell + 1 of the current effect; 0 = none */
};

static void effect_write(struct effect *f, struct marks *at, struct cell x)
{
    if (at->set[x.key] == 0) {
        f->set[f->nset++] = x;
        at->set[x.key] = (uint32_t)f->nset;
    }
    f->set[at->set[x.key] - 1].value = x.value;
}

static void effect_read(struct effect *f, struct marks *at, struct cell x)
{
    if (at->set[x.key]) {
        f->never |= f->set[at->set[x.key] - 1].value != x.value;
    } else if (at->need[x.key]) {
        f->never |= f->need[at->need[x.key] - 1].value != x.value;
    } else {
        f->need[f->nneed++] = x;
        at->need[x.key] = (uint32_t)f->nneed;
    }
}

/* Writing back the value that was needed changes nothing. Clears the marks too. */
static void finish_effect(struct effect *f, struct marks *at)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->nset; i++) {
        uint32_t need = at->need[f->set[i].key];
        at->set[f->set[i].key] = 0;
        if (!need || f->need[need - 1].value != f->set[i].value)
            f->set[kept++] = f->set[i];
    }
    f->nset = kept;
    for (size_t i = 0; i < f->nneed; i++)
        at->need[f->need[i].key] = 0;
}

static void build_effect(struct object *o, struct multi_states *ms, struct marks *at, size_t cls)
{
    const struct values *t = &o->h->values;
    struct op_class *c = &o->classes[cls];
    struct effect *f = &ms->effects[cls];
    struct str name = val_get_text(t, c->f);
    size_t n, nout;
    const val *in = val_items(t, c->in, &n), *out = val_items(t, c->out, &nout);
    f->need = arena_alloc(&o->arena, n * sizeof *f->need);
    f->set = arena_alloc(&o->arena, n * sizeof *f->set);
    for (size_t i = 0; i < n; i++) {
        struct micro m, r = {.value = VAL_ABSENT};
        (void)micro_parse(t, in[i], name, &m); /* classify has seen that it parses */
        if (out)
            (void)micro_parse(t, out[i], name, &r);
        uint32_t key = map64_get(&ms->key_of, m.key);
        if (m.write)
            effect_write(f, at, (struct cell){key, m.value});
        else if (r.value != VAL_ABSENT && !(o->nil_unknown && r.value == VAL_NIL))
            effect_read(f, at, (struct cell){key, r.value});
    }
    finish_effect(f, at);
    c->pure = f->nset == 0;
    c->blind = f->nneed == 0 && !f->never && f->nset == ms->nkeys;
}

static void collect_keys(struct object *o, struct multi_states *ms)
{
    const struct values *t = &o->h->values;
    size_t n;
    for (size_t i = 0; i < o->nclasses; i++) {
        const val *in = val_items(t, o->classes[i].in, &n);
        for (size_t j = 0; j < n; j++) {
            struct micro m;
            if (micro_parse(t, in[j], val_get_text(t, o->classes[i].f), &m))
                dense_key(ms, m.key);
        }
    }
    const val *items = val_items(t, o->initial, &n);
    for (size_t i = 0; val_kind(t, o->initial) == V_MAP && i + 1 < n; i += 2)
        dense_key(ms, items[i]);
    ms->depth = 1;
    while ((size_t)1 << ms->depth < ms->nkeys)
        ms->depth++;
}

static uint32_t node_of(struct multi_states *ms, uint32_t left, uint32_t right)
{
    uint64_t pair = (uint64_t)left << 32 | right;
    uint32_t id = map64_get(&ms->node_of, pair);
    if (id != MAP64_NONE)
        return id;
    id = (uint32_t)ms->n;
    ms->nodes = mem_grow(ms->nodes, &ms->cap, ms->n + 1, sizeof *ms->nodes);
    ms->nodes[ms->n++] = (struct node){{left, right}};
    map64_put(&ms->node_of, pair, id);
    return id;
}

static val value_at(const struct multi_states *ms, uint32_t state, uint32_t key)
{
    for (unsigned level = ms->depth; level-- > 0;)
        state = ms->nodes[state].child[key >> level & 1];
    return state;
}

static uint32_t with_value(struct multi_states *ms, uint32_t state, struct cell x)
{
    uint32_t path[32];
    for (unsigned level = ms->depth; level-- > 0;) {
        path[level] = state;
        state = ms->nodes[state].child[x.key >> level & 1];
    }
    uint32_t id = x.value;
    for (unsigned level = 0; level < ms->depth; level++) {
        struct node pair = ms->nodes[path[level]];
        pair.child[x.key >> level & 1] = id;
        id = node_of(ms, pair.child[0], pair.child[1]);
    }
    return id;
}

/* A map gives each key its own initial value (missing: nil); anything else is every key's. */
static uint32_t initial_state(struct object *o, struct multi_states *ms)
{
    size_t n, width = (size_t)1 << ms->depth;
    const val *items = val_items(&o->h->values, o->initial, &n);
    bool map = val_kind(&o->h->values, o->initial) == V_MAP;
    uint32_t *level = mem_alloc(width * sizeof *level);
    for (size_t i = 0; i < width; i++)
        level[i] = map ? VAL_NIL : o->initial;
    for (size_t i = 0; map && i + 1 < n; i += 2)
        level[map64_get(&ms->key_of, items[i])] = items[i + 1];
    for (; width > 1; width /= 2)
        for (size_t i = 0; i < width / 2; i++)
            level[i] = node_of(ms, level[2 * i], level[2 * i + 1]);
    uint32_t state = level[0];
    mem_free(level);
    return state;
}

static bool multi_open(struct object *o, struct err *e)
{
    (void)e;
    struct multi_states *ms = arena_zalloc(&o->arena, sizeof *ms);
    ms->effects = arena_zalloc(&o->arena, o->nclasses * sizeof *ms->effects);
    collect_keys(o, ms);
    struct marks at = {
        .need = mem_zalloc(ms->nkeys, sizeof *at.need),
        .set = mem_zalloc(ms->nkeys, sizeof *at.set),
    };
    for (size_t i = 0; i < o->nclasses; i++)
        build_effect(o, ms, &at, i);
    mem_free(at.need);
    mem_free(at.set);
    o->init_state = initial_state(o, ms);
    o->register_like = false; /* also with no operation left: the keys are many */
    o->ctx = ms;
    return true;
}

static void multi_close(struct object *o)
{
    struct multi_states *ms = o->ctx;
    map64_free(&ms->key_of);
    map64_free(&ms->node_of);
    mem_free(ms->keys);
    mem_free(ms->nodes);
    o->ctx = NULL;
}

static uint32_t multi_step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct multi_states *ms = o->ctx;
    const struct effect *f = &ms->effects[cls];
    if (k > 0 || f->never)
        return NO_STATE;
    for (size_t i = 0; i < f->nneed; i++)
        if (value_at(ms, state, f->need[i].key) != f->need[i].value)
            return NO_STATE;
    for (size_t i = 0; i < f->nset; i++)
        state = with_value(ms, state, f->set[i]);
    return state;
}

static void multi_describe(const struct object *o, uint32_t state, struct buf *out)
{
    enum { SHOWN = 16 };
    const struct multi_states *ms = o->ctx;
    buf_putc(out, '{');
    for (size_t i = 0; i < ms->nkeys && i < SHOWN; i++) {
        buf_puts(out, i ? ", " : "");
        val_print_edn(&o->h->values, ms->keys[i], out);
        buf_putc(out, ' ');
        val_print_edn(&o->h->values, value_at(ms, state, (uint32_t)i), out);
    }
    if (ms->nkeys > SHOWN)
        buf_printf(out, ", and %zu more", ms->nkeys - SHOWN);
    buf_putc(out, '}');
}

const struct model model_multi_register = {
    .name = "multi-register",
    .summary = "registers by key, read and written together by lists of micro-operations",
    .example = "{:process 0, :type :invoke, :f :txn, :value [[:read :x nil] [:write :y 2]]}",
    .default_initial = VAL_NIL,
    .per_key = false,
    .names = names,
    .classify = multi_classify,
    .open = multi_open,
    .close = multi_close,
    .step = multi_step,
    .describe = multi_describe,
};
