/* From a surviving path of the frontier search to a linearization.
 *
 * The path holds only the operations that were applied for real. The others are put back by
 * replaying the events: an observer goes where the state is first legal for it (R1), an operation
 * that would change nothing likewise, and a hidden blind operation directly before the first
 * blind operation applied while it was open (R5). */
#include "checker/jit_search.h"

#include "base/mem.h"

#include <string.h>

struct replay {
    struct jit *j;
    const struct jit_plan *plan;
    struct jit_trace *path; /* from the start */
    size_t npath, at;
    bool *on_path;      /* per op: applied for real */
    uint32_t *instance; /* per op: the ops of a crash class, chained in order of invocation */
    uint32_t *class_next;
    uint32_t state;
    uint32_t *waiting; /* open ops that are not on the path and not placed yet */
    size_t nwaiting;
    uint32_t *out;
    size_t nout;
};

static void read_path(struct replay *r, const uint64_t *c)
{
    struct jit *j = r->j;
    uint32_t first = (uint32_t)c[j->shape.words];
    for (uint32_t t = first; t != JIT_NO_TRACE; t = j->trace[t].parent)
        r->npath++;
    r->path = mem_alloc((r->npath + 1) * sizeof *r->path);
    size_t i = r->npath;
    for (uint32_t t = first; t != JIT_NO_TRACE; t = j->trace[t].parent)
        r->path[--i] = j->trace[t];
}

/* The k-th use of a crash class is by its k-th invoked operation. */
static void assign_crashed(struct replay *r)
{
    const struct jit_plan *p = r->plan;
    for (uint32_t c = 0; c < p->ncrash; c++)
        r->class_next[c] = UINT32_MAX;
    for (size_t i = p->o->n; i-- > 0;) {
        uint32_t c = p->crash_of[i];
        if (c == UINT32_MAX)
            continue;
        r->instance[i] = r->class_next[c];
        r->class_next[c] = (uint32_t)i;
    }
    for (size_t i = 0; i < r->npath; i++) {
        uint32_t what = r->path[i].what;
        if (what & JIT_CRASHED) {
            uint32_t op = r->class_next[what & ~JIT_CRASHED];
            r->class_next[what & ~JIT_CRASHED] = r->instance[op];
            r->path[i].what = op;
        }
        r->on_path[r->path[i].what] = true;
    }
}

/* Place waiting operations that are legal and change nothing in the present state. */
static void place_quiet(struct replay *r)
{
    size_t k = 0;
    for (size_t i = 0; i < r->nwaiting; i++) {
        uint32_t op = r->waiting[i];
        if (jit_next_state(r->j, r->state, r->plan->effect[op], 0) == r->state)
            r->out[r->nout++] = op;
        else
            r->waiting[k++] = op;
    }
    r->nwaiting = k;
}

static void place_hidden(struct replay *r)
{
    size_t k = 0;
    for (size_t i = 0; i < r->nwaiting; i++) {
        uint32_t op = r->waiting[i];
        if (r->plan->effects[r->plan->effect[op]].blind)
            r->out[r->nout++] = op;
        else
            r->waiting[k++] = op;
    }
    r->nwaiting = k;
}

static bool apply_next(struct replay *r)
{
    uint32_t op = r->path[r->at].what, way = r->path[r->at].way;
    r->at++;
    const struct jit_effect *f = &r->plan->effects[r->plan->effect[op]];
    if (f->blind)
        place_hidden(r);
    uint32_t to = jit_next_state(r->j, r->state, r->plan->effect[op], way);
    if (to == NO_STATE)
        return false;
    r->state = to;
    r->out[r->nout++] = op;
    place_quiet(r);
    return true;
}

static bool still_waits(const struct replay *r, uint32_t op)
{
    for (size_t i = 0; i < r->nwaiting; i++) {
        if (r->waiting[i] == op)
            return true;
    }
    return false;
}

static bool replay_events(struct replay *r)
{
    const struct jit_plan *p = r->plan;
    for (uint32_t e = 0; e < p->nevents; e++) {
        uint32_t op = p->event[e] >> 1;
        if (p->event[e] & 1) {
            while (r->at < r->npath && r->path[r->at].event == e) {
                if (!apply_next(r))
                    return false;
            }
            if (still_waits(r, op))
                return false;
        } else if (p->o->ops[op].res != RES_INF && !r->on_path[op]) {
            r->waiting[r->nwaiting++] = op;
            place_quiet(r);
        }
    }
    return r->at == r->npath;
}

bool jit_witness(struct jit *j, const uint64_t *c, struct arena *a, uint32_t **out, size_t *n)
{
    size_t ops = j->o->n;
    struct replay r = {.j = j, .plan = j->plan, .state = j->plan->init_state};
    read_path(&r, c);
    r.on_path = mem_zalloc(ops + 1, sizeof *r.on_path);
    r.instance = mem_alloc((ops + 1) * sizeof *r.instance);
    r.class_next = mem_alloc((j->plan->ncrash + 1u) * sizeof *r.class_next);
    r.waiting = mem_alloc((ops + 1) * sizeof *r.waiting);
    r.out = arena_alloc(a, (ops + 1) * sizeof *r.out);
    assign_crashed(&r);
    bool good = replay_events(&r);
    *out = r.out;
    *n = r.nout;
    mem_free(r.path);
    mem_free(r.on_path);
    mem_free(r.instance);
    mem_free(r.class_next);
    mem_free(r.waiting);
    return good;
}
