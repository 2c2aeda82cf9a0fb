/* A thin layer over getopt_long: one table per command drives it. */
#include "cli/command.h"

#include "base/mem.h"
#include "cli/help.h"
#include "cli/numbers.h"
#include "cli/terminal.h"

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const struct option_spec option_help = {
    .name = "help", .letter = 'h', .help = "show this help", .kind = OPT_FLAG};

const struct option_spec *command_option(const struct command *c, size_t i, size_t *at)
{
    for (const struct option_group *g = c->options; g && g->specs; g++)
        for (const struct option_spec *s = g->specs; s->name; s++)
            if (i-- == 0) {
                if (at)
                    *at = g->at;
                return s;
            }
    return i == 0 ? &option_help : NULL;
}

static size_t option_count(const struct command *c)
{
    size_t n = 0;
    while (command_option(c, n, NULL))
        n++;
    return n;
}

/* getopt's two views of the table. Long options are told apart by values above all letters: options
 * of equal values would not be ambiguous when abbreviated. */
enum { LONG_BASE = 256 };

struct getopt_tables {
    struct option *longs;
    char *letters;
};

static struct getopt_tables tables_make(const struct command *c)
{
    size_t n = option_count(c), at = 0;
    struct getopt_tables t = {mem_zalloc(n + 1, sizeof *t.longs), mem_zalloc(2 * n + 2, 1)};
    t.letters[at++] = ':'; /* getopt tells missing arguments from unknown options */
    const struct option_spec *s;
    for (size_t i = 0; (s = command_option(c, i, NULL)); i++) {
        t.longs[i].name = s->name;
        t.longs[i].val = LONG_BASE + (int)i;
        t.longs[i].has_arg = s->argument ? required_argument : no_argument;
        if (s->letter) {
            t.letters[at++] = s->letter;
            if (s->argument)
                t.letters[at++] = ':';
        }
    }
    return t;
}

static void tables_free(struct getopt_tables *t)
{
    mem_free(t->longs);
    mem_free(t->letters);
}

static size_t by_letter(const struct command *c, int letter)
{
    const struct option_spec *s;
    size_t i = 0;
    while ((s = command_option(c, i, NULL)) && s->letter != letter)
        i++;
    return i;
}

static bool is_choice(const struct option_spec *s, const char *value)
{
    for (size_t i = 0; s->choice(i); i++)
        if (strcmp(s->choice(i), value) == 0)
            return true;
    return false;
}

/* The command that is being parsed, for suggestions. */
static const struct command *suggesting_for;

/* "g-counter" is meant to be "crdt-g-counter". */
static bool ends_with_word(const char *name, const char *word)
{
    size_t n = strlen(name), m = strlen(word);
    return n == m ? strcmp(name, word) == 0
                  : n > m && m > 0 && name[n - m - 1] == '-' && strcmp(name + n - m, word) == 0;
}

/* A word that another option takes, such as a property that was given as a model. */
static bool suggest_elsewhere(const struct option_spec *s, const char *value, char *out,
                              size_t room)
{
    const struct option_spec *other;
    for (size_t j = 0; s->choice(j); j++)
        if (ends_with_word(s->choice(j), value))
            return false;
    for (size_t i = 0; suggesting_for && (other = command_option(suggesting_for, i, NULL)); i++) {
        for (size_t j = 0; other != s && other->choice && other->choice(j); j++) {
            if (!ends_with_word(other->choice(j), value))
                continue;
            (void)snprintf(out, room, "; did you mean --%s %s?", other->name, other->choice(j));
            return true;
        }
    }
    return false;
}

static void choice_error(const struct option_spec *s, const char *value, struct err *e)
{
    char all[512], elsewhere[96];
    size_t at = 0;
    all[0] = '\0';
    for (size_t i = 0; s->choice(i) && at < sizeof all; i++) {
        int n = snprintf(all + at, sizeof all - at, "%s%s", i ? ", " : "", s->choice(i));
        at += n > 0 ? (size_t)n : 0;
    }
    bool other = suggest_elsewhere(s, value, elsewhere, sizeof elsewhere);
    (void)err_set(e, ERR_USAGE, "--%s: '%s' is not one of %s%s", s->name, value, all,
                  other ? elsewhere : suggestion(value, s->choice));
}

