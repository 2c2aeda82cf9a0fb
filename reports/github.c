#include "reports/github.h"

#include "checker/levels/spectrum.h"
#include "checker/property.h"

enum { ANNOTATIONS_MAX = 10, WARNINGS_MAX = 5 };

/* Data escapes % CR LF; properties also : and , (actions/toolkit, command.ts). */
static void escaped(const char *z, bool property, struct buf *out)
{
    for (; *z; z++) {
        bool special = *z == '%' || *z == '\r' || *z == '\n';
        if (special || (property && (*z == ':' || *z == ',')))
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*z);
        else
            buf_putc(out, *z);
    }
}

static void annotate(struct github *g, bool error, const char *path, size_t line,
                     const char *title, const char *text, struct buf *out)
{
    unsigned *count = error ? &g->errors : &g->warnings;
    if (g->errors + g->warnings >= ANNOTATIONS_MAX || (!error && g->warnings >= WARNINGS_MAX)) {
        g->left_out++;
        return;
    }
    ++*count;
    buf_puts(out, error ? "::error file=" : "::warning file=");
    escaped(path, true, out);
    if (line)
        buf_printf(out, ",line=%zu", line);
    buf_puts(out, ",title=");
    escaped(title, true, out);
    buf_puts(out, "::");
    escaped(text, false, out);
    buf_putc(out, '\n');
}

/* The line of the operation that could not be placed, else of the core's last one. */
static size_t line_of(const struct report *r, const struct key_result *k)
{
    struct arena a = {0};
    size_t line = 0, n;
    const struct shown_op *ops = report_core(r, k, &a, &n);
    for (size_t i = 0; i < n && !(i && ops[i - 1].bad); i++)
        line = ops[i].line;
    arena_free(&a);
    return line;
}

static void key(struct github *g, const struct report *r, const struct key_result *k,
                struct buf *out)
{
    struct buf text = {0};
    if (k->key != VAL_ABSENT) {
        buf_puts(&text, "key ");
        report_value(r->history, k->key, 60, &text);
        buf_puts(&text, ": ");
    }
    buf_puts(&text, k->reason ? k->reason : "no reason was given");
    for (size_t i = 0; i < k->nsteps; i++)
        buf_printf(&text, "\n%zu. %s", i + 1, k->steps[i]);
    buf_putc(&text, '\0');
    bool invalid = k->verdict == VERDICT_INVALID;
    struct buf title = {0};
    const char *before = invalid ? "not " : "unknown whether ", *after = "";
    if (k->account || k->level) {
        before = invalid ? "" : "unknown: ";
        after = invalid ? " is broken" : "";
    }
    const struct spectrum *p = r->result->spectrum;
    const char *name = p && p->evidence ? p->evidence->level->name : r->result->property;
    buf_printf(&title, "%s%s%s%c", before, name, after, '\0');
    annotate(g, invalid, r->path, invalid ? line_of(r, k) : 0, title.p, text.p, out);
    buf_free(&title);
    buf_free(&text);
}

static void property(struct github *g, const struct report *r, struct buf *out)
{
    size_t before = g->errors + g->warnings + g->left_out;
    for (size_t i = 0; i < r->result->nkeys; i++)
        if (r->result->keys[i].verdict != VERDICT_VALID)
            key(g, r, &r->result->keys[i], out);
    if (g->errors + g->warnings + g->left_out == before && r->result->verdict != VERDICT_VALID)
        annotate(g, r->result->verdict == VERDICT_INVALID, r->path, 0, "not decided",
                 r->result->reason ? r->result->reason : "no reason was given", out);
}

void github_add(struct github *g, const struct report *r, struct buf *out)
{
    if (r->known)
        return;
    if (r->error) {
        annotate(g, true, r->path, 0, "not checked", r->error, out);
    } else if (r->skipped) {
        annotate(g, false, r->path, 0, "not checked", r->skipped, out);
    }
    for (const struct check_result *c = r->result; c; c = r->one ? NULL : c->next) {
        const struct report one = report_of(r, c);
        property(g, &one, out);
    }
}
