#include "checker/text_states.h"

#include "base/mem.h"
#include "histories/value.h"

#include <stdlib.h>

static int by_bytes(const void *x, const void *y)
{
    const struct str *a = x, *b = y;
    size_t n = a->n < b->n ? a->n : b->n;
    int c = n ? memcmp(a->p, b->p, n) : 0;
    return c ? c : (a->n > b->n) - (a->n < b->n);
}

void texts_init(struct texts *t, struct str *seen, size_t n)
{
    *t = (struct texts){.seen = seen};
    if (n)
        qsort(seen, n, sizeof *seen, by_bytes);
    for (size_t i = 0; i < n; i++)
        if (t->nseen == 0 || !str_eq(seen[t->nseen - 1], seen[i]))
            seen[t->nseen++] = seen[i];
    t->states = mem_grow(NULL, &t->cap, 2, sizeof *t->states);
    t->states[TEXT_UNSEEN] = (struct text_state){0};
    t->states[TEXT_EMPTY] = (struct text_state){.hi = (uint32_t)t->nseen};
    t->n = 2;
    map64_put(&t->of, 0, TEXT_EMPTY);
}

/* How text i goes on after `at` bytes, against the piece: 0 when the piece comes next. */
static int compare_rest(const struct texts *t, uint32_t i, size_t at, struct str piece)
{
    size_t rest = t->seen[i].n - at, n = rest < piece.n ? rest : piece.n;
    int c = n ? memcmp(t->seen[i].p + at, piece.p, n) : 0;
    return c ? c : rest < piece.n ? -1 : 0;
}

/* First text of [lo, hi) whose rest is not less than (or, `after`, greater than) the piece. */
static uint32_t bound(const struct texts *t, const struct text_state *s, struct str piece,
                      bool after)
{
    uint32_t lo = s->lo, hi = s->hi;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        int c = compare_rest(t, mid, s->len, piece);
        if (c < 0 || (after && c == 0))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

uint32_t texts_append(struct texts *t, uint32_t id, struct str piece)
{
    const struct text_state *s = &t->states[id];
    if (id == TEXT_UNSEEN || piece.n == 0)
        return id;
    struct text_state next = {bound(t, s, piece, false), bound(t, s, piece, true),
                              s->len + (uint32_t)piece.n};
    if (next.lo == next.hi)
        return TEXT_UNSEEN;
    uint64_t key = (uint64_t)next.lo << 32 | next.len;
    uint32_t known = map64_get(&t->of, key);
    if (known != MAP64_NONE)
        return known;
    t->states = mem_grow(t->states, &t->cap, t->n + 1, sizeof *t->states);
    t->states[t->n] = next;
    map64_put(&t->of, key, (uint32_t)t->n);
    return (uint32_t)t->n++;
}

void texts_print(const struct texts *t, uint32_t id, struct buf *out)
{
    enum { SHOWN = 80 };
    const struct text_state *s = &t->states[id];
    if (id == TEXT_UNSEEN) {
        buf_puts(out, "a text that no read returned the beginning of");
        return;
    }
    size_t from = s->len > SHOWN ? s->len - SHOWN : 0;
    struct str tail = {s->len ? t->seen[s->lo].p + from : "", s->len - from};
    buf_puts(out, from ? "..." : "");
    json_print_string(tail, out);
    if (from)
        buf_printf(out, " (%u bytes)", s->len);
}

void texts_free(struct texts *t)
{
    mem_free(t->seen);
    mem_free(t->states);
    map64_free(&t->of);
    *t = (struct texts){0};
}
