#include "cli/flags.h"

#include "checker/engine.h"
#include "checker/model.h"
#include "checker/property.h"
#include "cli/terminal.h"
#include "cli/watch.h"
#include "histories/reader.h"

#include <limits.h>

static const char *model_choice(size_t i)
{
    return i == 0 ? "auto" : models[i - 1] ? models[i - 1]->name : NULL;
}

static const char *algorithm_choice(size_t i)
{
    return i == 0 ? "auto" : engines[i - 1] ? engines[i - 1]->name : NULL;
}

static const char *property_choice(size_t i)
{
    return properties[i] ? properties[i]->name : NULL;
}

static const char *reader_choice(size_t i)
{
    return readers[i] ? readers[i]->name : NULL;
}

static const char *writer_choice(size_t i)
{
    return writers[i] ? writers[i]->name : NULL;
}

static const char *mode_choice(size_t i)
{
    static const char *const names[] = {"auto", "yes", "no", NULL};
    return names[i];
}

static const char *nil_choice(size_t i)
{
    static const char *const names[] = {"value", "unknown", NULL};
    return names[i];
}

const struct option_spec reading_options[] = {
    {"input-format", 0, "FORMAT", "read the history as this format instead of detecting it",
     OPT_CHOICE, offsetof(struct load_flags, format), reader_choice},
    {0},
};

const struct option_spec writing_options[] = {
    {"format", 'f', "FORMAT", "write this format instead of the one that the suffix says",
     OPT_CHOICE, 0, writer_choice},
    {0},
};

const struct option_spec load_options[] = {
    {"independent", 0, "MODE", "values are [key value] pairs, each key its own object", OPT_CHOICE,
     offsetof(struct load_flags, independent), mode_choice},
    {"lenient", 0, NULL, "a process that goes on after an unknown outcome becomes a new process",
     OPT_FLAG, offsetof(struct load_flags, lenient), NULL},
    {0},
};

const struct option_spec check_options[] = {
    {"model", 'm', "MODEL", "what the object is; auto finds it from the operations", OPT_CHOICE,
     offsetof(struct check_flags, model), model_choice},
    {"consistency", 'c', "LIST", "what to check, comma-separated (see belie properties)", OPT_TEXT,
     offsetof(struct check_flags, consistency), property_choice},
    {"algorithm", 0, "NAME", "the engine; auto takes the fastest that applies", OPT_CHOICE,
     offsetof(struct check_flags, algorithm), algorithm_choice},
    {"initial", 0, "VALUE", "the object's value before the history, as EDN", OPT_TEXT,
     offsetof(struct check_flags, initial), NULL},
    {"nil-reads", 0, "MEANING", "what an ok read of nil saw: the value nil, or nothing known",
     OPT_CHOICE, offsetof(struct check_flags, nil_reads), nil_choice},
    {"staleness", 0, "TIME", "bounded-staleness: the most that a read may be behind, such as 500ms",
     OPT_DURATION, offsetof(struct check_flags, staleness), NULL},
    {"k", 0, "N", "k-atomic: reads return one of the last N writes", OPT_COUNT,
     offsetof(struct check_flags, k), NULL},
    {"deviation", 0, "N", "bounded-staleness: the most that the read of a counter may be off",
     OPT_COUNT, offsetof(struct check_flags, deviation), NULL},
    {"order-deviation", 0, "N",
     "bounded-staleness: the most writes of a key whose :version is out of real-time order",
     OPT_COUNT, offsetof(struct check_flags, order), NULL},
    {"converge-within", 0, "TIME",
     "eventual: replicas agree so long after the last update and the last fault", OPT_DURATION,
     offsetof(struct check_flags, converge), NULL},
    {"time-limit", 0, "SECONDS", "after this time a file's verdict is unknown", OPT_SECONDS,
     offsetof(struct check_flags, time_limit), NULL},
    {"max-memory", 0, "BYTES",
     "rather than hold more, the verdict is unknown; such as 512M or 2G; default 3/4 of the "
     "machine's memory",
     OPT_BYTES, offsetof(struct check_flags, max_memory), NULL},
    {"jobs", 'j', "N", "check N keys at a time; default one per processor", OPT_COUNT,
     offsetof(struct check_flags, jobs), NULL},
    {0},
};

struct belie_load_options flags_load(const struct load_flags *f)
{
    struct belie_load_options o = BELIE_LOAD_OPTIONS;
    o.format = f->format;
    o.independent = f->independent;
    o.lenient = f->lenient;
    return o;
}

