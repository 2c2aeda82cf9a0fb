#define _POSIX_C_SOURCE 200809L
#include "cli/follow.h"

#include "base/clock.h"
#include "cli/follow_earliest.h"
#include "cli/follow_result.h"
#include "cli/terminal.h"
#include "histories/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum {
    POLL_MS = 10,
    BEGINNING = 1 << 18,   /* bytes after which the plan stands */
    VALUES_MIN = 1 << 16,  /* values that may gather before unused ones are dropped */
    BYTES_PER_BYTE = 4,    /* memory that a whole check takes for each byte, about */
    LINE_MS = 250,         /* between two lines of progress on a terminal, */
    PLAIN_MS = 30000,      /* and elsewhere */
    EARLIEST_MS = 2000,    /* to find the line that completed a violation of a level */
    MILLISECOND = 1000000,
    SECOND = 1000000000,
};

enum stage { STEP_ON, STEP_DONE, STEP_ERROR };

struct following {
    const char *path;
    const struct follow_options *o;
    struct check_file *out;
    bool announced;
    struct err *e;
    struct tail tail;
    struct follow_plan plan;
    uint64_t planned;       /* bytes that the plan was made from */
    bool planning, said;    /* said: why operations are not checked one by one */
    bool waits;             /* said that a later line may explain a read */
    struct online *online;
    size_t values_limit;
    uint64_t line;          /* of the last event that was pushed */
    uint64_t checked, good; /* bytes of the last whole check; of the last that said valid */
    int64_t check_ended, check_took, refuted_at; /* clock_ns; refuted_at: 0 until it is */
    struct err error;       /* the prefix of `error_at` bytes could not be read */
    uint64_t error_at;
    int64_t began, grew, measured, showed; /* clock_ns */
    bool shown;                            /* a line of progress stands on the terminal */
    bool results_seen;
};

/* ---- progress ------------------------------------------------------------------------------- */

static void hide_progress(struct following *f)
{
    if (f->shown)
        (void)fputs("\r\033[K", stderr);
    f->shown = false;
}

static void show_progress(struct following *f, int64_t now)
{
    enum progress p = f->o->check->progress;
    int64_t pause = p == PROGRESS_PLAIN ? PLAIN_MS : LINE_MS;
    char text[256];
    if (p == PROGRESS_NONE || now - f->showed < pause * MILLISECOND)
        return;
    f->showed = now;
    if (f->online) {
        struct online_counts c = online_counts(f->online);
        (void)snprintf(text, sizeof text, "%s: %" PRIu64 " operations, %zu open, no violation",
                       f->path, c.ops, c.open);
    } else {
        (void)snprintf(text, sizeof text, "%s: %" PRIu64 " of %" PRIu64 " bytes checked, no "
                       "violation", f->path, f->good, f->tail.at);
    }
    if (p == PROGRESS_PLAIN) {
        say("%s", text);
        return;
    }
    (void)fprintf(stderr, "\r%.*s\033[K", terminal_width(STDERR_FILENO) - 1, text);
    (void)fflush(stderr);
    f->shown = true;
}

/* Why operations are not checked one by one, once. `line` 0: because of the history as a whole. */
static void say_why(struct following *f, const char *why, uint64_t line)
{
    char where[32] = "";
    if (line)
        (void)snprintf(where, sizeof where, ":%" PRIu64, line);
    hide_progress(f);
    if (!f->o->check->quiet && !f->said)
        say("%s%s: %s: what has been read is checked again as it grows, and memory grows with it",
            f->path, where, why);
    f->said = true;
}

/* A line says when an operation began and ended: one that began earlier may be on a later line. */
static void say_when_complete(struct following *f)
{
    hide_progress(f);
    if (!f->o->check->quiet && !f->said)
        say("%s: its lines are whole operations, not events: it is checked when it is complete",
            f->path);
    f->said = true;
}

/* The violation that the line completed. */
static void announce(struct following *f, uint64_t line, const char *reason)
{
    hide_progress(f);
    if (f->o->announce) {
        struct buf b = {0};
        buf_printf(&b, "%s\tfalse\n", f->path);
        print_buf(&b);
        (void)fflush(stdout);
        f->announced = true;
    }
    if (!f->o->check->quiet)
        say("%s:%" PRIu64 ": violation: %s", f->path, line, reason);
}

/* ---- whole checks --------------------------------------------------------------------------- */

/* A form that is not finished yet looks like a malformed one. What is still wrong when more has
 * come is wrong. */
