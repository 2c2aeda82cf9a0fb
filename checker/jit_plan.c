/* Plan of the frontier search: everything that is the same for every configuration.
 *
 * Crashed operations (R0 of research/algorithms.md 1.4.2, extended to a point in time): a crashed
 * write or cas that sets v can be noticed only by an observer of v (a read of v, a cas from v)
 * that returns after the crashed operation was invoked. last[v] is the last return of such an
 * observer; a crashed cas(v, w) observes v as long as w can be noticed, which makes it a fixpoint.
 * Crashed operations whose last[v] lies before their invocation are dropped; the others are dead
 * (their counts forgotten, configurations merged) once last[v] has passed.
 *
 * The same holds for a crashed operation that puts an element into a container, see container.h.
 *
 * Cover (windowed dead values): if a blind write W is invoked after event e and returns at
 * position c, then whatever the register holds at e is overwritten by c at the latest. A value
 * that no open operation observes and that no observer invoked before c asks for is as good as
 * any other: the search replaces it by DEAD and configurations merge. */
#include "checker/jit_plan.h"

#include "base/mem.h"
#include "base/sort.h"
#include "checker/container.h"

static uint32_t state_of(struct jit_plan *p, struct map64 *ids, val v)
{
    uint32_t s = map64_get(ids, v);
    if (s == MAP64_NONE) {
        s = p->nstates++;
        map64_put(ids, v, s);
        p->state_val[s] = v;
    }
    return s;
}

static struct jit_effect register_effect(struct jit_plan *p, struct map64 *ids,
                                         const struct op_class *c)
{
    struct jit_effect f = {.action = c->action, .pure = c->pure, .blind = c->blind};
    if (c->action == ACT_CAS) {
        f.from = state_of(p, ids, c->a);
        f.to = state_of(p, ids, c->b);
    } else {
        f.to = state_of(p, ids, c->action == ACT_READ ? c->b : c->a);
        f.from = f.to;
    }
    if (c->action == ACT_CAS && f.from == f.to)
        f.action = ACT_READ;
    return f;
}

static uint32_t add_effect(struct jit_plan *p, struct map64 *ids, struct map64 *same, uint32_t cls)
{
    const struct op_class *k = &p->o->classes[cls];
    struct jit_effect f = {.action = ACT_OTHER, .pure = k->pure, .blind = k->blind, .cls = cls,
                           .many = !k->result_known};
    if (p->reg) {
        f = register_effect(p, ids, k);
        f.cls = cls;
        uint64_t key = ((uint64_t)f.action << 60) | ((uint64_t)f.from << 30) | f.to;
        uint32_t known = map64_get(same, key);
        if (known != MAP64_NONE)
            return known;
        map64_put(same, key, p->neffects);
    }
    p->effects[p->neffects] = f;
    return p->neffects++;
}

/* Effects of all classes in use; registers merge classes that do the same. The work is in the
 * number of operations, not of classes: relaxed objects have few of many. */
static void make_effects(struct jit_plan *p)
{
    struct object *o = p->o;
    struct map64 ids = {0}, same = {0}, of_class = {0};
    p->effects = mem_zalloc(o->n + 1, sizeof *p->effects);
    p->state_val = mem_zalloc(2 * o->n + 2, sizeof *p->state_val);
    p->init_state = p->reg ? state_of(p, &ids, o->initial) : o->init_state;
    p->effect = mem_alloc((o->n + 1) * sizeof *p->effect);
    for (size_t i = 0; i < o->n; i++) {
        uint32_t f = map64_get(&of_class, o->ops[i].cls);
        if (f == MAP64_NONE) {
            f = add_effect(p, &ids, &same, o->ops[i].cls);
            map64_put(&of_class, o->ops[i].cls, f);
        }
        p->effect[i] = f;
    }
    map64_free(&ids);
    map64_free(&same);
    map64_free(&of_class);
}

/* last[v]: the last position at which somebody can notice that v was set. */
static uint32_t *last_observed(const struct jit_plan *p)
{
    uint32_t *last = mem_zalloc((size_t)p->nstates + 1, sizeof *last);
    const struct object *o = p->o;
    for (size_t i = 0; i < o->n; i++) {
        const struct jit_effect *f = &p->effects[p->effect[i]];
        if (o->ops[i].res != RES_INF && f->action != ACT_WRITE && o->ops[i].res > last[f->from])
            last[f->from] = o->ops[i].res;
    }
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < o->n; i++) {
            const struct jit_effect *f = &p->effects[p->effect[i]];
            if (o->ops[i].res == RES_INF && f->action == ACT_CAS &&
                last[f->to] > o->ops[i].inv && last[f->to] > last[f->from]) {
                last[f->from] = last[f->to];
                again = true;
            }
        }
    }
    return last;
}

