/* k-atomicity of a register: is there an order, keeping real time, in which each read returns one
 * of the last k writes (the initial value counts as one)? */
#ifndef BELIE_CHECKER_STALENESS_K_ATOMIC_H
#define BELIE_CHECKER_STALENESS_K_ATOMIC_H

#include "base/budget.h"
#include "checker/staleness/versions.h"

enum k_answer { K_YES, K_NO, K_GAVE_UP };

/* k = 2. `t` has no cas, no trouble, and no read that ended before its version began. */
enum k_answer k_two(const struct versions *t, struct budget *budget);

/* Any k, by search. Gives up when more than 64 operations are open, after `most` configurations, or
 * when the budget ends. */
enum k_answer k_search(const struct versions *t, uint32_t k, uint64_t most, struct budget *budget);

/* The operations of `t` (object ops, *n of them, freed by the caller with mem_free) that are not
 * k-atomic by themselves, few of them: t as a whole must not be k-atomic. `most` as in k_search. */
uint32_t *k_core(const struct versions *t, uint32_t k, uint64_t most, struct budget *budget,
                 size_t *n);

#endif
