/* Engines decide linearizability of one object. Each is a table entry; dispatch asks `applies`.
 * Owner rule: results are allocated in out->arena, which the caller frees. */
#ifndef BELIE_CHECKER_ENGINE_H
#define BELIE_CHECKER_ENGINE_H

#include "base/budget.h"
#include "checker/model.h"

enum verdict { VERDICT_VALID, VERDICT_INVALID, VERDICT_UNKNOWN };

enum { ENGINE_STATES = 32 }; /* most states in a result */

struct engine_options {
    struct budget *budget;
    bool witness;          /* fill out->witness when valid */
    bool exact_states;     /* searches: do not merge states that no later operation tells apart,
                              so that out->states is complete; slower */
    bool verdict_only;     /* nobody looks at the evidence: leave it out */
    bool final_states;     /* jit: when valid, fill out->finals; complete, thus slower */
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
    /* from here on engines say the steps of the argument themselves */
    RULE_TAKEN_TWICE,    /* an element that came in once was taken out twice */
    RULE_SEEN_AFTER,     /* an element was seen inside after it had been taken out */
    RULE_QUEUE_ORDER,    /* an element left before one that had come in before it */
    RULE_STACK_ORDER,    /* an element left, or was seen on top, from under another one */
    RULE_PRIORITY_ORDER, /* an element came first while a more urgent one was inside */
    RULE_NOT_EMPTY,      /* found empty, although something was certainly inside */
    RULE_WRONG_STATE,    /* the object was in the other state, and nothing could have changed it */
    RULE_TOO_LOW,        /* a counter was read lower than what had certainly been added */
    RULE_TOO_HIGH,       /* a counter was read higher than what can have been added */
    RULE_SAME_TICKET,    /* two operations got the same number */
    RULE_TICKET_GAP,     /* nobody can have got a number that was passed over */
    RULE_DATA_ORDER,     /* by the data x comes before y, but y finished before x began */
    RULE_READS_DISAGREE, /* two reads, of which neither contains the other */
    RULE_LOG_FORK,       /* two reads of a log, of which neither begins with the other */
    RULE_ELEMENT_TWICE,  /* an element that was added once is there twice */
    RULE_TWO_HOLDERS,    /* more holders than the lock allows, for certain, at one moment */
    RULE_NOT_HELD,       /* released by a process that did not hold it */
    RULE_HELD_ALREADY,   /* acquired by a process that held it */
    RULE_TOKEN_ORDER,    /* a later holder got a token that is not greater */
    RULE_LEASE_RAN,      /* granted while the lease of somebody else certainly ran */
    RULE_LEASE_ENDED,    /* renewed or given back by a process that had given it back, or never had
                            it */
    RULES,
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
    CULPRIT_SHOWN,   /* the steps say what it does */
};

struct culprit {
    uint32_t op; /* index into object ops */
    enum culprit_role role;
};

/* One step of an argument. Operations are object ops; the text follows what the kind says. */
enum step_kind {
    STEP_TEXT,   /* text */
    STEP_OP,     /* "X (op 3 to op 5)" text */
    STEP_BEFORE, /* "X completed at op 5, before Y was invoked at op 7" text */
};

struct step {
    enum step_kind kind;
    uint32_t x, y;
    const char *text; /* static or in the result's arena; may be "" */
};

/* One way in which things can stand after the last return, once all that has returned is in: the
 * state, and for each class of crashed operations how many of them have taken effect at most. */
struct final {
    uint32_t state;
    struct {
        uint32_t cls, count;
    } *used;
    size_t nused;
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
    bool alone;          /* the culprits show it also with all other operations left out: then a
                            core needs no background, which of a long history is long */
    struct step *steps;  /* invalid: the argument, where the engine says it; `reason` is then the
                            whole sentence if `bad` is UINT32_MAX, else what follows the operation
                            and "is impossible: " */
    size_t nsteps;
    uint32_t failed_op;  /* RULE_ABORTED_READ: index into history ops; else UINT32_MAX */
    uint32_t *states;    /* invalid, searches: model states possible just before `bad`, not more
                            than ENGINE_STATES */
    size_t nstates;
    struct final *finals; /* valid, with final_states: all of them, or none when there are more than
                             ENGINE_STATES */
    size_t nfinals;
    uint32_t *witness;   /* valid: object op indices in linearization order (crashed ops that did
                            not take effect are absent) */
    size_t nwitness;
};

struct engine {
    const char *name, *summary, *complexity;
    /* NULL when the engine can decide this object, else the reason why not (in `a` or static);
     * "" when it is about objects of another kind, which needs no saying. */
    const char *(*applies)(const struct object *o, struct arena *a);
    void (*run)(struct object *o, const struct engine_options *opt, struct engine_result *out);
};

extern const struct engine *const engines[]; /* NULL-terminated, in order of preference */
const struct engine *engine_find(const char *name);

extern const struct engine engine_zones, engine_stages, engine_jit, engine_wgl;
extern const struct engine engine_bits, engine_growth_set, engine_growth_log;
extern const struct engine engine_by_element;
extern const struct engine engine_queue, engine_bag;
extern const struct engine engine_counter;
extern const struct engine engine_tickets;
extern const struct engine engine_distinct;
extern const struct engine engine_permits;
extern const struct engine engine_stack, engine_priority;
extern const struct engine engine_holds, engine_leases;

#endif
