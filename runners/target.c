#include "runners/target.h"

#include "base/mem.h"

const char *const target_members[] = {"name", "summary", "promises", "verified",
                                      "port", "options", "faults",   "db",
                                      "note", "texts",   NULL};

/* ---- variables ----------------------------------------------------------------------------- */

static bool add_variable(struct target *t, const struct conf *at, const char *name,
                         const char *text, struct err *e)
{
    if (t->nvariables == TARGET_VARIABLES_MAX)
        return conf_error(at, e, "more than %d options", TARGET_VARIABLES_MAX);
    t->variables[t->nvariables++] = (struct target_variable){name, text};
    return true;
}

const char *target_variable(const struct target *t, struct str name)
{
    for (size_t i = 0; i < t->nvariables; i++)
        if (str_is(name, t->variables[i].name))
            return t->variables[i].text;
    return NULL;
}

static const char *setting(const struct target_wish *w, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < w->nsettings; i++)
        if (strcmp(w->settings[i].name, name) == 0)
            value = w->settings[i].value;
    return value;
}

/* The names of members, for a suggestion. */
static const char *suggest(const struct conf *object, const char *word)
{
    const char *all[TARGET_VARIABLES_MAX + 1];
    size_t n = 0;
    for (const struct conf *m = object ? object->first : NULL; m && n < TARGET_VARIABLES_MAX;
         m = m->next)
        all[n++] = m->name;
    all[n] = NULL;
    return object ? conf_suggestion(object, word, all) : "";
}

/* "options": {"reads": {"summary": ..., "default": NAME, "choices": {NAME: TEXT, ...}}} */
static bool read_option(struct target *t, const struct conf *c, const struct target_wish *w,
                        struct err *e)
{
    static const char *const members[] = {"summary", "default", "choices", NULL};
    const char *unused = NULL, *value = NULL;
    if (!conf_object(c, "an option", members, e) || !conf_text(c, "summary", &unused, e) ||
        !conf_text(c, "default", &value, e))
        return false;
    if (!value)
        return conf_error(c, e, "the option \"%s\" has no \"default\"", c->name);
    const struct conf *choices = conf_get(c, "choices");
    if (choices && !conf_any_object(choices, "\"choices\"", e))
        return false;
    if (w && setting(w, c->name))
        value = setting(w, c->name);
    if (choices) {
        const struct conf *chosen = conf_get(choices, value);
        if (!chosen)
            return conf_error(choices, e, "the option %s has no choice '%s'%s", c->name, value,
                              suggest(choices, value));
        if (chosen->kind != CONF_TEXT)
            return conf_error(chosen, e, "a choice is a name and its text");
        value = chosen->text;
    }
    return add_variable(t, c, c->name, value, e);
}

static bool read_options(struct target *t, const struct target_wish *w, struct err *e)
{
    const struct conf *options = conf_get(t->root, "options");
    if (options && !conf_any_object(options, "\"options\"", e))
        return false;
    for (const struct conf *c = options ? options->first : NULL; c; c = c->next)
        if (!read_option(t, c, w, e))
            return false;
    for (size_t i = 0; w && i < w->nsettings; i++)
        if (!conf_get(options, w->settings[i].name))
            return err_set(e, ERR_USAGE, "the target %s has no option '%s'%s", t->name,
                           w->settings[i].name, suggest(options, w->settings[i].name));
    return true;
}

/* Compositions of holes, for filters: {"path": "${run}/${key}"}. */
static bool read_texts(const struct target *t, struct err *e)
{
    const struct conf *texts = conf_get(t->root, "texts");
    if (texts && !conf_any_object(texts, "\"texts\"", e))
        return false;
    for (const struct conf *m = texts ? texts->first : NULL; m; m = m->next)
        if (m->kind != CONF_TEXT)
            return conf_error(m, e, "\"%s\" is a text in quotes", m->name);
    return true;
}

