/* What may be linearized next, and in which order it is tried. */
#include "base/mem.h"
#include "checker/wgl.h"

static uint32_t step(const struct wgl *w, uint32_t state, uint32_t cls)
{
    return w->o->model->step(w->o, state, cls, 0);
}

static bool is_call(uint32_t entry)
{
    return entry % 2 == 1;
}

void wgl_settle(struct wgl *w)
{
    uint32_t e = w->next[0];
    while (is_call(e)) {
        uint32_t i = e / 2, cls = wgl_class(w, i), before = w->prev[e];
        if (w->o->classes[cls].pure && step(w, w->state, cls) != NO_STATE) {
            wgl_push(w, (struct wgl_frame){i, w->state, WGL_FORCED, 0}, w->state);
            e = before;
        }
        e = w->next[e];
    }
    w->wall = e ? e / 2 - 1 : WGL_NONE;
}

void wgl_note(struct wgl *w)
{
    if (w->wall == WGL_NONE)
        return;
    const struct lin_op *ops = w->o->ops;
    if (w->deepest == WGL_NONE || ops[w->ok[w->wall]].res > ops[w->ok[w->deepest]].res) {
        w->deepest = w->wall;
        w->nstates = 0;
    }
    if (w->wall != w->deepest)
        return;
    for (size_t i = 0; i < w->nstates; i++)
        if (w->states[i] == w->state)
            return;
    if (w->nstates < WGL_STATES)
        w->states[w->nstates++] = w->state;
}

/* What opens the wall comes first, then the earliest return; crashed operations come last. */
static void add_candidate(struct wgl *w, uint32_t what, uint32_t key)
{
    uint32_t next = step(w, w->state, wgl_class(w, what));
    if (next == NO_STATE)
        return;
    bool opens = what == w->wall || step(w, next, wgl_class(w, w->wall)) != NO_STATE;
    uint64_t rank = ((uint64_t)(what >= WGL_CRASHED) * 2 + !opens) << 32 | key;
    w->turn = mem_grow(w->turn, &w->turn_cap, w->nturn + 1, sizeof *w->turn);
    size_t at = w->nturn++;
    for (; at > 0 && w->turn[at - 1].rank > rank; at--)
        w->turn[at] = w->turn[at - 1];
    w->turn[at] = (struct wgl_turn){rank, what};
}

/* Of open operations of one class the one that returns first is as good as any: rival[class]. */
static void find_rivals(struct wgl *w)
{
    const struct lin_op *ops = w->o->ops;
    uint32_t e = w->next[0];
    for (; is_call(e); e = w->next[e]) {
        uint32_t *best = &w->rival[wgl_class(w, e / 2)];
        if (*best == WGL_NONE || ops[w->ok[e / 2]].res < ops[w->ok[*best]].res)
            *best = e / 2;
    }
    w->wall = e / 2 - 1;
}

void wgl_candidates(struct wgl *w)
{
    const struct lin_op *ops = w->o->ops;
    w->nturn = 0;
    find_rivals(w);
    for (uint32_t e = w->next[0]; is_call(e); e = w->next[e])
        if (w->rival[wgl_class(w, e / 2)] == e / 2)
            add_candidate(w, e / 2, ops[w->ok[e / 2]].res);
    uint32_t wall = ops[w->ok[w->wall]].res;
    for (uint32_t p = 0; p < w->npools; p++) {
        const struct wgl_pool *pool = &w->pools[p];
        if (pool->used < pool->n && w->rival[pool->cls] == WGL_NONE &&
            ops[wgl_op(w, WGL_CRASHED | p)].inv < wall)
            add_candidate(w, WGL_CRASHED | p, p);
    }
    for (uint32_t e = w->next[0]; is_call(e); e = w->next[e])
        w->rival[wgl_class(w, e / 2)] = WGL_NONE;
}
