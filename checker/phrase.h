/* Operations, values and events in English. Owner rule: a speaker's text is moved into the key's
 * arena by say_keep; buf_free(&s.b) when done. */
#ifndef BELIE_CHECKER_PHRASE_H
#define BELIE_CHECKER_PHRASE_H

#include "checker/check.h"

enum { STEPS_MAX = 40 };

struct speaker {
    struct object *o;
    const struct history *h;
    struct key_result *k;
    struct buf b;
};

void say_val(struct speaker *s, val v);
/* "op 17": the event's :index where it has one, else its number from 0. */
void say_event(struct speaker *s, uint32_t event);
/* "write of 2 by process 3", "dequeue 5 by process 1". op: index into object ops, also below. */
void say_op(struct speaker *s, uint32_t op);
/* " (op 3 to op 7)" or " (invoked at op 3, outcome unknown)". */
void say_span(struct speaker *s, uint32_t op);
/* What was said so far, in the key's arena; the speaker starts anew. */
const char *say_keep(struct speaker *s);
/* The same as a step of the key's argument; beyond STEPS_MAX steps it is dropped. */
void say_end_step(struct speaker *s);
/* A step: x completed at .., before y was invoked at .., and what follows. Nothing when x or y is
 * UINT32_MAX. */
void say_before(struct speaker *s, uint32_t x, uint32_t y, const char *therefore);
/* A step: the operation, its span, `after`. Nothing for UINT32_MAX. */
void say_one(struct speaker *s, uint32_t op, const char *after);

#endif
