/* One key as its replicas show it: updates, reads, and who served them.
 *
 * The place of an operation is its :node, where the history records nodes, else its process: what
 * keeps one state that only grows. Positions are those of lin_op, from account.h.
 * Owner rule: free with replicas_free. */
#ifndef BELIE_CHECKER_REPLICAS_REPLICAS_H
#define BELIE_CHECKER_REPLICAS_REPLICAS_H

#include "base/sort.h"
#include "checker/elements.h"
#include "checker/levels/level.h"

enum replica_part {
    REPLICA_READ,
    REPLICA_WRITE,  /* of a register */
    REPLICA_ADD,    /* an element, or to a counter */
    REPLICA_REMOVE, /* an element */
    REPLICA_OTHER,
};

enum replica_kind { KIND_NONE, KIND_REGISTER, KIND_SET, KIND_COUNTER };

struct replica_op {
    uint32_t op; /* history op */
    enum replica_part part;
    uint32_t place;
    uint32_t begin, end; /* positions; end = UINT32_MAX: outcome unknown */
    val value;           /* of an update its argument, of a read what it returned */
    int64_t amount;      /* counters: what is added, or was returned */
    bool final;          /* the read of its place that counts in the end */
};

struct replicas {
    const struct history *h;
    struct key_result *k;
    struct budget *budget;
    val initial;
    bool nil_unknown;
    enum replica_kind kind;
    struct replica_op *ops; /* by begin, without failed ones and crashed reads */
    uint32_t n;
    bool nodes; /* places are nodes */
    struct elements places;
    uint32_t *final; /* per place: its final read, into ops, or NO_EVENT */
    uint32_t nfinal;
    bool settled;    /* they began as late as was asked for */
    bool marked;     /* final reads are marked :final? true; else they began after everything */
    uint32_t updated; /* the end of the last update, its begin when it crashed */
    uint32_t quiet;  /* from this position on nothing was updated, as far as is known, and no fault
                        was active */
    uint32_t updates, crashed, reads; /* acknowledged updates, crashed ones, reads */
};

/* `in` as a level gets it. `settle`: unmarked final reads begin so many ns after `quiet`.
 * `kind`: what the key is, or KIND_NONE to find out. False with an error for operations that do not
 * fit. O(n log n). */
bool replicas_make(struct replicas *r, const struct level_input *in, struct key_result *k,
                   enum replica_kind kind, struct err *e);
void replicas_free(struct replicas *r);

/* Everything was updated before the final reads began, they exist for all places, and there is
 * something to test; else the verdict is unknown, with the reason. */
bool replicas_testable(struct replicas *r);

/* What was found wrong with final reads counts only when they are said to be final: marked, or
 * begun
 * --converge-within after everything. Else the verdict becomes unknown. */
void replicas_soften(struct replicas *r);

/* The verdict invalid: shows the operations (into r->ops; NO_EVENT is left out), `bad` the last of
 * the argument; `fmt` is the reason. */
void replicas_invalid(struct replicas *r, const uint32_t *ops, size_t n, const char *word,
                      const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Begins and ends of operations as (position, operation) words in order, ended by UINT64_MAX; freed
 * by the caller with mem_free. */
uint64_t *replicas_order(const struct replicas *r);

/* " on n1", where nodes are known. */
void say_place(struct speaker *s, const struct replicas *r, uint32_t place);

/* What is demanded beyond agreement of final reads. */
struct demands {
    bool finals_only; /* nothing of other reads */
    bool grows;       /* no decrements or removals */
    bool tombstones;  /* a removed element never comes back: 2P-set */
    bool observed;    /* a removal takes only what its place had seen: OR-set */
    bool last_wins;   /* registers: values have one order, the greatest wins */
    bool many;        /* registers: reads return all values that nothing superseded */
};

/* Each sets the verdict, valid when nothing speaks against it. */
void judge_counter(struct replicas *r, const struct demands *d);
void judge_set(struct replicas *r, const struct demands *d);
void judge_register(struct replicas *r, const struct demands *d);

/* The one for its kind, unless the verdict is open already. */
static inline void judge_replicas(struct replicas *r, const struct demands *d)
{
    if (r->k->verdict != VERDICT_VALID)
        return;
    if (r->kind == KIND_COUNTER)
        judge_counter(r, d);
    else if (r->kind == KIND_SET)
        judge_set(r, d);
    else if (r->kind == KIND_REGISTER)
        judge_register(r, d);
    else
        (void)replicas_testable(r);
}

#endif
