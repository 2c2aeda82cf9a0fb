/* What the record of an event says beside the fields that become columns (:error, :final?). */
#ifndef BELIE_HISTORIES_EVENT_TEXT_H
#define BELIE_HISTORIES_EVENT_TEXT_H

#include "histories/history.h"

/* True when the record of event `i` has `field` and, after it, `word` (letters without case), as in
 * ":error :empty" or "\"final?\": true". False where the history was not read from text. */
bool event_says(const struct history *h, uint32_t i, const char *field, const char *word);

/* What the record of event `i` has as `name` ("receipt": both :receipt and "receipt":): of a string
 * what is between its quotes, as it is written; of a list, map or set all of it with its brackets;
 * of anything else the text up to the next blank, comma or bracket. Empty where there is none.
 * Strings are cut after 400 bytes. A slice of the source. */
struct str event_field(const struct history *h, uint32_t i, const char *name);

#endif
