#include "tests/corpus/staleness_table.h"

#include "checker/property.h"
#include "checker/staleness/books.h"
#include "tests/corpus/manifest.h"
#include "tests/property/stale_case.h"
#include "tests/property/tap.h"

#include <stdio.h>
#include <string.h>

struct expected {
    int64_t gamma, delta, k; /* STALE_NEVER: none */
};

static int64_t number(struct str s)
{
    int64_t n;
    return str_to_i64(s, &n) ? n : STALE_NEVER;
}

static bool next_field(struct str *line, struct str *field)
{
    const char *tab = memchr(line->p, '\t', line->n);
    if (!tab)
        return false;
    *field = (struct str){line->p, (size_t)(tab - line->p)};
    *line = (struct str){tab + 1, line->n - field->n - 1};
    return true;
}

static int64_t bound(const struct stale_bound *b)
{
    return b->state == DELTA_INFINITE ? STALE_NEVER : b->ns;
}

static bool agrees(const struct check_result *r, const struct expected *x)
{
    const struct staleness *s = r->nkeys ? r->keys[0].staleness : NULL;
    bool none = x->delta == STALE_NEVER && x->k == STALE_NEVER;
    if (r->nkeys == 0 || (s && !s->known))
        return r->verdict == VERDICT_INVALID ? none : r->verdict == VERDICT_UNKNOWN;
    if (!s || bound(&s->delta) != x->delta || (s->has_gamma && bound(&s->gamma) != x->gamma))
        return false;
    return strcmp(r->property, "k-atomic") != 0 ||
           (x->k == STALE_NEVER ? s->k_high == 0 : s->k_low == x->k && s->k_high == x->k);
}

static bool judge(struct str text, const struct expected *x, const char *property)
{
    struct stale_case *c = &(struct stale_case){0};
    struct history h;
    struct check_result r;
    struct budget budget = {0};
    struct err e = {0};
    if (!script_parse(&c->script, text, &e) || c->script.n > STALE_OPS)
        return false;
    stale_case_positions(c);
    if (!stale_history(c, &h, &e))
        return false;
    struct check_options o = {.property = property_find(str_of(property)), .has_initial = true,
                              .model = model_find("register"), .initial = val_int(&h.values, 0),
                              .jobs = 1, .budget = &budget};
    bool good = check_history(&h, &o, &r, &e) && agrees(&r, x);
    check_result_free(&r);
    history_free(&h);
    return good;
}

void staleness_table_run(const char *root)
{
    static const char *const levels[] = {"bounded-staleness", "k-atomic"};
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/oracle/staleness.tsv", root);
    for (size_t i = 0; i < 2; i++) {
        struct source source;
        struct err e = {0};
        size_t lines = 0, wrong = 0;
        char first[200] = "";
        if (!source_open(&source, path, &e)) {
            tap_result(false, "%s", e.text);
            return;
        }
        for (struct str rest = source.text, line; manifest_line(&rest, &line);) {
            struct str gamma, delta, k;
            if (line.n == 0 || line.p[0] == '#' || !next_field(&line, &gamma) ||
                !next_field(&line, &delta) || !next_field(&line, &k))
                continue;
            const struct expected x = {number(gamma), number(delta), number(k)};
            lines++;
            if (!judge(line, &x, levels[i]) && wrong++ == 0)
                (void)snprintf(first, sizeof first, "%.*s", (int)line.n, line.p);
        }
        source_free(&source);
        tap_result(lines > 0 && wrong == 0, "oracle/staleness.tsv by %s: %zu histories, %zu wrong "
                   "%s", levels[i], lines, wrong, first);
    }
}
