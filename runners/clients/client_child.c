/* child: a program in any language does the operations; a JSON object per line on its standard
 * input asks, one on its standard output answers:
 *
 *   {"open": {"node": "127.0.0.1:6379", "thread": 0, "run": "..."}}   -> {"type": "ok"}
 *   {"id": 1, "f": "write", "key": 7, "value": 3, "process": 0}       -> {"id": 1, "type": "ok"}
 *   {"id": 2, "f": "read", "key": 7, "value": null, "process": 0}     -> {"id": 2, "type": "ok",
 *                                                                         "value": 3}
 *   {"prepare": {...}}, {"finish": {...}}: where the description asks for it
 *
 * A program that dies, is late or says what is no answer to the question has an unknown outcome,
 * and is started anew for the next operation. */
#include "base/clock.h"
#include "base/mem.h"
#include "histories/reader.h"
#include "runners/clients/child.h"
#include "runners/target.h"
#include "runners/template.h"

enum { ARGUMENTS_MAX = 64, KINDS_MAX = 64, MESSAGE = 200 };

struct child_config {
    const char *argv[ARGUMENTS_MAX + 1];
    bool does[KINDS_MAX];
    bool prepare, finish;
    double timeout; /* seconds; 0: that of the test */
    const char *run;
};

struct child_client {
    const struct child_config *config;
    struct client_place place;
    struct child *child; /* NULL: to be started */
    int64_t timeout, id;
    struct buf line;
    char errors[4096];
};

/* ---- configuration ------------------------------------------------------------------------- */

static bool read_command(struct child_config *config, const struct conf *c, const struct target *t,
                         struct err *e)
{
    const struct conf *list = conf_get(c, "command");
    const struct template_values nothing = {.node = ""};
    size_t n = 0;
    if (!list || list->kind != CONF_LIST || !list->first)
        return conf_error(list ? list : c, e,
                          "\"command\" is a list: the program and its arguments, such as "
                          "[\"python3\", \"${here}/client.py\"]");
    for (const struct conf *m = list->first; m; m = m->next) {
        struct template made = {0};
        struct buf text = {0};
        if (n == ARGUMENTS_MAX)
            return conf_error(m, e, "more than %d arguments", ARGUMENTS_MAX);
        if (!template_make(&made, m, PLACE_TEXT, t, e))
            return false;
        if (!template_fixed(&made))
            return conf_error(m, e,
                              "only options, ${here} and ${run} may stand in a command; the "
                              "node's address is in BELIE_NODE");
        template_fill(&made, &nothing, &text);
        config->argv[n++] = arena_printf(c->file->arena, "%.*s", (int)text.n, text.p);
        buf_free(&text);
    }
    return true;
}

static bool read_kinds(struct child_config *config, const struct conf *c, struct err *e)
{
    const struct conf *list = conf_get(c, "operations");
    const char *kinds[KINDS_MAX + 1];
    size_t n = 0;
    while (n < KINDS_MAX && (kinds[n] = request_name(n)))
        n++;
    kinds[n] = NULL;
    if (!list || list->kind != CONF_LIST)
        return conf_error(list ? list : c, e,
                          "\"operations\" is a list of what the program does, such as "
                          "[\"read\", \"write\", \"cas\"]");
    for (const struct conf *m = list->first; m; m = m->next) {
        size_t i = 0;
        while (m->kind == CONF_TEXT && i < n && strcmp(kinds[i], m->text) != 0)
            i++;
        if (m->kind != CONF_TEXT || i == n)
            return conf_error(m, e, "there is no such operation%s",
                              m->kind == CONF_TEXT ? conf_suggestion(m, m->text, kinds) : "");
        config->does[i] = true;
    }
    return true;
}

static void *configure(const struct conf *c, const struct target *t, struct err *e)
{
    static const char *const members[] = {"command", "operations", "timeout",
                                          "prepare", "finish",     NULL};
    struct child_config *config = arena_zalloc(c->file->arena, sizeof *config);
    config->run = target_variable(t, STR("run"));
    bool ok = conf_object(c, "\"child\"", members, e) && read_command(config, c, t, e) &&
              read_kinds(config, c, e) && conf_bool(c, "prepare", &config->prepare, e) &&
              conf_bool(c, "finish", &config->finish, e) &&
              conf_number(c, "timeout", 0.001, 3600, &config->timeout, e);
    return ok ? config : NULL;
}

