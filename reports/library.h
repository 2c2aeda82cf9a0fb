/* The two calls under belie.h, for the CLI too: names and texts in, structures out. */
#ifndef BELIE_REPORTS_LIBRARY_H
#define BELIE_REPORTS_LIBRARY_H

#include "reports/belie.h"
#include "reports/report.h"

/* history_load with the names of `o` resolved. On error `h` is freed. */
bool library_load(struct history *h, const char *path, const struct belie_load_options *o,
                  struct err *e);
bool library_load_prefix(struct history *h, const char *name, int fd, uint64_t n,
                         const struct belie_load_options *o, struct err *e);
bool library_load_memory(struct history *h, const char *name, struct str text,
                         const struct belie_load_options *o, struct err *e);

/* check_history with the names of `o` resolved against `budget`, for each property asked: result is
 * the first one's, the others follow it. Fills report's history, result, initial (path is the
 * caller's). Interns the initial value in h. */
bool library_check(struct history *h, const struct belie_check_options *o, struct budget *budget,
                   struct check_result *result, struct report *report, struct err *e);

/* Does this version check every property of the comma-separated list (NULL: the default), each
 * named once? */
bool library_properties_exist(const char *list, struct err *e);

/* Is the list (of properties that exist) one level that engines decide? */
bool library_one_level(const char *list);

#endif
