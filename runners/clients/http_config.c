/* The member "http" of a description, read and checked. */
#include "base/mem.h"
#include "runners/clients/http.h"

static bool read_method(struct http_request *r, const struct conf *c, struct err *e)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", NULL};
    r->method = "GET";
    if (!conf_text(c, "method", &r->method, e))
        return false;
    for (size_t i = 0; methods[i]; i++)
        if (strcmp(r->method, methods[i]) == 0)
            return true;
    return conf_error(conf_get(c, "method"), e, "'%s' is not a method such as GET, POST or PUT%s",
                      r->method, conf_suggestion(c, r->method, methods));
}

static const struct conf *header(const struct conf *headers, const char *name)
{
    const struct conf *found = NULL;
    for (const struct conf *m = headers ? headers->first : NULL; m; m = m->next)
        if (str_eq(str_of(m->name), str_of(name)))
            found = m;
    return found;
}

static bool add_header(struct buf *lines, const struct conf *m, const struct target *t,
                       struct err *e)
{
    struct template made = {0};
    const struct template_values nothing = {.node = ""};
    struct buf line = {0};
    if (!template_make(&made, m, PLACE_TEXT, t, e))
        return false;
    if (!template_fixed(&made))
        return conf_error(m, e,
                          "a header is the same for all operations: only options may fill "
                          "its holes");
    buf_printf(&line, "%s: ", m->name);
    template_fill(&made, &nothing, &line);
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == '\n' || line.p[i] == '\r') {
            buf_free(&line);
            return conf_error(m, e, "a header is one line");
        }
    buf_put(lines, buf_str(&line));
    buf_puts(lines, "\r\n");
    buf_free(&line);
    return true;
}

/* Those of the request, then those of all requests that it does not name. */
static bool add_headers(struct buf *lines, const struct conf *own, const struct conf *all,
                        const struct target *t, struct err *e)
{
    for (const struct conf *m = own ? own->first : NULL; m; m = m->next)
        if (!add_header(lines, m, t, e))
            return false;
    for (const struct conf *m = all ? all->first : NULL; m; m = m->next)
        if (!header(own, m->name) && !add_header(lines, m, t, e))
            return false;
    return true;
}

static bool read_headers(struct http_request *r, const struct conf *own, const struct conf *all,
                         const struct target *t, struct err *e)
{
    struct buf lines = {0};
    if (own && !conf_any_object(own, "\"headers\"", e))
        return false;
    buf_puts(&lines, "Accept: */*\r\nUser-Agent: belie/" BELIE_VERSION "\r\n");
    bool ok = add_headers(&lines, own, all, t, e);
    r->headers = arena_dup(t->root->file->arena, buf_str(&lines));
    buf_free(&lines);
    return ok;
}

static bool read_request(const struct http_config *config, struct http_request *r,
                         const struct conf *c, struct err *e)
{
    static const char *const members[] = {"method", "path", "headers", "body", NULL};
    if (!conf_object(c, "a request", members, e) || !read_method(r, c, e))
        return false;
    const struct conf *path = conf_get(c, "path"), *body = conf_get(c, "body");
    if (!path)
        return conf_error(c, e, "a request has a \"path\", such as \"/kv/${key}\"");
    if (!template_make(&r->url, config->url, PLACE_TEXT, config->target, e) ||
        !template_make(&r->url, path, PLACE_URL, config->target, e))
        return false;
    r->has_body = body || strcmp(r->method, "POST") == 0 || strcmp(r->method, "PUT") == 0 ||
                  strcmp(r->method, "PATCH") == 0;
    if (body && !template_body(&r->body, body, config->target, e))
        return false;
    return read_headers(r, conf_get(c, "headers"), config->headers, config->target, e);
}

static bool read_operation(const struct http_config *config, struct http_operation *o,
                           const struct conf *c, struct err *e)
{
    o->described = true;
    const struct conf *request = conf_get(c, "request"), *outcomes = conf_get(c, "outcomes");
    if (!request)
        return conf_error(c, e, "an operation has a \"request\"");
    if (!outcomes)
        return conf_error(c, e,
                          "an operation has \"outcomes\": which replies are ok, fail or "
                          "info; without them every outcome is info");
    return read_request(config, &o->request, request, e) &&
           http_read_outcomes(outcomes, &o->outcomes, e);
}

