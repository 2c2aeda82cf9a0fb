#include "checker/pile_states.h"

#include "base/mem.h"

void piles_init(struct piles *p)
{
    *p = (struct piles){.n = 1};
    p->states = mem_grow(NULL, &p->cap, 1, sizeof *p->states);
    p->states[PILE_EMPTY] = (struct pile_state){PILE_EMPTY, VAL_ABSENT};
}

void piles_free(struct piles *p)
{
    mem_free(p->states);
    map64_free(&p->of);
    *p = (struct piles){0};
}

uint32_t piles_push(struct piles *p, uint32_t state, val v)
{
    uint64_t key = (uint64_t)state << 32 | v;
    uint32_t known = map64_get(&p->of, key);
    if (known != MAP64_NONE)
        return known;
    p->states = mem_grow(p->states, &p->cap, p->n + 1, sizeof *p->states);
    p->states[p->n] = (struct pile_state){state, v};
    map64_put(&p->of, key, (uint32_t)p->n);
    return (uint32_t)p->n++;
}

void piles_print(const struct piles *p, uint32_t state, const struct values *t, struct buf *out)
{
    enum { SHOWN = 10 };
    val top[SHOWN];
    size_t n = 0, deep = 0;
    for (; state != PILE_EMPTY; state = piles_below(p, state)) {
        if (n < SHOWN)
            top[n++] = piles_top(p, state);
        else
            deep++;
    }
    buf_puts(out, "[");
    if (deep)
        buf_printf(out, "%zu more below ", deep);
    for (size_t i = n; i-- > 0;) {
        val_print_edn(t, top[i], out);
        buf_puts(out, i ? " " : "");
    }
    buf_puts(out, "]");
}
