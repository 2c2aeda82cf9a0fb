/* Pairing: from events to operations. One pass; the only state is the latest operation of every
 * process, from which all rules follow:
 *
 *   latest operation is   invoke                      ok, fail              info
 *   none, or completed    opens an operation          WARN_NO_INVOKE (1)    (2)
 *   open                  error: double invoke        completes it          completes it
 *   ended by :info        error; lenient: a new       error; lenient:       ignored: it says
 *                         logical process             ignored, warned       nothing new
 *
 * (1) A completion without invocation becomes an operation without duration: inv = ret = that
 *     event. To checkers it follows everything that ended earlier and precedes everything that
 *     begins later, also in histories that record nothing but completions.
 * (2) The same, as an operation that may take effect later, when clients use this :f elsewhere
 *     (it may be a crashed write); else it is a log line, ignored with WARN_NO_INVOKE.
 *
 * Integer processes are clients, and so are events without :process (pair_blind.c). Names are
 * not: a nemesis reports with :info only. A named process that invokes or completes would be lost
 * to every check, hence an error unless it is a nemesis. O(events); 4 bytes per process more than
 * the operations themselves. */
#include "base/mem.h"
#include "histories/pair_blind.h"
#include "histories/pair_errors.h"
#include "histories/role.h"

#define NO_OP UINT32_MAX

struct pairing {
    struct history *h;
    bool lenient;
    struct err *e;
    uint32_t *dense; /* small process id -> its latest operation, or NO_OP */
    size_t ndense, dense_cap;
    struct map64 sparse; /* the same for all other process ids */
    int64_t next_process; /* an id that no event uses; valid when `numbered` */
    bool numbered;
    struct map64 client_f; /* names that clients invoke or complete; valid when `named` */
    bool named;
    struct blind blind;
};

static bool is_client(const struct history *h, val process)
{
    return (process & VAL_SMALL) || process == VAL_ABSENT ||
           val_kind(&h->values, process) == V_INT;
}

/* --- processes -------------------------------------------------------------------------------*/

/* Ids up to the number of events are kept in an array: that is what harnesses hand out. */
static bool is_dense(const struct pairing *p, val process)
{
    uint32_t id = process & ~VAL_SMALL;
    return (process & VAL_SMALL) && id < 0x40000000u && id <= p->h->events.n;
}

static uint32_t latest(const struct pairing *p, val process)
{
    if (!is_dense(p, process))
        return map64_get(&p->sparse, process);
    uint32_t id = process & ~VAL_SMALL;
    return id < p->ndense ? p->dense[id] : NO_OP;
}

static void set_latest(struct pairing *p, val process, uint32_t op)
{
    if (!is_dense(p, process)) {
        map64_put(&p->sparse, process, op);
        return;
    }
    uint32_t id = process & ~VAL_SMALL;
    p->dense = mem_grow(p->dense, &p->dense_cap, (size_t)id + 1, sizeof *p->dense);
    while (p->ndense <= id)
        p->dense[p->ndense++] = NO_OP;
    p->dense[id] = op;
}

static void find_next_process(struct pairing *p)
{
    const struct history *h = p->h;
    int64_t max = -1, id;
    for (size_t i = 0; i < h->events.n; i++)
        if (val_get_int(&h->values, h->events.process[i], &id) && id > max)
            max = id;
    p->next_process = max;
    p->numbered = true;
}

/* A process id that nothing in the history uses. */
static bool fresh_process(struct pairing *p, val *out)
{
    if (!p->numbered)
        find_next_process(p);
    if (p->next_process == INT64_MAX)
        return err_set(p->e, ERR_INPUT, "process ids up to 2^63-1 leave none for new processes");
    *out = val_int(&p->h->values, ++p->next_process);
    return true;
}

/* --- operations ------------------------------------------------------------------------------*/

