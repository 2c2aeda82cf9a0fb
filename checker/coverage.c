/* One sweep over the events with what is on at the moment: which faults, which cut, which
 * operations. Then the sentences. */
#include "checker/coverage.h"

#include "base/hash.h"
#include "base/mem.h"
#include "checker/account.h"
#include "checker/ok_ratio.h"
#include "histories/event_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FAULTS_MAX = 32, NODES_MAX = 64, MISSING_MAX = 64, FS_MAX = 1024 };

const char *const coverage_phases[PHASES] = {"before", "during", "after"};

struct sweep {
    const struct history *h;
    struct coverage *c;
    struct arena *arena;
    /* faults */
    bool on[FAULTS_MAX];
    int64_t since[FAULTS_MAX];
    bool was[FAULTS_MAX];       /* on, some time before now */
    unsigned non;               /* how many are on */
    bool over;                  /* the history ended */
    struct coverage_heal *heal; /* the one that waits for a success, or NULL */
    struct ok_ratio ratio;
    bool began;       /* some fault began before now */
    bool waits;       /* all faults ended, and nothing has succeeded since */
    bool tried_again; /* but something was invoked */
    int64_t ended;
    uint32_t ended_at;
    /* cuts */
    struct map64 nodes; /* val to number */
    uint32_t nnodes;
    val node[NODES_MAX];
    struct coverage_cut *cut; /* that is on, if it is kept */
    uint32_t side[NODES_MAX]; /* by node; of the cut that is on */
    uint32_t nsides;          /* below 2: none */
    uint64_t tried, served;   /* sides, a bit each */
    /* operations */
    size_t room;                   /* for names of operations */
    struct coverage_share *so_far; /* by f, of those that ended */
    uint32_t *op_at;               /* event to op + 1, for invocations and completions */
    uint32_t open;
    bool *overlaps; /* by op */
    uint32_t alone; /* the only open one + 1, or 0 */
    int64_t *latency;
    size_t nlatency;
};

/* ---- faults -------------------------------------------------------------------------------- */

struct fault_name {
    const char *f, *class;
    bool begins;
};

static const struct fault_name names[] = {
    {"kill", "kill", true},
    {"start", "kill", false},
    {"pause", "pause", true},
    {"resume", "pause", false},
    {"bump-clock", "clock", true},
    {"reset-clock", "clock", false},
    {"strobe-clock", "strobe", true},
    {"stop-strobe", "strobe", false},
    {"restart", "restart", true},
    {"start-all", "restart", false},
    {"fill-disk", "disk-full", true},
    {"free-disk", "disk-full", false},
    {"flip-bits", "bitflip", true},
    {"stop-flipping", "bitflip", false},
    {"truncate-file", "truncate", true},
    {"stop-truncating", "truncate", false},
    {"limit-rate", "rate", true},
    {"unlimit-rate", "rate", false},
    {"cut-power", "power-cut", true},
    {"restore-power", "power-cut", false},
    {"reset", "clock", false},
    {"bump", "clock", true},
};

static uint32_t fault_index(struct sweep *s, struct str class, bool add)
{
    struct coverage *c = s->c;
    for (uint32_t i = 0; i < c->nfaults; i++)
        if (str_is(class, c->faults[i].name))
            return i;
    if (!add || c->nfaults == FAULTS_MAX)
        return FAULTS_MAX;
    c->faults[c->nfaults] =
        (struct coverage_fault){.name = arena_printf(s->arena, "%.*s", (int)class.n, class.p)};
    struct coverage_share(*in)[PHASES] = arena_zalloc(s->arena, s->room * sizeof *in);
    for (size_t f = 0; f < c->nf; f++)
        in[f][PHASE_BEFORE] = s->so_far[f];
    c->faults[c->nfaults].in = in;
    return (uint32_t)c->nfaults++;
}

