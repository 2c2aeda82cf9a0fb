#include "reports/html/page.h"

#include "histories/reader.h"
#include "reports/coverage_report.h"
#include "reports/html/again.h"
#include "reports/html/assets.h"
#include "reports/html/faults.h"
#include "reports/html/frame.h"

enum { RESULT_MAX = 1 << 19, SLACK = 1 << 14, REDUCED_MAX = 16 };

size_t page_properties(const struct page *p)
{
    const json_t *list = json_object_get(p->input, "properties");
    return json_is_array(list) ? json_array_size(list) : 1;
}

const json_t *page_property(const struct page *p, size_t i)
{
    const json_t *list = json_object_get(p->input, "properties");
    return json_is_array(list) ? json_array_get(list, i) : p->input;
}

const char *page_verdict(const json_t *o)
{
    if (json_valid(o))
        return "valid";
    if (json_invalid(o))
        return "invalid";
    const json_t *coverage = json_object_get(o, "coverage");
    bool missing = json_array_size(json_object_get(coverage, "missing")) > 0;
    bool undecided = json_int(json_object_get(o, "keys"), "unknown", 0) > 0;
    return str_starts(json_str(o, "reason"), "vacuous") || (missing && !undecided) ? "vacuous"
                                                                                   : "unknown";
}

int64_t page_time(const struct page *p, uint32_t i)
{
    int64_t t = i < p->h->events.n ? p->h->events.time[i] : NO_TIME;
    return t == NO_TIME || p->start == NO_TIME ? NO_TIME : t - p->start;
}

/* The initial value as the document gives it. */
bool page_initial(const struct page *p, const json_t *property, val *v)
{
    struct str given = json_str(json_object_get(p->input, "options"), "initial");
    if (given.n) /* as EDN, which says more than JSON does */
        return edn_parse_value(&p->h->values, given, v, NULL);
    const json_t *initial = json_object_get(property, "initial");
    char *text = json_dumps(initial ? initial : json_null(), JSON_ENCODE_ANY);
    bool ok = text && json_parse_value(&p->h->values, str_of(text), v, NULL);
    free(text);
    return ok;
}

bool page_nil_unknown(const struct page *p)
{
    return str_is(json_str(json_object_get(p->input, "options"), "nil-reads"), "unknown");
}

bool page_keyed(const struct page *p, const json_t *operations)
{
    size_t i;
    const json_t *o;
    val first = p->h->ops[page_op(json_array_get(operations, 0))].key;
    json_array_foreach(operations, i, o)
    {
        if (p->h->ops[page_op(o)].key != first)
            return true;
    }
    return false;
}

