/* Fetch-and-add by 1, tickets, sequence numbers: each operation returns the number that it found,
 * and reads may look at it.
 *
 * Idea: the results order the operations. Number v (counted from the initial one) is the slot of
 * the operation that found it; reads of v come after slot v-1 and before slot v. Two operations
 * with one slot are a violation. An empty slot below the highest number that was seen must be that
 * of a crashed operation; which one is free, so the slots are given to them in order of invocation:
 * an exchange argument shows that nothing else is better, since a crashed operation has no end that
 * could come too early. Then the order of all is fixed, and the history is linearizable iff no
 * operation ended before one with a lower place began: one pass from the top, remembering the
 * earliest end among higher places.
 *
 * The violation reported is one that is complete first. A prefix that ends before is good: a
 * violation of it would be one of the whole, where what is still open can only be less free.
 *
 * Complexity: O(n). Limits: steps of 1, and every successful operation tells its number; else the
 * search decides. Source: research/algorithms.md 1.10. */
#include "checker/tickets.h"

#include "base/mem.h"
#include "base/sort.h"
#include "checker/rules.h"

#define NO_OP UINT32_MAX

struct scan {
    const struct object *o;
    uint32_t *slot;    /* per number: the operation that found it, or NO_OP */
    uint32_t *crashed; /* by invocation */
    uint64_t *reads;   /* number, operation; sorted */
    uint32_t nslots;   /* as many as there are tickets */
    size_t ncrashed, nreads;
    uint32_t top;      /* slots below this were taken for certain */
    uint32_t missing;  /* of those, how many no ok operation took */
    uint32_t end;      /* the earliest end among higher places, or RES_INF, */
    uint32_t ends;     /* and whose that is */
    struct ticket_finding best;  /* of all, the one that is complete first */
    struct ticket_finding twice; /* of the duplicates */
};

static void offer(struct scan *s, enum rule rule, uint32_t op, uint32_t other, uint32_t evident)
{
    if (rule == RULE_SAME_TICKET && (s->twice.rule == RULE_NONE || evident < s->twice.evident))
        s->twice = (struct ticket_finding){rule, op, other, evident};
    if (s->best.rule == RULE_NONE || evident < s->best.evident)
        s->best = (struct ticket_finding){rule, op, other, evident};
}

static void place_ticket(struct scan *s, uint32_t op, uint64_t v)
{
    const struct lin_op *ops = s->o->ops;
    if (v >= s->nslots) {
        offer(s, RULE_TICKET_GAP, NO_OP, op, ops[op].res);
        return;
    }
    uint32_t known = s->slot[v];
    if (known != NO_OP) {
        bool later = ops[op].res > ops[known].res;
        offer(s, RULE_SAME_TICKET, later ? op : known, later ? known : op,
              later ? ops[op].res : ops[known].res);
        s->slot[v] = later ? known : op;
        return;
    }
    s->slot[v] = op;
    if (v + 1 > s->top)
        s->top = (uint32_t)v + 1;
}

static void place_read(struct scan *s, uint32_t op, uint64_t v)
{
    if (v > s->nslots) {
        offer(s, RULE_TICKET_GAP, NO_OP, op, s->o->ops[op].res);
        return;
    }
    s->reads[s->nreads++] = sort_word((uint32_t)v, op);
    if (v > s->top)
        s->top = (uint32_t)v;
}

static void place_all(struct scan *s)
{
    const struct object *o = s->o;
    for (uint32_t i = 0; i < o->n; i++) {
        if (o->ops[i].res == RES_INF) {
            s->crashed[s->ncrashed++] = i;
            continue;
        }
        uint64_t v = ticket_offset(o, i);
        if (v == UINT64_MAX)
            offer(s, RULE_TOO_LOW, i, NO_OP, o->ops[i].res);
        else if (is_ticket(o, i))
            place_ticket(s, i, v);
        else
            place_read(s, i, v);
    }
    sort_by_high32(s->reads, s->nreads);
    for (uint32_t v = 0; v < s->top; v++)
        s->missing += s->slot[v] == NO_OP;
}

static void has_ended(struct scan *s, uint32_t op)
{
    if (s->o->ops[op].res < s->end) {
        s->end = s->o->ops[op].res;
        s->ends = op;
    }
}

