/* belie explain WORD: what a level, a rule or an outcome means. */
#include "cli/command.h"
#include "cli/terminal.h"
#include "reports/explanation.h"

#include <unistd.h>

struct explain_config {
    bool example;
};

static const struct option_spec specs[] = {
    {"example", 0, NULL, "print only the example, to pipe it into belie check -", OPT_FLAG,
     offsetof(struct explain_config, example), NULL},
    {0},
};
static const struct option_group groups[] = {{specs, 0}, {0}};

static const char *topic(size_t i)
{
    const struct explanation *x = explanation_at(i);
    return x ? x->name : NULL;
}

static void list(struct buf *out)
{
    const struct explanation *x;
    for (size_t i = 0; (x = explanation_at(i)); i++)
        buf_printf(out, "%-23s%s\n", x->name, x->summary);
}

static int run(int argc, char **argv)
{
    struct explain_config c = {false};
    struct arguments rest;
    int code = options_parse(&command_explain, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    struct buf out = {0};
    if (rest.n == 0 && !c.example) {
        list(&out);
        print_buf(&out);
        return EXIT_VALID;
    }
    if (rest.n != 1)
        return usage_error(&command_explain, "name one word (put quotes around several)");
    const struct explanation *x = explanation_find(rest.v[0]);
    if (!x)
        return usage_error(&command_explain, "there is no explanation of '%s'%s", rest.v[0],
                           suggestion(rest.v[0], topic));
    if (!c.example)
        explanation_print(x, (size_t)terminal_width(STDOUT_FILENO), &out);
    else if (x->example)
        explanation_example(x, &out);
    else
        return usage_error(&command_explain, "'%s' has no example", x->name);
    print_buf(&out);
    return EXIT_VALID;
}

const struct command command_explain = {
    .name = "explain",
    .summary = "say what a word in a verdict means, with an example",
    .arguments = "[LEVEL|ANOMALY|RULE]",
    .details = "Without an argument lists all words.",
    .options = groups,
    .choice = topic,
    .run = run,
};
