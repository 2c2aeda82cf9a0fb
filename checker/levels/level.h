/* What a level other than linearizable gets, and how it says what it found.
 *
 * A level is a struct property (checker/property.h) with `decide`. It is called once for the whole
 * history, or once for each key when `per_key` is set (keys then run in parallel), and fills
 *   k->verdict    valid, invalid or unknown (what it is set to before is unknown)
 *   k->reason     invalid: what is broken, one sentence; unknown: why
 *   k->word       invalid: the word that `belie explain` explains
 *   k->core, k->steps, k->edges   invalid: the evidence, see level_show and level_edges
 *   k->algorithm, k->why_algorithm   how it was decided
 * Everything in k->arena. False only for errors (operations that do not fit). */
#ifndef BELIE_CHECKER_LEVELS_LEVEL_H
#define BELIE_CHECKER_LEVELS_LEVEL_H

#include "checker/levels/view.h"
#include "checker/phrase.h"
#include "checker/property.h"

struct level_input {
    const struct history *h;
    const struct model *model;
    const struct check_options *opt; /* nil_unknown, evidence, bounds ... */
    const uint32_t *ids; /* history ops that are asked about, by invocation */
    size_t n;
    val initial;
    const struct view *view; /* of the whole history; NULL for a level that is asked per key */
    struct budget *budget;
    uint32_t fault; /* event after the last one that no client did (a fault, or its end); 0: none */
};

/* Why one operation comes before another. */
enum edge_kind {
    EDGE_PROGRAM,  /* one process did them in this order */
    EDGE_READS,    /* `to` observed what `from` wrote */
    EDGE_CONFLICT, /* `via` observed `to`, although `from`, another write of the key, was before
                      `via`: so `from` is overwritten by `to` */
    EDGE_ANTI,     /* `from` observed `via`, which `to` overwrites */
    EDGE_VERSION,  /* `to` has a higher version */
    EDGE_INITIAL,  /* `from` observed the initial value, which `to` overwrites */
    EDGE_AGREED,   /* two writes of a key: one view has them so, and all views agree */
    EDGE_TIME,     /* `from` completed before `to` was invoked */
    EDGE_RULE,     /* `text` says why */
    EDGES
};

/* Operations are history ops. */
struct edge {
    uint32_t from, to, via; /* via: NO_EVENT where none */
    enum edge_kind kind;
    const char *text; /* EDGE_RULE */
};

extern const char *const edge_names[EDGES]; /* as in JSON: "program-order", "reads-from", ... */

/* A speaker (checker/phrase.h) for the argument of `k`, which gets room for its steps. Say
 * operations with account_say_op (by history op) or level_say_op; free s.b when done. */
struct speaker level_speaker(const struct history *h, struct key_result *k);
/* "write of 2 to x by process 3 (op 3 to op 7)": the key is named when the history has keys. */
void level_say_op(struct speaker *s, uint32_t op);

/* The edges as evidence: kept for JSON and pictures, told as steps, their operations as the core.
 * `extra` operations that no edge names belong to the core, too; where there are many they are not
 * told. k->bad_op is the one that contradicts the others. */
void level_edges(struct speaker *s, const struct edge *edges, size_t n, const uint32_t *extra,
                 size_t nextra);
/* The operations of the core: any order, repeated and NO_EVENT ones are left out; `bad` is the one
 * that contradicts the others, or NO_EVENT. */
void level_show(struct key_result *k, const uint32_t *ops, size_t n, uint32_t bad);
/* The verdict invalid: `word` for belie explain, the reason is what was said last and not ended as
 * a step. */
void level_invalid(struct speaker *s, const char *word);
void level_unknown(struct key_result *k, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* True when the budget ran out: the verdict is then unknown and says why. */
bool level_stopped(const struct level_input *in, struct key_result *k);
/* Take so many bytes of the budget, to be given back. When there are not enough none are taken, and
 * the verdict is unknown. */
bool level_memory(const struct level_input *in, struct key_result *k, size_t bytes);

/* Can level `p` judge objects of model `m`? NULL when it can, else why not (static). */
const char *level_unfit(const struct property *p, const struct model *m);

#endif
