/* k-atomicity for any k, by a search over what can have happened, event by event (as jit.c does for
 * linearizability). A configuration is which of the open operations have taken effect, and the last
 * k versions. Reads take effect as soon as their version is among these: they change nothing, so
 * waiting gains nothing. Writes do when an operation ends that needs it. The history is k-atomic
 * iff a configuration is left in the end. Exponential in the number of open writes: a second
 * opinion for small histories, and for k above 2, for which no polynomial algorithm is known. */
#include "checker/staleness/k_atomic.h"

#include "base/hash.h"
#include "base/mem.h"

enum { SLOTS = 64, HEAD = 2 };

struct configs { /* each is HEAD + k words: the mask of what took effect, the last k versions */
    uint32_t *words;
    size_t n, cap;
    uint32_t *table; /* open addressing: index + 1 */
    size_t slots;
};

struct search {
    const struct versions *t;
    uint32_t k, width;
    uint8_t *slot;  /* per version, then per read */
    uint32_t open[SLOTS]; /* as what; 0: free */
    struct configs now, next;
    uint64_t made, most;
};

static uint64_t mask_of(const uint32_t *c)
{
    uint64_t mask;
    memcpy(&mask, c, sizeof mask);
    return mask;
}

static void set_mask(uint32_t *c, uint64_t mask)
{
    memcpy(c, &mask, sizeof mask);
}

static void clear_configs(struct configs *s)
{
    s->n = 0;
    if (s->slots)
        memset(s->table, 0, s->slots * sizeof *s->table);
}

static uint32_t *entry(const struct search *x, const struct configs *s, const uint32_t *c)
{
    size_t i = (size_t)hash_bytes(c, x->width * sizeof *c) & (s->slots - 1);
    while (s->table[i] &&
           memcmp(&s->words[(s->table[i] - 1) * (size_t)x->width], c, x->width * sizeof *c) != 0)
        i = (i + 1) & (s->slots - 1);
    return &s->table[i];
}

static void widen(struct search *x, struct configs *s)
{
    mem_free(s->table);
    s->slots = s->slots ? 2 * s->slots : 64;
    s->table = mem_zalloc(s->slots, sizeof *s->table);
    for (size_t i = 0; i < s->n; i++)
        *entry(x, s, &s->words[i * x->width]) = (uint32_t)i + 1;
}

static void keep(struct search *x, struct configs *s, const uint32_t *c)
{
    if (2 * (s->n + 1) > s->slots)
        widen(x, s);
    uint32_t *e = entry(x, s, c);
    if (*e)
        return;
    s->words = mem_grow(s->words, &s->cap, (s->n + 1) * x->width, sizeof *s->words);
    memcpy(&s->words[s->n * x->width], c, x->width * sizeof *c);
    *e = (uint32_t)++s->n;
    x->made++;
}

static bool recent(const struct search *x, const uint32_t *c, uint32_t version)
{
    for (uint32_t i = 0; i < x->k; i++)
        if (c[HEAD + i] == version)
            return true;
    return false;
}

/* Reads that are open and can take effect do. */
static void read_all(const struct search *x, uint32_t *c)
{
    uint64_t mask = mask_of(c);
    for (unsigned i = 0; i < SLOTS; i++) {
        uint32_t w = x->open[i];
        if (w != 0 && w % 2 == 0 && recent(x, c, x->t->r[w / 2 - 1].version))
            mask |= (uint64_t)1 << i;
    }
    set_mask(c, mask);
}

static void write_one(const struct search *x, uint32_t *c, unsigned slot)
{
    memmove(&c[HEAD + 1], &c[HEAD], (x->k - 1) * sizeof *c);
    c[HEAD] = x->open[slot] / 2;
    set_mask(c, mask_of(c) | (uint64_t)1 << slot);
    read_all(x, c);
}

/* From the configurations of now to those in which what is in `slot` took effect, in next. All on
 * the way are appended to now, so that each is expanded once. False: too many. */
