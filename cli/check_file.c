#include "cli/check_file.h"

#include "base/clock.h"

#include <stdio.h>

static bool load_file(struct check_file *f, const char *path, const struct check_file_options *o,
                      struct err *e)
{
    struct belie_load_options load = flags_load(o->load);
    /* What is already known must be out before a read that a signal cannot stop half way. */
    (void)fflush(stdout);
    if (o->prefix)
        return library_load_prefix(&f->history, path, o->prefix->fd, o->prefix->bytes, &load, e);
    watch_reading(true);
    bool ok = library_load(&f->history, path, &load, e);
    watch_reading(false);
    return ok;
}

bool check_file(struct check_file *f, const char *path, const struct check_file_options *o,
                struct err *e)
{
    int64_t limit = (int64_t)(o->check->time_limit * 1e9);
    int64_t deadline = limit ? clock_ns() + limit : 0;
    *f = (struct check_file){.report = {.path = path}};
    bool ok = load_file(f, path, o, e);
    if (!ok)
        return false;
    if (!o->quiet)
        say_warnings(&f->history, path);
    struct belie_check_options check = flags_check(o->check);
    check.witness = o->witness;
    check.no_evidence = o->no_evidence;
    struct budget budget = {.max_memory = (size_t)check.max_memory};
    watch_begin(&budget, deadline, o->progress, path);
    ok = library_check(&f->history, &check, &budget, &f->result, &f->report, e);
    watch_end();
    if (!ok) {
        history_free(&f->history);
        return false;
    }
    f->report.options = flags_given(o->load, o->check, &f->arena, &f->report.noptions);
    if (o->demands) {
        coverage_measure(&f->coverage, &f->history, o->demands, &f->arena);
        f->report.coverage = &f->coverage;
    }
    return true;
}

void check_file_free(struct check_file *f)
{
    check_result_free(&f->result);
    history_free(&f->history);
    arena_free(&f->arena);
}
