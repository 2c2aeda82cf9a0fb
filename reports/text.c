#include "reports/text.h"

#include "base/utf8.h"
#include "checker/property.h"
#include "reports/account_text.h"
#include "reports/coverage_report.h"
#include "reports/measures/measures.h"
#include "reports/spectrum_text.h"

enum { CORE_MAX = 24, KEYS_MAX = 3, NAMES_MAX = 20, ENGINES_MAX = 8, INDENT = 2 };

static void paint(struct buf *out, const struct text_style *s, const char *sgr, const char *text)
{
    if (s->color)
        buf_printf(out, "\033[%sm%s\033[0m", sgr, text);
    else
        buf_puts(out, text);
}

static void paragraph(struct buf *out, const struct text_style *s, const char *text, size_t at,
                      size_t indent)
{
    report_wrapped(str_of(text), (size_t)s->width, at, indent, out);
}

/* "  label: text", wrapped. */
static void field(struct buf *out, const struct text_style *s, const char *name, const char *text)
{
    buf_printf(out, "%*s%s: ", INDENT, "", name);
    paragraph(out, s, text, INDENT + strlen(name) + 2, INDENT + 2);
}

static void key_name(const struct report *r, const struct key_result *k, struct buf *out)
{
    if (k->key == VAL_ABSENT)
        return;
    buf_puts(out, "key ");
    report_value(r->history, k->key, 40, out);
    buf_puts(out, ": ");
}

static char *zero(struct buf *b)
{
    buf_putc(b, '\0');
    return b->p;
}

/* "INVALID: ", or "INVALID (set-full): " where that needs saying. Returns its columns. */
static size_t head(const struct report *r, enum verdict v, const struct text_style *s,
                   struct buf *out)
{
    const char *word = v == VERDICT_INVALID ? "INVALID" : v == VERDICT_VALID ? "VALID" : "UNKNOWN";
    const char *name = r->result->property;
    bool named = r->one || strcmp(name, properties[0]->name) != 0;
    paint(out, s, v == VERDICT_INVALID ? "1;31" : v == VERDICT_VALID ? "1;32" : "1;33", word);
    if (named)
        buf_printf(out, " (%s)", name);
    buf_puts(out, ": ");
    return strlen(word) + (named ? strlen(name) + 3 : 0) + 2;
}

/* ---- the table of operations ------------------------------------------------------------- */

enum { COLUMNS = 6 };

struct row {
    char mark;
    struct buf cell[COLUMNS];
};

static void fill_row(const struct report *r, const struct shown_op *o, struct row *row)
{
    row->mark = o->bad ? '!' : o->failed ? 'x' : o->strict ? ' ' : '~';
    buf_i64(&row->cell[0], o->index);
    buf_printf(&row->cell[1], "%zu", o->line);
    report_value(r->history, o->op->process, 12, &row->cell[2]);
    report_plain(val_get_text(&r->history->values, o->op->f), 16, &row->cell[3]);
    report_op_value(r->history, o->op, 32, &row->cell[4]);
    static const char *const ends[] = {
        [OP_OK] = "ok", [OP_FAIL] = "failed", [OP_INFO] = "outcome unknown"};
    if (o->done < 0)
        buf_puts(&row->cell[5], "never completed");
    else
        buf_printf(&row->cell[5], "%s at op %lld", ends[o->op->type], (long long)o->done);
}

static void put_row(struct buf *out, const struct row *row, const size_t *width)
{
    buf_printf(out, "  %c ", row->mark);
    for (size_t c = 0; c < COLUMNS; c++) {
        size_t columns = utf8_length(buf_str(&row->cell[c]));
        bool right = c < 2; /* numbers */
        for (size_t i = columns; right && i < width[c]; i++)
            buf_putc(out, ' ');
        buf_put(out, buf_str(&row->cell[c]));
        for (size_t i = columns; !right && c + 1 < COLUMNS && i < width[c]; i++)
            buf_putc(out, ' ');
        if (c + 1 < COLUMNS)
            buf_puts(out, "  ");
    }
    buf_putc(out, '\n');
}

