/* The list, the set of what is done and its packed form. */
#include "base/hash.h"
#include "base/mem.h"
#include "base/sort.h"
#include "checker/container.h"
#include "checker/wgl.h"

enum { KEY_HEAD = 3 };

static uint64_t mark_ok(uint32_t i)
{
    return hash_u64((uint64_t)1 << 62 | i);
}

static uint64_t mark_state(uint32_t state)
{
    return hash_u64((uint64_t)3 << 62 | state);
}

/* Ok operations by invocation, crashed ones that can matter by class and then invocation. */
static void split(struct wgl *w)
{
    const struct object *o = w->o;
    uint32_t *noticed = container_noticed(o);
    uint64_t *k = mem_alloc(o->crashed * sizeof *k);
    uint32_t crashed = 0;
    for (uint32_t i = 0; i < o->n; i++) {
        if (o->ops[i].res != RES_INF)
            w->ok[w->nok++] = i;
        else if (noticed[i] > o->ops[i].inv)
            k[crashed++] = sort_word(o->ops[i].cls, i);
    }
    mem_free(noticed);
    sort_by_high32(k, crashed);
    for (uint32_t c = 0; c < crashed; c++) {
        if (c == 0 || sort_key(k[c]) != sort_key(k[c - 1]))
            w->pools[w->npools++] = (struct wgl_pool){.cls = sort_key(k[c]), .first = c};
        w->pools[w->npools - 1].n++;
        w->crashed[c] = sort_id(k[c]);
    }
    w->ncrashed = crashed;
    mem_free(k);
}

static void append(struct wgl *w, uint32_t entry)
{
    uint32_t last = w->prev[0];
    w->next[last] = entry;
    w->prev[entry] = last;
    w->next[entry] = 0;
    w->prev[0] = entry;
}

/* Merge calls (sorted) and returns (sorted here) by position. */
static void link_entries(struct wgl *w)
{
    const struct lin_op *ops = w->o->ops;
    uint64_t *ret = mem_alloc(w->nok * sizeof *ret);
    for (uint32_t i = 0; i < w->nok; i++)
        ret[i] = sort_word(ops[w->ok[i]].res, i);
    sort_by_high32(ret, w->nok);
    w->next[0] = w->prev[0] = 0;
    for (uint32_t i = 0, r = 0; r < w->nok;) {
        if (i < w->nok && ops[w->ok[i]].inv < sort_key(ret[r])) {
            append(w, 2 * i + 1);
            i++;
        } else {
            append(w, 2 * sort_id(ret[r]) + 2);
            r++;
        }
    }
    mem_free(ret);
}

void wgl_open(struct wgl *w, struct object *o, struct budget *budget)
{
    size_t nok = o->n - o->crashed, words = nok / 32 + 1;
    *w = (struct wgl){
        .o = o,
        .ok = mem_alloc(nok * sizeof *w->ok),
        .crashed = mem_alloc(o->crashed * sizeof *w->crashed),
        .pools = mem_alloc(o->crashed * sizeof *w->pools),
        .next = mem_alloc((2 * nok + 1) * sizeof *w->next),
        .prev = mem_alloc((2 * nok + 1) * sizeof *w->prev),
        .state = o->init_state,
        .done = mem_zalloc(words, sizeof *w->done),
        .use = mem_alloc(o->crashed * sizeof *w->use),
        .key = mem_alloc((KEY_HEAD + words) * sizeof *w->key),
        .rival = mem_alloc(o->nclasses * sizeof *w->rival),
        .wall = WGL_NONE,
        .deepest = WGL_NONE,
    };
    memset(w->rival, 0xff, o->nclasses * sizeof *w->rival);
    split(w);
    link_entries(w);
    w->left = w->nok;
    wgl_cache_init(&w->cache, budget, KEY_HEAD + words + 2 * o->crashed);
}

void wgl_close(struct wgl *w)
{
    mem_free(w->ok);
    mem_free(w->crashed);
    mem_free(w->pools);
    mem_free(w->next);
    mem_free(w->prev);
    mem_free(w->done);
    mem_free(w->use);
    mem_free(w->path);
    mem_free(w->key);
    mem_free(w->turn);
    mem_free(w->rival);
    wgl_cache_free(&w->cache);
}

