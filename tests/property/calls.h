/* Small histories of any object as one line of text, for vectors, oracle files and failing cases:
 *
 *   p0:enqueue(1)[1,2]  p1:dequeue()=1[3,4]  p2:read()=#{1 2}[5,-]  p3:add(1)[6,!7]  p4:pop()[8,?9]
 *
 * process, operation, argument, =result, [invocation,completion] as distinct positions, which are
 * also the times in ms, rounded down to even ones; - is no completion, ! fail, ? info. Arguments
 * and results are EDN, but "empty" is nil, <1 2> a list, {1 2} a set, and map{:a 1} a map. Short
 * names are those of the toy. Results of operations that did not end ok are ignored. */
#ifndef BELIE_TESTS_CALLS_H
#define BELIE_TESTS_CALLS_H

#include "histories/history.h"

enum { CALLS_MAX = 64, CALL_NAME = 20, CALL_TEXT = 200 };

struct call {
    uint32_t process;
    char f[CALL_NAME];
    char in[CALL_TEXT], out[CALL_TEXT]; /* EDN; "" is nil as argument, the argument as result */
    enum op_type type; /* OP_OK, OP_FAIL, OP_INFO */
    uint32_t inv, res; /* res = NO_EVENT: no completion at all (type OP_INFO) */
};

struct calls {
    struct call at[CALLS_MAX];
    size_t n;
};

/* A short name in notation; in and out override what the text says, where not NULL. */
struct call_name {
    const char *name, *f, *in, *out;
};

/* names: ended by name == NULL, or NULL. */
bool calls_parse(struct calls *c, const struct call_name *names, struct str line, struct err *e);
void calls_print(const struct calls *c, struct buf *out);
/* The history with events in the order of positions, paired. h is initialised here; on error it is
 * freed. */
bool calls_history(const struct calls *c, struct history *h, struct err *e);
/* Remove call i. */
void calls_drop(struct calls *c, size_t i);

/* to = the formatted text, cut to fit. */
void call_text(char to[CALL_TEXT], const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same, after what is there. */
void call_more(char to[CALL_TEXT], const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