/* The class of the operation `f` of a nemesis; FAULTS_MAX: it is none. */
static uint32_t class_of(struct sweep *s, struct str f, bool *begins)
{
    uint32_t killed = fault_index(s, str_of("kill"), false);
    *begins = true;
    if (str_is(f, "start") && killed == FAULTS_MAX) /* Jepsen's start and stop of one nemesis */
        return fault_index(s, str_of("nemesis"), true);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(f, names[i].f)) {
            *begins = names[i].begins;
            return fault_index(s, str_of(names[i].class), *begins);
        }
    *begins = str_starts(f, "start-");
    if (*begins)
        return fault_index(s, (struct str){f.p + 6, f.n - 6}, true);
    if (str_starts(f, "stop-"))
        return fault_index(s, (struct str){f.p + 5, f.n - 5}, false);
    return str_is(f, "stop") ? fault_index(s, str_of("nemesis"), false) : FAULTS_MAX;
}

static void keep_heal(struct sweep *s, size_t i)
{
    struct coverage *c = s->c;
    s->heal = NULL;
    if (s->over || c->nheals == COVERAGE_HEALS)
        return;
    s->heal = &c->heals[c->nheals++];
    *s->heal = (struct coverage_heal){(uint32_t)i, NO_EVENT, NO_TIME, 0, NO_EVENT, NO_TIME, 0};
    ok_ratio_heal(&s->ratio, s->heal);
}

static void fault_ends(struct sweep *s, uint32_t class, size_t i)
{
    struct coverage_fault *f = &s->c->faults[class];
    int64_t time = s->h->events.time[i];
    if (!s->on[class])
        return;
    s->on[class] = false;
    if (time != NO_TIME && s->since[class] != NO_TIME && time > s->since[class])
        f->ns += time - s->since[class];
    if (--s->non > 0)
        return;
    s->waits = true;
    s->tried_again = false;
    s->ended = time;
    s->ended_at = (uint32_t)i;
    s->c->ends++;
    keep_heal(s, i);
}

static void fault_begins(struct sweep *s, uint32_t class, size_t i)
{
    struct coverage_fault *f = &s->c->faults[class];
    f->times++;
    if (event_says(s->h, (uint32_t)i, "receipt", "no effect")) {
        f->effectless++;
        return;
    }
    s->began = true;
    s->waits = false;
    s->heal = NULL;
    ok_ratio_heal(&s->ratio, NULL);
    s->was[class] = true;
    if (!s->on[class]) {
        s->on[class] = true;
        s->since[class] = s->h->events.time[i];
        s->non++;
    }
}

/* ---- cuts ---------------------------------------------------------------------------------- */

static uint32_t node_number(struct sweep *s, val node)
{
    uint32_t i = map64_get(&s->nodes, node);
    if (i != MAP64_NONE || s->nnodes == NODES_MAX)
        return i == MAP64_NONE ? NODES_MAX : i;
    map64_put(&s->nodes, node, s->nnodes);
    s->node[s->nnodes] = node;
    return s->nnodes++;
}

static void keep_cut(struct sweep *s, size_t i, const uint64_t *deaf)
{
    struct coverage *c = s->c;
    uint32_t n = s->nnodes;
    if (c->ncut == COVERAGE_CUTS)
        return;
    struct coverage_cut *cut = s->cut = &c->cut[c->ncut++];
    *cut = (struct coverage_cut){(uint32_t)i, NO_EVENT, n, s->nsides, NULL, NULL, NULL, NULL};
    cut->node = arena_alloc(s->arena, n * sizeof *cut->node);
    cut->deaf = arena_alloc(s->arena, n * sizeof *cut->deaf);
    cut->side = arena_alloc(s->arena, n * sizeof *cut->side);
    cut->asked = arena_zalloc(s->arena, n * sizeof *cut->asked);
    memcpy(cut->node, s->node, n * sizeof *cut->node);
    memcpy(cut->deaf, deaf, n * sizeof *cut->deaf);
    memcpy(cut->side, s->side, n * sizeof *cut->side);
}

static void close_cut(struct sweep *s, uint32_t event)
{
    if (s->cut)
        s->cut->to = event;
    s->cut = NULL;
    if (s->nsides < 2)
        return;
    s->c->cuts.all++;
    s->c->cuts.tried += __builtin_popcountll(s->tried) >= 2;
    s->c->cuts.served += __builtin_popcountll(s->served) >= 2;
    s->nsides = 0;
}

