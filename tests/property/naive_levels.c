/* Causal levels: the bad patterns of Bouajjani, Enea, Guerraoui and Hamza (POPL 2017), straight
 * from their definitions. Coherence: per key each write and its reads are one block (nothing of the
 * key comes between them), cas ties blocks into chains, and program order must order chains without
 * a cycle. Session guarantees: an order of the writes that each of them asks for. O(n^3 / 64), and
 * for causal memory and PRAM that once a session and round. */
#include "tests/property/naive_levels.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- operations ------------------------------------------------------------------------------ */

static int by_session(const void *a, const void *b)
{
    const struct naive_op *x = a, *y = b;
    if (x->session != y->session)
        return x->session < y->session ? -1 : 1;
    return x->inv < y->inv ? -1 : x->inv > y->inv;
}

static bool observed(const struct spec *s, uint32_t key, val v)
{
    for (size_t i = 0; i < s->nops; i++) {
        const struct spec_micro *m = s->ops[i].micro;
        if (s->ops[i].must && m->kind != SPEC_WRITE && m->key == key && m->a == v)
            return true;
    }
    return false;
}

/* Is this value of the key also the initial one? */
static bool initial_value(const struct spec *s, uint32_t key, val v)
{
    return s->initial[key] == v;
}

static bool written(const struct spec *s, const bool *in, uint32_t key, val v)
{
    for (size_t i = 0; i < s->nops; i++) {
        const struct spec_micro *m = s->ops[i].micro;
        if (in[i] && m->kind != SPEC_READ && m->key == key &&
            (m->kind == SPEC_CAS ? m->b : m->a) == v)
            return true;
    }
    return initial_value(s, key, v);
}

/* A crashed cas that expected what nobody wrote has not happened. True when there was one. */
static bool drop_impossible(const struct spec *s, bool *in)
{
    bool any = false;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < s->nops; i++) {
            const struct spec_micro *m = s->ops[i].micro;
            if (!in[i] || s->ops[i].must || m->kind != SPEC_CAS || written(s, in, m->key, m->a))
                continue;
            in[i] = false;
            more = any = true;
        }
    }
    return any;
}

/* The crashed that took effect: those whose value an acknowledged operation observed, and what a
 * crashed cas that took effect observed, and so on. */
static void mark_effective(const struct spec *s, bool *in)
{
    for (size_t i = 0; i < s->nops; i++) {
        const struct spec_micro *m = s->ops[i].micro;
        in[i] = s->ops[i].must ||
                (m->kind != SPEC_READ && observed(s, m->key, m->kind == SPEC_CAS ? m->b : m->a));
    }
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < s->nops; i++) {
            const struct spec_micro *m = s->ops[i].micro;
            if (!in[i] || m->kind != SPEC_CAS)
                continue;
            for (size_t j = 0; j < s->nops; j++) {
                const struct spec_micro *w = s->ops[j].micro;
                bool source = !in[j] && w->key == m->key && w->kind != SPEC_READ &&
                              (w->kind == SPEC_CAS ? w->b : w->a) == m->a;
                in[j] = in[j] || source;
                more = more || source;
            }
        }
    }
}

/* Who wrote what operation o observed. With several candidates it observed nothing for sure. */
static void find_source(struct naive *x, const struct spec *s, struct naive_op *o)
{
    o->from = NAIVE_INITIAL;
    size_t found = initial_value(s, o->key, o->saw);
    for (size_t i = 0; i < x->n; i++) {
        const struct naive_op *w = &x->ops[i];
        if (!w->writes || w->key != o->key || w->wrote != o->saw)
            continue;
        found++;
        o->from = (int)i;
    }
    x->air = x->air || found == 0;
    x->exact = x->exact && found <= 1;
    o->reads = found == 1;
}

/* A crashed operation that nobody is sure to have observed may not have happened. */
static void forget_unsure(struct naive *x)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < x->n; i++) {
            bool seen = x->ops[i].must || !(x->ops[i].reads || x->ops[i].writes);
            for (size_t j = 0; j < x->n && !seen; j++)
                seen = x->ops[j].reads && x->ops[j].from == (int)i;
            if (seen)
                continue;
            x->ops[i].reads = x->ops[i].writes = false;
            more = true;
        }
    }
}

