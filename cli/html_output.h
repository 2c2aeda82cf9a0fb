/* Where check --html writes: one page about one history, or a folder with a page for each history
 * and an index of all. A path that ends in a slash, or names a folder, is a folder. */
#ifndef BELIE_CLI_HTML_OUTPUT_H
#define BELIE_CLI_HTML_OUTPUT_H

#include "cli/out_file.h"
#include "reports/html/index_page.h"
#include "reports/report.h"

struct html_output {
    const char *to; /* NULL: nothing is written */
    bool folder;
    struct out_file file; /* the page, or the index of the folder */
    bool written;         /* the page */
    struct index_page index;
    char **names; /* pages of the folder, without ".html" */
    size_t nnames, cap;
};

bool html_output_is_folder(const char *to);
/* Makes the folder; fails before the work whose result goes there. */
bool html_output_open(struct html_output *o, const char *to, struct err *e);
/* `h` is NULL where the history could not be read or was skipped: then only the index tells. */
bool html_output_add(struct html_output *o, const struct report *r, struct history *h,
                     struct err *e);
/* Writes the index; a page that was not written is not there. Frees `o` in any case. */
bool html_output_end(struct html_output *o, struct err *e);
#endif
