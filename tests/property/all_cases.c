/* First how many operations each session has, the longest one first; then which keys they write or
 * read, a new key being the next one; then what each read returns. */
#include "tests/property/all_cases.h"

enum { SESSIONS = 4 };

struct walk {
    struct session_case c;
    unsigned keys, written[CASE_KEYS];
    bool (*found)(const struct session_case *c, void *ctx);
    void *ctx;
};

/* The operation after number i of session s. False: there is none. */
static bool step(const struct walk *w, unsigned *s, unsigned *i)
{
    while (*s < w->c.nsessions && *i >= w->c.n[*s]) {
        ++*s;
        *i = 0;
    }
    return *s < w->c.nsessions;
}

static bool choose_values(struct walk *w, unsigned s, unsigned i)
{
    if (!step(w, &s, &i))
        return w->found(&w->c, w->ctx);
    struct case_op *op = &w->c.ops[s][i];
    if (op->f == 'w')
        return choose_values(w, s, i + 1);
    for (unsigned v = 0; v <= w->written[op->key]; v++) {
        op->value = (int8_t)v;
        if (choose_values(w, s, i + 1))
            return true;
    }
    return false;
}

static bool choose_keys(struct walk *w, unsigned s, unsigned i, unsigned used)
{
    if (!step(w, &s, &i))
        return choose_values(w, 0, 0);
    struct case_op *op = &w->c.ops[s][i];
    for (unsigned key = 0; key <= used && key < w->keys; key++) {
        unsigned now = key == used ? used + 1 : used;
        *op = (struct case_op){.f = 'w', .key = (uint8_t)key, .version = -1};
        op->value = (int8_t)++w->written[key];
        if (choose_keys(w, s, i + 1, now))
            return true;
        w->written[key]--;
        *op = (struct case_op){.f = 'r', .key = (uint8_t)key, .version = -1};
        if (choose_keys(w, s, i + 1, now))
            return true;
    }
    return false;
}

static bool choose_sessions(struct walk *w, unsigned left, unsigned most)
{
    if (left == 0)
        return choose_keys(w, 0, 0, 0);
    if (w->c.nsessions == SESSIONS)
        return false;
    for (unsigned n = left < most ? left : most; n > 0; n--) {
        w->c.n[w->c.nsessions++] = n;
        if (choose_sessions(w, left - n, n))
            return true;
        w->c.n[--w->c.nsessions] = 0;
    }
    return false;
}

bool all_cases(unsigned ops, unsigned keys, bool (*found)(const struct session_case *c, void *ctx),
               void *ctx)
{
    struct walk w = {.keys = keys, .found = found, .ctx = ctx};
    return choose_sessions(&w, ops, ops);
}
