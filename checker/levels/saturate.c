/* Of a read r that observed w, only sessions count of which r has more before it than w has: what
 * else is before r is before w as well. And where the same session read the key before, at r',
 * only those of which r has more than r' had: what was before r' was put before what r' observed,
 * w1, and by w1 -> w it is before w. (Unless w was before r': then it could be the other way
 * round.) So of thousands of sessions that ended long ago, or have not begun, none is looked at:
 * clocks share the nodes in which they agree. */
#include "checker/levels/saturate.h"

#include "base/mem.h"

static const uint32_t NONE = UINT32_MAX;

struct of_key {
    uint32_t session; /* whose it is, + 1 */
    uint32_t own;     /* the first slot of this session or a later one */
    uint32_t read;    /* the last read of the key */
};

struct of_slot {
    uint32_t session; /* who looked at it last, + 1 */
    uint32_t before;  /* how many of its writes were before that read */
};

struct saturation {
    const struct past *p;
    const struct writes *w;
    struct of_key *keys;
    struct of_slot *slots;
    struct derived_list *conflicts;
    struct found *f;
};

/* What slot `i` says about read r, which is behind the first `limit` operations of its session.
 * `known`: what was before an earlier read of the key says nothing new. False when it contradicts
 * the order. */
static bool look_at(struct saturation *x, uint32_t i, uint32_t r, uint32_t limit, bool known)
{
    const struct view *v = x->p->v;
    const struct writes_slot *slot = &x->w->slots[i];
    struct of_slot *seen = &x->slots[i];
    uint32_t source = v->from[r];
    if (seen->session != v->session[r] + 1)
        *seen = (struct of_slot){v->session[r] + 1, 0};
    uint32_t n = writes_before(x->w, v, slot, limit, seen->before);
    bool again = n == seen->before;
    seen->before = n;
    if (n == 0 || (again && known))
        return true;
    uint32_t j = x->w->ids[slot->begin + n - 1];
    if (source == FROM_INITIAL || (j != source && past_before(x->p, source, j))) {
        *x->f = (struct found){source == FROM_INITIAL ? FOUND_INITIAL : FOUND_READ, r, j};
        return false;
    }
    if (x->conflicts && j != source && !past_before(x->p, j, source))
        derived_add(x->conflicts, (struct derived){j, source, r, EDGE_CONFLICT, 0});
    return true;
}

/* The other sessions in whose columns the clock of r is neither as in `a` nor as in `b`. */
static bool look_at_others(struct saturation *x, uint32_t r, vclock a, vclock b, bool known)
{
    const struct clocks *c = &x->p->clocks;
    const struct view *v = x->p->v;
    uint32_t key = v->key[r], i = x->w->first[key], end = x->w->first[key + 1];
    vclock row = x->p->clock[r];
    while (i < end) {
        uint32_t s = clock_next_change(c, row, a, b, x->w->slots[i].session);
        if (s == CLOCK_NONE)
            return true;
        i = writes_slot_from(x->w, i, end, s);
        if (i == end || x->w->slots[i].session != s)
            continue;
        if (s != v->session[r] && !look_at(x, i, r, clock_get(c, row, s), known))
            return false;
        i++;
    }
    return true;
}

static bool look(struct saturation *x, uint32_t r)
{
    const struct past *p = x->p;
    const struct view *v = p->v;
    uint32_t key = v->key[r], end = x->w->first[key + 1], source = v->from[r];
    struct of_key *k = &x->keys[key];
    bool again = k->session == v->session[r] + 1;
    if (!again)
        *k = (struct of_key){v->session[r] + 1,
                             writes_slot_from(x->w, x->w->first[key], end, v->session[r]), r};
    uint32_t last = k->read, earlier = v->from[last];
    bool back = from_write(source) && source != earlier && past_before(p, source, last);
    bool known = again && !back && (source != FROM_INITIAL || earlier == source);
    if (x->conflicts && known && from_write(earlier) && earlier != source &&
        !past_before(p, earlier, source))
        derived_add(x->conflicts, (struct derived){earlier, source, r, EDGE_CONFLICT, 0});
    k->read = r;
    vclock from = from_write(source) ? p->clock[source] : 0;
    if (k->own < end && x->w->slots[k->own].session == v->session[r] &&
        !look_at(x, k->own, r, view_place(v, r), known))
        return false;
    return look_at_others(x, r, from, known ? p->clock[last] : from, known);
}

