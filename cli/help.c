#include "cli/help.h"

#include "cli/terminal.h"
#include "reports/report.h"

enum { HELP_WIDTH = 80, OPTION_COLUMN = 28 };

/* The help of an option, followed by its choices unless there are many. */
static void option_text(const struct option_spec *s, struct buf *text)
{
    buf_puts(text, s->help);
    if (!s->choice)
        return;
    for (size_t i = 0; s->choice(i); i++)
        buf_printf(text, "%s%s", i ? ", " : ": ", s->choice(i));
}

static void option_line(const struct option_spec *s, struct buf *out)
{
    size_t start = out->n;
    if (s->letter)
        buf_printf(out, "  -%c, --%s", s->letter, s->name);
    else
        buf_printf(out, "      --%s", s->name);
    if (s->argument)
        buf_printf(out, " %s", s->argument);
    size_t at = out->n - start;
    if (at + 2 > OPTION_COLUMN) {
        buf_putc(out, '\n');
        at = 0;
    }
    buf_printf(out, "%*s", (int)(OPTION_COLUMN - at), "");
    struct buf text = {0};
    option_text(s, &text);
    report_wrapped(buf_str(&text), HELP_WIDTH, OPTION_COLUMN, OPTION_COLUMN, out);
    buf_free(&text);
}

void help_command(const struct command *c)
{
    struct buf out = {0};
    buf_printf(&out, "usage: belie %s [options]%s%s\n\n", c->name, *c->arguments ? " " : "",
               c->arguments);
    report_wrapped(str_of(c->details ? c->details : c->summary), HELP_WIDTH, 0, 0, &out);
    buf_puts(&out, "\noptions:\n");
    for (size_t i = 0; command_option(c, i, NULL); i++)
        option_line(command_option(c, i, NULL), &out);
    print_buf(&out);
}

void help_all(void)
{
    struct buf out = {0};
    buf_puts(&out, "belie " BELIE_VERSION
                   ": does this history show what the system promised?\n\n"
                   "usage: belie COMMAND [options] [arguments]\n\n");
    for (size_t i = 0; commands[i]; i++)
        buf_printf(&out, "  %-12s%s\n", commands[i]->name, commands[i]->summary);
    buf_puts(&out, "\nTry `belie check history.edn`, `belie COMMAND --help`, or belie(1).\n"
                   "Exit codes: 0 valid, 1 invalid, 2 unknown, 254 bad usage or input, 255 a bug "
                   "in belie.\n");
    print_buf(&out);
}
