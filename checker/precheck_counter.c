/* Bounds for reads of a counter to which any amounts are added or taken away.
 *
 * A read r that began after a base (an earlier read that returned w, or the start) tells at least
 * w, plus what was added wholly between the two, less all that may have been taken away after the
 * base and before r returned; at most w, plus all that may have been added, less what was taken
 * away wholly between them. What lies wholly between is at least what had completed before r began
 * less what had been invoked before the base returned. So per read four sums are enough, and the
 * best base is a running maximum: O(n log p) for p operations open at a time. Exact in what it
 * refutes, silent otherwise: which sums can be had at all is subset sum. */
#include "checker/precheck.h"

#include "base/mem.h"
#include "checker/culprits.h"
#include "checker/number_states.h"
#include "checker/sweep.h"

#define NO_OP UINT32_MAX

/* Amounts so far; what was taken away counts as positive as well. */
struct sums {
    int64_t added, added_done; /* by operations invoked; by those that returned */
    int64_t taken, taken_done;
};

/* A bound without what is not known before the read returns, and where it comes from. */
struct bound {
    int64_t value;
    uint32_t base; /* read, or NO_OP: the start */
};

struct waiting {
    struct bound low, high;
    struct sums then; /* at its invocation */
};

struct bounds {
    const struct object *o;
    struct sums now;
    struct bound low, high; /* of the bases that returned */
    struct waiting *waiting; /* of open reads */
    uint32_t *spare, *place; /* places in it that are free; per operation its place */
    size_t nwaiting, cap, nspare, spare_cap;
};

static int64_t amount_of(const struct object *o, uint32_t op)
{
    return number_value(o, o->classes[o->ops[op].cls].a);
}

static bool is_read(const struct object *o, uint32_t op)
{
    return o->classes[o->ops[op].cls].action == ACT_SUM;
}

static void change_event(struct bounds *b, const struct sweep_event *e)
{
    int64_t amount = amount_of(b->o, e->op);
    if (amount > 0)
        *(e->returns ? &b->now.added_done : &b->now.added) += amount;
    else
        *(e->returns ? &b->now.taken_done : &b->now.taken) -= amount;
}

static void read_begins(struct bounds *b, uint32_t op)
{
    b->waiting = mem_grow(b->waiting, &b->cap, b->nwaiting + 1, sizeof *b->waiting);
    uint32_t at = b->nspare ? b->spare[--b->nspare] : (uint32_t)b->nwaiting++;
    b->place[op] = at;
    b->waiting[at] = (struct waiting){
        .low = {b->low.value + b->now.added_done, b->low.base},
        .high = {b->high.value - b->now.taken_done, b->high.base},
        .then = b->now,
    };
}

/* The rule that the read breaks, with the base that shows it; or it becomes a base. */
static enum rule read_returns(struct bounds *b, uint32_t op, struct bound *broken)
{
    const struct waiting *w = &b->waiting[b->place[op]];
    int64_t told = number_value(b->o, b->o->classes[b->o->ops[op].cls].b);
    struct bound low = {w->low.value - b->now.taken, w->low.base};
    struct bound high = {w->high.value + b->now.added, w->high.base};
    *broken = told < low.value ? low : high;
    if (told < low.value || told > high.value)
        return told < low.value ? RULE_TOO_LOW : RULE_TOO_HIGH;
    int64_t least = told - b->now.added + w->then.taken_done;
    int64_t most = told - w->then.added_done + b->now.taken;
    if (least > b->low.value)
        b->low = (struct bound){least, op};
    if (most < b->high.value)
        b->high = (struct bound){most, op};
    b->spare = mem_grow(b->spare, &b->spare_cap, b->nspare + 1, sizeof *b->spare);
    b->spare[b->nspare++] = b->place[op];
    return RULE_NONE;
}

/* The bound that base (a read) gives for what `bad` tells. */
static int64_t bound_by(const struct object *o, uint32_t base, uint32_t bad, bool low)
{
    const struct lin_op *ops = o->ops, *b = &ops[base], *r = &ops[bad];
    int64_t sum = number_value(o, o->classes[b->cls].b);
    for (uint32_t i = 0; i < o->n && ops[i].inv < r->res; i++) {
        int64_t amount = is_read(o, i) ? 0 : amount_of(o, i);
        bool within = ops[i].inv > b->res && ops[i].res < r->inv;
        if ((amount > 0) == low ? within : ops[i].res > b->inv)
            sum += amount;
    }
    return sum;
}

