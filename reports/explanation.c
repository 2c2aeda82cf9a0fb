#include "reports/explanation.h"

#include "reports/report.h"

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

void explanation_print(const struct explanation *x, size_t width, struct buf *out)
{
    buf_printf(out, "%s: %s\n\n", x->name, x->summary);
    report_wrapped(str_of(x->text), width, 0, 0, out);
    if (!x->example)
        return;
    buf_printf(out, "\nExample (%s%s%s): process, type, f, value\n",
               x->verdict == VERDICT_VALID ? "valid" : "invalid", x->property ? " with -c " : "",
               x->property ? x->property : "");
    for (const char *p = x->example; *p;) {
        size_t n = strcspn(p, "\n");
        buf_puts(out, "    ");
        buf_put(out, (struct str){p, n + 1});
        p += n + 1;
    }
}
