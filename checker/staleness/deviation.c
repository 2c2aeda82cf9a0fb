#include "checker/staleness/deviation.h"

#include "base/mem.h"
#include "base/sort.h"

#include <stdlib.h>

static const int64_t LARGE = (int64_t)1 << 60;

struct sums {
    int64_t up_begun, up_done, down_begun, down_done;
};

struct counter {
    const struct object *o;
    int64_t initial, *x; /* per operation: amount, or what a read returned */
    struct sums *begin;  /* per read: when it began */
    struct sums now;
    int64_t worst;
    uint32_t bad; /* object op, or NO_VERSION */
    int64_t low, high;
};

static bool is_read(const struct counter *c, uint32_t i)
{
    return c->o->classes[c->o->ops[i].cls].action == ACT_SUM;
}

static void note_read(struct counter *c, uint32_t i)
{
    int64_t low = c->initial + c->begin[i].up_done + c->now.down_begun;
    int64_t high = c->initial + c->begin[i].down_done + c->now.up_begun;
    int64_t off = c->x[i] < low ? low - c->x[i] : c->x[i] > high ? c->x[i] - high : 0;
    if (off <= c->worst)
        return;
    c->worst = off;
    c->bad = i;
    c->low = low;
    c->high = high;
}

static void sweep(struct counter *c)
{
    const struct object *o = c->o;
    uint64_t *order = mem_alloc((2 * o->n + 1) * sizeof *order);
    size_t m = 0;
    for (uint32_t i = 0; i < o->n; i++) {
        order[m++] = sort_word(o->ops[i].inv, i);
        if (o->ops[i].res != RES_INF)
            order[m++] = sort_word(o->ops[i].res, i);
    }
    sort_by_high32(order, m);
    for (size_t j = 0; j < m; j++) {
        uint32_t i = sort_id(order[j]);
        bool begins = sort_key(order[j]) == o->ops[i].inv;
        if (!is_read(c, i))
            *(c->x[i] > 0 ? (begins ? &c->now.up_begun : &c->now.up_done)
                          : (begins ? &c->now.down_begun : &c->now.down_done)) += c->x[i];
        else if (begins)
            c->begin[i] = c->now;
        else
            note_read(c, i);
    }
    mem_free(order);
}

/* False: some operation is neither, or numbers are too large to add up. */
static bool take_numbers(struct counter *c)
{
    int64_t total = 0;
    for (uint32_t i = 0; i < c->o->n; i++) {
        const struct op_class *x = &c->o->classes[c->o->ops[i].cls];
        bool add = x->action == ACT_ADD;
        if ((!add && x->action != ACT_SUM) ||
            !val_get_int(&c->o->h->values, add ? x->a : x->b, &c->x[i]) || c->x[i] > LARGE ||
            c->x[i] < -LARGE)
            return false;
        total += add ? llabs(c->x[i]) : 0;
        if (total > LARGE)
            return false;
    }
    return !val_get_int(&c->o->h->values, c->o->initial, &c->initial) ||
           (c->initial <= LARGE && c->initial >= -LARGE);
}

static void refute(const struct counter *c, const struct level_input *in, struct key_result *k)
{
    struct speaker s = level_speaker(in->h, k);
    uint32_t op = c->o->ops[c->bad].op;
    level_show(k, NULL, 0, op);
    level_say_op(&s, op);
    buf_printf(&s.b, " can have been %lld to %lld", (long long)c->low, (long long)c->high);
    say_end_step(&s);
    buf_printf(&s.b, "a read was off by %lld, and the bound is %lld", (long long)c->worst,
               (long long)in->opt->bounds.deviation);
    level_invalid(&s, "deviation");
    k->minimal = false;
    buf_free(&s.b);
}

bool deviation_judge(const struct level_input *in, struct key_result *k, struct err *e)
{
    struct object o;
    if (!object_build(&o, in->h, in->model, in->ids, in->n, k->key, in->initial,
                      in->opt->nil_unknown, e))
        return false;
    struct counter c = {.o = &o, .bad = NO_VERSION};
    c.x = mem_zalloc(o.n + 1, sizeof *c.x);
    c.begin = mem_zalloc(o.n + 1, sizeof *c.begin);
    k->staleness = arena_zalloc(&k->arena, sizeof *k->staleness);
    k->verdict = VERDICT_VALID;
    k->explored = o.n;
    if (!take_numbers(&c)) {
        level_unknown(k, "a counter is read as an integer and changed by integers, not too large");
    } else {
        sweep(&c);
        k->staleness->numeric = (struct stale_count){true, (uint64_t)c.worst};
        if (in->opt->bounds.deviation > 0 && c.worst > in->opt->bounds.deviation)
            refute(&c, in, k);
        else if (in->opt->bounds.deviation == 0 && c.worst > 0)
            level_unknown(k, "reads are off by up to %lld; --deviation N says how much is allowed",
                          (long long)c.worst);
        else if (!(o.actions & 1u << ACT_SUM) && !in->h->independent)
            level_unknown(k, "nothing was tested: no read was acknowledged");
    }
    mem_free(c.x);
    mem_free(c.begin);
    object_free(&o);
    return true;
}

/* ---- order ---------------------------------------------------------------------------------- */

struct install {
    int64_t version;
    uint32_t inv, res, op;
};

static int by_version(const void *a, const void *b)
{
    const struct install *x = a, *y = b;
    return x->version != y->version ? (x->version > y->version) - (x->version < y->version)
                                    : (x->inv > y->inv) - (x->inv < y->inv);
}

/* The acknowledged writes with versions, by version. */
static struct install *installs(const struct object *o, size_t *n)
{
    struct install *w = mem_alloc((o->n + 1) * sizeof *w);
    *n = 0;
    for (uint32_t i = 0; i < o->n; i++) {
        bool writes = o->classes[o->ops[i].cls].action != ACT_READ;
        if (writes && o->ops[i].version >= 0)
            w[(*n)++] = (struct install){o->ops[i].version, o->ops[i].inv, o->ops[i].res, i};
    }
    qsort(w, *n, sizeof *w, by_version);
    return w;
}

/* How many are out of order; the first found is *early and *late. */
static uint64_t count_order(const struct install *w, size_t n, uint32_t *early, uint32_t *late)
{
    uint64_t bad = 0;
    size_t first = n; /* that ended first among those with higher versions */
    for (size_t i = n, same = n; i-- > 0;) {
        if (i + 1 < n && w[i + 1].version != w[i].version)
            for (; same > i + 1; same--)
                first = first == n || w[same - 1].res < w[first].res ? same - 1 : first;
        if (first == n || w[first].res >= w[i].inv)
            continue;
        bad++;
        *early = w[first].op;
        *late = w[i].op;
    }
    return bad;
}

void deviation_order(const struct object *o, struct staleness *b)
{
    size_t n;
    uint32_t early, late;
    struct install *w = installs(o, &n);
    b->order = (struct stale_count){n > 0, count_order(w, n, &early, &late)};
    mem_free(w);
}

void deviation_pair(const struct object *o, uint32_t *early, uint32_t *late)
{
    size_t n;
    struct install *w = installs(o, &n);
    (void)count_order(w, n, early, late);
    mem_free(w);
}
