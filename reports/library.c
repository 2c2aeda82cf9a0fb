#include "reports/library.h"

#include "base/mem.h"
#include "base/nearest.h"
#include "base/pool.h"
#include "checker/property.h"
#include "histories/reader.h"
#include "reports/library_handles.h"
#include "reports/result_json.h"
#include "reports/text.h"
#include "reports/user_model.h"

struct belie_result {
    enum verdict verdict;
    struct buf json, text; /* with a final NUL */
};

struct belie_control {
    struct budget budget;
};

/* ---- the calls that the CLI shares ------------------------------------------------------- */

static bool load_options(const struct belie_load_options *o, struct load_options *out,
                         struct err *e)
{
    *out = (struct load_options){.format = o->format, .pair = {.lenient = o->lenient != 0}};
    const char *mode = o->independent ? o->independent : "auto";
    if (strcmp(mode, "auto") == 0)
        out->split = SPLIT_AUTO;
    else if (strcmp(mode, "yes") == 0)
        out->split = SPLIT_YES;
    else if (strcmp(mode, "no") == 0)
        out->split = SPLIT_NO;
    else
        return err_set(e, ERR_USAGE, "independent is auto, yes or no, not '%s'", mode);
    if (o->format && !reader_find(o->format))
        return err_set(e, ERR_USAGE, "there is no input format '%s'", o->format);
    return true;
}

bool library_load(struct history *h, const char *path, const struct belie_load_options *o,
                  struct err *e)
{
    struct load_options l;
    return load_options(o, &l, e) && history_load(h, path, &l, e);
}

bool library_load_prefix(struct history *h, const char *name, int fd, uint64_t n,
                         const struct belie_load_options *o, struct err *e)
{
    struct load_options l;
    return load_options(o, &l, e) && history_load_prefix(h, name, fd, n, &l, e);
}

bool library_load_memory(struct history *h, const char *name, struct str text,
                         const struct belie_load_options *o, struct err *e)
{
    struct load_options l;
    return load_options(o, &l, e) && history_load_memory(h, name, text, &l, e);
}

/* ---- properties ------------------------------------------------------------------------------ */

enum { PROPERTIES_MAX = 64 };

struct asked {
    const struct property *p[PROPERTIES_MAX];
    size_t n;
};

static const char *property_name(const void *ctx, size_t i)
{
    (void)ctx;
    return properties[i] ? properties[i]->name : NULL;
}

/* "g-counter" is near to crdt-g-counter, whatever else it resembles. */
static const char *near_property(struct str name)
{
    char word[64];
    (void)snprintf(word, sizeof word, "crdt-%.*s", (int)name.n, name.p);
    const struct property *crdt = property_find(str_of(word));
    return crdt ? crdt->name : nearest(word + strlen("crdt-"), property_name, NULL);
}

