/* Session guarantees of sets that only grow and are read whole, online. A read completes:
 *   RYW  it has what its process added before (acknowledged);
 *   MR   it has what the last read of its process had.
 * The same as growing_elements.c asks, each about one read and what its process did before. The
 * other two guarantees order additions, and of sets nothing else does: as long as each read returns
 * only elements whose addition has been invoked, the order of invocations fulfils both, and nothing
 * is left to refute. A read of another element ends it, and so does an addition that fails after
 * a read returned its element.
 * O(elements of the read and of the one before) per read; kept are the elements, and per process
 * those that it added and its last read. */
#include "base/mem.h"
#include "checker/levels/guarantees.h"
#include "checker/online_ids.h"
#include "checker/online_session.h"

struct element {
    uint32_t adds; /* operations that may have brought it in */
    bool seen;     /* a read returned it */
    uint64_t mark; /* the read that was looked at last and has it */
};

struct session {
    uint32_t *own; /* ids of elements that it added, each once */
    size_t nown, cap;
    struct map64 is_own;
    bool has_read, fresh; /* fresh: it has added something since */
    val read;
};

struct sets {
    unsigned asked;
    bool strange; /* it does not begin empty */
    struct online_ids ids, processes;
    struct element *elements;
    struct session *sessions;
    size_t cap, sessions_cap;
    uint64_t looked;
};

static void *open_sets(const struct online_options *o)
{
    struct sets *x = mem_zalloc(1, sizeof *x);
    x->asked = guarantees_asked(o->level);
    x->strange = !online_starts_empty(o);
    return x;
}

static void forget(struct sets *x, uint32_t id)
{
    mem_free(x->sessions[id].own);
    map64_free(&x->sessions[id].is_own);
    x->sessions[id] = (struct session){0};
}

static void close_sets(void *object)
{
    struct sets *x = object;
    for (uint32_t i = 0; i < x->processes.n; i++)
        forget(x, i);
    online_ids_free(&x->ids);
    online_ids_free(&x->processes);
    mem_free(x->elements);
    mem_free(x->sessions);
    mem_free(x);
}

static struct session *session_of(struct sets *x, val process)
{
    uint32_t id = online_ids_find(&x->processes, process);
    if (id == NO_ID) {
        id = online_ids_add(&x->processes, process);
        x->sessions = mem_grow(x->sessions, &x->sessions_cap, x->processes.n,
                               sizeof *x->sessions);
        x->sessions[id] = (struct session){0};
    }
    return &x->sessions[id];
}

static enum online_state invoked(void *object, struct online_step *s)
{
    struct sets *x = object;
    if (x->strange)
        return online_lost(s, "the initial value is not empty");
    if (s->op->idle)
        return ONLINE_GOING;
    if (s->op->cls.action != ACT_JOIN && s->op->cls.action != ACT_UP)
        return online_lost(s, "an operation neither adds nor reads");
    uint32_t id = online_ids_find(&x->ids, s->op->cls.a);
    if (id == NO_ID) {
        id = online_ids_add(&x->ids, s->op->cls.a);
        x->elements = mem_grow(x->elements, &x->cap, x->ids.n, sizeof *x->elements);
        x->elements[id] = (struct element){0};
    }
    x->elements[id].adds++;
    return ONLINE_GOING;
}

static enum online_state add_ok(struct sets *x, struct online_step *s)
{
    if (!s->result || s->result->action != ACT_JOIN || s->result->a != s->op->cls.a)
        return online_lost(s, "an add returned something");
    uint32_t id = online_ids_find(&x->ids, s->op->cls.a);
    struct session *p = session_of(x, s->op->process);
    if (!(x->asked & RYW) || map64_get(&p->is_own, id) != MAP64_NONE)
        return ONLINE_GOING;
    map64_put(&p->is_own, id, 1);
    p->own = mem_grow(p->own, &p->cap, p->nown + 1, sizeof *p->own);
    p->own[p->nown++] = id;
    p->fresh = true;
    return ONLINE_GOING;
}

