/* Numbers of EDN and JSON texts to values, in one canonical form: numbers that are equal for
 * Clojure get one id wherever that can be told cheaply. */
#ifndef BELIE_HISTORIES_NUMBER_H
#define BELIE_HISTORIES_NUMBER_H

#include "histories/value.h"

/* `s` is a whole EDN number: 5 -3 +5 0x1F 017 36rZ 123N 1.5M 1/3 1.0E-4. False when it is none. */
bool number_edn(struct values *t, struct str s, val *out);
/* Does RFC 8259 call `s` a number? */
bool number_is_json(struct str s);
/* The same, and its value. */
bool number_json(struct values *t, struct str s, val *out);

#endif
