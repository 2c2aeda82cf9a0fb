/* Accounting: what went in, what came out, and what became of each element. Jepsen's checkers
 * total-queue, set, set-full, counter and unique-ids as one family: each is a table entry
 * (checker/property.h) that turns the operations of one key into a verdict and a struct account.
 *
 * Positions here are those of lin_op: 2 * event for invocations, 2 * event + 1 for completions. */
#ifndef BELIE_CHECKER_ACCOUNT_H
#define BELIE_CHECKER_ACCOUNT_H

#include "base/budget.h"
#include "histories/history.h"

struct key_result;
struct property;

/* What an operation does to the account. */
enum part {
    PART_ADD,      /* brings an element in */
    PART_READ,     /* returns everything */
    PART_TAKE,     /* takes one element out */
    PART_DRAIN,    /* takes everything out, as a list */
    PART_INCREASE, /* by its argument, or by 1 */
    PART_DECREASE,
    PART_GENERATE, /* returns a new id */
    PART_OTHER,    /* of no interest */
};

struct part_name {
    const char *f;
    enum part part;
};

struct account_input {
    const struct history *h;
    const uint32_t *ids; /* history ops of this key, by invocation */
    const uint8_t *part; /* enum part of each */
    size_t n;
    bool has_initial;
    val initial;
    bool nil_unknown; /* an ok result of nil says nothing */
    struct budget *budget;
};

/* What became of an element. Each has one, except that duplicated ones have another one, too. */
enum outcome {
    OUTCOME_OK,
    OUTCOME_STALE,      /* missing from a read after it was known, but there in a later one */
    OUTCOME_RECOVERED,  /* of an operation whose outcome was unknown: it did take effect */
    OUTCOME_NEVER_READ, /* nothing looked for it late enough to tell */
    OUTCOME_LOST,
    OUTCOME_UNEXPECTED, /* seen, but nothing can have brought it in */
    OUTCOME_DUPLICATED, /* seen more often than it can be there */
    OUTCOMES
};

extern const char *const outcome_names[OUTCOMES];

struct outcome_list {
    val *elements; /* sorted as by element_set_sort, distinct */
    size_t n;
    uint64_t copies; /* >= n where an element can come more than once */
};

enum { QUANTILES = 5, WORST = 8 };
extern const double quantile_points[QUANTILES]; /* 0 0.5 0.95 0.99 1, as Jepsen prints */

struct latencies {
    size_t n; /* 0: none, or the history has no times */
    int64_t ns[QUANTILES];
};

struct account_number {
    const char *name;
    int64_t n;
};

struct slow_element {
    val element;
    int64_t ns;
};

/* The books of one key. Everything lives in the key's arena. */
struct account {
    struct outcome_list list[OUTCOMES];
    struct account_number numbers[8]; /* ended by name == NULL */
    struct latencies stable, lost;    /* from known to seen for good; from known to last seen */
    struct slow_element worst[WORST]; /* stale ones, the slowest first */
    size_t nworst;
    val least, greatest; /* unique-ids: range of the integers among the ids; else VAL_ABSENT */
    const char *rule;    /* invalid: a word that `belie explain` explains */
};

/* ---- for the properties ------------------------------------------------------------------- */

static inline uint32_t account_inv(const struct op *op)
{
    return 2 * op->inv;
}

/* UINT32_MAX when the operation was not acknowledged. */
static inline uint32_t account_res(const struct op *op)
{
    return op->type == OP_OK ? 2 * op->ret + 1 : UINT32_MAX;
}

/* Check one key with property `p`: fills k->account, verdict, reason and counterexample. `in` comes
 * without parts, which are found here. */
bool account_key(const struct property *p, struct account_input *in, struct key_result *k,
                 struct err *e);

/* What an operation was asked to bring in: its argument, or where there is none what it said. */
val account_argument(const struct op *op);

/* The items of what `op` returned. False with an error when that is neither list nor set. A nil is
 * empty; *known is false when nothing is known (no value, or nil under nil_unknown). */
bool account_items(const struct account_input *in, const struct op *op, const val **items,
                   size_t *n, bool *known, struct err *e);

/* Error "FILE:LINE:COL: operation F V: what". Returns false. */
bool account_misfit(const struct account_input *in, const struct op *op, struct err *e,
                    const char *what);

/* Set a number of the books; names are static. */
void account_number(struct account *a, const char *name, uint64_t n);

/* Take n elements (copied) into the list of `outcome`. O(n). */
void account_list(const struct account_input *in, struct key_result *k, enum outcome outcome,
                  const val *elements, size_t n, uint64_t copies);

/* Quantiles of `ns`, which is sorted in place. */
void account_latencies(struct latencies *l, int64_t *ns, size_t n);

/* From event `from` to event `to`, at least 0; NO_TIME when one of them has no time. */
int64_t account_elapsed(const struct history *h, uint32_t from, uint32_t to);

/* The operations of the counterexample, `bad` the one that contradicts the others: in any order,
 * NO_EVENT and repeated ones are left out. At most ACCOUNT_SHOWN. */
enum { ACCOUNT_SHOWN = 24 };
void account_show(struct key_result *k, const uint32_t *ops, size_t n, uint32_t bad);

/* The verdict unknown, with its reason. */
void account_unknown(struct key_result *k, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* True when the budget ran out: the verdict is then unknown and says why. */
bool account_stopped(const struct account_input *in, struct key_result *k);

#endif
