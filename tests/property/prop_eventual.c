/* Level eventual on random histories of registers, sets and counters, against what
 * docs/staleness.md says about final reads, by brute force over what crashed updates may have
 * done. */
#include "base/rng.h"
#include "checker/property.h"
#include "histories/history.h"
#include "tests/property/tap.h"

#include <stdio.h>

enum { OPS = 14, PLACES = 3, TOP = 4 };
enum kind { REGISTER, SET, COUNTER, KINDS };

static const char *const kind_names[KINDS] = {"register", "set", "counter"};

/* Operations come one after the other. Sets: of a read one bit for each element. */
struct scene_op {
    char f; /* 'r' read, 'u' update, 'd' removal or decrement */
    int value;
    unsigned place, process;
    bool crashed, last; /* last: among the final reads */
};

struct scene {
    enum kind kind;
    unsigned n;
    struct scene_op at[OPS];
    bool nodes, marked;
};

/* ---- what it has to be --------------------------------------------------------------------- */

static unsigned place_of(const struct scene *s, unsigned i)
{
    return s->nodes ? s->at[i].place : s->at[i].process;
}

static bool has_marks(const struct scene *s)
{
    bool marks = false;
    for (unsigned i = 0; i < s->n; i++)
        marks = marks || (s->marked && s->at[i].last);
    return marks;
}

/* The final read of each place. Returns how many. */
static unsigned finals(const struct scene *s, bool *final)
{
    unsigned after = 0, n = 0;
    for (unsigned i = 0; i < s->n; i++)
        after = s->at[i].f != 'r' ? i : after;
    bool marks = has_marks(s);
    for (unsigned i = 0; i < s->n; i++) {
        final[i] = s->at[i].f == 'r' && (marks ? s->at[i].last : i > after);
        for (unsigned j = i + 1; j < s->n && final[i]; j++)
            final[i] = !(s->at[j].f == 'r' && place_of(s, j) == place_of(s, i) &&
                         (!marks || s->at[j].last));
        n += final[i];
    }
    return n;
}

static bool node_without_final(const struct scene *s, const bool *final)
{
    for (unsigned i = 0; i < s->n && s->nodes; i++) {
        bool has = s->at[i].f == 'r' && s->at[i].crashed; /* a crashed read served nothing */
        for (unsigned j = 0; j < s->n; j++)
            has = has || (final[j] && s->at[j].place == s->at[i].place);
        if (!has)
            return true;
    }
    return false;
}

/* How many updates of `value` before step `end`: f or any, crashed, acknowledged, or both. */
static unsigned updates(const struct scene *s, unsigned end, char f, int value, bool crashed,
                        bool done)
{
    unsigned n = 0;
    for (unsigned i = 0; i < end; i++)
        n += s->at[i].f == f && s->at[i].value == value &&
             (s->at[i].crashed ? crashed : done);
    return n;
}

static bool possible(const struct scene *s, unsigned read)
{
    int v = s->at[read].value;
    if (s->kind == REGISTER)
        return v == 0 || updates(s, read, 'u', v, true, true) > 0;
    for (int e = 1; e <= TOP && s->kind == SET; e++)
        if ((v >> e & 1) && updates(s, read, 'u', e, true, true) == 0)
            return false;
    return true;
}

static bool acknowledged(const struct scene *s)
{
    for (unsigned i = 0; i < s->n; i++)
        if (s->at[i].f == 'u' && !s->at[i].crashed)
            return true;
    return false;
}

static enum verdict registers(const struct scene *s, const bool *final)
{
    int sure = -1, first = -1;
    bool differ = false, diverged = false;
    for (unsigned i = 0; i < s->n; i++) {
        int v = s->at[i].value;
        if (!final[i])
            continue;
        if (v == 0 && acknowledged(s))
            return VERDICT_INVALID;
        differ = differ || (first >= 0 && v != first);
        first = v;
        if (updates(s, s->n, 'u', v, true, false) > 0)
            continue;
        diverged = diverged || (sure >= 0 && v != sure);
        sure = v;
    }
    return diverged ? VERDICT_INVALID : differ ? VERDICT_UNKNOWN : VERDICT_VALID;
}