static void table(const struct report *r, const struct shown_op *ops, size_t n, struct arena *a,
                  struct buf *out)
{
    static const char *const heads[COLUMNS] = {"op", "line", "process", "f", "value", "ends"};
    struct row *rows = arena_zalloc(a, (n + 1) * sizeof *rows);
    size_t width[COLUMNS] = {0};
    rows[0].mark = ' ';
    for (size_t c = 0; c < COLUMNS; c++)
        buf_puts(&rows[0].cell[c], heads[c]);
    for (size_t i = 0; i < n; i++)
        fill_row(r, &ops[i], &rows[i + 1]);
    for (size_t i = 0; i <= n; i++)
        for (size_t c = 0; c < COLUMNS; c++) {
            size_t columns = utf8_length(buf_str(&rows[i].cell[c]));
            width[c] = columns > width[c] ? columns : width[c];
        }
    for (size_t i = 0; i <= n; i++) {
        put_row(out, &rows[i], width);
        for (size_t c = 0; c < COLUMNS; c++)
            buf_free(&rows[i].cell[c]);
    }
}

/* ---- invalid --------------------------------------------------------------------------------- */

static void legend(const struct key_result *k, const struct shown_op *ops, size_t n,
                   struct buf *out)
{
    bool bad = false, relaxed = false, failed = false;
    for (size_t i = 0; i < n; i++) {
        bad = bad || ops[i].bad;
        failed = failed || ops[i].failed;
        relaxed = relaxed || !(ops[i].strict || ops[i].failed);
    }
    if (bad)
        buf_puts(out, k->account || k->level ? "  ! contradicts the others\n"
                                 : "  ! could not be placed in any order\n");
    if (failed)
        buf_puts(out, "  x failed, so it must not have taken effect\n");
    if (relaxed)
        buf_puts(out, "  ~ background: it may have taken effect at any time after its start\n");
}

/* The end of a violation that is long as a whole. */
static void window(const struct report *r, const struct key_result *k,
                   const struct text_style *s, struct buf *out)
{
    struct arena a = {0};
    struct buf text = {0};
    size_t n;
    struct shown_op *ops = report_window(r, k, &a, &n);
    buf_printf(&text, "from op %lld on, where the state could only be ",
               (long long)report_event_index(r->history, k->since));
    for (size_t i = 0; i < k->nsince_states; i++)
        buf_printf(&text, "%s%s", i == 0 ? "" : i + 1 == k->nsince_states ? " or " : ", ",
                   k->since_states[i]);
    buf_printf(&text, ", %s has no order (%zu of %zu operations lead there%s):",
               n == 1 ? "this operation" : "what follows", k->ncore, k->ops,
               s->verbose ? "" : "; -v or --json shows them");
    buf_puts(out, "\n  ");
    paragraph(out, s, arena_printf(&a, "%.*s", (int)text.n, buf_str(&text).p), INDENT, INDENT);
    table(r, ops, n, &a, out);
    legend(k, ops, n, out);
    report_timeline(r, ops, n, s->width, out);
    buf_free(&text);
    arena_free(&a);
}

/* Of many operations of which few are strict, those: how many are left, or 0. */
static size_t foreground(struct shown_op *ops, size_t all)
{
    size_t n = 0;
    for (size_t i = 0; i < all; i++)
        n += ops[i].strict || ops[i].bad || ops[i].failed;
    if (all <= CORE_MAX || n == 0 || n > CORE_MAX)
        return 0;
    n = 0;
    for (size_t i = 0; i < all; i++)
        if (ops[i].strict || ops[i].bad || ops[i].failed)
            ops[n++] = ops[i];
    return n;
}

