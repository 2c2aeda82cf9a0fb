/* What every report is made of: one checked input, and its operations as a person names them.
 * Reports are pure functions from a struct report to bytes. */
#ifndef BELIE_REPORTS_REPORT_H
#define BELIE_REPORTS_REPORT_H

#include "checker/coverage.h"

/* An option that was given, and that reading and checking the input again needs. */
struct report_option {
    const char *name, *value; /* value NULL: a flag */
};

/* One input. Exactly one of result, error, skipped is set. Borrows everything. */
struct report {
    const char *path;                  /* as the user named it */
    const struct history *history;     /* goes with result */
    const struct check_result *result; /* of the first property; the others follow by next */
    bool one; /* what is shown is result alone, see report_of */
    const char *error;   /* why it could not be read or checked */
    const char *known; /* invalid, but expected: why (a baseline says so); else NULL */
    const char *skipped; /* why it was not looked at (interrupted): the verdict is unknown */
    /* What the history covers, when that was asked: it goes into the verdict. Or NULL. */
    const struct coverage *coverage;
    bool has_initial;
    val initial; /* in history's values */
    const struct report_option *options; /* those that were given; the model and the properties are
                                            with the result */
    size_t noptions;
};

/* "true", "false", "unknown": the word that Knossos and elle-cli print. */
const char *verdict_word(enum verdict v);
/* Over all properties, and the coverage; VERDICT_UNKNOWN where there is no result. */
enum verdict report_verdict(const struct report *r);
/* More than one property was asked. */
bool report_several(const struct report *r);
/* The report of one property of `r` alone. */
struct report report_of(const struct report *r, const struct check_result *c);

/* The first key whose verdict is `v`, or NULL. */
const struct key_result *report_first_key(const struct report *r, enum verdict v);
size_t report_count_keys(const struct report *r, enum verdict v);

/* One operation of a minimal core, ready to be shown. */
struct shown_op {
    const struct op *op;
    uint32_t id;        /* index into history ops */
    bool strict, bad;   /* bad: the operation that could not be placed */
    bool failed;        /* not of the core: the failed write of what an aborted read observed */
    size_t line;        /* 1-based, of the invocation */
    int64_t index;      /* of the invocation: its :index, or its position among the events */
    int64_t done;       /* the same for the completion; -1 without one */
};

/* The core of `k` (and the failed operation that an aborted read observed) by invocation, with
 * In `a`. */
struct shown_op *report_core(const struct report *r, const struct key_result *k, struct arena *a,
                             size_t *n);
/* The same of the key's window. */
struct shown_op *report_window(const struct report *r, const struct key_result *k, struct arena *a,
                               size_t *n);

/* The number by which a person finds event `i`. */
int64_t report_event_index(const struct history *h, uint32_t i);

/* "2", "1 -> 2" (argument and result), "nil", "?" (result unknown): the value as EDN in one line,
 * at most `width` columns, safe for a terminal. */
void report_op_value(const struct history *h, const struct op *op, size_t width, struct buf *out);
/* A value as EDN in one line; "-" when absent. */
void report_value(const struct history *h, val v, size_t width, struct buf *out);

/* Append `s` in at most `width` columns (0: no limit): "..." where it was cut, control characters
 * and ill-formed bytes as '?'. */
void report_plain(struct str s, size_t width, struct buf *out);

/* Append `text` as report_plain does, in words wrapped at `width` columns, and a newline. The first
 * line starts at column `at`, the others are indented. */
void report_wrapped(struct str text, size_t width, size_t at, size_t indent, struct buf *out);

#endif