bool naive_open(struct naive *x, const struct spec *s)
{
    *x = (struct naive){0};
    if (s->toy || s->nops > NAIVE_OPS)
        return false;
    for (size_t i = 0; i < s->nops; i++)
        if (s->ops[i].n != 1 || s->ops[i].micro->kind == SPEC_APPEND)
            return false;
    bool *in = mem_zalloc(s->nops + 1, sizeof *in);
    mark_effective(s, in);
    x->narrowed = drop_impossible(s, in);
    x->ops = mem_zalloc(s->nops + 1, sizeof *x->ops);
    for (size_t i = 0; i < s->nops; i++) {
        const struct spec_op *o = &s->ops[i];
        const struct spec_micro *m = o->micro;
        bool reads = m->kind != SPEC_WRITE && m->a != VAL_ABSENT, writes = m->kind != SPEC_READ;
        if (in[i] && (reads || writes))
            x->ops[x->n++] = (struct naive_op){
                .session = (uint32_t)s->h->ops[o->op].process, .key = m->key, .inv = o->inv,
                .reads = reads, .writes = writes, .must = o->must, .saw = m->a,
                .wrote = m->kind == SPEC_CAS ? m->b : m->a};
    }
    mem_free(in);
    qsort(x->ops, x->n, sizeof *x->ops, by_session);
    x->words = x->n / 64 + 1;
    x->base = mem_alloc((x->n + 1) * x->words * sizeof *x->base);
    x->exact = true;
    for (size_t i = 0; i < x->n; i++)
        if (x->ops[i].reads)
            find_source(x, s, &x->ops[i]);
    forget_unsure(x);
    return true;
}

void naive_free(struct naive *x)
{
    mem_free(x->ops);
    mem_free(x->base);
}

/* ---- matrices -------------------------------------------------------------------------------- */

static bool is_before(const struct naive *x, size_t a, size_t b)
{
    return x->base[a * x->words + b / 64] >> (b % 64) & 1;
}

static bool put(struct naive *x, size_t a, size_t b)
{
    if (is_before(x, a, b))
        return false;
    x->base[a * x->words + b / 64] |= UINT64_C(1) << (b % 64);
    return true;
}

static void clear(struct naive *x)
{
    memset(x->base, 0, (x->n + 1) * x->words * sizeof *x->base);
}

/* Warshall. */
static void close_over(struct naive *x)
{
    for (size_t k = 0; k < x->n; k++)
        for (size_t i = 0; i < x->n; i++)
            for (size_t w = 0; is_before(x, i, k) && w < x->words; w++)
                x->base[i * x->words + w] |= x->base[k * x->words + w];
}

static bool cyclic(const struct naive *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (is_before(x, i, i))
            return true;
    return false;
}

/* ---- causal levels --------------------------------------------------------------------------- */

static void program_order(struct naive *x)
{
    for (size_t i = 0; i + 1 < x->n; i++)
        if (x->ops[i].session == x->ops[i + 1].session)
            (void)put(x, i, i + 1);
}

static void causal_order(struct naive *x)
{
    clear(x);
    program_order(x);
    for (size_t i = 0; i < x->n; i++)
        if (x->ops[i].reads && x->ops[i].from >= 0)
            (void)put(x, (size_t)x->ops[i].from, i);
    close_over(x);
}

/* Another write of the key that read `r` must not have after what it observed. */
static bool rival(const struct naive *x, size_t w, size_t r)
{
    return x->ops[w].writes && x->ops[w].key == x->ops[r].key && w != r &&
           x->ops[r].from != (int)w;
}

/* WriteCOInitRead, WriteCORead: of the order in the matrix. */
static bool overwritten(const struct naive *x)
{
    for (size_t r = 0; r < x->n; r++)
        for (size_t w = 0; w < x->n && x->ops[r].reads; w++)
            if (rival(x, w, r) && is_before(x, w, r) &&
                (x->ops[r].from < 0 || is_before(x, (size_t)x->ops[r].from, w)))
                return true;
    return false;
}

static bool causal(struct naive *x)
{
    causal_order(x);
    return !cyclic(x) && !overwritten(x);
}

static bool convergence(struct naive *x)
{
    if (!causal(x))
        return false;
    uint64_t *co = mem_alloc(x->n * x->words * sizeof *co + 1);
    memcpy(co, x->base, x->n * x->words * sizeof *co);
    for (size_t r = 0; r < x->n; r++)
        for (size_t w = 0; w < x->n && x->ops[r].reads; w++)
            if (rival(x, w, r) && x->ops[r].from >= 0 &&
                (co[w * x->words + r / 64] >> (r % 64) & 1))
                (void)put(x, w, (size_t)x->ops[r].from);
    mem_free(co);
    close_over(x);
    return !cyclic(x);
}

/* The happened-before of one session: the matrix holds what it begins with. Reads of others count
 * only when `others` (they were explained elsewhere). */
