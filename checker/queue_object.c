#include "checker/queue_object.h"

#include "base/mem.h"
#include "checker/container.h"
#include "checker/queue_states.h"

bool queue_object_open(struct object *o, struct err *e)
{
    const val *items;
    size_t n;
    if (!container_initial(o, &items, &n, e))
        return false;
    struct queues *q = mem_alloc(sizeof *q);
    queues_init(q);
    o->ctx = q;
    o->init_state = QUEUE_EMPTY;
    for (size_t i = 0; i < n; i++)
        o->init_state = queues_put(q, o->init_state, items[i]);
    return true;
}

void queue_object_close(struct object *o)
{
    queues_free(o->ctx);
    mem_free(o->ctx);
    o->ctx = NULL;
}

size_t queue_object_bytes(const struct object *o)
{
    return queues_bytes(o->ctx);
}

void queue_object_describe(const struct object *o, uint32_t state, struct buf *out)
{
    queues_print(o->ctx, state, &o->h->values, out);
}
