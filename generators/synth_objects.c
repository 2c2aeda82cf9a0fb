#include "generators/synth_object.h"

extern const struct synth_object synth_mutex, synth_set, synth_grow_set, synth_list;
extern const struct synth_object synth_stack, synth_priority_queue, synth_max_priority_queue;
extern const struct synth_object synth_fifo_queue, synth_unordered_queue, synth_deque;
extern const struct synth_object synth_counter, synth_fetch_and_add, synth_unique_ids;
extern const struct synth_object synth_owner_mutex, synth_reentrant_mutex, synth_rw_lock;
extern const struct synth_object synth_fenced_mutex, synth_semaphore, synth_owner_semaphore;
extern const struct synth_object synth_lease;

const struct synth_object *const synth_objects[] = {
    &synth_mutex,
    &synth_set,
    &synth_grow_set,
    &synth_list,
    &synth_stack,
    &synth_priority_queue,
    &synth_max_priority_queue,
    &synth_fifo_queue,
    &synth_unordered_queue,
    &synth_deque,
    &synth_counter,
    &synth_fetch_and_add,
    &synth_unique_ids,
    &synth_owner_mutex,
    &synth_reentrant_mutex,
    &synth_rw_lock,
    &synth_fenced_mutex,
    &synth_semaphore,
    &synth_owner_semaphore,
    &synth_lease,
    NULL,
};

static const char *const registers[] = {"register", "cas-register", "kv", "multi-register"};

enum { REGISTERS = sizeof registers / sizeof registers[0], TICK = 1000 };

const struct synth_object *synth_object_find(const char *model)
{
    for (size_t i = 0; synth_objects[i]; i++)
        if (strcmp(synth_objects[i]->model, model) == 0)
            return synth_objects[i];
    return NULL;
}

const char *synth_model(size_t i)
{
    if (i < REGISTERS)
        return registers[i];
    return synth_objects[i - REGISTERS] ? synth_objects[i - REGISTERS]->model : NULL;
}

const struct violation *violation_find(const char *model, const char *name)
{
    const struct synth_object *x = synth_object_find(model);
    const struct violation *const *v = x ? x->violations : violations;
    while (*v && strcmp((*v)->name, name) != 0)
        v++;
    return *v;
}

/* Do the objects before the x-th have a violation of that name? */
static bool listed(const struct violation *v, size_t x)
{
    for (size_t k = 0; k + 1 < x; k++)
        for (const struct violation *const *w = synth_objects[k]->violations; *w; w++)
            if (strcmp((*w)->name, v->name) == 0)
                return true;
    return false;
}

const struct violation *violation_at(size_t i)
{
    const struct violation *const *v = violations;
    for (size_t x = 0;; x++) {
        for (; *v; v++)
            if (!listed(*v, x) && i-- == 0)
                return *v;
        if (!synth_objects[x])
            return NULL;
        v = synth_objects[x]->violations;
    }
}

val sim_name(struct sim *s, const char *f)
{
    return val_text(&s->h->values, V_KEYWORD, str_of(f));
}

uint32_t sim_permits(const struct sim *s)
{
    enum { PERMITS = 3 };
    return s->o->values ? s->o->values : PERMITS;
}

void sim_plant(struct sim *s, uint32_t key, val f, val in, val out, enum op_type type)
{
    struct sim_op op = {.n = 1, .process = s->planter, .f = f, .in = in, .out = out};
    op.act[0].key = key;
    s->shift += TICK;
    sim_invoke(s, &op);
    s->shift += TICK;
    sim_complete(s, &op, type);
}
