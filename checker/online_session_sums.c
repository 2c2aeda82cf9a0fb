/* Session guarantees of counters that only go up, online. A read completes:
 *   RYW  it is at least the initial value and what its process had added (acknowledged);
 *   MR   it is at least what the process read last;
 *   RYW, MR and WFR together: it is at least that and what the process added in between.
 * The same comparisons as growing_sums.c makes, each about one read and what its process did
 * before, so a read that breaks one is known when it completes. The upper bounds are not looked at:
 * what is read above all additions may be explained by a later line. Without them the rest can only
 * be left open, never refuted. A decrement ends it: then lower bounds depend on the whole history.
 * O(1) expected per event; kept is one record per process and counter. */
#include "base/mem.h"
#include "checker/levels/guarantees.h"
#include "checker/online_ids.h"
#include "checker/online_session.h"

static const int64_t LARGE = (int64_t)1 << 60;

struct session {
    int64_t own; /* acknowledged */
    int64_t read, own_then;
    bool has_read;
};

struct sums {
    unsigned asked;
    bool strange; /* the initial value is no number to begin with */
    int64_t initial;
    int64_t added; /* by all */
    struct online_ids processes;
    struct session *sessions; /* by id of the process */
    size_t cap;
};

static void *open_sums(const struct online_options *o)
{
    struct sums *x = mem_zalloc(1, sizeof *x);
    x->asked = guarantees_asked(o->level);
    x->strange = !online_starts_natural(o, &x->initial);
    return x;
}

static void close_sums(void *object)
{
    struct sums *x = object;
    online_ids_free(&x->processes);
    mem_free(x->sessions);
    mem_free(x);
}

static struct session *session_of(struct sums *x, val process)
{
    uint32_t id = online_ids_find(&x->processes, process);
    if (id == NO_ID) {
        id = online_ids_add(&x->processes, process);
        x->sessions = mem_grow(x->sessions, &x->cap, x->processes.n, sizeof *x->sessions);
        x->sessions[id] = (struct session){0};
    }
    return &x->sessions[id];
}

static enum online_state invoked(void *object, struct online_step *s)
{
    struct sums *x = object;
    int64_t n;
    if (x->strange)
        return online_lost(s, "the initial value is not a small natural number");
    if (s->op->idle)
        return ONLINE_GOING;
    if (s->op->cls.action != ACT_ADD || !val_get_int(&s->h->values, s->op->cls.a, &n))
        return online_lost(s, "an operation is neither read nor addition");
    if (n < 0)
        return online_lost(s, "the counter goes down, so its values are no versions");
    if (n > LARGE - x->added)
        return online_lost(s, "the amounts are too large to add up");
    x->added += n;
    return ONLINE_GOING;
}

static enum online_state add_ok(struct sums *x, struct online_step *s)
{
    int64_t n;
    if (!s->result || s->result->action != ACT_ADD || s->result->a != s->op->cls.a ||
        !val_get_int(&s->h->values, s->result->a, &n))
        return online_lost(s, "an addition returned something");
    session_of(x, s->op->process)->own += n;
    return ONLINE_GOING;
}

static enum online_state read_ok(struct sums *x, struct online_step *s)
{
    const unsigned joint = RYW | MR | WFR;
    struct session *p = session_of(x, s->op->process);
    const struct session last = *p;
    int64_t v;
    if (!val_get_int(&s->h->values, s->result->b, &v) || v > LARGE || v < -LARGE)
        return online_lost(s, "a read returned no integer, or a very large one");
    *p = (struct session){.own = last.own, .read = v, .own_then = last.own, .has_read = true};
    if ((x->asked & RYW) && v < x->initial + last.own)
        return online_violated(s, "read-your-writes is broken: a read returned less than its "
                                  "process had added");
    if (!last.has_read)
        return ONLINE_GOING;
    if ((x->asked & MR) && v < last.read)
        return online_violated(s, "monotonic-reads is broken: a read returned less than an earlier "
                                  "read of its process");
    if ((x->asked & joint) == joint && v < last.read + (last.own - last.own_then))
        return online_violated(s, "read-your-writes, monotonic-reads and writes-follow-reads "
                                  "cannot hold together: a read returned less than its "
                                  "process had read and then added");
    return ONLINE_GOING;
}

static enum online_state ok(void *object, struct online_step *s)
{
    if (!s->op->idle)
        return add_ok(object, s);
    if (s->result && s->result->action != ACT_SUM)
        return online_lost(s, "an operation is neither read nor addition");
    return s->result ? read_ok(object, s) : ONLINE_GOING;
}

static enum online_state failed(void *object, struct online_step *s)
{
    (void)object;
    (void)s;
    return ONLINE_GOING;
}

/* Its process does nothing more. */
static enum online_state crashed(void *object, struct online_step *s)
{
    struct sums *x = object;
    uint32_t id = online_ids_find(&x->processes, s->op->process);
    if (id != NO_ID)
        online_ids_remove(&x->processes, id);
    return ONLINE_GOING;
}

static void move(void *object, const struct value_mover *m)
{
    struct sums *x = object;
    online_ids_move(&x->processes, m);
}

static size_t kept(const void *object)
{
    const struct sums *x = object;
    return online_ids_used(&x->processes);
}

static const char *const names[] = {"counter", NULL};

const struct online_kind online_session_sums = {
    .name = "online-session-counter",
    .summary = "session guarantees of counters that only go up",
    .models = names,
    .open = open_sums,
    .close = close_sums,
    .invoked = invoked,
    .ok = ok,
    .failed = failed,
    .crashed = crashed,
    .move = move,
    .kept = kept,
};