static unsigned bits_for(uint32_t n)
{
    unsigned b = 1;
    while (n >> b)
        b++;
    return b;
}

/* A class of a register is plentiful when at any time at least as many of it are invoked as ok
 * operations are: between two ok operations no path of the search uses a class twice (it would be
 * back in a state that it had), so it can never run out. Relaxed objects have many crashed and few
 * ok operations. Elsewhere the same operation can lead to ever new states (appends). */
static void find_plenty(struct jit_plan *p)
{
    struct object *o = p->o;
    uint32_t *invoked = mem_zalloc(p->ncrash + 1u, sizeof *invoked), ok = 0;
    for (uint32_t c = 0; c < p->ncrash; c++)
        p->crash[c].plenty = o->register_like;
    for (size_t i = 0; i < o->n; i++) {
        uint32_t c = p->crash_of[i];
        ok += o->ops[i].res != RES_INF;
        if (c == UINT32_MAX)
            continue;
        if (invoked[c] && invoked[c] < ok)
            p->crash[c].plenty = false;
        invoked[c]++;
    }
    for (uint32_t c = 0; c < p->ncrash; c++)
        p->crash[c].plenty &= invoked[c] >= ok;
    mem_free(invoked);
}

/* A count is a field of bits_for(total) bits and a guard bit above it, never across words. */
static void place_counts(struct jit_plan *p)
{
    unsigned word = 0, shift = 0;
    for (uint32_t c = 0; c < p->ncrash; c++) {
        if (p->crash[c].plenty)
            continue;
        unsigned w = bits_for(p->crash[c].total);
        if (shift + w + 1 > 64) {
            word++;
            shift = 0;
        }
        p->crash[c].word = (uint16_t)word;
        p->crash[c].shift = (uint8_t)shift;
        p->crash[c].width = (uint8_t)w;
        shift += w + 1;
    }
    p->nu = shift ? word + 1 : 0;
    p->guard = mem_zalloc(p->nu + 1u, sizeof *p->guard);
    for (uint32_t c = 0; c < p->ncrash; c++) {
        unsigned above = (unsigned)p->crash[c].shift + p->crash[c].width;
        if (p->crash[c].width)
            p->guard[p->crash[c].word] |= (uint64_t)1 << (above & 63);
    }
}

static void make_crashes(struct jit_plan *p, bool forget)
{
    struct object *o = p->o;
    uint32_t *of_effect = mem_alloc((p->neffects + 1u) * sizeof *of_effect);
    for (uint32_t f = 0; f < p->neffects; f++)
        of_effect[f] = UINT32_MAX;
    uint32_t *last = p->reg ? last_observed(p) : container_noticed(o);
    p->crash_of = mem_alloc((o->n + 1) * sizeof *p->crash_of);
    p->crash = mem_zalloc(o->crashed + 1, sizeof *p->crash);
    for (size_t i = 0; i < o->n; i++) {
        p->crash_of[i] = UINT32_MAX;
        if (o->ops[i].res != RES_INF)
            continue;
        uint32_t f = p->effect[i];
        uint32_t dead = forget ? last[p->reg ? p->effects[f].to : i] : RES_INF;
        if (p->effects[f].pure || dead < o->ops[i].inv)
            continue;
        if (of_effect[f] == UINT32_MAX) {
            of_effect[f] = p->ncrash++;
            p->crash[of_effect[f]] = (struct jit_crash){.effect = f, .dead_after = dead};
        }
        p->crash_of[i] = of_effect[f];
        p->crash[of_effect[f]].total++;
    }
    mem_free(of_effect);
    mem_free(last);
    find_plenty(p);
    place_counts(p);
}

