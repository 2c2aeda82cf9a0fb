/* Short names for reading a result document. NULL and members of another type are like members
 * that are not there. */
#ifndef BELIE_REPORTS_HTML_JSON_H
#define BELIE_REPORTS_HTML_JSON_H

#include "base/str.h"

#include <jansson.h>

/* The text of a member; "" of length 0 when there is none. */
static inline struct str json_str(const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)} : STR("");
}

static inline int64_t json_int(const json_t *o, const char *name, int64_t otherwise)
{
    const json_t *v = json_object_get(o, name);
    return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

static inline bool json_invalid(const json_t *o)
{
    return json_is_false(json_object_get(o, "valid"));
}

static inline bool json_valid(const json_t *o)
{
    return json_is_true(json_object_get(o, "valid"));
}

#endif
