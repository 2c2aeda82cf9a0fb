/* Allocation that does not fail: when the system refuses memory, the handler set by the
 * program's edge is called (it must not return; the default writes a sentence and aborts).
 * Limits that a user can set are not enforced here but by `struct budget`.
 * Owner rule: what mem_* returns is freed with mem_free by the structure that asked for it. */
#ifndef BELIE_BASE_MEM_H
#define BELIE_BASE_MEM_H

#include <stddef.h>

void mem_on_exhausted(void (*handler)(size_t wanted));

void *mem_alloc(size_t n);
void *mem_zalloc(size_t count, size_t size);
void *mem_realloc(void *p, size_t count, size_t size);
void mem_free(void *p);

/* Growable arrays: make room for at least `need` elements of `size` bytes; doubles.
 * Usage: v = mem_grow(v, &cap, n + 1, sizeof *v);  Amortised O(1) per element. */
void *mem_grow(void *p, size_t *cap, size_t need, size_t size);

#endif
