/* What made this, and how to make it again. */
#include "reports/html/page.h"

#include "base/sha256.h"

enum { OPTIONS_MAX = 64, TEXT_MAX = 1 << 14, TEST_MAX = 1 << 18 };

static void row(const char *name, struct str text, struct buf *out)
{
    if (!text.n)
        return;
    buf_printf(out, "<dt>%s</dt><dd><code>", name);
    html_text((struct str){text.p, text.n < TEXT_MAX ? text.n : TEXT_MAX}, out);
    buf_puts(out, text.n > TEXT_MAX ? " ...</code></dd>\n" : "</code></dd>\n");
}

/* In single quotes, as a shell reads it. */
static void quoted(struct str s, struct buf *out)
{
    buf_putc(out, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'')
            buf_puts(out, "'\\''");
        else
            buf_putc(out, s.p[i]);
    }
    buf_putc(out, '\'');
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those that were given, by name. */
static void options(const json_t *all, struct buf *out)
{
    const char *names[OPTIONS_MAX], *name;
    const json_t *value;
    size_t n = 0;
    json_object_foreach((json_t *)(uintptr_t)all, name, value) if (n < OPTIONS_MAX) names[n++] =
        name;
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, " --%s", names[i]);
        if (!json_is_string(json_object_get(all, names[i])))
            continue;
        buf_putc(out, ' ');
        quoted(json_str(all, names[i]), out);
    }
}

static void check_command(const struct page *p, const char *verb, const char *rest, struct buf *out)
{
    const json_t *one = page_property(p, 0);
    buf_printf(out, "belie %s ", verb);
    quoted(json_str(p->input, "path"), out);
    if (json_str(one, "model").n)
        buf_printf(out, " --model %s", json_str(one, "model").p);
    for (size_t i = 0; i < page_properties(p) && json_str(one, "property").n; i++)
        buf_printf(out, "%s%s", i ? "," : " --consistency ",
                   json_str(page_property(p, i), "property").p);
    options(json_object_get(p->input, "options"), out);
    buf_puts(out, rest);
}

static void commands(const struct page *p)
{
    struct buf text = {0};
    check_command(p, "check", "", &text);
    row("check again", buf_str(&text), p->out);
    buf_free(&text);
    if (json_invalid(p->input) &&
        str_is(json_str(page_property(p, 0), "property"), "linearizable")) {
        check_command(p, "shrink", " -o minimal.edn", &text);
        row("smallest part that is still invalid", buf_str(&text), p->out);
        buf_free(&text);
    }
    row("run again", json_str(p->test, "command"), p->out);
}

static void input(const struct page *p)
{
    struct buf text = {0};
    sha256_hex(p->h->source.text, &text);
    row("history", json_str(p->input, "path"), p->out);
    row("SHA-256 of its text, uncompressed", buf_str(&text), p->out);
    buf_free(&text);
    buf_printf(&text, "%zu bytes, %zu events", p->h->source.text.n, p->h->events.n);
    row("size", buf_str(&text), p->out);
    buf_free(&text);
    row("format", json_str(p->input, "format"), p->out);
    row("belie", json_str(p->document, "belie"), p->out);
}

static void test(const struct page *p)
{
    if (!p->test)
        return;
    char *text = json_dumps(p->test, JSON_INDENT(2) | JSON_SORT_KEYS);
    struct str all = str_of(text ? text : "");
    size_t most = page_most(p, TEST_MAX);
    int64_t seed = json_int(p->test, "seed", -1);
    struct buf number = {0};
    buf_printf(&number, "%lld", (long long)seed);
    if (seed >= 0)
        row("seed", buf_str(&number), p->out);
    buf_free(&number);
    buf_puts(p->out, "</dl>\n<details><summary>The test (test.json)</summary>\n<pre>");
    html_text((struct str){all.p, all.n < most ? all.n : most}, p->out);
    buf_puts(p->out, all.n > most ? "\n...</pre></details>\n" : "</pre></details>\n");
    free(text);
}

void html_reproduce(struct page *p)
{
    buf_puts(p->out, "<section id=\"reproduce\" aria-labelledby=\"h-reproduce\">\n"
                     "<h2 id=\"h-reproduce\">Reproduce</h2>\n<dl>\n");
    input(p);
    commands(p);
    test(p);
    buf_puts(p->out, p->test ? "</section>\n" : "</dl>\n</section>\n");
}