static bool explain_session(struct naive *x, uint32_t session)
{
    for (bool more = true; more;) {
        more = false;
        close_over(x);
        if (cyclic(x))
            return false;
        for (size_t r = 0; r < x->n; r++) {
            if (!x->ops[r].reads || x->ops[r].session != session)
                continue;
            for (size_t w = 0; w < x->n; w++) {
                if (!rival(x, w, r) || !is_before(x, w, r))
                    continue;
                if (x->ops[r].from < 0)
                    return false;
                more = put(x, w, (size_t)x->ops[r].from) || more;
            }
        }
    }
    return true;
}

static bool last_of_session(const struct naive *x, size_t i)
{
    return i + 1 == x->n || x->ops[i + 1].session != x->ops[i].session;
}

/* Only what is causally before the last operation of the session, and itself. */
static void restrict_to_past(struct naive *x, size_t last)
{
    bool *in = mem_zalloc(x->n + 1, sizeof *in);
    for (size_t i = 0; i < x->n; i++)
        in[i] = i == last || is_before(x, i, last);
    for (size_t i = 0; i < x->n; i++)
        for (size_t j = 0; j < x->n; j++)
            if (is_before(x, i, j) && !(in[i] && in[j]))
                x->base[i * x->words + j / 64] &= ~(UINT64_C(1) << (j % 64));
    mem_free(in);
}

static bool memory(struct naive *x)
{
    if (!causal(x))
        return false;
    for (size_t i = 0; i < x->n; i++) {
        if (!last_of_session(x, i))
            continue;
        causal_order(x);
        restrict_to_past(x, i);
        if (!explain_session(x, x->ops[i].session))
            return false;
    }
    return true;
}

static bool pram(struct naive *x)
{
    for (size_t i = 0; i < x->n; i++) {
        if (!last_of_session(x, i))
            continue;
        clear(x);
        program_order(x);
        for (size_t r = 0; r < x->n; r++)
            if (x->ops[r].reads && x->ops[r].session == x->ops[i].session && x->ops[r].from >= 0)
                (void)put(x, (size_t)x->ops[r].from, r);
        if (!explain_session(x, x->ops[i].session))
            return false;
    }
    return true;
}

/* ---- coherence ------------------------------------------------------------------------------- */

/* The block of an operation is named by its write; the initial value's by the key. */
static size_t block_of(const struct naive *x, size_t i, bool as_write)
{
    const struct naive_op *o = &x->ops[i];
    if (as_write && o->writes)
        return i;
    return o->from >= 0 ? (size_t)o->from : x->n + o->key;
}

/* next[b]: the block that a cas put behind b. */
static bool chain_blocks(const struct naive *x, size_t *next, size_t *previous)
{
    for (size_t i = 0; i < x->n; i++) {
        if (!x->ops[i].reads || !x->ops[i].writes)
            continue;
        size_t from = block_of(x, i, false);
        if (next[from] != SIZE_MAX)
            return false; /* two took the same value */
        next[from] = i;
        previous[i] = from;
    }
    return true;
}

static size_t head_of(const size_t *previous, size_t block, size_t most, size_t *place)
{
    *place = 0;
    while (previous[block] != SIZE_MAX && *place <= most) {
        block = previous[block];
        ++*place;
    }
    return block;
}

struct block_edge {
    size_t from, to;
};

/* Block `a` is before block `b`: between chains an edge, inside one a question. */
static bool order_blocks(const struct naive *x, const size_t *previous, size_t blocks, size_t a,
                         size_t b, struct block_edge *e, size_t *m)
{
    size_t i, j, ha = head_of(previous, a, blocks, &i), hb = head_of(previous, b, blocks, &j);
    if (i > blocks || j > blocks)
        return false; /* cas in a circle */
    if (ha == hb)
        return i <= j;
    if (hb >= x->n)
        return false; /* before the initial value */
    e[(*m)++] = (struct block_edge){ha, hb};
    return true;
}

/* Peel edges whose beginning nobody points to. */
static bool acyclic(struct block_edge *e, size_t m, size_t blocks)
{
    size_t *in = mem_zalloc(blocks + 1, sizeof *in);
    for (size_t i = 0; i < m; i++)
        in[e[i].to]++;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < m;) {
            if (in[e[i].from] > 0) {
                i++;
                continue;
            }
            in[e[i].to]--;
            e[i] = e[--m];
            more = true;
        }
    }
    mem_free(in);
    return m == 0;
}

static bool counts(const struct naive_op *o)
{
    return o->reads || o->writes;
}

