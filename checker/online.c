/* What is common to all online algorithms: pairing, keys and classes, one event at a time. The
 * rules are those of pair.c and split.c as far as they can be decided without the rest of the
 * history; where they cannot, or where the offline reader would refuse the history, the answer is
 * ONLINE_LOST and the offline reader has the last word.
 *
 * A process that crashed is remembered, at 12 bytes, because a history in which it goes on is
 * refused. Everything else about it is up to the kind. */
#include "base/hash.h"
#include "base/mem.h"
#include "checker/levels/guarantees.h"
#include "checker/online_session.h"
#include "histories/role.h"

enum { NAMES = 16 };
#define NO_OP UINT32_MAX
#define CRASHED (UINT32_MAX - 1)

struct object_state {
    val key;
    void *kept; /* by the kind */
    uint32_t first, last; /* open operations, by invocation */
    size_t ops;
};

struct online {
    const struct history *h;
    struct online_options opt;
    const struct online_kind *kind;
    struct online_op *ops; /* pool; free ones are linked by next */
    size_t nops, ops_cap;
    uint32_t free_op;
    struct map64 process; /* -> its open operation, or CRASHED */
    struct map64 by_key;
    struct object_state *objects;
    size_t nobjects, objects_cap;
    struct { /* actions of the few names that a history repeats */
        val f;
        bool known;
        enum action action;
    } names[NAMES];
    struct online_counts counts;
    val key;
    const char *reason;
};

static const struct online_kind *const linear_kinds[] = {
    &online_register, &online_fifo,     &online_set, &online_bits,
    &online_counter,  &online_grow_set, NULL,
};

static const struct online_kind *const session_kinds[] = {&online_session_sums,
                                                          &online_session_elements, NULL};

static const struct online_kind *kind_of(const struct online_options *o)
{
    if (o->level && !guarantees_asked(o->level))
        return NULL;
    const struct online_kind *const *kinds = o->level ? session_kinds : linear_kinds;
    for (size_t i = 0; kinds[i]; i++)
        for (const char *const *name = kinds[i]->models; *name; name++)
            if (strcmp(*name, o->model->name) == 0)
                return kinds[i];
    return NULL;
}

struct online *online_open(const struct history *h, const struct online_options *opt)
{
    const struct online_kind *kind = kind_of(opt);
    if (!kind)
        return NULL;
    struct online *o = mem_zalloc(1, sizeof *o);
    o->h = h;
    o->opt = *opt;
    o->kind = kind;
    o->free_op = NO_OP;
    o->key = VAL_ABSENT;
    for (size_t i = 0; i < NAMES; i++)
        o->names[i].f = VAL_ABSENT;
    return o;
}

void online_close(struct online *o)
{
    if (!o)
        return;
    for (size_t i = 0; i < o->nobjects; i++)
        o->kind->close(o->objects[i].kept);
    mem_free(o->objects);
    mem_free(o->ops);
    map64_free(&o->process);
    map64_free(&o->by_key);
    mem_free(o);
}

static enum online_state lost(struct online *o, const char *why)
{
    o->reason = why;
    return ONLINE_LOST;
}

/* --- the pool of operations and the objects --------------------------------------------------*/

static uint32_t new_op(struct online *o)
{
    uint32_t id = o->free_op;
    if (id != NO_OP) {
        o->free_op = o->ops[id].next;
        return id;
    }
    o->ops = mem_grow(o->ops, &o->ops_cap, o->nops + 1, sizeof *o->ops);
    return (uint32_t)o->nops++;
}

static void free_op(struct online *o, uint32_t id)
{
    o->ops[id].next = o->free_op;
    o->free_op = id;
}

static uint32_t object_of(struct online *o, val key)
{
    uint32_t id = map64_get(&o->by_key, key);
    if (id != MAP64_NONE)
        return id;
    id = (uint32_t)o->nobjects;
    o->objects = mem_grow(o->objects, &o->objects_cap, o->nobjects + 1, sizeof *o->objects);
    o->objects[o->nobjects++] =
        (struct object_state){.key = key, .kept = o->kind->open(&o->opt), .first = NO_OP,
                              .last = NO_OP};
    map64_put(&o->by_key, key, id);
    return id;
}

static void link_op(struct online *o, uint32_t id)
{
    struct online_op *op = &o->ops[id];
    struct object_state *s = &o->objects[op->object];
    op->prev = s->last;
    op->next = NO_OP;
    if (s->last != NO_OP)
        o->ops[s->last].next = id;
    else
        s->first = id;
    s->last = id;
    s->ops++;
    o->counts.ops++;
    o->counts.open++;
}

static void unlink_op(struct online *o, uint32_t id)
{
    const struct online_op *op = &o->ops[id];
    struct object_state *s = &o->objects[op->object];
    if (op->prev != NO_OP)
        o->ops[op->prev].next = op->next;
    else
        s->first = op->next;
    if (op->next != NO_OP)
        o->ops[op->next].prev = op->prev;
    else
        s->last = op->prev;
    o->counts.open--;
}