/* deaf[i]: nodes that i does not hear. */
static bool read_grudge(struct sweep *s, val v, uint64_t *deaf)
{
    const struct values *t = &s->h->values;
    val word, map;
    size_t n;
    if (val_pair(t, v, &word, &map))
        v = map;
    const val *items = val_items(t, v, &n);
    if (val_kind(t, v) != V_MAP || n == 0)
        return false;
    for (size_t i = 0; i < n; i += 2) {
        size_t k;
        const val *whom = val_items(t, items[i + 1], &k);
        uint32_t to = node_number(s, items[i]);
        for (size_t j = 0; to < NODES_MAX && j < k; j++) {
            uint32_t from = node_number(s, whom[j]);
            deaf[to] |= from < NODES_MAX ? UINT64_C(1) << from : 0;
        }
    }
    return true;
}

/* Nodes that hear each other, directly or over others, are on one side. */
static void find_sides(struct sweep *s, const uint64_t *deaf)
{
    uint64_t left = s->nnodes >= NODES_MAX ? UINT64_MAX : (UINT64_C(1) << s->nnodes) - 1;
    s->nsides = 0;
    while (left) {
        uint64_t side = left & -left, seen = 0;
        for (uint64_t todo; (todo = side & ~seen);) {
            uint32_t i = (uint32_t)__builtin_ctzll(todo);
            seen |= UINT64_C(1) << i;
            s->side[i] = s->nsides;
            for (uint32_t j = 0; j < s->nnodes; j++)
                if (!(deaf[i] >> j & 1) && !(deaf[j] >> i & 1))
                    side |= UINT64_C(1) << j;
        }
        left &= ~side;
        s->nsides++;
    }
}

static void open_cut(struct sweep *s, size_t i)
{
    uint64_t deaf[NODES_MAX] = {0};
    close_cut(s, (uint32_t)i);
    if (!read_grudge(s, s->h->events.value[i], deaf))
        return;
    find_sides(s, deaf);
    keep_cut(s, i, deaf);
    s->tried = s->served = 0;
}

static void on_nemesis(struct sweep *s, size_t i)
{
    struct str f = val_get_text(&s->h->values, s->h->events.f[i]);
    bool begins;
    uint32_t class = class_of(s, f, &begins);
    if (class == FAULTS_MAX)
        return;
    if (begins && (str_is(f, "start-partition") || str_is(f, "start")))
        open_cut(s, i);
    else if (!begins && strcmp(s->c->faults[class].name, "partition") == 0)
        close_cut(s, (uint32_t)i);
    if (begins)
        fault_begins(s, class, i);
    else
        fault_ends(s, class, i);
}

/* ---- operations ---------------------------------------------------------------------------- */

static uint32_t node_of(struct sweep *s, size_t event)
{
    const struct events *v = &s->h->events;
    val node = v->node ? v->node[event] : VAL_ABSENT;
    uint32_t i = node == VAL_ABSENT ? MAP64_NONE : map64_get(&s->nodes, node);
    return i == MAP64_NONE ? NODES_MAX : i;
}

static uint32_t side_of(struct sweep *s, size_t event)
{
    uint32_t i = node_of(s, event);
    return i == NODES_MAX ? NODES_MAX : s->side[i];
}

/* What was asked of the nodes while a cut was on. */
static struct coverage_share *asked(struct sweep *s, size_t event)
{
    uint32_t i = s->cut ? node_of(s, event) : NODES_MAX;
    return i < NODES_MAX && i < s->cut->nnodes ? &s->cut->asked[i] : NULL;
}

/* An operation that ended, or never will, to the phases of each fault. */
static void count_phases(struct sweep *s, const struct coverage_f *what, bool ok)
{
    size_t f = (size_t)(what - s->c->f);
    s->so_far[f].all++;
    s->so_far[f].ok += ok;
    for (uint32_t k = 0; k < s->c->nfaults; k++) {
        enum coverage_phase at = s->on[k] ? PHASE_DURING : s->was[k] ? PHASE_AFTER : PHASE_BEFORE;
        s->c->faults[k].in[f][at].all++;
        s->c->faults[k].in[f][at].ok += ok;
    }
}

