/* An HTML report as a file. */
#ifndef BELIE_CLI_HTML_FILE_H
#define BELIE_CLI_HTML_FILE_H

#include "cli/out_file.h"
#include "reports/report.h"

#include <jansson.h>

/* The report of what was just checked. `h` is the history of `r` (given apart where r has no
 * result); `test` is test.json or NULL. Commits or aborts `o`. */
bool html_file(struct out_file *o, const struct report *r, struct history *h, const json_t *test,
               struct err *e);
/* The same from a document of results and the number of its input. */
bool html_file_from(struct out_file *o, const json_t *results, size_t input, struct history *h,
                    const json_t *test, struct err *e);

#endif
