/* belie completion SHELL: scripts made from the command tables, so that they never lag behind. */
#include "cli/command.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>

/* ---- bash --------------------------------------------------------------------------------- */

static void words(const char *(*name)(size_t i), struct buf *out)
{
    for (size_t i = 0; name(i); i++)
        buf_printf(out, "%s%s", i ? " " : "", name(i));
}

/* A case that offers the values of an option's argument. */
static void bash_values(const struct command *c, struct buf *out)
{
    const struct option_spec *s;
    buf_puts(out, "        case $prev in\n");
    for (size_t i = 0; (s = command_option(c, i, NULL)); i++) {
        if (!s->argument)
            continue;
        buf_puts(out, "        ");
        if (s->letter)
            buf_printf(out, "-%c|", s->letter);
        buf_printf(out, "--%s) ", s->name);
        if (s->choice) {
            buf_puts(out, "COMPREPLY=($(compgen -W '");
            words(s->choice, out);
            buf_puts(out, "' -- \"$cur\")); return ;;\n");
        } else if (strcmp(s->argument, "FILE") == 0) {
            buf_puts(out, "COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n");
        } else {
            buf_puts(out, "return ;;\n");
        }
    }
    buf_puts(out, "        esac\n");
}

static void bash_command(const struct command *c, struct buf *out)
{
    const struct option_spec *s;
    buf_printf(out, "    %s)\n", c->name);
    bash_values(c, out);
    buf_puts(out, "        if [[ $cur == -* ]]; then\n            COMPREPLY=($(compgen -W '");
    for (size_t i = 0; (s = command_option(c, i, NULL)); i++)
        buf_printf(out, "%s--%s", i ? " " : "", s->name);
    buf_puts(out, "' -- \"$cur\"))\n        else\n            COMPREPLY=($(compgen ");
    if (c->choice) {
        buf_puts(out, "-W '");
        words(c->choice, out);
        buf_putc(out, '\'');
    } else {
        buf_puts(out, "-f");
    }
    buf_puts(out, " -- \"$cur\"))\n        fi ;;\n");
}

