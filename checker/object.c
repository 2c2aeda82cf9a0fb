/* From history operations to an object in normal form: what cannot matter is dropped, equal
 * operations become one class. O(n) expected; 32 bytes per operation and 28 per class, plus the
 * class table while building: 32 bytes per operation at most, and 4 to 8 per class that is not a
 * small integer's. */
#include "base/hash.h"
#include "base/mem.h"
#include "checker/model.h"

enum { NAMES_KNOWN = 8 };

struct builder {
    struct object *o;
    const struct history *h;
    struct {
        val f;
        enum action action;
    } known[NAMES_KNOWN]; /* names that were resolved: histories repeat few */
    size_t nknown;
    size_t classes_cap, failed_cap;
    uint32_t *slots; /* open addressing over o->classes; 0 = empty, else class + 1 */
    size_t nslots, nslotted;
    uint32_t *direct; /* for each integer below ndirect, by the last two bits of the action, the
                         first class that has nothing but it as a or b; as slots */
    size_t ndirect;
};

static bool misfit(const struct history *h, const struct op *op, struct err *e)
{
    char f[48], v[96];
    struct buf fb = {.max = sizeof f - 1}, vb = {.max = sizeof v - 1};
    val_print_edn(&h->values, op->f, &fb);
    val_print_edn(&h->values, op->in, &vb);
    const char *path = h->source.path ? h->source.path : "history";
    size_t line = 0, col = 0;
    if (h->source.path)
        history_where(h, op->inv, &line, &col);
    err_wrap(e, "%s:%zu:%zu: operation %.*s %.*s%s", path, line, col, (int)fb.n, buf_str(&fb).p,
             (int)vb.n, buf_str(&vb).p, vb.cut ? "..." : "");
    buf_free(&fb);
    buf_free(&vb);
    return false;
}

