/* Text of a history inside of HTML: nothing that it says can become markup, and nothing that it
 * hides (control characters, directions of text) stays hidden. */
#ifndef BELIE_REPORTS_HTML_MARKUP_H
#define BELIE_REPORTS_HTML_MARKUP_H

#include "base/buf.h"
#include "histories/history.h"

/* Append `s`, also inside of a quoted attribute. Ill-formed UTF-8 and characters that HTML forbids
 * become U+FFFD; those that change lines or the direction of text are spelled, as "\u202e". */
void html_text(struct str s, struct buf *out);
/* The same as a cell of a table. */
void html_cell(struct str s, struct buf *out);
void html_puts(const char *z, struct buf *out);
/* The same of formatted text, of at most 511 bytes. */
void html_printf(struct buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A relative address inside of a quoted attribute: bytes that mean something there as %XX. */
void html_address(struct str s, struct buf *out);

/* A JSON string for a script element, which it cannot end. The same characters are replaced. */
void html_json(struct str s, struct buf *out);

/* A value as EDN, at most `width` columns. */
void html_value(const struct history *h, val v, size_t width, struct buf *out);
/* What an operation was asked and said, e.g. "2", "1 -> 2"; see report_op_value. */
void html_op_value(const struct history *h, const struct op *op, size_t width, struct buf *out);

/* Nanoseconds as "3.214 s"; and as "12 ms" or "1.35 s". */
void html_seconds(int64_t ns, struct buf *out);
void html_duration(int64_t ns, struct buf *out);

#endif