static bool does(const void *config, enum request_kind kind)
{
    return ((const struct child_config *)config)->does[kind];
}

/* ---- talking ------------------------------------------------------------------------------- */

struct answer {
    enum op_type type;
    val value;
    int64_t id;
    struct str error;
};

/* The first 60 bytes of what it said, fit to be shown. */
static void show(struct str line, char *out, size_t n)
{
    size_t i = 0;
    for (; i + 1 < n && i < line.n && i < 60; i++)
        out[i] = line.p[i] >= ' ' && line.p[i] <= '~' ? line.p[i] : '.';
    out[i] = '\0';
}

static bool read_type(struct str s, enum op_type *out)
{
    *out = str_is(s, "ok") ? OP_OK : str_is(s, "fail") ? OP_FAIL : OP_INFO;
    return *out != OP_INFO || str_is(s, "info");
}

static bool read_answer(struct values *t, struct str line, struct answer *a)
{
    val whole;
    size_t n;
    bool typed = false;
    *a = (struct answer){.value = VAL_ABSENT, .id = -1};
    if (!json_parse_value(t, line, &whole, NULL) || val_kind(t, whole) != V_MAP)
        return false;
    const val *items = val_items(t, whole, &n);
    for (size_t i = 0; i < n; i += 2) {
        struct str name = val_get_text(t, items[i]), text = val_get_text(t, items[i + 1]);
        if (str_is(name, "type"))
            typed = read_type(text, &a->type);
        else if (str_is(name, "value"))
            a->value = items[i + 1];
        else if (str_is(name, "id"))
            (void)val_get_int(t, items[i + 1], &a->id);
        else if (str_is(name, "error"))
            a->error = text;
    }
    return typed;
}

static void end_child(struct child_client *c)
{
    if (c->child)
        child_end(c->child);
    c->child = NULL;
}

/* Send c->line and wait for the answer. False: there is none, and why. */
static bool ask(struct child_client *c, struct values *t, struct answer *a, const char **error,
                char *message)
{
    const int64_t deadline = clock_ns() + c->timeout;
    char said[80], how[80];
    struct str line = {0};
    enum child_answer got = CHILD_GONE;
    if (child_write(c->child, buf_str(&c->line), deadline))
        got = child_read(c->child, deadline, &line);
    switch (got) {
    case CHILD_LINE:
        if (read_answer(t, line, a))
            return true;
        *error = "garbage";
        show(line, said, sizeof said);
        (void)snprintf(message, MESSAGE, "the client program answered: %s", said);
        return false;
    case CHILD_GONE:
        *error = "client-died";
        child_status(c->child, how, sizeof how);
        (void)snprintf(message, MESSAGE, "the client program %s; see client-%u.err",
                       how[0] ? how : "closed its output", c->place.thread);
        return false;
    case CHILD_LATE:
        *error = "timeout";
        (void)snprintf(message, MESSAGE, "no answer within %.3g s", (double)c->timeout / 1e9);
        return false;
    case CHILD_STOPPED:
        *error = "stopped";
        (void)snprintf(message, MESSAGE, "the test was over");
        return false;
    case CHILD_TOO_LONG:
        *error = "too-large";
        (void)snprintf(message, MESSAGE, "the client program answered a line above 16 MiB");
        return false;
    }
    return false;
}

/* {"open": {...}} and the like: about the whole client. */
static bool announce(struct child_client *c, const char *what, struct err *e)
{
    struct values t;
    struct answer a;
    const char *error = NULL;
    char message[MESSAGE] = "";
    c->line.n = 0;
    buf_printf(&c->line, "{\"%s\": {\"node\": ", what);
    json_print_string(str_of(c->place.node), &c->line);
    buf_printf(&c->line, ", \"thread\": %u, \"run\": ", c->place.thread);
    json_print_string(str_of(c->config->run), &c->line);
    buf_puts(&c->line, "}}\n");
    values_init(&t);
    bool ok = ask(c, &t, &a, &error, message);
    if (!ok)
        (void)err_set(e, ERR_INPUT, "%s", message);
    else if (a.type != OP_OK)
        ok = err_set(e, ERR_INPUT, "the client program refused \"%s\": %.*s", what,
                     a.error.n > 150 ? 150 : (int)a.error.n, a.error.p);
    values_free(&t);
    return ok;
}

