/* Registers online. The zones of zones.c, of which only those are kept that can still matter.
 *
 * All operations on one value form a cluster: f is its first completion, s the latest invocation
 * among its operations (the write included) that have completed. Clusters u and v contradict each
 * other iff f_u < s_v and f_v < s_u. f is final when the cluster appears, so clusters appear in the
 * order of f; s only grows. A completion changes one cluster, hence the test: among clusters
 * with f < s_v, does any other have s > f_v? A tree of maxima over the clusters answers it.
 *
 * Let t be the invocation of the oldest open operation. A cluster b with f_b < t and s_b < t can be
 * forgotten when some other a has f_a < t and s_a > f_b: whatever completes later on b was invoked
 * after t, so after f_a, and contradicts a. It is enough to know the a with the greatest s: an
 * older cluster with f < s_a and s >= t would contradict it already. A value that is neither kept
 * nor being written is a violation when it is read; and when it is written again this is a new
 * value in all respects, because no later result can speak of the old one. So values may repeat,
 * but not while the old one can still be read.
 *
 * A crashed write no longer holds t back, but its value stays until it has been seen and replaced.
 * A failed write of a value that was seen is a violation when it fails.
 * O(log w) per event, w clusters and crashed writes kept. Source: research 9, after Gibbons and
 * Korach, Testing Shared Memories (1997). */
#include "base/mem.h"
#include "checker/online_ids.h"
#include "checker/online_kind.h"

#define NONE UINT32_MAX

/* A value that is being written, or that can be read. */
struct known {
    uint32_t place;  /* of its cluster, or NONE */
    uint64_t writer; /* invocation of its write */
};

/* Clusters by f. A place whose s is 0 is empty. */
struct line {
    uint64_t *f;
    uint32_t *known;
    uint64_t *tree; /* maxima of s: leaves from `cap` on */
    size_t n, cap;
};

struct values_kept {
    struct online_ids ids;
    struct known *known; /* by id */
    size_t known_cap;
    struct line line;
    size_t before; /* places with f < t, as far as looked at */
    size_t passed; /* places that are empty, but for `spared` */
    uint32_t spared;
    uint32_t latest; /* of the first `before` places one with the greatest s, or NONE */
};

/* --- the line --------------------------------------------------------------------------------*/

static uint64_t s_at(const struct line *l, size_t place)
{
    return l->tree[l->cap + place];
}

static void set_s(struct line *l, size_t place, uint64_t s)
{
    size_t i = l->cap + place;
    l->tree[i] = s;
    while (i > 1) {
        i /= 2;
        uint64_t left = l->tree[2 * i], right = l->tree[2 * i + 1];
        l->tree[i] = left > right ? left : right;
    }
}

/* Greatest s of the places from..to-1, 0 when there is none. */
static uint64_t max_s(const struct line *l, size_t from, size_t to)
{
    uint64_t max = 0;
    size_t a = from + l->cap, b = to + l->cap;
    for (; a < b; a /= 2, b /= 2) {
        if (a & 1) {
            max = l->tree[a] > max ? l->tree[a] : max;
            a++;
        }
        if (b & 1) {
            b--;
            max = l->tree[b] > max ? l->tree[b] : max;
        }
    }
    return max;
}