/* --- what an operation means -----------------------------------------------------------------*/

static bool action_of(struct online *o, val f, enum action *out)
{
    size_t i = f & (NAMES - 1);
    if (o->names[i].f != f) {
        o->names[i].f = f;
        o->names[i].known = model_action(o->opt.model, val_get_text(&o->h->values, f),
                                         &o->names[i].action);
    }
    *out = o->names[i].action;
    return o->names[i].known;
}

/* The class of `op` as a history would give it that ends here. */
static bool classify(struct online *o, const struct online_op *op, enum op_type type, val out,
                     struct op_class *c, bool *skip)
{
    enum action action;
    const struct op whole = {.inv = NO_EVENT, .ret = NO_EVENT, .process = op->process, .f = op->f,
                             .key = op->key, .in = op->in, .out = out, .type = (uint8_t)type};
    *skip = false;
    if (!action_of(o, op->f, &action))
        return false;
    *c = (struct op_class){.action = (uint8_t)action, .result_known = true, .f = VAL_ABSENT,
                           .in = VAL_ABSENT, .out = VAL_ABSENT, .a = VAL_ABSENT, .b = VAL_ABSENT};
    return o->opt.model->classify(o->h, &whole, o->opt.nil_unknown, c, skip, NULL);
}

/* Take the key out of a [key value] tuple. */
static bool untuple(const struct online *o, val v, val *key, val *inner)
{
    return val_pair(&o->h->values, v, key, inner) && !is_txn(&o->h->values, v);
}

/* --- events ----------------------------------------------------------------------------------*/

static struct online_step step_of(struct online *o, struct online_op *op, uint64_t now)
{
    uint32_t first = o->objects[op->object].first;
    return (struct online_step){.h = o->h, .op = op, .now = now,
                                .oldest = first == NO_OP ? now : o->ops[first].inv};
}

static enum online_state keep_reason(struct online *o, const struct online_step *s,
                                     enum online_state state)
{
    if (state != ONLINE_GOING)
        o->reason = s->reason;
    return state;
}

static enum online_state invoke(struct online *o, const struct event *e, uint64_t now,
                                uint32_t *out)
{
    struct online_op op = {.inv = now, .process = e->process, .f = e->f, .in = e->value,
                           .key = o->opt.one_object ? VAL_ABSENT : e->key};
    if (o->opt.tuples && !untuple(o, e->value, &op.key, &op.in))
        return lost(o, "an operation is not invoked with a [key value] tuple");
    if (!classify(o, &op, OP_INFO, VAL_ABSENT, &op.cls, &op.idle))
        return lost(o, "an operation does not fit the model that was chosen from the beginning of "
                       "the history");
    op.object = object_of(o, o->opt.model->per_key ? op.key : VAL_ABSENT);
    o->key = op.key;
    uint32_t id = *out = new_op(o);
    o->ops[id] = op;
    link_op(o, id);
    struct online_step s = step_of(o, &o->ops[id], now);
    return keep_reason(o, &s, o->kind->invoked(o->objects[op.object].kept, &s));
}

/* The result of an ok completion, without the tuple around it. */
static bool result_of(struct online *o, const struct online_op *op, val *out)
{
    val key;
    if (!o->opt.tuples || *out == VAL_ABSENT)
        return true;
    if (!untuple(o, *out, &key, out))
        return *out == VAL_NIL && !op->idle;
    return key == op->key;
}

static enum online_state complete_ok(struct online *o, uint32_t id, val out, uint64_t now)
{
    struct online_op *op = &o->ops[id];
    void *kept = o->objects[op->object].kept;
    struct op_class c;
    bool skip;
    if (!result_of(o, op, &out))
        return lost(o, "an operation completes with another key than it was invoked with, or with "
                       "none");
    if (!classify(o, op, OP_OK, out, &c, &skip))
        return lost(o, "a result does not fit the model that was chosen from the beginning of the "
                       "history");
    unlink_op(o, id);
    struct online_step s = step_of(o, op, now);
    s.result = skip ? NULL : &c;
    enum online_state state = keep_reason(o, &s, o->kind->ok(kept, &s));
    free_op(o, id);
    o->counts.ok++;
    return state;
}

static enum online_state complete(struct online *o, uint32_t id, const struct event *e,
                                  uint64_t now)
{
    struct online_op *op = &o->ops[id];
    if (e->f != VAL_ABSENT && e->f != op->f)
        return lost(o, "an operation completes under another name");
    if (!o->opt.tuples && !o->opt.one_object && e->key != VAL_ABSENT && e->key != op->key)
        return lost(o, "an operation completes with another key than it was invoked with");
    o->key = op->key;
    if (e->type == OP_OK)
        return complete_ok(o, id, e->value, now);
    void *kept = o->objects[op->object].kept;
    unlink_op(o, id);
    struct online_step s = step_of(o, op, now);
    o->counts.fail += e->type == OP_FAIL;
    enum online_state state =
        keep_reason(o, &s, e->type == OP_FAIL ? o->kind->failed(kept, &s)
                                              : o->kind->crashed(kept, &s));
    free_op(o, id);
    return state;
}

