/* Locks that know who holds them: names, values and tables. What they do is in lock_states.c. */
#include "base/hash.h"
#include "checker/locks.h"
#include "checker/model_list.h"

static const struct model_op_name plain_names[] = {
    {"acquire", ACT_ACQUIRE}, {"lock", ACT_ACQUIRE}, {"try-acquire", ACT_ACQUIRE},
    {"try-lock", ACT_ACQUIRE}, {"release", ACT_RELEASE}, {"unlock", ACT_RELEASE},
    {NULL, ACT_OTHER},
};

static const struct model_op_name rw_names[] = {
    {"read-acquire", ACT_ACQUIRE}, {"acquire-read", ACT_ACQUIRE}, {"racquire", ACT_ACQUIRE},
    {"read-lock", ACT_ACQUIRE}, {"rlock", ACT_ACQUIRE}, {"lock-shared", ACT_ACQUIRE},
    {"write-acquire", ACT_ACQUIRE}, {"acquire-write", ACT_ACQUIRE}, {"wacquire", ACT_ACQUIRE},
    {"write-lock", ACT_ACQUIRE}, {"wlock", ACT_ACQUIRE}, {"lock-exclusive", ACT_ACQUIRE},
    {"release", ACT_RELEASE}, {"unlock", ACT_RELEASE}, {"read-release", ACT_RELEASE},
    {"release-read", ACT_RELEASE}, {"rrelease", ACT_RELEASE}, {"read-unlock", ACT_RELEASE},
    {"runlock", ACT_RELEASE}, {"write-release", ACT_RELEASE}, {"release-write", ACT_RELEASE},
    {"wrelease", ACT_RELEASE}, {"write-unlock", ACT_RELEASE}, {"wunlock", ACT_RELEASE},
    {NULL, ACT_OTHER},
};

/* --- operations ------------------------------------------------------------------------------*/

val lock_map_value(const struct values *t, val map, const char *key)
{
    size_t n;
    const val *items = val_items(t, map, &n);
    for (size_t i = 0; val_kind(t, map) == V_MAP && i + 1 < n; i += 2)
        if (str_is(val_get_text(t, items[i]), key))
            return items[i + 1];
    return VAL_ABSENT;
}

bool lock_owner(const struct history *h, const struct op *op, bool numbers, struct op_class *c,
                struct err *e)
{
    const struct values *t = &h->values;
    int64_t i;
    c->a = op->process;
    switch (val_kind(t, op->in)) {
    case V_STRING:
    case V_KEYWORD:
    case V_SYMBOL:
        c->a = op->in;
        return true;
    case V_MAP: {
        val client = lock_map_value(t, op->in, "client");
        val owner = lock_map_value(t, op->in, "owner");
        if (client != VAL_ABSENT || owner != VAL_ABSENT)
            c->a = client != VAL_ABSENT ? client : owner;
        return true;
    }
    case V_NIL:
    case V_ABSENT:
        return true;
    case V_INT:
        if (numbers || (val_get_int(t, op->in, &i) && i == 1))
            return true;
        break;
    case V_BOOL:
    case V_NUMBER:
    case V_LIST:
    case V_SET:
        break;
    }
    return err_set(e, ERR_INPUT, "the value of an invocation is nil, the name of a client or "
                                 "{:client NAME}%s",
                   numbers ? "" : "; permits are taken one by one");
}

bool lock_refused(const struct op *op, struct op_class *c, struct err *e)
{
    if (op->type != OP_OK || op->out != VAL_FALSE)
        return true;
    if (c->action == ACT_RELEASE)
        return err_set(e, ERR_INPUT, "a release that is refused is recorded as :fail");
    c->action = ACT_OTHER;
    c->pure = true;
    return true;
}

static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    (void)nil_unknown;
    (void)skip;
    return lock_owner(h, op, false, c, e) && lock_refused(op, c, e);
}

static enum hold hold_named(struct str f)
{
    if (str_is(f, "release") || str_is(f, "unlock"))
        return HOLD_ANY;
    bool write = f.p[0] == 'w' || str_contains_nocase(f, "write") ||
                 str_contains_nocase(f, "exclusive");
    return write ? HOLD_WRITE : HOLD_READ;
}

static bool classify_rw(const struct history *h, const struct op *op, bool nil_unknown,
                        struct op_class *c, bool *skip, struct err *e)
{
    enum hold hold = hold_named(val_get_text(&h->values, op->f));
    if (hold != HOLD_ANY)
        c->b = val_small((int32_t)hold);
    return classify(h, op, nil_unknown, c, skip, e);
}

