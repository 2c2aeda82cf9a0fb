/* A history that a program adds to. What it adds is checked at once, so that errors come from the
 * call that is wrong; pairing, keys and lint are done when the history is looked at.
 * Owner rule: the struct history is borrowed; free with made_free. */
#ifndef BELIE_REPORTS_MADE_HISTORY_H
#define BELIE_REPORTS_MADE_HISTORY_H

#include "reports/belie.h"

#include "base/buf.h"
#include "base/hash.h"
#include "histories/intervals.h"

struct made_history {
    struct history *h;
    struct map64
        latest; /* process -> MADE_IDLE, MADE_CRASHED, or the event of its open invocation */
    struct intervals intervals;
    struct buf lines; /* the text: one empty line for each event or operation */
    size_t operations;
    bool keyed; /* some operation has a key */
    bool stale; /* h->ops do not have everything yet */
};

void made_init(struct made_history *m, struct history *h, const char *name);
void made_free(struct made_history *m);

/* Both: false, with nothing added, when the operation cannot be. O(1) amortised. */
bool made_add(struct made_history *m, const struct belie_event *event, struct err *e);
bool made_add_operation(struct made_history *m, const struct belie_operation *op, struct err *e);

/* Bring h->ops up to date. O(events log events) for operations, else O(events). */
bool made_refresh(struct made_history *m, struct err *e);

#endif