static bool settle(struct search *x, unsigned slot)
{
    uint32_t *c = mem_alloc(x->width * sizeof *c);
    bool fits = true;
    clear_configs(&x->next);
    for (size_t i = 0; fits && i < x->now.n; i++) {
        uint64_t mask = mask_of(&x->now.words[i * x->width]);
        if (mask >> slot & 1) {
            memcpy(c, &x->now.words[i * x->width], x->width * sizeof *c);
            set_mask(c, mask & ~((uint64_t)1 << slot));
            keep(x, &x->next, c);
            continue;
        }
        for (unsigned w = 0; w < SLOTS; w++) {
            if (x->open[w] % 2 == 0 || (mask >> w & 1))
                continue;
            memcpy(c, &x->now.words[i * x->width], x->width * sizeof *c);
            write_one(x, c, w);
            keep(x, &x->now, c);
        }
        fits = x->made <= x->most;
    }
    struct configs other = x->now;
    x->now = x->next;
    x->next = other;
    mem_free(c);
    return fits;
}

/* False: more than SLOTS operations are open. */
static bool begin(struct search *x, uint32_t what)
{
    unsigned i = 0;
    while (i < SLOTS && x->open[i] != 0)
        i++;
    if (i == SLOTS)
        return false;
    x->open[i] = what;
    x->slot[what % 2 ? what / 2 : x->t->n + what / 2 - 1] = (uint8_t)i;
    if (what % 2 == 1)
        return true;
    clear_configs(&x->next);
    for (size_t j = 0; j < x->now.n; j++) {
        read_all(x, &x->now.words[j * x->width]);
        keep(x, &x->next, &x->now.words[j * x->width]);
    }
    struct configs other = x->now;
    x->now = x->next;
    x->next = other;
    return true;
}

/* Begins and ends by rank: `what`, with the high bit for ends. */
static uint32_t *list_events(const struct versions *t)
{
    uint32_t *at = mem_zalloc((size_t)t->ranks + 1, sizeof *at);
    const uint32_t end = 1u << 31;
    for (uint32_t v = 1; v < t->n; v++) {
        if (t->v[v].seen == NO_RANK)
            continue;
        at[t->v[v].begin] = 1 + 2 * v;
        if (t->v[v].end != NO_RANK)
            at[t->v[v].end] = (1 + 2 * v) | end;
    }
    for (uint32_t r = 0; r < t->nr; r++) {
        at[t->r[r].begin] = 2 + 2 * r;
        at[t->r[r].end] = (2 + 2 * r) | end;
    }
    return at;
}

static enum k_answer run(struct search *x, const uint32_t *at, struct budget *budget)
{
    const uint32_t end = 1u << 31;
    for (uint32_t rank = 1; rank <= x->t->ranks; rank++) {
        uint32_t what = at[rank] & ~end;
        if (what == 0)
            continue;
        if (budget_stopped(budget) != STOP_NONE)
            return K_GAVE_UP;
        if (!(at[rank] & end)) {
            if (!begin(x, what))
                return K_GAVE_UP;
            continue;
        }
        unsigned slot = x->slot[what % 2 ? what / 2 : x->t->n + what / 2 - 1];
        if (!settle(x, slot))
            return K_GAVE_UP;
        x->open[slot] = 0;
        if (x->now.n == 0)
            return K_NO;
    }
    return K_YES;
}

enum k_answer k_search(const struct versions *t, uint32_t k, uint64_t most, struct budget *budget)
{
    struct search x = {.t = t, .k = k, .width = k + HEAD, .most = most};
    uint32_t *at = list_events(t), *c = mem_alloc(x.width * sizeof *c);
    x.slot = mem_alloc((size_t)t->n + t->nr + 1);
    memset(c, 0xff, x.width * sizeof *c);
    set_mask(c, 0);
    c[HEAD] = 0;
    keep(&x, &x.now, c);
    enum k_answer answer = run(&x, at, budget);
    mem_free(at);
    mem_free(c);
    mem_free(x.slot);
    mem_free(x.now.words);
    mem_free(x.now.table);
    mem_free(x.next.words);
    mem_free(x.next.table);
    return answer;
}