static void order_events(struct jit_plan *p)
{
    struct object *o = p->o;
    uint64_t *k = mem_alloc((2 * o->n + 1) * sizeof *k);
    size_t n = 0;
    for (size_t i = 0; i < o->n; i++) {
        if (o->ops[i].res == RES_INF) {
            if (p->crash_of[i] != UINT32_MAX)
                k[n++] = ((uint64_t)o->ops[i].inv << 32) | (i << 1);
            continue;
        }
        k[n++] = ((uint64_t)o->ops[i].inv << 32) | (i << 1);
        k[n++] = ((uint64_t)o->ops[i].res << 32) | (i << 1) | 1;
    }
    sort_by_high32(k, n);
    p->event = mem_alloc((n + 1) * sizeof *p->event);
    for (size_t i = 0; i < n; i++)
        p->event[i] = (uint32_t)k[i];
    p->nevents = (uint32_t)n;
    mem_free(k);
}

/* Slots are given in event order and reused; the same in every pass of the search. */
static void give_slots(struct jit_plan *p)
{
    struct object *o = p->o;
    p->slot = mem_zalloc(o->n + 1, sizeof *p->slot);
    uint16_t *spare = NULL;
    size_t nspare = 0, cap = 0;
    for (uint32_t e = 0; e < p->nevents; e++) {
        uint32_t i = p->event[e] >> 1;
        if (o->ops[i].res == RES_INF)
            continue;
        if (p->event[e] & 1) {
            spare = mem_grow(spare, &cap, nspare + 1, sizeof *spare);
            spare[nspare++] = p->slot[i];
        } else {
            p->slot[i] = nspare ? spare[--nspare] : (uint16_t)p->nslots++;
        }
    }
    mem_free(spare);
    p->nw = (p->nslots + 63) / 64;
    if (p->nw == 0)
        p->nw = 1;
}

static bool is_observer(const struct jit_plan *p, size_t i)
{
    const struct jit_effect *f = &p->effects[p->effect[i]];
    return f->action != ACT_WRITE &&
           (p->o->ops[i].res != RES_INF || p->crash_of[i] != UINT32_MAX);
}

static void make_windows(struct jit_plan *p)
{
    struct object *o = p->o;
    p->obs_start = mem_zalloc((size_t)p->nstates + 2, sizeof *p->obs_start);
    size_t total = 0;
    for (size_t i = 0; i < o->n; i++) {
        if (is_observer(p, i)) {
            p->obs_start[p->effects[p->effect[i]].from + 2]++;
            total++;
        }
    }
    for (uint32_t s = 2; s < p->nstates + 2; s++)
        p->obs_start[s] += p->obs_start[s - 1];
    p->obs_at = mem_alloc((total + 1) * sizeof *p->obs_at);
    for (size_t i = 0; i < o->n; i++) {
        if (is_observer(p, i))
            p->obs_at[p->obs_start[p->effects[p->effect[i]].from + 1]++] = o->ops[i].inv;
    }
    p->next_cover = mem_alloc((p->nevents + 1u) * sizeof *p->next_cover);
    uint32_t cover = RES_INF;
    for (uint32_t e = p->nevents; e-- > 0;) {
        p->next_cover[e] = cover;
        const struct lin_op *op = &o->ops[p->event[e] >> 1];
        bool invoked = !(p->event[e] & 1) && op->res != RES_INF;
        if (invoked && p->effects[p->effect[p->event[e] >> 1]].action == ACT_WRITE &&
            op->res < cover)
            cover = op->res;
    }
}

void jit_plan_make(struct jit_plan *p, struct object *o, bool forget)
{
    *p = (struct jit_plan){.o = o, .reg = o->register_like};
    make_effects(p);
    make_crashes(p, forget);
    order_events(p);
    give_slots(p);
    if (p->reg)
        make_windows(p);
}

uint32_t jit_next_observer(const struct jit_plan *p, uint32_t s, uint32_t pos)
{
    uint32_t lo = p->obs_start[s], hi = p->obs_start[s + 1];
    uint32_t end = hi;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (p->obs_at[mid] > pos)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo < end ? p->obs_at[lo] : RES_INF;
}

void jit_plan_free(struct jit_plan *p)
{
    mem_free(p->event);
    mem_free(p->slot);
    mem_free(p->effect);
    mem_free(p->crash_of);
    mem_free(p->effects);
    mem_free(p->crash);
    mem_free(p->guard);
    mem_free(p->state_val);
    mem_free(p->obs_at);
    mem_free(p->obs_start);
    mem_free(p->next_cover);
    *p = (struct jit_plan){0};
}
