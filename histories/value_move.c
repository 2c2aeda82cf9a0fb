#include "histories/value_move.h"

#include "base/mem.h"

static val move_items(const struct value_mover *m, enum val_kind kind, val v)
{
    size_t n;
    const val *items = val_items(m->from, v, &n);
    val *moved = mem_alloc((n + 1) * sizeof *moved);
    for (size_t i = 0; i < n; i++)
        moved[i] = value_move(m, items[i]);
    val out = val_seq(m->to, kind, moved, n);
    mem_free(moved);
    return out;
}

val value_move(const struct value_mover *m, val v)
{
    int64_t number;
    enum val_kind kind = val_kind(m->from, v);
    switch (kind) {
    case V_NIL:
    case V_BOOL:
    case V_ABSENT:
        return v;
    case V_INT:
        return val_get_int(m->from, v, &number) ? val_int(m->to, number) : v;
    case V_NUMBER:
    case V_STRING:
    case V_KEYWORD:
    case V_SYMBOL:
        return val_text(m->to, kind, val_get_text(m->from, v));
    case V_LIST:
    case V_SET:
    case V_MAP:
    default:
        return move_items(m, kind, v);
    }
}