/* ${run} and ${here}: the folder of the description. */
static bool add_constants(struct target *t, const struct target_wish *w, struct err *e)
{
    const char *slash = strrchr(t->path, '/');
    const char *here =
        slash ? arena_printf(&t->arena, "%.*s", (int)(slash - t->path), t->path) : ".";
    return add_variable(t, t->root, "here", here, e) &&
           add_variable(t, t->root, "run", w->run ? w->run : "0", e);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static bool read_verified(struct target *t, struct err *e)
{
    const struct conf *c = conf_get(t->root, "verified");
    if (c && c->kind == CONF_BOOL && !c->truth)
        return true;
    if (c && c->kind != CONF_TEXT)
        return conf_error(c, e, "\"verified\" is the version that this was run with, or false");
    if (c)
        t->verified = c->text;
    return true;
}

static bool read_port(struct target *t, struct err *e)
{
    double port = 0;
    if (!conf_number(t->root, "port", 1, 65535, &port, e))
        return false;
    if (port > 0)
        t->port = arena_printf(&t->arena, "%d", (int)port);
    return true;
}

/* The one member that names a kind of client. */
static const struct conf *find_client(struct target *t, struct err *e)
{
    const struct conf *found = NULL;
    const char *all[32];
    size_t n = 0;
    for (const char *const *m = target_members; *m; m++)
        all[n++] = *m;
    for (size_t i = 0; clients[i]; i++)
        all[n++] = clients[i]->name;
    all[n] = NULL;
    if (!conf_object(t->root, "a target", all, e))
        return NULL;
    for (size_t i = 0; clients[i]; i++) {
        const struct conf *c = conf_get(t->root, clients[i]->name);
        if (c && found) {
            (void)conf_name_error(c, e, "\"%s\" and \"%s\": a target has one kind of client",
                                  found->name, c->name);
            return NULL;
        }
        if (c) {
            found = c;
            t->client = clients[i];
        }
    }
    if (!found)
        (void)conf_error(t->root, e,
                         "how operations are done is missing: \"http\" or \"child\", for example");
    return found;
}

static bool read_about(struct target *t, const char *path, struct err *e)
{
    *t = (struct target){0};
    t->path = arena_printf(&t->arena, "%s", path);
    t->root = conf_read(path, &t->arena, e);
    if (!t->root || !conf_any_object(t->root, "a target", e) ||
        !conf_text(t->root, "name", &t->name, e) ||
        !conf_text(t->root, "summary", &t->summary, e) ||
        !conf_text(t->root, "promises", &t->promises, e) || !read_verified(t, e) ||
        !read_port(t, e))
        return false;
    if (!t->name)
        return conf_error(t->root, e, "\"name\" is missing");
    return true;
}

bool target_glance(struct target *t, const char *path, struct err *e)
{
    bool ok = read_about(t, path, e);
    for (size_t i = 0; ok && clients[i]; i++)
        if (conf_get(t->root, clients[i]->name))
            t->client = clients[i];
    if (!ok)
        target_close(t);
    return ok;
}

bool target_open(struct target *t, const struct target_wish *w, struct err *e)
{
    char *path = target_find(w->name, e);
    *t = (struct target){0};
    bool ok = path && read_about(t, path, e);
    const struct conf *c = ok ? find_client(t, e) : NULL;
    ok = c && read_texts(t, e) && read_options(t, w, e) && add_constants(t, w, e) &&
         (t->config = t->client->configure(c, t, e));
    mem_free(path);
    if (!ok)
        target_close(t);
    return ok;
}

void target_close(struct target *t)
{
    if (t->config && t->client->release)
        t->client->release(t->config);
    arena_free(&t->arena);
    *t = (struct target){0};
}

bool target_does(const struct target *t, const struct workload *w, const char **missing)
{
    for (const struct workload_op *o = w->ops; o->f; o++)
        if (!t->client->does(t->config, o->kind)) {
            *missing = request_name(o->kind);
            return false;
        }
    return true;
}
