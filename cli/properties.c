/* belie properties: what can be asked of a history, from the property table. */
#include "checker/property.h"
#include "cli/command.h"
#include "cli/terminal.h"

struct properties_config {
    bool json;
};

static const struct option_spec specs[] = {
    {"json", 0, NULL, "print a JSON document", OPT_FLAG, offsetof(struct properties_config, json),
     NULL},
    {0},
};
static const struct option_group groups[] = {{specs, 0}, {0}};

/* Levels are decided for a model, whose operations they take. */
static const char *kind(const struct property *p)
{
    return p->run ? "accounting" : property_is_level(p) ? "level" : "spectrum";
}

static void json(struct buf *out)
{
    buf_puts(out, "{\"schema\": 1, \"properties\": [");
    for (size_t i = 0; properties[i]; i++) {
        const struct property *p = properties[i];
        buf_printf(out, "%s\n  {\"name\": \"%s\", \"kind\": \"%s\", \"summary\": ",
                   i ? "," : "", p->name, kind(p));
        json_print_string(str_of(p->summary), out);
        buf_puts(out, ", \"complexity\": ");
        json_print_string(str_of(p->complexity), out);
        buf_puts(out, ", \"operations\": [");
        for (size_t j = 0; p->names && p->names[j].f; j++) {
            buf_puts(out, j ? ", " : "");
            json_print_string(str_of(p->names[j].f), out);
        }
        buf_puts(out, "]}");
    }
    buf_puts(out, "\n]}\n");
}

static void text(struct buf *out)
{
    for (size_t i = 0; properties[i]; i++) {
        const struct property *p = properties[i];
        buf_printf(out, "%-21s%s\n%-21s%s; %s\n", p->name, p->summary, "", kind(p),
                   p->complexity);
        if (!p->names) {
            buf_printf(out, "%-21soperations: those of the model\n", "");
            continue;
        }
        buf_printf(out, "%-21soperations:", "");
        for (size_t j = 0; p->names[j].f; j++)
            buf_printf(out, "%s %s", j ? "," : "", p->names[j].f);
        buf_putc(out, '\n');
    }
}

static int run(int argc, char **argv)
{
    struct properties_config c = {false};
    struct arguments rest;
    int code = options_parse(&command_properties, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    if (rest.n > 0)
        return usage_error(&command_properties, "properties takes no arguments");
    struct buf out = {0};
    if (c.json)
        json(&out);
    else
        text(&out);
    print_buf(&out);
    return EXIT_VALID;
}

const struct command command_properties = {
    .name = "properties",
    .summary = "list what can be asked of a history with check --consistency",
    .arguments = "",
    .options = groups,
    .run = run,
};
