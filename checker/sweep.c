#include "checker/sweep.h"

#include "base/sort.h"

bool sweep_next(struct sweep *s, struct sweep_event *e)
{
    const struct object *o = s->o;
    bool more = s->next < o->n;
    if (s->open.n > 0 && (!more || sort_key(s->open.at[0]) < o->ops[s->next].inv)) {
        uint64_t word = heap_pop(&s->open);
        *e = (struct sweep_event){sort_id(word), true, sort_key(word)};
        return true;
    }
    if (!more)
        return false;
    const struct lin_op *op = &o->ops[s->next];
    *e = (struct sweep_event){s->next++, false, op->inv};
    if (op->res != RES_INF)
        heap_push(&s->open, sort_word(op->res, e->op));
    return true;
}

void sweep_close(struct sweep *s)
{
    heap_free(&s->open);
}
