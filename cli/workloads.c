/* belie workloads, belie faults: what tests are made of, from the tables. */
#include "cli/command.h"
#include "cli/terminal.h"
#include "generators/workload.h"
#include "nemesis/fault.h"

struct table_config {
    bool json;
};

static const struct option_spec specs[] = {
    {"json", 0, NULL, "print a JSON document", OPT_FLAG, offsetof(struct table_config, json), NULL},
    {0},
};
static const struct option_group groups[] = {{specs, 0}, {0}};

static void put_member(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, ", \"%s\": ", name);
    if (text)
        json_print_string(str_of(text), out);
    else
        buf_puts(out, "null");
}

static void workloads_json(struct buf *out)
{
    buf_puts(out, "{\"schema\": 1, \"workloads\": [");
    for (size_t i = 0; workloads[i]; i++) {
        const struct workload *w = workloads[i];
        buf_printf(out, "%s\n  {\"name\": \"%s\"", i ? "," : "", w->name);
        put_member(out, "summary", w->summary);
        put_member(out, "property", w->property);
        put_member(out, "model", w->model);
        buf_printf(out, ", \"keys\": %s, \"operations\": [", w->keyed ? "true" : "false");
        for (const struct workload_op *o = w->ops; o->f; o++)
            buf_printf(out, "%s{\"f\": \"%s\", \"request\": \"%s\"}", o == w->ops ? "" : ", ", o->f,
                       request_name(o->kind));
        buf_puts(out, "]}");
    }
    buf_puts(out, "\n]}\n");
}

static void workloads_text(struct buf *out)
{
    for (size_t i = 0; workloads[i]; i++) {
        const struct workload *w = workloads[i];
        buf_printf(out, "%-20s%s\n%-20schecked: %s%s\n%-20soperations of a target:", w->name,
                   w->summary, "", w->property, w->keyed ? "; with --ops-per-key many keys" : "",
                   "");
        for (const struct workload_op *o = w->ops; o->f; o++)
            buf_printf(out, "%s %s", o == w->ops ? "" : ",", request_name(o->kind));
        buf_putc(out, '\n');
    }
}

static void faults_json(struct buf *out)
{
    buf_puts(out, "{\"schema\": 1, \"faults\": [");
    for (size_t i = 0; faults[i]; i++) {
        buf_printf(out, "%s\n  {\"name\": \"%s\"", i ? "," : "", faults[i]->name);
        put_member(out, "summary", faults[i]->summary);
        put_member(out, "start", faults[i]->start);
        put_member(out, "stop", faults[i]->stop);
        buf_putc(out, '}');
    }
    buf_puts(out, "\n]}\n");
}

static void faults_text(struct buf *out)
{
    for (size_t i = 0; faults[i]; i++)
        buf_printf(out, "%-20s%s\n", faults[i]->name, faults[i]->summary);
}

static int show(const struct command *c, int argc, char **argv, void (*json)(struct buf *),
                void (*text)(struct buf *))
{
    struct table_config config = {false};
    struct arguments rest;
    struct buf out = {0};
    int code = options_parse(c, argc, argv, &config, &rest);
    if (code >= 0)
        return code;
    if (rest.n > 0)
        return usage_error(c, "%s takes no arguments", c->name);
    (config.json ? json : text)(&out);
    print_buf(&out);
    return EXIT_VALID;
}

static int run_workloads(int argc, char **argv)
{
    return show(&command_workloads, argc, argv, workloads_json, workloads_text);
}

static int run_faults(int argc, char **argv)
{
    return show(&command_faults, argc, argv, faults_json, faults_text);
}

const struct command command_workloads = {
    .name = "workloads",
    .summary = "list what clients can do in a test, and what is then checked",
    .arguments = "",
    .options = groups,
    .run = run_workloads,
};

const struct command command_faults = {
    .name = "faults",
    .summary = "list what can go wrong in a test, for run --nemesis",
    .arguments = "",
    .options = groups,
    .run = run_faults,
};
