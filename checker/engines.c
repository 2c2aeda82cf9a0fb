#include "checker/engine.h"

const struct engine *const engines[] = {
    &engine_zones,
    &engine_stages,
    &engine_bits,
    &engine_growth_set,
    &engine_growth_log,
    &engine_by_element,
    &engine_counter,
    &engine_tickets,
    &engine_distinct,
    &engine_permits,
    &engine_queue,
    &engine_bag,
    &engine_stack,
    &engine_priority,
    &engine_holds,
    &engine_leases,
    &engine_jit,
    &engine_wgl,
    NULL,
};

const struct engine *engine_find(const char *name)
{
    for (size_t i = 0; engines[i]; i++)
        if (strcmp(engines[i]->name, name) == 0)
            return engines[i];
    return NULL;
}
