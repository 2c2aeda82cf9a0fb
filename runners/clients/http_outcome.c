/* What a reply says about the operation: the first outcome of the description that fits. One that
 * is not listed is info, but for one thing that needs no list: a request of which no byte was sent
 * was not executed. */
#include "base/base64.h"
#include "base/mem.h"
#include "histories/reader.h"
#include "runners/clients/http.h"

struct judging {
    const struct http_reply *reply;
    struct values *values;
    bool parsed;
    val json; /* of the body; VAL_ABSENT: it is no JSON */
    pcre2_match_data *match;
};

/* ---- conditions ---------------------------------------------------------------------------- */

static val body_json(struct judging *j)
{
    if (!j->parsed) {
        j->parsed = true;
        if (!json_parse_value(j->values, buf_str(&j->reply->body), &j->json, NULL))
            j->json = VAL_ABSENT;
    }
    return j->json;
}

static val member(const struct values *t, val v, struct str name)
{
    size_t n;
    int64_t i;
    const val *items = val_items(t, v, &n);
    if (val_kind(t, v) == V_LIST)
        return str_to_i64(name, &i) && i >= 0 && (size_t)i < n ? items[i] : VAL_ABSENT;
    if (val_kind(t, v) != V_MAP)
        return VAL_ABSENT;
    for (size_t k = 0; k < n; k += 2)
        if (str_eq(val_get_text(t, items[k]), name))
            return items[k + 1];
    return VAL_ABSENT;
}

/* "*" is every item of a list: the result is the list of what is there in each. */
static val walk(struct judging *j, val v, const struct str *parts, size_t n)
{
    for (size_t i = 0; i < n && v != VAL_ABSENT; i++) {
        if (str_is(parts[i], "*") && val_kind(j->values, v) == V_LIST) {
            size_t count;
            const val *items = val_items(j->values, v, &count);
            val *found = mem_alloc((count ? count : 1) * sizeof *found);
            for (size_t k = 0; k < count; k++)
                found[k] = walk(j, items[k], parts + i + 1, n - i - 1);
            bool all = true;
            for (size_t k = 0; k < count; k++)
                all &= found[k] != VAL_ABSENT;
            v = all ? val_seq(j->values, V_LIST, found, count) : VAL_ABSENT;
            mem_free(found);
            return v;
        }
        v = member(j->values, v, parts[i]);
    }
    return v;
}

static val follow(struct judging *j, const struct http_pointer *p)
{
    return walk(j, body_json(j), p->parts, p->n);
}

static bool is_literal(const struct values *t, val v, const struct conf *c)
{
    switch (c->kind) {
    case CONF_NULL:
        return v == VAL_NIL;
    case CONF_BOOL:
        return v == (c->truth ? VAL_TRUE : VAL_FALSE);
    case CONF_TEXT:
        return val_kind(t, v) == V_STRING && str_is(val_get_text(t, v), c->text);
    case CONF_NUMBER: {
        int64_t i;
        return val_get_int(t, v, &i)
                   ? c->number >= (double)i && c->number <= (double)i
                   : val_kind(t, v) == V_NUMBER && str_is(val_get_text(t, v), c->text);
    }
    case CONF_LIST:
    case CONF_OBJECT:
        break;
    }
    return false;
}

static bool conditions_hold(struct judging *j, const struct http_outcome *o)
{
    for (const struct http_condition *k = o->conditions; k; k = k->next) {
        val v = follow(j, &k->at);
        if (k->equals ? !is_literal(j->values, v, k->equals) : (v == VAL_ABSENT) != k->lacks)
            return false;
    }
    return true;
}

static bool status_fits(const struct http_outcome *o, long status)
{
    bool fits = o->nstatuses == 0;
    for (size_t i = 0; i < o->nstatuses; i++)
        fits |= o->statuses[i] == (o->statuses[i] < 10 ? status / 100 : status);
    return fits;
}

static bool match_fits(struct judging *j, const struct http_outcome *o)
{
    struct str s = buf_str(&j->reply->body);
    if (!o->match)
        return true;
    pcre2_match_data_free(j->match);
    j->match = pcre2_match_data_create_from_pattern(o->match, NULL);
    return j->match && pcre2_match(o->match, (PCRE2_SPTR)s.p, s.n, 0, 0, j->match, NULL) > 0;
}

static bool fits(struct judging *j, const struct http_outcome *o)
{
    const enum http_transport t = j->reply->transport;
    if (o->transport >= 0 ? o->transport != (int)t : t != HTTP_REPLIED)
        return false;
    return status_fits(o, j->reply->status) && match_fits(j, o) && conditions_hold(j, o);
}

/* ---- values -------------------------------------------------------------------------------- */