/* The latest read whose bound is broken, if it is near: it needs the fewest operations. */
static struct bound latest_base(const struct object *o, uint32_t bad, bool low, struct bound known)
{
    enum { TRIED = 50 };
    int64_t told = number_value(o, o->classes[o->ops[bad].cls].b);
    for (uint32_t i = bad, tried = 0; i-- > 0 && tried < TRIED;) {
        if (!is_read(o, i) || o->ops[i].res > o->ops[bad].inv)
            continue;
        int64_t value = bound_by(o, i, bad, low);
        if (low ? told < value : told > value)
            return (struct bound){value, i};
        tried++;
    }
    return known;
}

/* Changes in the direction of the bound that lie wholly between base and read. */
static size_t link_between(const struct object *o, uint32_t base, uint32_t bad, bool low,
                           struct culprits *c)
{
    const struct lin_op *ops = o->ops;
    size_t n = 0;
    for (uint32_t i = bad; i-- > 0;) {
        if (base != NO_OP && ops[i].inv < ops[base].res)
            break;
        if (is_read(o, i) || (amount_of(o, i) > 0) != low || ops[i].res > ops[bad].inv)
            continue;
        culprits_link(c, i, CULPRIT_SHOWN);
        n++;
    }
    return n;
}

static void explain(const struct object *o, enum rule rule, uint32_t bad, struct bound broken,
                    struct engine_result *out)
{
    bool low = rule == RULE_TOO_LOW;
    broken = latest_base(o, bad, low, broken);
    struct culprits c;
    culprits_open(&c, o->n);
    culprits_link(&c, bad, CULPRIT_SHOWN);
    culprits_link(&c, broken.base, CULPRIT_SHOWN);
    size_t n = link_between(o, broken.base, bad, low, &c);
    culprits_close(&c, rule, out);
    out->alone = true;
    out->steps = arena_alloc(&out->arena, 3 * sizeof *out->steps);
    const char *first = arena_printf(&out->arena, "the counter began at %lld",
                                     (long long)number_of(o, o->init_state));
    if (broken.base == NO_OP)
        out->steps[out->nsteps++] = (struct step){STEP_TEXT, 0, 0, first};
    else
        out->steps[out->nsteps++] = (struct step){STEP_BEFORE, broken.base, bad, ""};
    if (n > 0)
        out->steps[out->nsteps++] = (struct step){STEP_TEXT, 0, 0,
            arena_printf(&out->arena, "%zu operation%s %s it wholly in between; all that can have "
                         "%s it before the last read completed is counted", n,
                         n == 1 ? "" : "s", low ? "raised" : "lowered",
                         low ? "lowered" : "raised")};
    out->steps[out->nsteps++] = (struct step){STEP_OP, bad, 0,
        arena_printf(&out->arena, ": it had to return %lld or %s", (long long)broken.value,
                     low ? "more" : "less")};
}

static enum rule scan(struct bounds *b, uint32_t *bad, struct bound *broken)
{
    struct sweep sweep = sweep_open(b->o);
    struct sweep_event e;
    enum rule rule = RULE_NONE;
    while (rule == RULE_NONE && sweep_next(&sweep, &e)) {
        if (!is_read(b->o, e.op))
            change_event(b, &e);
        else if (!e.returns)
            read_begins(b, e.op);
        else
            rule = read_returns(b, e.op, broken);
        *bad = e.op;
    }
    sweep_close(&sweep);
    return rule;
}

bool precheck_counter(const struct object *o, struct engine_result *out)
{
    if (!(o->actions & 1u << ACT_ADD) || o->actions & ~(1u << ACT_ADD | 1u << ACT_SUM))
        return false;
    int64_t first = number_of(o, o->init_state);
    struct bounds b = {.o = o, .low = {first, NO_OP}, .high = {first, NO_OP}};
    struct bound broken;
    uint32_t bad = NO_OP;
    b.place = mem_alloc((o->n + 1) * sizeof *b.place);
    enum rule rule = scan(&b, &bad, &broken);
    mem_free(b.waiting);
    mem_free(b.spare);
    mem_free(b.place);
    if (rule == RULE_NONE)
        return false;
    out->verdict = VERDICT_INVALID;
    out->bad = bad;
    out->failed_op = UINT32_MAX;
    out->explored = o->n;
    explain(o, rule, bad, broken, out);
    return true;
}
