/* Texts that grow by appending, as far as observers can tell them apart: a text that is the
 * beginning of no observed text is never observed, whatever is appended to it, so all such texts
 * are one state. The others are a prefix of an observed text each, a place in that text; nothing is
 * copied. Owner rule: the bytes are borrowed and must outlive the table; free with texts_free. */
#ifndef BELIE_CHECKER_TEXT_STATES_H
#define BELIE_CHECKER_TEXT_STATES_H

#include "base/buf.h"
#include "base/hash.h"

enum { TEXT_UNSEEN = 0, TEXT_EMPTY = 1 };

/* The first `len` bytes of seen[lo], which are also those of seen[lo .. hi). */
struct text_state {
    uint32_t lo, hi, len;
};

struct texts {
    struct str *seen; /* observed texts, sorted and distinct */
    size_t nseen;
    struct text_state *states; /* equal contents are equal ids */
    size_t n, cap;
    struct map64 of; /* lo, len -> state */
};

/* `seen`: from mem_*, owned by the table from now on; each shorter than 2^32 bytes. */
void texts_init(struct texts *t, struct str *seen, size_t n);
/* State `id` followed by the piece. O(piece * log nseen). */
uint32_t texts_append(struct texts *t, uint32_t id, struct str piece);
/* Append as a quoted string; of a long text only its end and its length. */
void texts_print(const struct texts *t, uint32_t id, struct buf *out);
void texts_free(struct texts *t);

#endif
