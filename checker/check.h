/* The checker's front door: history in, verdicts with evidence out. Pure: no I/O, no clock.
 * Owner rule: struct check_result owns everything it points to; free with check_result_free. */
#ifndef BELIE_CHECKER_CHECK_H
#define BELIE_CHECKER_CHECK_H

#include "base/budget.h"
#include "checker/engine.h"
#include "checker/model.h"

#include <stdarg.h>

struct account;
struct edge;
struct property;
struct spectrum;
struct staleness;
struct view;

/* What levels with a measure are held against. 0: no bound was given. */
struct check_bounds {
    int64_t staleness; /* ns that a read may be behind */
    uint32_t k;        /* a read returns one of the last k writes */
    int64_t deviation; /* that the read of a counter may be off */
    int64_t order;     /* acknowledged writes whose version is out of real-time order, per key */
    int64_t converge;  /* ns after the last update or fault by which replicas agree */
};

struct check_options {
    const struct property *property; /* NULL: linearizable */
    const struct model *model; /* NULL: detect */
    const char *algorithm;     /* engine name, or NULL / "auto" */
    bool has_initial;
    val initial; /* in the history's value table */
    bool nil_unknown;
    bool evidence; /* minimal core and argument for invalid keys */
    size_t core_long; /* cores with more strict operations get a window as well; 0: 24 */
    bool witness;  /* keep a linearization for valid keys */
    unsigned jobs;
    const struct view *view; /* of the history, when there is one already (checker/levels/view.h) */
    bool weaker_hold; /* the levels that `property` implies are known to hold: not asked again */
    struct check_bounds bounds;
    uint64_t max_explored;   /* searches give up after so many configurations of a key; 0: never */
    struct budget *budget; /* never NULL */
};

/* One operation of a minimal core. The core by itself is not linearizable when its strict
 * operations are as recorded and the others are taken as crashed (they may take effect at any time
 * after their invocation, or never). Operations of the key that are not in the core are not needed:
 * observers, and mutations that no operation of the core can have observed. */
struct core_op {
    uint32_t op; /* index into history ops */
    bool strict;
};

struct key_result {
    val key;
    enum verdict verdict;
    const char *algorithm;
    const char *why_algorithm; /* why dispatch chose it */
    const char *reason;        /* for unknown: cause; for invalid: the rule, one English sentence */
    size_t ops, crashed;
    uint64_t explored;         /* configurations, or operations for the linear engines */
    uint32_t certified;        /* the history cut after this many events is linearizable for this
                                  key; all events when it is valid */
    /* invalid */
    enum rule rule;
    uint32_t bad_op;           /* history op that could not be placed, or NO_EVENT */
    uint32_t failed_op;        /* history op of an aborted read's failed write, or NO_EVENT */
    uint32_t origin_op;        /* history op that wrote what bad_op found too late, where the core
                                  needs no such write to be impossible; or NO_EVENT */
    bool minimal;              /* no strict operation of the core can be relaxed */
    struct core_op *core;      /* by invocation */
    size_t ncore;
    const char **steps;        /* the argument, numbered by the reader */
    size_t nsteps;
    const char **states;       /* object states possible just before the violation */
    size_t nstates;
    struct account *account; /* the books of an accounting property (checker/account.h); its core
                                is what shows the violation; NULL for a level */
    bool level;        /* of a level of checker/levels/: core and steps show the violation */
    const char *word;  /* the word that `belie explain` explains, where it is not that of `rule` */
    struct staleness *staleness; /* measured (checker/staleness/books.h), or NULL */
    struct edge *edges; /* how the operations of the core are ordered (checker/levels/level.h) */
    size_t nedges;
    /* where the core is long: the last of it, by invocation, which has no order from any of the
     * states that are possible at event `since`, once all that had completed by then is in */
    struct core_op *window;
    size_t nwindow;
    uint32_t since;
    const char **since_states;
    size_t nsince_states;
    /* valid, when asked */
    uint32_t *witness;         /* history op indices in linearization order */
    size_t nwitness;
    struct arena arena; /* of this key: keys are checked in parallel */
};

struct check_result {
    struct arena arena;
    enum verdict verdict; /* false > unknown > true */
    const struct model *model;
    const char *model_reason;
    const char *property; /* its name, e.g. "linearizable" */
    const char *reason;
    struct key_result *keys; /* by first appearance */
    size_t nkeys;
    size_t ops, ok, fail, info;
    struct spectrum *spectrum; /* of property "all", whose keys are those of the level that shows
                                  the evidence; else NULL */
    struct check_result *next; /* of the next property that was asked, or NULL; freed with this */
};

/* The word of what an invalid key breaks, for `belie explain`; or NULL. */
const char *key_rule(const struct key_result *k);

/* false > unknown > true: the worse of two verdicts. */
enum verdict verdict_merge(enum verdict x, enum verdict y);

/* The verdict unknown, with its reason. */
void key_unknown(struct key_result *k, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Check `h` (loaded, with ops). False only for errors (ops that do not fit the model, unknown
 * algorithm); verdicts, also `unknown`, are results. */
bool check_history(const struct history *h, const struct check_options *opt,
                   struct check_result *r, struct err *e);
void check_result_free(struct check_result *r);

#endif
