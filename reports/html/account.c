/* What became of each element: the books of an accounting property as a table, and where the
 * elements are integers as strips that show the difference at a glance. */
#include "reports/html/page.h"

#include "checker/account.h"

enum { PIECES_MAX = 2000, WIDTH = 600, NUMBERS_MAX = 16 };

struct piece {
    int64_t lo, hi;
};

static const char *meaning(struct str outcome)
{
    static const char *const texts[][2] = {
        {"ok", "came in, and was there to the end"},
        {"stale", "missing from a read after it was known, but there in a later one"},
        {"recovered", "of an operation whose outcome was unknown: it did take effect"},
        {"never-read", "nothing looked for it late enough to tell"},
        {"lost", "acknowledged, and gone"},
        {"unexpected", "seen, but nothing can have brought it in"},
        {"duplicated", "seen more often than it can be there"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (str_is(outcome, texts[i][0]))
            return texts[i][1];
    return "";
}

static bool is_bad(const char *outcome)
{
    return strcmp(outcome, "lost") == 0 || strcmp(outcome, "unexpected") == 0 ||
           strcmp(outcome, "duplicated") == 0;
}

/* "#{1..54 67}" as intervals: how many, or 0 when there is something else in it. */
static size_t pieces(struct str s, struct piece *out)
{
    size_t n = 0, at = str_starts(s, "#{") ? 2 : s.n;
    while (at < s.n && s.p[at] != '}' && n < PIECES_MAX) {
        size_t end = at;
        while (end < s.n && s.p[end] != ' ' && s.p[end] != '}')
            end++;
        struct str token = {s.p + at, end - at}, hi = token;
        for (size_t i = 1; i + 1 < token.n; i++)
            if (token.p[i] == '.' && token.p[i + 1] == '.') {
                hi = (struct str){token.p + i + 2, token.n - i - 2};
                token.n = i;
            }
        if (!str_to_i64(token, &out[n].lo) || !str_to_i64(hi, &out[n].hi))
            return 0;
        n++;
        at = end + (end < s.n && s.p[end] == ' ');
    }
    return n;
}

/* The range of all elements. */
static bool range(const json_t *outcomes, struct piece *buffer, struct piece *all)
{
    bool some = false;
    for (size_t name = 0; name < OUTCOMES; name++) {
        const json_t *o = json_object_get(outcomes, outcome_names[name]);
        size_t n = o ? pieces(json_str(o, "elements"), buffer) : 0;
        if (o && n == 0)
            return false;
        for (size_t i = 0; i < n; i++) {
            all->lo = !some || buffer[i].lo < all->lo ? buffer[i].lo : all->lo;
            all->hi = !some || buffer[i].hi > all->hi ? buffer[i].hi : all->hi;
            some = true;
        }
    }
    return some && all->hi > all->lo;
}

static void strip(struct str elements, const char *name, struct piece *buffer,
                  const struct piece *all, struct buf *out)
{
    size_t n = pieces(elements, buffer);
    double scale = WIDTH / ((double)all->hi - (double)all->lo + 1);
    buf_printf(
        out,
        "<svg class=\"strip\" role=\"img\" aria-label=\"where the %s elements lie\" "
        "viewBox=\"0 0 %d 14\" width=\"%d\" height=\"14\" preserveAspectRatio=\"none\">"
        "<rect class=\"track\" x=\"0\" y=\"5\" width=\"%d\" height=\"4\"/><path class=\"%s\" "
        "d=\"",
        name, WIDTH, WIDTH, WIDTH, is_bad(name) ? "broken" : "fine");
    for (size_t i = 0; i < n; i++) {
        double x = ((double)buffer[i].lo - (double)all->lo) * scale;
        double w = ((double)buffer[i].hi - (double)buffer[i].lo + 1) * scale;
        buf_printf(out, "M%.1f 0h%.1fv14h-%.1fz", x, w < 1 ? 1 : w, w < 1 ? 1 : w);
    }
    buf_puts(out, "\"/></svg>");
}

static void outcome_row(const char *name, const json_t *o, bool strips, struct piece *buffer,
                        const struct piece *all, struct buf *out)
{
    struct str elements = json_str(o, "elements");
    buf_printf(out, "<tr%s><th scope=\"row\">", is_bad(name) ? " class=\"bad\"" : "");
    html_puts(name, out);
    buf_printf(out, "</th><td class=\"n\">%lld</td><td>", (long long)json_int(o, "count", 0));
    if (strips)
        strip(elements, name, buffer, all, out);
    buf_puts(out, "<span class=\"small\">");
    html_puts(meaning(str_of(name)), out);
    buf_puts(out, "</span> <code class=\"elements\">");
    html_text((struct str){elements.p, elements.n < 600 ? elements.n : 600}, out);
    buf_puts(out, elements.n > 600 ? " ...</code></td></tr>\n" : "</code></td></tr>\n");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* By name: a document that was read has another order of members than one that was made. */
static void numbers(const json_t *account, struct buf *out)
{
    const json_t *all = json_object_get(account, "numbers");
    const char *names[NUMBERS_MAX], *name;
    const json_t *v;
    size_t n = 0;
    buf_puts(out, "<p>");
    json_object_foreach((json_t *)(uintptr_t)all, name, v) if (n < NUMBERS_MAX) names[n++] = name;
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "%s%lld ", i ? ", " : "", (long long)json_int(all, names[i], 0));
        html_puts(names[i], out);
    }
    buf_puts(out, ".</p>\n");
}

void html_account(struct page *p, const json_t *key)
{
    const json_t *account = json_object_get(key, "account");
    const json_t *outcomes = json_object_get(account, "outcomes");
    struct arena a = {0};
    struct piece all = {0, 0}, *buffer = arena_alloc(&a, PIECES_MAX * sizeof *buffer);
    bool strips = range(outcomes, buffer, &all);
    if (account) {
        buf_puts(p->out, "<h4>What became of each element</h4>\n");
        if (json_object_size(outcomes)) {
            buf_puts(p->out, "<div class=\"scroll\" role=\"group\" aria-label=\"Elements\" "
                             "tabindex=\"0\"><table class=\"account\">\n<thead><tr>"
                             "<th scope=\"col\">outcome</th><th scope=\"col\">elements</th>"
                             "<th scope=\"col\">which</th></tr></thead>\n<tbody>\n");
            for (size_t i = OUTCOMES; i-- > 0;) { /* the worst first */
                const json_t *o = json_object_get(outcomes, outcome_names[i]);
                if (o)
                    outcome_row(outcome_names[i], o, strips, buffer, &all, p->out);
            }
            buf_puts(p->out, "</tbody></table></div>\n");
        }
        numbers(account, p->out);
    }
    arena_free(&a);
}
