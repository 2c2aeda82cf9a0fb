/* Why numbers that were handed out are impossible. Two operations show a duplicate or a wrong
 * order. A gap is shown by counting: before the operation with number v, v others took effect; the
 * operations invoked before it ended are not enough when those are left out that found v or a
 * greater number, which are therefore culprits as well. */
#include "checker/culprits.h"
#include "checker/tickets.h"

enum { STEPS = 4 };

static void say(struct engine_result *out, enum step_kind kind, uint32_t x, uint32_t y,
                const char *text)
{
    out->steps[out->nsteps++] = (struct step){kind, x, y, text};
}

static long long first_number(const struct object *o)
{
    return (long long)number_of(o, o->init_state);
}

/* Can ticket x not come before `op`, by its number? */
static bool after(const struct object *o, uint32_t x, uint32_t op)
{
    return ticket_offset(o, x) >= ticket_offset(o, op);
}

/* How many operations may have counted up before `op`; those that cannot are listed in c. */
static uint64_t may_precede(const struct object *o, uint32_t op, struct culprits *c)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < o->n && o->ops[i].inv < o->ops[op].res; i++) {
        if (i == op || !is_ticket(o, i))
            continue;
        bool cannot = o->ops[i].res != RES_INF && after(o, i, op);
        n += !cannot;
        if (cannot && c)
            culprits_link(c, i, CULPRIT_SHOWN);
    }
    return n;
}

bool tickets_gap(const struct object *o, uint32_t op)
{
    return may_precede(o, op, NULL) < ticket_offset(o, op);
}

static void explain_gap(const struct object *o, uint32_t op, struct culprits *c,
                        struct engine_result *out)
{
    unsigned long long before = may_precede(o, op, c);
    say(out, STEP_OP, op, op, "");
    say(out, STEP_TEXT, 0, 0,
        arena_printf(&out->arena, "the numbers begin at %lld: %llu operations had to count up "
                     "before it, but only %llu that can have come first were invoked before it "
                     "completed", first_number(o), (unsigned long long)ticket_offset(o, op),
                     before));
}

static void explain_low(const struct object *o, uint32_t op, struct engine_result *out)
{
    say(out, STEP_OP, op, op,
        arena_printf(&out->arena, ": the numbers begin at %lld", first_number(o)));
}

void tickets_explain(const struct object *o, const struct ticket_finding *f,
                     struct engine_result *out)
{
    struct culprits c;
    culprits_open(&c, o->n);
    culprits_link(&c, f->op, CULPRIT_SHOWN);
    culprits_link(&c, f->other, CULPRIT_SHOWN);
    out->steps = arena_alloc(&out->arena, STEPS * sizeof *out->steps);
    out->bad = f->op == UINT32_MAX ? f->other : f->op;
    if (f->rule == RULE_TOO_LOW) {
        explain_low(o, f->op, out);
    } else if (f->rule == RULE_TICKET_GAP) {
        explain_gap(o, f->other, &c, out);
    } else if (f->rule == RULE_SAME_TICKET) {
        say(out, STEP_OP, f->other, f->other, "");
        say(out, STEP_OP, f->op, f->op, ": the same number, which is given once");
    } else {
        say(out, STEP_BEFORE, f->other, f->op, ": yet it found the greater number");
    }
    culprits_close(&c, f->rule, out);
    out->alone = true;
}