static enum stage unreadable(struct following *f, const struct err *e, uint64_t bytes)
{
    bool again = f->error.code == e->code && strcmp(f->error.text, e->text) == 0;
    if ((again && bytes > f->error_at) || e->code != ERR_INPUT) {
        *f->e = *e;
        return STEP_ERROR;
    }
    if (!again) {
        f->error = *e;
        f->error_at = bytes;
    }
    return STEP_ON;
}

static bool check_prefix(struct following *f, uint64_t bytes, bool quiet, struct err *e)
{
    const struct file_prefix prefix = {.fd = tail_file(&f->tail), .bytes = bytes};
    struct check_file_options o = *f->o->check;
    o.prefix = &prefix;
    o.quiet = quiet;
    int64_t begin = clock_ns();
    bool ok = check_file(f->out, f->path, &o, e);
    f->check_ended = clock_ns();
    f->check_took = f->check_ended - begin;
    f->checked = bytes;
    return ok;
}

/* What a completion means that was not invoked can depend on what comes later, see pair.c. */
static bool is_final(const struct history *h)
{
    return h->warnings[WARN_NO_INVOKE].count == 0;
}

/* Has the beginning been refuted for good? */
static bool is_refuted(struct following *f)
{
    const struct check_result *r = &f->out->result;
    if (r->verdict != VERDICT_INVALID || !is_final(&f->out->history))
        return false;
    if (!follow_may_explain(f->o->check->check->consistency, r))
        return true;
    hide_progress(f);
    if (!f->o->check->quiet && !f->waits)
        say("%s: a read returned what no line so far explains; for this level it may stand on a "
            "later one", f->path);
    f->waits = true;
    return false;
}

/* For struct earliest, until it has taken too long: then a later line is told. */
static bool refutes(void *what, uint64_t bytes)
{
    struct following *f = what;
    struct err e = {0};
    if (clock_ns() - f->refuted_at > (int64_t)EARLIEST_MS * MILLISECOND)
        return false;
    if (!check_prefix(f, bytes, true, &e))
        return false;
    bool yes = is_refuted(f);
    check_file_free(f->out);
    return yes;
}

/* The beginning of `bytes` has been refuted, that of `good` was not: end with the first line that
 * completes it, and the evidence for that. */
static enum stage refuted(struct following *f, uint64_t good, uint64_t bytes)
{
    struct earliest first = {tail_file(&f->tail), good, bytes, refutes, f};
    check_file_free(f->out);
    f->refuted_at = clock_ns();
    f->waits = true; /* what shorter beginnings wait for is of no interest now */
    follow_earliest(&first);
    if (!check_prefix(f, first.bad, f->o->check->quiet, f->e))
        return STEP_ERROR;
    if (f->out->result.verdict == VERDICT_INVALID) /* else a limit was reached this time */
        announce(f, follow_line_at(first.fd, first.bad), f->out->result.reason);
    return STEP_DONE;
}

static enum stage check_again(struct following *f)
{
    uint64_t bytes = tail_complete(&f->tail), good = f->checked;
    struct err e = {0};
    /* What was read has been looked at only to find the line ends. */
    f->tail.used = (size_t)(bytes - f->tail.start);
    if (bytes == f->checked || clock_ns() - f->check_ended < f->check_took)
        return STEP_ON;
    if (f->plan.intervals) {
        say_when_complete(f);
        return STEP_ON;
    }
    if (f->plan.reason)
        say_why(f, f->plan.reason, 0);
    if (!check_prefix(f, bytes, true, &e)) {
        f->checked = bytes;
        return unreadable(f, &e, bytes);
    }
    f->error = (struct err){0};
    if (is_refuted(f))
        return refuted(f, good, bytes);
    if (f->out->result.verdict == VERDICT_VALID)
        f->good = bytes;
    check_file_free(f->out);
    return STEP_ON;
}

/* ---- operation by operation ------------------------------------------------------------------ */

static void stop_online(struct following *f, const char *why, uint64_t line)
{
    say_why(f, why, line);
    online_close(f->online);
    f->online = NULL;
    f->planning = false;
}

/* The end of the line on which event `i` stands. */
static uint64_t end_of_event(const struct tail *t, size_t i)
{
    const char *p = t->h.source.text.p + t->h.events.offset[i];
    const char *end = t->bytes + t->used, *nl = memchr(p, '\n', (size_t)(end - p));
    return t->start + (uint64_t)((nl ? nl + 1 : end) - t->bytes);
}

static void online_verdict(struct following *f, enum verdict v, const char *reason)
{
    follow_result(f->out, f->path, &f->tail, f->online, &f->plan, v, reason);
}

static bool fits_memory(const struct following *f, uint64_t bytes)
{
    uint64_t limit = f->o->check->check->max_memory;
    return bytes <= (limit ? limit : memory_default()) / BYTES_PER_BYTE;
}

