/* Seeded histories with crashed and failed operations. They are made by executing operations on the
 * object that they speak of; most are then damaged a little, so that valid and invalid ones are
 * about balanced. */
#ifndef BELIE_TESTS_RANDOM_HISTORY_H
#define BELIE_TESTS_RANDOM_HISTORY_H

#include "base/rng.h"
#include "tests/property/notation.h"
#include "tests/property/spec.h"

enum random_family {
    RANDOM_REGISTER,     /* read, write, repeated values */
    RANDOM_CAS,          /* and cas */
    RANDOM_UNIQUE,       /* each value written once */
    RANDOM_KV,           /* put, append, get, cas on one or two keys */
    RANDOM_MULTI,        /* transactions over up to three keys */
    RANDOM_VERSIONS,     /* register whose operations carry versions */
    RANDOM_FAMILIES
};

extern const char *const random_family_names[RANDOM_FAMILIES];

struct random_case {
    enum random_family family;
    struct script script;
    const char *model;
    struct script_value initial;
    bool nil_unknown;
};

struct random_size {
    size_t ops, threads; /* at most; at least 1 */
};

/* What the brute-force oracle can judge in an instant, and what only searches can. */
extern const struct random_size random_small, random_long;

void random_case(struct random_case *c, enum random_family family, struct random_size size,
                 struct rng *r);
/* The same case as a history and what a spec needs to know. Owner: history_free(h). */
bool random_case_open(const struct random_case *c, struct history *h, struct spec_options *opt,
                      struct err *e);
/* A failing case as TAP notes: seed, what is wrong, model, the history in compact notation. */
void random_case_report(const struct random_case *c, uint64_t seed, const char *why);

#endif