static struct op *open_op(struct pairing *p, size_t i, val process)
{
    struct history *h = p->h;
    h->ops = mem_grow(h->ops, &h->ops_cap, h->nops + 1, sizeof *h->ops);
    struct op *op = &h->ops[h->nops++];
    val f = h->events.f[i];
    if (f == VAL_ABSENT && is_txn(&h->values, h->events.value[i]))
        f = val_text(&h->values, V_KEYWORD, STR("txn")); /* list-append files leave it out */
    *op = (struct op){.inv = (uint32_t)i,
                      .ret = NO_EVENT,
                      .process = process,
                      .f = f,
                      .key = h->events.key[i],
                      .in = h->events.value[i],
                      .out = VAL_ABSENT,
                      .type = OP_INFO};
    return op;
}

static bool close_op(const struct pairing *p, struct op *op, size_t i)
{
    const struct events *v = &p->h->events;
    if (v->f[i] != VAL_ABSENT && op->f != VAL_ABSENT && v->f[i] != op->f)
        return pair_other_f(p->h, op, i, p->e);
    if (v->key[i] != VAL_ABSENT && op->key != VAL_ABSENT && v->key[i] != op->key)
        return pair_other_key(p->h, op, i, p->e);
    if (op->f == VAL_ABSENT)
        op->f = v->f[i];
    if (op->key == VAL_ABSENT)
        op->key = v->key[i];
    op->ret = (uint32_t)i;
    op->out = v->value[i];
    op->type = v->type[i];
    return true;
}

static bool is_client_f(struct pairing *p, val f)
{
    const struct history *h = p->h;
    for (size_t i = 0; !p->named && i < h->events.n; i++)
        if (h->events.type[i] != OP_INFO && is_client(h, h->events.process[i]))
            map64_put(&p->client_f, h->events.f[i], 1);
    p->named = true;
    return map64_get(&p->client_f, f) != MAP64_NONE;
}

/* A completion that no invocation was recorded for: rules (1) and (2) above. */
static bool lone_completion(struct pairing *p, size_t i, val process)
{
    struct history *h = p->h;
    bool log_line = h->events.type[i] == OP_INFO && !is_client_f(p, h->events.f[i]);
    history_warn(h, WARN_NO_INVOKE, i,
                 log_line ? "%s was not invoked and no client does it elsewhere: ignored as a "
                            "log line; record the invocation if it was an operation"
                          : "%s completes but was not invoked: taken to have happened at this "
                            "very place; record invocations, or the verdict may be too strict",
                 pair_name(h, h->events.f[i]).z);
    if (log_line)
        return true;
    struct op *op = open_op(p, i, process);
    return close_op(p, op, i);
}

/* Unless event `i` was ignored: after a lone :info the process has crashed. */
static bool lone_is_latest(struct pairing *p, size_t i, val process)
{
    const struct history *h = p->h;
    if (h->nops > 0 && h->ops[h->nops - 1].inv == i)
        set_latest(p, process, (uint32_t)h->nops - 1);
    return true;
}

static bool invoke(struct pairing *p, size_t i)
{
    struct history *h = p->h;
    val process = h->events.process[i], logical = process;
    uint32_t last = latest(p, process);
    if (last != NO_OP) {
        const struct op *op = &h->ops[last];
        logical = op->process;
        if (op->ret == NO_EVENT)
            return pair_double_invoke(p->h, op, i, p->e);
        if (op->type == OP_INFO) {
            if (!p->lenient)
                return pair_after_crash(p->h, op, i, p->e);
            history_warn(h, WARN_PROCESS_REUSED, i,
                         "process %s goes on after an :info: what follows counts as a new process",
                         pair_text(h, process).z);
            if (!fresh_process(p, &logical))
                return false;
        }
    }
    set_latest(p, process, (uint32_t)h->nops);
    (void)open_op(p, i, logical);
    return true;
}

static bool complete(struct pairing *p, size_t i)
{
    struct history *h = p->h;
    val process = h->events.process[i];
    uint32_t last = latest(p, process);
    if (last == NO_OP)
        return lone_completion(p, i, process) && lone_is_latest(p, i, process);
    struct op *op = &h->ops[last];
    if (op->ret == NO_EVENT)
        return close_op(p, op, i);
    if (op->type != OP_INFO)
        return lone_completion(p, i, op->process) && lone_is_latest(p, i, process);
    if (h->events.type[i] == OP_INFO)
        return true;
    if (!p->lenient)
        return pair_after_crash(p->h, op, i, p->e);
    history_warn(h, WARN_PROCESS_REUSED, i,
                 "process %s completes again after an :info: ignored, the operation stays unknown",
                 pair_text(h, process).z);
    return true;
}

