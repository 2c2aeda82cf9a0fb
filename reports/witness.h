/* Witnesses: for each valid key an order of its operations that explains every result. The file is
 * JSON, one operation per line, so that a small independent program can re-check it:
 *
 *   {"schema": 1, "inputs": [{"path": "h.edn", "property": "linearizable", "model": "register",
 *     "initial": null, "keys": [{"key": null, "linearization": [
 *       {"invoked": 0, "completed": 3, "process": 0, "f": "write", "argument": 1, "result": 1}, ...
 *
 * "invoked" and "completed" are event positions from 0; "completed" is null for an operation whose
 * outcome is unknown and that is taken to have happened. Unknown operations that are absent did
 * not happen. */
#ifndef BELIE_REPORTS_WITNESS_H
#define BELIE_REPORTS_WITNESS_H

#include "reports/report.h"

/* Text goes out through `put` in pieces, so that a large witness is never held in memory. */
struct witness_writer {
    bool (*put)(void *ctx, struct str piece); /* false: stop */
    void *ctx;
    struct buf pending;
    size_t inputs;
    bool failed;
};

/* false when `put` failed. `end` also frees what is pending. */
bool witness_add(struct witness_writer *w, const struct report *r);
bool witness_end(struct witness_writer *w);

#endif
