/* What readers of interval formats share: lines of operations with a begin and an end in time, and
 * how these become events in one order. */
#ifndef BELIE_HISTORIES_INTERVALS_H
#define BELIE_HISTORIES_INTERVALS_H

#include "histories/history.h"

#define NO_END INT64_MAX /* no completion was seen */

struct interval {
    int64_t start, end; /* end >= start, or NO_END */
    uint64_t offset;    /* of its line in the source */
    enum op_type type;  /* OP_OK, OP_FAIL or OP_INFO */
    val process, f, key, in, out;
};

struct intervals {
    struct history *h;
    struct interval *ops;
    size_t n, cap;
    int64_t next_process; /* larger than every number seen */
};

/* What it means that one operation ends at the very time at which another begins. */
enum interval_ties {
    TIES_CONCURRENT, /* intervals are closed, as in Porcupine */
    TIES_ORDERED,    /* the one that ends comes first, as in FPTLin */
};

/* Completed, without a key; all else unset. */
struct interval interval_blank(void);
/* Append an operation of a numbered process. Amortised O(1). */
void intervals_add(struct intervals *v, int64_t process, struct interval op);

enum { INTERVAL_WORDS = 64 }; /* more on one line are an error */

/* Adds the operation that a line's n words describe. False, with *what = what was expected instead,
 * when they describe none. `ctx` is the reader's. */
typedef bool interval_line_fn(struct intervals *v, const struct str *words, size_t n, void *ctx,
                              const char **what);

/* Append the events of all operations to the history. Of operations of one process that overlap
 * (or touch, under TIES_CONCURRENT) the later one gets a process number of its own: that only drops
 * an order that the times do not give. O(n log n). */
void intervals_events(const struct intervals *v, enum interval_ties ties);

/* Read the whole text of h, one operation per line; empty lines and comments from # are skipped, a
 * torn last line is dropped with a warning. Then intervals_events. */
bool intervals_read(struct history *h, enum interval_ties ties, interval_line_fn *line, void *ctx,
                    struct err *e);

/* The words of a line up to a comment; more than INTERVAL_WORDS are counted but not kept. */
size_t interval_words(struct str line, struct str words[INTERVAL_WORDS]);

/* The three numbers `process start end` that begin a line, where an end of `-` means NO_END. False
 * when the words are something else. Sets start and end of *op. */
bool interval_times(const struct str *words, int64_t *process, struct interval *op);

#endif