static enum verdict sets(const struct scene *s, const bool *final)
{
    enum verdict v = VERDICT_VALID;
    for (int e = 1; e <= TOP; e++) {
        bool has = false, lacks = false;
        for (unsigned i = 0; i < s->n; i++) {
            has = has || (final[i] && (s->at[i].value >> e & 1));
            lacks = lacks || (final[i] && !(s->at[i].value >> e & 1));
        }
        bool removed = updates(s, s->n, 'd', e, true, true) > 0;
        bool open = updates(s, s->n, 'u', e, true, false) + updates(s, s->n, 'd', e, true, false);
        if (lacks && updates(s, s->n, 'u', e, false, true) > 0 && !removed)
            return VERDICT_INVALID;
        if (has && lacks && !open)
            return VERDICT_INVALID;
        v = has && lacks ? VERDICT_UNKNOWN : v;
    }
    return v;
}

/* Can some of the crashed updates from step i on make `rest`? */
static bool adds_up(const struct scene *s, unsigned i, int rest)
{
    if (i == s->n)
        return rest == 0;
    const struct scene_op *t = &s->at[i];
    int amount = t->f == 'u' ? t->value : t->f == 'd' ? -t->value : 0;
    return adds_up(s, i + 1, rest - amount) ||
           (t->f != 'r' && t->crashed && adds_up(s, i + 1, rest));
}

static enum verdict counters(const struct scene *s, const bool *final)
{
    bool grows = true, differ = false;
    int first = -1, most = -1000;
    for (unsigned i = 0; i < s->n; i++)
        grows = grows && s->at[i].f != 'd';
    for (unsigned i = 0, n = 0; i < s->n; i++) {
        int v = s->at[i].value;
        if (s->at[i].f != 'r')
            continue;
        if (final[i] && (!adds_up(s, 0, v) || (grows && v < most)))
            return VERDICT_INVALID;
        differ = differ || (final[i] && n > 0 && v != first);
        first = final[i] && n++ == 0 ? v : first;
        most = v > most ? v : most;
    }
    return differ ? VERDICT_UNKNOWN : VERDICT_VALID;
}

static enum verdict expected(const struct scene *s)
{
    static enum verdict (*const judge[KINDS])(const struct scene *, const bool *) = {
        registers, sets, counters};
    bool final[OPS] = {false};
    unsigned n = finals(s, final), reads = 0;
    for (unsigned i = 0; i < s->n; i++)
        reads += s->at[i].f == 'r';
    if (reads == 0 || reads == s->n)
        return VERDICT_UNKNOWN;
    for (unsigned i = 0; i < s->n; i++)
        if (s->at[i].f == 'r' && !possible(s, i))
            return VERDICT_INVALID;
    if (n == 0 || node_without_final(s, final))
        return VERDICT_UNKNOWN;
    enum verdict v = judge[s->kind](s, final);
    return v == VERDICT_INVALID && !has_marks(s) ? VERDICT_UNKNOWN : v;
}

/* ---- random ones --------------------------------------------------------------------------- */

static unsigned below(struct rng *r, unsigned n)
{
    return (unsigned)rng_below(r, n);
}

/* What a replica that has had all acknowledged updates and some crashed ones may have. */
static int plausible(const struct scene *s, struct rng *r)
{
    int v = 0;
    for (unsigned i = 0; i < s->n; i++) {
        const struct scene_op *t = &s->at[i];
        if (t->f == 'r' || (t->crashed && below(r, 2)))
            continue;
        if (s->kind == REGISTER)
            v = t->value;
        else if (s->kind == SET)
            v = t->f == 'u' ? v | 1 << t->value : v & ~(1 << t->value);
        else
            v += t->f == 'u' ? t->value : -t->value;
    }
    return v;
}

static int any_value(const struct scene *s, struct rng *r)
{
    return s->kind == SET ? (int)below(r, 1 << TOP) * 2 : (int)below(r, TOP + 2);
}