/* A read without a value would be a read of nothing. */
static bool has_values(const struct http_operation *o, size_t kind, const struct conf *c,
                       struct err *e)
{
    for (const struct http_outcome *it = o->outcomes; it; it = it->next)
        if (request_returns((enum request_kind)kind) && it->type == OP_OK &&
            it->value.source == FROM_NOTHING)
            return conf_error(conf_get(c, "outcomes"), e, "an ok outcome of \"%s\" has a \"value\"",
                              c->name);
    return true;
}

static bool read_operations(struct http_config *config, const struct conf *c, struct err *e)
{
    static const char *const members[] = {"request", "outcomes", "note", NULL};
    const char *kinds[HTTP_KINDS_MAX + 1];
    size_t n = 0;
    while (n < HTTP_KINDS_MAX && (kinds[n] = request_name(n)))
        n++;
    kinds[n] = NULL;
    if (!conf_object(c, "\"operations\"", kinds, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct conf *o = conf_get(c, kinds[i]);
        if (o && (!conf_object(o, "an operation", members, e) ||
                  !read_operation(config, &config->operations[i], o, e) ||
                  !has_values(&config->operations[i], i, o, e)))
            return false;
    }
    return true;
}

static bool read_steps(const struct http_config *config, struct http_operation **out,
                       const struct conf *list, struct err *e)
{
    static const char *const members[] = {"request", "outcomes", "note", "within", NULL};
    if (!list)
        return true;
    if (list->kind != CONF_LIST)
        return conf_error(list, e, "\"%s\" is a list of operations", list->name);
    for (const struct conf *c = list->first; c; c = c->next) {
        *out = arena_zalloc(list->file->arena, sizeof **out);
        if (!conf_object(c, "a step", members, e) ||
            !conf_number(c, "within", 0, 3600, &(*out)->within, e) ||
            !read_operation(config, *out, c, e))
            return false;
        out = &(*out)->next;
    }
    return true;
}

static bool read_config(struct http_config *config, const struct conf *c, struct err *e)
{
    static const char *const members[] = {"url",          "headers",  "timeout",
                                          "max-response", "outcomes", "operations",
                                          "prepare",      "finish",   NULL};
    const char *url = NULL;
    if (!conf_object(c, "\"http\"", members, e) || !conf_text(c, "url", &url, e) ||
        !conf_number(c, "timeout", 0.001, 3600, &config->timeout, e) ||
        !conf_number(c, "max-response", 1, 1e9, &config->max_response, e))
        return false;
    config->url = conf_get(c, "url");
    config->headers = conf_get(c, "headers");
    if (!config->url)
        return conf_error(c, e,
                          "\"url\" is missing: where requests go, such as \"http://${node}\"");
    if (!str_starts(str_of(url), "http://") && !str_starts(str_of(url), "https://"))
        return conf_error(config->url, e, "a \"url\" begins with http:// or https://");
    if (config->headers && !conf_any_object(config->headers, "\"headers\"", e))
        return false;
    const struct conf *outcomes = conf_get(c, "outcomes"), *operations = conf_get(c, "operations");
    if (!operations)
        return conf_error(c, e, "\"operations\" is missing: how each is done");
    return (!outcomes || http_read_outcomes(outcomes, &config->outcomes, e)) &&
           read_operations(config, operations, e) &&
           read_steps(config, &config->prepare, conf_get(c, "prepare"), e) &&
           read_steps(config, &config->finish, conf_get(c, "finish"), e);
}

struct http_config *http_configure(const struct conf *c, const struct target *t, struct err *e)
{
    struct http_config *config = mem_zalloc(1, sizeof *config);
    config->target = t;
    config->max_response = 16 << 20;
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    if (read_config(config, c, e))
        return config;
    http_release(config);
    return NULL;
}

static void free_operation(struct http_operation *o)
{
    http_free_outcomes(o->outcomes);
}

void http_release(void *p)
{
    struct http_config *config = p;
    for (size_t i = 0; i < HTTP_KINDS_MAX; i++)
        free_operation(&config->operations[i]);
    for (struct http_operation *o = config->prepare; o; o = o->next)
        free_operation(o);
    for (struct http_operation *o = config->finish; o; o = o->next)
        free_operation(o);
    http_free_outcomes(config->outcomes);
    mem_free(config);
    curl_global_cleanup();
}
