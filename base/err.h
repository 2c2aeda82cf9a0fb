/* Errors are values: a code and one sentence that gains context on its way up.
 * The library never prints; cli/ prints err.text and turns err.code into an exit status. */
#ifndef BELIE_BASE_ERR_H
#define BELIE_BASE_ERR_H

#include <stdbool.h>

enum err_code {
    ERR_NONE = 0,
    ERR_USAGE,    /* the caller asked for something that cannot be (exit 254) */
    ERR_INPUT,    /* malformed or unreadable input (exit 254) */
    ERR_IO,       /* reading or writing failed (exit 254) */
    ERR_INTERNAL, /* a bug in belie (exit 255) */
};

struct err {
    enum err_code code;
    char text[1024];
};

/* Set `e` (which may be NULL) and return false, so that callers can write `return err_set(...)`. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "context: " in front of the text; code is kept. Returns false. */
bool err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
