/* What the nemesis did, from the events of a history: pairs of start-X and stop-X (or X and heal),
 * each with the events whose value and receipt say what was done and measured.
 * Owner rule: free with faults_free. */
#ifndef BELIE_REPORTS_HTML_FAULTS_H
#define BELIE_REPORTS_HTML_FAULTS_H

#include "histories/history.h"

#define NO_FAULT_EVENT UINT32_MAX

struct one_fault {
    struct str name;   /* "partition"; borrowed from the history's values */
    uint32_t from, to; /* events at which it began and ended; `to` NO_FAULT_EVENT: it never did */
    uint32_t done, healed; /* the events that carry what was measured, or NO_FAULT_EVENT */
};

struct faults {
    struct one_fault *v;
    size_t n, cap;
};

void faults_find(struct faults *f, const struct history *h);
void faults_free(struct faults *f);

#endif