static bool no_such(struct str name, struct err *e)
{
    struct buf known = {0};
    const char *near = near_property(name);
    for (size_t i = 0; properties[i]; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", properties[i]->name);
    if (near)
        buf_printf(&known, "; did you mean '%s'?", near);
    (void)err_set(e, ERR_USAGE, "this version does not check '%.*s'; it checks: %.*s", (int)name.n,
                  name.p, (int)known.n, known.p);
    buf_free(&known);
    return false;
}

static bool ask(struct asked *a, struct str name, struct err *e)
{
    const struct property *p = property_find(name);
    if (!p)
        return no_such(name, e);
    for (size_t i = 0; i < a->n; i++)
        if (a->p[i] == p)
            return err_set(e, ERR_USAGE, "'%s' is asked twice", p->name);
    if (a->n == PROPERTIES_MAX)
        return err_set(e, ERR_USAGE, "more than %d properties at once", PROPERTIES_MAX);
    a->p[a->n++] = p;
    return true;
}

static bool parse_list(struct asked *a, const char *list, struct err *e)
{
    *a = (struct asked){.n = 0};
    for (const char *p = list ? list : properties[0]->name; p;) {
        struct str name = {p, strcspn(p, ",")};
        if (!ask(a, name, e))
            return false;
        p = p[name.n] ? p + name.n + 1 : NULL;
    }
    return true;
}

bool library_properties_exist(const char *list, struct err *e)
{
    struct asked a;
    return parse_list(&a, list, e);
}

bool library_one_level(const char *list)
{
    struct asked a;
    return parse_list(&a, list, NULL) && a.n == 1 && property_is_level(a.p[0]) &&
           !a.p[0]->any_model;
}

/* Each property in turn; later ones hang on the first one's result. */
static bool check_all(const struct history *h, const struct asked *a, struct check_options *c,
                      struct check_result *first, struct err *e)
{
    struct check_result *last = first;
    for (size_t i = 0; i < a->n; i++) {
        struct check_result r;
        c->property = a->p[i];
        if (!check_history(h, c, &r, e)) {
            if (i > 0)
                check_result_free(first);
            return a->n == 1 ? false : err_wrap(e, "%s", a->p[i]->name);
        }
        if (i > 0) {
            last->next = mem_alloc(sizeof r);
            last = last->next;
        }
        *last = r;
    }
    return true;
}

static bool is_auto(const char *name)
{
    return !name || strcmp(name, "auto") == 0;
}

/* `model`: what to check, or NULL for the one that the options name. */
static bool check(struct history *h, const struct belie_check_options *o, const struct model *model,
                  struct budget *budget, struct check_result *result, struct report *report,
                  struct err *e)
{
    struct check_options c = {.model = model,
                              .algorithm = is_auto(o->algorithm) ? NULL : o->algorithm,
                              .nil_unknown = o->nil_unknown != 0,
                              .evidence = !o->no_evidence,
                              .witness = o->witness != 0,
                              .jobs = o->jobs ? o->jobs : pool_cpus(),
                              .bounds = {.staleness = o->staleness_ns > 0 ? o->staleness_ns : 0,
                                         .k = o->k,
                                         .deviation = o->deviation > 0 ? o->deviation : 0,
                                         .order = o->order_deviation > 0 ? o->order_deviation : 0,
                                         .converge = o->converge_ns > 0 ? o->converge_ns : 0},
                              .budget = budget};
    struct asked asked;
    if (!parse_list(&asked, o->consistency, e))
        return false;
    if (!model && !is_auto(o->model) && !(c.model = model_find(o->model)))
        return err_set(e, ERR_USAGE, "there is no model '%s'", o->model);
    if (c.algorithm && !engine_find(c.algorithm))
        return err_set(e, ERR_USAGE, "there is no algorithm '%s'", c.algorithm);
    if (o->initial) {
        if (!edn_parse_value(&h->values, str_of(o->initial), &c.initial, e))
            return err_wrap(e, "initial value");
        c.has_initial = true;
    }
    if (!check_all(h, &asked, &c, result, e))
        return false;
    report->history = h;
    report->result = result;
    report->has_initial = c.has_initial;
    report->initial = c.initial;
    return true;
}

bool library_check(struct history *h, const struct belie_check_options *o, struct budget *budget,
                   struct check_result *result, struct report *report, struct err *e)
{
    return check(h, o, NULL, budget, result, report, e);
}

/* ---- belie.h --------------------------------------------------------------------------------- */

void *library_failed(char **error, const struct err *e)
{
    if (error) {
        size_t n = strlen(e->text) + 1;
        *error = mem_alloc(n);
        memcpy(*error, e->text, n);
    }
    return NULL;
}

void library_copy(void *mine, size_t mine_size, const void *theirs)
{
    memset(mine, 0, mine_size);
    if (!theirs)
        return;
    size_t n;
    memcpy(&n, theirs, sizeof n);
    memcpy(mine, theirs, n < mine_size ? n : mine_size);
}

const char *belie_version(void)
{
    return BELIE_VERSION;
}

void belie_free(void *text)
{
    mem_free(text);
}

static belie_history *opened(belie_history *h, const char *name, bool ok, char **error,
                             const struct err *e)
{
    if (!ok) {
        mem_free(h);
        return library_failed(error, e);
    }
    size_t n = strlen(name) + 1;
    h->name = mem_alloc(n);
    memcpy(h->name, name, n);
    return h;
}

belie_history *belie_history_open(const char *path, const struct belie_load_options *options,
                                  char **error)
{
    struct belie_load_options o;
    library_copy(&o, sizeof o, options);
    struct err e = {0};
    belie_history *h = mem_zalloc(1, sizeof *h);
    return opened(h, path, library_load(&h->h, path, &o, &e), error, &e);
}

belie_history *belie_history_from_memory(const char *name, const void *bytes, size_t n,
                                         const struct belie_load_options *options, char **error)
{
    struct belie_load_options o;
    library_copy(&o, sizeof o, options);
    struct err e = {0};
    belie_history *h = mem_zalloc(1, sizeof *h);
    bool ok = library_load_memory(&h->h, name, (struct str){bytes, n}, &o, &e);
    return opened(h, name, ok, error, &e);
}

belie_history *belie_history_new(const char *name)
{
    belie_history *h = mem_zalloc(1, sizeof *h);
    struct err none = {0};
    h->made = mem_zalloc(1, sizeof *h->made);
    made_init(h->made, &h->h, name ? name : "history");
    return opened(h, name ? name : "history", true, NULL, &none);
}

static int added(bool ok, char **error, const struct err *e)
{
    if (!ok)
        (void)library_failed(error, e);
    return ok;
}

static bool is_made(const belie_history *h, struct err *e)
{
    return h->made || err_set(e, ERR_USAGE,
                              "%s was read from a text: make a history to add to with "
                              "belie_history_new",
                              h->name);
}

int belie_history_add(belie_history *h, const struct belie_event *event, char **error)
{
    struct belie_event ev;
    struct err e = {0};
    library_copy(&ev, sizeof ev, event);
    return added(is_made(h, &e) && made_add(h->made, &ev, &e), error, &e);
}

int belie_history_add_operation(belie_history *h, const struct belie_operation *operation,
                                char **error)
{
    struct belie_operation op;
    struct err e = {0};
    library_copy(&op, sizeof op, operation);
    return added(is_made(h, &e) && made_add_operation(h->made, &op, &e), error, &e);
}

void belie_history_free(belie_history *h)
{
    if (!h)
        return;
    if (h->made)
        made_free(h->made);
    mem_free(h->made);
    history_free(&h->h);
    mem_free(h->name);
    mem_free(h);
}

size_t belie_history_operations(const belie_history *h)
{
    return h->made ? h->made->operations : h->h.nops;
}

static belie_result *result_of(const struct report *report)
{
    belie_result *r = mem_zalloc(1, sizeof *r);
    const struct text_style style = {.width = 80};
    struct result_document *d = result_document_new();
    r->verdict = report_verdict(report);
    result_document_add(d, report);
    result_document_print(d, r->verdict, &r->json);
    result_document_free(d);
    report_text(report, &style, &r->text);
    buf_putc(&r->json, '\0');
    buf_putc(&r->text, '\0');
    return r;
}

/* `h`: the handle's history, or the same with other keys. */
static belie_result *checked(const belie_history *handle, struct history *h,
                             const struct belie_check_options *o, const struct model *model,
                             struct budget *budget, struct err *e)
{
    struct check_result result;
    struct report report = {.path = handle->name};
    if (!check(h, o, model, budget, &result, &report, e))
        return NULL;
    belie_result *r = result_of(&report);
    check_result_free(&result);
    return r;
}

/* Check against the program's model. */
static belie_result *check_user(belie_history *h, struct belie_check_options *o,
                                struct budget *budget, struct err *e)
{
    struct user_model u;
    struct history keyed;
    if (o->model || o->initial) {
        (void)err_set(e, ERR_USAGE, "a user_model goes without model and initial");
        return NULL;
    }
    if (!user_model_init(&u, o->user_model, h, budget, e))
        return NULL;
    if (!u.m.thread_safe)
        o->jobs = 1;
    if (!u.m.key_of || u.m.one_object)
        return checked(h, &h->h, o, &u.model, budget, e);
    if (!user_keys(&u, &h->h, &keyed, e))
        return NULL;
    belie_result *r = checked(h, &keyed, o, &u.model, budget, e);
    user_keys_free(&keyed);
    return r;
}

belie_result *belie_check(belie_history *h, const struct belie_check_options *options, char **error)
{
    struct belie_check_options o;
    library_copy(&o, sizeof o, options);
    struct budget own = {0}, *budget = o.control ? &o.control->budget : &own;
    budget->max_memory = o.max_memory;
    struct err e = {0};
    belie_result *r = NULL;
    if (!h->made || made_refresh(h->made, &e))
        r = o.user_model ? check_user(h, &o, budget, &e) : checked(h, &h->h, &o, NULL, budget, &e);
    return r ? r : library_failed(error, &e);
}

enum belie_verdict belie_result_verdict(const belie_result *r)
{
    return r->verdict == VERDICT_VALID     ? BELIE_VALID
           : r->verdict == VERDICT_INVALID ? BELIE_INVALID
                                           : BELIE_UNKNOWN;
}

const char *belie_result_json(const belie_result *r)
{
    return r->json.p;
}

const char *belie_result_text(const belie_result *r)
{
    return r->text.p;
}

void belie_result_free(belie_result *r)
{
    if (!r)
        return;
    buf_free(&r->json);
    buf_free(&r->text);
    mem_free(r);
}

belie_control *belie_control_new(void)
{
    return mem_zalloc(1, sizeof(belie_control));
}

void belie_control_stop(belie_control *c)
{
    atomic_store(&c->budget.stop, STOP_INTERRUPT);
}

void belie_control_progress(const belie_control *c, uint64_t *done, uint64_t *all)
{
    *done = atomic_load(&c->budget.events_done);
    *all = atomic_load(&c->budget.events_all);
}

void belie_control_free(belie_control *c)
{
    mem_free(c);
}
