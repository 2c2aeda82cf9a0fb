/* belie generate: seeded synthetic histories, valid or with a planted violation. */
#include "cli/flags.h"
#include "cli/out_file.h"
#include "cli/terminal.h"
#include "checker/levels/separations.h"
#include "checker/property.h"
#include "generators/synth_level.h"

struct generate_config {
    struct synth_options synth;
    const char *output, *format, *level;
    uint64_t processes, values, keys; /* 32 bits in synth */
};

static const char *violation_choice(size_t i)
{
    const struct violation *v = violation_at(i);
    return v ? v->name : NULL;
}

/* The levels: those that the lattice has. */
static const char *level_choice(size_t i)
{
    for (size_t p = 0; properties[p]; p++)
        if (properties[p]->implies && i-- == 0)
            return properties[p]->name;
    return NULL;
}

static const struct option_spec specs[] = {
    {"output", 'o', "FILE", "where to write (default - for standard output)", OPT_TEXT,
     offsetof(struct generate_config, output), NULL},
    {"processes", 'p', "N", "concurrent clients", OPT_COUNT,
     offsetof(struct generate_config, processes), NULL},
    {"values", 0, "N", "write the values 0 to N-1 again and again; 0: each value once; of "
     "semaphores the number of permits (0: 3), --initial of check", OPT_COUNT,
     offsetof(struct generate_config, values), NULL},
    {"level", 0, "LEVEL", "keep this level and break the next stronger ones", OPT_CHOICE,
     offsetof(struct generate_config, level), level_choice},
    {"keys", 0, "N", "number of objects", OPT_COUNT, offsetof(struct generate_config, keys), NULL},
    {0},
};
static const struct option_spec synth_specs[] = {
    {"model", 'm', "MODEL", "what the object is", OPT_CHOICE,
     offsetof(struct synth_options, model), synth_model},
    {"seed", 0, "N", "the same seed and options make the same history", OPT_COUNT,
     offsetof(struct synth_options, seed), NULL},
    {"ops", 'n', "N", "number of operations", OPT_COUNT, offsetof(struct synth_options, ops), NULL},
    {"read-share", 0, "FRACTION", "share of reads", OPT_FRACTION,
     offsetof(struct synth_options, read_share), NULL},
    {"cas-share", 0, "FRACTION", "share of compare-and-sets", OPT_FRACTION,
     offsetof(struct synth_options, cas_share), NULL},
    {"cas-wrong", 0, "FRACTION", "share of compare-and-sets that expect a wrong value",
     OPT_FRACTION, offsetof(struct synth_options, cas_wrong), NULL},
    {"crash-rate", 0, "FRACTION", "share of writes whose outcome stays unknown", OPT_FRACTION,
     offsetof(struct synth_options, crash_rate), NULL},
    {"crashes", 0, "N", "exactly so many instead of a share", OPT_COUNT,
     offsetof(struct synth_options, crashes), NULL},
    {"think", 0, "NUMBER", "mean pause between operations, in mean durations", OPT_REAL,
     offsetof(struct synth_options, think), NULL},
    {"stale-share", 0, "FRACTION", "share of reads that a lagging replica answers", OPT_FRACTION,
     offsetof(struct synth_options, stale_share), NULL},
    {"lag", 0, "TIME", "how far that replica is behind, such as 50ms (default 10ms)", OPT_DURATION,
     offsetof(struct synth_options, lag), NULL},
    {"inject", 0, "VIOLATION", "plant one violation", OPT_CHOICE,
     offsetof(struct synth_options, inject), violation_choice},
    {"inject-at", 0, "FRACTION", "where in the history it is planted", OPT_FRACTION,
     offsetof(struct synth_options, inject_at), NULL},
    {"versions", 0, NULL, "give each completion the object's version", OPT_FLAG,
     offsetof(struct synth_options, versions), NULL},
    {0},
};
static const struct option_group groups[] = {
    {specs, 0},
    {synth_specs, offsetof(struct generate_config, synth)},
    {writing_options, offsetof(struct generate_config, format)},
    {0},
};

static bool narrow(uint64_t from, uint32_t *to, const char *name, struct err *e)
{
    *to = (uint32_t)from;
    return from <= UINT32_MAX ||
           err_set(e, ERR_USAGE, "--%s: %llu is too large", name, (unsigned long long)from);
}

/* What separates the level from each of those right above it is woven in. */
static bool generate_level(const struct generate_config *c, struct history *h, struct err *e)
{
    enum { MOST = 16 };
    const char *woven[MOST];
    if (separations_above(c->level, woven, MOST) == 0 &&
        strcmp(c->level, property_linearizable.name) != 0)
        return err_set(e, ERR_USAGE, "no history of level %s can be generated: what replicas had "
                       "been delivered is not part of generated histories", c->level);
    return synth_level(h, &c->synth, woven, strcmp(c->level, level_eventual.name) == 0, e);
}

static bool generate(struct generate_config *c, const struct writer *w, struct err *e)
{
    struct synth_options *o = &c->synth;
    if (!narrow(c->processes, &o->processes, "processes", e) ||
        !narrow(c->values, &o->values, "values", e) || !narrow(c->keys, &o->keys, "keys", e))
        return false;
    struct history h;
    struct out_file f;
    history_init(&h);
    bool ok = (c->level ? generate_level(c, &h, e) : synth_generate(&h, o, e)) &&
              out_open(&f, c->output, e);
    if (ok) {
        (void)history_write(&h, w, NULL, out_put, &f); /* a failure is said by out_commit */
        ok = out_commit(&f, e);
    }
    history_free(&h);
    return ok;
}

static int run(int argc, char **argv)
{
    struct generate_config c = {.output = "-"};
    struct arguments rest;
    synth_defaults(&c.synth);
    c.processes = c.synth.processes;
    c.values = c.synth.values;
    c.keys = c.synth.keys;
    int code = options_parse(&command_generate, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    if (rest.n > 0)
        return usage_error(&command_generate, "generate takes no arguments, only options");
    const struct writer *w = flags_writer(&command_generate, c.format, c.output);
    struct err e = {0};
    if (!w)
        return EXIT_USAGE;
    return generate(&c, w, &e) ? EXIT_VALID : say_error(&e);
}

const struct command command_generate = {
    .name = "generate",
    .summary = "make a synthetic history, valid or with a planted violation",
    .arguments = "",
    .details = "Clients of a simulated linearizable object, by default 10 clients and 10,000 "
               "operations on a cas-register, every value written once. With --inject the history "
               "is invalid by construction. With --level it keeps that level of consistency and "
               "breaks the ones right above it.",
    .options = groups,
    .run = run,
};
