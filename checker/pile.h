/* Private to the engines for stacks and priority queues: what is known of each element, and what
 * their evidence and witnesses share.
 *
 * Time is counted in the events of the object, 0 .. nevents - 1; moment g is the time between event
 * g and the next one, and moment nevents comes after everything. An operation may take effect in
 * the moments inv .. res - 1. */
#ifndef BELIE_CHECKER_PILE_H
#define BELIE_CHECKER_PILE_H

#include "checker/engine.h"

#define NO_OP UINT32_MAX
#define NO_ELEMENT UINT32_MAX
#define NEVER UINT32_MAX
#define TAKEN (UINT32_MAX - 1)

/* One element. It is certainly inside in the moments in .. out - 1, if there are such. */
struct pile_element {
    uint32_t add, take;   /* object ops; NO_OP: none, within the limit (take: that ended) */
    uint32_t from;        /* add's invocation */
    uint32_t in, out;     /* first end of its operations, last begin before it was taken; nevents
                             as out: it was not taken */
    uint32_t gone;        /* end of take, or nevents + 1 */
    uint32_t in_op, out_op; /* the operations with these; out_op is NO_OP where out is nevents */
};

struct pile {
    const struct object *o;
    uint32_t nevents;
    uint32_t *inv, *res; /* per op: events; res is NEVER for crashed ones */
    uint32_t *element;   /* per op, NO_ELEMENT: found empty */
    uint32_t n;          /* elements */
    struct pile_crashes *crashes; /* NULL: no take crashed */
    /* the rest is about the events up to `limit`; what ends later may still be under way */
    uint32_t limit;
    struct pile_element *e; /* per element; add == NO_OP: not there */
    uint32_t *peeks;        /* those that ended, by element, then by invocation */
    uint32_t *peek_at;      /* per element and one more: first of its peeks */
    uint32_t *empties;      /* operations that found it empty */
    uint32_t nempties;
};

/* An element that a crashed take took, and by when it has to leave. */
struct pile_grant {
    uint32_t element, deadline;
};

/* Takes that crashed may have taken any element that nobody is known to have taken. Without grants
 * they take nothing, so that what is right then is right. An element that is granted one may leave
 * once that has begun; with one each, what is right is right. When all elements of a clash may
 * leave as early as can be, once the first has begun, what is wrong even so is wrong. */
struct pile_crashes {
    uint32_t n;
    uint32_t *ops;   /* by invocation */
    uint32_t *owner; /* element, or NO_ELEMENT: free */
    uint32_t *leave; /* per element: begin of its take, NEVER, or TAKEN by a known take */
    struct pile_grant *granted;
    uint32_t ngranted, lacking; /* so many of these have no take */
    size_t granted_cap;
    bool *barred;    /* per element: this try grants it none */
    uint32_t first;  /* begin of the first */
};

/* An operation that had no moment: all of its moments lie in certain times of these elements. */
struct pile_block {
    uint32_t op;
    uint32_t cover, ncover; /* into pile_clash.cover */
};

struct pile_clash {
    enum rule rule;
    uint32_t bad;     /* the history up to the end of this operation is certainly not right */
    uint32_t evident; /* its event */
    uint32_t op, other; /* the operations, where the rule is about one element */
    struct pile_block *blocks; /* else; the clash owns both lists */
    uint32_t nblocks;
    uint32_t *cover; /* elements */
    uint32_t ncover;
    size_t blocks_cap, cover_cap;
};

/* NULL when `o`, an object of a model whose elements come in and go out, has no element that came
 * in twice, else the reason in `a`. O(n). */
const char *pile_applies(const struct object *o, struct arena *a);

/* Owner rule: free with pile_close. */
void pile_open(struct pile *p, const struct object *o);
void pile_close(struct pile *p);
/* Bytes that a pile and what is done with it hold, about. */
size_t pile_footprint(const struct object *o);

/* Fill in what holds up to event `limit`. False when some operations on one element contradict each
 * other, with the contradiction that is evident first. O(n). */
