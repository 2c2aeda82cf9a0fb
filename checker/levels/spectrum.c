/* Least cost: linearizable first, where it is cheap (its searches with a limit), because it decides
 * everything when it holds; then the others from the cheapest on, so that a broken weak level
 * refutes the dear strong ones; at last linearizable without a limit if it is still open.
 *
 * Of the levels that are decided themselves none can contradict another: for each pair of the
 * table a proof says so (docs/levels.md), and the property tests ask a million histories. */
#include "checker/levels/spectrum.h"

#include "base/mem.h"
#include "checker/levels/level.h"

enum { FIRST_LOOK = 1 << 20 }; /* configurations of a key */

struct asking {
    const struct history *h;
    struct check_options opt;
    struct spectrum *s;
    struct err *e;
};

bool level_implies(const struct property *a, const struct property *b)
{
    if (a == b)
        return true;
    for (size_t i = 0; a->implies && a->implies[i]; i++)
        if (level_implies(property_find(str_of(a->implies[i])), b))
            return true;
    return false;
}

/* May a verdict go from the one to the other? With recorded versions, a level that heeds them asks
 * more than a stronger one that goes by the values alone: each keeps its own answer. */
static bool carries(const struct history *h, const struct property *stronger,
                    const struct property *weaker)
{
    return level_implies(stronger, weaker) &&
           (!h->events.version || stronger->heeds_versions || !weaker->heeds_versions);
}

/* What follows for the others from the verdict of entry `d`. */
static void conclude(const struct history *h, struct spectrum *s, const struct spectrum_entry *d)
{
    for (size_t i = 0; i < s->n; i++) {
        struct spectrum_entry *x = &s->entries[i];
        if (x->verdict != VERDICT_UNKNOWN || x->how == SPECTRUM_UNFIT || x == d)
            continue;
        bool implied = d->verdict == VERDICT_VALID && carries(h, d->level, x->level);
        bool refuted = d->verdict == VERDICT_INVALID && carries(h, x->level, d->level);
        if (!implied && !refuted)
            continue;
        x->verdict = d->verdict;
        x->how = implied ? SPECTRUM_IMPLIED : SPECTRUM_REFUTED;
        x->by = d->level;
        x->reason = d->reason;
    }
}

static const char *reason_of(const struct check_result *r)
{
    return r->reason;
}

/* Of a level that is not broken only the verdict and its reason are shown; where keys are many they
 * take more than the history. Measures of staleness stay. */
static void forget_keys(struct check_result *r)
{
    struct arena fresh = {0};
    for (size_t i = 0; i < r->nkeys; i++)
        if (r->keys[i].staleness)
            return;
    r->reason = r->reason ? arena_printf(&fresh, "%s", r->reason) : NULL;
    r->model_reason = r->model_reason ? arena_printf(&fresh, "%s", r->model_reason) : NULL;
    for (size_t i = 0; i < r->nkeys; i++)
        arena_free(&r->keys[i].arena);
    arena_free(&r->arena);
    r->arena = fresh;
    r->keys = NULL;
    r->nkeys = 0;
}

static bool weaker_hold(const struct spectrum *s, const struct property *level)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct spectrum_entry *x = &s->entries[i];
        if (x->level != level && x->verdict != VERDICT_VALID && level_implies(level, x->level))
            return false;
    }
    return true;
}

static bool ask(struct asking *a, struct spectrum_entry *x, uint64_t limit)
{
    struct check_options opt = a->opt;
    opt.property = x->level;
    opt.weaker_hold = weaker_hold(a->s, x->level);
    opt.max_explored = limit;
    if (!x->result)
        x->result = mem_zalloc(1, sizeof *x->result);
    else
        check_result_free(x->result);
    if (!check_history(a->h, &opt, x->result, a->e)) {
        mem_free(x->result);
        x->result = NULL;
        return false;
    }
    if (x != &a->s->entries[0] && x->result->verdict != VERDICT_INVALID)
        forget_keys(x->result);
    x->how = SPECTRUM_DECIDED;
    x->verdict = x->result->verdict;
    x->reason = x->verdict == VERDICT_VALID ? NULL : reason_of(x->result);
    conclude(a->h, a->s, x);
    return true;
}

