/* Operations, values and events in English, as arguments and reports name them. */
#include "checker/phrase.h"

void say_val(struct speaker *s, val v)
{
    struct buf t = {.max = 80};
    if (v == VAL_ABSENT)
        buf_puts(&t, "nothing");
    else
        val_print_edn(&s->h->values, v, &t);
    buf_put(&s->b, buf_str(&t));
    if (t.cut)
        buf_puts(&s->b, "...");
    buf_free(&t);
}

void say_event(struct speaker *s, uint32_t event)
{
    int64_t index = s->h->events.index[event];
    buf_puts(&s->b, "op ");
    buf_i64(&s->b, index >= 0 ? index : (int64_t)event);
}

/* The name and the value that tells most: what it returned, else what it was asked. */
static void say_recorded(struct speaker *s, const struct op *h, const struct op_class *c)
{
    val v = h->out != VAL_ABSENT && h->type == OP_OK ? h->out : h->in;
    buf_put(&s->b, val_get_text(&s->h->values, h->f));
    if (c->action == ACT_EMPTY)
        buf_puts(&s->b, " that found nothing");
    if (v == VAL_ABSENT || (v == VAL_NIL && c->action != ACT_OTHER))
        return;
    buf_putc(&s->b, ' ');
    say_val(s, v);
}

void say_op(struct speaker *s, uint32_t op)
{
    const struct op *h = &s->h->ops[s->o->ops[op].op];
    const struct op_class *c = &s->o->classes[s->o->ops[op].cls];
    if (c->action == ACT_READ) {
        buf_puts(&s->b, h->in != VAL_ABSENT && val_kind(&s->h->values, h->in) == V_LIST
                            ? "successful cas from itself to "
                            : "read of ");
        say_val(s, c->b);
    } else if (c->action == ACT_WRITE) {
        buf_puts(&s->b, "write of ");
        say_val(s, c->a);
    } else if (c->action == ACT_CAS) {
        buf_puts(&s->b, "cas from ");
        say_val(s, c->a);
        buf_puts(&s->b, " to ");
        say_val(s, c->b);
    } else {
        say_recorded(s, h, c);
    }
    buf_puts(&s->b, " by process ");
    say_val(s, h->process);
}

void say_span(struct speaker *s, uint32_t op)
{
    const struct lin_op *l = &s->o->ops[op];
    if (l->res == RES_INF) {
        buf_puts(&s->b, " (invoked at ");
        say_event(s, lin_event(l->inv));
        buf_puts(&s->b, ", outcome unknown)");
        return;
    }
    buf_puts(&s->b, " (");
    say_event(s, lin_event(l->inv));
    buf_puts(&s->b, " to ");
    say_event(s, lin_event(l->res));
    buf_puts(&s->b, ")");
}

const char *say_keep(struct speaker *s)
{
    struct str t = buf_str(&s->b);
    char *p = arena_alloc(&s->k->arena, t.n + 1);
    memcpy(p, t.p, t.n);
    p[t.n] = '\0';
    s->b.n = 0;
    return p;
}

void say_end_step(struct speaker *s)
{
    if (s->k->nsteps < STEPS_MAX)
        s->k->steps[s->k->nsteps++] = say_keep(s);
    s->b.n = 0;
}

void say_before(struct speaker *s, uint32_t x, uint32_t y, const char *therefore)
{
    if (x == UINT32_MAX || y == UINT32_MAX)
        return;
    say_op(s, x);
    buf_puts(&s->b, " completed at ");
    say_event(s, lin_event(s->o->ops[x].res));
    buf_puts(&s->b, ", before ");
    say_op(s, y);
    buf_puts(&s->b, " was invoked at ");
    say_event(s, lin_event(s->o->ops[y].inv));
    buf_puts(&s->b, therefore);
    say_end_step(s);
}

void say_one(struct speaker *s, uint32_t op, const char *after)
{
    if (op == UINT32_MAX)
        return;
    say_op(s, op);
    say_span(s, op);
    buf_puts(&s->b, after);
    say_end_step(s);
}