/* Number of places with f < limit. */
static size_t count_before(const struct line *l, uint64_t limit)
{
    size_t low = 0, high = l->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (l->f[mid] < limit)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Move what is kept to the front, into as much room as twice of that needs. */
static void rebuild(struct values_kept *k)
{
    struct line old = k->line, *l = &k->line;
    size_t kept = old.n - k->passed + (k->spared != NONE), cap = 8;
    while (cap < 2 * (kept + 1))
        cap *= 2;
    *l = (struct line){.cap = cap};
    l->f = mem_alloc(cap * sizeof *l->f);
    l->known = mem_alloc(cap * sizeof *l->known);
    l->tree = mem_zalloc(2 * cap, sizeof *l->tree);
    uint32_t latest = NONE;
    for (size_t i = 0; i < old.n; i++) {
        if (s_at(&old, i) == 0)
            continue;
        latest = i == k->latest ? (uint32_t)l->n : latest;
        l->f[l->n] = old.f[i];
        l->known[l->n] = old.known[i];
        l->tree[cap + l->n] = s_at(&old, i);
        k->known[old.known[i]].place = (uint32_t)l->n++;
    }
    for (size_t i = cap; i-- > 1;)
        l->tree[i] = l->tree[2 * i] > l->tree[2 * i + 1] ? l->tree[2 * i] : l->tree[2 * i + 1];
    size_t spared = k->spared != NONE;
    k->before = k->before - k->passed + spared;
    k->passed = spared;
    k->spared = spared ? 0 : NONE;
    k->latest = latest;
    mem_free(old.f);
    mem_free(old.known);
    mem_free(old.tree);
}

static uint32_t append(struct values_kept *k, uint64_t f, uint64_t s, uint32_t known)
{
    struct line *l = &k->line;
    if (l->n == l->cap)
        rebuild(k);
    size_t place = l->n++;
    l->f[place] = f;
    l->known[place] = known;
    set_s(l, place, s);
    k->known[known].place = (uint32_t)place;
    return (uint32_t)place;
}

/* --- values ----------------------------------------------------------------------------------*/

static uint32_t add_known(struct values_kept *k, val v, uint64_t writer)
{
    uint32_t id = online_ids_add(&k->ids, v);
    k->known = mem_grow(k->known, &k->known_cap, k->ids.n, sizeof *k->known);
    k->known[id] = (struct known){.place = NONE, .writer = writer};
    return id;
}

static void forget_place(struct values_kept *k, size_t place)
{
    online_ids_remove(&k->ids, k->line.known[place]);
    set_s(&k->line, place, 0);
}

/* Forget the clusters that no later result can be about. */
static void advance(struct values_kept *k, uint64_t t)
{
    struct line *l = &k->line;
    for (; k->before < l->n && l->f[k->before] < t; k->before++)
        if (k->latest == NONE || s_at(l, k->before) > s_at(l, k->latest))
            k->latest = (uint32_t)k->before;
    if (k->latest == NONE)
        return;
    uint64_t s = s_at(l, k->latest);
    if (k->spared != NONE && k->spared != k->latest && l->f[k->spared] < s) {
        forget_place(k, k->spared);
        k->spared = NONE;
    }
    for (; k->passed < k->before && l->f[k->passed] < s; k->passed++) {
        if (k->passed == k->latest)
            k->spared = k->latest;
        else
            forget_place(k, k->passed);
    }
}

/* --- the kind --------------------------------------------------------------------------------*/

static void *open_values(const struct online_options *o)
{
    struct values_kept *k = mem_zalloc(1, sizeof *k);
    k->spared = k->latest = NONE;
    rebuild(k);
    (void)append(k, 1, 1, add_known(k, o->initial, 1));
    return k;
}

static void close_values(void *object)
{
    struct values_kept *k = object;
    mem_free(k->known);
    online_ids_free(&k->ids);
    mem_free(k->line.f);
    mem_free(k->line.known);
    mem_free(k->line.tree);
    mem_free(k);
}

static enum online_state invoked(void *object, struct online_step *s)
{
    struct values_kept *k = object;
    if (s->op->idle)
        return ONLINE_GOING;
    if (online_ids_find(&k->ids, s->op->cls.a) != NO_ID)
        return online_lost(s, "a value is written again while the earlier one can still be read");
    (void)add_known(k, s->op->cls.a, s->op->inv);
    return ONLINE_GOING;
}

/* The operation that completes now is of this cluster. */
static void see(struct values_kept *k, uint32_t id, const struct online_step *s)
{
    const struct known *v = &k->known[id];
    uint64_t inv = s->op->inv > v->writer ? s->op->inv : v->writer;
    if (v->place == NONE) {
        (void)append(k, s->now, inv, id);
    } else if (inv > s_at(&k->line, v->place)) {
        set_s(&k->line, v->place, inv);
        if (v->place < k->before && inv > s_at(&k->line, k->latest))
            k->latest = v->place;
    }
}

static bool contradicted(const struct values_kept *k, uint32_t place)
{
    const struct line *l = &k->line;
    size_t n = count_before(l, s_at(l, place));
    uint64_t others = max_s(l, 0, n < place ? n : place);
    if (n > (size_t)place + 1) {
        uint64_t later = max_s(l, (size_t)place + 1, n);
        others = later > others ? later : others;
    }
    return others > l->f[place];
}

static enum online_state ok(void *object, struct online_step *s)
{
    struct values_kept *k = object;
    if (!s->result) {
        advance(k, s->oldest);
        return ONLINE_GOING;
    }
    val v = s->result->action == ACT_WRITE ? s->result->a : s->result->b;
    uint32_t id = online_ids_find(&k->ids, v);
    enum val_kind kind = val_kind(&s->h->values, v);
    if (id == NO_ID && (kind == V_LIST || kind == V_SET || kind == V_MAP))
        return online_lost(s, "a read returned a collection that is no value of the register");
    if (id == NO_ID)
        return online_violated(s, "a read returned a value that was not there: it had been "
                                  "replaced, or nothing wrote it");
    see(k, id, s);
    if (contradicted(k, k->known[id].place))
        return online_violated(s, "two values each had to be replaced before the other was "
                                  "written");
    advance(k, s->oldest);
    return ONLINE_GOING;
}

static enum online_state failed(void *object, struct online_step *s)
{
    struct values_kept *k = object;
    uint32_t id = s->op->idle ? NO_ID : online_ids_find(&k->ids, s->op->cls.a);
    if (id != NO_ID && k->known[id].place != NONE)
        return online_violated(s, "a write failed whose value had been read");
    if (id != NO_ID)
        online_ids_remove(&k->ids, id);
    advance(k, s->oldest);
    return ONLINE_GOING;
}

static enum online_state crashed(void *object, struct online_step *s)
{
    advance(object, s->oldest);
    return ONLINE_GOING;
}

static void move(void *object, const struct value_mover *m)
{
    struct values_kept *k = object;
    online_ids_move(&k->ids, m);
}

static size_t kept(const void *object)
{
    const struct values_kept *k = object;
    return online_ids_used(&k->ids);
}

static const char *const names[] = {"register", NULL};

const struct online_kind online_register = {
    .name = "online-zones",
    .summary = "registers without cas; a value may be written again when nothing can read the old "
               "one any more",
    .models = names,
    .open = open_values,
    .close = close_values,
    .invoked = invoked,
    .ok = ok,
    .failed = failed,
    .crashed = crashed,
    .move = move,
    .kept = kept,
};
