/* What can be asked of a history. Three kinds share one table: linearizable, which engines decide
 * for a model; the weaker levels of consistency (checker/levels/), which bring a function of their
 * own; and Jepsen's accounting properties, which look at what became of each element and need no
 * model. Levels form a lattice: each names the next weaker ones. */
#ifndef BELIE_CHECKER_PROPERTY_H
#define BELIE_CHECKER_PROPERTY_H

#include "checker/account.h"
#include "checker/check.h"

struct level_input;

struct property {
    const char *name, *summary, *complexity;
    const struct part_name *names; /* its operations, ended by f == NULL; NULL: the model's */
    bool ignores_others;           /* operations of other names cannot matter */
    /* Account for one key. NULL: a level. False for operations that do not fit. */
    bool (*run)(const struct account_input *in, struct key_result *k, struct err *e);

    /* Levels. What it implies directly, as names ended by NULL; NULL: not in the lattice. */
    const char *const *implies;
    /* Models whose operations it can judge, as names ended by NULL; NULL: all. */
    const char *const *judges;
    /* Other than linearizable: see checker/levels/level.h. */
    bool (*decide)(const struct level_input *in, struct key_result *k, struct err *e);
    bool per_key;   /* keys are decided by themselves */
    bool heeds_versions; /* recorded versions count: it asks more where there are some */
    bool any_model; /* looks at names and values itself: there may be no model */
    int cost;     /* of deciding it, to order the levels of a spectrum: 1 is cheap */
};

extern const struct property *const properties[]; /* NULL-terminated; the first is the default */
const struct property *property_find(struct str name);

extern const struct property property_linearizable, property_set, property_set_full,
    property_total_queue, property_counter, property_pn_counter, property_unique_ids,
    property_all;
extern const struct property level_sequential, level_causal_memory, level_causal_convergence,
    level_causal, level_processor, level_pram, level_coherence, level_session;
extern const struct property level_ryw, level_mr, level_mw, level_wfr;
extern const struct property level_bounded_staleness, level_k_atomic;
extern const struct property level_eventual, level_strong_eventual;
extern const struct property crdt_g_counter, crdt_pn_counter, crdt_g_set, crdt_two_phase_set,
    crdt_or_set, crdt_lww_register, crdt_mv_register;
extern const struct property property_kafka, property_lock_safety;

static inline bool property_is_level(const struct property *p)
{
    return !p->run && p != &property_all;
}

#endif
