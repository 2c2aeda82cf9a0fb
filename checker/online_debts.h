/* Effects that are certain, of which it is not yet known whose they are. A result may force some
 * open operation to have taken effect by now (a counter was read higher than what is counted so
 * far): that is a debt with a due position, which one operation that was invoked before it has to
 * pay. Crashed operations can pay at any time; an operation that completes pays by then.
 *
 * When an operation with such an effect completes, it pays the earliest debt that is due after its
 * invocation: all others can only be paid by operations that began before them as well, and the
 * later a debt is due, the more operations can pay it. What is owed can be paid iff, both sorted,
 * the j-th debt is due after the invocation of the j-th payer (Hall, 1935, for half-lines).
 * Owner rule: online_debts_free. */
#ifndef BELIE_CHECKER_ONLINE_DEBTS_H
#define BELIE_CHECKER_ONLINE_DEBTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Positions in ascending order, from `first` on. */
struct positions {
    uint64_t *at;
    size_t first, end, cap;
};

struct online_debts {
    struct positions due, payers;
};

void online_debts_free(struct online_debts *d);

static inline size_t online_debts_open(const struct online_debts *d)
{
    return d->due.end - d->due.first;
}

static inline size_t online_debts_payers(const struct online_debts *d)
{
    return d->payers.end - d->payers.first;
}

/* An operation invoked at `inv`, the latest so far, can pay. */
void online_debts_payer(struct online_debts *d, uint64_t inv);
/* One more debt, due now. */
void online_debts_owe(struct online_debts *d, uint64_t now);
/* The payer of `inv` completed with this effect. False when there is nothing for it to pay, that is
 * when the effect is a new one. What could be paid before can be paid after. O(payers behind it) */
bool online_debts_settle(struct online_debts *d, uint64_t inv);
/* The payer of `inv` turned out to have no effect. */
void online_debts_leave(struct online_debts *d, uint64_t inv);
/* One debt due at `due` was paid by someone in particular. */
void online_debts_drop(struct online_debts *d, uint64_t due);
/* Can everything be paid? O(open debts) */
bool online_debts_payable(const struct online_debts *d);
/* No operation that is open was invoked before `oldest`: an earlier debt can only be paid by a
 * crashed operation, whichever. True when there was one, which is then paid. */
bool online_debts_prune(struct online_debts *d, uint64_t oldest);

#endif