static void core(const struct report *r, const struct key_result *k, const struct text_style *s,
                 struct buf *out)
{
    if (k->nwindow)
        window(r, k, s, out);
    if (k->ncore == 0 || (k->nwindow && !s->verbose))
        return;
    struct arena a = {0};
    size_t all;
    struct shown_op *ops = report_core(r, k, &a, &all);
    size_t front = s->verbose ? 0 : foreground(ops, all);
    size_t n = front ? front : !s->verbose && all > CORE_MAX ? CORE_MAX : all;
    buf_printf(out, "\n  %zu of %zu operations %s it%s:\n", k->ncore, k->ops,
               k->ncore == 1 ? "shows" : "show", k->minimal ? "" : " (fewer may do)");
    if (front)
        buf_printf(out, "  (%zu of them in the background: -v or --json shows all)\n", all - n);
    else if (n < all)
        buf_printf(out, "  (the last %zu; -v or --json shows all)\n", n);
    all = front ? front : all;
    table(r, ops + (all - n), n, &a, out);
    legend(k, ops + (all - n), n, out);
    report_timeline(r, ops, all, s->width, out);
    arena_free(&a);
}

static void argument(const struct key_result *k, const struct text_style *s, struct buf *out)
{
    if (k->nsteps)
        buf_puts(out, k->account || k->level ? "\n  why:\n" : "\n  why no order explains them:\n");
    for (size_t i = 0; i < k->nsteps; i++) {
        size_t start = out->n;
        buf_printf(out, "    %zu. ", i + 1);
        paragraph(out, s, k->steps[i], out->n - start, 7);
    }
    if (k->nstates == 0)
        return;
    struct buf t = {0};
    for (size_t i = 0; i < k->nstates && i < NAMES_MAX; i++)
        buf_printf(&t, "%s%s", i ? ", " : "", k->states[i]);
    if (k->nstates > NAMES_MAX)
        buf_printf(&t, " and %zu more", k->nstates - NAMES_MAX);
    buf_putc(out, '\n');
    field(out, s, "states possible just before", zero(&t));
    buf_free(&t);
}

static void engine_line(const struct key_result *k, const struct text_style *s, struct buf *out)
{
    if (!k->algorithm || k->account)
        return;
    struct buf t = {0};
    buf_puts(&t, k->algorithm);
    if (k->why_algorithm)
        buf_printf(&t, " (%s)", k->why_algorithm);
    buf_printf(&t, "; explored %llu", (unsigned long long)k->explored);
    field(out, s, "engine", zero(&t));
    buf_free(&t);
}

static void invalid_key(const struct report *r, const struct key_result *k,
                        const struct text_style *s, struct buf *out)
{
    struct buf t = {0};
    size_t at = head(r, k->verdict, s, out);
    key_name(r, k, &t);
    buf_puts(&t, k->reason ? k->reason : "no order of the operations explains the results");
    paragraph(out, s, zero(&t), at, INDENT);
    buf_free(&t);
    core(r, k, s, out);
    argument(k, s, out);
    const char *rule = key_rule(k);
    if (rule) {
        buf_printf(&t, "%s (belie explain %s)%c", rule, rule, '\0');
        field(out, s, "rule", t.p);
        buf_free(&t);
    }
    if (k->account)
        report_account(r, k->account, s, out);
    engine_line(k, s, out);
}

/* ---- unknown ------------------------------------------------------------------------------ */

static void unknown_key(const struct report *r, const struct key_result *k,
                        const struct text_style *s, struct buf *out)
{
    struct buf t = {0};
    size_t at = head(r, k->verdict, s, out);
    key_name(r, k, &t);
    buf_puts(&t, k->reason ? k->reason : "the search was stopped");
    paragraph(out, s, zero(&t), at, INDENT);
    buf_free(&t);
    if (k->account)
        report_account(r, k->account, s, out);
    const struct history *h = r->history;
    if (k->certified > 0 && k->certified <= h->events.n) {
        size_t line, col;
        history_where(h, k->certified - 1, &line, &col);
        buf_printf(&t, "linearizable up to op %lld (line %zu)",
                   (long long)report_event_index(h, k->certified - 1), line);
        field(out, s, "certified", zero(&t));
        buf_free(&t);
    }
    engine_line(k, s, out);
}

