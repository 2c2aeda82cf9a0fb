/* Names of properties: which of those that a test asks for can be checked. */
#ifndef BELIE_CHECKER_PROPERTY_NAMES_H
#define BELIE_CHECKER_PROPERTY_NAMES_H

#include "base/buf.h"

/* `asked` is names with commas; those of properties go to `known`, the others to `missing`, both
 * with commas and ended by a NUL. The holder frees them. */
void property_names_split(const char *asked, struct buf *known, struct buf *missing);

#endif
