#include "base/arena.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>

struct arena_block {
    struct arena_block *next;
    size_t bytes;
    _Alignas(16) char data[];
};

enum { BLOCK_MIN = 256, BLOCK_MAX = 1 << 20 };

static void add_block(struct arena *a, size_t need)
{
    /* Blocks double so that small arenas stay small (each key of a result has one) and large ones
     * are a few mappings. */
    size_t n = a->head ? a->head->bytes * 2 : BLOCK_MIN;
    if (n > BLOCK_MAX)
        n = BLOCK_MAX;
    if (n < need)
        n = need;
    struct arena_block *b = mem_alloc(sizeof *b + n);
    b->next = a->head;
    b->bytes = n;
    a->head = b;
    a->at = b->data;
    a->end = b->data + n;
    a->bytes += sizeof *b + n;
}

void *arena_alloc(struct arena *a, size_t n)
{
    n = (n + 15) & ~(size_t)15;
    if (!a->at || n > (size_t)(a->end - a->at))
        add_block(a, n);
    void *p = a->at;
    a->at += n;
    return p;
}

void *arena_zalloc(struct arena *a, size_t n)
{
    return memset(arena_alloc(a, n), 0, n);
}

struct str arena_dup(struct arena *a, struct str s)
{
    if (s.n == 0)
        return (struct str){"", 0};
    char *p = arena_alloc(a, s.n);
    memcpy(p, s.p, s.n);
    return (struct str){p, s.n};
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n;
    char *p = arena_alloc(a, len + 1);
    p[0] = '\0';
    if (n >= 0)
        (void)vsnprintf(p, len + 1, fmt, again);
    va_end(again);
    return p;
}

void arena_free(struct arena *a)
{
    for (struct arena_block *b = a->head; b;) {
        struct arena_block *next = b->next;
        mem_free(b);
        b = next;
    }
    *a = (struct arena){0};
}
