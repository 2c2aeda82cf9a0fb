/* The verdict in one sentence, and what else is worth knowing first. */
#include "reports/html/page.h"

#include "reports/html/again.h"

#include "checker/property.h"
#include "reports/explanation.h"

static const json_t *worst_property(const struct page *p)
{
    const json_t *unknown = NULL;
    for (size_t i = 0; i < page_properties(p); i++) {
        const json_t *one = page_property(p, i);
        if (json_invalid(one))
            return one;
        if (!json_valid(one) && !unknown)
            unknown = one;
    }
    return unknown ? unknown : page_property(p, 0);
}

/* Of the keys with the verdict of the property the one with the fewest operations to look at. */
static const json_t *worst_key(const json_t *property)
{
    size_t i, fewest = SIZE_MAX;
    const json_t *k, *best = NULL;
    json_array_foreach(json_object_get(property, "results"), i, k)
    {
        if (json_valid(k) || json_invalid(k) != json_invalid(property))
            continue;
        size_t n =
            json_array_size(json_object_get(json_object_get(k, "counterexample"), "operations"));
        if (!best || (n && n < fewest)) {
            best = k;
            fewest = n ? n : SIZE_MAX;
        }
    }
    return best;
}

static bool is_level(const json_t *property)
{
    const struct property *p = property_find(json_str(property, "property"));
    return !p || !p->run;
}

/* Levels are adjectives ("linearizable") or nouns ("coherence"). */
static bool is_adjective(const json_t *property)
{
    struct str name = json_str(json_object_get(property, "spectrum"), "shown");
    if (!name.n)
        name = json_str(property, "property");
    return is_level(property) && (str_ends(name, "able") || str_ends(name, "al") ||
                                  str_is(name, "all") || str_ends(name, "atomic"));
}

/* "linearizable as a register", "set". */
static void put_level(const json_t *property, struct buf *out)
{
    /* "all" is a question; the level that answers it is the one that is shown. */
    const json_t *spectrum = json_object_get(property, "spectrum");
    struct str shown = json_str(spectrum, "shown");
    if (spectrum)
        html_text(shown.n ? shown : STR("linearizable"), out);
    else
        html_text(json_str(property, "property"), out);
    struct str model = json_str(property, "model");
    if (model.n && !shown.n && is_adjective(property)) {
        buf_puts(out, " as a ");
        html_text(model, out);
    }
}

static void invalid_sentence(const json_t *property, const json_t *key, struct buf *out)
{
    buf_puts(out, is_adjective(property) ? "The history is not "
                  : is_level(property)   ? "The history breaks the level "
                                         : "The history breaks the property ");
    put_level(property, out);
    struct str reason = page_reason(key);
    if (!reason.n)
        reason = json_str(property, "reason");
    if (reason.n) {
        buf_puts(out, ": ");
        html_text(reason, out);
    }
    buf_putc(out, '.');
}

/* Of the weaker levels each process may have an order of its own. */
static bool one_order(const json_t *property)
{
    struct str name = json_str(property, "property");
    return json_object_get(property, "spectrum") || str_is(name, "linearizable") ||
           str_is(name, "sequential");
}

static void valid_sentence(const json_t *property, struct buf *out)
{
    const struct property *known = property_find(json_str(property, "property"));
    if (is_level(property)) {
        buf_puts(out, is_adjective(property) ? "The history is " : "The history keeps the level ");
        put_level(property, out);
        buf_puts(out, ": ");
        html_puts(one_order(property) ? "one order of the operations explains every result"
                                      : known->summary,
                  out);
    } else {
        html_text(json_str(property, "property"), out);
        buf_puts(out, " holds: ");
        html_puts(known->summary, out);
    }
    buf_putc(out, '.');
}

/* What the coverage complains of, as the end of a sentence. False when there is nothing. */
static bool complaints(const struct page *p, const char *name, struct buf *out)
{
    const json_t *coverage = json_object_get(p->input, "coverage");
    const json_t *list = json_object_get(coverage, name), *one;
    size_t i;
    json_array_foreach(list, i, one)
    {
        buf_puts(out, i ? "; " : "");
        html_puts(json_is_string(one) ? json_string_value(one) : "?", out);
    }
    return json_array_size(list) > 0;
}