static struct coverage_f *f_of(struct sweep *s, val f)
{
    struct coverage *c = s->c;
    for (size_t i = 0; i < c->nf; i++)
        if (c->f[i].f == f)
            return &c->f[i];
    if (c->nf == FS_MAX)
        return &c->f[FS_MAX - 1]; /* so many kinds of operations are none */
    c->f[c->nf] = (struct coverage_f){.f = f};
    return &c->f[c->nf++];
}

static enum coverage_phase phase(const struct sweep *s)
{
    return s->non > 0 ? PHASE_DURING : s->began ? PHASE_AFTER : PHASE_BEFORE;
}

static void on_invoke(struct sweep *s, uint32_t id, size_t i)
{
    uint32_t side = s->nsides >= 2 ? side_of(s, i) : NODES_MAX;
    struct coverage_f *f = f_of(s, s->h->ops[id].f);
    struct coverage_share *share = asked(s, i);
    f->all++;
    s->c->ops++;
    if (share)
        share->all++;
    if (s->h->ops[id].ret == NO_EVENT)
        count_phases(s, f, false);
    s->tried_again = true;
    s->tried |= side < NODES_MAX ? UINT64_C(1) << side : 0;
    if (s->open > 0) {
        s->overlaps[id] = true;
        if (s->alone)
            s->overlaps[s->alone - 1] = true;
    }
    s->alone = s->open == 0 ? id + 1 : 0;
    s->open++;
    s->c->most_at_once = s->open > s->c->most_at_once ? s->open : s->c->most_at_once;
    if (event_says(s->h, (uint32_t)i, "final?", "true")) {
        s->c->final_reads++;
        s->c->final_ok += s->h->ops[id].type == OP_OK;
    }
}

static void succeeded(struct sweep *s, uint32_t id, size_t i)
{
    const struct op *op = &s->h->ops[id];
    int64_t from = s->h->events.time[op->inv], to = s->h->events.time[i];
    uint32_t side = s->nsides >= 2 ? side_of(s, i) : NODES_MAX;
    f_of(s, op->f)->ok_in[phase(s)]++;
    for (uint32_t k = 0; k < s->c->nfaults; k++)
        s->c->faults[k].ok += s->on[k];
    struct coverage_share *share = asked(s, i);
    s->served |= side < NODES_MAX ? UINT64_C(1) << side : 0;
    if (share && op->inv > s->cut->from)
        share->ok++;
    if (from != NO_TIME && to != NO_TIME)
        s->latency[s->nlatency++] = to > from ? to - from : 0;
    if (!s->waits || op->inv < s->ended_at)
        return;
    s->waits = false;
    bool timed = s->ended != NO_TIME && to != NO_TIME;
    if (timed && to - s->ended > s->c->recovery)
        s->c->recovery = to - s->ended;
    if (s->heal) {
        s->heal->success = (uint32_t)i;
        s->heal->ns = timed ? to - s->ended : NO_TIME;
    }
    s->heal = NULL;
}

/* An operation whose outcome is unknown stays open, but its client has gone on. */
static void on_completion(struct sweep *s, uint32_t id, size_t i)
{
    const struct op *op = &s->h->ops[id];
    struct coverage_f *f = f_of(s, op->f);
    f->ok += op->type == OP_OK;
    f->fail += op->type == OP_FAIL;
    count_phases(s, f, op->type == OP_OK);
    if (s->heal)
        s->heal->not_ok += op->type != OP_OK;
    ok_ratio_count(&s->ratio, s->h, op, (uint32_t)i, phase(s) == PHASE_BEFORE);
    if (op->type == OP_OK)
        succeeded(s, id, i);
    s->open -= s->open > 0;
    if (s->alone == id + 1)
        s->alone = 0;
}