/* The token is what an acquire returned, or its :fence or :token. */
static bool classify_fenced(const struct history *h, const struct op *op, bool nil_unknown,
                            struct op_class *c, bool *skip, struct err *e)
{
    (void)nil_unknown;
    (void)skip;
    const struct values *t = &h->values;
    int64_t i;
    if (!lock_owner(h, op, true, c, e) || !lock_refused(op, c, e))
        return false;
    if (c->action != ACT_ACQUIRE || op->type != OP_OK)
        return true;
    val token = op->out;
    if (val_kind(t, token) == V_MAP) {
        val fence = lock_map_value(t, token, "fence");
        token = fence != VAL_ABSENT ? fence : lock_map_value(t, token, "token");
    }
    if (token == VAL_NIL || token == VAL_ABSENT || token == VAL_TRUE || token == op->in)
        return true;
    c->b = token;
    return val_get_int(t, token, &i) ||
           err_set(e, ERR_INPUT, "the fencing token that an acquire returns is an integer, or nil");
}

/* --- the object ------------------------------------------------------------------------------*/

static void number_owners(struct object *o, struct locks *l)
{
    struct map64 ids = {0};
    l->owner = arena_alloc(&o->arena, (o->nclasses + 1) * sizeof *l->owner);
    for (size_t c = 0; c < o->nclasses; c++) {
        uint32_t id = map64_get(&ids, o->classes[c].a);
        if (id == MAP64_NONE)
            map64_put(&ids, o->classes[c].a, id = l->nowners++);
        l->owner[c] = id;
    }
    map64_free(&ids);
}

struct locks *locks_open(struct object *o, enum lock_kind kind)
{
    struct locks *l = arena_zalloc(&o->arena, sizeof *l);
    l->kind = kind;
    l->permits = 1;
    number_owners(o, l);
    l->scratch = arena_alloc(&o->arena, (2 * (size_t)l->nowners + 4) * sizeof *l->scratch);
    l->scratch[0] = 0;
    o->ctx = l;
    return l;
}

static bool open_lock(struct object *o, enum lock_kind kind, struct err *e)
{
    struct locks *l = locks_open(o, kind);
    if (kind == LOCK_PERMITS && !val_get_int(&o->h->values, o->initial, &l->permits))
        return err_set(e, ERR_USAGE, "how many permits does the semaphore have? say so with "
                                     "--initial N");
    if (kind != LOCK_PERMITS && o->initial != VAL_NIL && o->initial != VAL_FALSE)
        return err_set(e, ERR_USAGE, "a lock with owners is free at first: no --initial");
    o->init_state = word_state(&l->states, l->scratch, kind == LOCK_FENCED);
    return true;
}

static bool open_mutex(struct object *o, struct err *e)
{
    return open_lock(o, LOCK_MUTEX, e);
}

static bool open_reentrant(struct object *o, struct err *e)
{
    return open_lock(o, LOCK_REENTRANT, e);
}

static bool open_permits(struct object *o, struct err *e)
{
    return open_lock(o, LOCK_PERMITS, e);
}

static bool open_rw(struct object *o, struct err *e)
{
    return open_lock(o, LOCK_RW, e);
}

static bool open_fenced(struct object *o, struct err *e)
{
    return open_lock(o, LOCK_FENCED, e);
}

const struct model model_owner_mutex = {
    .name = "owner-mutex",
    .summary = "a lock that only its owner (process, or client named by :value) can release",
    .example = "{:process 0, :type :invoke, :f :acquire}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = plain_names,
    .classify = classify,
    .open = open_mutex,
    .close = locks_close,
    .step = locks_step,
    .element = locks_element,
    .describe = locks_describe,
};

const struct model model_reentrant_mutex = {
    .name = "reentrant-mutex",
    .summary = "a lock that its owner may take again: free when released as often",
    .example = "{:process 0, :type :invoke, :f :lock}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = plain_names,
    .classify = classify,
    .open = open_reentrant,
    .close = locks_close,
    .step = locks_step,
    .element = locks_element,
    .describe = locks_describe,
};

const struct model model_owner_semaphore = {
    .name = "owner-semaphore",
    .summary = "--initial N permits: who took one gives it back",
    .example = "{:process 0, :type :invoke, :f :acquire, :value {:client \"n1\"}}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = plain_names,
    .classify = classify,
    .open = open_permits,
    .close = locks_close,
    .step = locks_step,
    .element = locks_element,
    .describe = locks_describe,
};

const struct model model_rw_lock = {
    .name = "rw-lock",
    .summary = "a lock of one writer or many readers",
    .example = "{:process 0, :type :invoke, :f :read-acquire}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = rw_names,
    .classify = classify_rw,
    .open = open_rw,
    .close = locks_close,
    .step = locks_step,
    .element = locks_element,
    .describe = locks_describe,
};

const struct model model_fenced_mutex = {
    .name = "fenced-mutex",
    .summary = "an owner-mutex whose acquires return tokens that grow from holder to holder",
    .example = "{:process 0, :type :ok, :f :acquire, :value 34}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = plain_names,
    .classify = classify_fenced,
    .open = open_fenced,
    .close = locks_close,
    .step = locks_step,
    .element = locks_element,
    .describe = locks_describe,
};
