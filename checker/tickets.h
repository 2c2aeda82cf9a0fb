/* Private to the ticket engine: what its scan and its evidence share. */
#ifndef BELIE_CHECKER_TICKETS_H
#define BELIE_CHECKER_TICKETS_H

#include "checker/engine.h"
#include "checker/number_states.h"

/* A violation, and the position at which it is complete. */
struct ticket_finding {
    enum rule rule; /* RULE_NONE: there is none */
    uint32_t op;    /* TOO_LOW: it; SAME_TICKET: the second; DATA_ORDER: comes first by number */
    uint32_t other; /* SAME_TICKET: the first; DATA_ORDER, TICKET_GAP: the operation with the
                       greater number, which ended too early */
    uint32_t evident;
};

/* How far the number that an operation found lies above the initial one; UINT64_MAX: below. */
static inline uint64_t ticket_offset(const struct object *o, uint32_t op)
{
    int64_t first = number_of(o, o->init_state);
    int64_t found = number_value(o, o->classes[o->ops[op].cls].b);
    return found < first ? UINT64_MAX : (uint64_t)found - (uint64_t)first;
}

static inline bool is_ticket(const struct object *o, uint32_t op)
{
    return o->classes[o->ops[op].cls].action == ACT_TICKET;
}

/* Were too few operations invoked before `op` completed to count up to its number? O(n). */
bool tickets_gap(const struct object *o, uint32_t op);
/* Fill rule, bad, culprits and steps. O(n). */
void tickets_explain(const struct object *o, const struct ticket_finding *f,
                     struct engine_result *out);

#endif
