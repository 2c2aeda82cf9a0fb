/* Texts that grow by appending, interned: equal contents are equal ids. A text is its parent plus
 * a piece, so n appends to a long text cost n pieces, not n copies.
 * Owner rule: the pieces' bytes are borrowed and must outlive the table; free with texts_free. */
#ifndef BELIE_CHECKER_TEXT_STATES_H
#define BELIE_CHECKER_TEXT_STATES_H

#include "base/buf.h"

struct text_node;

struct texts {
    struct text_node *nodes;
    size_t n, cap;
    uint32_t *slots; /* open addressing over nodes; 0 = empty, else node + 1 */
    size_t nslots;
};

/* What is appended, hashed once. */
struct text_piece {
    struct str text;
    uint64_t hash, shift;
};

struct text_piece text_piece(struct str s);
/* Id of a whole text. O(length). */
uint32_t texts_intern(struct texts *t, const struct text_piece *whole);
/* Id of text `id` followed by the piece. O(1) expected for a content that is new, else the length
 * of what the two do not share. */
uint32_t texts_append(struct texts *t, uint32_t id, const struct text_piece *piece);
/* Append as a quoted string; of a long text only its end and its length. */
void texts_print(const struct texts *t, uint32_t id, struct buf *out);
void texts_free(struct texts *t);

#endif
