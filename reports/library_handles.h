/* Private to the library: what its handles are made of. */
#ifndef BELIE_REPORTS_LIBRARY_HANDLES_H
#define BELIE_REPORTS_LIBRARY_HANDLES_H

#include "reports/library.h"
#include "reports/made_history.h"

struct belie_history {
    struct history h;
    char *name;
    struct made_history *made; /* NULL when it was read from a text */
};

/* *error = a copy of the text, unless error is NULL. Returns NULL. */
void *library_failed(char **error, const struct err *e);

/* The caller's structure in today's layout: fields that its header did not have are zero. */
void library_copy(void *mine, size_t mine_size, const void *theirs);

/* A value of this history, BELIE_NONE included? O(1). */
bool library_value_exists(const struct history *h, belie_value v);

#endif
