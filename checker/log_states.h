/* States of append-only logs, as far as reads can tell them apart: a log that is the beginning of
 * no read is never read, whatever is appended to it, so all such logs are one state. The others are
 * the nodes of the tree of all reads. Memory and time to build: the elements read. */
#ifndef BELIE_CHECKER_LOG_STATES_H
#define BELIE_CHECKER_LOG_STATES_H

#include "base/buf.h"
#include "base/hash.h"
#include "histories/value.h"

enum { LOG_UNREAD = 0, LOG_EMPTY = 1 };

struct log_node {
    uint32_t parent;
    val last;
};

struct log_states {
    struct map64 next; /* node, element -> node */
    struct log_node *nodes;
    size_t n, cap;
};

void log_states_init(struct log_states *s);
/* The state of a log with these elements, made when it is new. */
uint32_t log_state_add(struct log_states *s, const val *items, size_t n);
/* `state` with v appended. O(1). */
uint32_t log_append(const struct log_states *s, uint32_t state, val v);
/* As EDN; of a long one only the end. */
void log_print(const struct log_states *s, const struct values *t, uint32_t state,
               struct buf *out);
void log_states_free(struct log_states *s);

#endif
