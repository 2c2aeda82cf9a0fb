/* belie models: what objects belie knows, from the model tables. */
#include "checker/property.h"
#include "cli/command.h"
#include "cli/terminal.h"

struct models_config {
    bool json;
};

static const struct option_spec specs[] = {
    {"json", 0, NULL, "print a JSON document", OPT_FLAG, offsetof(struct models_config, json),
     NULL},
    {0},
};
static const struct option_group groups[] = {{specs, 0}, {0}};

static void json(struct buf *out)
{
    buf_puts(out, "{\"schema\": 1, \"models\": [");
    for (size_t i = 0; models[i]; i++) {
        const struct model *m = models[i];
        buf_printf(out, "%s\n  {\"name\": \"%s\", \"summary\": ", i ? "," : "", m->name);
        json_print_string(str_of(m->summary), out);
        buf_puts(out, ", \"operations\": [");
        for (size_t j = 0; m->names[j].f; j++) {
            buf_puts(out, j ? ", " : "");
            json_print_string(str_of(m->names[j].f), out);
        }
        buf_puts(out, "], \"example\": ");
        json_print_string(str_of(m->example), out);
        buf_putc(out, '}');
    }
    buf_puts(out, "\n]}\n");
}

static void text(struct buf *out)
{
    for (size_t i = 0; models[i]; i++) {
        const struct model *m = models[i];
        buf_printf(out, "%-20s%s\n%-20soperations:", m->name, m->summary, "");
        for (size_t j = 0; m->names[j].f; j++)
            buf_printf(out, "%s %s", j ? "," : "", m->names[j].f);
        buf_printf(out, "\n%-20s%s\n", "", m->example);
    }
    buf_puts(out, "Objects of replicas that may differ for a while are asked by property, without "
                  "a model:\n ");
    for (size_t i = 0; properties[i]; i++)
        if (strncmp(properties[i]->name, "crdt-", strlen("crdt-")) == 0)
            buf_printf(out, " -c %s", properties[i]->name);
    buf_puts(out, "\n");
}

static int run(int argc, char **argv)
{
    struct models_config c = {false};
    struct arguments rest;
    int code = options_parse(&command_models, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    if (rest.n > 0)
        return usage_error(&command_models, "models takes no arguments");
    struct buf out = {0};
    if (c.json)
        json(&out);
    else
        text(&out);
    print_buf(&out);
    return EXIT_VALID;
}

const struct command command_models = {
    .name = "models",
    .summary = "list the kinds of objects that can be checked",
    .arguments = "",
    .options = groups,
    .run = run,
};
