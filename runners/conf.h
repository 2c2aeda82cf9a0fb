/* Descriptions of tests and targets: a JSON document as a tree that remembers where everything
 * stands, so that each mistake is said as FILE:LINE:COLUMN, with the nearest known name.
 * Owner rule: nodes and texts live in the arena that conf_parse was given. */
#ifndef BELIE_RUNNERS_CONF_H
#define BELIE_RUNNERS_CONF_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum conf_kind { CONF_NULL, CONF_BOOL, CONF_NUMBER, CONF_TEXT, CONF_LIST, CONF_OBJECT };

struct conf {
    enum conf_kind kind;
    struct conf_file *file;
    size_t at;        /* byte in the file */
    const char *name; /* of a member of an object, else NULL */
    size_t name_at;
    bool truth;
    double number;
    const char *text;   /* of a text; of a number as it was written */
    struct conf *first; /* of a list or object */
    struct conf *next;  /* after this one in its list or object */
};

struct conf_file {
    const char *name;
    struct str text;
    struct arena *arena;
};

/* Read the file, or the bytes under a name. NULL with an error. */
struct conf *conf_read(const char *path, struct arena *a, struct err *e);
struct conf *conf_parse(const char *name, struct str text, struct arena *a, struct err *e);

/* "FILE:LINE:COLUMN: ..." about a node; returns false. */
bool conf_error(const struct conf *c, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same about the name of a member. */
bool conf_name_error(const struct conf *c, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The member of that name, or NULL. */
const struct conf *conf_get(const struct conf *object, const char *name);
/* `c` is an object whose members are all in `names` (NULL-terminated), none of them twice; else an
 * error with the nearest name. `what`: for the message, such as "a target". */
bool conf_object(const struct conf *c, const char *what, const char *const *names, struct err *e);
/* An object with members of any name, none of them twice. */
bool conf_any_object(const struct conf *c, const char *what, struct err *e);

/* The value of a member, of the kind that is wanted. An absent one leaves *out alone. */
bool conf_text(const struct conf *object, const char *name, const char **out, struct err *e);
bool conf_bool(const struct conf *object, const char *name, bool *out, struct err *e);
/* Between `least` and `most`. */
bool conf_number(const struct conf *object, const char *name, double least, double most,
                 double *out, struct err *e);

/* ": did you mean 'X'?" for the nearest of `names`, or "". Lives in the arena of the file. */
const char *conf_suggestion(const struct conf *c, const char *word, const char *const *names);
/* The node as compact JSON text, appended. */
void conf_print(const struct conf *c, struct buf *out);

#endif
