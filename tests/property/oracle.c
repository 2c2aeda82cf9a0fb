#include "tests/property/oracle.h"

#include "base/hash.h"
#include "base/mem.h"

#include <assert.h>

/* Dead ends: the set of linearized operations, then the state, in words. */
struct dead {
    uint32_t *rows; /* (1 + width) words each */
    size_t n, cap;
    uint32_t *slots; /* row + 1, 0 = empty */
    size_t nslots;
};

struct oracle {
    const struct spec *s;
    struct dead dead;
    uint32_t all_must; /* operations that have to be in */
};

static size_t row_words(const struct oracle *o)
{
    return 1 + o->s->width;
}

static size_t dead_slot(const struct oracle *o, const uint32_t *row)
{
    const struct dead *d = &o->dead;
    size_t words = row_words(o);
    size_t s = (size_t)hash_bytes(row, words * sizeof *row) & (d->nslots - 1);
    while (d->slots[s] &&
           memcmp(d->rows + (d->slots[s] - 1) * words, row, words * sizeof *row) != 0)
        s = (s + 1) & (d->nslots - 1);
    return s;
}

static void dead_add(struct oracle *o, const uint32_t *row)
{
    struct dead *d = &o->dead;
    size_t words = row_words(o);
    if ((d->n + 1) * 2 > d->nslots) {
        d->nslots = d->nslots ? d->nslots * 2 : 256;
        mem_free(d->slots);
        d->slots = mem_zalloc(d->nslots, sizeof *d->slots);
        for (size_t i = 0; i < d->n; i++)
            d->slots[dead_slot(o, d->rows + i * words)] = (uint32_t)i + 1;
    }
    d->rows = mem_grow(d->rows, &d->cap, (d->n + 1) * words, sizeof *d->rows);
    memcpy(d->rows + d->n * words, row, words * sizeof *row);
    size_t s = dead_slot(o, row);
    d->slots[s] = (uint32_t)++d->n;
}

/* May operation i be next: has no other operation that is still out completed before it began? */
static bool may_be_next(const struct oracle *o, uint32_t done, size_t i)
{
    const struct spec_op *ops = o->s->ops;
    for (size_t j = 0; j < o->s->nops; j++)
        if (!(done >> j & 1) && ops[j].must && ops[j].res < ops[i].inv)
            return false;
    return true;
}

/* row: the set of linearized operations and the state. */
static bool search(struct oracle *o, const uint32_t *row)
{
    const struct spec *s = o->s;
    if ((row[0] & o->all_must) == o->all_must)
        return true;
    if (o->dead.nslots && o->dead.slots[dead_slot(o, row)])
        return false;
    uint32_t next[ORACLE_WORDS];
    for (size_t i = 0; i < s->nops; i++) {
        if (row[0] >> i & 1 || !may_be_next(o, row[0], i))
            continue;
        for (unsigned way = 0; way < spec_ways(s, i, row + 1); way++) {
            memcpy(next, row, row_words(o) * sizeof *row);
            next[0] |= 1u << i;
            if (spec_apply(s, i, way, next + 1) && search(o, next))
                return true;
        }
    }
    dead_add(o, row);
    return false;
}

bool oracle_linearizable(const struct spec *s)
{
    struct oracle o = {.s = s};
    uint32_t row[ORACLE_WORDS] = {0};
    assert(s->nops <= ORACLE_OPS && row_words(&o) <= sizeof row / sizeof *row);
    for (size_t i = 0; i < s->nops; i++)
        o.all_must |= (uint32_t)s->ops[i].must << i;
    memcpy(row + 1, s->initial, s->width * sizeof *row);
    bool found = search(&o, row);
    mem_free(o.dead.rows);
    mem_free(o.dead.slots);
    return found;
}

bool oracle_history(struct history *h, const struct spec_options *opt, bool *linearizable,
                    const char **why)
{
    struct spec s;
    bool good = spec_open(&s, h, opt, NULL, 0, why);
    if (good)
        *linearizable = oracle_linearizable(&s);
    spec_free(&s);
    return good;
}
