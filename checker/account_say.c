#include "checker/account_say.h"

struct speaker account_speaker(const struct account_input *in, struct key_result *k)
{
    k->steps = arena_alloc(&k->arena, STEPS_MAX * sizeof *k->steps);
    return (struct speaker){.h = in->h, .k = k};
}

void say_who_and_when(struct speaker *s, const struct op *op)
{
    buf_puts(&s->b, " by process ");
    say_val(s, op->process);
    buf_puts(&s->b, op->type == OP_INFO ? " (invoked at " : " (");
    say_event(s, op->inv);
    if (op->type == OP_INFO) {
        buf_puts(&s->b, ", outcome unknown)");
        return;
    }
    buf_puts(&s->b, " to ");
    say_event(s, op->ret);
    buf_puts(&s->b, op->type == OP_FAIL ? ", failed)" : ")");
}

void account_say_op(struct speaker *s, uint32_t id)
{
    const struct op *op = &s->h->ops[id];
    buf_put(&s->b, val_get_text(&s->h->values, op->f));
    if (op->in != VAL_ABSENT && op->in != VAL_NIL) {
        buf_putc(&s->b, ' ');
        say_val(s, op->in);
    }
    say_who_and_when(s, op);
}

void account_say_one(struct speaker *s, uint32_t op, const char *after)
{
    if (op == NO_EVENT)
        return;
    account_say_op(s, op);
    buf_puts(&s->b, after);
    say_end_step(s);
}

void account_invalid(struct speaker *s, const char *rule)
{
    s->k->verdict = VERDICT_INVALID;
    s->k->account->rule = rule;
    s->k->minimal = true;
    s->k->reason = say_keep(s);
}