static void unknown_sentence(const struct page *p, const json_t *property, const json_t *key,
                             struct buf *out)
{
    struct str reason = json_str(p->input, "reason");
    reason = key && !reason.n ? json_str(key, "reason") : reason;
    reason = reason.n ? reason : json_str(property, "reason");
    if (strcmp(page_verdict(p->input), "vacuous") == 0) {
        buf_puts(out, "The run shows nothing, neither good nor bad: ");
        bool said = str_starts(reason, "vacuous: ");
        if (!complaints(p, "missing", out))
            html_text(said ? (struct str){reason.p + 9, reason.n - 9} : reason, out);
    } else {
        buf_puts(out, "It is not known whether the history is ");
        put_level(property, out);
        buf_puts(out, ": ");
        html_text(reason.n ? reason : STR("no reason was given"), out);
    }
    buf_putc(out, '.');
}

static void sentence(const struct page *p, const json_t *property, const json_t *key)
{
    bool several = page_properties(p) > 1;
    const json_t *coverage = json_object_get(p->input, "coverage");
    const json_t *keys = json_object_get(property, "keys");
    bool demands = json_array_size(json_object_get(coverage, "broken")) > 0 &&
                   json_int(keys, "invalid", 0) == 0;
    if (json_invalid(p->input) && demands) {
        buf_puts(p->out, "Nothing is inconsistent, but a demand is not met: ");
        (void)complaints(p, "broken", p->out);
        buf_putc(p->out, '.');
    } else if (json_invalid(property)) {
        invalid_sentence(property, key, p->out);
    } else if (json_valid(p->input) || (several && json_valid(property) && !coverage)) {
        valid_sentence(property, p->out);
    } else {
        unknown_sentence(p, property, key, p->out);
    }
}

/* The keys, where there are several, and how far they reach. */
static void scope(const struct page *p, const json_t *property, const json_t *key)
{
    const json_t *keys = json_object_get(property, "keys");
    int64_t all = json_int(keys, "all", 0), bad = json_int(keys, "invalid", 0);
    int64_t open = json_int(keys, "unknown", 0);
    if (all < 2)
        return;
    const json_t *name = json_object_get(key, "key");
    buf_puts(p->out, "<p>");
    if (name && !json_is_null(name)) {
        buf_puts(p->out, "This is about key <code>");
        html_key(key, p->out);
        buf_puts(p->out, "</code>. ");
    }
    buf_printf(p->out, "%lld of %lld keys %s invalid", (long long)bad, (long long)all,
               bad == 1 ? "is" : "are");
    if (open)
        buf_printf(p->out, ", %lld not decided", (long long)open);
    buf_puts(p->out, ".</p>\n");
}

/* What the words mean, for who reads them for the first time. */
static void meaning(struct str word, const char *head, struct buf *out)
{
    char name[64];
    if (!word.n || word.n >= sizeof name)
        return;
    memcpy(name, word.p, word.n);
    name[word.n] = '\0';
    const struct explanation *x = explanation_find(name);
    if (!x)
        return;
    buf_printf(out, "<details class=\"meaning\"><summary>%s <b>", head);
    html_puts(x->name, out);
    buf_puts(out, "</b>: ");
    html_puts(x->summary, out);
    buf_puts(out, "</summary><p>");
    html_puts(x->text, out);
    buf_puts(out, "</p></details>\n");
}

static void other_properties(const struct page *p)
{
    if (page_properties(p) < 2)
        return;
    buf_puts(p->out, "<ul class=\"properties\" aria-label=\"Properties that were checked\">\n");
    for (size_t i = 0; i < page_properties(p); i++) {
        const json_t *one = page_property(p, i);
        const char *verdict = page_verdict(one);
        buf_printf(p->out, "<li><span class=\"badge %s\">%s</span> ", verdict, verdict);
        put_level(one, p->out);
        buf_puts(p->out, "</li>\n");
    }
    buf_puts(p->out, "</ul>\n");
}

