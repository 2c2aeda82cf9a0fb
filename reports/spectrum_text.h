/* The spectrum of a history in plain lines. */
#ifndef BELIE_REPORTS_SPECTRUM_TEXT_H
#define BELIE_REPORTS_SPECTRUM_TEXT_H

#include "checker/levels/spectrum.h"
#include "reports/text.h"

/* Each level with its verdict and where that comes from, then the two lines that matter: the
 * strongest levels that are not refuted and the weakest that are. */
void report_spectrum(const struct spectrum *p, const struct text_style *s, struct buf *out);

/* "holds", "broken", "undecided". */
const char *spectrum_word(const struct spectrum_entry *x);

#endif
