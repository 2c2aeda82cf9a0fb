/* Small histories as the literature writes them, session by session:
 *
 *   A: w x 1, r y 0 | B: w y 1, r x 0
 *
 * `w x 1` writes 1 to x, `r x 0` reads the initial value of x. */
#ifndef BELIE_HISTORIES_COMPACT_H
#define BELIE_HISTORIES_COMPACT_H

#include <stdbool.h>

struct compact_op {
    unsigned session; /* from 0 */
    bool write;
    char key;
    int value; /* 0: the initial one */
};

/* Is the text in this notation? */
bool compact_is(const char *text);
/* The next operation from *p on, which goes past it. *op is the one before it, at first {0}. False
 * at the end. */
bool compact_next(const char **p, struct compact_op *op);

#endif
