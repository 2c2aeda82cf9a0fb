/* The nearest known word to one that was mistyped. */
#ifndef BELIE_BASE_NEAREST_H
#define BELIE_BASE_NEAREST_H

#include <stddef.h>

/* The best of name(ctx, 0), name(ctx, 1), … (NULL after the last), or NULL when none is near. */
const char *nearest(const char *word, const char *(*name)(const void *ctx, size_t i),
                    const void *ctx);

#endif