/* False when one was never added. */
static bool mark(struct sets *x, const val *items, size_t n)
{
    x->looked++;
    for (size_t i = 0; i < n; i++) {
        uint32_t id = online_ids_find(&x->ids, items[i]);
        if (id == NO_ID)
            return false;
        x->elements[id].mark = x->looked;
        x->elements[id].seen = true;
    }
    return true;
}

static bool has_own(const struct sets *x, const struct session *p)
{
    for (size_t i = 0; i < p->nown; i++)
        if (x->elements[p->own[i]].mark != x->looked)
            return false;
    return true;
}

static bool has_last(const struct sets *x, const struct session *p, const struct values *t)
{
    size_t n;
    const val *items = val_items(t, p->read, &n);
    for (size_t i = 0; i < n; i++)
        if (x->elements[online_ids_find(&x->ids, items[i])].mark != x->looked)
            return false;
    return true;
}

static enum online_state read_ok(struct sets *x, struct online_step *s)
{
    struct session *p = session_of(x, s->op->process);
    val now = s->result->b;
    size_t n;
    enum val_kind kind = val_kind(&s->h->values, now);
    if (kind != V_SET && kind != V_LIST)
        return online_lost(s, "a read returned no collection");
    if (p->has_read && p->read == now && !p->fresh)
        return ONLINE_GOING;
    const val *items = val_items(&s->h->values, now, &n);
    if (!mark(x, items, n))
        return online_lost(s, "a read returned an element that no line so far adds");
    if ((x->asked & RYW) && !has_own(x, p))
        return online_violated(s, "read-your-writes is broken: a read lacks an element that its "
                                  "process had added");
    if ((x->asked & MR) && p->has_read && !has_last(x, p, &s->h->values))
        return online_violated(s, "monotonic-reads is broken: a read lacks an element that an "
                                  "earlier read of its process had");
    p->has_read = true;
    p->fresh = false;
    p->read = now;
    return ONLINE_GOING;
}

static enum online_state ok(void *object, struct online_step *s)
{
    if (!s->op->idle)
        return add_ok(object, s);
    if (s->result && s->result->action != ACT_WHOLE)
        return online_lost(s, "an operation neither adds nor reads");
    return s->result ? read_ok(object, s) : ONLINE_GOING;
}

static enum online_state failed(void *object, struct online_step *s)
{
    struct sets *x = object;
    uint32_t id = s->op->idle ? NO_ID : online_ids_find(&x->ids, s->op->cls.a);
    if (id == NO_ID)
        return ONLINE_GOING;
    if (x->elements[id].seen) /* what is left may have been invoked after the read */
        return online_lost(s, "an add failed whose element a read had returned");
    if (--x->elements[id].adds == 0)
        online_ids_remove(&x->ids, id);
    return ONLINE_GOING;
}

/* Its process does nothing more. */
static enum online_state crashed(void *object, struct online_step *s)
{
    struct sets *x = object;
    uint32_t id = online_ids_find(&x->processes, s->op->process);
    if (id == NO_ID)
        return ONLINE_GOING;
    forget(x, id);
    online_ids_remove(&x->processes, id);
    return ONLINE_GOING;
}

static void move(void *object, const struct value_mover *m)
{
    struct sets *x = object;
    online_ids_move(&x->ids, m);
    online_ids_move(&x->processes, m);
    for (uint32_t i = 0; i < x->processes.n; i++)
        if (x->sessions[i].has_read)
            x->sessions[i].read = value_move(m, x->sessions[i].read);
}

static size_t kept(const void *object)
{
    const struct sets *x = object;
    size_t n = online_ids_used(&x->ids) + online_ids_used(&x->processes);
    for (uint32_t i = 0; i < x->processes.n; i++)
        n += x->sessions[i].nown;
    return n;
}

static const char *const names[] = {"grow-set", NULL};

const struct online_kind online_session_sets = {
    .name = "online-session-set",
    .summary = "session guarantees of sets that only grow and are read whole",
    .models = names,
    .open = open_sets,
    .close = close_sets,
    .invoked = invoked,
    .ok = ok,
    .failed = failed,
    .crashed = crashed,
    .move = move,
    .kept = kept,
};