/* ---- the keys ------------------------------------------------------------------------------ */

/* The first few keys with verdict `v` in full, the rest by name. */
static void keys(const struct report *r, enum verdict v, const struct text_style *s,
                 struct buf *out)
{
    size_t shown = 0, named = 0, all = report_count_keys(r, v);
    for (size_t i = 0; i < r->result->nkeys; i++) {
        const struct key_result *k = &r->result->keys[i];
        if (k->verdict != v)
            continue;
        if (shown < KEYS_MAX || s->verbose) {
            if (v == VERDICT_INVALID)
                invalid_key(r, k, s, out);
            else
                unknown_key(r, k, s, out);
            shown++;
            continue;
        }
        buf_puts(out, named ? ", " : v == VERDICT_INVALID ? "also invalid: " : "also unknown: ");
        report_value(r->history, k->key, 24, out);
        if (++named == NAMES_MAX)
            break;
    }
    if (shown + named < all)
        buf_printf(out, " and %zu more", all - shown - named);
    if (named)
        buf_putc(out, '\n');
}

static void valid_line(const struct report *r, const struct text_style *s, struct buf *out)
{
    const struct check_result *c = r->result;
    if (c->model) {
        paint(out, s, "1;32", "VALID");
        buf_printf(out, ": %s as a %s\n", c->property, c->model->name);
        return;
    }
    size_t at = head(r, VERDICT_VALID, s, out);
    paragraph(out, s, property_find(str_of(c->property))->summary, at, INDENT);
    if (c->nkeys == 1 && c->keys[0].account)
        report_account(r, c->keys[0].account, s, out);
}

static void operations_line(const struct report *r, const struct text_style *s, struct buf *out)
{
    const struct check_result *c = r->result;
    struct buf t = {0};
    buf_printf(&t, "%zu (%zu ok, %zu failed, %zu unknown)", c->ops, c->ok, c->fail, c->info);
    if (r->history->independent && c->nkeys > 0 && c->keys[0].key != VAL_ABSENT)
        buf_printf(&t, " on %zu keys (%s)", c->nkeys, r->history->independent_reason);
    field(out, s, "operations", zero(&t));
    buf_free(&t);
}

/* Which engines decided how many keys; by first appearance. */
static void engines_line(const struct report *r, const struct text_style *s, struct buf *out)
{
    const struct check_result *c = r->result;
    const struct key_result *first[ENGINES_MAX];
    size_t count[ENGINES_MAX], n = 0;
    for (size_t i = 0; i < c->nkeys; i++) {
        const struct key_result *k = &c->keys[i];
        size_t j = 0;
        while (k->algorithm && j < n && strcmp(first[j]->algorithm, k->algorithm) != 0)
            j++;
        if (!k->algorithm || j == ENGINES_MAX)
            continue;
        if (j == n) {
            first[n] = k;
            count[n++] = 0;
        }
        count[j]++;
    }
    struct buf t = {0};
    for (size_t j = 0; j < n; j++) {
        buf_printf(&t, "%s%s", j ? "; " : "", first[j]->algorithm);
        if (c->nkeys > 1)
            buf_printf(&t, " for %zu key%s", count[j], count[j] == 1 ? "" : "s");
        if (first[j]->why_algorithm)
            buf_printf(&t, " (%s)", first[j]->why_algorithm);
    }
    if (n)
        field(out, s, n > 1 ? "engines" : "engine", zero(&t));
    buf_free(&t);
}

