#include "checker/levels/saturate.h"

#include "base/mem.h"

/* A session reads a key again and again, and what is before it only grows. A slot of which all
 * writes were before an earlier read has nothing new to say, unless the read goes back to a write
 * that was before that earlier read: of thousands of sessions that ended only the open ones are
 * looked at. What an earlier read put before what it observed, `w1`, is before the write w that
 * this one observed, by w1 -> w. */
struct of_key {
    uint32_t session; /* whose it is, + 1 */
    uint32_t open;    /* how many slots of the key are */
    uint32_t read;    /* the last read of the key */
};

struct saturation {
    const struct past *p;
    const struct writes *w;
    struct of_key *keys;
    uint32_t *open;   /* of each key its open slots, where its slots are */
    uint32_t *before; /* of each slot: writes before the last read that looked at it */
    bool known;       /* that read observed the same */
    struct derived_list *conflicts;
    struct found *f;
};

/* What slot `i` says about read r. False when it contradicts the order. *full: nothing is left. */
static bool look_at(struct saturation *x, uint32_t i, uint32_t r, bool *full)
{
    const struct view *v = x->p->v;
    const struct writes_slot *slot = &x->w->slots[i];
    uint32_t source = v->from[r];
    uint32_t limit = slot->session == v->session[r]
                         ? view_place(v, r)
                         : clock_get(&x->p->clocks, x->p->clock[r], slot->session);
    uint32_t n = writes_before(x->w, v, slot, limit, x->before[i]);
    bool known = n == x->before[i] && x->known; /* the same two writes again */
    x->before[i] = n;
    *full = n == slot->end - slot->begin;
    if (n == 0 || known)
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

static bool look_at_open(struct saturation *x, struct of_key *k, uint32_t first, uint32_t r)
{
    uint32_t *open = x->open + first, left = 0;
    for (uint32_t i = 0; i < k->open; i++) {
        bool full;
        if (!look_at(x, open[i], r, &full))
            return false;
        open[left] = open[i];
        left += !full;
    }
    k->open = left;
    return true;
}

static bool look(struct saturation *x, uint32_t r)
{
    const struct view *v = x->p->v;
    uint32_t key = v->key[r], first = x->w->first[key], all = x->w->first[key + 1] - first;
    struct of_key *k = &x->keys[key];
    uint32_t source = v->from[r];
    bool again = k->session == v->session[r] + 1;
    uint32_t earlier = again ? v->from[k->read] : FROM_NOTHING;
    bool back = again && from_write(source) && source != earlier &&
                past_before(x->p, source, k->read);
    if (!again || back || (source == FROM_INITIAL && earlier != source)) {
        for (uint32_t i = 0; i < all; i++) {
            x->open[first + i] = first + i;
            x->before[first + i] = 0;
        }
        k->open = all;
    } else if (x->conflicts && from_write(earlier) && earlier != source &&
               !past_before(x->p, earlier, source)) {
        derived_add(x->conflicts, (struct derived){earlier, source, r, EDGE_CONFLICT, 0});
    }
    x->known = again && source == earlier;
    k->session = v->session[r] + 1;
    k->read = r;
    return look_at_open(x, k, first, r);
}

bool saturate_once(const struct past *p, const struct writes *w, struct derived_list *conflicts,
                   struct found *f)
{
    const struct view *v = p->v;
    struct saturation x = {.p = p, .w = w, .conflicts = conflicts, .f = f};
    x.keys = mem_zalloc((size_t)v->nkeys + 1, sizeof *x.keys);
    x.open = mem_alloc(((size_t)w->nslots + 1) * sizeof *x.open);
    x.before = mem_alloc(((size_t)w->nslots + 1) * sizeof *x.before);
    bool good = true;
    for (uint32_t r = 0; r < v->n && good; r++)
        if (from_write(v->from[r]) || v->from[r] == FROM_INITIAL)
            good = look(&x, r);
    mem_free(x.keys);
    mem_free(x.open);
    mem_free(x.before);
    return good;
}