/* The cheapest one that is open and was not asked, or NULL. */
static struct spectrum_entry *next(struct spectrum *s)
{
    struct spectrum_entry *best = NULL;
    for (size_t i = 0; i < s->n; i++) {
        struct spectrum_entry *x = &s->entries[i];
        if (x->verdict == VERDICT_UNKNOWN && x->how != SPECTRUM_UNFIT && !x->result &&
            (!best || x->level->cost < best->level->cost))
            best = x;
    }
    return best;
}

static bool ask_all(struct asking *a)
{
    struct spectrum_entry *first = &a->s->entries[0];
    if (!ask(a, first, FIRST_LOOK))
        return false;
    for (struct spectrum_entry *x; (x = next(a->s));)
        if (!ask(a, x, 0))
            return false;
    return first->verdict != VERDICT_UNKNOWN || budget_stopped(a->opt.budget) != STOP_NONE ||
           ask(a, first, 0);
}

/* Which of them are next to the border between what holds and what is broken. */
static void find_border(struct spectrum *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct spectrum_entry *x = &s->entries[i];
        bool broken = x->verdict == VERDICT_INVALID, fit = x->how != SPECTRUM_UNFIT;
        x->weakest = broken;
        x->strongest = !broken && fit;
        for (size_t j = 0; j < s->n; j++) {
            const struct spectrum_entry *y = &s->entries[j];
            if (i == j)
                continue;
            if (y->verdict == VERDICT_INVALID && level_implies(x->level, y->level))
                x->weakest = false;
            if (y->verdict != VERDICT_INVALID && y->how != SPECTRUM_UNFIT &&
                level_implies(y->level, x->level))
                x->strongest = false;
        }
        if (x->weakest && x->result && !s->evidence)
            s->evidence = x;
    }
}

static void list_levels(struct spectrum *s, const struct model *m)
{
    size_t cap = 0;
    for (size_t i = 0; properties[i]; i++) {
        const struct property *p = properties[i];
        if (!p->implies)
            continue;
        s->entries = mem_grow(s->entries, &cap, s->n + 1, sizeof *s->entries);
        struct spectrum_entry *x = &s->entries[s->n++];
        *x = (struct spectrum_entry){.level = p, .verdict = VERDICT_UNKNOWN};
        x->reason = level_unfit(p, m);
        x->how = x->reason ? SPECTRUM_UNFIT : SPECTRUM_DECIDED;
    }
}

/* One view for all levels. *v stays empty where no level needs one. */
static bool make_view(const struct history *h, const struct check_options *opt,
                      const struct model *m, struct view *v, struct err *e)
{
    *v = (struct view){0};
    if (level_unfit(&level_coherence, m) || h->nops == 0)
        return true;
    val initial = opt->has_initial ? opt->initial : model_initial(m, h);
    return view_make(v, h, m, initial, opt->nil_unknown, e);
}

bool spectrum_check(const struct history *h, const struct check_options *opt,
                    struct check_result *r, struct err *e)
{
    struct view v;
    if (!make_view(h, opt, r->model, &v, e))
        return false;
    r->spectrum = mem_zalloc(1, sizeof *r->spectrum);
    struct asking a = {.h = h, .opt = *opt, .s = r->spectrum, .e = e};
    a.opt.model = r->model;
    a.opt.view = v.start ? &v : NULL;
    list_levels(a.s, r->model);
    bool good = ask_all(&a);
    view_free(&v);
    if (!good) {
        check_result_free(r);
        return false;
    }
    find_border(a.s);
    r->verdict = a.s->entries[0].verdict;
    r->reason = a.s->entries[0].reason;
    const struct spectrum_entry *shown = a.s->evidence ? a.s->evidence : &a.s->entries[0];
    r->keys = shown->result->keys;
    r->nkeys = shown->result->nkeys;
    return true;
}

void spectrum_free(struct spectrum *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->entries[i].result)
            check_result_free(s->entries[i].result);
        mem_free(s->entries[i].result);
    }
    mem_free(s->entries);
    mem_free(s);
}
