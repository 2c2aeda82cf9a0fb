/* The age of reads, and bounds for k.
 *
 * Version u certainly follows v when u's write began after v was seen, and u was certainly there
 * when a read began that began after u was seen. So a read of v is stale since the least `seen`
 * among the versions that follow v: one suffix minimum over versions by begin. How many followed
 * and were there is a count of points (begin, seen) in a quadrant, for stale reads only: they are
 * taken by begin, versions come in by `seen`, a Fenwick tree counts begins. The most that any read
 * is behind, plus 1, is a lower bound for k.
 * Upper bounds come from two orders that keep real time: each write takes effect when it is seen,
 * or when it begins; each read as early as its own begin and its version allow. A read is then
 * behind by the versions that took effect in between. When a bound meets the lower one, k is known.
 * Source: research/algorithms.md 6 (t-visibility, k). */
#include "checker/staleness/overwritten.h"

#include "base/mem.h"
#include "base/sort.h"

struct tree { /* Fenwick, over versions by begin */
    uint32_t *sum, n;
};

static void tree_add(struct tree *f, uint32_t i)
{
    for (i++; i <= f->n; i += i & (~i + 1))
        f->sum[i]++;
}

static uint32_t tree_upto(const struct tree *f, uint32_t i)
{
    uint32_t n = 0;
    for (i++; i > 0; i -= i & (~i + 1))
        n += f->sum[i];
    return n;
}

