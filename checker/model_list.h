/* Every model, each defined in its own file model_*.c; models.c puts them in order. */
#ifndef BELIE_CHECKER_MODEL_LIST_H
#define BELIE_CHECKER_MODEL_LIST_H

#include "checker/model.h"

extern const struct model model_register, model_cas_register, model_kv, model_multi_register;
extern const struct model model_mutex;
extern const struct model model_set, model_grow_set, model_list, model_log;
extern const struct model model_stack, model_priority_queue, model_max_priority_queue;
extern const struct model model_counter;
extern const struct model model_fifo_queue, model_unordered_queue, model_deque;
extern const struct model model_fetch_and_add;
extern const struct model model_unique_ids;
extern const struct model model_semaphore;
extern const struct model model_owner_mutex, model_reentrant_mutex, model_owner_semaphore;
extern const struct model model_rw_lock, model_fenced_mutex, model_lease;

#endif
