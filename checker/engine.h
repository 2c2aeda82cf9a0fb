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
    uint64_t max_explored; /* give up (unknown) after so many configurations; 0 = no limit */
};

struct engine_result {
    struct arena arena;
    enum verdict verdict;
    const char *reason;  /* unknown: why; invalid: the rule broken (one sentence without positions) */
    uint64_t explored;
    uint32_t certified;  /* event position up to which the object is linearizable for sure */
    uint32_t bad;        /* invalid: index into object ops of the op that could not be placed, or
                            UINT32_MAX */
    uint32_t *culprits;  /* invalid: object op indices that alone show it (zones), may be empty */
    size_t nculprits;
    uint32_t *states;    /* invalid, searches: model states possible just before `bad` */
    size_t nstates;
    uint32_t *witness;   /* valid: object op indices in linearization order (crashed ops that did
                            not take effect are absent) */
    size_t nwitness;
};

struct engine {
    const char *name, *summary, *complexity;
    /* NULL when the engine can decide this object, else the reason why not (static text). */
    const char *(*applies)(const struct object *o);
    void (*run)(struct object *o, const struct engine_options *opt, struct engine_result *out);
};

extern const struct engine *const engines[]; /* NULL-terminated, in order of preference */
const struct engine *engine_find(const char *name);

extern const struct engine engine_zones, engine_stages, engine_jit, engine_wgl;

#endif
