#include "checker/model_list.h"

const struct model *const models[] = {
    &model_register,
    &model_cas_register,
    &model_kv,
    &model_multi_register,
    &model_mutex,
    &model_set,
    &model_grow_set,
    &model_list,
    &model_log,
    &model_fifo_queue, /* before the others that know enqueue and dequeue */
    &model_stack,
    &model_priority_queue,
    &model_max_priority_queue,
    &model_counter,
    &model_unordered_queue,
    &model_deque,
    &model_fetch_and_add,
    &model_unique_ids,
    &model_semaphore,
    &model_owner_mutex,
    &model_reentrant_mutex,
    &model_owner_semaphore,
    &model_rw_lock,
    &model_fenced_mutex,
    NULL,
};

const struct model *model_find(const char *name)
{
    for (size_t i = 0; models[i]; i++)
        if (strcmp(models[i]->name, name) == 0)
            return models[i];
    return NULL;
}

bool model_action(const struct model *m, struct str f, enum action *out)
{
    const struct model_op_name *n = m->names;
    if (!n) {
        *out = ACT_OTHER;
        return true;
    }
    while (n->f && !str_is(f, n->f))
        n++;
    *out = n->action;
    return n->f != NULL;
}