static enum stage violation(struct following *f, size_t i)
{
    uint64_t bytes = end_of_event(&f->tail, i);
    const char *reason = online_reason(f->online);
    struct err e = {0};
    announce(f, tail_line(&f->tail, i), reason);
    if (f->o->check->no_evidence || !fits_memory(f, bytes)) {
        if (!f->o->check->no_evidence)
            say("%s: no evidence: reading %" PRIu64 " bytes again would take more memory than "
                "--max-memory allows", f->path, bytes);
        online_verdict(f, VERDICT_INVALID, reason);
        return STEP_DONE;
    }
    if (!check_prefix(f, bytes, f->o->check->quiet, &e)) {
        say("%s: no evidence: %s", f->path, e.text);
        online_verdict(f, VERDICT_INVALID, reason);
        return STEP_DONE;
    }
    if (f->out->result.verdict == VERDICT_INVALID ||
        (f->out->result.verdict == VERDICT_UNKNOWN &&
         follow_result_stands(f->out, f->online, reason)))
        return STEP_DONE;
    f->announced = false;
    follow_result_disputed(f->out, reason);
    say("%s", f->out->result.reason);
    return STEP_DONE;
}

/* Values that nothing refers to any more gather in the table: start another one. */
static void drop_values(struct following *f)
{
    struct values fresh, *old = &f->tail.h.values;
    if (old->n < f->values_limit)
        return;
    values_init(&fresh);
    const struct value_mover m = {.from = old, .to = &fresh};
    online_move(f->online, &m);
    f->plan.opt.initial = value_move(&m, f->plan.opt.initial);
    values_free(old);
    *old = fresh;
    f->values_limit = fresh.n * 2 > VALUES_MIN ? fresh.n * 2 : VALUES_MIN;
}

static enum stage push_lines(struct following *f, bool all)
{
    struct tail *t = &f->tail;
    bool readable = tail_take(t, all);
    if (!readable && !all) {
        stop_online(f, "its lines cannot be read one by one", t->lines + 1);
        return STEP_ON;
    }
    if (!readable)
        say("%s: warning: the last line is torn: it was dropped", f->path);
    for (size_t i = 0; i < t->h.events.n; i++) {
        const struct event ev = history_event(&t->h, i);
        enum online_state s = online_push(f->online, &ev);
        if (s == ONLINE_VIOLATED)
            return violation(f, i);
        if (s == ONLINE_LOST) {
            stop_online(f, online_reason(f->online), tail_line(t, i));
            return STEP_ON;
        }
    }
    t->h.events.n = 0;
    drop_values(f);
    return STEP_ON;
}

/* ---- the plan -------------------------------------------------------------------------------- */

static bool start_online(struct following *f)
{
    struct follow_plan *p = &f->plan;
    const char *initial = f->o->check->check->initial;
    struct online_options opt;
    struct err e;
    p->opt.initial = VAL_ABSENT;
    if (initial && !edn_parse_value(&f->tail.h.values, str_of(initial), &p->opt.initial, &e))
        return false;
    opt = p->opt;
    if (!initial)
        opt.initial = opt.model->default_initial;
    f->online = online_open(&f->tail.h, &opt);
    f->values_limit = VALUES_MIN;
    if (f->online)
        tail_rewind(&f->tail);
    return f->online != NULL;
}

static void new_plan(struct following *f)
{
    struct follow_plan *p = &f->plan;
    online_close(f->online);
    f->online = NULL;
    if (p->opt.model && !p->reason && !p->intervals && !start_online(f))
        p->reason = arena_printf(&p->arena, "a %s is not checked operation by operation%s",
                                 p->opt.model->name, p->opt.level ? " at this level" : "");
}

static enum stage make_plan(struct following *f, uint64_t bytes)
{
    const struct file_prefix prefix = {.fd = tail_file(&f->tail), .bytes = bytes};
    struct follow_plan plan;
    struct err e = {0};
    f->planned = bytes;
    if (!follow_plan(&plan, f->path, &prefix, f->o->check, &e)) {
        arena_free(&plan.arena);
        return unreadable(f, &e, bytes);
    }
    f->error = (struct err){0};
    bool same = f->online && follow_plan_same(&plan, &f->plan);
    plan.opt.initial = f->plan.opt.initial;
    arena_free(&f->plan.arena);
    f->plan = plan;
    if (!same)
        new_plan(f);
    if (bytes < BEGINNING)
        return STEP_ON;
    f->planning = false;
    if (plan.open && f->online)
        stop_online(f, "it is open whether its values are [key value] tuples (--independent says "
                       "it)", 0);
    return STEP_ON;
}

