/* Outcomes as a description lists them:
 * {"status": 200 or "2xx" or a list of them, "transport": NAME, "match": REGEX,
 *  "has": "/pointer", "lacks": "/pointer", "equals": {"/pointer": VALUE, ...},
 *  "type": "ok", "fail" or "info", "error": KEYWORD,
 *  "value": null, a literal, or {"json": "/pointer"}, {"capture": N}, {"body": true},
 *           with "decode": ["base64", "integer", "json", "set"]} */
#include "runners/clients/http.h"

static struct str unescape(struct arena *a, struct str s)
{
    char *out = arena_alloc(a, s.n ? s.n : 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool escaped = s.p[i] == '~' && i + 1 < s.n;
        out[n++] = !escaped ? s.p[i] : s.p[++i] == '0' ? '~' : '/';
    }
    return (struct str){out, n};
}

/* RFC 6901. */
static bool read_pointer(struct http_pointer *p, const struct conf *at, const char *text,
                         struct err *e)
{
    struct arena *a = at->file->arena;
    if (text[0] != '\0' && text[0] != '/')
        return conf_error(at, e, "a JSON pointer begins with '/', such as \"/kvs/0/value\"");
    for (const char *s = text; *s; s++)
        p->n += *s == '/';
    p->parts = arena_zalloc(a, (p->n + 1) * sizeof *p->parts);
    for (size_t i = 0; i < p->n; i++) {
        text++;
        size_t n = strcspn(text, "/");
        p->parts[i] = unescape(a, (struct str){text, n});
        text += n;
    }
    return true;
}

static struct http_condition *add_condition(struct http_outcome *o, struct arena *a)
{
    struct http_condition *k = arena_zalloc(a, sizeof *k);
    k->next = o->conditions;
    o->conditions = k;
    return k;
}

static bool read_exists(struct http_outcome *o, const struct conf *c, const char *name,
                        struct err *e)
{
    const struct conf *m = conf_get(c, name);
    const char *text = NULL;
    if (!m)
        return true;
    if (!conf_text(c, name, &text, e))
        return false;
    struct http_condition *k = add_condition(o, c->file->arena);
    k->lacks = strcmp(name, "lacks") == 0;
    return read_pointer(&k->at, m, text, e);
}

static bool read_equals(struct http_outcome *o, const struct conf *c, struct err *e)
{
    const struct conf *all = conf_get(c, "equals");
    if (!all)
        return true;
    if (!conf_any_object(all, "\"equals\"", e))
        return false;
    for (const struct conf *m = all->first; m; m = m->next) {
        struct http_condition *k = add_condition(o, c->file->arena);
        k->equals = m;
        if (m->kind == CONF_LIST || m->kind == CONF_OBJECT)
            return conf_error(m, e, "compare with a text, a number, true, false or null");
        if (!read_pointer(&k->at, m, m->name, e))
            return false;
    }
    return true;
}

static bool read_one_status(struct http_outcome *o, const struct conf *c, struct err *e)
{
    int status = 0;
    if (c->kind == CONF_NUMBER && c->number >= 100 && c->number <= 599)
        status = (int)c->number;
    else if (c->kind == CONF_TEXT && strlen(c->text) == 3 && strcmp(c->text + 1, "xx") == 0 &&
             c->text[0] >= '1' && c->text[0] <= '5')
        status = c->text[0] - '0';
    if (!status)
        return conf_error(c, e, "a status is a number such as 200, or \"4xx\" for 400 to 499");
    if (o->nstatuses == HTTP_STATUS_MAX)
        return conf_error(c, e, "more than %d statuses", HTTP_STATUS_MAX);
    o->statuses[o->nstatuses++] = status;
    return true;
}

static bool read_status(struct http_outcome *o, const struct conf *c, struct err *e)
{
    const struct conf *m = conf_get(c, "status");
    if (!m || m->kind != CONF_LIST)
        return !m || read_one_status(o, m, e);
    for (const struct conf *s = m->first; s; s = s->next)
        if (!read_one_status(o, s, e))
            return false;
    return true;
}

/* *out: which of `names` it is; the old value when it is absent. */
static bool read_choice(const struct conf *c, const char *name, const char *const *names, int *out,
                        struct err *e)
{
    const char *text = NULL;
    if (!conf_text(c, name, &text, e))
        return false;
    for (int i = 0; text && names[i]; i++)
        if (strcmp(names[i], text) == 0) {
            *out = i;
            return true;
        }
    return !text || conf_error(conf_get(c, name), e, "\"%s\" has no '%s'%s", name, text,
                               conf_suggestion(c, text, names));
}

static bool read_match(struct http_outcome *o, const struct conf *c, struct err *e)
{
    const char *text = NULL;
    int code = 0;
    PCRE2_SIZE at = 0;
    if (!conf_text(c, "match", &text, e))
        return false;
    if (!text)
        return true;
    o->match = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                             PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &code, &at, NULL);
    if (!o->match) {
        PCRE2_UCHAR why[200] = {0};
        (void)pcre2_get_error_message(code, why, sizeof why);
        return conf_error(conf_get(c, "match"), e, "no regular expression: at character %zu: %s",
                          (size_t)at + 1, (const char *)why);
    }
    (void)pcre2_jit_compile(o->match, PCRE2_JIT_COMPLETE);
    return true;
}

