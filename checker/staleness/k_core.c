/* Few operations that are not k-atomic. First the shortest bad prefix, in which what has not ended
 * is crashed; then reads and whole versions with their reads are dropped in chunks that halve, as
 * long as what is left is still bad. Dropping a version with all its reads leaves an order of the
 * rest, and so does dropping a read: what is bad without them is bad with them. O(n) for each try.
 */
#include "base/mem.h"
#include "checker/staleness/k_atomic.h"

enum { TRIES = 3000 };

struct shrink {
    const struct versions *t;
    uint32_t k, limit; /* events up to this rank */
    uint64_t most;
    struct budget *budget;
    uint8_t *drop_version, *drop_read;
    uint32_t *place; /* per version: where it is in `sub` */
    struct versions sub;
    unsigned tries;
};

static void restrict_versions(struct shrink *s)
{
    const struct versions *t = s->t;
    struct versions *u = &s->sub;
    u->n = u->nr = 0;
    for (uint32_t v = 0; v < t->n && t->v[v].begin <= s->limit; v++) {
        s->place[v] = NO_VERSION;
        if (s->drop_version[v] || t->v[v].seen == NO_RANK)
            continue;
        s->place[v] = u->n;
        struct version x = t->v[v];
        x.first_read = x.last_read = NO_VERSION;
        x.end = x.seen = x.end <= s->limit ? x.end : NO_RANK;
        u->v[u->n++] = x;
    }
    for (uint32_t i = 0; i < t->nr && t->r[i].begin <= s->limit; i++) {
        struct version_read r = t->r[i];
        if (r.end > s->limit || s->drop_read[i] || s->drop_version[r.version])
            continue;
        r.version = s->place[r.version];
        struct version *x = &u->v[r.version];
        if (x->first_read == NO_VERSION || r.end < u->r[x->first_read].end)
            x->first_read = u->nr;
        x->last_read = u->nr;
        x->seen = r.end < x->seen ? r.end : x->seen;
        u->r[u->nr++] = r;
    }
}

static bool bad(struct shrink *s)
{
    s->tries++;
    restrict_versions(s);
    return (s->k == 2 ? k_two(&s->sub, s->budget)
                      : k_search(&s->sub, s->k, s->most, s->budget)) == K_NO;
}

static void shortest_prefix(struct shrink *s)
{
    uint32_t good = 0, worst = s->t->ranks;
    while (good + 1 < worst) {
        s->limit = good + (worst - good) / 2;
        if (bad(s))
            worst = s->limit;
        else
            good = s->limit;
    }
    s->limit = worst;
}

/* Mark the next `chunk` of what is not dropped, from *at. Returns how many. */
static uint32_t mark(uint8_t *drop, uint32_t n, uint32_t *at, uint32_t chunk, uint8_t with)
{
    uint32_t marked = 0;
    for (; *at < n && marked < chunk; ++*at) {
        if (drop[*at] == 0) {
            drop[*at] = with;
            marked++;
        }
    }
    return marked;
}

/* Drop what can go; `from`: the first that may. */
static void drop_chunks(struct shrink *s, uint8_t *drop, uint32_t n, uint32_t from)
{
    for (uint32_t chunk = n / 2 + 1;; chunk /= 2) {
        for (uint32_t at = from; at < n && s->tries < TRIES;) {
            uint32_t begin = at;
            if (mark(drop, n, &at, chunk, 2) == 0)
                break;
            uint8_t now = bad(s) ? 1 : 0;
            for (uint32_t i = begin; i < at; i++)
                drop[i] = drop[i] == 2 ? now : drop[i];
        }
        if (chunk <= 1)
            return;
    }
}

uint32_t *k_core(const struct versions *t, uint32_t k, uint64_t most, struct budget *budget,
                 size_t *n)
{
    struct shrink s = {.t = t, .k = k, .most = most, .budget = budget};
    s.drop_version = mem_zalloc((size_t)t->n + 1, 1);
    s.drop_read = mem_zalloc((size_t)t->nr + 1, 1);
    s.place = mem_alloc(((size_t)t->n + 1) * sizeof *s.place);
    s.sub = *t;
    s.sub.v = mem_alloc(((size_t)t->n + 1) * sizeof *s.sub.v);
    s.sub.r = mem_alloc(((size_t)t->nr + 1) * sizeof *s.sub.r);
    shortest_prefix(&s);
    drop_chunks(&s, s.drop_version, t->n, 1);
    drop_chunks(&s, s.drop_read, t->nr, 0);
    drop_chunks(&s, s.drop_version, t->n, 1);
    restrict_versions(&s);
    uint32_t *ops = mem_alloc(((size_t)s.sub.n + s.sub.nr + 1) * sizeof *ops);
    *n = 0;
    for (uint32_t v = 1; v < s.sub.n; v++)
        if (s.sub.v[v].seen != NO_RANK)
            ops[(*n)++] = s.sub.v[v].op;
    for (uint32_t r = 0; r < s.sub.nr; r++)
        ops[(*n)++] = s.sub.r[r].op;
    mem_free(s.drop_version);
    mem_free(s.drop_read);
    mem_free(s.place);
    mem_free(s.sub.v);
    mem_free(s.sub.r);
    return ops;
}
