#include "reports/witness.h"

#include "checker/property.h"

enum { PIECE = 1 << 18 };

static bool flush(struct witness_writer *w)
{
    w->failed = w->failed || (w->pending.n && !w->put(w->ctx, buf_str(&w->pending)));
    w->pending.n = 0;
    return !w->failed;
}

static void value(const struct history *h, val v, struct buf *out)
{
    if (v == VAL_ABSENT)
        buf_puts(out, "null");
    else
        val_print_json(&h->values, v, out);
}

static void operation(const struct history *h, const struct op *op, struct buf *out)
{
    buf_printf(out, "\n        {\"invoked\": %u, \"completed\": ", (unsigned)op->inv);
    if (op->type == OP_OK)
        buf_printf(out, "%u", (unsigned)op->ret);
    else
        buf_puts(out, "null");
    const struct {
        const char *name;
        val v;
    } fields[] = {
        {"process", op->process}, {"f", op->f}, {"argument", op->in}, {"result", op->out}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        buf_printf(out, ", \"%s\": ", fields[i].name);
        value(h, fields[i].v, out);
    }
    buf_putc(out, '}');
}

static bool key(struct witness_writer *w, const struct report *r, const struct key_result *k,
                bool first)
{
    struct buf *out = &w->pending;
    buf_puts(out, first ? "\n      {\"key\": " : ",\n      {\"key\": ");
    value(r->history, k->key, out);
    buf_puts(out, ", \"linearization\": [");
    for (size_t i = 0; i < k->nwitness; i++) {
        if (i)
            buf_putc(out, ',');
        operation(r->history, &r->history->ops[k->witness[i]], out);
        if (out->n > PIECE && !flush(w))
            return false;
    }
    buf_puts(out, "]}");
    return true;
}

static void begin(struct witness_writer *w)
{
    if (w->inputs == 0)
        buf_puts(&w->pending, "{\"schema\": 1, \"inputs\": [");
}

bool witness_add(struct witness_writer *w, const struct report *r)
{
    const struct check_result *c = r->result;
    while (c && strcmp(c->property, property_linearizable.name) != 0) /* others have no witness */
        c = c->next;
    if (!c)
        return !w->failed;
    struct buf *out = &w->pending;
    begin(w);
    buf_puts(out, w->inputs++ ? ",\n  {\"path\": " : "\n  {\"path\": ");
    json_print_string(str_of(r->path), out);
    buf_printf(out, ", \"property\": \"%s\", \"model\": \"%s\", \"initial\": ", c->property,
               c->model->name);
    value(r->history, r->has_initial ? r->initial : model_initial(c->model, r->history), out);
    buf_puts(out, ",\n    \"keys\": [");
    bool first = true;
    for (size_t i = 0; i < c->nkeys; i++) {
        if (c->keys[i].verdict != VERDICT_VALID)
            continue;
        if (!key(w, r, &c->keys[i], first))
            return false;
        first = false;
    }
    buf_puts(out, "]}");
    return flush(w);
}

bool witness_end(struct witness_writer *w)
{
    begin(w);
    buf_puts(&w->pending, "\n]}\n");
    bool ok = flush(w);
    buf_free(&w->pending);
    return ok;
}
