/* Bytes become a history of hostile texts with faults, and results of several properties; the page
 * about it must be well-formed by the small checker below, contain no element but those that belie
 * writes, stay below its cap, and be the same bytes when it is made again. */
#include "checker/check.h"
#include "checker/property.h"
#include "histories/reader.h"
#include "reports/html/html.h"
#include "reports/result_json.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- the history ---- */

enum { EVENTS_MAX = 400, OPEN_MAX = 6 };

struct script {
    const uint8_t *p, *end;
    struct buf text;
    int64_t time;
};

static unsigned take(struct script *s)
{
    return s->p < s->end ? *s->p++ : 0;
}

/* A string of EDN, with what breaks out of markup, scripts and encodings; sometimes very long. */
static void put_string(struct script *s, unsigned what)
{
    static const char *const texts[] = {
        "</script><script>alert(1)</script>", "<i>", "<!--", "]]>", "&lt;&amp;", "\\\"><img src=x>",
        "'onload='x", "\xe2\x80\xa8", "\xe2\x80\xae", "\xff\xfe", "\x01\x1b[31m",
        "%s%n", "\xf0\x9f",
        "</style>", "\\\\u003c/script>", "plain"};
    unsigned times = what >= 250 ? 3000 : 1 + (what >> 4) % 3;
    buf_putc(&s->text, '"');
    for (unsigned i = 0; i < times; i++)
        buf_puts(&s->text, texts[what & 15]);
    buf_putc(&s->text, '"');
}

static void put_value(struct script *s, unsigned what)
{
    if (what < 100)
        buf_printf(&s->text, "%u", what % 7);
    else
        put_string(s, what);
}

static void put_f(struct script *s, const char *f, unsigned what, bool independent)
{
    buf_printf(&s->text, ":f %s, :value ", f);
    if (independent) {
        buf_putc(&s->text, '[');
        put_value(s, what & 131);
        buf_putc(&s->text, ' ');
    }
}

static void event(struct script *s, unsigned process, const char *type, bool write, unsigned what,
                  bool independent)
{
    s->time += (int64_t)(what % 50) * 1000000;
    buf_printf(&s->text, "{:process %u, :type :%s, :time %lld, :node ", process, type,
               (long long)s->time);
    put_value(s, what % 200 > 190 ? what : what % 3);
    buf_puts(&s->text, ", ");
    put_f(s, write ? ":write" : ":read", what, independent);
    if (!write && strcmp(type, "invoke") == 0)
        buf_puts(&s->text, "nil");
    else
        put_value(s, take(s));
    if (independent)
        buf_putc(&s->text, ']');
    if (type[0] == 'f' || strcmp(type, "info") == 0) {
        buf_puts(&s->text, ", :error ");
        put_string(s, what);
    }
    buf_puts(&s->text, "}\n");
}

static void fault(struct script *s, unsigned what)
{
    static const char *const fs[] = {":start-partition", ":stop-partition", ":kill", ":start",
                                     ":start-<i>", ":stop-<i>"};
    for (int half = 0; half < 2; half++) {
        buf_printf(&s->text, "{:process :nemesis, :type :info, :time %lld, :f %s, :value ",
                   (long long)s->time, fs[what % 6]);
        if (half && what % 6 == 0)
            buf_puts(&s->text, "[:isolated {0 #{1 2}, 1 #{0}, \"<i>\" #{0}}], :receipt ");
        else
            buf_puts(&s->text, ":minority, :receipt ");
        put_string(s, what);
        buf_puts(&s->text, "}\n");
    }
}

static void write_history(struct script *s)
{
    bool open[OPEN_MAX] = {false}, write[OPEN_MAX] = {false}, independent = take(s) & 1;
    unsigned round[OPEN_MAX] = {0};
    for (int i = 0; i < EVENTS_MAX && s->p < s->end; i++) {
        unsigned what = take(s), t = what % OPEN_MAX, process = t + OPEN_MAX * round[t];
        if (what > 240) {
            fault(s, take(s));
        } else if (!open[t]) {
            write[t] = what & 64;
            open[t] = true;
            event(s, process, "invoke", write[t], take(s), independent);
        } else {
            const char *type = what % 16 == 0 ? "info" : what % 16 == 1 ? "fail" : "ok";
            event(s, process, type, write[t], take(s), independent);
            round[t] += type[0] == 'i';
            open[t] = false;
        }
    }
}

/* ---- is the page well-formed? ---- */

static const char *const elements[] = {
    "a", "article", "b", "body", "button", "caption", "circle", "code", "dd", "desc", "details",
    "div", "dl", "dt", "footer", "g", "h1", "h2", "h3", "h4", "head", "header", "html", "input",
    "kbd", "label", "li", "line", "link", "main", "meta", "nav", "noscript", "ol", "option", "p",
    "path", "pre", "rect", "script", "section", "select", "span", "style", "summary", "svg",
    "table", "tbody", "td", "text", "th", "thead", "title", "tr", "ul"};
