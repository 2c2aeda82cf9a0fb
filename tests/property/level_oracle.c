#include "tests/property/level_oracle.h"

enum { OPS = 16, INITIAL = -1, NO_WRITE = -2 };

/* One choice: the operations that took effect, and what each read observed. */
struct world {
    unsigned n;
    struct case_op op[OPS];
    unsigned session[OPS];
    int from[OPS]; /* an operation, INITIAL, or NO_WRITE for what reads nothing */
    uint32_t before[OPS]; /* program order */
    uint32_t lower[OPS];  /* writes: those that have a lower version */
};

static bool reads(const struct case_op *o)
{
    return o->f != 'w';
}

static bool writes(const struct case_op *o)
{
    return o->f != 'r';
}

static int written(const struct case_op *o)
{
    return o->f == 'c' ? o->to : o->value;
}

/* ---- versions -------------------------------------------------------------------------------- */

/* What choices of sources have found about keys; bits. */
struct belief {
    bool global;      /* versions count over all keys */
    uint32_t trusted; /* keys whose versions some choice does not contradict */
};

/* Versions of the writes of a key, -1 where they are unknown. False when they contradict what the
 * reads observed. */
static bool versions_of(const struct world *w, unsigned key, int version[OPS])
{
    for (unsigned i = 0; i < w->n; i++)
        if (w->op[i].key == key)
            version[i] = writes(&w->op[i]) ? w->op[i].version : -1;
    for (unsigned i = 0; i < w->n; i++) {
        int from = w->from[i], v = w->op[i].version;
        if (w->op[i].key != key || writes(&w->op[i]) || v < 0 || from < 0)
            continue;
        if (version[from] >= 0 && version[from] != v)
            return false;
        version[from] = v;
    }
    for (unsigned i = 0; i < w->n; i++) {
        if (w->op[i].key != key || version[i] < 0)
            continue;
        for (unsigned j = 0; j < w->n; j++) {
            bool initial = !writes(&w->op[j]) && w->from[j] == INITIAL;
            if (w->op[j].key == key && j != i &&
                (initial ? w->op[j].version : version[j]) == version[i])
                return false;
        }
    }
    return true;
}

/* Fills w->lower. False when this choice contradicts versions that are trusted. */
static bool heed(struct world *w, const struct belief *b)
{
    int version[OPS];
    for (unsigned i = 0; i < w->n; i++)
        version[i] = -1;
    for (unsigned k = 0; k < CASE_KEYS; k++) {
        if (b->trusted >> k & 1) {
            if (!versions_of(w, k, version))
                return false;
            continue;
        }
        for (unsigned i = 0; i < w->n; i++)
            if (w->op[i].key == k)
                version[i] = -1;
    }
    for (unsigned i = 0; i < w->n; i++) {
        w->lower[i] = 0;
        for (unsigned j = 0; j < w->n; j++)
            if (version[i] >= 0 && version[j] >= 0 && version[j] < version[i] &&
                (b->global || w->op[i].key == w->op[j].key))
                w->lower[i] |= UINT32_C(1) << j;
    }
    return true;
}

/* ---- executions ------------------------------------------------------------------------------ */

/* Is there an order of the operations `all` that respects `pred` in which the reads `checked` are
 * right? `fixed`: NULL, or of each operation those that must come first for another reason. */
static bool executes(const struct world *w, uint32_t all, const uint32_t *pred,
                     const uint32_t *fixed, uint32_t checked, uint32_t done,
                     const int memory[CASE_KEYS])
{
    if (done == all)
        return true;
    for (unsigned i = 0; i < w->n; i++) {
        uint32_t bit = UINT32_C(1) << i;
        if (!(all & bit) || (done & bit) || (pred[i] & all & ~done) ||
            (fixed && (fixed[i] & all & ~done)))
            continue;
        const struct case_op *o = &w->op[i];
        if (reads(o) && (checked & bit) && memory[o->key] != w->from[i])
            continue;
        int next[CASE_KEYS];
        memcpy(next, memory, sizeof next);
        if (writes(o))
            next[o->key] = (int)i;
        if (executes(w, all, pred, fixed, checked, done | bit, next))
            return true;
    }
    return false;
}

static bool runs(const struct world *w, uint32_t all, const uint32_t *pred, const uint32_t *fixed,
                 uint32_t checked)
{
    int memory[CASE_KEYS];
    for (unsigned i = 0; i < CASE_KEYS; i++)
        memory[i] = INITIAL;
    return executes(w, all, pred, fixed, checked, 0, memory);
}