bool pile_load(struct pile *p, uint32_t limit, struct pile_clash *c);
/* The same up to the longest prefix without such a contradiction; *c is the one that ends it, or
 * has RULE_NONE. */
void pile_load_most(struct pile *p, struct pile_clash *c);

/* The moments *first .. *last in which an operation of an element that is there, or one that found
 * nothing, may take effect. */
void pile_span(const struct pile *p, uint32_t op, uint32_t *first, uint32_t *last);
static inline bool pile_certain(const struct pile_element *e)
{
    return e->add != NO_OP && e->in < e->out;
}

void pile_crashes_open(struct pile *p);
void pile_crashes_close(struct pile *p);
/* May element k be granted an earlier leave, so that it matters before event `evident`? 0: no; the
 * more, the likelier it is that a crashed take that began by `deadline` took it. O(crashes). */
unsigned pile_grantable(const struct pile *p, uint32_t k, uint32_t evident, uint32_t deadline);
/* Grant element k the latest free crashed take that began by `deadline` and before the one that it
 * has. When none is free it lacks one, and may leave as early as can be. */
void pile_grant(const struct pile *p, uint32_t k, uint32_t deadline);
/* Take back the g-th grant and bar its element from another one. */
void pile_bar(const struct pile *p, uint32_t g);
/* Instead of all grants make these. None of their elements is barred. */
void pile_regrant(const struct pile *p, const struct pile_grant *granted, uint32_t n);
/* Grant one of the elements that cover in `c`, which has one block: the one that came last. False:
 * none is left, the clash is wrong. */
bool pile_grant_cover(const struct pile *p, const struct pile_clash *c);
/* The crashed take that element k was granted, or NO_OP. */
uint32_t pile_granted(const struct pile *p, uint32_t k);
/* Grant to all elements to leave as early as can be. */
void pile_grant_all(const struct pile *p);

void pile_clash_free(struct pile_clash *c);
/* Append an operation with no moment; its cover follows by pile_cover. */
void pile_block_op(struct pile_clash *c, uint32_t op);
void pile_cover(struct pile_clash *c, uint32_t element);

/* Append the fewest of the elements `among` whose certain times cover first .. last together, which
 * they do. O(n). */
void pile_cover_span(const struct pile *p, const uint32_t *among, uint32_t n, uint32_t first,
                     uint32_t last, struct pile_clash *c);

/* Say what the clash is: verdict, rule, reason, bad, culprits, steps. Loads the pile anew. */
void pile_explain(struct pile *p, const struct pile_clash *c, struct engine_result *out);

/* Fill the witness of a whole history that is right with the grants made. order: the elements
 * that are certainly inside at some time (lifo), or all (else), from the top to the lowest.
 * False: the linearization wants more crashed takes than there are by then. O(n alpha(n)). */
bool pile_witness(struct pile *p, const uint32_t *order, uint32_t norder, bool lifo,
                  struct engine_result *out);

enum pile_outcome {
    PILE_GOOD,
    PILE_BAD,     /* explained */
    PILE_GRANTED, /* grants were made and not tried, or there are too many */
    PILE_STOPPED, /* by the budget */
};

/* How an engine looks at the pile with the grants made so far. */
struct pile_attempt {
    enum pile_outcome (*run)(void *of, struct pile_clash *c);
    void *of;
};

/* Attempts and grants by turns, until no grant was made or there were too many rounds. */
enum pile_outcome pile_rounds(const struct pile_attempt *a, struct pile_clash *c);
/* After grants that are right but lack takes: do without some of them. PILE_GOOD: every element
 * has its take, and the last attempt was the one with these grants; else PILE_GRANTED or
 * PILE_STOPPED, and nothing is known. */
enum pile_outcome pile_spare_grants(const struct pile *p, const struct pile_attempt *a);

/* An engine's run: the budget around `decide`, and the search for what it leaves open. */
void pile_run(struct object *o, const struct engine_options *opt,
              enum pile_outcome (*decide)(struct pile *p, const struct engine_options *opt,
                                          struct engine_result *out),
              struct engine_result *out);

#endif
