/* One register, measured. Shared by the levels bounded-staleness and k-atomic. */
#ifndef BELIE_CHECKER_STALENESS_MEASURE_H
#define BELIE_CHECKER_STALENESS_MEASURE_H

#include "checker/levels/level.h"
#include "checker/staleness/books.h"
#include "checker/staleness/overwritten.h"

/* A key while it is judged. */
struct measured {
    const struct level_input *in;
    struct key_result *k;
    struct object o;
    struct versions t;
    struct overwritten w;
    struct delta delta;
    bool counted; /* w is filled */
    size_t bytes;
};

/* Build, measure, and fill k->staleness. *open: m is to be closed with measure_close, and the level
 * goes on; else k says what is wrong. False for errors. */
bool measure_open(struct measured *m, const struct level_input *in, struct key_result *k,
                  bool *open, struct err *e);
void measure_close(struct measured *m);

/* An object op as a history op. NO_VERSION becomes NO_EVENT. */
static inline uint32_t measured_op(const struct measured *m, uint32_t op)
{
    return op == NO_VERSION ? NO_EVENT : m->o.ops[op].op;
}

/* The version that an object op wrote, or 0. O(log n). */
uint32_t version_by(const struct versions *t, uint32_t op);

/* Append an object op as history op, and when it crashed what shows that it took effect. NO_VERSION
 * adds nothing. At most PROOF + 1 of them while n is below PROOF. Returns the new n. */
enum { PROOF = 24 };
size_t add_proof(const struct measured *m, uint32_t op, uint32_t *list, size_t n);

/* "1.5 s", "20 ms", "3 ns". */
void say_ns(struct speaker *s, int64_t ns);

#endif