static uint32_t everything(const struct world *w)
{
    return (UINT32_C(1) << w->n) - 1;
}

static bool sequential(const struct world *w)
{
    return runs(w, everything(w), w->before, w->lower, everything(w));
}

static bool coherent(const struct world *w)
{
    for (unsigned k = 0; k < CASE_KEYS; k++) {
        uint32_t all = 0;
        for (unsigned i = 0; i < w->n; i++)
            if (w->op[i].key == k)
                all |= UINT32_C(1) << i;
        if (!runs(w, all, w->before, NULL, all))
            return false;
    }
    return true;
}

/* All writes and the operations of session s. */
static bool view_of(const struct world *w, unsigned s, const uint32_t *fixed)
{
    uint32_t all = 0, own = 0;
    for (unsigned i = 0; i < w->n; i++) {
        uint32_t bit = UINT32_C(1) << i;
        if (w->session[i] == s)
            own |= bit;
        if (w->session[i] == s || writes(&w->op[i]))
            all |= bit;
    }
    /* Program order goes through reads that are left out: `before` is closed. */
    return runs(w, all, w->before, fixed, own);
}

static bool pram(const struct world *w)
{
    for (unsigned s = 0; s < CASE_SESSIONS; s++)
        if (!view_of(w, s, NULL))
            return false;
    return true;
}

/* Try each order of each key's writes. */
static bool processor_orders(const struct world *w, unsigned placed, uint32_t *fixed)
{
    uint32_t done = 0;
    unsigned n = 0;
    for (unsigned i = 0; i < w->n; i++)
        n += writes(&w->op[i]);
    for (unsigned i = 0; i < w->n; i++)
        if (fixed[i] & (UINT32_C(1) << 31))
            done |= UINT32_C(1) << i;
    if (placed == n) {
        uint32_t clean[OPS];
        for (unsigned i = 0; i < w->n; i++)
            clean[i] = fixed[i] & ~(UINT32_C(1) << 31);
        for (unsigned s = 0; s < CASE_SESSIONS; s++)
            if (!view_of(w, s, clean))
                return false;
        return true;
    }
    /* The next key that has writes to place, any of them first. */
    unsigned key = CASE_KEYS;
    for (unsigned i = 0; i < w->n; i++)
        if (writes(&w->op[i]) && !(done >> i & 1) && w->op[i].key < key)
            key = w->op[i].key;
    for (unsigned i = 0; i < w->n; i++) {
        if (!writes(&w->op[i]) || (done >> i & 1) || w->op[i].key != key)
            continue;
        uint32_t same = 0;
        for (unsigned j = 0; j < w->n; j++)
            if ((done >> j & 1) && w->op[j].key == key)
                same |= UINT32_C(1) << j;
        fixed[i] = same | UINT32_C(1) << 31;
        if (processor_orders(w, placed + 1, fixed))
            return true;
        fixed[i] = 0;
    }
    return false;
}

static bool processor(const struct world *w)
{
    uint32_t fixed[OPS] = {0};
    return processor_orders(w, 0, fixed);
}

/* ---- causal levels --------------------------------------------------------------------------- */

/* pred[i]: what is causally before i. False when something is before itself. Larger causal orders
 * only ask more, so the least one decides. */
static bool causal_order(const struct world *w, uint32_t *pred)
{
    for (unsigned i = 0; i < w->n; i++)
        pred[i] = w->before[i] | (w->from[i] >= 0 ? UINT32_C(1) << w->from[i] : 0);
    for (unsigned k = 0; k < w->n; k++)
        for (unsigned i = 0; i < w->n; i++)
            if (pred[i] >> k & 1)
                pred[i] |= pred[k];
    for (unsigned i = 0; i < w->n; i++)
        if (pred[i] >> i & 1)
            return false;
    return true;
}

static bool weak_causal(const struct world *w, const uint32_t *pred)
{
    for (unsigned i = 0; i < w->n; i++)
        if (reads(&w->op[i]) &&
            !runs(w, pred[i] | UINT32_C(1) << i, pred, NULL, UINT32_C(1) << i))
            return false;
    return true;
}

static bool causal_memory(const struct world *w, const uint32_t *pred)
{
    for (unsigned i = 0; i < w->n; i++) {
        uint32_t past = pred[i] | UINT32_C(1) << i, own = 0;
        for (unsigned j = 0; j < w->n; j++)
            if (w->session[j] == w->session[i] && (past >> j & 1))
                own |= UINT32_C(1) << j;
        if (!runs(w, past, pred, NULL, own))
            return false;
    }
    return true;
}

