/* Seeded synthetic histories: clients of a simulated, linearizable object, with crashed operations
 * and, when asked for, a planted violation. The same options give the same history everywhere. */
#ifndef BELIE_GENERATORS_SYNTH_H
#define BELIE_GENERATORS_SYNTH_H

#include "histories/history.h"

struct synth_options {
    const char *model;    /* register, cas-register, kv, multi-register, or one of synth_objects */
    uint64_t seed;
    uint64_t ops;         /* operations of clients; a planted violation may add a few */
    uint32_t processes;   /* concurrent clients; a client that crashes gets a new process id */
    uint32_t values;      /* written values are 0 .. values-1; 0: every written value is unique */
    uint32_t keys;        /* 1: no keys in values, except for kv and multi-register */
    double read_share;    /* of all operations; the rest are writes */
    double cas_share;     /* of all operations, where the model has cas */
    double cas_wrong;     /* share of cas that expect another value than the current one */
    double crash_rate;    /* share of writes and cas that crash (end in :info) */
    uint64_t crashes;     /* if not 0: exactly so many crashed writes and cas instead */
    double think;         /* mean pause between operations, in mean durations; 0.2 is dense */
    double stale_share;   /* share of reads that a replica answers, not for multi-register */
    int64_t lag;          /* ns by which that is behind: reads are stale by at most this */
    const char *inject;   /* name of a planted violation, or NULL */
    double inject_at;     /* where: fraction of the operations */
    bool versions;        /* add :version to completions; not for multi-register */
};

/* cas-register, 10,000 operations, 10 processes, unique values, no crashes, no violation. */
void synth_defaults(struct synth_options *o);

/* Append the events to h, which is initialised and empty. Virtual time in nanoseconds.
 * False with ERR_USAGE when the options do not go together. O(ops * log processes). */
bool synth_generate(struct history *h, const struct synth_options *o, struct err *e);

/* What can be planted. Each makes the history not linearizable by construction, whatever the
 * seed, with repeated values and crashed operations as well. */
struct sim;
struct violation {
    const char *name, *summary;
    bool needs_cas, needs_txn;
    /* Plant it on `key` as operations of an idle client. False: not here, try later; with `force`
     * it is always possible. */
    bool (*plant)(struct sim *s, uint32_t key, bool force);
};

extern const struct violation *const violations[]; /* of registers; NULL-terminated */
/* The violation of that name for histories of `model`, or NULL. */
const struct violation *violation_find(const char *model, const char *name);
/* The i-th of all models' violations, of equal names the first; or NULL. */
const struct violation *violation_at(size_t i);
/* The i-th model that histories can be generated of, or NULL. */
const char *synth_model(size_t i);

#endif
