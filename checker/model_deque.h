/* What a deque is used as. */
#ifndef BELIE_CHECKER_MODEL_DEQUE_H
#define BELIE_CHECKER_MODEL_DEQUE_H

#include "checker/model.h"

enum deque_use {
    DEQUE_QUEUE, /* all comes in at one end and leaves, or is seen, at the other */
    DEQUE_STACK, /* all happens at one end */
    DEQUE_BOTH,
};

/* For objects of model deque; a deque that nothing comes out of is a queue. O(operations). */
enum deque_use deque_use(const struct object *o);

#endif
