/* What the models mean, written a second time, apart from checker/. For register, cas-register, kv
 * and multi-register an operation is a list of micro-operations on keys, a state is one value per
 * key; what other objects mean is said by their toy (toy.h).
 * Everything that judges the engines stands on this file and the toys alone.
 * Owner rule: spec_free frees what spec_open made; the history must outlive it (its value table
 * gains the texts that appends build). */
#ifndef BELIE_TESTS_SPEC_H
#define BELIE_TESTS_SPEC_H

#include "histories/history.h"

#define SPEC_INF UINT32_MAX

enum spec_kind { SPEC_READ, SPEC_WRITE, SPEC_CAS, SPEC_APPEND };

struct spec_micro {
    enum spec_kind kind;
    uint32_t key;
    val a, b; /* read: must see a (VAL_ABSENT: anything); write and append: a; cas: a to b */
};

struct spec_op {
    uint32_t op;       /* index into history ops */
    uint32_t inv, res; /* event positions; SPEC_INF = no completion that counts */
    bool must;         /* ok: takes effect; else it may */
    struct spec_micro *micro;
    size_t n;
    int64_t version;
    /* of a toy */
    uint32_t verb;
    val a, b;
    bool mutates, idle; /* idle: observes and changes nothing, may be anywhere or nowhere */
};

struct spec_options {
    const char *model;
    val initial;
    bool nil_unknown;
    bool versions; /* a register whose state also has a version, see spec_apply */
};

struct toy;

struct spec {
    struct history *h;
    const struct toy *toy; /* NULL: registers, as described above */
    struct arena arena;
    struct spec_op *ops; /* without failed operations; crashed ones without effect stay */
    size_t nops;
    val *keys; /* dense key -> (object key, key inside a transaction) combined */
    size_t nkeys, keys_cap;
    bool versions, empty_is_nil;
    bool begun; /* `initial` was changed: any element may be inside */
    size_t width;        /* words of a state */
    uint32_t *initial;
};

/* Of the history ops `ids`; n = 0 and ids = NULL: of all. False when an operation is not
 * understood; *why says so. */
bool spec_open(struct spec *s, struct history *h, const struct spec_options *opt,
               const uint32_t *ids, size_t n, const char **why);
void spec_free(struct spec *s);

/* Execute op i in `state` (width words), in place. False when it is illegal there; the state is
 * then garbage. With versions: each mutation has a greater version than the one before, an ok one
 * the version that it carries, and a read's version is that of the last mutation. */
bool spec_apply(const struct spec *s, size_t i, unsigned way, uint32_t *state);
/* How many ways there are to execute op i in `state`; `way` counts from 0. */
unsigned spec_ways(const struct spec *s, size_t i, const uint32_t *state);

/* True when the operation observes nothing and changes nothing: it may be anywhere or nowhere. */
bool spec_idle(const struct spec_op *o);
bool spec_mutates(const struct spec_op *o);

#endif
