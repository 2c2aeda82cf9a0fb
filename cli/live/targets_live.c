/* The list of `belie targets`. */
#include "base/mem.h"
#include "cli/live.h"
#include "cli/terminal.h"
#include "runners/target.h"

static void put_member(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, ", \"%s\": ", name);
    if (text)
        json_print_string(str_of(text), out);
    else
        buf_puts(out, "null");
}

static void put_json(const struct target *t, bool first, struct buf *out)
{
    buf_printf(out, "%s\n  {\"name\": ", first ? "" : ",");
    json_print_string(str_of(t->name), out);
    put_member(out, "summary", t->summary);
    put_member(out, "promises", t->promises);
    put_member(out, "verified", t->verified);
    put_member(out, "client", t->client ? t->client->name : NULL);
    put_member(out, "path", t->path);
    buf_puts(out, ", \"options\": {");
    const struct conf *options = conf_get(t->root, "options");
    for (const struct conf *c = options ? options->first : NULL; c; c = c->next) {
        json_print_string(str_of(c->name), out);
        buf_puts(out, ": ");
        conf_print(c, out);
        buf_puts(out, c->next ? ", " : "");
    }
    buf_puts(out, "}}");
}

static void put_option(const struct conf *c, struct buf *out)
{
    const struct conf *summary = conf_get(c, "summary"), *choices = conf_get(c, "choices");
    const struct conf *chosen = conf_get(c, "default");
    buf_printf(out, "%-18s  -o %s=", "", c->name);
    for (const struct conf *m = choices ? choices->first : NULL; m; m = m->next)
        buf_printf(out, "%s%s", m->name, m->next ? "|" : "");
    buf_printf(out, "%s (default %s)%s%s\n", choices ? "" : "TEXT",
               chosen && chosen->text ? chosen->text : "none", summary ? ": " : "",
               summary && summary->text ? summary->text : "");
}

static void put_text(const struct target *t, struct buf *out)
{
    buf_printf(out, "%-18s%s\n", t->name, t->summary ? t->summary : "");
    if (t->promises)
        buf_printf(out, "%-18s  promises: %s\n", "", t->promises);
    buf_printf(out, "%-18s  %s%s\n", "", t->verified ? "verified with " : "never run by its author",
               t->verified ? t->verified : "");
    const struct conf *options = conf_get(t->root, "options");
    for (const struct conf *c = options ? options->first : NULL; c; c = c->next)
        put_option(c, out);
}

int live_targets(bool json, int argc, char **argv)
{
    struct buf out = {0};
    struct err e = {0};
    char *path;
    (void)argc;
    (void)argv;
    buf_puts(&out, json ? "{\"schema\": 1, \"targets\": [" : "");
    for (size_t i = 0; (path = target_path(i)); i++) {
        struct target t;
        bool ok = target_glance(&t, path, &e);
        mem_free(path);
        if (!ok) {
            buf_free(&out);
            return say_error(&e);
        }
        if (json)
            put_json(&t, i == 0, &out);
        else
            put_text(&t, &out);
        target_close(&t);
    }
    buf_puts(&out, json ? "\n]}\n" : "");
    print_buf(&out);
    return EXIT_VALID;
}
