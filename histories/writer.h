/* Writers: one table entry per format; from events to text. */
#ifndef BELIE_HISTORIES_WRITER_H
#define BELIE_HISTORIES_WRITER_H

#include "histories/history.h"

struct writer {
    const char *name, *summary, *suffix;
    /* Append event `i` of h to out; called in order. */
    void (*event)(const struct history *h, size_t i, struct buf *out);
    /* Optional: text before and after all events, between two events (else newline after each). */
    const char *before, *between, *after;
};

extern const struct writer *const writers[]; /* NULL-terminated */
const struct writer *writer_find(const char *name);
/* By the output file's suffix (.edn .json .jsonl .txt .log), else NULL. */
const struct writer *writer_for_path(const char *path);

/* Write all events whose keep[i] is true (NULL: all) through `put`, in chunks.
 * put returns false to stop. */
bool history_write(const struct history *h, const struct writer *w, const bool *keep,
                   bool (*put)(void *ctx, struct str chunk), void *ctx);

#endif
