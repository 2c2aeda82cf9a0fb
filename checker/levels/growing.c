#include "checker/levels/growing.h"

#include "base/hash.h"
#include "base/mem.h"

static uint32_t number(struct map64 *m, val v, uint32_t *n)
{
    uint32_t i = map64_get(m, v);
    if (i == MAP64_NONE) {
        i = (*n)++;
        map64_put(m, v, i);
    }
    return i;
}

static bool is_read(uint8_t action)
{
    return action == ACT_WHOLE || action == ACT_SUM;
}

/* *o is what `op` does; *skip when that is nothing. */
static bool understand(const struct level_input *in, const struct op *op, struct grow_op *o,
                       bool *skip, struct err *e)
{
    enum action action = ACT_OTHER;
    struct op_class c = {.f = VAL_ABSENT, .in = VAL_ABSENT, .out = VAL_ABSENT, .a = VAL_ABSENT,
                         .b = VAL_ABSENT, .result_known = true};
    *skip = op->type == OP_FAIL;
    if (*skip)
        return true;
    if (!model_action(in->model, val_get_text(&in->h->values, op->f), &action)) {
        (void)err_set(e, ERR_INPUT, "model %s has no such operation", in->model->name);
        return view_misfit(in->h, op, e);
    }
    c.action = (uint8_t)action;
    if (!in->model->classify(in->h, op, in->opt->nil_unknown, &c, skip, e))
        return view_misfit(in->h, op, e);
    o->read = is_read(c.action);
    o->crashed = op->type == OP_INFO;
    o->value = o->read ? c.b : c.a;
    return true;
}

/* By session, each in its order. */
static void sort_out(struct growing *g, struct grow_op *raw)
{
    uint32_t *at = mem_zalloc((size_t)g->nsessions + 1, sizeof *at);
    g->ops = mem_alloc(((size_t)g->n + 1) * sizeof *g->ops);
    for (uint32_t i = 0; i < g->n; i++)
        at[raw[i].session + 1]++;
    for (uint32_t s = 0; s < g->nsessions; s++)
        at[s + 1] += at[s];
    for (uint32_t i = 0; i < g->n; i++)
        g->ops[at[raw[i].session]++] = raw[i];
    mem_free(at);
}

bool growing_make(struct growing *g, const struct level_input *in, struct err *e)
{
    struct map64 keys = {0}, sessions = {0};
    struct grow_op *raw = mem_alloc((in->n + 1) * sizeof *raw);
    bool good = true;
    *g = (struct growing){.h = in->h};
    for (size_t i = 0; i < in->n && good; i++) {
        const struct op *op = &in->h->ops[in->ids[i]];
        struct grow_op o = {.op = in->ids[i]};
        bool skip = false;
        good = understand(in, op, &o, &skip, e);
        if (!good || skip)
            continue;
        o.session = number(&sessions, op->process, &g->nsessions);
        o.key = number(&keys, op->key, &g->nkeys);
        raw[g->n++] = o;
    }
    if (good)
        sort_out(g, raw);
    mem_free(raw);
    map64_free(&keys);
    map64_free(&sessions);
    return good;
}

void growing_free(struct growing *g)
{
    mem_free(g->ops);
    *g = (struct growing){0};
}

uint32_t growing_failed(const struct growing *g, uint32_t read, val value)
{
    const struct op *ops = g->h->ops;
    for (size_t i = 0; i < g->h->nops; i++)
        if (ops[i].type == OP_FAIL && ops[i].key == ops[read].key && ops[i].in == value)
            return (uint32_t)i;
    return NO_EVENT;
}

void growing_say(struct speaker *s, const struct grow_op *o)
{
    const struct op *op = &s->h->ops[o->op];
    buf_puts(&s->b, "process ");
    say_val(s, op->process);
    buf_puts(&s->b, o->read ? " read " : " added ");
    say_val(s, o->value);
    if (op->key == VAL_ABSENT)
        return;
    buf_puts(&s->b, o->read ? " from " : " to ");
    say_val(s, op->key);
}