static bool unknown_name(const struct model *m, struct err *e)
{
    struct buf known = {.max = 256};
    for (size_t i = 0; m->names[i].f; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", m->names[i].f);
    err_set(e, ERR_INPUT, "model %s has no such operation (it knows %.*s)", m->name, (int)known.n,
            buf_str(&known).p);
    buf_free(&known);
    return false;
}

static bool action_of(struct builder *b, const struct op *op, enum action *out, struct err *e)
{
    for (size_t i = 0; i < b->nknown; i++) {
        if (b->known[i].f == op->f) {
            *out = b->known[i].action;
            return true;
        }
    }
    struct str f = val_get_text(&b->h->values, op->f);
    if (!model_action(b->o->model, f, out))
        return unknown_name(b->o->model, e);
    if (b->nknown < NAMES_KNOWN) {
        b->known[b->nknown].f = op->f;
        b->known[b->nknown++].action = *out;
    }
    return true;
}

static bool class_eq(const struct op_class *x, const struct op_class *y)
{
    return x->action == y->action && x->pure == y->pure && x->blind == y->blind &&
           x->result_known == y->result_known && x->a == y->a && x->b == y->b && x->f == y->f &&
           x->in == y->in && x->out == y->out;
}

static size_t class_hash(const struct op_class *c)
{
    uint64_t h = hash_mix(c->action * 2u + c->result_known, (uint64_t)c->a << 32 | c->b);
    if (c->action == ACT_OTHER)
        h = hash_mix(hash_mix(h, c->f), (uint64_t)c->in << 32 | c->out);
    return (size_t)h;
}

static void rehash(struct builder *b)
{
    size_t old = b->nslots;
    uint32_t *slots = b->slots;
    b->nslots = old ? old * 4 : 64;
    b->slots = mem_zalloc(b->nslots, sizeof *b->slots);
    for (size_t i = 0; i < old; i++) {
        if (!slots[i])
            continue;
        size_t s = class_hash(&b->o->classes[slots[i] - 1]) & (b->nslots - 1);
        while (b->slots[s])
            s = (s + 1) & (b->nslots - 1);
        b->slots[s] = slots[i];
    }
    mem_free(slots);
}

/* Where class c is or belongs. Histories count their values up: small integers have a place of
 * their own, in the order of the history, which the processor's cache likes better than a hash. */
static uint32_t *class_slot(struct builder *b, const struct op_class *c)
{
    bool observes = c->b != VAL_ABSENT && c->b != VAL_NIL;
    if (c->action != ACT_OTHER && (observes != (c->a != VAL_ABSENT))) {
        uint32_t v = (observes ? c->b : c->a) ^ VAL_SMALL;
        if (v < b->ndirect) {
            uint32_t *slot = &b->direct[4 * (size_t)v + c->action % 4];
            if (*slot == 0 || class_eq(&b->o->classes[*slot - 1], c))
                return slot;
        }
    }
    if ((b->nslotted + 1) * 2 > b->nslots)
        rehash(b);
    size_t s = class_hash(c) & (b->nslots - 1);
    while (b->slots[s] && !class_eq(&b->o->classes[b->slots[s] - 1], c))
        s = (s + 1) & (b->nslots - 1);
    b->nslotted += !b->slots[s];
    return &b->slots[s];
}

static uint32_t intern_class(struct builder *b, const struct op_class *c)
{
    struct object *o = b->o;
    uint32_t *slot = class_slot(b, c);
    if (*slot)
        return *slot - 1;
    o->classes = mem_grow(o->classes, &b->classes_cap, o->nclasses + 1, sizeof *o->classes);
    o->classes[o->nclasses] = *c;
    o->classes[o->nclasses].relaxed = (uint32_t)o->nclasses;
    *slot = (uint32_t)++o->nclasses;
    return (uint32_t)o->nclasses - 1;
}

static struct op_class blank_class(enum action action)
{
    return (struct op_class){.action = (uint8_t)action, .result_known = true, .f = VAL_ABSENT,
                             .in = VAL_ABSENT, .out = VAL_ABSENT, .a = VAL_ABSENT,
                             .b = VAL_ABSENT};
}

/* The class of the same operation with its result forgotten. */
static void relax_class(struct builder *b, const struct op *op, enum action action, uint32_t cls)
{
    struct op_class c = blank_class(action);
    struct op crashed = *op;
    crashed.type = OP_INFO;
    bool skip = false;
    const struct op_class *known = &b->o->classes[cls];
    bool returned = known->action == ACT_OTHER || known->b != VAL_ABSENT;
    if (known->action <= ACT_CAS ? known->action != ACT_OTHER || known->pure
                                 : known->pure || !returned)
        return;
    if (b->o->model->classify(b->h, &crashed, b->o->nil_unknown, &c, &skip, NULL) && !skip) {
        uint32_t relaxed = intern_class(b, &c);
        b->o->classes[cls].relaxed = relaxed;
    }
}

static bool add_op(struct builder *b, uint32_t id, struct err *e)
{
    struct object *o = b->o;
    const struct op *op = &b->h->ops[id];
    if (op->type == OP_FAIL) {
        o->failed = mem_grow(o->failed, &b->failed_cap, o->nfailed + 1, sizeof *o->failed);
        o->failed[o->nfailed++] = id;
        return true;
    }
    enum action action;
    if (!action_of(b, op, &action, e))
        return misfit(b->h, op, e);
    struct op_class c = blank_class(action);
    bool skip = false;
    if (!o->model->classify(b->h, op, o->nil_unknown, &c, &skip, e))
        return misfit(b->h, op, e);
    if (skip)
        return true;
    bool ok = op->type == OP_OK;
    size_t known = o->nclasses;
    uint32_t cls = intern_class(b, &c);
    if (o->nclasses > known)
        relax_class(b, op, action, cls);
    o->ops[o->n++] = (struct lin_op){
        .inv = 2 * op->inv,
        .res = ok ? 2 * op->ret + 1 : RES_INF,
        .cls = cls,
        .op = id,
        .version = ok && b->h->events.version ? b->h->events.version[op->ret] : -1,
    };
    o->crashed += !ok;
    o->actions |= 1u << c.action;
    return true;
}

/* An object without operations is what its model's names say. */
static bool only_registers(const struct object *o)
{
    const struct model_op_name *names = o->model->names;
    uint32_t actions = o->n ? o->actions : 1u << (names ? names->action : ACT_OTHER);
    return (actions & ~(1u << ACT_READ | 1u << ACT_WRITE | 1u << ACT_CAS)) == 0;
}

bool object_build(struct object *o, const struct history *h, const struct model *m,
                  const uint32_t *ids, size_t n, val key, val initial, bool nil_unknown,
                  struct err *e)
{
    *o = (struct object){.h = h, .model = m, .key = key, .initial = initial,
                         .nil_unknown = nil_unknown};
    if (h->events.n >= UINT32_MAX / 2 - 1)
        return err_set(e, ERR_INPUT, "more than 2^31 events in one history");
    struct builder b = {.o = o, .h = h, .ndirect = 2 * n};
    o->ops = mem_alloc(n * sizeof *o->ops);
    b.direct = mem_zalloc(4 * b.ndirect, sizeof *b.direct);
    bool good = true;
    for (size_t i = 0; good && i < n; i++)
        good = add_op(&b, ids[i], e);
    mem_free(b.slots);
    mem_free(b.direct);
    o->register_like = only_registers(o);
    if (good && m->open(o, e))
        return true;
    object_free(o);
    return false;
}

void object_begin_in(struct object *o, uint32_t state)
{
    o->init_state = state;
    if (o->register_like && o->model->state_value)
        o->initial = o->model->state_value(o, state);
}

void object_free(struct object *o)
{
    if (o->ctx)
        o->model->close(o);
    mem_free(o->ops);
    mem_free(o->failed);
    mem_free(o->classes);
    arena_free(&o->arena);
    *o = (struct object){0};
}
