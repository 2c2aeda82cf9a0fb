#include "checker/property.h"

static const char *const below_linearizable[] = {"sequential", "k-atomic",
                                                 "bounded-staleness", "eventual", NULL};

const struct property property_linearizable = {
    .name = "linearizable",
    .summary = "some order of all operations explains every result and keeps real time",
    .complexity = "linear for many kinds of objects, a search for the others (see models)",
    .implies = below_linearizable,
    .cost = 5,
};

const struct property property_all = {
    .name = "all",
    .summary = "the spectrum: which levels of consistency hold, which are broken",
    .complexity = "that of the levels which others do not decide",
};

const struct property *const properties[] = {
    &property_linearizable,
    &level_sequential,
    &level_causal_memory,
    &level_causal_convergence,
    &level_causal,
    &level_processor,
    &level_pram,
    &level_coherence,
    &level_session,
    &level_ryw,
    &level_mr,
    &level_mw,
    &level_wfr,
    &level_k_atomic,
    &level_bounded_staleness,
    &level_strong_eventual,
    &level_eventual,
    &property_set,
    &property_set_full,
    &property_total_queue,
    &property_counter,
    &property_pn_counter,
    &property_unique_ids,
    &property_kafka,
    &property_lock_safety,
    &crdt_g_counter,
    &crdt_pn_counter,
    &crdt_g_set,
    &crdt_two_phase_set,
    &crdt_or_set,
    &crdt_lww_register,
    &crdt_mv_register,
    &property_all,
    NULL,
};

const struct property *property_find(struct str name)
{
    for (size_t i = 0; properties[i]; i++)
        if (str_is(name, properties[i]->name))
            return properties[i];
    return NULL;
}
