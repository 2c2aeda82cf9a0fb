/* The corpus' tables of contents: which files, which model, which verdict. */
#ifndef BELIE_TESTS_MANIFEST_H
#define BELIE_TESTS_MANIFEST_H

#include "base/err.h"
#include "base/str.h"

struct corpus_row {
    char path[512];      /* below the corpus directory */
    const char *model;   /* a model's name */
    const char *initial; /* EDN, or NULL for nil */
    bool nil_unknown;
    bool valid;
};

/* Call `each` for every row whose model is in this program; a row that is right under two readings
 * of its initial value comes twice. */
bool manifest_histories(const char *root, void (*each)(void *ctx, const struct corpus_row *row),
                        void *ctx, struct err *e);
bool manifest_transactions(const char *root,
                           void (*each)(void *ctx, const struct corpus_row *row), void *ctx,
                           struct err *e);

/* The next line of `rest`, without its end. False when there is none. */
bool manifest_line(struct str *rest, struct str *line);

#endif
