/* belie convert IN OUT: the same events in another format. */
#include "cli/flags.h"
#include "cli/out_file.h"
#include "cli/terminal.h"
#include "cli/watch.h"

struct convert_config {
    struct load_flags load;
    const char *format;
};

static const struct option_group groups[] = {
    {reading_options, offsetof(struct convert_config, load)},
    {writing_options, offsetof(struct convert_config, format)},
    {0},
};

static bool convert(const struct convert_config *c, const char *in, const struct writer *w,
                    const char *out, struct err *e)
{
    struct history h;
    struct out_file o;
    /* Events are copied as they are: what they mean (keys, crashed processes) is not judged. */
    struct load_flags flags = {.format = c->load.format, .independent = "no", .lenient = true};
    struct belie_load_options load = flags_load(&flags);
    watch_reading(true);
    bool ok = library_load(&h, in, &load, e);
    watch_reading(false);
    if (!ok)
        return false;
    say_warnings(&h, in);
    ok = out_open(&o, out, e);
    if (ok) {
        (void)history_write(&h, w, NULL, out_put, &o); /* a failure is said by out_commit */
        ok = out_commit(&o, e);
    }
    history_free(&h);
    return ok;
}

static int run(int argc, char **argv)
{
    struct convert_config c = {0};
    struct arguments rest;
    int code = options_parse(&command_convert, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    if (rest.n != 2)
        return usage_error(&command_convert, "convert takes two arguments: IN and OUT");
    const struct writer *w = flags_writer(&command_convert, c.format, rest.v[1]);
    if (!w)
        return EXIT_USAGE;
    struct paths paths = {0};
    struct err e = {0};
    watch_signals();
    bool ok = flags_one_path(&paths, rest.v[0], &e) && convert(&c, paths.p[0], w, rest.v[1], &e);
    paths_free(&paths);
    return ok ? EXIT_VALID : say_error(&e);
}

const struct command command_convert = {
    .name = "convert",
    .summary = "write a history in another format",
    .arguments = "IN OUT",
    .details = "IN and OUT are files or - for the standard streams. The format of IN is found by "
               "its content, that of OUT by its suffix.",
    .options = groups,
    .run = run,
};
