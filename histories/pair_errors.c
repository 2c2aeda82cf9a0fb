/* Messages of pairing. They name both events, what is wrong and what to do. */
#include "histories/pair_errors.h"

#include "base/buf.h"

struct text pair_text(const struct history *h, val v)
{
    struct text t;
    struct buf b = {.max = sizeof t.z - 1};
    val_print_edn(&h->values, v, &b);
    memcpy(t.z, buf_str(&b).p, b.n);
    t.z[b.n] = '\0';
    buf_free(&b);
    return t;
}

struct text pair_name(const struct history *h, val f)
{
    return f == VAL_ABSENT ? (struct text){"an operation"} : pair_text(h, f);
}

/* "PATH:LINE:COL" of another event that the message speaks of. */
static struct text place_of(const struct history *h, size_t i)
{
    struct text t;
    size_t line, col;
    history_where(h, i, &line, &col);
    struct buf b = {.max = sizeof t.z - 1};
    buf_printf(&b, ":%zu:%zu", line, col);
    size_t room = sizeof t.z - 1 - b.n;
    const char *path = h->source.path ? h->source.path : "history";
    size_t skip = strlen(path) > room ? strlen(path) - room : 0;
    memcpy(t.z, path + skip, strlen(path) - skip);
    memcpy(t.z + strlen(path) - skip, b.p, b.n);
    t.z[strlen(path) - skip + b.n] = '\0';
    buf_free(&b);
    return t;
}

bool pair_double_invoke(const struct history *h, const struct op *open, size_t i, struct err *e)
{
    return source_error(&h->source, (size_t)h->events.offset[i], e,
                        "process %s invokes %s, but its %s invoked at %s is still open; a process "
                        "does one operation at a time: give concurrent operations their own "
                        ":process, or record the missing completion",
                        pair_text(h, h->events.process[i]).z, pair_name(h, h->events.f[i]).z,
                        pair_name(h, open->f).z, place_of(h, open->inv).z);
}

bool pair_after_crash(const struct history *h, const struct op *crashed, size_t i, struct err *e)
{
    bool invoke = h->events.type[i] == OP_INVOKE;
    return source_error(&h->source, (size_t)h->events.offset[i], e,
                        "process %s %s %s after its %s ended in :info at %s; that operation may "
                        "still be running: %s, or use --lenient to %s",
                        pair_text(h, h->events.process[i]).z, invoke ? "invokes" : "completes",
                        pair_name(h, h->events.f[i]).z, pair_name(h, crashed->f).z,
                        place_of(h, crashed->ret).z,
                        invoke ? "give what follows a new :process" : "keep one completion",
                        invoke ? "count it as a new process" : "ignore the second completion");
}

bool pair_other_f(const struct history *h, const struct op *open, size_t i, struct err *e)
{
    return source_error(&h->source, (size_t)h->events.offset[i], e,
                        "process %s completes %s, but the operation it invoked at %s is %s; one "
                        "of the two events is missing or misnamed",
                        pair_text(h, h->events.process[i]).z, pair_name(h, h->events.f[i]).z,
                        place_of(h, open->inv).z, pair_name(h, open->f).z);
}

bool pair_other_key(const struct history *h, const struct op *open, size_t i, struct err *e)
{
    return source_error(&h->source, (size_t)h->events.offset[i], e,
                        "this %s completes with :key %s, but it was invoked at %s with :key %s",
                        pair_name(h, open->f).z, pair_text(h, h->events.key[i]).z,
                        place_of(h, open->inv).z, pair_text(h, open->key).z);
}

bool pair_named_client(const struct history *h, size_t i, struct err *e)
{
    return source_error(&h->source, (size_t)h->events.offset[i], e,
                        "process %s is a name, and named processes are no clients: number the "
                        "clients, or use --lenient to ignore the operations of named processes",
                        pair_text(h, h->events.process[i]).z);
}

bool pair_ambiguous(const struct history *h, size_t i, struct err *e)
{
    return source_error(&h->source, (size_t)h->events.offset[i], e,
                        "several operations %s are open and none of them has this value, so "
                        "which one ends here cannot be told: record a :process with each event",
                        pair_name(h, h->events.f[i]).z);
}
