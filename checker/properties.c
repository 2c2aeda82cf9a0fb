#include "checker/property.h"

static const char *const below_linearizable[] = {"coherence", "k-atomic",
                                                   "bounded-staleness", NULL};

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
    &level_coherence,
    &level_k_atomic,
    &level_bounded_staleness,
    &property_set,
    &property_set_full,
    &property_total_queue,
    &property_counter,
    &property_pn_counter,
    &property_unique_ids,
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
