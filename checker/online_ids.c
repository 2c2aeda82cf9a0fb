#include "checker/online_ids.h"

#include "base/mem.h"

uint32_t online_ids_add(struct online_ids *i, val v)
{
    uint32_t id = i->nfree ? i->free[--i->nfree] : (uint32_t)i->n++;
    i->value = mem_grow(i->value, &i->value_cap, i->n, sizeof *i->value);
    i->value[id] = v;
    map64_put(&i->of_value, v, id);
    return id;
}

void online_ids_remove(struct online_ids *i, uint32_t id)
{
    map64_remove(&i->of_value, i->value[id]);
    i->free = mem_grow(i->free, &i->free_cap, i->nfree + 1, sizeof *i->free);
    i->free[i->nfree++] = id;
}

void online_ids_move(struct online_ids *i, const struct value_mover *m)
{
    struct map64 old = i->of_value;
    i->of_value = (struct map64){0};
    for (size_t slot = 0; slot < old.cap; slot++) {
        uint32_t id = old.vals[slot];
        if (id == MAP64_NONE)
            continue;
        i->value[id] = value_move(m, i->value[id]);
        map64_put(&i->of_value, i->value[id], id);
    }
    map64_free(&old);
}

void online_ids_free(struct online_ids *i)
{
    map64_free(&i->of_value);
    mem_free(i->value);
    mem_free(i->free);
    *i = (struct online_ids){0};
}
