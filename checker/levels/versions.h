/* The order of writes that recorded versions give: mod_revision, offsets, row versions. */
#ifndef BELIE_CHECKER_LEVELS_VERSIONS_H
#define BELIE_CHECKER_LEVELS_VERSIONS_H

#include "checker/levels/past.h"

/* Of each key the writes whose version is known, each before the next one: EDGE_VERSION, stamp 0.
 * A write's version is its own or that of a read of it; where these disagree, or two writes of a
 * key have the same one, the key's versions are not believed. O(n log n). */
void versions_edges(const struct view *v, struct derived_list *out);

#endif
