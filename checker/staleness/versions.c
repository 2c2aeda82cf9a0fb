/* From the operations of a register to its versions. A value that is written once names its
 * version. One that is written several times does not, but writes that began after a read had ended
 * are no candidates for it; where one candidate is left, it is the one. Reads with several are left
 * out: a history without a read is explained by everything that explains it with the read, so
 * staleness found without them is real, and freshness is not proved. */
#include "checker/staleness/versions.h"

#include "base/mem.h"
#include "base/sort.h"
#include "checker/register_values.h"

struct finder {
    struct versions *t;
    const struct register_values *values;
    uint64_t *noticed;
    uint32_t *begin, *end; /* rank per op */
    uint32_t *first;       /* per value: its first version, or NO_VERSION */
    uint32_t *same;        /* per version: the next one of its value */
    uint32_t *last;        /* per value */
};

static int64_t clamp(int64_t ns)
{
    return ns > TIME_FAR ? TIME_FAR : ns < -TIME_FAR ? -TIME_FAR : ns;
}

static void put_rank(struct finder *f, uint32_t position, uint32_t *rank)
{
    struct versions *t = f->t;
    int64_t time = t->o->h->events.time[lin_event(position)];
    uint32_t at = ++t->ranks;
    *rank = at;
    if (time == NO_TIME)
        t->timed = false;
    time = time == NO_TIME ? t->time[at - 1] : clamp(time);
    t->time[at] = at > 1 && time < t->time[at - 1] ? t->time[at - 1] : time;
}

/* Invocations are in order already; completions are sorted and merged with them. */
static void rank_events(struct finder *f)
{
    struct versions *t = f->t;
    const struct object *o = t->o;
    uint64_t *ends = mem_alloc((o->n + 1) * sizeof *ends);
    size_t m = 0, j = 0;
    for (uint32_t i = 0; i < o->n; i++)
        if (o->ops[i].res != RES_INF)
            ends[m++] = sort_word(o->ops[i].res, i);
    sort_by_high32(ends, m);
    t->time = mem_alloc((o->n + m + 1) * sizeof *t->time);
    t->time[0] = -TIME_FAR;
    t->timed = true;
    for (uint32_t i = 0; i < o->n; i++) {
        for (; j < m && sort_key(ends[j]) < o->ops[i].inv; j++)
            put_rank(f, sort_key(ends[j]), &f->end[sort_id(ends[j])]);
        put_rank(f, o->ops[i].inv, &f->begin[i]);
        f->end[i] = NO_RANK;
    }
    for (; j < m; j++)
        put_rank(f, sort_key(ends[j]), &f->end[sort_id(ends[j])]);
    t->time[0] = -2 * TIME_FAR;
    mem_free(ends);
}

static void add_version(struct finder *f, uint32_t op, uint32_t value, uint32_t begin, uint32_t end)
{
    struct versions *t = f->t;
    uint32_t v = t->n++;
    t->v[v] = (struct version){.op = op, .begin = begin, .end = end, .seen = end,
                               .first_read = NO_VERSION, .last_read = NO_VERSION,
                               .last_pin = NO_VERSION, .prev = NO_VERSION, .next = NO_VERSION};
    f->same[v] = NO_VERSION;
    if (f->first[value] == NO_VERSION)
        f->first[value] = v;
    else
        f->same[f->last[value]] = v;
    t->repeated |= f->first[value] != v;
    f->last[value] = v;
}

static void list_versions(struct finder *f)
{
    const struct object *o = f->t->o;
    add_version(f, NO_VERSION, 0, 0, 0);
    for (uint32_t i = 0; i < o->n; i++) {
        uint32_t to = f->values->effect[o->ops[i].cls].to;
        bool counts = f->end[i] != NO_RANK || (f->noticed[i / 64] >> (i % 64) & 1);
        if (to != NO_VALUE && counts)
            add_version(f, i, to, f->begin[i], f->end[i]);
    }
    for (uint32_t i = 0; i < o->n && o->crashed > 0; i++) {
        uint32_t to = f->values->effect[o->ops[i].cls].to;
        if (to != NO_VALUE && f->end[i] == NO_RANK && f->first[to] != NO_VERSION)
            f->t->repeated |= !(f->noticed[i / 64] >> (i % 64) & 1);
    }
}

