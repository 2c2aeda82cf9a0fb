#define _POSIX_C_SOURCE 200809L
#include "runners/recorder.h"

#include <errno.h>
#include <unistd.h>

enum { LAZY_BYTES = 1 << 16 };

static void put_val(struct recorder *r, const char *key, val v)
{
    buf_puts(&r->line, key);
    val_print_edn(r->values, v, &r->line);
}

static void put_lines(struct recorder *r)
{
    struct str s = buf_str(&r->line);
    while (s.n && !r->failed) {
        ssize_t n = write(r->fd, s.p, s.n);
        if (n < 0 && errno != EINTR)
            r->failed = !err_set(&r->why, ERR_IO, "writing the history: %s", strerror(errno));
        if (n > 0)
            s = (struct str){s.p + n, s.n - (size_t)n};
    }
}

bool recorder_flush(struct recorder *r, struct err *err)
{
    if (r->fd >= 0)
        put_lines(r);
    r->line.n = 0;
    if (r->failed && err)
        *err = r->why;
    return !r->failed;
}

/* :kind, or [:kind "in words"] as Jepsen's clients say it. */
static void put_error(struct recorder *r, const struct record *e)
{
    buf_puts(&r->line, e->message ? ", :error [:" : ", :error :");
    buf_puts(&r->line, e->error);
    if (e->message) {
        buf_putc(&r->line, ' ');
        edn_print_string(str_of(e->message), &r->line);
        buf_putc(&r->line, ']');
    }
}

bool recorder_add(struct recorder *r, const struct record *e, struct err *err)
{
    static const char *const types[] = {"invoke", "ok", "fail", "info"};
    const size_t from = r->line.n;
    buf_puts(&r->line, "{:index ");
    buf_i64(&r->line, r->index++);
    buf_puts(&r->line, ", :time ");
    buf_i64(&r->line, e->time);
    buf_puts(&r->line, ", :type :");
    buf_puts(&r->line, types[e->type]);
    buf_puts(&r->line, ", :process ");
    if (e->process < 0)
        buf_puts(&r->line, ":nemesis");
    else
        buf_i64(&r->line, e->process);
    put_val(r, ", :f ", e->f);
    put_val(r, ", :value ", e->value);
    if (e->node != VAL_NIL)
        put_val(r, ", :node ", e->node);
    if (e->error)
        put_error(r, e);
    if (e->receipt) {
        buf_puts(&r->line, ", :receipt ");
        edn_print_string(str_of(e->receipt), &r->line);
    }
    if (e->delivered != VAL_NIL)
        put_val(r, ", :delivered ", e->delivered);
    if (e->final)
        buf_puts(&r->line, ", :final? true");
    buf_puts(&r->line, "}\n");
    if (r->text)
        buf_put(r->text, (struct str){r->line.p + from, r->line.n - from});
    if (r->faults && e->process < 0 && !recorder_add(r->faults, e, err))
        return false;
    return (r->lazy && !r->failed && r->line.n < LAZY_BYTES) || recorder_flush(r, err);
}

void recorder_free(struct recorder *r)
{
    buf_free(&r->line);
}