/* Place all operations in one order; each read sees its key's last write that is in its past. */
static bool arbitrated(const struct world *w, const uint32_t *pred, uint32_t done, unsigned *place)
{
    unsigned n = (unsigned)__builtin_popcount(done);
    if (n == w->n) {
        for (unsigned r = 0; r < w->n; r++) {
            int last = INITIAL;
            for (unsigned i = 0; i < w->n && reads(&w->op[r]); i++)
                if ((pred[r] >> i & 1) && writes(&w->op[i]) && w->op[i].key == w->op[r].key &&
                    (last < 0 || place[i] > place[last]))
                    last = (int)i;
            if (reads(&w->op[r]) && last != w->from[r])
                return false;
        }
        return true;
    }
    for (unsigned i = 0; i < w->n; i++) {
        if ((done >> i & 1) || ((pred[i] | w->lower[i]) & ~done))
            continue;
        place[i] = n;
        if (arbitrated(w, pred, done | UINT32_C(1) << i, place))
            return true;
    }
    return false;
}

static bool causal(const struct world *w, const char *level)
{
    uint32_t pred[OPS];
    unsigned place[OPS];
    if (!causal_order(w, pred))
        return false;
    if (strcmp(level, "causal") == 0)
        return weak_causal(w, pred);
    if (strcmp(level, "causal-memory") == 0)
        return causal_memory(w, pred);
    return arbitrated(w, pred, 0, place);
}

/* ---- session guarantees ---------------------------------------------------------------------- */

struct arbitration {
    const struct world *w;
    unsigned g;
    unsigned place[OPS]; /* of writes */
};

/* Is there a visible set for each read of session s from operation i on? `seen`: what the reads
 * before saw; `own`: the session's writes so far. */
static bool visible(const struct arbitration *a, unsigned i, uint32_t seen, uint32_t own)
{
    const struct world *w = a->w;
    const struct case_op *o = &w->op[i];
    uint32_t writers = 0;
    for (unsigned j = 0; j < w->n; j++)
        if (writes(&w->op[j]))
            writers |= UINT32_C(1) << j;
    /* A smaller set asks less of what follows; where there are few, all are tried all the same. */
    uint32_t least = (w->from[i] >= 0 ? UINT32_C(1) << w->from[i] : 0) |
                     (a->g & G_RYW ? own : 0) | (a->g & G_MR ? seen : 0);
    bool few = __builtin_popcount(writers) <= 3;
    for (uint32_t vis = few ? writers : least;; vis = (vis - 1) & writers) {
        uint32_t now = seen;
        bool good = true;
        if (reads(o)) {
            int last = INITIAL;
            for (unsigned j = 0; j < w->n; j++)
                if ((vis >> j & 1) && w->op[j].key == o->key &&
                    (last < 0 || a->place[j] > a->place[last]))
                    last = (int)j;
            good = last == w->from[i] && (!(a->g & G_RYW) || !(own & ~vis)) &&
                   (!(a->g & G_MR) || !(seen & ~vis));
            now |= vis;
        }
        if (good && writes(o)) {
            for (unsigned j = 0; j < w->n; j++) {
                if ((a->g & G_MW) && (own >> j & 1))
                    good = good && a->place[j] < a->place[i];
                if ((a->g & G_WFR) && (now >> j & 1) && j != i)
                    good = good && a->place[j] < a->place[i];
                if ((a->g & G_WFR) && (now >> j & 1) && j == i)
                    good = false;
            }
        }
        bool end = i + 1 == w->n || w->session[i + 1] != w->session[i];
        if (good && (end || visible(a, i + 1, now, own | (writes(o) ? UINT32_C(1) << i : 0))))
            return true;
        if (vis == 0 || !reads(o) || !few)
            return false;
    }
}

static bool all_visible(const struct arbitration *a)
{
    for (unsigned i = 0; i < a->w->n; i++)
        if (i == 0 || a->w->session[i] != a->w->session[i - 1])
            if (!visible(a, i, 0, 0))
                return false;
    return true;
}

static bool some_arbitration(struct arbitration *a, uint32_t done, unsigned n)
{
    bool any = false;
    for (unsigned i = 0; i < a->w->n; i++) {
        if ((done >> i & 1) || !writes(&a->w->op[i]))
            continue;
        any = true;
        if (a->w->lower[i] & ~done)
            continue;
        a->place[i] = n;
        if (some_arbitration(a, done | UINT32_C(1) << i, n + 1))
            return true;
    }
    return !any && all_visible(a);
}