/* The version that an operation which ended at rank `end` found, when only one can be meant. A
 * version that began later is taken when there is no other one: then nothing explains it.
 * *several: more than one. NO_VERSION: none, or several. */
static uint32_t found(const struct finder *f, uint32_t value, uint32_t end, uint32_t self,
                      bool *several)
{
    uint32_t v = f->first[value], one = NO_VERSION;
    *several = false;
    for (; v != NO_VERSION; v = f->same[v]) {
        if (f->t->v[v].op == self && self != NO_VERSION)
            continue;
        if (one != NO_VERSION) {
            *several = f->t->v[v].begin < end;
            return *several ? NO_VERSION : one;
        }
        one = v;
    }
    return one;
}

static void trouble(struct versions *t, enum version_trouble what, uint32_t op, uint32_t op2)
{
    if (t->trouble != VERSIONS_FINE && (t->trouble != VERSIONS_VAGUE || what == VERSIONS_VAGUE))
        return;
    t->trouble = what;
    t->op = op;
    t->op2 = op2;
}

/* The models take a cas from a value to itself for an observer, which it is for linearizability. */
static bool is_cas(const struct object *o, uint32_t op)
{
    const struct op *x = &o->h->ops[o->ops[op].op];
    struct str f = val_get_text(&o->h->values, x->f);
    return str_is(f, "cas") || str_is(f, "compare-and-set");
}

static void add_read(struct finder *f, uint32_t op, uint32_t value)
{
    struct versions *t = f->t;
    bool several;
    uint32_t v = found(f, value, f->end[op], NO_VERSION, &several);
    if (several) {
        if (t->vague++ == 0)
            t->vague_op = op;
        return;
    }
    if (v == NO_VERSION) {
        trouble(t, VERSIONS_AIR, op, NO_VERSION);
        return;
    }
    uint32_t r = t->nr++;
    t->r[r] = (struct version_read){op, v, f->begin[op], f->end[op]};
    struct version *x = &t->v[v];
    if (x->first_read == NO_VERSION || f->end[op] < t->r[x->first_read].end)
        x->first_read = r;
    if (is_cas(t->o, op))
        x->last_pin = r;
    else
        x->last_read = r;
    t->cas |= is_cas(t->o, op);
    if (f->end[op] < x->seen)
        x->seen = f->end[op];
}

static void assign_reads(struct finder *f)
{
    const struct object *o = f->t->o;
    for (uint32_t i = 0; i < o->n; i++) {
        struct effect e = f->values->effect[o->ops[i].cls];
        if (e.to == NO_VALUE && e.from != NO_VALUE && f->end[i] != NO_RANK)
            add_read(f, i, e.from);
    }
}

/* Crashed cas that nothing showed are linked, too, until `link_next` knows what was seen. */
static void link_cas(struct finder *f)
{
    struct versions *t = f->t;
    for (uint32_t v = t->n; v-- > 1;) {
        struct version *x = &t->v[v];
        uint32_t from = f->values->effect[t->o->ops[x->op].cls].from;
        if (from == NO_VALUE)
            continue;
        t->cas = true;
        bool several;
        uint32_t p = found(f, from, x->seen, x->op, &several);
        if (several)
            trouble(t, VERSIONS_VAGUE, x->op, NO_VERSION);
        x->prev = p;
    }
}

/* What replaced a version and was there shows that the version was there. */
static void see_through(struct versions *t)
{
    for (uint32_t v = 1; v < t->n; v++) {
        uint32_t seen = t->v[v].seen, p = t->v[v].prev;
        for (uint32_t steps = 0; seen != NO_RANK && p != NO_VERSION && steps <= t->n; steps++) {
            if (t->v[p].seen <= seen)
                break;
            t->v[p].seen = seen;
            p = t->v[p].prev;
        }
    }
}