/* --- events without a process ----------------------------------------------------------------*/

static bool idle_process(struct pairing *p, val *out)
{
    if (p->blind.nidle == 0)
        return fresh_process(p, out);
    *out = p->blind.idle[--p->blind.nidle];
    return true;
}

static void set_idle(struct blind *b, val process)
{
    b->idle = mem_grow(b->idle, &b->idle_cap, b->nidle + 1, sizeof *b->idle);
    b->idle[b->nidle++] = process;
}

static bool blind_lone(struct pairing *p, size_t i)
{
    val process;
    if (!idle_process(p, &process) || !lone_completion(p, i, process))
        return false;
    if (p->h->events.type[i] != OP_INFO)
        set_idle(&p->blind, process);
    return true;
}

static bool blind_event(struct pairing *p, size_t i)
{
    struct history *h = p->h;
    struct blind *b = &p->blind;
    if (b->events++ == 0)
        b->first = i;
    if (h->events.type[i] == OP_INVOKE) {
        val process;
        if (!idle_process(p, &process))
            return false;
        (void)open_op(p, i, process);
        blind_invoked(b, h, (uint32_t)h->nops - 1, i);
        return true;
    }
    uint32_t op = NO_OP;
    enum blind_match m = blind_completes(b, h, i, &op);
    if (m == BLIND_NONE)
        return blind_lone(p, i);
    /* Whichever it was: all of them stay open, which says the same as :info. */
    if (m == BLIND_AMBIGUOUS && h->events.type[i] == OP_INFO)
        return true;
    if (m == BLIND_AMBIGUOUS)
        return pair_ambiguous(p->h, i, p->e);
    if (h->events.type[i] != OP_INFO)
        set_idle(b, h->ops[op].process);
    return close_op(p, &h->ops[op], i);
}

static void warn_blind(struct pairing *p)
{
    struct blind *b = &p->blind;
    if (b->guesses)
        history_warn(p->h, WARN_NO_PROCESS, b->first_guess,
                     "no :process: which of several open operations ended here was guessed "
                     "(%zu times in all); record a :process with each event", b->guesses);
    else if (b->events)
        history_warn(p->h, WARN_NO_PROCESS, b->first,
                     "no :process: completions were matched to invocations by :f and value, and "
                     "processes were made up");
    p->h->warnings[WARN_NO_PROCESS].count = b->events;
}

/* --- all -------------------------------------------------------------------------------------*/

static bool pair_event(struct pairing *p, size_t i)
{
    const struct history *h = p->h;
    val process = h->events.process[i];
    bool is_invoke = h->events.type[i] == OP_INVOKE;
    if (process == VAL_ABSENT)
        return blind_event(p, i);
    if (is_client(h, process))
        return is_invoke ? invoke(p, i) : complete(p, i);
    bool nemesis = str_starts(val_get_text(&h->values, process), "nemesis");
    return h->events.type[i] == OP_INFO || nemesis || p->lenient ||
           pair_named_client(h, i, p->e);
}

static void make_room(struct history *h)
{
    size_t invokes = 0;
    for (size_t i = 0; i < h->events.n; i++)
        invokes += h->events.type[i] == OP_INVOKE;
    h->ops = mem_realloc(h->ops, invokes, sizeof *h->ops);
    h->ops_cap = invokes;
    h->nops = 0;
}

bool history_pair(struct history *h, const struct pair_options *opt, struct err *e)
{
    if (h->events.n >= NO_EVENT)
        return err_set(e, ERR_INPUT, "more than 2^32-2 events in one history");
    struct pairing p = {.h = h, .lenient = opt->lenient, .e = e};
    make_room(h);
    bool good = true;
    for (size_t i = 0; good && i < h->events.n; i++)
        good = pair_event(&p, i);
    if (good)
        warn_blind(&p);
    mem_free(p.dense);
    map64_free(&p.sparse);
    map64_free(&p.client_f);
    blind_free(&p.blind);
    return good;
}