static const char *const empty[] = {"input", "link", "meta"};

static bool among(struct str name, const char *const *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(name, v[i]))
            return true;
    return false;
}

static _Noreturn void broken(const char *why, struct str page, size_t at)
{
    size_t n = page.n - at < 200 ? page.n - at : 200;
    (void)fprintf(stderr, "%s at byte %zu: %.*s\n", why, at, (int)n, page.p + at);
    abort();
}

/* The name after '<' or '</', and the place after the tag's '>'. Attributes are quoted. */
static size_t read_tag(struct str page, size_t at, struct str *name, bool *closed)
{
    size_t begin = at;
    while (at < page.n && ((page.p[at] >= 'a' && page.p[at] <= 'z') ||
                           (page.p[at] >= '0' && page.p[at] <= '9')))
        at++;
    *name = (struct str){page.p + begin, at - begin};
    bool quoted = false;
    for (; at < page.n && (quoted || page.p[at] != '>'); at++) {
        quoted ^= page.p[at] == '"';
        if (page.p[at] == '<')
            broken("a tag in a tag", page, begin);
    }
    *closed = at > 0 && page.p[at - 1] == '/';
    if (at == page.n)
        broken("a tag without an end", page, begin);
    return at + 1;
}

static size_t find(struct str page, size_t at, const char *z)
{
    size_t n = strlen(z);
    while (at + n <= page.n && memcmp(page.p + at, z, n) != 0)
        at++;
    return at + n <= page.n ? at : page.n;
}

static size_t no_control(struct str page, size_t at)
{
    for (; at < page.n && page.p[at] != '<'; at++)
        if (((unsigned char)page.p[at] < 0x20 && page.p[at] != '\n' && page.p[at] != '\t') ||
            page.p[at] == '>')
            broken("a character that must be escaped", page, at);
    return at;
}

static void well_formed(struct str page)
{
    struct str stack[64];
    size_t depth = 0, at = find(page, 0, ">") + 1; /* after the doctype */
    while ((at = no_control(page, at)) < page.n) {
        struct str name;
        bool end = at + 1 < page.n && page.p[at + 1] == '/', closed;
        size_t tag = at;
        at = read_tag(page, at + 1 + end, &name, &closed);
        if (!among(name, elements, sizeof elements / sizeof *elements))
            broken("a foreign element", page, tag);
        if (end && (depth == 0 || !str_eq(stack[--depth], name)))
            broken("an end of what is not open", page, tag);
        if (end || closed || among(name, empty, sizeof empty / sizeof *empty))
            continue;
        if (depth == sizeof stack / sizeof *stack)
            broken("too deep", page, tag);
        stack[depth++] = name;
        if (str_is(name, "script"))
            at = find(page, at, "</script");
        else if (str_is(name, "style"))
            at = find(page, at, "</style");
    }
    if (depth)
        broken("an element is open", page, page.n);
}

/* ---- the target ---- */

static json_t *results_of(struct history *h, const struct property *p, struct budget *b)
{
    struct check_options o = {.property = p, .evidence = true, .jobs = 1, .budget = b,
                              .max_explored = 20000};
    struct check_result r;
    if (!check_history(h, &o, &r, NULL))
        return NULL;
    const struct report about = {.path = "h<i>.edn", .history = h, .result = &r};
    struct result_document *d = result_document_new();
    result_document_add(d, &about);
    json_t *j = result_document_json(d, r.verdict);
    result_document_free(d);
    check_result_free(&r);
    return j;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct property *const asked[] = {&property_linearizable, &property_all,
                                                   &level_bounded_staleness, &level_causal};
    static const size_t caps[] = {0, 1000000, 400000, 200000};
    struct script s = {.p = data, .end = data + size};
    const struct property *p = asked[take(&s) & 3];
    size_t cap = caps[take(&s) & 3];
    const struct load_options load = {.pair = {.lenient = true}, .split = SPLIT_AUTO};
    struct history h;
    struct budget budget = {.max_memory = (size_t)1 << 28};
    write_history(&s);
    if (history_load_memory(&h, "h", buf_str(&s.text), &load, NULL)) {
        json_t *results = results_of(&h, p, &budget);
        const struct html_source source = {.history = &h, .results = results, .max_bytes = cap};
        struct buf page = {0}, again = {0};
        if (results && html_report(&source, &page, NULL)) {
            well_formed(buf_str(&page));
            if (page.n > (cap ? cap : HTML_BYTES))
                broken("too large", buf_str(&page), 0);
            if (!html_report(&source, &again, NULL) || !str_eq(buf_str(&page), buf_str(&again)))
                broken("other bytes", buf_str(&page), 0);
        }
        buf_free(&page);
        buf_free(&again);
        json_decref(results);
        history_free(&h);
    }
    buf_free(&s.text);
    return 0;
}