/* A cas that was there, be it that only another cas shows so, had found something. */
static void find_air(const struct finder *f)
{
    struct versions *t = f->t;
    for (uint32_t v = t->n; v-- > 1;) {
        const struct version *x = &t->v[v];
        uint32_t from = f->values->effect[t->o->ops[x->op].cls].from;
        bool several = false;
        if (from == NO_VALUE || x->prev != NO_VERSION || x->seen == NO_RANK)
            continue;
        if (found(f, from, x->seen, x->op, &several) == NO_VERSION && !several)
            trouble(t, VERSIONS_AIR, x->op, NO_VERSION);
    }
}

static void link_next(struct versions *t)
{
    for (uint32_t v = 1; v < t->n; v++) {
        struct version *x = &t->v[v];
        if (x->prev == NO_VERSION || x->seen == NO_RANK)
            continue;
        struct version *p = &t->v[x->prev];
        if (p->next == NO_VERSION)
            p->next = v;
        else
            trouble(t, VERSIONS_TWO_CAS, t->v[p->next].op, x->op);
    }
}

/* Every version that counts hangs on a plain write or the initial value. */
static void find_cycle(struct versions *t)
{
    uint32_t loose = 0, last = NO_VERSION;
    uint8_t *hangs = mem_zalloc(t->n, 1);
    for (uint32_t v = 0; v < t->n; v++)
        if (t->v[v].prev == NO_VERSION)
            for (uint32_t x = v; x != NO_VERSION; x = t->v[x].next)
                hangs[x] = 1;
    for (uint32_t v = 0; v < t->n; v++) {
        if (!hangs[v] && t->v[v].seen != NO_RANK) {
            loose++;
            last = v;
        }
    }
    if (loose > 0)
        trouble(t, VERSIONS_CYCLE, t->v[last].op, NO_VERSION);
    mem_free(hangs);
}

size_t versions_bytes(const struct object *o)
{
    return o->n * (2 * sizeof(int64_t) + sizeof(struct version) + sizeof(struct version_read) +
                   6 * sizeof(uint32_t) + sizeof(uint64_t)) + 1024;
}

static void open_finder(struct finder *f, struct versions *t)
{
    const struct object *o = t->o;
    *f = (struct finder){.t = t, .values = register_values_of(o)};
    f->noticed = mem_alloc((o->n / 64 + 1) * sizeof *f->noticed);
    register_noticed(f->values, o, f->noticed);
    f->begin = mem_alloc((o->n + 1) * sizeof *f->begin);
    f->end = mem_alloc((o->n + 1) * sizeof *f->end);
    f->first = mem_alloc(((size_t)f->values->n + 1) * sizeof *f->first);
    f->last = mem_alloc(((size_t)f->values->n + 1) * sizeof *f->last);
    memset(f->first, 0xff, ((size_t)f->values->n + 1) * sizeof *f->first);
    f->same = mem_alloc((o->n + 1) * sizeof *f->same);
}

static void close_finder(struct finder *f)
{
    mem_free(f->noticed);
    mem_free(f->begin);
    mem_free(f->end);
    mem_free(f->first);
    mem_free(f->last);
    mem_free(f->same);
}

void versions_find(struct versions *t, const struct object *o)
{
    struct finder f;
    *t = (struct versions){.o = o, .op = NO_VERSION, .op2 = NO_VERSION, .vague_op = NO_VERSION};
    open_finder(&f, t);
    rank_events(&f);
    t->v = mem_alloc((o->n + 1) * sizeof *t->v);
    t->r = mem_alloc((o->n + 1) * sizeof *t->r);
    list_versions(&f);
    assign_reads(&f);
    if (o->actions & 1u << ACT_CAS) {
        link_cas(&f);
        see_through(t);
        find_air(&f);
        link_next(t);
        find_cycle(t);
    }
    close_finder(&f);
}

void versions_free(struct versions *t)
{
    mem_free(t->v);
    mem_free(t->r);
    mem_free(t->time);
    *t = (struct versions){0};
}
