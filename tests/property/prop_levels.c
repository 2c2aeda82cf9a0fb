/* Random histories of registers by session: each level says what its definition says, and levels
 * never contradict the lattice. */
#include "checker/levels/spectrum.h"
#include "checker/property.h"
#include "tests/property/level_check.h"
#include "tests/property/level_oracle.h"
#include "tests/property/tap.h"

#include <stdio.h>

static const char *const levels[] = {
    "sequential", "coherence", "causal", "causal-convergence", "causal-memory", "pram", "processor",
    "session",
    "read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads", NULL,
};

enum { WHY = LEVEL_WHY + 100 };

static bool unique(const struct session_case *c)
{
    bool seen[CASE_KEYS][128] = {{false}};
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned i = 0; i < c->n[s]; i++) {
            const struct case_op *o = &c->ops[s][i];
            int v = o->f == 'c' ? o->to : o->value;
            if (o->f == 'r')
                continue;
            if (v == 0 || seen[o->key][v])
                return false;
            seen[o->key][v] = true;
        }
    }
    return true;
}

/* True when it is right; *v the verdict. */
static bool judge(const struct session_case *c, const char *level, uint64_t seed, enum verdict *v,
                  char *why)
{
    struct level_answer a;
    why[0] = '\0';
    level_check(c, level, seed, &a);
    *v = a.verdict;
    if (a.why[0]) {
        (void)snprintf(why, WHY, "%s: %s", level, a.why);
        return false;
    }
    bool holds = level_oracle(c, level);
    if (*v == VERDICT_UNKNOWN ? !unique(c) : (*v == VERDICT_VALID) == holds)
        return true;
    (void)snprintf(why, WHY, "%s: the checker says %s, the definition says %s", level,
                   *v == VERDICT_VALID     ? "holds"
                   : *v == VERDICT_INVALID ? "broken"
                                           : "undecided",
                   holds ? "holds" : "broken");
    return false;
}

static void shrink(struct session_case *c, const char *level, uint64_t seed, char *why)
{
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned i = 0; i < c->n[s]; i++) {
            struct session_case less = *c;
            enum verdict v;
            char text[WHY];
            session_case_drop(&less, s, i);
            if (judge(&less, level, seed, &v, text))
                continue;
            *c = less;
            memcpy(why, text, WHY);
            s = 0;
            i = UINT32_MAX;
        }
    }
}

static void run_level(const char *level, const struct case_shape *shape, uint64_t count,
                      uint64_t seed)
{
    uint64_t verdicts[VERDICT_UNKNOWN + 1] = {0};
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        struct session_case c;
        struct rng r;
        char why[WHY];
        enum verdict v;
        rng_seed(&r, seed + i);
        session_case_random(&c, &r, shape);
        ok = judge(&c, level, seed + i, &v, why);
        verdicts[v]++;
        if (ok)
            continue;
        shrink(&c, level, seed + i, why);
        struct buf text = {0};
        session_case_print(&c, &text);
        tap_note("seed %llu: %s", (unsigned long long)(seed + i), why);
        tap_note("%.*s", (int)text.n, buf_str(&text).p);
        buf_free(&text);
    }
    bool balanced = count < 1000 || (verdicts[VERDICT_VALID] && verdicts[VERDICT_INVALID]);
    tap_result(ok && balanced, "%s, %s%s%s%s: %llu hold, %llu broken, %llu undecided", level,
               shape->values ? "repeated values" : "unique values", shape->cas ? ", cas" : "",
               shape->global ? ", revisions" : shape->versions ? ", versions" : "",
               shape->views ? ", views" : "",
               (unsigned long long)verdicts[VERDICT_VALID],
               (unsigned long long)verdicts[VERDICT_INVALID],
               (unsigned long long)verdicts[VERDICT_UNKNOWN]);
}

/* ---- the lattice ---------------------------------------------------------------------------- */

enum { LEVELS_MAX = 32 };

struct lattice {
    enum verdict alone[LEVELS_MAX]; /* of the i-th level of the table, asked by itself */
    const struct session_case *c;
    bool versions;
    uint64_t seed;
    char why[WHY];
};

