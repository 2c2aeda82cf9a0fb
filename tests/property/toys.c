#include "tests/property/toy.h"

extern const struct toy toy_mutex;
extern const struct toy toy_set, toy_grow_set, toy_list;
extern const struct toy toy_stack, toy_priority_queue, toy_max_priority_queue;
extern const struct toy toy_counter;
extern const struct toy toy_fifo_queue, toy_unordered_queue, toy_deque;
extern const struct toy toy_fetch_and_add;
extern const struct toy toy_unique_ids;
extern const struct toy toy_semaphore;
extern const struct toy toy_owner_mutex, toy_reentrant_mutex, toy_owner_semaphore;
extern const struct toy toy_rw_lock, toy_fenced_mutex, toy_lease;

const struct toy *const toys[] = {
    &toy_mutex,
    &toy_set,
    &toy_grow_set,
    &toy_list,
    &toy_stack,
    &toy_priority_queue,
    &toy_max_priority_queue,
    &toy_counter,
    &toy_fifo_queue,
    &toy_unordered_queue,
    &toy_deque,
    &toy_fetch_and_add,
    &toy_unique_ids,
    &toy_semaphore,
    &toy_owner_mutex,
    &toy_reentrant_mutex,
    &toy_owner_semaphore,
    &toy_rw_lock,
    &toy_fenced_mutex,
    &toy_lease,
    NULL,
};

const struct toy *toy_find(const char *model)
{
    for (size_t i = 0; toys[i]; i++)
        if (strcmp(toys[i]->model, model) == 0)
            return toys[i];
    return NULL;
}
