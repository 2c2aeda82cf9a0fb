#include "reports/explanation.h"

#include "checker/levels/separations.h"
#include "histories/compact.h"
#include "reports/report.h"
#include "reports/session_text.h"

static const struct explanation *const tables[] = {
    explain_registers,
    explain_piles,
    explain_queues,
    explain_sets,
    explain_accounting,
    explain_locks,
    explain_levels,
    explain_patterns,
    explain_staleness,
    explain_replicas,
    NULL,
};

const struct explanation *explanation_at(size_t i)
{
    for (size_t t = 0; tables[t]; t++) {
        for (const struct explanation *x = tables[t]; x->name; x++) {
            if (i-- == 0)
                return x;
        }
    }
    return NULL;
}

static char folded(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c == ' ' || c == '_' ? '-' : c);
}

static bool same_name(struct str a, const char *b)
{
    size_t i = 0;
    while (i < a.n && b[i] && a.p[i] == folded(b[i]))
        i++;
    return i == a.n && !b[i];
}

static bool has_alias(const struct explanation *x, const char *name)
{
    const char *p = x->aliases ? x->aliases : "";
    while (*p) {
        struct str alias = {p, strcspn(p, " ")};
        if (same_name(alias, name))
            return true;
        p += alias.n;
        p += strspn(p, " ");
    }
    return false;
}

const struct explanation *explanation_find(const char *name)
{
    const struct explanation *x;
    for (size_t i = 0; (x = explanation_at(i)); i++)
        if (same_name(str_of(x->name), name) || has_alias(x, name))
            break;
    return x;
}

static void print_indented(struct str text, struct buf *out)
{
    for (size_t i = 0; i < text.n;) {
        const char *end = memchr(text.p + i, '\n', text.n - i);
        size_t n = end ? (size_t)(end - text.p) + 1 - i : text.n - i;
        buf_puts(out, "    ");
        buf_put(out, (struct str){text.p + i, n});
        i += n;
    }
}

/* The smallest histories between a level and others, in short. */
static void print_separations(const char *level, struct buf *out)
{
    bool any = false;
    for (const struct separation *s = separations; s->broken; s++) {
        bool broken = strcmp(s->broken, level) == 0, holds = strcmp(s->holds, level) == 0;
        if ((!broken && !holds) || !compact_is(s->history))
            continue;
        if (!any)
            buf_puts(out, "\nThe smallest histories between it and others (w x 1 writes 1 to x, "
                          "r x 0\nreads the initial value):\n");
        any = true;
        buf_printf(out, "    %s\n        %s holds, %s is broken\n", s->history, s->holds,
                   s->broken);
    }
}

void explanation_example(const struct explanation *x, struct buf *out)
{
    session_text(x->example, out);
}

void explanation_print(const struct explanation *x, size_t width, struct buf *out)
{
    buf_printf(out, "%s: %s\n\n", x->name, x->summary);
    report_wrapped(str_of(x->text), width, 0, 0, out);
    print_separations(x->name, out);
    if (!x->example)
        return;
    struct buf example = {0};
    explanation_example(x, &example);
    bool edn = example.n > 0 && example.p[0] == '{';
    buf_printf(out, "\nExample (%s%s%s)%s\n", x->verdict == VERDICT_VALID ? "valid" : "invalid",
               x->property ? " with -c " : "", x->property ? x->property : "",
               edn ? ":" : ": process, type, f, value");
    print_indented((struct str){example.p, example.n}, out);
    buf_free(&example);
}
