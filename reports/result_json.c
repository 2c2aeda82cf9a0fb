#include "reports/result_json.h"

#include "base/mem.h"
#include "checker/levels/level.h"
#include "reports/account_json.h"
#include "reports/coverage_report.h"
#include "reports/measures/measures_json.h"
#include "reports/spectrum_text.h"

/* A result with more keys than this lists only the keys that are not valid. */
enum { KEYS_MAX = 10000, VALUE_MAX = 1 << 16, VALUE_SHOWN = 1000 };

struct result_document {
    json_t *inputs;
};

/* Text that may be ill-formed UTF-8. NULL gives null. */
static json_t *text(const char *z)
{
    if (!z)
        return json_null();
    json_t *j = json_string(z);
    if (j)
        return j;
    struct buf b = {0};
    json_print_string(str_of(z), &b);
    j = json_loadb(b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    buf_free(&b);
    return j ? j : json_null();
}

/* A value of the history; null when absent. What jansson refuses (1E999) and what is too large
 * for a report is given as the beginning of its EDN text. */
static json_t *value(const struct history *h, val v)
{
    if (v == VAL_ABSENT)
        return json_null();
    struct buf b = {.max = VALUE_MAX};
    val_print_json(&h->values, v, &b);
    json_t *j = b.cut ? NULL : json_loadb(b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    if (!j) {
        buf_free(&b);
        report_value(h, v, VALUE_SHOWN, &b);
        buf_putc(&b, '\0');
        j = text(b.p);
    }
    buf_free(&b);
    return j;
}

static json_t *number(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static void set(json_t *o, const char *name, json_t *v)
{
    (void)json_object_set_new_nocheck(o, name, v);
}

static json_t *verdict(enum verdict v)
{
    return v == VERDICT_UNKNOWN ? json_string("unknown") : json_boolean(v == VERDICT_VALID);
}

static json_t *operation(const struct history *h, const struct shown_op *s)
{
    static const char *const types[] = {"invoke", "ok", "fail", "info"};
    json_t *o = json_object();
    set(o, "operation", number(s->id));
    set(o, "line", number(s->line));
    set(o, "index", json_integer(s->index));
    set(o, "invoked", number(s->op->inv));
    set(o, "completed", s->op->ret == NO_EVENT ? json_null() : number(s->op->ret));
    set(o, "type", json_string(types[s->op->type]));
    set(o, "process", value(h, s->op->process));
    set(o, "f", value(h, s->op->f));
    set(o, "argument", value(h, s->op->in));
    set(o, "result", value(h, s->op->out));
    set(o, "role", json_string(s->failed ? "failed" : s->strict ? "strict" : "background"));
    return o;
}

static json_t *strings(const char *const *z, size_t n)
{
    json_t *a = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(a, text(z[i]));
    return a;
}

/* The last of it, and the states in which that begins. */
static json_t *window(const struct report *r, const struct key_result *k)
{
    json_t *o = json_object(), *ops = json_array();
    struct arena a = {0};
    size_t n;
    const struct shown_op *shown = report_window(r, k, &a, &n);
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(ops, operation(r->history, &shown[i]));
    arena_free(&a);
    set(o, "operations", ops);
    set(o, "since", number((size_t)report_event_index(r->history, k->since)));
    set(o, "states", strings(k->since_states, k->nsince_states));
    return o;
}

/* How the operations of a level's core are ordered. */
static json_t *edges(const struct key_result *k)
{
    json_t *a = json_array();
    for (size_t i = 0; i < k->nedges; i++) {
        const struct edge *e = &k->edges[i];
        json_t *o = json_object();
        set(o, "from", number(e->from));
        set(o, "to", number(e->to));
        set(o, "kind", json_string(edge_names[e->kind]));
        if (e->via != NO_EVENT)
            set(o, "via", number(e->via));
        if (e->kind == EDGE_RULE)
            set(o, "text", text(e->text));
        (void)json_array_append_new(a, o);
    }
    return a;
}

static json_t *counterexample(const struct report *r, const struct key_result *k)
{
    json_t *o = json_object(), *ops = json_array();
    struct arena a = {0};
    size_t n;
    const struct shown_op *shown = report_core(r, k, &a, &n);
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(ops, operation(r->history, &shown[i]));
    arena_free(&a);
    if (k->nwindow)
        set(o, "end", window(r, k));
    set(o, "operations", ops);
    set(o, "rule", text(key_rule(k)));
    if (k->level)
        set(o, "edges", edges(k));
    set(o, "minimal", json_boolean(k->minimal));
    set(o, "not-placed", k->bad_op == NO_EVENT ? json_null() : number(k->bad_op));
    set(o, "steps", strings(k->steps, k->nsteps));
    set(o, "states", strings(k->states, k->nstates));
    return o;
}

static json_t *key_result(const struct report *r, const struct key_result *k)
{
    json_t *o = json_object();
    set(o, "key", value(r->history, k->key));
    set(o, "valid", verdict(k->verdict));
    set(o, "algorithm", text(k->algorithm));
    set(o, "algorithm-reason", text(k->why_algorithm));
    set(o, "operations", number(k->ops));
    set(o, "crashed", number(k->crashed));
    set(o, "explored", number(k->explored));
    if (k->account)
        set(o, "account", account_json(r->history, k->account));
    if (k->verdict == VERDICT_VALID)
        return o;
    set(o, "reason", text(k->reason));
    if (k->verdict == VERDICT_INVALID)
        set(o, "counterexample", counterexample(r, k));
    else
        set(o, "certified", number(k->certified));
    return o;
}

static json_t *operations(const struct check_result *c)
{
    json_t *o = json_object();
    set(o, "all", number(c->ops));
    set(o, "ok", number(c->ok));
    set(o, "fail", number(c->fail));
    set(o, "info", number(c->info));
    return o;
}

static json_t *key_counts(const struct report *r)
{
    json_t *o = json_object();
    set(o, "all", number(r->result->nkeys));
    set(o, "valid", number(report_count_keys(r, VERDICT_VALID)));
    set(o, "invalid", number(report_count_keys(r, VERDICT_INVALID)));
    set(o, "unknown", number(report_count_keys(r, VERDICT_UNKNOWN)));
    return o;
}

/* How many keys each engine decided. */
static json_t *engine_counts(const struct check_result *c)
{
    json_t *o = json_object();
    for (size_t i = 0; i < c->nkeys; i++) {
        const char *name = c->keys[i].algorithm;
        if (!name)
            continue;
        json_int_t n = json_integer_value(json_object_get(o, name));
        set(o, name, json_integer(n + 1));
    }
    return o;
}

static json_t *warnings(const struct history *h)
{
    json_t *a = json_array();
    for (size_t i = 0; i < WARN_KINDS; i++) {
        const struct warning *w = &h->warnings[i];
        if (w->count == 0)
            continue;
        json_t *o = json_object();
        set(o, "count", number(w->count));
        set(o, "event", number(w->first_event));
        set(o, "text", text(w->text));
        (void)json_array_append_new(a, o);
    }
    return a;
}

static json_t *results(const struct report *r)
{
    const struct check_result *c = r->result;
    json_t *a = json_array();
    for (size_t i = 0; i < c->nkeys; i++)
        if (c->nkeys <= KEYS_MAX || c->keys[i].verdict != VERDICT_VALID)
            (void)json_array_append_new(a, key_result(r, &c->keys[i]));
    return a;
}

static json_t *names(const char *const *z)
{
    size_t n = 0;
    while (z && z[n])
        n++;
    return strings(z, n);
}

static json_t *spectrum_level(const struct report *r, const struct spectrum_entry *x)
{
    static const char *const how[] = {[SPECTRUM_DECIDED] = "decided",
                                      [SPECTRUM_IMPLIED] = "implied",
                                      [SPECTRUM_REFUTED] = "refuted",
                                      [SPECTRUM_UNFIT] = "not applicable"};
    json_t *o = json_object();
    set(o, "level", json_string(x->level->name));
    set(o, "verdict", json_string(spectrum_word(x)));
    set(o, "how", json_string(how[x->how]));
    set(o, "by", x->by ? json_string(x->by->name) : json_null());
    set(o, "implies", names(x->level->implies));
    set(o, "strongest", json_boolean(x->strongest));
    set(o, "weakest", json_boolean(x->weakest));
    set(o, "reason", text(x->reason));
    const struct key_result *bad = NULL;
    if (x->how == SPECTRUM_DECIDED && x->verdict == VERDICT_INVALID) {
        const struct report own = report_of(r, x->result);
        bad = report_first_key(&own, VERDICT_INVALID);
        set(o, "key", bad ? value(r->history, bad->key) : json_null());
    }
    set(o, "counterexample", bad ? counterexample(r, bad) : json_null());
    return o;
}

static json_t *spectrum_levels(const struct report *r)
{
    const struct spectrum *p = r->result->spectrum;
    json_t *a = json_array();
    for (size_t i = 0; i < p->n; i++)
        (void)json_array_append_new(a, spectrum_level(r, &p->entries[i]));
    return a;
}

static json_t *border(const struct spectrum *p, bool weakest)
{
    json_t *a = json_array();
    for (size_t i = 0; i < p->n; i++)
        if (weakest ? p->entries[i].weakest : p->entries[i].strongest)
            (void)json_array_append_new(a, json_string(p->entries[i].level->name));
    return a;
}

static json_t *spectrum(const struct report *r)
{
    const struct spectrum *p = r->result->spectrum;
    json_t *o = json_object();
    set(o, "levels", spectrum_levels(r));
    set(o, "strongest", border(p, false));
    set(o, "weakest", border(p, true));
    set(o, "shown", p->evidence ? json_string(p->evidence->level->name) : json_null());
    return o;
}

/* What belongs to one property. */
static void property(json_t *o, const struct report *r)
{
    const struct history *h = r->history;
    const struct check_result *c = r->result;
    set(o, "model", c->model ? text(c->model->name) : json_null());
    set(o, "model-reason", text(c->model_reason));
    val initial = r->has_initial ? r->initial
                  : c->model     ? model_initial(c->model, r->history)
                                 : VAL_ABSENT;
    set(o, "initial", value(h, initial));
    set(o, "property", text(c->property));
    if (c->spectrum)
        set(o, "spectrum", spectrum(r));
    set(o, "reason", text(c->reason));
    set(o, "keys", key_counts(r));
    set(o, "engines", engine_counts(c));
    set(o, "results", results(r));
}

static json_t *each_property(const struct report *r)
{
    json_t *a = json_array();
    for (const struct check_result *c = r->result; c; c = c->next) {
        const struct report one = report_of(r, c);
        json_t *o = json_object();
        set(o, "valid", verdict(c->verdict));
        property(o, &one);
        (void)json_array_append_new(a, o);
    }
    return a;
}

static json_t *options(const struct report *r)
{
    json_t *o = json_object();
    for (size_t i = 0; i < r->noptions; i++)
        set(o, r->options[i].name,
            r->options[i].value ? text(r->options[i].value) : json_boolean(true));
    return o;
}

static void checked(json_t *o, const struct report *r)
{
    const struct history *h = r->history;
    set(o, "format", text(h->format));
    set(o, "options", options(r));
    set(o, "independent", json_boolean(h->independent));
    set(o, "independent-reason", text(h->independent_reason));
    set(o, "truncated", json_boolean(h->truncated));
    set(o, "operations", operations(r->result));
    set(o, "warnings", warnings(h));
    if (report_several(r))
        set(o, "properties", each_property(r));
    else
        property(o, r);
    struct measures m;
    if (measures_make(&m, r))
        set(o, "measures", measures_json(r, &m));
    measures_free(&m);
}

struct result_document *result_document_new(void)
{
    struct result_document *d = mem_alloc(sizeof *d);
    d->inputs = json_array();
    return d;
}

void result_document_add(struct result_document *d, const struct report *r)
{
    json_t *o = json_object();
    set(o, "path", text(r->path));
    if (r->error) {
        set(o, "error", text(r->error));
    } else {
        set(o, "valid", verdict(report_verdict(r)));
        if (r->skipped)
            set(o, "reason", text(r->skipped));
        else
            checked(o, r);
        if (r->coverage)
            set(o, "coverage", coverage_json(r->history, r->coverage));
    }
    (void)json_array_append_new(d->inputs, o);
}

static int append(const char *p, size_t n, void *out)
{
    buf_put(out, (struct str){p, n});
    return 0;
}

json_t *result_document_json(const struct result_document *d, enum verdict valid)
{
    json_t *o = json_object();
    set(o, "schema", number(1));
    set(o, "belie", json_string(BELIE_VERSION));
    set(o, "valid", verdict(valid));
    set(o, "inputs", json_incref(d->inputs));
    return o;
}

void result_document_print(const struct result_document *d, enum verdict valid, struct buf *out)
{
    json_t *o = result_document_json(d, valid);
    (void)json_dump_callback(o, append, out,
                             JSON_INDENT(2) | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
    buf_putc(out, '\n');
    json_decref(o);
}

void result_document_free(struct result_document *d)
{
    if (!d)
        return;
    json_decref(d->inputs);
    mem_free(d);
}