static bool read_decoders(struct http_value *v, const struct conf *c, struct err *e)
{
    static const char *const names[] = {"base64", "integer", "json", "set", NULL};
    const struct conf *list = conf_get(c, "decode");
    if (!list)
        return true;
    if (list->kind != CONF_LIST)
        return conf_error(list, e, "\"decode\" is a list, such as [\"base64\", \"integer\"]");
    for (const struct conf *m = list->first; m; m = m->next) {
        size_t i = 0;
        while (m->kind == CONF_TEXT && names[i] && strcmp(names[i], m->text) != 0)
            i++;
        if (m->kind != CONF_TEXT || !names[i])
            return conf_error(m, e, "decoders are base64, integer, json and set%s",
                              m->kind == CONF_TEXT ? conf_suggestion(m, m->text, names) : "");
        if (v->ndecoders == HTTP_DECODERS_MAX)
            return conf_error(m, e, "more than %d decoders", HTTP_DECODERS_MAX);
        v->decoders[v->ndecoders++] = (enum http_decoder)i;
    }
    return true;
}

static bool read_value(struct http_outcome *o, const struct conf *c, struct err *e)
{
    static const char *const members[] = {"json", "capture", "body", "decode", NULL};
    struct http_value *v = &o->value;
    const struct conf *m = conf_get(c, "value");
    const char *pointer = NULL;
    double capture = -1;
    bool body = false;
    if (!m)
        return true;
    if (m->kind != CONF_OBJECT) {
        v->source = FROM_LITERAL;
        v->literal = m;
        return true;
    }
    if (!conf_object(m, "\"value\"", members, e) || !conf_text(m, "json", &pointer, e) ||
        !conf_number(m, "capture", 0, 99, &capture, e) || !conf_bool(m, "body", &body, e) ||
        !read_decoders(v, m, e))
        return false;
    if ((pointer != NULL) + (capture >= 0) + body != 1)
        return conf_error(m, e, "a value comes from one of \"json\", \"capture\" and \"body\"");
    v->source = pointer ? FROM_JSON : body ? FROM_BODY : FROM_CAPTURE;
    v->capture = capture >= 0 ? (unsigned)capture : 0;
    if (v->source == FROM_CAPTURE && !o->match)
        return conf_error(m, e, "\"capture\" needs a \"match\"");
    return !pointer || read_pointer(&v->at, conf_get(m, "json"), pointer, e);
}

static bool read_keyword(struct http_outcome *o, const struct conf *c, struct err *e)
{
    if (!conf_text(c, "error", &o->error, e))
        return false;
    for (const char *p = o->error ? o->error : ""; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-'))
            return conf_error(conf_get(c, "error"), e,
                              "an \"error\" is a word of small letters, digits and '-'");
    return !o->error || o->error[0] || conf_error(conf_get(c, "error"), e, "an empty \"error\"");
}

static bool read_outcome(struct http_outcome *o, const struct conf *c, struct err *e)
{
    static const char *const members[] = {"status", "transport", "match", "has",   "lacks",
                                          "equals", "type",      "error", "value", NULL};
    static const char *const types[] = {"ok", "fail", "info", NULL};
    int type = -1;
    o->transport = -1;
    if (!conf_object(c, "an outcome", members, e) || !read_status(o, c, e) ||
        !read_choice(c, "transport", http_transport_names, &o->transport, e) ||
        !read_match(o, c, e) || !read_exists(o, c, "has", e) || !read_exists(o, c, "lacks", e) ||
        !read_equals(o, c, e) || !read_choice(c, "type", types, &type, e) ||
        !read_keyword(o, c, e) || !read_value(o, c, e))
        return false;
    if (type < 0)
        return conf_error(c, e, "an outcome has a \"type\": ok, fail or info");
    o->type = type == 0 ? OP_OK : type == 1 ? OP_FAIL : OP_INFO;
    if (o->type != OP_OK && o->value.source != FROM_NOTHING)
        return conf_error(conf_get(c, "value"), e, "only an ok outcome has a value");
    if (o->type == OP_OK && o->transport > HTTP_REPLIED)
        return conf_error(conf_get(c, "transport"), e, "without a reply nothing is ok");
    return true;
}

bool http_read_outcomes(const struct conf *list, struct http_outcome **out, struct err *e)
{
    if (list->kind != CONF_LIST)
        return conf_error(list, e, "\"outcomes\" is a list; the first that fits counts");
    for (const struct conf *c = list->first; c; c = c->next) {
        *out = arena_zalloc(list->file->arena, sizeof **out);
        if (!read_outcome(*out, c, e))
            return false;
        out = &(*out)->next;
    }
    return true;
}

void http_free_outcomes(struct http_outcome *list)
{
    for (; list; list = list->next)
        pcre2_code_free(list->match);
}