bool saturate_once(const struct past *p, const struct writes *w, struct derived_list *conflicts,
                   struct found *f)
{
    const struct view *v = p->v;
    struct saturation x = {.p = p, .w = w, .conflicts = conflicts, .f = f};
    x.keys = mem_zalloc((size_t)v->nkeys + 1, sizeof *x.keys);
    x.slots = mem_zalloc((size_t)w->nslots + 1, sizeof *x.slots);
    bool good = true;
    for (uint32_t r = 0; r < v->n && good; r++)
        if (from_write(v->from[r]) || v->from[r] == FROM_INITIAL)
            good = look(&x, r);
    mem_free(x.keys);
    mem_free(x.slots);
    return good;
}

/* ---- what comes after a read ----------------------------------------------------------------- */

static bool is_after(const struct past *p, uint32_t source, uint32_t j)
{
    return source == NONE || past_before(p, source, j);
}

/* The first write of the slot that is after `source` (NONE: the initial value), or NONE. It is
 * sought from *near on, the last answer for the slot, with steps that double: reads that follow
 * each other have answers that are near. */
static uint32_t first_after(const struct past *p, const struct writes *w,
                            const struct writes_slot *slot, uint32_t source, uint32_t *near)
{
    uint32_t low = slot->begin, high = slot->end, at = *near, step = 1;
    bool down = at == high || is_after(p, source, w->ids[at]);
    if (down)
        high = at;
    else
        low = at + 1;
    while (high - low > step) {
        uint32_t probe = down ? high - step : low + step - 1;
        bool after = is_after(p, source, w->ids[probe]);
        if (after)
            high = probe;
        else
            low = probe + 1;
        if (after != down)
            break;
        step *= 2;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_after(p, source, w->ids[middle]))
            high = middle;
        else
            low = middle + 1;
    }
    *near = low;
    return low < slot->end ? w->ids[low] : NONE;
}

/* What replaced the value that read `i` observed comes after it. */
static void add_anti(const struct past *p, const struct writes *w, uint32_t i, uint32_t *near,
                     struct derived_list *out)
{
    const struct view *v = p->v;
    uint32_t source = v->from[i] == FROM_INITIAL ? NONE : v->from[i];
    for (uint32_t s = w->first[v->key[i]]; s < w->first[v->key[i] + 1]; s++) {
        if (w->slots[s].session == v->session[i])
            continue;
        uint32_t j = first_after(p, w, &w->slots[s], source, &near[s]);
        if (j != NONE && !past_before(p, i, j))
            derived_add(out, (struct derived){i, j, source,
                                              source == NONE ? EDGE_INITIAL : EDGE_ANTI, 0});
    }
}

void saturate_antis(const struct past *p, const struct writes *w, struct derived_list *out)
{
    const struct view *v = p->v;
    uint32_t *reader = mem_alloc(((size_t)v->n + v->nkeys + 1) * sizeof *reader);
    for (size_t i = 0; i < (size_t)v->n + v->nkeys; i++)
        reader[i] = NONE;
    uint32_t *near = mem_alloc(((size_t)w->nslots + 1) * sizeof *near);
    for (uint32_t s = 0; s < w->nslots; s++)
        near[s] = w->slots[s].end;
    for (uint32_t i = v->n; i-- > 0;) {
        uint32_t from = v->from[i] == FROM_INITIAL ? v->n + v->key[i] : v->from[i];
        if (!(from_write(v->from[i]) || v->from[i] == FROM_INITIAL) ||
            reader[from] == v->session[i])
            continue;
        reader[from] = v->session[i];
        add_anti(p, w, i, near, out);
    }
    mem_free(near);
    mem_free(reader);
}
