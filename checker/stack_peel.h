/* Private to the stack engine: peeling, and what is left when it gets stuck. */
#ifndef BELIE_CHECKER_STACK_PEEL_H
#define BELIE_CHECKER_STACK_PEEL_H

#include "checker/cover.h"
#include "checker/pile.h"
#include "checker/stabs.h"

/* Cells are the times between two neighbouring begins or ends of certain times. */
struct peel {
    const struct pile *p;
    struct budget *budget;
    uint32_t *cell; /* per moment */
    uint32_t cells;
    struct cover cover;
    struct stabs all; /* operations by their first cell */
    uint32_t *op_of;  /* of an item of `all` */
    uint32_t *upto;   /* per cell: the items that begin no later are all before this one */
    struct stabs peeks; /* as p->peeks */
    uint64_t *met;    /* bit per op: it has a moment */
    uint32_t *left;   /* per element: its operations without a moment; 0 also when not certain */
    uint32_t *lone;   /* per element: a cell that only it covered, as a list through lone_next */
    uint32_t *lone_next;
    uint32_t *order;  /* elements that came off, the lowest first */
    uint32_t norder, nremoved, ncertain;
};

void peel_open(struct peel *q, const struct pile *p, struct budget *budget);
void peel_close(struct peel *q);
/* Peel as far as it goes: VALID when nothing is left, INVALID when it is stuck, UNKNOWN when the
 * budget stopped it. O(n log n). */
enum verdict peel_run(struct peel *q);

/* Of a peel that is stuck: elements none of which can lie lowest, few of them, and evident as early
 * as possible. False: all such sets that were found have an element that a crashed take may have
 * taken; one of each has been granted, so that peeling may get further.
 * O(n + covers), covers: elements that cover stuck operations together. */
bool stack_core(const struct peel *q, struct pile_clash *c);

/* Drop elements from a clash as long as it stays one. */
void stack_shrink(const struct pile *p, struct budget *budget, struct pile_clash *c);

#endif
