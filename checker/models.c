#include "checker/model_list.h"

/* Where several know the operations of a history, detection takes the first: the stricter names
 * come before the models that have many names for the same. */
const struct model *const models[] = {
    &model_register,
    &model_cas_register,
    &model_kv,
    &model_multi_register,
    &model_mutex,
    &model_owner_mutex,
    &model_reentrant_mutex,
    &model_fenced_mutex,
    &model_lease,
    &model_rw_lock,
    &model_semaphore,
    &model_owner_semaphore,
    &model_counter,
    &model_fetch_and_add,
    &model_unique_ids,
    &model_grow_set,
    &model_set,
    &model_list,
    &model_log,
    &model_fifo_queue,
    &model_unordered_queue,
    &model_stack,
    &model_priority_queue,
    &model_max_priority_queue,
    &model_deque,
    NULL,
};

const struct model *model_find(const char *name)
{
    for (size_t i = 0; models[i]; i++)
        if (strcmp(models[i]->name, name) == 0)
            return models[i];
    return NULL;
}

val model_initial(const struct model *m, const struct history *h)
{
    bool said = h->object && h->object_initial != VAL_ABSENT && strcmp(h->object, m->name) == 0;
    return said ? h->object_initial : m->default_initial;
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

bool model_has(const struct model *m, enum action action)
{
    const struct model_op_name *n = m->names;
    while (n && n->f && n->action != action)
        n++;
    return n && n->f;
}