static bool decode_one(struct judging *j, enum http_decoder d, val *v)
{
    struct values *t = j->values;
    struct str s = val_get_text(t, *v);
    bool is_text = val_kind(t, *v) == V_STRING;
    int64_t i;
    struct buf b = {0};
    bool ok = false;
    switch (d) {
    case DECODE_BASE64:
        ok = is_text && base64_decode(s, &b);
        if (ok)
            *v = val_text(t, V_STRING, buf_str(&b));
        break;
    case DECODE_INTEGER:
        ok = val_get_int(t, *v, &i) || (is_text && str_to_i64(s, &i));
        if (ok)
            *v = val_int(t, i);
        break;
    case DECODE_JSON:
        ok = is_text && json_parse_value(t, s, v, NULL);
        break;
    case DECODE_SET:
        break;
    }
    buf_free(&b);
    return ok;
}

/* Of a list: each of its items. nil stays nil. */
static bool decode(struct judging *j, enum http_decoder d, val *v)
{
    if (*v == VAL_NIL && d != DECODE_SET)
        return true;
    if (val_kind(j->values, *v) != V_LIST)
        return d == DECODE_SET ? *v == VAL_NIL : decode_one(j, d, v);
    size_t n;
    bool ok = true;
    const val *items = val_items(j->values, *v, &n);
    val *copy = mem_alloc((n ? n : 1) * sizeof *copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = items[i];
    for (size_t i = 0; i < n && ok && d != DECODE_SET; i++)
        ok = decode_one(j, d, &copy[i]);
    *v = val_seq(j->values, d == DECODE_SET ? V_SET : V_LIST, copy, n);
    mem_free(copy);
    return ok;
}

static val literal(struct values *t, const struct conf *c)
{
    struct buf b = {0};
    val v = VAL_NIL;
    conf_print(c, &b);
    (void)json_parse_value(t, buf_str(&b), &v, NULL);
    buf_free(&b);
    return v;
}

static val captured(struct judging *j, unsigned n)
{
    PCRE2_UCHAR *text = NULL;
    PCRE2_SIZE size = 0;
    if (pcre2_substring_get_bynumber(j->match, n, &text, &size) != 0)
        return VAL_ABSENT;
    val v = val_text(j->values, V_STRING, (struct str){(const char *)text, size});
    pcre2_substring_free(text);
    return v;
}

/* False when the reply has no such value. */
static bool extract(struct judging *j, const struct http_value *s, val *out)
{
    switch (s->source) {
    case FROM_NOTHING:
        *out = VAL_ABSENT;
        return true;
    case FROM_LITERAL:
        *out = literal(j->values, s->literal);
        return true;
    case FROM_JSON:
        *out = follow(j, &s->at);
        break;
    case FROM_CAPTURE:
        *out = captured(j, s->capture);
        break;
    case FROM_BODY:
        *out = val_text(j->values, V_STRING, buf_str(&j->reply->body));
        break;
    }
    bool ok = *out != VAL_ABSENT;
    for (size_t i = 0; i < s->ndecoders && ok; i++)
        ok = decode(j, s->decoders[i], out);
    return ok;
}

/* ---- the verdict --------------------------------------------------------------------------- */

/* The beginning of the body, fit for a line of a history. */
static void excerpt(const struct http_reply *r, char *out, size_t n)
{
    size_t i = 0;
    for (; i + 1 < n && i < r->body.n; i++)
        out[i] = r->body.p[i] >= ' ' && r->body.p[i] <= '~' ? r->body.p[i] : '.';
    out[i] = '\0';
}

static void not_listed(const struct http_reply *r, const struct client_op *op,
                       struct client_result *result)
{
    char text[100];
    if (r->transport == HTTP_REPLIED) {
        excerpt(r, text, sizeof text);
        client_outcome(result, op, OP_INFO, "unexpected-reply", "status %ld: %s", r->status, text);
        return;
    }
    client_outcome(result, op, r->transport == HTTP_NOT_SENT ? OP_FAIL : OP_INFO,
                   http_transport_names[r->transport], "%s", r->problem);
}

static void listed(struct judging *j, const struct http_outcome *o, const struct client_op *op,
                   struct client_result *result)
{
    char text[100];
    val v = VAL_ABSENT;
    excerpt(j->reply, text, sizeof text);
    if (o->type != OP_OK) {
        client_outcome(result, op, o->type, o->error ? o->error : "refused", "%s",
                       o->error ? "" : text);
        return;
    }
    if (!extract(j, &o->value, &v)) {
        client_outcome(result, op, OP_INFO, "no-value", "status %ld: %s", j->reply->status, text);
        return;
    }
    *result = (struct client_result){.type = OP_OK, .value = v};
}

void http_judge(const struct http_config *c, const struct http_operation *o,
                const struct http_reply *reply, const struct client_op *op,
                struct client_result *result)
{
    struct judging j = {.reply = reply, .values = op->values, .json = VAL_ABSENT};
    const struct http_outcome *it = o->outcomes;
    while (it && !fits(&j, it))
        it = it->next;
    if (!it)
        for (it = c->outcomes; it && !fits(&j, it);)
            it = it->next;
    if (it)
        listed(&j, it, op, result);
    else
        not_listed(reply, op, result);
    pcre2_match_data_free(j.match);
}