static bool start(struct child_client *c, struct err *e)
{
    const struct child_start s = {
        .argv = c->config->argv,
        .node = c->place.node,
        .errors = c->errors[0] ? c->errors : NULL,
        .stop_fd = c->place.stop_fd,
    };
    c->child = child_start(&s, e);
    if (c->child && announce(c, "open", e))
        return true;
    end_child(c);
    return false;
}

/* ---- the table's functions ----------------------------------------------------------------- */

static void close_client(void *self)
{
    struct child_client *c = self;
    end_child(c);
    buf_free(&c->line);
    mem_free(c);
}

static void *open_client(const void *config, const struct client_place *p, struct err *e)
{
    struct child_client *c = mem_zalloc(1, sizeof *c);
    c->config = config;
    c->place = *p;
    c->timeout = c->config->timeout > 0 ? (int64_t)(c->config->timeout * 1e9) : p->timeout;
    if (p->dir)
        (void)snprintf(c->errors, sizeof c->errors, "%s/client-%u.err", p->dir, p->thread);
    if (start(c, e))
        return c;
    close_client(c);
    return NULL;
}

static void put_question(struct child_client *c, const struct client_op *op)
{
    c->line.n = 0;
    buf_printf(&c->line, "{\"id\": %lld, \"f\": ", (long long)++c->id);
    json_print_string(str_of(request_name(op->op->kind)), &c->line);
    buf_puts(&c->line, ", \"key\": ");
    if (op->key == VAL_ABSENT)
        buf_puts(&c->line, "null");
    else
        val_print_json(op->values, op->key, &c->line);
    buf_puts(&c->line, ", \"value\": ");
    val_print_json(op->values, op->value, &c->line);
    buf_printf(&c->line, ", \"process\": %lld}\n", (long long)op->process);
}

static void take_answer(struct child_client *c, const struct client_op *op, const struct answer *a,
                        struct client_result *r)
{
    if (a->id != c->id) {
        end_child(c);
        client_outcome(r, op, OP_INFO, "garbage", "the answer has not the \"id\" of the question");
    } else if (a->type == OP_OK && a->value == VAL_ABSENT && request_returns(op->op->kind)) {
        end_child(c);
        client_outcome(r, op, OP_INFO, "garbage", "the answer has no \"value\"");
    } else if (a->type == OP_OK) {
        *r = (struct client_result){.type = OP_OK, .value = a->value};
    } else {
        client_outcome(r, op, a->type, a->type == OP_FAIL ? "refused" : "unknown", "%.*s",
                       a->error.n > MESSAGE ? MESSAGE : (int)a->error.n,
                       a->error.n ? a->error.p : "");
    }
}

static void invoke(void *self, const struct client_op *op, struct client_result *r)
{
    struct child_client *c = self;
    struct answer a;
    struct err e = {0};
    const char *error = NULL;
    char message[MESSAGE] = "";
    if (!c->child && !start(c, &e)) {
        client_outcome(r, op, OP_FAIL, "no-client", "%s", e.text);
        return;
    }
    put_question(c, op);
    if (ask(c, op->values, &a, &error, message)) {
        take_answer(c, op, &a, r);
        return;
    }
    end_child(c);
    client_outcome(r, op, OP_INFO, error, "%s", message);
}

static bool probe(const void *config, const struct client_place *p, struct err *e)
{
    struct child_client *c = open_client(config, p, e);
    if (c)
        close_client(c);
    return c != NULL;
}

static bool once(const void *config, const struct client_place *p, const char *what, struct err *e)
{
    struct child_client *c = open_client(config, p, e);
    bool ok = c && announce(c, what, e);
    if (c)
        close_client(c);
    return ok;
}

static bool prepare(const void *config, const struct client_place *p, struct err *e)
{
    return !((const struct child_config *)config)->prepare || once(config, p, "prepare", e);
}

static bool finish(const void *config, const struct client_place *p, struct err *e)
{
    return !((const struct child_config *)config)->finish || once(config, p, "finish", e);
}

const struct client_type client_child = {
    .name = "child",
    .summary = "a program in any language: JSON lines on its standard input and output",
    .configure = configure,
    .does = does,
    .probe = probe,
    .open = open_client,
    .invoke = invoke,
    .close = close_client,
    .prepare = prepare,
    .finish = finish,
};