static void compare(const struct spectrum *s, void *ctx)
{
    struct lattice *l = ctx;
    for (size_t i = 0; i < s->n && !l->why[0]; i++) {
        const struct spectrum_entry *x = &s->entries[i];
        if (x->verdict != l->alone[i] && x->verdict != VERDICT_UNKNOWN &&
            l->alone[i] != VERDICT_UNKNOWN)
            (void)snprintf(l->why, WHY, "%s is %d in the spectrum and %d by itself", x->level->name,
                           (int)x->verdict, (int)l->alone[i]);
        for (size_t j = 0; j < s->n; j++)
            if ((!l->versions || x->level->heeds_versions ||
                 !s->entries[j].level->heeds_versions) &&
                l->alone[i] == VERDICT_VALID && l->alone[j] == VERDICT_INVALID &&
                level_implies(x->level, s->entries[j].level))
                (void)snprintf(l->why, WHY, "%s holds, %s is broken", x->level->name,
                               s->entries[j].level->name);
    }
}

static bool lattice_holds(struct lattice *l)
{
    size_t n = 0;
    l->why[0] = '\0';
    for (size_t i = 0; properties[i]; i++) {
        struct level_answer a;
        if (!properties[i]->implies)
            continue;
        level_check(l->c, properties[i]->name, l->seed, &a);
        l->alone[n++] = a.verdict;
        if (a.why[0] && a.verdict != VERDICT_INVALID) /* evidence is judged above */
            (void)snprintf(l->why, WHY, "%s: %s", properties[i]->name, a.why);
    }
    return !l->why[0] && level_check_all(l->c, l->seed, compare, l, l->why) && !l->why[0];
}

static void run_lattice(const struct case_shape *shape, uint64_t count, uint64_t seed)
{
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        struct session_case c;
        struct rng r;
        struct lattice l = {.c = &c, .versions = shape->versions, .seed = seed + i};
        rng_seed(&r, seed + i);
        session_case_random(&c, &r, shape);
        ok = lattice_holds(&l);
        if (ok)
            continue;
        struct buf text = {0};
        session_case_print(&c, &text);
        tap_note("seed %llu: %s", (unsigned long long)(seed + i), l.why);
        tap_note("%.*s", (int)text.n, buf_str(&text).p);
        buf_free(&text);
    }
    tap_result(ok, "no verdict contradicts the lattice, %llu histories%s",
               (unsigned long long)count,
               shape->global     ? " with revisions"
               : shape->versions ? " with versions"
                                 : "");
}

int main(int argc, char **argv)
{
    static const struct case_shape shapes[] = {
        {.sessions = 4, .ops = 7, .keys = 2},
        {.sessions = 3, .ops = 7, .keys = 2, .cas = true},
        {.sessions = 4, .ops = 9, .keys = 2},
        {.sessions = 4, .ops = 10, .keys = 3, .views = true},
        {.sessions = 3, .ops = 6, .keys = 2, .values = 2, .cas = true}};
    static const struct case_shape versioned[] = {
        {.sessions = 4, .ops = 7, .keys = 2, .versions = true},
        {.sessions = 3, .ops = 7, .keys = 2, .versions = true, .global = true, .cas = true},
        {.sessions = 3, .ops = 7, .keys = 2, .values = 2, .versions = true},
        {.sessions = 3, .ops = 6, .keys = 2, .values = 1, .versions = true, .global = true}};
    uint64_t count = 3000, seed = 1;
    const char *only = argc > 3 ? argv[3] : NULL; /* a level, or "lattice" */
    bool lattice = !only || strcmp(only, "lattice") == 0;
    tap_arguments(argc, argv, &count, &seed);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (size_t i = 0; levels[i]; i++)
        for (size_t j = 0; j < sizeof shapes / sizeof *shapes; j++)
            if (!only || strcmp(only, levels[i]) == 0)
                run_level(levels[i], &shapes[j], count, seed);
    for (size_t j = 0; lattice && j < sizeof shapes / sizeof *shapes; j++)
        run_lattice(&shapes[j], count / 2, seed);
    for (size_t j = 0; j < sizeof versioned / sizeof *versioned; j++) {
        for (size_t i = 0; levels[i]; i++)
            if ((!only || strcmp(only, levels[i]) == 0) &&
                property_find(str_of(levels[i]))->heeds_versions)
                run_level(levels[i], &versioned[j], count, seed);
        if (lattice)
            run_lattice(&versioned[j], count / 2, seed);
    }
    tap_plan_at_end();
    return tap_status();
}
