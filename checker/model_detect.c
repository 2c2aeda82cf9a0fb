/* Which model do the operations speak of? One pass over names and the shapes of values. */
#include "checker/detect_object.h"
#include "checker/model_list.h"

enum name_kind { NAME_READ, NAME_WRITE, NAME_GET, NAME_PUT, NAME_CAS, NAME_APPEND, NAME_TXN,
                 NAME_OTHER, NAME_KINDS };

enum micro_kind { MICRO_NONE, MICRO_LONG, MICRO_SHORT, MICRO_APPEND, MICRO_OTHER, MICRO_KINDS };

enum { NAMES_SHOWN = 8 };

struct seen {
    const struct history *h;
    bool name[NAME_KINDS];
    bool micro[MICRO_KINDS];
    val f[NAMES_SHOWN]; /* distinct names, for messages */
    enum name_kind kind[NAMES_SHOWN];
    size_t nf;
    bool more;
    bool keyed;             /* some event has :key */
    bool read_collection;   /* some read returned a list, set or map */
    bool write_collection;  /* some write or cas wrote one */
    bool append_other;      /* some append's value is no string */
    size_t pair_lists, other_values; /* read and write values that are, are not, [[k v] ...] */
};

static enum name_kind kind_of_name(struct str f)
{
    static const struct {
        const char *f;
        enum name_kind kind;
    } known[] = {
        {"read", NAME_READ},   {"r", NAME_READ},   {"get", NAME_GET},
        {"write", NAME_WRITE}, {"w", NAME_WRITE},  {"set", NAME_WRITE},
        {"put", NAME_PUT},     {"cas", NAME_CAS},  {"compare-and-set", NAME_CAS},
        {"txn", NAME_TXN},     {"append", NAME_APPEND},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(f, known[i].f))
            return known[i].kind;
    return NAME_OTHER;
}

static enum micro_kind kind_of_micro(const struct values *t, val item)
{
    size_t n;
    const val *v = val_items(t, item, &n);
    if (val_kind(t, item) != V_LIST || n < 2)
        return MICRO_NONE;
    struct str f = val_get_text(t, v[0]);
    if (str_is(f, "read") || str_is(f, "write"))
        return MICRO_LONG;
    if (str_is(f, "r") || str_is(f, "w"))
        return MICRO_SHORT;
    if (str_is(f, "append"))
        return MICRO_APPEND;
    return val_kind(t, v[0]) == V_KEYWORD ? MICRO_OTHER : MICRO_NONE;
}

/* Texts are compared once per name: a history has few of them. */
static enum name_kind see_name(struct seen *s, val f)
{
    for (size_t i = 0; i < s->nf; i++)
        if (s->f[i] == f)
            return s->kind[i];
    enum name_kind kind = kind_of_name(val_get_text(&s->h->values, f));
    s->name[kind] = true;
    if (s->nf < NAMES_SHOWN) {
        s->kind[s->nf] = kind;
        s->f[s->nf++] = f;
    } else {
        s->more = true;
    }
    return kind;
}

static bool is_collection(enum val_kind k)
{
    return k == V_LIST || k == V_SET || k == V_MAP;
}

/* A value of a read, write or txn: does it list micro-operations or [k v] pairs? */
static void see_items(struct seen *s, val v)
{
    const struct values *t = &s->h->values;
    size_t n, pairs = 0;
    const val *items = val_items(t, v, &n);
    if (v == VAL_NIL || v == VAL_ABSENT)
        return;
    bool list = val_kind(t, v) == V_LIST;
    for (size_t i = 0; list && i < n && val_kind(t, items[i]) == V_LIST; i++) {
        val a, b;
        enum micro_kind k = kind_of_micro(t, items[i]);
        s->micro[k] = true;
        pairs += val_pair(t, items[i], &a, &b);
    }
    if (list && n > 0 && pairs == n)
        s->pair_lists++;
    else if (!list || n > 0)
        s->other_values++;
}

static void see_op(struct seen *s, const struct op *op, enum name_kind kind)
{
    const struct values *t = &s->h->values;
    bool reads = kind == NAME_READ || kind == NAME_GET;
    bool writes = kind == NAME_WRITE || kind == NAME_PUT;
    val cas[2];
    if (reads && op->type == OP_OK)
        s->read_collection |= is_collection(val_kind(t, op->out));
    if (writes)
        s->write_collection |= is_collection(val_kind(t, op->in));
    if (kind == NAME_APPEND)
        s->append_other |= val_kind(t, op->in) != V_STRING;
    if (kind == NAME_CAS && val_pair(t, op->in, &cas[0], &cas[1]))
        s->write_collection |= is_collection(val_kind(t, cas[1]));
    if (reads || writes || kind == NAME_TXN) {
        see_items(s, op->in);
        if (op->type == OP_OK)
            see_items(s, op->out);
    }
}