static void numbers(const struct page *p)
{
    const json_t *n = json_object_get(p->input, "operations");
    struct buf *out = p->out;
    buf_printf(out, "<p class=\"numbers\">%zu operations", p->h->nops);
    if (n)
        buf_printf(out, ": %lld ok, %lld failed, %lld with unknown outcome",
                   (long long)json_int(n, "ok", 0), (long long)json_int(n, "fail", 0),
                   (long long)json_int(n, "info", 0));
    if (p->start != NO_TIME) {
        buf_puts(out, "; ");
        html_seconds(p->end - p->start, out);
    }
    if (p->faults->n)
        buf_printf(out, "; %zu fault%s", p->faults->n, p->faults->n == 1 ? "" : "s");
    buf_puts(out, ".</p>\n");
}

static void links(const struct page *p)
{
    struct buf *out = p->out;
    bool vacuous = strcmp(page_verdict(p->input), "vacuous") == 0;
    buf_puts(out, "<nav aria-label=\"Parts of the report\"><ul>\n");
    if (vacuous)
        buf_puts(out, "<li><a href=\"#coverage\">What was missing</a></li>\n");
    if (json_invalid(p->input))
        buf_puts(out, "<li><a href=\"#counterexample\">What is impossible</a></li>\n");
    if (p->again->property)
        buf_printf(out, "<li><a href=\"#proof\">%s</a></li>\n",
                   json_valid(p->input) ? "Why it is valid" : "An order that explains it");
    if (json_object_get(page_property(p, 0), "spectrum"))
        buf_puts(out, "<li><a href=\"#spectrum\">Which levels hold</a></li>\n");
    buf_puts(out, "<li class=\"script\"><a href=\"#timeline\">Time line</a></li>\n");
    if (!vacuous)
        buf_puts(out, "<li><a href=\"#coverage\">Coverage</a></li>\n");
    buf_puts(out, "<li><a href=\"#checks\">Checks</a></li>\n");
    if (p->faults->n)
        buf_puts(out, "<li><a href=\"#faults\">Faults</a></li>\n");
    buf_puts(out, "<li><a href=\"#reproduce\">Reproduce</a></li>\n</ul></nav>\n");
}

void html_banner(struct page *p)
{
    static const char *const marks[] = {"\xe2\x9c\x97", "\xe2\x9c\x93", "?"};
    struct buf *out = p->out;
    const char *verdict = page_verdict(p->input);
    const json_t *property = worst_property(p), *key = worst_key(property);
    bool bad = json_invalid(p->input), good = json_valid(p->input);
    if (bad)
        buf_puts(out,
                 "<a class=\"skip\" href=\"#counterexample\">Skip to the counterexample</a>\n");
    else
        buf_puts(out, "<a class=\"skip\" href=\"#main\">Skip to the results</a>\n");
    buf_puts(out, "<header>\n<p class=\"brand\"><b>belie</b> report on <code>");
    html_text(json_str(p->input, "path"), out);
    buf_puts(out, "</code></p>\n<h1><span class=\"verdict\"><span aria-hidden=\"true\">");
    buf_puts(out, marks[bad ? 0 : good ? 1 : 2]);
    buf_printf(out, "</span> %s</span> <span class=\"sentence\">", verdict);
    sentence(p, property, key);
    buf_puts(out, "</span></h1>\n");
    html_spectrum_border(p, property);
    scope(p, property, key);
    other_properties(p);
    numbers(p);
    struct str shown = json_str(json_object_get(property, "spectrum"), "shown");
    meaning(shown.n ? shown : json_str(property, "property"), "What is meant by", out);
    struct str rule = json_str(json_object_get(key, "counterexample"), "rule");
    if (!str_eq(rule, json_str(property, "property")))
        meaning(rule, "The rule that is broken,", out);
    links(p);
    buf_puts(out, "</header>\n");
}
