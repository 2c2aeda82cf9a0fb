/* What the results leave out because it is as large as the history: the order that proves that a
 * history is linearizable, and how stale each read of a register was. Both are found again from the
 * history, so that a page that is made from results later is the same.
 * Owner rule: free with again_free. */
#ifndef BELIE_REPORTS_HTML_AGAIN_H
#define BELIE_REPORTS_HTML_AGAIN_H

#include "checker/check.h"
#include "reports/html/page.h"

struct again {
    const json_t *property; /* that is proved; NULL: none */
    val initial;
    struct check_result proof; /* its valid keys have a witness, unless finding it was too much */
    uint32_t *effect; /* per operation the event at which it takes effect in that order; NO_EVENT:
                         not known, or it never does. NULL: none is known */
    uint32_t *step; /* with `effect`: its place in one such order of all objects, from 0 */
    size_t steps;
    int64_t *stale; /* per operation how far a read was behind, ns; 0: not, or not known. NULL:
                       none was, or nothing is known */
};

void again_find(struct again *g, const struct page *p);
void again_free(struct again *g);

#endif