static void bash(struct buf *out)
{
    buf_puts(out, "# bash completion for belie; put it in ~/.local/share/bash-completion/"
                  "completions/belie\n"
                  "_belie() {\n"
                  "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                  "    if [[ $COMP_CWORD -eq 1 ]]; then\n"
                  "        COMPREPLY=($(compgen -W '");
    words(command_name, out);
    buf_puts(out, "' -- \"$cur\")); return\n    fi\n    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; commands[i]; i++)
        bash_command(commands[i], out);
    buf_puts(out, "    esac\n}\ncomplete -o filenames -F _belie belie\n");
}

/* ---- zsh ---------------------------------------------------------------------------------- */

/* Text inside '...' in which _arguments gives [ ] and : a meaning. */
static void zsh_text(const char *z, struct buf *out)
{
    for (; *z; z++) {
        if (*z == '\'')
            buf_puts(out, "'\\'");
        else if (strchr("[]:\\", *z))
            buf_putc(out, '\\');
        buf_putc(out, *z);
    }
}

static void zsh_option(const struct option_spec *s, struct buf *out)
{
    buf_puts(out, "        '");
    if (s->letter)
        buf_printf(out, "(-%c --%s)'{-%c,--%s%s}'", s->letter, s->name, s->letter, s->name,
                   s->argument ? "=" : "");
    else
        buf_printf(out, "--%s%s", s->name, s->argument ? "=" : "");
    buf_putc(out, '[');
    zsh_text(s->help, out);
    buf_putc(out, ']');
    if (s->argument) {
        buf_printf(out, ":%s:", s->argument);
        if (s->choice) {
            buf_putc(out, '(');
            words(s->choice, out);
            buf_putc(out, ')');
        } else if (strcmp(s->argument, "FILE") == 0) {
            buf_puts(out, "_files");
        }
    }
    buf_puts(out, "' \\\n");
}

static void zsh_command(const struct command *c, struct buf *out)
{
    const struct option_spec *s;
    buf_printf(out, "    %s) _arguments \\\n", c->name);
    for (size_t i = 0; (s = command_option(c, i, NULL)); i++)
        zsh_option(s, out);
    buf_puts(out, "        '*:argument:");
    if (c->choice) {
        buf_putc(out, '(');
        words(c->choice, out);
        buf_putc(out, ')');
    } else {
        buf_puts(out, "_files");
    }
    buf_puts(out, "' ;;\n");
}

static void zsh(struct buf *out)
{
    buf_puts(out, "#compdef belie\n"
                  "# zsh completion for belie; put it as _belie into a folder of $fpath\n"
                  "_belie() {\n"
                  "    if (( CURRENT == 2 )); then\n"
                  "        local -a names=(\n");
    for (size_t i = 0; commands[i]; i++) {
        buf_printf(out, "            '%s:", commands[i]->name);
        zsh_text(commands[i]->summary, out);
        buf_puts(out, "'\n");
    }
    buf_puts(out, "        )\n"
                  "        _describe command names\n"
                  "        return\n"
                  "    fi\n"
                  "    local command=$words[2]\n"
                  "    shift words\n"
                  "    (( CURRENT-- ))\n"
                  "    case $command in\n");
    for (size_t i = 0; commands[i]; i++)
        zsh_command(commands[i], out);
    buf_puts(out, "    esac\n}\n_belie \"$@\"\n");
}

/* ---- fish --------------------------------------------------------------------------------- */

static void fish_text(const char *z, struct buf *out)
{
    buf_putc(out, '\'');
    for (; *z; z++) {
        if (*z == '\'' || *z == '\\')
            buf_putc(out, '\\');
        buf_putc(out, *z);
    }
    buf_putc(out, '\'');
}

static void fish_command(const struct command *c, struct buf *out)
{
    const struct option_spec *s;
    buf_printf(out, "complete -c belie -n __fish_use_subcommand -f -a %s -d ", c->name);
    fish_text(c->summary, out);
    buf_putc(out, '\n');
    for (size_t i = 0; (s = command_option(c, i, NULL)); i++) {
        buf_printf(out, "complete -c belie -n '__fish_seen_subcommand_from %s' -l %s", c->name,
                   s->name);
        if (s->letter)
            buf_printf(out, " -s %c", s->letter);
        if (s->argument)
            buf_puts(out, strcmp(s->argument, "FILE") == 0 ? " -r" : " -x");
        if (s->choice) {
            buf_puts(out, " -a '");
            words(s->choice, out);
            buf_putc(out, '\'');
        }
        buf_puts(out, " -d ");
        fish_text(s->help, out);
        buf_putc(out, '\n');
    }
    if (c->choice) {
        buf_printf(out, "complete -c belie -n '__fish_seen_subcommand_from %s' -f -a '", c->name);
        words(c->choice, out);
        buf_puts(out, "'\n");
    }
}

static void fish(struct buf *out)
{
    buf_puts(out, "# fish completion for belie; put it in ~/.config/fish/completions/belie.fish\n");
    for (size_t i = 0; commands[i]; i++)
        fish_command(commands[i], out);
}

/* ---- the command -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*print)(struct buf *out);
} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
enum { SHELLS = sizeof shells / sizeof *shells };

static const char *shell_choice(size_t i)
{
    return i < SHELLS ? shells[i].name : NULL;
}

static int run(int argc, char **argv)
{
    struct arguments rest;
    int code = options_parse(&command_completion, argc, argv, NULL, &rest);
    if (code >= 0)
        return code;
    if (rest.n != 1)
        return usage_error(&command_completion, "name one shell: bash, zsh or fish");
    for (size_t i = 0; i < SHELLS; i++) {
        if (strcmp(shells[i].name, rest.v[0]) != 0)
            continue;
        struct buf out = {0};
        shells[i].print(&out);
        print_buf(&out);
        return EXIT_VALID;
    }
    return usage_error(&command_completion, "there is no completion for '%s'%s", rest.v[0],
                       suggestion(rest.v[0], shell_choice));
}

const struct command command_completion = {
    .name = "completion",
    .summary = "print a completion script for a shell",
    .arguments = "SHELL",
    .choice = shell_choice,
    .run = run,
};
