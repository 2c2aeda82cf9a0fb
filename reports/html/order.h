/* How far an order of a counterexample's operations gets: the states that it goes through, and the
 * operation at which every order ends. */
#ifndef BELIE_REPORTS_HTML_ORDER_H
#define BELIE_REPORTS_HTML_ORDER_H

#include "reports/html/page.h"

enum { ORDER_OPS = 32 };

struct order_step {
    uint32_t op;       /* index into history ops */
    const char *state; /* after it; in the arena */
};

struct order {
    struct arena arena;
    const char *initial;
    struct order_step steps[ORDER_OPS];
    size_t n;
    uint32_t stuck; /* history op that cannot come next; NO_EVENT: nothing was found */
};

/* Of the counterexample of `key`, a key of `property`. Nothing is found for levels that do not keep
 * real time, properties without a model, models that need a program, and more than ORDER_OPS
 * operations. Owner rule: free with order_free. */
void order_find(struct order *o, const struct page *p, const json_t *property, const json_t *key);
void order_free(struct order *o);

#endif
