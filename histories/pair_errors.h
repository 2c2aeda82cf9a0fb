/* Messages of pairing, see pair.c. All return false. `i` is the event that cannot be. */
#ifndef BELIE_HISTORIES_PAIR_ERRORS_H
#define BELIE_HISTORIES_PAIR_ERRORS_H

#include "histories/history.h"

struct text {
    char z[80];
};

/* A value as EDN, cut to fit. */
struct text pair_text(const struct history *h, val v);
/* The same for an :f, which may be absent. */
struct text pair_name(const struct history *h, val f);

bool pair_double_invoke(const struct history *h, const struct op *open, size_t i, struct err *e);
bool pair_after_crash(const struct history *h, const struct op *crashed, size_t i, struct err *e);
bool pair_other_f(const struct history *h, const struct op *open, size_t i, struct err *e);
bool pair_other_key(const struct history *h, const struct op *open, size_t i, struct err *e);
bool pair_named_client(const struct history *h, size_t i, struct err *e);
bool pair_ambiguous(const struct history *h, size_t i, struct err *e);

#endif