static void random_scene(struct scene *s, struct rng *r, enum kind kind)
{
    unsigned process[PLACES], next = PLACES, places = 1 + below(r, PLACES), n = below(r, OPS - 5);
    *s = (struct scene){.kind = kind, .nodes = below(r, 3) > 0, .marked = below(r, 4) > 0};
    for (unsigned p = 0; p < PLACES; p++)
        process[p] = p;
    bool downs = below(r, 2);
    for (unsigned i = 0; i < n; i++) {
        unsigned p = below(r, places), what = below(r, 4);
        bool down = what == 1 && downs && kind != REGISTER;
        struct scene_op t = {.f = what == 0 ? 'r' : down ? 'd' : 'u', .place = p,
                             .process = process[p]};
        t.value = t.f != 'r' ? 1 + (int)below(r, TOP)
                             : below(r, 30) ? plausible(s, r) : any_value(s, r);
        t.crashed = t.f != 'r' && below(r, 4) == 0;
        process[p] = t.crashed ? next++ : process[p];
        s->at[s->n++] = t;
    }
    int v = plausible(s, r);
    for (unsigned i = 0; i < places + below(r, 2); i++) {
        unsigned p = i % places;
        struct scene_op t = {.f = 'r', .place = p, .process = process[p], .last = true, .value = v};
        if (below(r, 6) == 0)
            t.value = below(r, 3) ? plausible(s, r) : any_value(s, r);
        if (below(r, 12))
            s->at[s->n++] = t;
    }
}

/* ---- as a history -------------------------------------------------------------------------- */

static void print_value(const struct scene *s, const struct scene_op *t, struct buf *out)
{
    bool initial = s->kind == REGISTER && t->value == 0;
    if (s->kind != SET || t->f != 'r') {
        buf_printf(out, initial ? "nil" : "%d", t->value);
        return;
    }
    buf_puts(out, "#{");
    for (int e = 1; e <= TOP; e++)
        if (t->value >> e & 1)
            buf_printf(out, " %d", e);
    buf_putc(out, '}');
}

static void print(const struct scene *s, struct buf *out)
{
    static const char *const names[KINDS][2] = {{"write", ""}, {"add", "remove"}, {"inc", "dec"}};
    for (unsigned i = 0; i < s->n; i++) {
        const struct scene_op *t = &s->at[i];
        for (int end = 0; end < 2; end++) {
            buf_printf(out, "{:process %u, :type :%s, :f :%s, :value ", t->process,
                       !end ? "invoke" : t->crashed ? "info" : "ok",
                       t->f == 'r' ? "read" : names[s->kind][t->f == 'd']);
            if (t->f == 'r' && !end)
                buf_puts(out, "nil");
            else
                print_value(s, t, out);
            if (s->nodes)
                buf_printf(out, ", :node \"n%u\"", t->place);
            buf_puts(out, t->last && s->marked ? ", :final? true}\n" : "}\n");
        }
    }
}

static bool ask(struct str text, enum verdict *v)
{
    struct history h;
    struct check_result r;
    struct budget budget = {0};
    struct load_options load = {.format = "edn"};
    struct err e = {0};
    if (!history_load_memory(&h, "scene", text, &load, &e)) {
        tap_note("%s", e.text);
        return false;
    }
    const struct check_options o = {.property = &level_eventual, .jobs = 1, .evidence = true,
                                    .budget = &budget};
    bool good = check_history(&h, &o, &r, &e);
    *v = good ? r.verdict : VERDICT_UNKNOWN;
    check_result_free(&r);
    history_free(&h);
    return good;
}

static void run(enum kind kind, uint64_t count, uint64_t seed)
{
    uint64_t verdicts[VERDICT_UNKNOWN + 1] = {0};
    bool good = true;
    for (uint64_t i = 0; i < count && good; i++) {
        struct scene s;
        struct rng r;
        struct buf text = {0};
        enum verdict v = VERDICT_UNKNOWN;
        rng_seed(&r, seed + i);
        random_scene(&s, &r, kind);
        if (s.n == 0)
            continue;
        print(&s, &text);
        enum verdict want = expected(&s);
        good = ask(buf_str(&text), &v) && v == want;
        verdicts[v]++;
        if (!good)
            tap_note("seed %llu: verdict %d instead of %d\n%.*s", (unsigned long long)(seed + i),
                     (int)v, (int)want, (int)text.n, buf_str(&text).p);
        buf_free(&text);
    }
    bool all = verdicts[VERDICT_VALID] && verdicts[VERDICT_INVALID] && verdicts[VERDICT_UNKNOWN];
    tap_result(good && (all || count < 500), "eventual, %s: %llu valid, %llu invalid, %llu unknown",
               kind_names[kind], (unsigned long long)verdicts[VERDICT_VALID],
               (unsigned long long)verdicts[VERDICT_INVALID],
               (unsigned long long)verdicts[VERDICT_UNKNOWN]);
}

int main(int argc, char **argv)
{
    uint64_t count = 3000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    tap_plan(KINDS);
    for (int k = 0; k < KINDS; k++)
        run((enum kind)k, count, seed);
    return tap_status();
}
