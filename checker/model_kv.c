/* A store of strings by key, each key its own object. Without an append a key is a register; with
 * one its states are texts. A key that was never put, nil and "" are one and the same value: stores
 * answer a get of a missing key with either. */
#include "base/hash.h"
#include "base/mem.h"
#include "checker/register_states.h"
#include "checker/text_states.h"

/* The states of a key that is appended to. `need` and `to` as in a register, where they apply. */
struct kv_states {
    struct texts texts;
    struct map64 memo; /* state, class -> state, of appends */
    uint32_t *need, *to;
};

static const struct model_op_name names[] = {
    {"get", ACT_READ},  {"read", ACT_READ},       {"put", ACT_WRITE},
    {"set", ACT_WRITE}, {"write", ACT_WRITE},     {"append", ACT_OTHER},
    {"cas", ACT_CAS},   {"compare-and-set", ACT_CAS}, {NULL, ACT_OTHER},
};

static val canonical(const struct values *t, val v)
{
    return val_kind(t, v) == V_STRING && val_get_text(t, v).n == 0 ? VAL_NIL : v;
}

static bool classify_append(const struct history *h, const struct op *op, struct op_class *c,
                            bool *skip, struct err *e)
{
    c->f = op->f;
    c->in = op->in != VAL_ABSENT ? op->in : op->out;
    if (val_kind(&h->values, c->in) != V_STRING)
        return err_set(e, ERR_INPUT, "an append needs a string");
    c->pure = val_get_text(&h->values, c->in).n == 0;
    *skip = c->pure;
    return true;
}

static bool kv_classify(const struct history *h, const struct op *op, bool nil_unknown,
                        struct op_class *c, bool *skip, struct err *e)
{
    if (c->action == ACT_OTHER)
        return classify_append(h, op, c, skip, e);
    if (!register_classify(h, op, nil_unknown, c, skip, e))
        return false;
    c->a = canonical(&h->values, c->a);
    c->b = canonical(&h->values, c->b);
    if (c->action == ACT_CAS && c->a == c->b) {
        c->action = ACT_READ;
        c->pure = true;
        c->a = VAL_ABSENT;
        *skip = op->type != OP_OK;
    }
    return true;
}

static bool text_value(const struct object *o, val v, struct err *e)
{
    const struct values *t = &o->h->values;
    if (v == VAL_ABSENT || v == VAL_NIL)
        return true;
    if (val_kind(t, v) == V_STRING && val_get_text(t, v).n < UINT32_MAX)
        return true;
    struct buf text = {.max = 80};
    val_print_edn(t, v, &text);
    err_set(e, ERR_INPUT, "a key that is appended to holds strings below 4 GB, but has value %.*s",
            (int)text.n, buf_str(&text).p);
    buf_free(&text);
    return false;
}

static uint32_t state_of(struct object *o, struct kv_states *kv, val v)
{
    return texts_append(&kv->texts, TEXT_EMPTY, val_get_text(&o->h->values, v));
}

static bool open_texts(struct object *o, struct kv_states *kv, struct err *e)
{
    struct str *seen = mem_alloc(o->nclasses * sizeof *seen);
    size_t n = 0;
    bool good = text_value(o, o->initial, e);
    for (size_t i = 0; good && i < o->nclasses; i++) {
        const struct op_class *c = &o->classes[i];
        good = text_value(o, c->a, e) && text_value(o, c->b, e);
        if (c->action == ACT_READ || c->action == ACT_CAS)
            seen[n++] = val_get_text(&o->h->values, c->action == ACT_READ ? c->b : c->a);
    }
    texts_init(&kv->texts, seen, n);
    for (size_t i = 0; i < o->nclasses; i++) {
        const struct op_class *c = &o->classes[i];
        kv->need[i] = state_of(o, kv, c->action == ACT_READ ? c->b : c->a);
        kv->to[i] = state_of(o, kv, c->action == ACT_WRITE ? c->a : c->b);
    }
    o->init_state = state_of(o, kv, o->initial);
    return good;
}

static bool kv_open(struct object *o, struct err *e)
{
    o->initial = canonical(&o->h->values, o->initial);
    if (o->register_like)
        return register_open(o, e);
    struct kv_states *kv = arena_zalloc(&o->arena, sizeof *kv);
    kv->need = arena_alloc(&o->arena, o->nclasses * sizeof *kv->need);
    kv->to = arena_alloc(&o->arena, o->nclasses * sizeof *kv->to);
    o->ctx = kv;
    return open_texts(o, kv, e);
}

static void kv_close(struct object *o)
{
    if (o->register_like) {
        register_close(o);
        return;
    }
    struct kv_states *kv = o->ctx;
    texts_free(&kv->texts);
    map64_free(&kv->memo);
    o->ctx = NULL;
}

static uint32_t append(struct object *o, struct kv_states *kv, uint32_t state, uint32_t cls)
{
    if (state == TEXT_UNSEEN)
        return state;
    uint64_t key = (uint64_t)state << 32 | cls;
    uint32_t next = map64_get(&kv->memo, key);
    if (next == MAP64_NONE) {
        next = texts_append(&kv->texts, state, val_get_text(&o->h->values, o->classes[cls].in));
        map64_put(&kv->memo, key, next);
    }
    return next;
}

static uint32_t kv_step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    if (o->register_like)
        return register_step(o, state, cls, k);
    struct kv_states *kv = o->ctx;
    if (k > 0)
        return NO_STATE;
    switch ((int)o->classes[cls].action) {
    case ACT_READ:
        return kv->need[cls] == state ? state : NO_STATE;
    case ACT_WRITE:
        return kv->to[cls];
    case ACT_CAS:
        return kv->need[cls] == state ? kv->to[cls] : NO_STATE;
    default:
        break;
    }
    return append(o, kv, state, cls);
}

static void kv_describe(const struct object *o, uint32_t state, struct buf *out)
{
    if (o->register_like) {
        register_describe(o, state, out);
        return;
    }
    const struct kv_states *kv = o->ctx;
    texts_print(&kv->texts, state, out);
}

const struct model model_kv = {
    .name = "kv",
    .summary = "strings by key: put sets, append concatenates, get returns; nil and \"\" are equal",
    .example = "{:process 0, :type :invoke, :f :append, :key \"k\", :value \"x\"}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = kv_classify,
    .open = kv_open,
    .close = kv_close,
    .step = kv_step,
    .state_value = register_state_value,
    .describe = kv_describe,
};
