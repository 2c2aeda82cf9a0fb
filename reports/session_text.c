#include "reports/session_text.h"

#include "histories/compact.h"

static bool several_keys(const char *compact)
{
    struct compact_op op = {0};
    char first = '\0';
    while (compact_next(&compact, &op)) {
        if (first && op.key != first)
            return true;
        first = op.key;
    }
    return false;
}

static void event(struct buf *out, const struct compact_op *op, const char *type, bool keyed,
                  bool known)
{
    buf_printf(out, "%u\t:%s\t:%s\t", op->session, type, op->write ? "write" : "read");
    if (keyed)
        buf_printf(out, "[%c ", op->key);
    if (known)
        buf_printf(out, "%d", op->value);
    else
        buf_puts(out, "nil");
    buf_puts(out, keyed ? "]\n" : "\n");
}

void session_text(const char *compact, struct buf *out)
{
    if (!compact_is(compact)) {
        buf_puts(out, compact);
        return;
    }
    bool keyed = several_keys(compact);
    struct compact_op op = {0};
    while (compact_next(&compact, &op)) {
        event(out, &op, "invoke", keyed, op.write);
        event(out, &op, "ok", keyed, op.value != 0);
    }
}
