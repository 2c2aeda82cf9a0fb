/* Values: every datum of a history (nil, 3, "x", :kw, [1 2], {…}, #{…}) is interned to a 32-bit
 * id; two values are equal iff their ids are equal. Integers of 31 bits are their own id, so the
 * common case costs no lookup. Lists and vectors are one kind (Clojure's = says they are equal);
 * sets and maps are stored in a canonical order.
 * Owner rule: the table owns all bytes; ids and slices are valid until values_free.
 * A table may be read by many threads but written by one. */
#ifndef BELIE_HISTORIES_VALUE_H
#define BELIE_HISTORIES_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

typedef uint32_t val;

enum {
    VAL_NIL = 0,
    VAL_FALSE = 1,
    VAL_TRUE = 2,
    VAL_ABSENT = 3, /* "no value was given": not a value of any history */
    VAL_FIRST = 4,  /* first id of the table */
};
#define VAL_SMALL 0x80000000u /* set: the other 31 bits are a two's complement integer */

enum val_kind {
    V_NIL,
    V_BOOL,
    V_INT,     /* fits int64 */
    V_NUMBER,  /* any other number, as its text: 1.5M 123N 1/3 ##NaN 1.0E-4 */
    V_STRING,
    V_KEYWORD, /* text without the colon */
    V_SYMBOL,  /* also characters, as \a */
    V_LIST,    /* list or vector */
    V_SET,
    V_MAP,     /* items: k0 v0 k1 v1 … */
    V_ABSENT,
};

struct val_entry;

struct values {
    struct arena arena;
    char *at, *end; /* packed bytes of the arena: texts and items without padding */
    struct val_entry *entries;
    size_t n, cap;
    uint32_t *slots; /* open addressing over entries; 0 = empty, else entry index + 1 */
    size_t nslots;
};

void values_init(struct values *t);
void values_free(struct values *t);

static inline val val_small(int32_t i)
{
    return VAL_SMALL | ((uint32_t)i & 0x7fffffffu);
}

/* Integer of any size up to 64 bits; val_big_int for those that are not small. */
val val_big_int(struct values *t, int64_t i);
static inline val val_int(struct values *t, int64_t i)
{
    if (i >= -0x40000000 && i < 0x40000000)
        return val_small((int32_t)i);
    return val_big_int(t, i);
}
/* Interned text of kind V_NUMBER, V_STRING, V_KEYWORD or V_SYMBOL; bytes are copied once. */
val val_text(struct values *t, enum val_kind kind, struct str s);
/* Interned V_LIST, V_SET or V_MAP. Sets and maps are sorted, set duplicates removed (of equal map
 * keys the last stays); `items` is used as scratch space. n counts items (2 per map entry).
 * O(n) for lists, O(n log n) for sets and maps. */
val val_seq(struct values *t, enum val_kind kind, val *items, size_t n);

enum val_kind val_kind(const struct values *t, val v);
/* True and *out for V_INT. */
bool val_get_int(const struct values *t, val v, int64_t *out);
/* Bytes of a text kind; empty slice for the others. */
struct str val_get_text(const struct values *t, val v);
/* Items of V_LIST, V_SET, V_MAP; NULL and *n = 0 for the others. */
const val *val_items(const struct values *t, val v, size_t *n);
/* The list of 2 whose first item is the key: [k v]. */
bool val_pair(const struct values *t, val v, val *first, val *second);

/* Append as EDN. Lists print as vectors; strings are escaped so that any EDN reader takes them. */
void val_print_edn(const struct values *t, val v, struct buf *out);
/* Append as JSON: keywords become strings, sets arrays, map keys strings, numbers that JSON
 * cannot hold strings; invalid UTF-8 becomes U+FFFD. */
void val_print_json(const struct values *t, val v, struct buf *out);
/* Append `s` as an EDN string with quotes. */
void edn_print_string(struct str s, struct buf *out);
/* Append `s` as a JSON string with quotes; control characters, ", \ and U+2028/9 are escaped. */
void json_print_string(struct str s, struct buf *out);

#endif
