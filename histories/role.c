#include "histories/role.h"

static const struct {
    const char *name;
    enum op_role role;
} names[] = {
    {"read", ROLE_READ},  {"r", ROLE_READ},    {"get", ROLE_READ}, {"write", ROLE_WRITE},
    {"w", ROLE_WRITE},    {"put", ROLE_WRITE}, {"set", ROLE_WRITE}, {"cas", ROLE_CAS},
    {"txn", ROLE_TXN},    {"compare-and-set", ROLE_CAS},
};

static enum op_role look_up(const struct values *t, val f)
{
    if (val_kind(t, f) != V_KEYWORD)
        return ROLE_OTHER;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(val_get_text(t, f), names[i].name))
            return names[i].role;
    return ROLE_OTHER;
}

/* An empty slot holds VAL_NIL with ROLE_OTHER, which is right for nil too. */
enum op_role role_of(struct roles *r, const struct values *t, val f)
{
    size_t slot = f & 15;
    if (r->f[slot] != f) {
        r->f[slot] = f;
        r->role[slot] = (uint8_t)look_up(t, f);
    }
    return (enum op_role)r->role[slot];
}

bool is_micro_op(const struct values *t, val v)
{
    size_t n;
    const val *items = val_items(t, v, &n);
    if (n == 0 || val_kind(t, v) != V_LIST)
        return false;
    enum val_kind k = val_kind(t, items[0]);
    return k == V_KEYWORD || k == V_SYMBOL || k == V_STRING;
}

bool is_txn(const struct values *t, val v)
{
    size_t n;
    const val *items = val_items(t, v, &n);
    if (n == 0 || val_kind(t, v) != V_LIST)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_micro_op(t, items[i]))
            return false;
    return true;
}