/* The first version whose write began after rank `at`: versions are by begin. */
static uint32_t first_after(const struct versions *t, uint32_t at)
{
    uint32_t low = 0, high = t->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (t->v[middle].begin > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static uint32_t sooner(const struct versions *t, uint32_t a, uint32_t b)
{
    if (a == NO_VERSION || b == NO_VERSION)
        return a == NO_VERSION ? b : a;
    return t->v[b].seen < t->v[a].seen ? b : a;
}

/* A chain hands on what follows its later versions. */
static void follow_chains(const struct versions *t, uint32_t *by)
{
    uint32_t *chain = mem_alloc((size_t)t->n * sizeof *chain);
    for (uint32_t v = 0; v < t->n; v++) {
        size_t n = 0;
        if (t->v[v].prev != NO_VERSION || t->v[v].next == NO_VERSION)
            continue;
        for (uint32_t x = v; x != NO_VERSION; x = t->v[x].next)
            chain[n++] = x;
        for (size_t i = n - 1; i-- > 0;) {
            uint32_t x = chain[i], next = chain[i + 1];
            by[x] = sooner(t, by[x], sooner(t, next, by[next]));
        }
    }
    mem_free(chain);
}

static void find_followers(const struct versions *t, uint32_t *by)
{
    uint32_t *least = mem_alloc(((size_t)t->n + 1) * sizeof *least);
    least[t->n] = NO_VERSION;
    for (uint32_t v = t->n; v-- > 0;)
        least[v] = t->v[v].seen == NO_RANK ? least[v + 1] : sooner(t, least[v + 1], v);
    for (uint32_t v = 0; v < t->n; v++)
        by[v] = t->v[v].seen == NO_RANK ? NO_VERSION : least[first_after(t, t->v[v].seen)];
    mem_free(least);
    if (t->cas)
        follow_chains(t, by);
}

/* Versions that count, by `seen`. */
static uint32_t by_seen(const struct versions *t, uint64_t *order)
{
    uint32_t m = 0;
    for (uint32_t v = 0; v < t->n; v++)
        if (t->v[v].seen != NO_RANK)
            order[m++] = sort_word(t->v[v].seen, v);
    sort_by_high32(order, m);
    return m;
}

/* The last read of those that missed a version: of the versions that were seen before its write
 * began, the read that began last. */
static void find_missed(const struct versions *t, const uint64_t *order, uint32_t m,
                        uint32_t *missed)
{
    uint32_t last = NO_VERSION, j = 0;
    for (uint32_t v = 0; v < t->n; v++) {
        for (; j < m && sort_key(order[j]) < t->v[v].begin; j++) {
            uint32_t r = t->v[sort_id(order[j])].last_read;
            if (r != NO_VERSION && (last == NO_VERSION || t->r[r].begin > t->r[last].begin))
                last = r;
        }
        bool misses = last != NO_VERSION && t->v[v].seen != NO_RANK &&
                      t->r[last].begin > t->v[v].seen;
        missed[v] = misses ? last : NO_VERSION;
    }
}

static void count_behind(const struct versions *t, const uint64_t *order, uint32_t m,
                         struct overwritten *w)
{
    struct tree f = {mem_zalloc((size_t)t->n + 2, sizeof(uint32_t)), t->n};
    uint32_t j = 0;
    for (uint32_t i = 0; i < w->nstale; i++) {
        const struct version_read *r = &t->r[w->stale[i]];
        for (; j < m && sort_key(order[j]) < r->begin; j++)
            tree_add(&f, sort_id(order[j]));
        uint32_t first = first_after(t, t->v[r->version].seen);
        uint32_t n = j - (first > 0 ? tree_upto(&f, first - 1) : 0);
        w->behind[i] = n > 0 ? n : 1; /* 1: its successor by cas */
        if (w->behind[i] + 1 > w->low) {
            w->low = w->behind[i] + 1;
            w->low_read = w->stale[i];
        }
    }
    mem_free(f.sum);
}

/* The most that a read is behind when writes take effect in the order of `place`, at ranks `at`. */
static uint32_t most_behind(const struct versions *t, const uint64_t *order, uint32_t m,
                            const uint32_t *place)
{
    uint32_t most = 1, j = 0;
    for (uint32_t i = 0; i < t->nr; i++) {
        const struct version_read *r = &t->r[i];
        while (j < m && sort_key(order[j]) < r->begin)
            j++;
        uint32_t after = place[r->version] + 1;
        uint32_t k = j > after ? j - after + 1 : 1;
        most = k > most ? k : most;
    }
    return most;
}

static void bound_above(const struct versions *t, uint64_t *order, uint32_t m,
                        struct overwritten *w)
{
    uint32_t *place = mem_alloc((size_t)t->n * sizeof *place);
    for (uint32_t i = 0; i < m; i++)
        place[sort_id(order[i])] = i;
    w->high = most_behind(t, order, m, place);
    for (uint32_t i = 0; i < m; i++)
        order[i] = sort_word(t->v[sort_id(order[i])].begin, sort_id(order[i]));
    sort_by_high32(order, m);
    for (uint32_t i = 0; i < m; i++)
        place[sort_id(order[i])] = i;
    uint32_t other = most_behind(t, order, m, place);
    w->high = other < w->high ? other : w->high;
    mem_free(place);
}

void overwritten_find(const struct versions *t, struct overwritten *w)
{
    *w = (struct overwritten){.low = 1, .high = 1, .low_read = NO_VERSION};
    uint64_t *order = mem_alloc((size_t)t->n * sizeof *order);
    w->by = mem_alloc((size_t)t->n * sizeof *w->by);
    w->missed = mem_alloc((size_t)t->n * sizeof *w->missed);
    find_followers(t, w->by);
    uint32_t m = by_seen(t, order);
    find_missed(t, order, m, w->missed);
    for (uint32_t i = 0; i < t->nr; i++)
        w->nstale += read_is_stale(t, w, &t->r[i]);
    w->stale = mem_alloc(((size_t)w->nstale + 1) * sizeof *w->stale);
    w->behind = mem_alloc(((size_t)w->nstale + 1) * sizeof *w->behind);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->nr; i++)
        if (read_is_stale(t, w, &t->r[i]))
            w->stale[n++] = i;
    if (w->nstale > 0)
        count_behind(t, order, m, w);
    bound_above(t, order, m, w);
    mem_free(order);
}

void overwritten_free(struct overwritten *w)
{
    mem_free(w->by);
    mem_free(w->missed);
    mem_free(w->stale);
    mem_free(w->behind);
    *w = (struct overwritten){0};
}
