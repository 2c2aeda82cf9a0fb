/* Growing messages. Owner rule: the holder frees with words_free. */
#ifndef BELIE_RUNNERS_SIM_WORDS_H
#define BELIE_RUNNERS_SIM_WORDS_H

#include "base/mem.h"

#include <stdint.h>
#include <string.h>

struct words {
    int64_t *v;
    size_t n, cap;
};

static inline void words_put(struct words *w, int64_t word)
{
    w->v = mem_grow(w->v, &w->cap, w->n + 1, sizeof *w->v);
    w->v[w->n++] = word;
}

static inline void words_append(struct words *w, const int64_t *v, size_t n)
{
    w->v = mem_grow(w->v, &w->cap, w->n + n, sizeof *w->v);
    if (n)
        memcpy(w->v + w->n, v, n * sizeof *v);
    w->n += n;
}

static inline void words_free(struct words *w)
{
    mem_free(w->v);
    *w = (struct words){0};
}

#endif
