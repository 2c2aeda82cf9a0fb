/* What every reader does with an operation, whatever its syntax: know the field names, normalise
 * types and names, look at errors of failed operations, append the event, and say where the text
 * went wrong or was torn. */
#ifndef BELIE_HISTORIES_OP_READER_H
#define BELIE_HISTORIES_OP_READER_H

#include "histories/history.h"
#include "histories/lexer.h"

enum field {
    FIELD_TYPE,
    FIELD_F,
    FIELD_PROCESS,
    FIELD_VALUE,
    FIELD_KEY,
    FIELD_TIME,
    FIELD_INDEX,
    FIELD_VERSION,
    FIELD_ERROR,
    FIELD_EXTRA,
};

/* Names asked for again and again, found by their first eight bytes. */
enum { NAME_CACHE = 64, ERROR_CACHE = 32 };

struct op_reader {
    struct lexer l;
    struct history *h;
    struct event ev;
    unsigned seen;    /* bit per enum field */
    struct str error; /* text of the :error form, or empty */
    struct {
        uint64_t word;
        val v;
    } names[NAME_CACHE];
    struct {
        uint64_t hash;
        struct str text;
        bool indefinite;
    } errors[ERROR_CACHE];
};

/* Ready to read h->source.text. Zero bytes at its end (a crash of the machine leaves them) are cut
 * off with a warning. False when the text has no other bytes. */
bool op_reader_init(struct op_reader *r, struct history *h, struct err *e);
void op_reader_free(struct op_reader *r);

/* Start an event whose form begins at `at`. */
void op_begin(struct op_reader *r, const char *at);
/* The field called `name` (without colon or quotes). */
enum field op_field(struct str name);
/* False, with the lexer's error set, when the field was seen before in this event. */
bool op_once(struct op_reader *r, enum field f, const char *at);
/* Set fields; false with the lexer's error set when the value cannot be one. */
bool op_set_type(struct op_reader *r, struct str name, const char *at);
bool op_set_f(struct op_reader *r, val v, const char *at);
bool op_set_process(struct op_reader *r, val v, const char *at);
/* FIELD_TIME, FIELD_INDEX, FIELD_VERSION; negative ones count as not given. */
void op_set_number(struct op_reader *r, enum field f, int64_t i);
/* Append the event. */
bool op_end(struct op_reader *r);

/* The keyword called `name`, through the cache. */
val op_keyword(struct op_reader *r, struct str name);

/* The lexer failed in the form that begins at `form`. A form torn by the end of the text is
 * dropped with a warning: true. Everything else is an error: false. */
bool op_failed(struct op_reader *r, const char *form, struct err *e);
/* Error at `at`. Returns false. */
bool op_error(struct op_reader *r, const char *at, struct err *e, const char *what);

/* The error of a failed operation reads as if the operation may have taken effect after all. */
bool error_is_indefinite(struct str text);

#endif
