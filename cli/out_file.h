/* Output files appear whole or not at all: a temporary file in the same folder, synced, renamed.
 * What is no regular file (a device, a pipe) is written directly, "-" is standard output. */
#ifndef BELIE_CLI_OUT_FILE_H
#define BELIE_CLI_OUT_FILE_H

#include "base/err.h"
#include "base/str.h"

struct out_file {
    char *path, *temporary; /* temporary is NULL for direct writing */
    int fd;                 /* -1 = not open */
    bool standard;
    struct err error; /* the first failure */
};

/* Fails early, before the work whose result goes there. */
bool out_open(struct out_file *o, const char *path, struct err *e);
/* For writers that take a callback: ctx is the struct out_file. False after a failure. */
bool out_put(void *ctx, struct str piece);
/* Make it visible under its name, or say why not. Frees `o` in any case. */
bool out_commit(struct out_file *o, struct err *e);
/* Leave nothing behind. */
void out_abort(struct out_file *o);
/* The same for every open file, for a signal handler that ends the program. */
void out_abandon_all(void);

#endif