static void lift(struct wgl *w, uint32_t e)
{
    w->next[w->prev[e]] = w->next[e];
    w->prev[w->next[e]] = w->prev[e];
}

static void unlift(struct wgl *w, uint32_t e)
{
    w->next[w->prev[e]] = e;
    w->prev[w->next[e]] = e;
}

static void take_ok(struct wgl *w, uint32_t i)
{
    lift(w, 2 * i + 1);
    lift(w, 2 * i + 2);
    w->left--;
    w->hash ^= mark_ok(i);
    w->done[i / 32] |= 1u << (i % 32);
    if (i / 32 > w->high)
        w->high = i / 32;
    while (w->first < w->nok && w->done[w->first / 32] >> (w->first % 32) & 1)
        w->first++;
}

static void put_back_ok(struct wgl *w, uint32_t i)
{
    unlift(w, 2 * i + 2);
    unlift(w, 2 * i + 1);
    w->left++;
    w->hash ^= mark_ok(i);
    w->done[i / 32] &= ~(1u << (i % 32));
    if (i < w->first)
        w->first = i;
}

static void take_crashed(struct wgl *w, uint32_t pool)
{
    w->pools[pool].used++;
    uint32_t at = w->nuse;
    while (at > 0 && w->use[at - 1].pool > pool)
        at--;
    if (at > 0 && w->use[at - 1].pool == pool) {
        w->use[at - 1].count++;
        return;
    }
    memmove(w->use + at + 1, w->use + at, (w->nuse++ - at) * sizeof *w->use);
    w->use[at] = (struct wgl_use){pool, 1};
}

static void put_back_crashed(struct wgl *w, uint32_t pool)
{
    w->pools[pool].used--;
    uint32_t at = 0;
    while (w->use[at].pool != pool)
        at++;
    if (--w->use[at].count > 0)
        return;
    w->nuse--;
    memmove(w->use + at, w->use + at + 1, (w->nuse - at) * sizeof *w->use);
}

void wgl_push(struct wgl *w, struct wgl_frame f, uint32_t next_state)
{
    w->path = mem_grow(w->path, &w->path_cap, w->npath + 1, sizeof *w->path);
    w->path[w->npath++] = f;
    if (f.what & WGL_CRASHED)
        take_crashed(w, f.what & ~WGL_CRASHED);
    else
        take_ok(w, f.what);
    w->hash ^= mark_state(f.state) ^ mark_state(next_state);
    w->state = next_state;
}

struct wgl_frame wgl_pop(struct wgl *w)
{
    struct wgl_frame f = w->path[--w->npath];
    w->hash ^= mark_state(f.state) ^ mark_state(w->state);
    w->state = f.state;
    if (f.what & WGL_CRASHED)
        put_back_crashed(w, f.what & ~WGL_CRASHED);
    else
        put_back_ok(w, f.what);
    return f;
}

uint32_t wgl_op(const struct wgl *w, uint32_t what)
{
    if (!(what & WGL_CRASHED))
        return w->ok[what];
    const struct wgl_pool *p = &w->pools[what & ~WGL_CRASHED];
    return w->crashed[p->first + p->used];
}

uint32_t wgl_class(const struct wgl *w, uint32_t what)
{
    return what & WGL_CRASHED ? w->pools[what & ~WGL_CRASHED].cls : w->o->ops[w->ok[what]].cls;
}

/* The packed key: its length, the state, the first word of the window, the window. Everything
 * before the window is done. */
enum wgl_cache_answer wgl_visit(struct wgl *w)
{
    uint32_t base = w->first / 32;
    while (w->high > base && w->done[w->high] == 0)
        w->high--;
    size_t n = KEY_HEAD;
    for (uint32_t word = base; word <= w->high; word++)
        w->key[n++] = w->done[word];
    w->key[0] = (uint32_t)n;
    w->key[1] = w->state;
    w->key[2] = base;
    return wgl_cache_add(&w->cache, w->key, n, w->hash, w->use, w->nuse);
}
