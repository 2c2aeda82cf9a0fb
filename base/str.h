/* Slices: a pointer and a length, never NUL-terminated. A slice borrows; it owns nothing. */
#ifndef BELIE_BASE_STR_H
#define BELIE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(lit) ((struct str){(lit), sizeof(lit) - 1})

static inline struct str str_of(const char *z)
{
    return (struct str){z, strlen(z)};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

static inline bool str_starts(struct str a, const char *z)
{
    size_t n = strlen(z);
    return a.n >= n && memcmp(a.p, z, n) == 0;
}

static inline bool str_ends(struct str a, const char *z)
{
    size_t n = strlen(z);
    return a.n >= n && memcmp(a.p + (a.n - n), z, n) == 0;
}

/* True when `needle` occurs in `a`, letters compared without case. O(a.n * needle). */
bool str_contains_nocase(struct str a, const char *needle);

/* Whole slice as a decimal integer with optional sign. False on anything else or overflow. */
bool str_to_i64(struct str a, int64_t *out);

#endif
