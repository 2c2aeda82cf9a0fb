#include "cli/test_file.h"

#include "runners/conf.h"

static const char *const members[] = {"name",
                                      "note",
                                      "sim",
                                      "target",
                                      "nodes",
                                      "workload",
                                      "nemesis",
                                      "nemesis-interval",
                                      "time-limit",
                                      "rate",
                                      "concurrency",
                                      "ops-per-key",
                                      "seed",
                                      "test-count",
                                      "options",
                                      "timeout",
                                      "ready",
                                      "remote",
                                      "box",
                                      "username",
                                      "ssh-private-key",
                                      "known-hosts",
                                      "ssh-config",
                                      "strict-host-key-checking",
                                      "leave-db-running",
                                      NULL};

/* A whole number from 0 to 2^53. */
static bool read_count(const struct conf *c, const char *name, uint64_t *out, struct err *e)
{
    double n = (double)*out;
    if (!conf_number(c, name, 0, 9007199254740992.0, &n, e))
        return false;
    if (n > (double)(uint64_t)n)
        return conf_error(conf_get(c, name), e, "\"%s\" is a whole number", name);
    *out = (uint64_t)n;
    return true;
}

/* A text, a number, or a list of texts that are put together with commas. */
static bool read_words(const struct conf *c, const char *name, const char **out, struct err *e)
{
    const struct conf *m = conf_get(c, name);
    struct buf text = {0};
    if (!m)
        return true;
    bool ok = m->kind == CONF_TEXT || m->kind == CONF_NUMBER || m->kind == CONF_LIST;
    for (const struct conf *i = m->kind == CONF_LIST ? m->first : NULL; i && ok; i = i->next) {
        ok = i->kind == CONF_TEXT;
        if (ok)
            buf_printf(&text, "%s%s", text.n ? "," : "", i->text);
    }
    if (ok)
        *out = m->kind == CONF_LIST
                   ? arena_printf(m->file->arena, "%.*s", (int)text.n, text.n ? text.p : "")
                   : m->text;
    buf_free(&text);
    return ok || conf_error(m, e, "\"%s\" is a text or a list of texts", name);
}

/* One of the names that the option of the same name takes. */
static bool read_choice(const struct conf *c, const char *name, const char *option,
                        const char **out, struct err *e)
{
    const struct option_spec *s;
    size_t i = 0;
    if (!conf_get(c, name) || !conf_text(c, name, out, e))
        return !conf_get(c, name);
    while ((s = command_option(&command_run, i, NULL)) && strcmp(s->name, option) != 0)
        i++;
    for (size_t k = 0; s && s->choice && s->choice(k); k++)
        if (strcmp(s->choice(k), *out) == 0)
            return true;
    return conf_error(conf_get(c, name), e, "there is no %s '%s'%s", name, *out,
                      s && s->choice ? suggestion(*out, s->choice) : "");
}

static bool read_settings(const struct conf *c, struct live_config *live, struct err *e)
{
    const struct conf *all = conf_get(c, "options");
    if (!all)
        return true;
    if (!conf_any_object(all, "\"options\"", e))
        return false;
    for (const struct conf *m = all->first; m; m = m->next) {
        if (m->kind != CONF_TEXT && m->kind != CONF_NUMBER)
            return conf_error(m, e, "an option of a target is a text");
        if (live->options.n == TEXTS_MAX)
            return conf_error(m, e, "more than %d options", TEXTS_MAX);
        live->options.v[live->options.n++] =
            arena_printf(m->file->arena, "%s=%s", m->name, m->text);
    }
    return true;
}

/* Who controls the nodes. */
static bool read_control(const struct conf *c, struct live_config *live, struct err *e)
{
    return conf_text(c, "remote", &live->remote, e) && conf_text(c, "box", &live->box, e) &&
           conf_text(c, "username", &live->user, e) &&
           conf_text(c, "ssh-private-key", &live->key, e) &&
           conf_text(c, "known-hosts", &live->known_hosts, e) &&
           conf_text(c, "ssh-config", &live->ssh_config, e) &&
           conf_text(c, "strict-host-key-checking", &live->strict, e) &&
           conf_bool(c, "leave-db-running", &live->leave_running, e);
}

/* A path of a description is seen from the folder of this file. */
static bool read_target(const struct conf *c, struct live_config *live, struct err *e)
{
    if (!conf_text(c, "target", &live->target, e))
        return false;
    const char *folder = strrchr(c->file->name, '/');
    bool path =
        live->target && (strchr(live->target, '/') || str_ends(str_of(live->target), ".json"));
    if (path && live->target[0] != '/')
        live->target = folder
                           ? arena_printf(c->file->arena, "%.*s/%s", (int)(folder - c->file->name),
                                          c->file->name, live->target)
                           : arena_printf(c->file->arena, "./%s", live->target);
    return true;
}

bool test_file_read(const char *path, struct run_config *c, struct arena *a, struct err *e)
{
    const struct conf *t = conf_read(path, a, e);
    const char *unused = NULL;
    return t && conf_object(t, "a test", members, e) && conf_text(t, "name", &c->name, e) &&
           conf_text(t, "note", &unused, e) && read_choice(t, "sim", "sim", &c->store, e) &&
           read_target(t, &c->live, e) && read_words(t, "nodes", &c->live.nodes, e) &&
           read_choice(t, "workload", "workload", &c->workload, e) &&
           read_words(t, "nemesis", &c->nemesis, e) &&
           conf_number(t, "nemesis-interval", 1e-3, 1e9, &c->interval, e) &&
           conf_number(t, "time-limit", 1e-3, 1e9, &c->time_limit, e) &&
           conf_number(t, "rate", 0, 1e9, &c->rate, e) &&
           read_words(t, "concurrency", &c->concurrency, e) &&
           read_count(t, "ops-per-key", &c->ops_per_key, e) && read_count(t, "seed", &c->seed, e) &&
           read_count(t, "test-count", &c->test_count, e) && read_settings(t, &c->live, e) &&
           conf_number(t, "timeout", 1e-3, 1e6, &c->live.timeout, e) &&
           conf_number(t, "ready", 0, 1e6, &c->live.ready, e) && read_control(t, &c->live, e);
}
