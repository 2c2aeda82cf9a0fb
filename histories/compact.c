#include "histories/compact.h"

#include <stdlib.h>

bool compact_is(const char *text)
{
    return text[0] == 'A' && text[1] == ':';
}

bool compact_next(const char **p, struct compact_op *op)
{
    for (const char *q = *p; *q; q++) {
        op->session += *q == '|';
        if ((q[0] != 'w' && q[0] != 'r') || q[1] != ' ' || !q[2] || q[3] != ' ')
            continue;
        op->write = q[0] == 'w';
        op->key = q[2];
        char *end;
        op->value = (int)strtol(q + 4, &end, 10);
        *p = end;
        return true;
    }
    return false;
}
