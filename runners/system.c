/* Reading "db". Its texts have the holes of template.h, and ${first} (the host of the first node),
 * ${count}, and the names of "lists", which are made of all nodes. */
#include "runners/system_private.h"

#include "base/mem.h"

static const char *const members[] = {"dir",   "user",        "needs", "package",       "setup",
                                      "start", "once",        "ready", "ready-seconds", "logs",
                                      "lists", "first-alone", "primary", NULL};

/* host of host:port, with the brackets of IPv6 taken off. */
static char *host_of(const char *node)
{
    struct buf b = {0};
    const char *colon = strrchr(node, ':');
    size_t n = colon ? (size_t)(colon - node) : strlen(node);
    if (n > 1 && node[0] == '[' && node[n - 1] == ']') {
        node++;
        n -= 2;
    }
    buf_put(&b, (struct str){node, n});
    buf_putc(&b, '\0');
    return b.p;
}

static bool variable(struct target *t, const struct conf *at, const char *name, const char *text,
                     struct err *e)
{
    if (t->nvariables == TARGET_VARIABLES_MAX)
        return conf_error(at, e, "too many options and lists");
    t->variables[t->nvariables++] = (struct target_variable){name, text};
    return true;
}

/* {"item": "n${number}=http://${host}:2380", "between": ","}, for all nodes. */
static bool read_list(struct system *s, const struct conf *c, struct err *e)
{
    static const char *const names[] = {"item", "between", NULL};
    const char *between = ",";
    struct template item = {0};
    struct buf b = {0};
    if (!conf_object(c, "a list", names, e) || !conf_text(c, "between", &between, e))
        return false;
    if (!conf_get(c, "item"))
        return conf_error(c, e, "the list \"%s\" has no \"item\"", c->name);
    if (!template_make(&item, conf_get(c, "item"), PLACE_TEXT, s->target, e))
        return false;
    for (uint32_t i = 0; i < s->o.n; i++) {
        const struct template_values v = {.node = s->o.nodes[i], .number = i};
        buf_puts(&b, i ? between : "");
        template_fill(&item, &v, &b);
    }
    const char *text = arena_printf(&s->target->arena, "%.*s", (int)b.n, buf_str(&b).p);
    buf_free(&b);
    return variable(s->target, c, c->name, text, e);
}

static bool read_lists(struct system *s, const struct conf *db, struct err *e)
{
    const struct conf *lists = conf_get(db, "lists");
    if (!variable(s->target, db, "first", s->hosts[0], e) ||
        !variable(s->target, db, "count", arena_printf(&s->target->arena, "%u", s->o.n), e) ||
        (lists && !conf_any_object(lists, "\"lists\"", e)))
        return false;
    for (const struct conf *c = lists ? lists->first : NULL; c; c = c->next)
        if (!read_list(s, c, e))
            return false;
    return true;
}

/* A text, or {"first": ..., "others": ...}. */
static bool read_command(struct system *s, const struct conf *db, const char *name,
                         struct system_command *out, struct err *e)
{
    static const char *const sides[] = {"first", "others", NULL};
    const struct conf *c = conf_get(db, name);
    if (c && c->kind == CONF_OBJECT && !conf_object(c, "commands by node", sides, e))
        return false;
    for (int i = 0; c && i < 2; i++) {
        const struct conf *one = c->kind == CONF_OBJECT ? conf_get(c, sides[i]) : c;
        out->given[i] = one;
        if (one && !template_make(&out->text[i], one, PLACE_TEXT, s->target, e))
            return false;
    }
    return true;
}

static bool read_names(const struct conf *db, const char *name, const char **out, struct err *e)
{
    const struct conf *list = conf_get(db, name);
    size_t n = 0;
    if (list && list->kind != CONF_LIST)
        return conf_error(list, e, "\"%s\" is a list of names", name);
    for (const struct conf *c = list ? list->first : NULL; c; c = c->next) {
        if (c->kind != CONF_TEXT || n == SYSTEM_NAMES_MAX)
            return conf_error(c, e, "\"%s\" has up to %d names", name, SYSTEM_NAMES_MAX);
        out[n++] = c->text;
    }
    return true;
}

static bool read(struct system *s, struct err *e)
{
    const struct conf *db = conf_get(s->target->root, "db");
    if (!db)
        return err_set(e, ERR_USAGE,
                       "the target %s does not say how it is installed and started (\"db\"): "
                       "leave --remote and --box away to test one that runs",
                       s->target->name);
    s->user = "root";
    s->ready_seconds = 30;
    if (!conf_object(db, "\"db\"", members, e) || !conf_text(db, "dir", &s->dir, e) ||
        !conf_text(db, "user", &s->user, e) || !conf_text(db, "package", &s->package, e) ||
        !conf_bool(db, "first-alone", &s->first_alone, e) ||
        !conf_number(db, "ready-seconds", 0.1, 3600, &s->ready_seconds, e) ||
        !read_names(db, "needs", s->needs, e) || !read_names(db, "logs", s->logs, e))
        return false;
    if (!s->dir || s->dir[0] != '/' || strlen(s->dir) < 6)
        return conf_error(db, e, "\"dir\" is a folder that is the test's alone: it is wiped");
    if (!conf_get(db, "start"))
        return conf_error(db, e, "\"db\" has no \"start\"");
    return read_lists(s, db, e) && read_command(s, db, "setup", &s->setup, e) &&
           read_command(s, db, "start", &s->start, e) && read_command(s, db, "once", &s->once, e) &&
           read_command(s, db, "ready", &s->ready, e) &&
           read_command(s, db, "primary", &s->primary, e);
}

struct system *system_new(struct target *t, const struct system_options *o, struct err *e)
{
    struct system *s = mem_zalloc(1, sizeof *s);
    s->o = *o;
    s->target = t;
    for (uint32_t i = 0; i < o->n; i++)
        s->hosts[i] = host_of(o->nodes[i]);
    if (!read(s, e)) {
        system_free(s);
        return NULL;
    }
    s->o.hosts.addresses = s->hosts;
    s->o.hosts.n = o->n;
    s->o.hosts.daemon = t->name;
    s->o.hosts.dir = s->dir;
    s->o.hosts.restart = system_start;
    s->o.hosts.primaries = s->primary.given[0] || s->primary.given[1] ? system_primaries : NULL;
    s->o.hosts.ctx = s;
    s->machines = hosts_new(&s->o.hosts);
    t->access = &s->o.hosts;
    system_life(s);
    return s;
}

void system_free(struct system *s)
{
    if (!s)
        return;
    hosts_free(s->machines);
    for (uint32_t i = 0; i < s->o.n; i++)
        mem_free((void *)(uintptr_t)s->hosts[i]);
    mem_free(s);
}

void system_own_disk(struct system *s)
{
    s->own_disk = true;
}

const struct live_system *system_live(struct system *s)
{
    return &s->live;
}
