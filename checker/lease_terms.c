/* When the term of a lease may be over, as a position: before the first event of the object whose
 * time is not earlier than the invocation's plus ttl. What returns at that event may have taken
 * effect after the end, what returns before it may not, since a time stamp is taken before an
 * operation is sent and after its answer is there. Needs a clock that does not go backwards, and a
 * time at every event: else nothing is known of durations, every term may be over at once, and
 * "valid" is no answer. O(n) but for sorting the events. */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/lease.h"

enum { NS_PER_MS = 1000000 };

struct timeline {
    uint64_t *at; /* events, as sort words */
    int64_t *time; /* of those: the latest so far */
    size_t n, cursor;
};

static void gather(const struct object *o, struct timeline *t)
{
    t->at = mem_alloc((2 * o->n + 1) * sizeof *t->at);
    t->time = mem_alloc((2 * o->n + 1) * sizeof *t->time);
    for (uint32_t i = 0; i < o->n; i++) {
        t->at[t->n++] = sort_word(lin_event(o->ops[i].inv), i);
        if (o->ops[i].res != RES_INF)
            t->at[t->n++] = sort_word(lin_event(o->ops[i].res), i);
    }
    sort_by_high32(t->at, t->n);
}

/* NULL when the times can be used, else why not. */
static const char *read_times(const struct object *o, int64_t slack, struct timeline *t)
{
    int64_t latest = INT64_MIN;
    for (size_t i = 0; i < t->n; i++) {
        int64_t time = o->h->events.time[sort_key(t->at[i])];
        if (time == NO_TIME)
            return "how long a lease lasts cannot be told: some events have no :time";
        if (time < latest && (uint64_t)latest - (uint64_t)time > (uint64_t)slack)
            return "how long a lease lasts cannot be told: :time goes backwards (--initial "
                   "'{:ttl MS, :slack MS}' says by how much time stamps can be wrong)";
        t->time[i] = latest = time > latest ? time : latest;
    }
    return NULL;
}

/* The first event at `deadline` or later; they are asked for in about ascending order. */
static size_t first_at(struct timeline *t, int64_t deadline)
{
    if (t->cursor > 0 && t->time[t->cursor - 1] >= deadline) {
        size_t lo = 0, hi = t->cursor;
        while (lo < hi) {
            size_t mid = lo + (hi - lo) / 2;
            if (t->time[mid] >= deadline)
                hi = mid;
            else
                lo = mid + 1;
        }
        t->cursor = lo;
    }
    while (t->cursor < t->n && t->time[t->cursor] < deadline)
        t->cursor++;
    return t->cursor;
}

static uint32_t end_of(const struct object *o, uint32_t op, struct timeline *t)
{
    int64_t ttl = lease_ttl(o, op), slack = locks_of(o)->lease->slack;
    int64_t begun = o->h->events.time[lin_event(o->ops[op].inv)], deadline;
    if (__builtin_add_overflow(begun, ttl, &deadline))
        deadline = INT64_MAX;
    if (__builtin_sub_overflow(deadline, slack, &deadline))
        deadline = INT64_MIN;
    size_t i = first_at(t, deadline);
    uint32_t end = i < t->n ? 2 * sort_key(t->at[i]) : 2 * (uint32_t)o->h->events.n;
    return end > o->ops[op].inv ? end : o->ops[op].inv;
}

static bool has_term(const struct object *o, uint32_t op)
{
    return lease_action(o, op) == ACT_ACQUIRE || lease_action(o, op) == ACT_RENEW;
}

static void find_lengths(struct object *o, struct lease *x)
{
    x->equal = true;
    for (uint32_t i = 0; i < o->n && x->equal; i++)
        x->equal = !has_term(o, i) || lease_ttl(o, i) == x->least[owner_of(o, i)] ||
                   x->least[owner_of(o, i)] == 0;
    if (x->equal)
        return;
    x->length = arena_zalloc(&o->arena, (o->nclasses + 1) * sizeof *x->length);
    for (uint32_t i = 0; i < o->n; i++) {
        int64_t ms = has_term(o, i) ? lease_ttl(o, i) / NS_PER_MS : 0;
        uint32_t cls = o->ops[i].cls, crashed = o->classes[cls].relaxed;
        x->length[cls] = x->length[crashed] = ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
    }
}

static void set_class(struct object *o, uint32_t op, uint32_t end)
{
    struct lease *x = locks_of(o)->lease;
    uint32_t cls = o->ops[op].cls, crashed = o->classes[cls].relaxed;
    x->end[crashed] = x->end[cls] = end;
    x->res[crashed] = RES_INF;
    x->res[cls] = o->ops[op].res;
}

void lease_terms(struct object *o)
{
    struct lease *x = locks_of(o)->lease;
    struct timeline t = {0};
    x->end = arena_zalloc(&o->arena, (o->nclasses + 1) * sizeof *x->end);
    x->res = arena_zalloc(&o->arena, (o->nclasses + 1) * sizeof *x->res);
    gather(o, &t);
    o->doubt = read_times(o, x->slack, &t);
    find_lengths(o, x);
    for (uint32_t i = 0; i < o->n; i++) {
        uint32_t end = !has_term(o, i) || o->doubt ? o->ops[i].inv : end_of(o, i, &t);
        set_class(o, i, end);
    }
    mem_free(t.at);
    mem_free(t.time);
}
