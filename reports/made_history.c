#include "reports/made_history.h"

#include "base/mem.h"
#include "reports/library_handles.h"

#include <inttypes.h>

/* Values of made_history.latest; other values are an event plus MADE_OPEN. */
enum { MADE_IDLE = 0, MADE_CRASHED = 1, MADE_OPEN = 2 };

void made_init(struct made_history *m, struct history *h, const char *name)
{
    *m = (struct made_history){.h = h, .intervals = {.h = h}};
    history_init(h);
    (void)source_memory(&h->source, name, (struct str){"", 0});
    h->format = "memory";
}

void made_free(struct made_history *m)
{
    map64_free(&m->latest);
    mem_free(m->intervals.ops);
    buf_free(&m->lines);
    *m = (struct made_history){0};
}

/* ---- what both kinds have in common
 * -------------------------------------------------------------*/

static bool name_fits(const char *f, struct err *e)
{
    if (f && *f && strlen(f) < 256)
        return true;
    return err_set(e, ERR_USAGE, "an operation needs a name f of 1 to 255 bytes");
}

static bool process_fits(int64_t process, struct err *e)
{
    return process >= 0 ||
           err_set(e, ERR_USAGE, "processes are numbered from 0, not %" PRId64, process);
}

static bool value_fits(const struct made_history *m, belie_value v, const char *what, struct err *e)
{
    return library_value_exists(m->h, v) ||
           err_set(e, ERR_USAGE, "the %s is no value of this history", what);
}

static bool has_room(const struct made_history *m, struct err *e)
{
    return m->lines.n < NO_EVENT / 2 - 1 ||
           err_set(e, ERR_USAGE, "a history holds at most 2^31 - 2 of them");
}

/* The key as the rest of the program has it: nil is no key, as readers mean it. */
static val key_of(struct made_history *m, belie_value key)
{
    if (key == BELIE_NIL || key == BELIE_NONE)
        return VAL_ABSENT;
    m->keyed = true;
    return key;
}

static val name_of(struct made_history *m, const char *f)
{
    return val_text(&m->h->values, V_KEYWORD, str_of(f));
}

static void added(struct made_history *m)
{
    buf_putc(&m->lines, '\n');
    m->stale = true;
}

/* ---- events
 * -------------------------------------------------------------------------------------*/

static bool may_invoke(uint32_t latest, const struct belie_event *event, struct err *e)
{
    if (latest == MAP64_NONE || latest == MADE_IDLE)
        return true;
    return err_set(e, ERR_USAGE, "process %" PRId64 " invokes %s, but %s", event->process, event->f,
                   latest == MADE_CRASHED
                       ? "the outcome of its last operation is unknown: go on as a new process"
                       : "its last operation has not completed");
}

static bool may_complete(const struct made_history *m, uint32_t latest,
                         const struct belie_event *event, struct err *e)
{
    if (latest == MAP64_NONE || latest < MADE_OPEN)
        return err_set(e, ERR_USAGE, "process %" PRId64 " completes, but it has no open operation",
                       event->process);
    struct str f = val_get_text(&m->h->values, m->h->events.f[latest - MADE_OPEN]);
    return !event->f || str_is(f, event->f) ||
           err_set(e, ERR_USAGE, "process %" PRId64 " completes %s, but it has invoked %.*s",
                   event->process, event->f, (int)f.n, f.p);
}

static bool event_fits(const struct made_history *m, const struct belie_event *event,
                       uint32_t latest, struct err *e)
{
    if (m->intervals.n > 0)
        return err_set(e, ERR_USAGE, "this history is made of whole operations, not of events");
    if ((unsigned)event->type > BELIE_INFO)
        return err_set(e, ERR_USAGE, "an event has type BELIE_INVOKE, OK, FAIL or INFO");
    if (!has_room(m, e) || !process_fits(event->process, e) ||
        !value_fits(m, event->value, "value", e) || !value_fits(m, event->key, "key", e))
        return false;
    if (event->type == BELIE_INVOKE)
        return name_fits(event->f, e) && may_invoke(latest, event, e);
    return may_complete(m, latest, event, e);
}

bool made_add(struct made_history *m, const struct belie_event *event, struct err *e)
{
    val process = event->process >= 0 ? val_int(&m->h->values, event->process) : VAL_ABSENT;
    uint32_t latest = map64_get(&m->latest, process);
    if (!event_fits(m, event, latest, e))
        return false;
    bool invoke = event->type == BELIE_INVOKE;
    struct event ev = {.type = (enum op_type)event->type,
                       .process = process,
                       .value = event->value,
                       .time = event->time,
                       .index = -1,
                       .version = event->version < 0 ? -1 : event->version,
                       .offset = m->lines.n};
    ev.f = invoke ? name_of(m, event->f) : m->h->events.f[latest - MADE_OPEN];
    ev.key = invoke ? key_of(m, event->key) : m->h->events.key[latest - MADE_OPEN];
    uint32_t now = invoke                      ? (uint32_t)m->h->events.n + MADE_OPEN
                   : event->type == BELIE_INFO ? MADE_CRASHED
                                               : MADE_IDLE;
    map64_put(&m->latest, process, now);
    history_add_event(m->h, &ev);
    m->operations += invoke;
    added(m);
    return true;
}

/* ---- whole operations
 * ---------------------------------------------------------------------------*/

static bool operation_fits(const struct made_history *m, const struct belie_operation *op,
                           struct err *e)
{
    if (m->latest.n > 0)
        return err_set(e, ERR_USAGE, "this history is made of events, not of whole operations");
    if ((unsigned)op->type > BELIE_INFO || op->type == BELIE_INVOKE)
        return err_set(e, ERR_USAGE, "an operation has type BELIE_OK, FAIL or INFO");
    if (op->type != BELIE_INFO && (op->end < op->start || op->end == BELIE_NO_END))
        return err_set(e, ERR_USAGE,
                       "a completed operation needs an end that is not before its "
                       "start");
    return has_room(m, e) && name_fits(op->f, e) && process_fits(op->process, e) &&
           value_fits(m, op->in, "argument", e) && value_fits(m, op->out, "result", e) &&
           value_fits(m, op->key, "key", e);
}

bool made_add_operation(struct made_history *m, const struct belie_operation *op, struct err *e)
{
    if (!operation_fits(m, op, e))
        return false;
    struct interval i = interval_blank();
    i.type = (enum op_type)op->type;
    i.start = op->start;
    i.end = op->type == BELIE_INFO ? NO_END : op->end;
    i.f = name_of(m, op->f);
    i.key = key_of(m, op->key);
    i.in = op->in;
    i.out = op->out;
    i.offset = m->lines.n;
    intervals_add(&m->intervals, op->process, i);
    m->operations++;
    added(m);
    return true;
}

bool made_refresh(struct made_history *m, struct err *e)
{
    struct history *h = m->h;
    if (!m->stale)
        return true;
    h->source.text = buf_str(&m->lines);
    memset(h->warnings, 0, sizeof h->warnings);
    if (m->intervals.n > 0) {
        h->events.n = 0;
        h->intervals = true;
        intervals_events(&m->intervals, TIES_CONCURRENT);
    }
    const struct pair_options strict = {.lenient = false};
    if (!history_pair(h, &strict, e) || !history_split_keys(h, m->keyed ? SPLIT_AUTO : SPLIT_NO, e))
        return false;
    history_lint(h);
    m->stale = false;
    return true;
}