static void look(struct seen *s)
{
    const struct history *h = s->h;
    val f = VAL_ABSENT;
    enum name_kind kind = NAME_OTHER;
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        if (i == 0 || op->f != f) {
            f = op->f;
            kind = see_name(s, f);
        }
        s->keyed |= h->events.key[op->inv] != VAL_ABSENT;
        see_op(s, op, kind);
    }
}

static const char *names_text(const struct seen *s, struct arena *a)
{
    struct buf b = {.max = 400};
    for (size_t i = 0; i < s->nf; i++) {
        struct str f = val_get_text(&s->h->values, s->f[i]);
        buf_puts(&b, i ? ", " : "");
        buf_put(&b, f.n ? f : STR("(no name)"));
    }
    buf_puts(&b, s->more ? ", ..." : "");
    const char *text = arena_printf(a, "%.*s", (int)b.n, buf_str(&b).p);
    buf_free(&b);
    return text;
}

static const struct model *detect_txn(const struct seen *s, struct arena *a, const char **reason)
{
    if (s->micro[MICRO_APPEND]) {
        *reason = "these are list-append transactions (micro-operations :append and :r), "
                  "which no model here checks";
        return NULL;
    }
    if (s->micro[MICRO_OTHER] || s->micro[MICRO_LONG] == s->micro[MICRO_SHORT]) {
        *reason = arena_printf(a, "no model fits the micro-operations of these transactions "
                                  "(operations: %s)", names_text(s, a));
        return NULL;
    }
    if (s->micro[MICRO_SHORT]) {
        *reason = "these are rw-register transactions (micro-operations :r and :w); "
                  "-m multi-register checks them for strict serializability by search";
        return NULL;
    }
    *reason = "multi-register: micro-operations are :read and :write of keys";
    return &model_multi_register;
}

static const struct model *detect_register(const struct seen *s, struct arena *a,
                                           const char **reason)
{
    const bool *name = s->name;
    if (s->pair_lists && !s->other_values && !name[NAME_CAS]) {
        *reason = "multi-register: reads and writes carry lists of [key value]";
        return &model_multi_register;
    }
    if (s->read_collection && !s->write_collection) {
        *reason = "reads return collections but no write does: not a register (a set or a log?); "
                  "-m register forces it";
        return NULL;
    }
    const struct model *m = name[NAME_CAS] ? &model_cas_register : &model_register;
    *reason = arena_printf(a, "%s: operations are %s%s", m->name, names_text(s, a),
                           s->h->independent ? ", each key on its own" : "");
    return m;
}

const struct model *model_detect(const struct history *h, struct arena *a, const char **reason)
{
    struct seen s = {.h = h};
    look(&s);
    bool micro = s.micro[MICRO_LONG] || s.micro[MICRO_SHORT] || s.micro[MICRO_APPEND];
    if (h->nops == 0) {
        *reason = "the history has no client operations";
        return NULL;
    }
    if (h->object && model_find(h->object)) {
        *reason = arena_printf(a, "%s: the file says so", h->object);
        return model_find(h->object);
    }
    bool whole_reads = s.read_collection && !s.name[NAME_WRITE] && !s.name[NAME_PUT] && !micro &&
                       !s.name[NAME_CAS] && !s.name[NAME_TXN];
    if (s.name[NAME_OTHER] || s.append_other || whole_reads) {
        const struct model *m = detect_object(h, a, reason);
        if (m)
            return m;
    }
    bool only_txn = s.nf == 1 && s.name[NAME_TXN];
    if (s.name[NAME_OTHER] || (s.name[NAME_TXN] && !only_txn) || s.append_other) {
        *reason = arena_printf(a, "no model fits the operations seen: %s", names_text(&s, a));
        return NULL;
    }
    if (only_txn || (micro && !s.name[NAME_CAS]))
        return detect_txn(&s, a, reason);
    if (s.name[NAME_APPEND] || (s.keyed && (s.name[NAME_GET] || s.name[NAME_PUT]))) {
        *reason = arena_printf(a, "kv: operations are %s%s", names_text(&s, a),
                               s.keyed ? " with :key" : "");
        return &model_kv;
    }
    return detect_register(&s, a, reason);
}