/* ---- choices --------------------------------------------------------------------------------- */

struct asked {
    const char *level;
    unsigned g;
    struct belief *belief; /* NULL: versions do not count */
    bool learning;         /* ask what can be trusted; no choice is good enough to stop */
};

static bool judge(struct world *w, const struct asked *q)
{
    struct arbitration a = {.w = w, .g = q->g};
    int version[OPS];
    for (unsigned k = 0; k < CASE_KEYS && q->learning; k++)
        if (versions_of(w, k, version))
            q->belief->trusted |= UINT32_C(1) << k;
    if (q->learning || (q->belief && !heed(w, q->belief)))
        return false;
    if (!q->level)
        return some_arbitration(&a, 0, 0);
    if (strcmp(q->level, "sequential") == 0)
        return sequential(w);
    if (strcmp(q->level, "coherence") == 0)
        return coherent(w);
    if (strcmp(q->level, "pram") == 0)
        return pram(w);
    if (strcmp(q->level, "processor") == 0)
        return processor(w);
    return causal(w, q->level);
}

/* Choose what read i and those after it observed. */
static bool choose_sources(struct world *w, unsigned i, const struct asked *q)
{
    if (i == w->n)
        return judge(w, q);
    w->from[i] = NO_WRITE;
    if (!reads(&w->op[i]))
        return choose_sources(w, i + 1, q);
    if (w->op[i].value == 0) {
        w->from[i] = INITIAL;
        if (choose_sources(w, i + 1, q))
            return true;
    }
    for (unsigned j = 0; j < w->n; j++) {
        if (j == i || !writes(&w->op[j]) || w->op[j].key != w->op[i].key ||
            written(&w->op[j]) != w->op[i].value)
            continue;
        w->from[i] = (int)j;
        if (choose_sources(w, i + 1, q))
            return true;
    }
    return false;
}

/* Choose which crashed operations took effect; crashed reads tell nothing. */
static bool choose_crashed(const struct session_case *c, const struct asked *q)
{
    for (uint32_t taken = 0; taken < UINT32_C(1) << c->nsessions; taken++) {
        struct world w = {0};
        bool useless = false;
        for (unsigned s = 0; s < c->nsessions; s++) {
            uint32_t before = 0;
            for (unsigned i = 0; i < c->n[s]; i++) {
                const struct case_op *o = &c->ops[s][i];
                if (o->crashed && !(taken >> s & 1))
                    continue;
                if (o->crashed && !writes(o)) {
                    useless = true;
                    continue;
                }
                w.op[w.n] = *o;
                w.session[w.n] = s;
                w.before[w.n] = before;
                before |= UINT32_C(1) << w.n++;
            }
            bool crashes = c->n[s] > 0 && c->ops[s][c->n[s] - 1].crashed;
            useless = useless || ((taken >> s & 1) && !crashes);
        }
        if (!useless && choose_sources(&w, 0, q))
            return true;
    }
    return false;
}

static bool has_versions(const struct session_case *c)
{
    for (unsigned s = 0; s < c->nsessions; s++)
        for (unsigned i = 0; i < c->n[s]; i++)
            if (c->ops[s][i].version >= 0)
                return true;
    return false;
}

static bool ask(const struct session_case *c, const char *level, unsigned g)
{
    struct belief belief = {.global = c->global};
    struct asked q = {.level = level, .g = g, .belief = &belief, .learning = true};
    bool heeds = !level || strcmp(level, "sequential") == 0 ||
                 strcmp(level, "causal-convergence") == 0;
    heeds = heeds && has_versions(c);
    if (heeds)
        (void)choose_crashed(c, &q);
    q.learning = false;
    q.belief = heeds ? &belief : NULL;
    return choose_crashed(c, &q);
}

bool level_oracle_sessions(const struct session_case *c, unsigned g)
{
    return ask(c, NULL, g);
}

bool level_oracle(const struct session_case *c, const char *level)
{
    static const struct {
        const char *name;
        unsigned g;
    } sessions[] = {{"read-your-writes", G_RYW}, {"monotonic-reads", G_MR},
                    {"monotonic-writes", G_MW}, {"writes-follow-reads", G_WFR},
                    {"session", G_ALL}};
    for (size_t i = 0; i < sizeof sessions / sizeof *sessions; i++)
        if (strcmp(level, sessions[i].name) == 0)
            return level_oracle_sessions(c, sessions[i].g);
    return ask(c, level, 0);
}
