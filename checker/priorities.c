#include "checker/priorities.h"

bool priority_comparable(const struct values *t, val x, val y)
{
    enum val_kind k = val_kind(t, x);
    return k == val_kind(t, y) &&
           (k == V_INT || k == V_STRING || k == V_KEYWORD || k == V_SYMBOL);
}

bool priority_less(const struct values *t, val x, val y)
{
    int64_t i, j;
    if (val_get_int(t, x, &i) && val_get_int(t, y, &j))
        return i < j;
    struct str a = val_get_text(t, x), b = val_get_text(t, y);
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c < 0 : a.n < b.n;
}
