/* What the record of an event says beside the fields that become columns (:error, :final?). */
#ifndef BELIE_HISTORIES_EVENT_TEXT_H
#define BELIE_HISTORIES_EVENT_TEXT_H

#include "histories/history.h"

/* True when the record of event `i` has `field` and, after it, `word` (letters without case), as in
 * ":error :empty" or "\"final?\": true". False where the history was not read from text. */
bool event_says(const struct history *h, uint32_t i, const char *field, const char *word);

#endif