struct belie_check_options flags_check(const struct check_flags *f)
{
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    o.model = f->model;
    o.consistency = f->consistency;
    o.algorithm = f->algorithm;
    o.initial = f->initial;
    o.nil_unknown = f->nil_reads && strcmp(f->nil_reads, "unknown") == 0;
    o.jobs = f->jobs > UINT_MAX ? UINT_MAX : (unsigned)f->jobs;
    o.deviation = f->deviation > INT64_MAX ? INT64_MAX : (int64_t)f->deviation;
    o.order_deviation = f->order > INT64_MAX ? INT64_MAX : (int64_t)f->order;
    o.staleness_ns = f->staleness;
    o.converge_ns = f->converge;
    o.k = f->k > UINT_MAX ? UINT_MAX : (unsigned)f->k;
    uint64_t limit = f->max_memory ? f->max_memory : memory_default(), held = memory_held();
    o.max_memory = limit > held ? limit - held : 1;
    return o;
}

/* The options of one table, in their order. How many threads work changes no result. */
static void given(const struct option_spec *s, const void *flags, struct arena *a,
                  struct report_option *out, size_t *n)
{
    for (; s->name; s++) {
        const char *field = (const char *)flags + s->offset, *text = NULL;
        uint64_t count = 0;
        double real = 0;
        bool flag = false;
        if (s->kind == OPT_FLAG) {
            memcpy(&flag, field, sizeof flag);
        } else if (s->kind == OPT_TEXT || s->kind == OPT_CHOICE) {
            memcpy(&text, field, sizeof text);
        } else if (s->kind == OPT_SECONDS) {
            memcpy(&real, field, sizeof real);
            text = real > 0 ? arena_printf(a, "%.17g", real) : NULL;
        } else { /* counts, bytes and durations, all of 64 bits and not negative */
            memcpy(&count, field, sizeof count);
            text = count ? arena_printf(a, "%llu%s", (unsigned long long)count,
                                        s->kind == OPT_DURATION ? "ns" : "")
                         : NULL;
        }
        if ((flag || text) && strcmp(s->name, "model") != 0 && strcmp(s->name, "jobs") != 0 &&
            strcmp(s->name, "consistency") != 0)
            out[(*n)++] = (struct report_option){s->name, text};
    }
}

const struct report_option *flags_given(const struct load_flags *l, const struct check_flags *c,
                                        struct arena *a, size_t *n)
{
    const size_t most = sizeof reading_options / sizeof *reading_options +
                        sizeof load_options / sizeof *load_options +
                        sizeof check_options / sizeof *check_options;
    struct report_option *out = arena_alloc(a, most * sizeof *out);
    *n = 0;
    given(reading_options, l, a, out, n);
    given(load_options, l, a, out, n);
    given(check_options, c, a, out, n);
    return out;
}

const struct writer *flags_writer(const struct command *c, const char *format, const char *path)
{
    if (format)
        return writer_find(format);
    const struct writer *w = strcmp(path, "-") == 0 ? writer_find("edn") : writer_for_path(path);
    if (!w)
        (void)usage_error(c, "the name '%s' does not say a format: give --format", path);
    return w;
}

static bool initial_is_edn(const char *text, struct err *e)
{
    struct values t;
    val v;
    values_init(&t);
    bool ok = edn_parse_value(&t, str_of(text), &v, e);
    values_free(&t);
    return ok;
}

int flags_problem(const struct command *c, const struct check_flags *f)
{
    struct err e = {0};
    if (!library_properties_exist(f->consistency, &e))
        return usage_error(c, "--consistency: %s", e.text);
    if (f->initial && !initial_is_edn(f->initial, &e))
        return usage_error(c, "--initial: %s", e.text);
    return -1;
}

bool flags_one_path(struct paths *paths, const char *path, struct err *e)
{
    if (!paths_expand(paths, path, e))
        return false;
    return paths->n == 1 ||
           err_set(e, ERR_USAGE, "%s stands for %zu histories: name one of them", path, paths->n);
}

void say_warnings(const struct history *h, const char *path)
{
    for (size_t i = 0; i < WARN_KINDS; i++) {
        const struct warning *w = &h->warnings[i];
        if (w->count == 1)
            say("%s: warning: %s", path, w->text);
        else if (w->count > 1)
            say("%s: warning: %s (and %llu more)", path, w->text,
                (unsigned long long)(w->count - 1));
    }
}
