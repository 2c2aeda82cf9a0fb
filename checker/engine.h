/* Engines decide linearizability of one object. Each is a table entry; dispatch asks `applies`.
 * Owner rule: results are allocated in out->arena, which the caller frees. */
#ifndef BELIE_CHECKER_ENGINE_H
#define BELIE_CHECKER_ENGINE_H

#include "base/budget.h"
#include "checker/model.h"

enum verdict { VERDICT_VALID, VERDICT_INVALID, VERDICT_UNKNOWN };

struct engine_options {
    struct budget *budget;
    bool witness;          /* fill out->witness when valid */
    bool exact_states;     /* searches: do not merge states that no later operation tells apart,
                              so that out->states is complete; slower */
    uint64_t max_explored; /* give up (unknown) after so many configurations; 0 = no limit */
};

/* Which rule a violation breaks, so that an argument can be built from the culprits' roles. */
enum rule {
    RULE_NONE,          /* not invalid */
    RULE_STUCK,         /* searches: no order places `bad`; no culprits */
    RULE_STALE,         /* the value that `bad` observed had been overwritten; no culprits */
    RULE_THIN_AIR,      /* SEES, LINK...: a value that nothing had written was observed */
    RULE_ABORTED_READ,  /* the same, and the only write of it failed: `failed_op` */
    RULE_FUTURE_READ,   /* LATER finished before EARLIER, the write of what it observed, began */
    RULE_TWO_CAS,       /* CLASH, CLASH: both replaced a value that was there once */
    RULE_CAS_CYCLE,     /* CLASH...: each needs the value that the one before it set */
    RULE_CHAIN_ORDER,   /* EARLIER comes before LATER by the data, but began after LATER's end */
    RULE_BLOCK_ORDER,   /* two values, each of which had to be replaced before the other */
    RULE_INITIAL_GONE,  /* the same where A is the initial value: no A_DONE and no B_BEGAN */
    RULE_VERSION_TWICE, /* CLASH, CLASH: two writes made one version */
    RULE_VERSION_VALUE, /* CLASH, CLASH: two values at one version */
    RULE_VERSION_AIR,   /* SEES: a version whose value nothing wrote */
    RULE_VERSION_CAS,   /* CLASH, CLASH: a cas did not find its old value at the version before */
    RULE_VERSION_ORDER, /* EARLIER has the lower version, but began after LATER's end */
};

/* What an operation does in the argument. Links tie the others together by the data: the write of
 * a value that was observed, the cas between two values of a chain, the observer that proves that
 * a crashed operation took effect. */
enum culprit_role {
    CULPRIT_SEES,
    CULPRIT_CLASH,
    CULPRIT_EARLIER,
    CULPRIT_LATER,
    CULPRIT_A_DONE,  /* finished before B_BEGAN began, so all of A comes before all of B */
    CULPRIT_B_BEGAN,
    CULPRIT_B_DONE,  /* finished before A_BEGAN began, so all of B comes before all of A */
    CULPRIT_A_BEGAN,
    CULPRIT_LINK,    /* belongs to the first side: SEES, EARLIER, the first CLASH, A */
    CULPRIT_LINK_B,  /* belongs to the other side */
};

struct culprit {
    uint32_t op; /* index into object ops */
    enum culprit_role role;
};

struct engine_result {
    struct arena arena;
    enum verdict verdict;
    const char *reason;  /* unknown: why; invalid: the rule broken, one sentence, no positions */
    uint64_t explored;
    uint32_t certified;  /* position (as in lin_op) up to which the object is linearizable for sure:
                            the history cut after this event is; RES_INF when all of it is */
    uint32_t bad;        /* invalid: index into object ops of the op that could not be placed, or
                            UINT32_MAX */
    enum rule rule;
    struct culprit *culprits; /* invalid: operations that alone show it; may be empty (searches).
                                 An op is listed once for each of its roles. */
    size_t nculprits;
    uint32_t failed_op;  /* RULE_ABORTED_READ: index into history ops; else UINT32_MAX */
    uint32_t *states;    /* invalid, searches: model states possible just before `bad` */
    size_t nstates;
    uint32_t *witness;   /* valid: object op indices in linearization order (crashed ops that did
                            not take effect are absent) */
    size_t nwitness;
};

struct engine {
    const char *name, *summary, *complexity;
    /* NULL when the engine can decide this object, else the reason why not (in `a` or static). */
    const char *(*applies)(const struct object *o, struct arena *a);
    void (*run)(struct object *o, const struct engine_options *opt, struct engine_result *out);
};

extern const struct engine *const engines[]; /* NULL-terminated, in order of preference */
const struct engine *engine_find(const char *name);

extern const struct engine engine_zones, engine_stages, engine_jit, engine_wgl;

#endif
