#include "tests/corpus/spectrum_rows.h"

#include "checker/levels/spectrum.h"
#include "checker/property.h"
#include "tests/property/naive_levels.h"
#include "tests/property/tap.h"

#include <string.h>

static const char *const words[] = {"holds", "broken", "undecided"};

struct judge {
    struct naive x;
    bool usable, versions, proved, refuted;
    enum naive_answer sequential;
};

enum { SEARCH_LIMIT = 200000 };

static const char *word_of(enum verdict v)
{
    return words[v == VERDICT_VALID ? 0 : v == VERDICT_INVALID ? 1 : 2];
}

/* The naive answer, or that of a weaker level that it knows to be broken. */
static enum naive_answer ask(struct judge *j, const struct spectrum *s,
                             const struct spectrum_entry *e)
{
    static const struct str top = {"sequential", 10};
    if (j->sequential == NAIVE_HOLDS && level_implies(property_find(top), e->level))
        return NAIVE_HOLDS;
    enum naive_answer a = str_is(top, e->level->name) ? j->sequential
                                                      : naive_level(&j->x, e->level->name);
    for (size_t i = 0; a == NAIVE_OPEN && i < s->n; i++)
        if (level_implies(e->level, s->entries[i].level) &&
            naive_level(&j->x, s->entries[i].level->name) == NAIVE_BROKEN)
            a = NAIVE_BROKEN;
    return a == NAIVE_HOLDS && !j->x.exact ? NAIVE_OPEN : a;
}

/* *wrong: the verdict cannot be right. True when it was judged at all. */
static bool judge_entry(struct judge *j, const struct spectrum *s, const struct spectrum_entry *e,
                        bool *wrong)
{
    if (j->refuted && strcmp(e->level->name, "linearizable") == 0) {
        *wrong = e->verdict != VERDICT_INVALID;
        return true;
    }
    if (j->proved && !j->versions) { /* a witness of the strongest level proves all */
        *wrong = e->verdict == VERDICT_INVALID;
        return e->verdict != VERDICT_UNKNOWN;
    }
    enum naive_answer a = j->usable ? ask(j, s, e) : NAIVE_OPEN;
    if (a == NAIVE_OPEN || (a == NAIVE_HOLDS && j->versions))
        return false;
    *wrong = e->verdict != (a == NAIVE_HOLDS ? VERDICT_VALID : VERDICT_INVALID);
    return true;
}

static void note(const struct corpus_row *row, const struct spectrum_entry *e)
{
    const char *path = strchr(row->path, '/') + 1;
    tap_note("spectrum %.*s %s %s", (int)strcspn(path, "/"), path, e->level->name,
             word_of(e->verdict));
}

/* Staleness and replicas have judges of their own (staleness_table.h, prop_replicas.c). */
static bool about_sessions(const struct property *level)
{
    return level_implies(property_find(STR("linearizable")), level) &&
           !level_implies(property_find(STR("k-atomic")), level) &&
           !level_implies(property_find(STR("strong-eventual")), level) &&
           !level_implies(property_find(STR("bounded-staleness")), level);
}

static void judge_all(struct judge *j, const struct spectrum *s, const struct corpus_row *row,
                      struct spectrum_totals *t)
{
    size_t judged = 0, levels = 0;
    const char *bad = "";
    for (size_t i = 0; i < s->n; i++) {
        const struct spectrum_entry *e = &s->entries[i];
        bool wrong = false;
        if (e->how == SPECTRUM_UNFIT || !about_sessions(e->level))
            continue;
        levels++;
        note(row, e);
        judged += judge_entry(j, s, e, &wrong);
        bad = wrong ? e->level->name : bad;
    }
    t->files++;
    t->verdicts += levels;
    t->judged += judged;
    tap_result(!*bad, "%s: spectrum, %zu of %zu levels judged again%s%s", row->path, judged, levels,
               *bad ? "; wrong: " : "", bad);
}

static bool about_registers(const char *model)
{
    return strcmp(model, "register") == 0 || strcmp(model, "cas-register") == 0 ||
           strcmp(model, "kv") == 0;
}

void spectrum_row(struct history *h, const struct corpus_row *row, const struct spec_options *opt,
                  bool judged, struct budget *budget, struct spectrum_totals *t)
{
    struct check_result r;
    struct err e = {0};
    struct spec s;
    const char *why = "";
    if (!about_registers(opt->model))
        return;
    const struct check_options co = {.model = model_find(opt->model), .jobs = 1, .budget = budget,
                                     .property = property_find(STR("all")), .has_initial = true,
                                     .initial = opt->initial, .nil_unknown = opt->nil_unknown,
                                     .evidence = true};
    if (!check_history(h, &co, &r, &e)) {
        tap_result(false, "%s: spectrum: %s", row->path, e.text);
        return;
    }
    struct judge j = {.proved = judged && row->valid, .refuted = judged && !row->valid,
                       .versions = h->events.version != NULL};
    bool opened = spec_open(&s, h, opt, NULL, 0, &why);
    j.usable = opened && naive_open(&j.x, &s);
    j.sequential = j.usable && !j.proved ? naive_sequential(&s, SEARCH_LIMIT) : NAIVE_OPEN;
    if (r.spectrum)
        judge_all(&j, r.spectrum, row, t);
    naive_free(&j.x);
    spec_free(&s);
    check_result_free(&r);
}
