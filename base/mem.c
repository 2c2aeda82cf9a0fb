#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void die(size_t wanted)
{
    (void)fprintf(stderr, "belie: the system refused %zu bytes of memory\n", wanted);
    abort();
}

static void (*exhausted)(size_t wanted) = die;

void mem_on_exhausted(void (*handler)(size_t wanted))
{
    exhausted = handler ? handler : die;
}

static void *checked(void *p, size_t n)
{
    if (!p && n > 0) {
        exhausted(n);
        abort();
    }
    return p;
}

static size_t product(size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n)) {
        exhausted(SIZE_MAX);
        abort();
    }
    return n;
}

void *mem_alloc(size_t n)
{
    return checked(malloc(n ? n : 1), n);
}

void *mem_zalloc(size_t count, size_t size)
{
    size_t n = product(count, size);
    return checked(calloc(n ? n : 1, 1), n);
}

void *mem_realloc(void *p, size_t count, size_t size)
{
    size_t n = product(count, size);
    return checked(realloc(p, n ? n : 1), n);
}

void mem_free(void *p)
{
    free(p);
}

void *mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return p;
    size_t c = *cap < 16 ? 16 : *cap;
    while (c < need)
        c += c / 2 + 1;
    p = mem_realloc(p, c, size);
    *cap = c;
    return p;
}