static bool store_texts(const struct option_spec *s, const char *value, char *field, struct err *e)
{
    struct texts t;
    memcpy(&t, field, sizeof t);
    if (t.n == TEXTS_MAX)
        return err_set(e, ERR_USAGE, "--%s: given more than %d times", s->name, TEXTS_MAX);
    t.v[t.n++] = value;
    memcpy(field, &t, sizeof t);
    return true;
}

/* Put `value` into `field`, which the option names. */
static bool store(const struct option_spec *s, const char *value, char *field, struct err *e)
{
    bool ok = true;
    uint64_t count = 0;
    double real = 0;
    int64_t duration = 0;
    switch (s->kind) {
    case OPT_FLAG:
        memcpy(field, &(bool){true}, sizeof(bool));
        return true;
    case OPT_CHOICE:
        if (!is_choice(s, value)) {
            choice_error(s, value, e);
            return false;
        }
        memcpy(field, &value, sizeof value);
        return true;
    case OPT_TEXT:
        memcpy(field, &value, sizeof value);
        return true;
    case OPT_TEXTS:
        return store_texts(s, value, field, e);
    case OPT_COUNT:
    case OPT_BYTES:
        ok = s->kind == OPT_COUNT ? number_count(value, &count) : number_bytes(value, &count);
        memcpy(field, &count, sizeof count);
        break;
    case OPT_DURATION:
        ok = number_duration(value, &duration);
        memcpy(field, &duration, sizeof duration);
        break;
    case OPT_SECONDS:
    case OPT_REAL:
    case OPT_FRACTION:
        ok = number_real(value, &real) && real <= (s->kind == OPT_FRACTION ? 1 : 1e9) &&
             (real > 0 || s->kind != OPT_SECONDS);
        memcpy(field, &real, sizeof real);
        break;
    }
    static const char *const wanted[] = {
        [OPT_COUNT] = "a whole number such as 1000",
        [OPT_BYTES] = "a size such as 512M or 2G",
        [OPT_SECONDS] = "a number of seconds above 0 such as 30 or 0.5",
        [OPT_DURATION] = "a time above 0 such as 2s, 500ms or 20us",
        [OPT_REAL] = "a number such as 0.2",
        [OPT_FRACTION] = "a fraction between 0 and 1 such as 0.05",
    };
    return ok || err_set(e, ERR_USAGE, "--%s: '%s' is not %s", s->name, value, wanted[s->kind]);
}

/* The name of its i-th option. */
static const char *long_name(size_t i)
{
    const struct option_spec *s = command_option(suggesting_for, i, NULL);
    return s ? s->name : NULL;
}

static int unknown_option(const struct command *c, const char *word, int letter)
{
    if (strncmp(word, "--", 2) != 0)
        return usage_error(c, "unknown option '-%c'", letter);
    char name[64];
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    suggesting_for = c;
    const char *near = suggestion(name, long_name);
    size_t n = strlen(name), like = 0;
    for (size_t i = 0; long_name(i); i++)
        like += strncmp(long_name(i), name, n) == 0;
    for (size_t i = 0; long_name(i); i++)
        if (strcmp(long_name(i), name) == 0)
            return usage_error(c, "--%s takes no argument", name);
    if (like > 1)
        return usage_error(c, "option '--%s' is ambiguous", name);
    return usage_error(c, "unknown option '--%s'%s", name, near);
}

/* One option that getopt recognised. Returns -1 to go on. */
static int take(const struct command *c, size_t i, void *config)
{
    struct err e = {0};
    size_t at = 0;
    const struct option_spec *s = command_option(c, i, &at);
    if (!s || s == &option_help) {
        help_command(c);
        return EXIT_VALID;
    }
    suggesting_for = c;
    bool ok = store(s, optarg, (char *)config + at + s->offset, &e);
    return ok ? -1 : usage_error(c, "%s", e.text);
}

int options_parse(const struct command *c, int argc, char **argv, void *config,
                  struct arguments *rest)
{
    struct getopt_tables t = tables_make(c);
    int result = -1, got = 0;
    optind = 1;
    opterr = 0;
    while (result < 0 && (got = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1) {
        if (got == '?')
            result = unknown_option(c, argv[optind - 1], optopt);
        else if (got == ':')
            result = usage_error(c, "option '%s' needs an argument", argv[optind - 1]);
        else
            result =
                take(c, got < LONG_BASE ? by_letter(c, got) : (size_t)(got - LONG_BASE), config);
    }
    tables_free(&t);
    *rest = (struct arguments){argv + optind, (size_t)(argc - optind)};
    return result;
}
