/* Checking a history while it is being recorded: events go in one by one, in the order of the file,
 * and the first event after which no order explains the results is known when it goes in.
 *
 * What is kept is the open window: operations that have not completed, crashed ones that may still
 * take effect, and what later results can depend on (the values of a register that can still be
 * read, the contents of a queue or a set).
 *
 * Exact or not at all: what the online algorithm of a model does not cover (see struct online_kind)
 * makes it ONLINE_LOST with the reason, and whoever pushes falls back on check_history.
 * Owner rule: online_open's result is freed with online_close; the history must outlive it. */
#ifndef BELIE_CHECKER_ONLINE_H
#define BELIE_CHECKER_ONLINE_H

#include "checker/model.h"
#include "histories/value_move.h"

enum online_state {
    ONLINE_GOING,    /* linearizable so far; of a weaker level: nothing is broken for good */
    ONLINE_VIOLATED, /* the event pushed last completes a violation */
    ONLINE_LOST,     /* not decidable by this algorithm from here on */
};

struct online_options {
    const struct model *model;
    const struct property *level; /* NULL: linearizable */
    val initial;
    bool nil_unknown; /* as in struct check_options */
    bool lenient;     /* as in struct pair_options */
    bool tuples;      /* values are [key value] */
    bool one_object;  /* keys that events carry do not count */
};

struct online_counts {
    uint64_t events;   /* pushed */
    uint64_t ops, ok, fail;
    size_t keys, open; /* objects; operations without completion that may still get one */
};

struct online;

/* NULL when no online algorithm covers the model and level. Values of events are those of
 * h->values. */
struct online *online_open(const struct history *h, const struct online_options *o);
void online_close(struct online *o);

/* After anything but ONLINE_GOING, no more events may be pushed. Amortised O(log w), w being the
 * size of the window. */
enum online_state online_push(struct online *o, const struct event *e);

/* One sentence after ONLINE_VIOLATED or ONLINE_LOST. */
const char *online_reason(const struct online *o);
/* The key that the event pushed last is about. */
val online_key(const struct online *o);
const char *online_algorithm(const struct online *o);
struct online_counts online_counts(const struct online *o);
/* The i-th object by first appearance, i < online_counts().keys: its key and operations. */
val online_object(const struct online *o, size_t i, size_t *ops);

/* What is kept of all objects besides open operations: values, elements, crashed operations.
 * O(keys). */
size_t online_kept(const struct online *o);

/* All values that are kept, to another table, before it takes the place of h->values. */
void online_move(struct online *o, const struct value_mover *m);

#endif
