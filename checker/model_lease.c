/* A lease: a mutex with an owner that may end by itself.
 *
 * Whoever acquires it has it for at least `ttl` after the moment at which it asked for it, as it
 * can tell by itself (a server that counts from the grant gives more, never less). From then on
 * the lease may end by itself at any moment, which nobody records, or never: the holder may
 * still give it back or renew it as long as nobody else was granted it. A renewal begins a new
 * term, counted from its own invocation; so does an acquire by its holder. The new term is the
 * shorter one only where its ttl is shorter. Others are granted the lease only when it was given
 * back or has ended. Times are those of the events' :time, one clock, for durations only; who
 * came first is said by positions as everywhere.
 *
 * The state is the owner, the position from which its term may be over, its ttl, and the latest
 * end that somebody has made use of: an operation that returned before that cannot come after
 * it. Taking ends at the earliest moment is best for all that follows, so one state is enough.
 *
 * ttl: the invocation's value, a number of ms or {:ttl MS}, and of a completion {:ttl MS}; else
 * --initial MS or {:ttl MS, :slack MS}; a renewal that does not say takes the shortest that an
 * acquire of its owner has said. slack: by how much two time stamps can be wrong. */
#include "checker/lease.h"
#include "checker/model_list.h"

enum { OWNER, END, USED, LENGTH, WORDS }; /* OWNER: number + 1, or 0 */

enum { NS_PER_MS = 1000000 };

static const struct model_op_name names[] = {
    {"acquire", ACT_ACQUIRE}, {"lock", ACT_ACQUIRE}, {"try-acquire", ACT_ACQUIRE},
    {"try-lock", ACT_ACQUIRE}, {"grant", ACT_ACQUIRE}, {"renew", ACT_RENEW},
    {"keepalive", ACT_RENEW}, {"keep-alive", ACT_RENEW}, {"refresh", ACT_RENEW},
    {"extend", ACT_RENEW}, {"release", ACT_RELEASE}, {"unlock", ACT_RELEASE},
    {"revoke", ACT_RELEASE}, {NULL, ACT_OTHER},
};

/* --- operations ------------------------------------------------------------------------------*/

bool lease_own_ttl(const struct history *h, const struct op *op, int64_t *ms)
{
    const struct values *t = &h->values;
    val v = op->type == OP_OK ? lock_map_value(t, op->out, "ttl") : VAL_ABSENT;
    if (v == VAL_ABSENT)
        v = val_kind(t, op->in) == V_INT ? op->in : lock_map_value(t, op->in, "ttl");
    *ms = 0;
    return v == VAL_ABSENT || (val_get_int(t, v, ms) && *ms > 0);
}

/* b tells operations apart, since each has its own moment. */
static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    (void)nil_unknown;
    (void)skip;
    int64_t ms;
    if (!lock_owner(h, op, c->action != ACT_RELEASE, c, e) || !lock_refused(op, c, e))
        return false;
    c->b = val_small((int32_t)op->inv);
    c->result_known = op->type == OP_OK;
    return c->action == ACT_RELEASE || lease_own_ttl(h, op, &ms) ||
           err_set(e, ERR_INPUT, "a lease lasts a positive number of milliseconds");
}

int64_t lease_ttl(const struct object *o, uint32_t op)
{
    const struct locks *l = locks_of(o);
    int64_t ms, least = l->lease->least[owner_of(o, op)];
    if (lease_own_ttl(o->h, &o->h->ops[o->ops[op].op], &ms) && ms > 0)
        return ms < INT64_MAX / NS_PER_MS ? ms * NS_PER_MS : INT64_MAX;
    return lease_action(o, op) == ACT_RENEW && least ? least : l->lease->ttl;
}

/* --- the object ------------------------------------------------------------------------------*/

static bool option_ms(const struct values *t, val v, int64_t least, int64_t *ns)
{
    int64_t ms;
    if (!val_get_int(t, v, &ms) || ms < least || ms > INT64_MAX / NS_PER_MS)
        return false;
    *ns = ms * NS_PER_MS;
    return true;
}