static void model_line(const struct report *r, const struct text_style *s, struct buf *out)
{
    const struct check_result *c = r->result;
    if (!c->model)
        return;
    struct buf t = {0};
    const char *name = c->model->name, *why = c->model_reason ? c->model_reason : "";
    if (strncmp(why, name, strlen(name)) == 0) /* "register: operations are read, write" */
        buf_puts(&t, why);
    else
        buf_printf(&t, *why ? "%s (%s)" : "%s%s", name, why);
    val initial = r->has_initial ? r->initial : model_initial(c->model, r->history);
    if (initial != VAL_ABSENT) { /* a model of the program's says it by itself */
        buf_puts(&t, ", initial value ");
        report_value(r->history, initial, 40, &t);
    }
    field(out, s, "model", zero(&t));
    buf_free(&t);
}

static void explanation(const struct report *r, const struct text_style *s, struct buf *out);

/* The lattice, then the evidence of the weakest level that is broken. */
static void spectrum(const struct report *r, const struct text_style *s, struct buf *out)
{
    const struct spectrum *p = r->result->spectrum;
    report_spectrum(p, s, out);
    if (p->evidence) {
        const struct report shown = report_of(r, p->evidence->result);
        buf_putc(out, '\n');
        explanation(&shown, s, out);
    } else {
        operations_line(r, s, out);
        model_line(r, s, out);
    }
}

static void explanation(const struct report *r, const struct text_style *s, struct buf *out)
{
    const struct check_result *c = r->result;
    if (c->spectrum) {
        spectrum(r, s, out);
        return;
    }
    size_t bad = report_count_keys(r, VERDICT_INVALID);
    size_t open = report_count_keys(r, VERDICT_UNKNOWN);
    keys(r, VERDICT_INVALID, s, out);
    keys(r, VERDICT_UNKNOWN, s, out);
    if (bad == 0 && open == 0 && c->verdict == VERDICT_VALID) {
        valid_line(r, s, out);
    } else if (bad == 0 && open == 0) {
        size_t at = head(r, VERDICT_UNKNOWN, s, out);
        paragraph(out, s, c->reason ? c->reason : "nothing was decided", at, INDENT);
    } else if (c->nkeys > 1) {
        buf_printf(out, "  keys: %zu invalid, %zu unknown, %zu valid\n", bad, open,
                   c->nkeys - bad - open);
    }
    operations_line(r, s, out);
    model_line(r, s, out);
    if (bad == 0 && open == 0 && c->model)
        engines_line(r, s, out);
}

/* Why the verdict is not that of the properties, before what those say. */
static void coverage_head(const struct report *r, const struct text_style *style, struct buf *out)
{
    const struct coverage *c = r->coverage;
    if (!c || (c->nbroken == 0 && c->nmissing == 0))
        return;
    paint(out, style, c->nbroken ? "1;31" : "1;33", c->nbroken ? "INVALID" : "UNKNOWN");
    buf_puts(out, c->nbroken ? " (thresholds):\n"
                             : " (vacuous): this test could not show enough\n");
    coverage_complaints(c, (size_t)style->width, out);
}

void report_text(const struct report *r, const struct text_style *style, struct buf *out)
{
    if (r->error) /* said on stderr: it has no verdict */
        return;
    if (!style->announced)
        buf_printf(out, "%s\t%s\n", r->path, verdict_word(report_verdict(r)));
    if (style->quiet)
        return;
    if (r->skipped) {
        paint(out, style, "1;33", "UNKNOWN");
        buf_printf(out, ": %s\n", r->skipped);
        return;
    }
    coverage_head(r, style, out);
    for (const struct check_result *c = r->result; c; c = r->one ? NULL : c->next) {
        const struct report one = report_of(r, c);
        explanation(r->result->next ? &one : r, style, out);
    }
    if (r->coverage && style->verbose)
        coverage_text(r->history, r->coverage, (size_t)style->width, out);
    struct measures m;
    if (measures_make(&m, r))
        measures_text(r, &m, (size_t)style->width, out);
    measures_free(&m);
}
