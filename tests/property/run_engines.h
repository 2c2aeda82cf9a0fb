/* Runs one engine over a history, key by key, and lets the independent judges look at everything
 * that it claims. */
#ifndef BELIE_TESTS_RUN_ENGINES_H
#define BELIE_TESTS_RUN_ENGINES_H

#include "checker/engine.h"
#include "tests/property/verify.h"

enum { RUN_TEXT = 400 };

struct engine_run {
    bool applies;        /* to every key */
    enum verdict verdict; /* over all keys: invalid > unknown > valid */
    uint64_t explored;
    char wrong[RUN_TEXT]; /* a claim that the judges reject, or empty */
};

/* Witnesses, culprits and certified prefixes are verified where the engine gives them. The search
 * for cores gives up after `limit` configurations, which counts as not rejected. */
void run_engine(const struct engine *g, struct history *h, const struct spec_options *opt,
                struct budget *budget, uint64_t limit, struct engine_run *out);

/* What the operations that are no culprits of `rule` are taken as: crashed, or for rules of which
 * cores leave out what was before, optional, but in their place. */
enum core_role role_of_others(enum rule rule);

/* The operations of each key, or all together for a model that has no independent keys.
 * Owner rule: split_free. */
struct key_split {
    val *keys;
    uint32_t **ids;
    size_t *n;
    size_t count;
};

void split_by_key(struct key_split *g, const struct history *h, const struct model *m);
void split_free(struct key_split *g);

#endif