/* The next operation of the session on the key, or n. */
static size_t next_on_key(const struct naive *x, size_t i)
{
    size_t j = i + 1;
    while (j < x->n && x->ops[j].session == x->ops[i].session &&
           (x->ops[j].key != x->ops[i].key || !counts(&x->ops[j])))
        j++;
    return j < x->n && x->ops[j].session == x->ops[i].session ? j : x->n;
}

static bool coherence(struct naive *x)
{
    size_t blocks = x->n, m = 0;
    for (size_t i = 0; i < x->n; i++)
        blocks = x->n + x->ops[i].key >= blocks ? x->n + x->ops[i].key + 1 : blocks;
    size_t *next = mem_alloc((2 * blocks + 2) * sizeof *next), *previous = next + blocks + 1;
    struct block_edge *e = mem_alloc((2 * x->n + 1) * sizeof *e);
    memset(next, 0xff, (2 * blocks + 2) * sizeof *next);
    bool good = chain_blocks(x, next, previous);
    for (size_t i = 0; i < x->n && good; i++) {
        size_t j = next_on_key(x, i);
        if (x->ops[i].reads && x->ops[i].from == (int)i)
            good = false; /* it took what it put there */
        if (j == x->n || !counts(&x->ops[i]))
            continue;
        size_t a = block_of(x, i, true), b = block_of(x, j, false);
        bool first = x->ops[j].writes && !x->ops[j].reads;
        good = good && order_blocks(x, previous, blocks, a, first ? j : b, e, &m);
        /* a write is before all reads of its block */
        good = good && !(first && a == j);
    }
    for (size_t i = 0; i < x->n && good; i++) /* the initial value is before all */
        if (x->ops[i].writes)
            good = order_blocks(x, previous, blocks, x->n + x->ops[i].key, i, e, &m);
    good = good && acyclic(e, m, blocks);
    mem_free(next);
    mem_free(e);
    return good;
}

/* ---- session guarantees ---------------------------------------------------------------------- */

enum { RYW = 1, MR = 2, MW = 4, WFR = 8 };

/* Does guarantee `g` put what operation i wrote or observed before what j did, and how? False:
 * broken at once. */
static bool ask_pair(struct naive *x, unsigned g, size_t i, size_t j)
{
    const struct naive_op *a = &x->ops[i], *b = &x->ops[j];
    bool same = a->key == b->key;
    bool own = (g & RYW) && same && a->writes && b->reads;
    bool seen = (g & MR) && same && a->reads && a->from >= 0 && b->reads;
    if ((own && b->from < 0) || (seen && b->from < 0))
        return false;
    if (own && b->from != (int)i)
        (void)put(x, i, (size_t)b->from);
    if (seen && b->from != a->from)
        (void)put(x, (size_t)a->from, (size_t)b->from);
    if ((g & MW) && a->writes && b->writes)
        (void)put(x, i, j);
    if ((g & WFR) && a->reads && a->from >= 0 && b->writes)
        (void)put(x, (size_t)a->from, j);
    return true;
}

static bool guarantees(struct naive *x, unsigned g)
{
    clear(x);
    for (size_t i = 0; i < x->n; i++) {
        /* a cas observes before it writes */
        if ((g & WFR) && x->ops[i].reads && x->ops[i].writes && x->ops[i].from >= 0)
            (void)put(x, (size_t)x->ops[i].from, i);
        for (size_t j = i + 1; j < x->n && x->ops[j].session == x->ops[i].session; j++)
            if (!ask_pair(x, g, i, j))
                return false;
    }
    close_over(x);
    return !cyclic(x);
}

enum naive_answer naive_level(struct naive *x, const char *level)
{
    static const struct {
        const char *name;
        bool (*holds)(struct naive *x);
        unsigned guarantees;
    } levels[] = {
        {"causal", causal, 0},         {"causal-convergence", convergence, 0},
        {"causal-memory", memory, 0},  {"pram", pram, 0},
        {"coherence", coherence, 0},   {"read-your-writes", NULL, RYW},
        {"monotonic-reads", NULL, MR}, {"monotonic-writes", NULL, MW},
        {"writes-follow-reads", NULL, WFR}, {"session", NULL, RYW | MR | MW | WFR},
    };
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (strcmp(levels[i].name, level) != 0)
            continue;
        bool holds = !x->air && (levels[i].holds ? levels[i].holds(x)
                                                 : guarantees(x, levels[i].guarantees));
        return holds ? NAIVE_HOLDS : NAIVE_BROKEN;
    }
    return NAIVE_OPEN;
}
