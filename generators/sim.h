/* The simulated object behind synthetic histories: its state, the events of its clients, and what
 * must be known of the past to plant a violation that cannot be explained away. Private to this
 * room. Owner rule: sim_init makes, sim_free frees. */
#ifndef BELIE_GENERATORS_SIM_H
#define BELIE_GENERATORS_SIM_H

#include "base/rng.h"
#include "generators/synth.h"

enum { SIM_ACTS = 3, SIM_RECENT = 8, SIM_PAST = 64 };

enum sim_kind { SIM_READ, SIM_WRITE, SIM_CAS };

/* One step on one key. */
struct sim_act {
    enum sim_kind kind;
    uint32_t key;
    val a, b; /* read: a = what it returned; write: a = new; cas: a = expected, b = new */
};

/* One operation: a single act, or a transaction of up to SIM_ACTS on different keys. */
struct sim_op {
    struct sim_act act[SIM_ACTS];
    uint32_t n;
    bool ok; /* set by sim_effect: false for a cas that did not match */
    int64_t version;
    int64_t process;
    val in;       /* as invoked */
    uint32_t inv; /* event */
    /* of a synth_object, which has no acts but act[0].key */
    uint32_t client; /* 0 .. processes-1 */
    val f, out;      /* out: as completed ok; VAL_ABSENT: as invoked */
    bool mutates;    /* may crash */
    int64_t note;    /* the object's own */
};

/* A write or cas that was acknowledged: its value, invocation and completion events, version. */
struct sim_ack {
    val v;
    uint32_t inv, ret;
    int64_t version;
};

/* A value and when it came. */
struct sim_past {
    int64_t time;
    val v;
};

struct sim_key {
    val name;
    val blank; /* [key nil], what a read is invoked with */
    val current;
    int64_t version;
    struct sim_ack recent[SIM_RECENT]; /* ring of the latest acknowledged writes */
    uint32_t nrecent;
    uint32_t last_inv; /* latest invocation of an acknowledged write */
    val pending;       /* value of the write invoked last, or VAL_ABSENT */
    struct sim_past *past; /* ring of SIM_PAST, NULL unless replicas lag */
    uint32_t npast;
};

/* Per value (and key, where values repeat): operations that may still write it. */
struct sim_value {
    uint32_t open;     /* invoked and not completed, or crashed */
    uint32_t last_ret; /* latest completion of one that succeeded */
};

struct synth_object;

struct sim {
    struct history *h;
    const struct synth_options *o;
    const struct synth_object *object; /* NULL: a register, kv or multi-register */
    void **states;                     /* the object's, per key */
    struct rng rng;
    bool tuples, txns;
    val f_read, f_write, f_cas, f_txn;
    struct sim_key *keys;
    uint64_t next_value; /* unique values count up from 1; made-up ones from `values` */
    int64_t time, shift; /* shift: virtual time that planted operations took */
    struct sim_value *values; /* NULL when nothing is to be planted */
    size_t nvalues;
    uint64_t under_way; /* operations that may still take effect: in flight, or crashed */
    int64_t planter; /* process of the client that plants */
};

void sim_init(struct sim *s, struct history *h, const struct synth_options *o);
void sim_free(struct sim *s);

/* Append the invocation and note what is under way. Sets op->in and op->inv. */
void sim_invoke(struct sim *s, struct sim_op *op);
/* The moment at which the operation takes effect. */
void sim_effect(struct sim *s, struct sim_op *op);
/* Append the completion. */
void sim_complete(struct sim *s, struct sim_op *op, enum op_type type);

/* A value that no operation has written and none of the random ones will. */
val sim_fresh(struct sim *s);
/* A value to write: unique or random, as the options say. */
val sim_random(struct sim *s);
/* How many operations may still write `v`: in flight or crashed. */
uint32_t sim_open(const struct sim *s, uint32_t key, val v);
/* Completion of the last acknowledged write of `v`; 0 when there is none. */
uint32_t sim_last_ret(const struct sim *s, uint32_t key, val v);

#endif