/* A completion that nobody invoked happened at this very place, see pair.c. */
static enum online_state lone(struct online *o, const struct event *e, uint64_t now)
{
    uint32_t id;
    if (e->type == OP_INFO)
        return lost(o, "an :info that completes nothing: a log line, or an operation");
    enum online_state state = invoke(o, e, now, &id);
    return state == ONLINE_GOING ? complete(o, id, e, now + 1) : state;
}

static bool is_client(const struct history *h, val process)
{
    return (process & VAL_SMALL) || val_kind(&h->values, process) == V_INT;
}

static enum online_state client_event(struct online *o, const struct event *e, uint64_t now)
{
    uint32_t last = map64_get(&o->process, e->process);
    bool again = last == CRASHED;
    if (again && !o->opt.lenient && e->type != OP_INFO)
        return lost(o, "a process goes on after an :info");
    if (again && e->type != OP_INVOKE)
        return ONLINE_GOING;
    if (e->f == VAL_ABSENT && (e->type == OP_INVOKE || last == MAP64_NONE))
        return lost(o, "an operation has no :f");
    if (e->type != OP_INVOKE && last == MAP64_NONE)
        return lone(o, e, now);
    if (e->type != OP_INVOKE) {
        if (e->type == OP_INFO)
            map64_put(&o->process, e->process, CRASHED);
        else
            map64_remove(&o->process, e->process);
        return complete(o, last, e, now);
    }
    if (last != MAP64_NONE && !again)
        return lost(o, "a process invokes an operation before its last one has completed");
    uint32_t id = NO_OP;
    enum online_state state = invoke(o, e, now, &id);
    if (id != NO_OP)
        map64_put(&o->process, e->process, id);
    return state;
}

enum online_state online_push(struct online *o, const struct event *e)
{
    uint64_t now = 2 * ++o->counts.events;
    if (e->process == VAL_ABSENT)
        return lost(o, "an event has no :process");
    if (!is_client(o->h, e->process))
        return e->type == OP_INFO || o->opt.lenient ||
                       str_starts(val_get_text(&o->h->values, e->process), "nemesis")
                   ? ONLINE_GOING
                   : lost(o, "a process with a name invokes or completes an operation");
    if (e->key != VAL_ABSENT && o->opt.tuples)
        return lost(o, "operations carry keys of their own beside [key value] tuples");
    return client_event(o, e, now);
}

/* --- questions -------------------------------------------------------------------------------*/

const char *online_reason(const struct online *o)
{
    return o->reason;
}

val online_key(const struct online *o)
{
    return o->key;
}

const char *online_algorithm(const struct online *o)
{
    return o->kind->name;
}

struct online_counts online_counts(const struct online *o)
{
    struct online_counts c = o->counts;
    c.keys = o->nobjects;
    return c;
}

val online_object(const struct online *o, size_t i, size_t *ops)
{
    *ops = o->objects[i].ops;
    return o->objects[i].key;
}

size_t online_kept(const struct online *o)
{
    size_t n = 0;
    for (size_t i = 0; i < o->nobjects; i++)
        n += o->kind->kept(o->objects[i].kept);
    return n;
}

/* --- another table of values -----------------------------------------------------------------*/

static void move_keys(struct map64 *map, const struct value_mover *m)
{
    struct map64 old = *map;
    *map = (struct map64){0};
    for (size_t i = 0; i < old.cap; i++)
        if (old.vals[i] != MAP64_NONE)
            map64_put(map, value_move(m, (val)old.keys[i]), old.vals[i]);
    map64_free(&old);
}

static void move_op(struct online_op *op, const struct value_mover *m)
{
    op->process = value_move(m, op->process);
    op->f = value_move(m, op->f);
    op->in = value_move(m, op->in);
    op->key = value_move(m, op->key);
    op->cls.f = value_move(m, op->cls.f);
    op->cls.in = value_move(m, op->cls.in);
    op->cls.out = value_move(m, op->cls.out);
    op->cls.a = value_move(m, op->cls.a);
    op->cls.b = value_move(m, op->cls.b);
}

void online_move(struct online *o, const struct value_mover *m)
{
    move_keys(&o->process, m);
    move_keys(&o->by_key, m);
    for (size_t i = 0; i < o->nobjects; i++) {
        struct object_state *s = &o->objects[i];
        s->key = value_move(m, s->key);
        for (uint32_t id = s->first; id != NO_OP; id = o->ops[id].next)
            move_op(&o->ops[id], m);
        o->kind->move(s->kept, m);
    }
    for (size_t i = 0; i < NAMES; i++)
        o->names[i].f = VAL_ABSENT;
    o->key = value_move(m, o->key);
    o->opt.initial = value_move(m, o->opt.initial);
}
