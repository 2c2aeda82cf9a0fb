#include "checker/levels/saturate.h"

#include "base/mem.h"

/* What was found for a slot of writes by the reads of one session, whose clocks only grow. */
struct memory {
    uint32_t session; /* whose it is, + 1 */
    uint32_t before;  /* writes of the slot before its last read of the key */
    uint32_t from;    /* what that read observed */
};

static bool look(const struct past *p, const struct writes *w, uint32_t r, struct memory *memory,
                 struct derived_list *conflicts, struct found *f)
{
    const struct view *v = p->v;
    uint32_t s = v->session[r], source = v->from[r];
    for (uint32_t i = w->first[v->key[r]]; i < w->first[v->key[r] + 1]; i++) {
        const struct writes_slot *slot = &w->slots[i];
        struct memory *m = &memory[i];
        if (m->session != s + 1)
            *m = (struct memory){s + 1, 0, FROM_NOTHING};
        uint32_t limit = slot->session == s ? view_place(v, r)
                                            : clock_get(&p->clocks, p->clock[r], slot->session);
        uint32_t before = writes_before(w, v, slot, limit, m->before);
        bool same = before == m->before && source == m->from;
        m->before = before;
        m->from = source;
        if (before == 0 || same)
            continue;
        uint32_t j = w->ids[slot->begin + before - 1];
        if (source == FROM_INITIAL || (j != source && past_before(p, source, j))) {
            *f = (struct found){source == FROM_INITIAL ? FOUND_INITIAL : FOUND_READ, r, j};
            return false;
        }
        if (conflicts && j != source && !past_before(p, j, source))
            derived_add(conflicts, (struct derived){j, source, r, EDGE_CONFLICT, 0});
    }
    return true;
}

bool saturate_once(const struct past *p, const struct writes *w, struct derived_list *conflicts,
                   struct found *f)
{
    const struct view *v = p->v;
    struct memory *memory = mem_zalloc((size_t)w->nslots + 1, sizeof *memory);
    bool good = true;
    for (uint32_t r = 0; r < v->n && good; r++)
        if (from_write(v->from[r]) || v->from[r] == FROM_INITIAL)
            good = look(p, w, r, memory, conflicts, f);
    mem_free(memory);
    return good;
}