static char plain_letter(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

struct str page_reason(const json_t *key)
{
    struct str reason = json_str(key, "reason");
    struct str rule = json_str(json_object_get(key, "counterexample"), "rule");
    size_t at = 0;
    for (size_t i = 0; i < rule.n; i++) {
        if (rule.p[i] == '-')
            continue;
        if (at == reason.n || plain_letter(reason.p[at++]) != rule.p[i])
            return reason;
    }
    bool named = at > 0 && reason.n > at + 2 && memcmp(reason.p + at, ": ", 2) == 0;
    return named ? (struct str){reason.p + at + 2, reason.n - at - 2} : reason;
}

/* ---- do the results belong to the history? ---- */

static bool operations_fit(const struct history *h, const json_t *operations, struct err *e)
{
    size_t i;
    const json_t *o;
    json_array_foreach(operations, i, o)
    {
        int64_t id = json_int(o, "operation", -1), at = json_int(o, "invoked", -1);
        if (id < 0 || (uint64_t)id >= h->nops || h->ops[id].inv != at)
            return err_set(e, ERR_INPUT,
                           "the results are not about this history: they name operation %lld, "
                           "invoked as event %lld; check the history again",
                           (long long)id, (long long)at);
    }
    return true;
}

static bool keys_fit(const struct history *h, const json_t *property, struct err *e)
{
    size_t i;
    const json_t *k;
    json_array_foreach(json_object_get(property, "results"), i, k)
    {
        const json_t *c = json_object_get(k, "counterexample");
        if (!operations_fit(h, json_object_get(c, "operations"), e) ||
            !operations_fit(h, json_object_get(json_object_get(c, "end"), "operations"), e))
            return false;
    }
    return true;
}

static bool results_fit(const struct page *p, struct err *e)
{
    if (json_int(p->document, "schema", 0) != 1 || !json_is_object(p->input))
        return err_set(e, ERR_INPUT, "these are not results of belie (schema 1)");
    if (json_object_get(p->input, "error"))
        return err_set(e, ERR_INPUT, "this input could not be checked: %.500s",
                       json_str(p->input, "error").p);
    const json_t *counts = json_object_get(p->input, "operations");
    if (counts && json_int(counts, "all", -1) != (int64_t)p->h->nops)
        return err_set(e, ERR_INPUT,
                       "the results are about a history of %lld operations, this one has %zu; "
                       "check it again",
                       (long long)json_int(counts, "all", -1), p->h->nops);
    for (size_t i = 0; i < page_properties(p); i++)
        if (!keys_fit(p->h, page_property(p, i), e))
            return false;
    return true;
}

/* ---- the frame of the page ---- */

/* JSON inside of a script element: no character of it can end the element. */
static int script_json(const char *s, size_t n, void *out)
{
    for (size_t i = 0; i < n; i++) {
        bool special = s[i] == '<' || s[i] == '>' || s[i] == '&';
        if (special)
            buf_printf(out, "\\u%04x", (unsigned)(unsigned char)s[i]);
        else
            buf_putc(out, s[i]);
    }
    return 0;
}

static void machine_block(struct page *p)
{
    struct buf text = {.max = page_most(p, RESULT_MAX)};
    (void)json_dump_callback(p->input, script_json, &text,
                             JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    if (!text.cut) {
        buf_puts(p->out, "<script type=\"application/json\" id=\"result\">");
        buf_put(p->out, buf_str(&text));
        buf_puts(p->out, "</script>\n");
    }
    buf_free(&text);
}

static void what_was_reduced(struct page *p, size_t max)
{
    if (p->reduced)
        buf_printf(p->out,
                   "<p class=\"reduced\">The page would be larger than %.1f MB: of its tables, "
                   "texts and downloads no more than one in %u is kept, the first violation to the "
                   "last. <code>belie check --json</code> has everything.</p>\n",
                   (double)max / 1e6, 1u << p->reduced);
}

/* What comes before the time line, and what after it. */
static void write_parts(struct page *p, size_t max, struct buf *before, struct buf *after)
{
    p->out = before;
    html_banner(p);
    buf_puts(before, "<main id=\"main\">\n");
    what_was_reduced(p, max);
    html_counterexamples(p);
    html_proof(p);
    html_spectrum(p);
    html_undecided(p);
    p->out = after;
    html_measures(p);
    html_coverage(p);
    html_tables(p);
    html_faults(p);
    html_reproduce(p);
    buf_puts(after, "</main>\n<footer><p>Made by belie ");
    html_text(json_str(p->document, "belie"), after);
    buf_puts(after,
             ". This page is one file: it needs no network, and the same history and results "
             "give the same bytes.</p></footer>\n");
    machine_block(p);
}

/* The parts are made smaller until the surroundings of the violations have room beside them. */
static void body(struct page *p, size_t max)
{
    struct buf *out = p->out, before = {0}, after = {0};
    size_t frame = out->n + asset_script.n + SLACK, size;
    write_parts(p, max, &before, &after);
    while ((size = frame + before.n + after.n) + max / 4 > max && p->reduced < REDUCED_MAX) {
        buf_free(&before);
        buf_free(&after);
        p->reduced++;
        write_parts(p, max, &before, &after);
    }
    p->out = out;
    buf_printf(out, "<body class=\"%s\">\n", page_verdict(p->input));
    buf_put(out, buf_str(&before));
    html_timeline(p, size < max ? max - size : 0);
    buf_put(out, buf_str(&after));
    buf_puts(out, "<script>");
    buf_put(out, asset_text(&asset_script));
    buf_puts(out, "</script>\n</body>\n</html>\n");
    buf_free(&before);
    buf_free(&after);
}

static void find_times(struct page *p)
{
    const struct events *ev = &p->h->events;
    p->start = p->end = NO_TIME;
    for (size_t i = 0; i < ev->n; i++) {
        if (ev->time[i] == NO_TIME)
            continue;
        p->start = p->start == NO_TIME || ev->time[i] < p->start ? ev->time[i] : p->start;
        p->end = p->end == NO_TIME || ev->time[i] > p->end ? ev->time[i] : p->end;
    }
}

static json_t *find_coverage(const struct page *p)
{
    static const struct thresholds none = {0};
    struct coverage c;
    struct arena a = {0};
    coverage_measure(&c, p->h, &none, &a);
    json_t *o = coverage_json(p->h, &c);
    arena_free(&a);
    return o;
}

bool html_report(const struct html_source *s, struct buf *out, struct err *e)
{
    const json_t *inputs = json_object_get(s->results, "inputs");
    struct page p = {.h = s->history,
                     .document = s->results,
                     .test = s->test,
                     .out = out,
                     .input = json_array_get(inputs, s->input)};
    if (!results_fit(&p, e))
        return false;
    struct faults faults;
    struct again again;
    find_times(&p);
    faults_find(&faults, p.h);
    p.faults = &faults;
    again_find(&again, &p);
    p.again = &again;
    p.coverage = find_coverage(&p);
    html_head(page_verdict(p.input), json_str(p.input, "path"), asset_text(&asset_script), out);
    body(&p, s->max_bytes ? s->max_bytes : HTML_BYTES);
    json_decref(p.coverage);
    again_free(&again);
    faults_free(&faults);
    return true;
}
