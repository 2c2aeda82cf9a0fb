#include "histories/event_text.h"

enum { RECORD_MAX = 4096 }; /* more is a value, not a remark */

static struct str record(const struct history *h, uint32_t i)
{
    struct str text = h->source.text;
    uint64_t from = h->events.offset[i], to = text.n;
    if (from >= text.n)
        return (struct str){"", 0};
    if (i + 1 < h->events.n && h->events.offset[i + 1] > from)
        to = h->events.offset[i + 1];
    if (to > text.n)
        to = text.n;
    if (to - from > RECORD_MAX)
        to = from + RECORD_MAX;
    return (struct str){text.p + from, (size_t)(to - from)};
}

bool event_says(const struct history *h, uint32_t i, const char *field, const char *word)
{
    struct str text = record(h, i);
    const char *end = text.p + text.n, *p = text.p;
    size_t n = strlen(field);
    for (; (p = memchr(p, field[0], (size_t)(end - p))); p++) {
        struct str rest = {p, (size_t)(end - p)};
        if (str_starts(rest, field))
            return str_contains_nocase((struct str){p + n, rest.n - n}, word);
    }
    return false;
}
