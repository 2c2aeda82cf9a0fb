#include "reports/session_text.h"

#include <string.h>

bool session_text_is_compact(const char *text)
{
    return text[0] == 'A' && text[1] == ':';
}

/* An operation is four words apart: its name, its key, its value; session names end in a colon. */
static bool several_keys(const char *p)
{
    char first = '\0';
    for (; *p; p++) {
        bool operation = (p[0] == 'w' || p[0] == 'r') && p[1] == ' ';
        if (operation && first && p[2] != first)
            return true;
        if (operation && !first)
            first = p[2];
        p += operation ? 2 : 0;
    }
    return false;
}

static void event(struct buf *out, unsigned process, const char *type, const char *op, bool keyed,
                  bool completes)
{
    size_t n = strcspn(op + 4, ",| ");
    bool known = op[0] == 'w' || (completes && !(n == 1 && op[4] == '0'));
    buf_printf(out, "%u\t:%s\t:%s\t", process, type, op[0] == 'w' ? "write" : "read");
    if (keyed)
        buf_printf(out, "[%c ", op[2]);
    buf_put(out, known ? (struct str){op + 4, n} : str_of("nil"));
    buf_puts(out, keyed ? "]\n" : "\n");
}

void session_text(const char *compact, struct buf *out)
{
    if (!session_text_is_compact(compact)) {
        buf_puts(out, compact);
        return;
    }
    bool keyed = several_keys(compact);
    unsigned process = 0;
    for (const char *p = compact; *p; p++) {
        process += *p == '|';
        if ((p[0] != 'w' && p[0] != 'r') || p[1] != ' ')
            continue;
        event(out, process, "invoke", p, keyed, false);
        event(out, process, "ok", p, keyed, true);
        p += 2;
    }
}
