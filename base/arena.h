/* Arena: bump allocation, freed all at once. Pointers stay valid until arena_free (blocks
 * never move). Owner rule: whoever holds the struct arena frees everything with arena_free. */
#ifndef BELIE_BASE_ARENA_H
#define BELIE_BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *head;
    char *at, *end;
    size_t bytes; /* total obtained from the system */
};

/* `n` bytes aligned for any type up to 16 bytes; never NULL. Not zeroed. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_zalloc(struct arena *a, size_t n);
struct str arena_dup(struct arena *a, struct str s);
/* NUL-terminated formatted text that lives in the arena. */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_free(struct arena *a);

#endif
