#include "checker/detect_object.h"

enum { NAMES_MAX = 16 };

struct traits {
    val f[NAMES_MAX];
    bool read[NAMES_MAX]; /* it is called read */
    size_t nf;
    bool too_many;
    bool numbers, collections; /* some read returned one */
    bool other;                /* or a map, which no model here reads */
    bool acts;                 /* some operation is no read */
};

/* Is it called read? Texts are compared once per name. */
static bool see_name(struct traits *t, const struct history *h, val f)
{
    for (size_t i = 0; i < t->nf; i++)
        if (t->f[i] == f)
            return t->read[i];
    bool read = str_is(val_get_text(&h->values, f), "read");
    if (t->nf < NAMES_MAX) {
        t->read[t->nf] = read;
        t->f[t->nf++] = f;
    } else {
        t->too_many = true;
    }
    return read;
}

static void look(struct traits *t, const struct history *h)
{
    val last = VAL_ABSENT;
    bool read = false;
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        if (i == 0 || op->f != last) {
            last = op->f;
            read = see_name(t, h, op->f);
        }
        t->acts |= !read;
        if (!read || op->type != OP_OK)
            continue;
        enum val_kind k = val_kind(&h->values, op->out);
        t->collections |= k == V_LIST || k == V_SET;
        t->numbers |= k == V_INT;
        t->other |= k == V_MAP;
    }
}

static bool is_object(const struct model *m)
{
    for (size_t i = 0; m->names[i].f; i++)
        if (m->names[i].action > ACT_OTHER)
            return true;
    return false;
}

static bool fits(const struct model *m, const struct history *h, const struct traits *t)
{
    enum action ignored;
    bool good = is_object(m) && t->acts && !t->other && !t->too_many &&
                !(m->reads == READS_NUMBERS && t->collections) &&
                !(m->reads == READS_COLLECTIONS && t->numbers);
    for (size_t i = 0; good && i < t->nf; i++)
        good = model_action(m, val_get_text(&h->values, t->f[i]), &ignored);
    return good;
}

const struct model *detect_object(const struct history *h, struct arena *a, const char **reason)
{
    struct traits t = {0};
    const struct model *found = NULL;
    struct buf names = {.max = 300}, others = {.max = 300};
    look(&t, h);
    for (size_t i = 0; i < t.nf; i++) {
        struct str f = val_get_text(&h->values, t.f[i]);
        buf_puts(&names, i ? ", " : "");
        buf_put(&names, f);
    }
    for (size_t i = 0; models[i]; i++) {
        if (!fits(models[i], h, &t))
            continue;
        if (!found)
            found = models[i];
        else
            buf_printf(&others, "%s%s", others.n ? ", " : "", models[i]->name);
    }
    if (found)
        *reason = arena_printf(a, "%s: operations are %.*s%s%s%.*s", found->name, (int)names.n,
                               buf_str(&names).p, h->independent ? ", each key on its own" : "",
                               others.n ? "; -m chooses another model that fits: " : "",
                               (int)others.n, buf_str(&others).p);
    buf_free(&names);
    buf_free(&others);
    return found;
}