/* Slot v, all of whose followers have been seen. */
static void scan_slot(struct scan *s, uint32_t v)
{
    uint32_t op = s->slot[v];
    if (op != NO_OP) {
        if (s->end < s->o->ops[op].inv)
            offer(s, RULE_DATA_ORDER, op, s->ends, s->end);
        has_ended(s, op);
        return;
    }
    uint32_t nth = --s->missing;
    uint32_t inv = nth < s->ncrashed ? s->o->ops[s->crashed[nth]].inv : RES_INF;
    if (s->end < inv)
        offer(s, RULE_TICKET_GAP, NO_OP, s->ends, s->end);
}

/* The reads of one number end at s->reads[last]; returns the index behind those that are left. */
static size_t scan_reads(struct scan *s, size_t behind, uint32_t v)
{
    size_t first = behind;
    while (first > 0 && sort_key(s->reads[first - 1]) == v)
        first--;
    for (size_t i = first; i < behind; i++) {
        uint32_t op = sort_id(s->reads[i]);
        if (s->end < s->o->ops[op].inv)
            offer(s, RULE_DATA_ORDER, op, s->ends, s->end);
    }
    for (size_t i = first; i < behind; i++)
        has_ended(s, sort_id(s->reads[i]));
    return first;
}

static void scan_places(struct scan *s)
{
    size_t behind = s->nreads;
    s->end = RES_INF;
    for (uint32_t v = s->top + 1; v-- > 0;) {
        if (v < s->top)
            scan_slot(s, v);
        behind = scan_reads(s, behind, v);
    }
}

static void tell_witness(const struct scan *s, struct engine_result *out)
{
    size_t next = 0, nth = 0;
    out->witness = arena_alloc(&out->arena, (s->o->n + 1) * sizeof *out->witness);
    for (uint32_t v = 0; v <= s->top; v++) {
        for (; next < s->nreads && sort_key(s->reads[next]) == v; next++)
            out->witness[out->nwitness++] = sort_id(s->reads[next]);
        if (v < s->top)
            out->witness[out->nwitness++] = s->slot[v] != NO_OP ? s->slot[v] : s->crashed[nth++];
    }
}

static const char *tickets_applies(const struct object *o, struct arena *a)
{
    (void)a;
    if (!(o->actions & 1u << ACT_TICKET) || o->actions & ~(1u << ACT_TICKET | 1u << ACT_SUM))
        return "";
    for (size_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        if (c->action != ACT_TICKET)
            continue;
        if (c->a != VAL_ABSENT)
            return "some operations add another amount than 1";
        if (c->b == VAL_ABSENT && o->ops[i].res != RES_INF)
            return "some successful operations do not tell what they returned";
    }
    return NULL;
}

static void decide(struct scan *s, const struct engine_options *opt, struct engine_result *out)
{
    place_all(s);
    scan_places(s);
    out->certified = RES_INF;
    if (s->best.rule == RULE_NONE) {
        out->verdict = VERDICT_VALID;
        if (opt->witness)
            tell_witness(s, out);
        return;
    }
    out->verdict = VERDICT_INVALID;
    out->certified = s->best.evident - 1;
    const struct ticket_finding *f = &s->best;
    if (f->rule == RULE_TICKET_GAP && s->twice.rule != RULE_NONE && !tickets_gap(s->o, f->other))
        f = &s->twice; /* enough operations, but two of them found one number */
    out->rule = f->rule;
    if (!opt->verdict_only)
        tickets_explain(s->o, f, out);
}

static void tickets_run(struct object *o, const struct engine_options *opt,
                        struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    struct scan s = {.o = o};
    for (uint32_t i = 0; i < o->n; i++)
        s.nslots += is_ticket(o, i);
    size_t reads = o->n - s.nslots;
    ptrdiff_t bytes = (ptrdiff_t)(4 * s.nslots + 4 * o->crashed + 16 * reads);
    enum stop_cause stop = budget_stopped(opt->budget);
    if (!budget_memory(opt->budget, bytes))
        stop = STOP_MEMORY;
    if (stop == STOP_NONE) {
        s.slot = mem_alloc((s.nslots + 1) * sizeof *s.slot);
        s.crashed = mem_alloc((o->crashed + 1) * sizeof *s.crashed);
        s.reads = mem_alloc((reads + 1) * sizeof *s.reads);
        memset(s.slot, 0xff, (s.nslots + 1) * sizeof *s.slot);
        decide(&s, opt, out);
        mem_free(s.slot);
        mem_free(s.crashed);
        mem_free(s.reads);
    } else {
        out->reason = stop_text(stop);
    }
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_tickets = {
    .name = "tickets",
    .summary = "fetch-and-add by 1: every operation tells its number",
    .complexity = "O(n)",
    .applies = tickets_applies,
    .run = tickets_run,
};