static bool read_option(const struct object *o, struct lease *x, struct err *e)
{
    const struct values *t = &o->h->values;
    val ttl = o->initial, slack = VAL_ABSENT;
    if (val_kind(t, o->initial) == V_MAP) {
        ttl = lock_map_value(t, o->initial, "ttl");
        slack = lock_map_value(t, o->initial, "slack");
    }
    bool good = ttl == VAL_NIL || ttl == VAL_ABSENT || option_ms(t, ttl, 1, &x->ttl);
    good &= slack == VAL_ABSENT || option_ms(t, slack, 0, &x->slack);
    return good || err_set(e, ERR_USAGE, "--initial of a lease is how long it lasts in ms, or "
                           "{:ttl MS, :slack MS}");
}

/* The shortest ttl that each owner's acquires say; false: some operation has none at all. */
static bool find_least(const struct object *o, struct lease *x)
{
    bool good = true;
    for (uint32_t i = 0; i < o->n; i++) {
        int64_t *least = &x->least[owner_of(o, i)];
        int64_t ttl = lease_action(o, i) == ACT_ACQUIRE ? lease_ttl(o, i) : 0;
        good &= lease_action(o, i) != ACT_ACQUIRE || ttl > 0;
        if (ttl > 0 && (*least == 0 || ttl < *least))
            *least = ttl;
    }
    for (uint32_t i = 0; good && i < o->n; i++)
        good = lease_action(o, i) != ACT_RENEW || lease_ttl(o, i) > 0;
    return good;
}

static bool open_lease(struct object *o, struct err *e)
{
    struct locks *l = locks_open(o, LOCK_LEASE);
    struct lease *x = l->lease = arena_zalloc(&o->arena, sizeof *x);
    x->least = arena_zalloc(&o->arena, ((size_t)l->nowners + 1) * sizeof *x->least);
    if (!read_option(o, x, e))
        return false;
    if (!find_least(o, x))
        return err_set(e, ERR_USAGE, "how long does a lease last? say so with --initial MS, or as "
                       "the value of an acquire");
    lease_terms(o);
    o->init_state = word_state(&l->states, (uint32_t[WORDS]){0}, WORDS);
    return true;
}

uint32_t lease_step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct locks *l = o->ctx;
    size_t n;
    const uint32_t *now = word_state_get(&l->states, state, &n);
    uint32_t next[WORDS] = {[USED] = now[USED]}, me = l->owner[cls] + 1;
    const struct lease *x = l->lease;
    enum action action = (enum action)o->classes[cls].action;
    if (action == ACT_ACQUIRE && now[OWNER] != 0 && now[OWNER] != me && now[END] > now[USED])
        next[USED] = now[END];
    if (k > 0 || next[USED] > x->res[cls])
        return NO_STATE;
    if (action == ACT_OTHER)
        return now[OWNER] ? state : NO_STATE;
    if (action != ACT_ACQUIRE && now[OWNER] != me)
        return NO_STATE;
    if (action != ACT_RELEASE) {
        bool again = now[OWNER] == me;
        next[OWNER] = me;
        next[END] = x->end[cls];
        next[LENGTH] = x->length ? x->length[cls] : 0;
        if (again && next[LENGTH] >= now[LENGTH] && now[END] > next[END])
            next[END] = now[END];
    }
    return word_state(&l->states, next, WORDS);
}

static void describe(const struct object *o, uint32_t state, struct buf *out)
{
    const struct locks *l = locks_of(o);
    size_t n, c = 0;
    const uint32_t *now = word_state_get(&l->states, state, &n);
    if (!now[OWNER]) {
        buf_puts(out, "free");
        return;
    }
    while (l->owner[c] != now[OWNER] - 1)
        c++;
    buf_puts(out, "held by ");
    val_print_edn(&o->h->values, o->classes[c].a, out);
}

const struct model model_lease = {
    .name = "lease",
    .summary = "a lock that ends by itself after --initial MS, or the :ttl of its acquires",
    .example = "{:process 0, :type :invoke, :f :acquire, :value {:ttl 5000}, :time 12000000}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = classify,
    .open = open_lease,
    .close = locks_close,
    .step = lease_step,
    .element = locks_element,
    .describe = describe,
};
