/* The spectrum of published histories of registers: every level asked, and each verdict judged
 * again by naive_levels.h, as far as that knows the level and the values allow. */
#ifndef BELIE_TESTS_SPECTRUM_ROWS_H
#define BELIE_TESTS_SPECTRUM_ROWS_H

#include "base/budget.h"
#include "tests/corpus/manifest.h"
#include "tests/property/spec.h"

struct spectrum_totals {
    size_t files, verdicts, judged;
};

/* One result for the file, and a note "spectrum FOLDER LEVEL VERDICT" for each level. `judged`: an
 * independent judge accepted the witness that the history is linearizable, or the core that it is
 * not. Rows of other models are
 * passed over. */
void spectrum_row(struct history *h, const struct corpus_row *row, const struct spec_options *opt,
                  bool judged, struct budget *budget, struct spectrum_totals *t);

#endif
