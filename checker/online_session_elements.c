/* Session guarantees of sets and lists that only grow and are read whole, online. A read completes:
 *   RYW  it has what its process added before (acknowledged);
 *   MR   it has what the last read of its process had; a list begins with it.
 * The same as growing_elements.c asks, each about one read and what its process did before. The
 * other two guarantees order additions. So do the reads of a list, across processes and keys: these
 * two, and session, are not covered for lists. Of sets nothing else orders additions: as long as
 * each read returns only elements whose addition has been invoked, the order of invocations fulfils
 * both, and nothing is left to refute. A read of another element ends it, and so does an addition
 * that fails after a read returned its element.
 * O(elements of the read and of the one before) per read; kept are the elements, and per process
 * those that it added and its last read. */
#include "base/mem.h"
#include "checker/levels/guarantees.h"
#include "checker/online_ids.h"
#include "checker/online_session.h"

#include <string.h>

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

struct elements {
    unsigned asked;
    bool lists;
    bool strange; /* it does not begin empty */
    struct online_ids ids, processes;
    struct element *elements;
    struct session *sessions;
    size_t cap, sessions_cap;
    uint64_t looked;
};

static void *open_elements(const struct online_options *o)
{
    struct elements *x = mem_zalloc(1, sizeof *x);
    x->asked = guarantees_asked(o->level);
    x->lists = strcmp(o->model->name, "grow-set") != 0;
    x->strange = !online_starts_empty(o);
    return x;
}

static void forget(struct elements *x, uint32_t id)
{
    mem_free(x->sessions[id].own);
    map64_free(&x->sessions[id].is_own);
    x->sessions[id] = (struct session){0};
}

static void close_elements(void *object)
{
    struct elements *x = object;
    for (uint32_t i = 0; i < x->processes.n; i++)
        forget(x, i);
    online_ids_free(&x->ids);
    online_ids_free(&x->processes);
    mem_free(x->elements);
    mem_free(x->sessions);
    mem_free(x);
}

static struct session *session_of(struct elements *x, val process)
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
    struct elements *x = object;
    if (x->lists && (x->asked & (MW | WFR)))
        return online_lost(s, "a list is not checked operation by operation at this level");
    if (x->strange)
        return online_lost(s, "the initial value is not empty");
    if (s->op->idle)
        return ONLINE_GOING;
    enum action add = s->op->cls.action;
    if (add != (x->lists ? ACT_APPEND : ACT_JOIN) && (x->lists || add != ACT_UP))
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

static enum online_state add_ok(struct elements *x, struct online_step *s)
{
    if (!s->result || s->result->action != (x->lists ? ACT_APPEND : ACT_JOIN) ||
        s->result->a != s->op->cls.a)
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
static bool mark(struct elements *x, const val *items, size_t n)
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

static bool has_own(const struct elements *x, const struct session *p)
{
    for (size_t i = 0; i < p->nown; i++)
        if (x->elements[p->own[i]].mark != x->looked)
            return false;
    return true;
}

static bool has_last(const struct elements *x, const struct session *p, const struct values *t)
{
    size_t n;
    const val *items = val_items(t, p->read, &n);
    for (size_t i = 0; i < n; i++)
        if (x->elements[online_ids_find(&x->ids, items[i])].mark != x->looked)
            return false;
    return true;
}

static bool begins_with(const struct values *t, val list, val beginning)
{
    size_t n, m;
    const val *items = val_items(t, list, &n), *first = val_items(t, beginning, &m);
    return m <= n && (m == 0 || memcmp(items, first, m * sizeof *first) == 0);
}

static enum online_state read_ok(struct elements *x, struct online_step *s)
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
    if (x->lists && (x->asked & MR) && p->has_read && !begins_with(&s->h->values, now, p->read))
        return online_violated(s, "monotonic-reads is broken: a read does not begin with what an "
                                  "earlier read of its process returned");
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
    struct elements *x = object;
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
    struct elements *x = object;
    uint32_t id = online_ids_find(&x->processes, s->op->process);
    if (id == NO_ID)
        return ONLINE_GOING;
    forget(x, id);
    online_ids_remove(&x->processes, id);
    return ONLINE_GOING;
}

static void move(void *object, const struct value_mover *m)
{
    struct elements *x = object;
    online_ids_move(&x->ids, m);
    online_ids_move(&x->processes, m);
    for (uint32_t i = 0; i < x->processes.n; i++)
        if (x->sessions[i].has_read)
            x->sessions[i].read = value_move(m, x->sessions[i].read);
}

static size_t kept(const void *object)
{
    const struct elements *x = object;
    size_t n = online_ids_used(&x->ids) + online_ids_used(&x->processes);
    for (uint32_t i = 0; i < x->processes.n; i++)
        n += x->sessions[i].nown;
    return n;
}

static const char *const names[] = {"grow-set", "list", "log", NULL};

const struct online_kind online_session_elements = {
    .name = "online-session-elements",
    .summary = "session guarantees of sets and lists that only grow and are read whole",
    .models = names,
    .open = open_elements,
    .close = close_elements,
    .invoked = invoked,
    .ok = ok,
    .failed = failed,
    .crashed = crashed,
    .move = move,
    .kept = kept,
};