static void map_operations(struct sweep *s)
{
    const struct history *h = s->h;
    for (uint32_t id = 0; id < h->nops; id++) {
        const struct op *op = &h->ops[id];
        s->op_at[op->inv] = id + 1;
        if (op->ret != NO_EVENT)
            s->op_at[op->ret] = id + 1;
    }
}

/* Of two operations of the nemesis with one name the second says what was done. */
static void sweep(struct sweep *s)
{
    const struct history *h = s->h;
    val invoked = VAL_ABSENT;
    for (size_t i = 0; i < h->events.n; i++) {
        uint32_t id = s->op_at[i];
        if (id > 0 && h->ops[id - 1].inv == i)
            on_invoke(s, id - 1, i);
        if (id > 0 && h->ops[id - 1].ret == i)
            on_completion(s, id - 1, i);
        if (id > 0 || !str_is(val_get_text(&h->values, h->events.process[i]), "nemesis"))
            continue;
        bool second = invoked != VAL_ABSENT && invoked == h->events.f[i];
        invoked = second ? VAL_ABSENT : h->events.f[i];
        if (second)
            on_nemesis(s, i);
    }
    s->over = true;
    for (uint32_t k = 0; k < s->c->nfaults; k++)
        if (s->on[k])
            fault_ends(s, k, h->events.n - 1);
    close_cut(s, NO_EVENT);
}

/* ---- results ------------------------------------------------------------------------------- */

static void total(struct coverage *c, const struct sweep *s)
{
    for (size_t i = 0; i < c->nf; i++) {
        c->f[i].info = c->f[i].all - c->f[i].ok - c->f[i].fail;
        c->ok += c->f[i].ok;
        c->fail += c->f[i].fail;
        c->info += c->f[i].info;
    }
    for (size_t i = 0; i < s->h->nops; i++)
        c->overlapping += s->overlaps[i];
    c->recovered = !(s->waits && s->tried_again);
    c->before = s->ratio.before;
    c->knows_nodes = s->h->events.node != NULL;
    struct latencies l = {0};
    account_latencies(&l, s->latency, s->nlatency);
    c->p50 = s->nlatency ? l.ns[1] : NO_TIME;
    c->p99 = s->nlatency ? l.ns[3] : NO_TIME;
    c->slowest = s->nlatency ? l.ns[4] : NO_TIME;
}

void coverage_miss(struct coverage *c, const char *sentence)
{
    if (c->nmissing < MISSING_MAX)
        c->missing[c->nmissing++] = sentence;
}

__attribute__((format(printf, 3, 4))) static void miss(struct coverage *c, struct arena *a,
                                                       const char *fmt, ...)
{
    char piece[256];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(piece, sizeof piece, fmt, ap);
    va_end(ap);
    coverage_miss(c, arena_printf(a, "%s", piece));
}

static void say_operations(struct coverage *c, const struct history *h, struct arena *a)
{
    if (c->ops == 0)
        miss(c, a, "there are no operations of clients");
    for (size_t i = 0; i < c->nf; i++) {
        struct str f = val_get_text(&h->values, c->f[i].f);
        if (c->f[i].ok == 0)
            miss(c, a, "no %.*s succeeded, of %llu", f.n > 40 ? 40 : (int)f.n, f.p,
                 (unsigned long long)c->f[i].all);
    }
    if (c->ops > 1 && c->overlapping == 0)
        miss(c, a, "no two operations overlapped");
    if (c->final_reads > 0 && c->final_ok == 0)
        miss(c, a, "no final read succeeded, of %llu", (unsigned long long)c->final_reads);
}

static void say_faults(struct coverage *c, struct arena *a)
{
    enum { SECOND = 1000000000 };
    for (size_t i = 0; i < c->nfaults; i++) {
        const struct coverage_fault *f = &c->faults[i];
        if (f->times > 0 && f->effectless == f->times)
            miss(c, a, "the fault %s had no effect, %llu times", f->name,
                 (unsigned long long)f->times);
        else if (f->ok == 0 && f->ns >= SECOND)
            miss(c, a, "nothing succeeded while the fault %s was on", f->name);
    }
    if (c->ends > 0 && !c->recovered && c->ok > 0)
        miss(c, a, "nothing succeeded after the faults had ended");
    if (c->knows_nodes && c->cuts.all > 0 && c->cuts.tried == 0)
        miss(c, a, "nothing was tried on more than one side of a cut, of %llu",
             (unsigned long long)c->cuts.all);
}

