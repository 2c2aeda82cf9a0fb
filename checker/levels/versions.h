/* Recorded versions, row versions and revisions: which write of a value written more than once a
 * read observed, and the order of writes. */
#ifndef BELIE_CHECKER_LEVELS_VERSIONS_H
#define BELIE_CHECKER_LEVELS_VERSIONS_H

#include "checker/levels/past.h"

/* A view like `v` that heeds its versions, which must be there: out->version of each write is its
 * own or that of its reads, and reads with several possible writes observed the one that has their
 * version, or the only one left when those with other versions are gone. Where the versions of a
 * key contradict each other, nothing of it is believed: its writes have none.
 * Owner rule: free with versions_forget; `v` must outlive it. O(n log n). */
void versions_heed(struct view *out, const struct view *v);
void versions_forget(struct view *out);

/* Writes that have versions, each before the next one: EDGE_VERSION, stamp 0. Of each key; over all
 * keys when they are :mod-revisions. Nothing for a view that does not heed versions. O(n log n). */
void versions_edges(const struct view *v, struct derived_list *out);

#endif