/* ---- ends ------------------------------------------------------------------------------------ */

static enum stage stopped(struct following *f, const char *why)
{
    char text[200];
    uint64_t ops = f->online ? online_counts(f->online).ops : 0;
    if (f->online)
        (void)snprintf(text, sizeof text, "%s after %" PRIu64 " operations: no violation among "
                       "them", why, ops);
    else if (f->good)
        (void)snprintf(text, sizeof text, "%s; there is no violation in the first %" PRIu64
                       " bytes", why, f->good);
    else
        (void)snprintf(text, sizeof text, "%s before anything was checked", why);
    online_verdict(f, VERDICT_UNKNOWN, text);
    return STEP_DONE;
}

/* Nothing more will come. */
static enum stage finish(struct following *f)
{
    if (f->online) {
        enum stage s = push_lines(f, true);
        if (s != STEP_ON)
            return s;
    }
    if (f->online && !f->plan.opt.level) {
        online_verdict(f, VERDICT_VALID, NULL);
        return STEP_DONE;
    }
    if (f->online && !fits_memory(f, f->tail.at))
        return stopped(f, "checking it as a whole would take more memory than --max-memory allows");
    return check_prefix(f, f->tail.at, f->o->check->quiet, f->e) ? STEP_DONE : STEP_ERROR;
}

static bool exists_beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    struct buf b = {0};
    buf_put(&b, slash ? (struct str){path, (size_t)(slash - path) + 1} : STR(""));
    buf_puts(&b, name);
    buf_putc(&b, '\0');
    bool yes = access(b.p, F_OK) == 0;
    buf_free(&b);
    return yes;
}

/* In a store the results are written when the history is complete. */
static bool has_results(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return strncmp(name, "history.", strlen("history.")) == 0 &&
           (exists_beside(path, "results.edn") || exists_beside(path, "results.json"));
}

static bool is_over(struct following *f)
{
    bool results = has_results(f->path);
    bool over = f->tail.ended || (results && f->results_seen) ||
                (f->o->idle > 0 && (double)(clock_ns() - f->grew) >= f->o->idle * SECOND);
    f->results_seen = results;
    return over;
}

static bool too_large(struct following *f, int64_t now)
{
    uint64_t limit = f->o->check->check->max_memory;
    if (now - f->measured < SECOND)
        return false;
    f->measured = now;
    return memory_held() > (limit ? limit : memory_default());
}

static enum stage must_stop(struct following *f)
{
    int64_t now = clock_ns();
    double limit = f->o->check->check->time_limit;
    if (watch_interrupted())
        return stopped(f, "interrupted");
    if (limit > 0 && (double)(now - f->began) >= limit * SECOND)
        return stopped(f, "the time limit was reached");
    if (too_large(f, now))
        return stopped(f, "the memory limit was reached");
    return STEP_ON;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static enum stage digest(struct following *f)
{
    uint64_t bytes = tail_complete(&f->tail);
    if (f->planning && bytes > f->planned) {
        enum stage s = make_plan(f, bytes);
        /* The plan may have turned back to the first line. */
        if (s != STEP_ON || tail_complete(&f->tail) < bytes)
            return s;
    }
    if (f->online)
        return push_lines(f, false);
    return tail_complete(&f->tail) > 0 ? check_again(f) : STEP_ON;
}

static enum stage next(struct following *f)
{
    bool more = false;
    enum stage s = must_stop(f);
    if (s != STEP_ON)
        return s;
    if (!tail_read(&f->tail, &more, f->e))
        return STEP_ERROR;
    if (more)
        f->grew = clock_ns();
    s = digest(f);
    if (more)
        show_progress(f, f->grew);
    if (s != STEP_ON || more)
        return s;
    if (is_over(f))
        return finish(f);
    show_progress(f, clock_ns());
    tail_wait(&f->tail, POLL_MS);
    return STEP_ON;
}

bool follow(struct check_file *out, const char *path, const struct follow_options *o,
            bool *announced, struct err *e)
{
    struct following f = {.path = path, .o = o, .out = out, .e = e, .planning = true};
    f.plan.opt.initial = VAL_ABSENT;
    if (!tail_open(&f.tail, path, o->check->load->format, e))
        return false;
    f.began = f.grew = f.measured = f.showed = clock_ns();
    enum stage s;
    do
        s = next(&f);
    while (s == STEP_ON);
    hide_progress(&f);
    *announced = f.announced;
    online_close(f.online);
    arena_free(&f.plan.arena);
    tail_close(&f.tail);
    return s == STEP_DONE;
}