static void say_least(struct coverage *c, const struct thresholds *t, struct arena *a)
{
    double rate = c->ops ? (double)c->ok / (double)c->ops : 0;
    if (t->min_ops > 0 && c->ok < t->min_ops)
        miss(c, a, "%llu operations succeeded, and --min-ops asks for %llu",
             (unsigned long long)c->ok, (unsigned long long)t->min_ops);
    if (t->min_ok_rate > 0 && rate < t->min_ok_rate)
        miss(c, a, "%.4g of the operations succeeded, and --min-ok-rate asks for %.4g", rate,
             t->min_ok_rate);
    if (t->max_p99 > 0 && c->p99 == NO_TIME)
        miss(c, a, "--max-p99 asks for times, and the history has none");
    if (t->max_recovery > 0 && c->ends > 0 && c->recovered && c->recovery == NO_TIME)
        miss(c, a, "--max-recovery asks for times, and the history has none");
}

static void say_most(struct coverage *c, const struct thresholds *t, struct arena *a)
{
    if (t->max_p99 > 0 && c->p99 != NO_TIME && c->p99 > t->max_p99)
        c->broken[c->nbroken++] = arena_printf(
            a, "1 %% of the operations took %.4g ms or more, and --max-p99 allows %.4g ms",
            (double)c->p99 / 1e6, (double)t->max_p99 / 1e6);
    if (t->max_recovery > 0 && c->ends > 0 && c->recovery != NO_TIME &&
        c->recovery > t->max_recovery)
        c->broken[c->nbroken++] =
            arena_printf(a,
                         "%.4g s passed between the end of the faults and the next success, and "
                         "--max-recovery allows %.4g s",
                         (double)c->recovery / 1e9, (double)t->max_recovery / 1e9);
    if (t->max_recovery > 0 && c->ends > 0 && !c->recovered)
        c->broken[c->nbroken++] = "nothing succeeded after the faults had ended, and "
                                  "--max-recovery allows for an end of that";
}

void coverage_measure(struct coverage *c, const struct history *h, const struct thresholds *t,
                      struct arena *a)
{
    struct sweep s = {.h = h, .c = c, .arena = a};
    *c = (struct coverage){.recovery = NO_TIME};
    s.room = h->nops + 1 < FS_MAX ? h->nops + 1 : FS_MAX;
    s.so_far = arena_zalloc(a, s.room * sizeof *s.so_far);
    c->f = arena_zalloc(a, s.room * sizeof *c->f);
    c->heals = arena_alloc(a, COVERAGE_HEALS * sizeof *c->heals);
    c->cut = arena_alloc(a, COVERAGE_CUTS * sizeof *c->cut);
    c->faults = arena_zalloc(a, FAULTS_MAX * sizeof *c->faults);
    c->missing = arena_zalloc(a, MISSING_MAX * sizeof *c->missing);
    c->broken = arena_zalloc(a, 4 * sizeof *c->broken);
    s.op_at = mem_zalloc(h->events.n + 1, sizeof *s.op_at);
    s.overlaps = mem_zalloc(h->nops + 1, sizeof *s.overlaps);
    s.latency = mem_alloc((h->nops + 1) * sizeof *s.latency);
    map_operations(&s);
    sweep(&s);
    total(c, &s);
    say_operations(c, h, a);
    say_faults(c, a);
    say_least(c, t, a);
    say_most(c, t, a);
    map64_free(&s.nodes);
    mem_free(s.op_at);
    mem_free(s.overlaps);
    mem_free(s.latency);
}

enum verdict coverage_verdict(const struct coverage *c)
{
    return c->nbroken ? VERDICT_INVALID : c->nmissing ? VERDICT_UNKNOWN : VERDICT_VALID;
}
