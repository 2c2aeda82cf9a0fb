#include "histories/event_text.h"

enum { FIELD_MAX = 400, RECORD_MAX = 4096 }; /* more is a value, not a remark */

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

/* A list, map or set from its first bracket to the one that closes it; empty when there is none:
 * the beginning of a value must not be taken for it. */
static struct str bracketed(struct str s)
{
    size_t depth = 0;
    bool string = false;
    for (size_t at = 0; at < s.n; at++) {
        if (string && s.p[at] == '\\')
            at++;
        else if (s.p[at] == '"')
            string = !string;
        else if (!string && strchr("[{(", s.p[at]))
            depth++;
        else if (!string && strchr("]})", s.p[at]) && depth-- <= 1)
            return depth == 0 ? (struct str){s.p, at + 1} : (struct str){"", 0};
    }
    return (struct str){"", 0};
}

/* The value that begins `s`. */
static struct str field_value(struct str s)
{
    size_t at = 0, from;
    while (at < s.n && strchr(" ,:\t", s.p[at]))
        at++;
    if (at < s.n && strchr("[{(#", s.p[at]))
        return bracketed((struct str){s.p + at, s.n - at});
    bool string = at < s.n && s.p[at] == '"';
    from = at += string;
    for (; at < s.n && at - from < FIELD_MAX; at++) {
        if (string && s.p[at] == '\\')
            at++;
        else if (string ? s.p[at] == '"' : strchr(" ,]})\n", s.p[at]) != NULL)
            break;
    }
    return (struct str){s.p + from, (at < s.n ? at : s.n) - from};
}

struct str event_field(const struct history *h, uint32_t i, const char *name)
{
    struct str text = record(h, i);
    size_t n = strlen(name);
    for (size_t at = 1; at + n < text.n; at++) {
        struct str rest = {text.p + at, text.n - at};
        bool named = (text.p[at - 1] == ':' || text.p[at - 1] == '"') && str_starts(rest, name);
        if (named && (rest.p[n] == ' ' || (rest.p[n] == '"' && n + 1 < rest.n)))
            return field_value((struct str){rest.p + n + 1, rest.n - n - 1});
    }
    return (struct str){"", 0};
}
