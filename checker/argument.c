#include "checker/argument.h"

#include "base/mem.h"
#include "checker/phrase.h"
#include "checker/rules.h"

enum { STATES_SHOWN = 16, STRICT_SHOWN = 9 };

static uint32_t with_role(const struct engine_result *r, enum culprit_role role, unsigned nth)
{
    for (size_t i = 0; i < r->nculprits; i++) {
        if (r->culprits[i].role == role && nth-- == 0)
            return r->culprits[i].op;
    }
    return UINT32_MAX;
}

static void links(struct speaker *s, const struct engine_result *r)
{
    for (size_t i = 0; i < r->nculprits; i++) {
        if (r->culprits[i].role < CULPRIT_LINK)
            continue;
        say_op(s, r->culprits[i].op);
        say_span(s, r->culprits[i].op);
        buf_puts(&s->b, " ties values together: each follows from the one it replaced");
        if (s->o->classes[s->o->ops[r->culprits[i].op].cls].action != ACT_CAS) {
            s->b.n = 0;
            say_op(s, r->culprits[i].op);
            say_span(s, r->culprits[i].op);
        }
        say_end_step(s);
    }
}

static void aborted(struct speaker *s, const struct engine_result *r)
{
    if (r->failed_op == UINT32_MAX)
        return;
    const struct op *f = &s->h->ops[r->failed_op];
    buf_puts(&s->b, "the only operation that would have written it, by process ");
    say_val(s, f->process);
    buf_puts(&s->b, " at ");
    say_event(s, f->inv);
    buf_puts(&s->b, ", was recorded as :fail: it must not have happened");
    say_end_step(s);
}

static void clashes(struct speaker *s, const struct engine_result *r, const char *conclusion)
{
    for (unsigned i = 0; with_role(r, CULPRIT_CLASH, i) != UINT32_MAX; i++)
        say_one(s, with_role(r, CULPRIT_CLASH, i), "");
    buf_puts(&s->b, conclusion);
    say_end_step(s);
}

/* Steps for a violation whose culprits an engine (or the zones of the core) named. */
static void steps_by_rule(struct speaker *s, const struct engine_result *r, bool whole)
{
    switch ((int)r->rule) {
    case RULE_THIN_AIR:
        say_one(s, with_role(r, CULPRIT_SEES, 0), whole ? ": no operation writes this value" : "");
        if (!whole)
            links(s, r);
        break;
    case RULE_ABORTED_READ:
        say_one(s, with_role(r, CULPRIT_SEES, 0), "");
        aborted(s, r);
        break;
    case RULE_FUTURE_READ:
    case RULE_CHAIN_ORDER:
    case RULE_VERSION_ORDER:
        links(s, r);
        say_before(s, with_role(r, CULPRIT_LATER, 0), with_role(r, CULPRIT_EARLIER, 0),
                        r->rule == RULE_FUTURE_READ ? ": it observed what was yet to be written"
                        : r->rule == RULE_VERSION_ORDER
                            ? ": yet it has the higher version"
                            : ": yet by the values it comes after it");
        break;
    case RULE_TWO_CAS:
        links(s, r);
        clashes(s, r, "the value that both replaced was written only once, so only one of them "
                      "can have found it");
        break;
    case RULE_CAS_CYCLE:
        clashes(s, r, "each needs the value that another of them writes, and nothing else "
                      "writes any of these values");
        break;
    case RULE_BLOCK_ORDER:
        links(s, r);
        say_before(s, with_role(r, CULPRIT_A_DONE, 0), with_role(r, CULPRIT_B_BEGAN, 0),
                        ": the first value comes before the second");
        say_before(s, with_role(r, CULPRIT_B_DONE, 0), with_role(r, CULPRIT_A_BEGAN, 0),
                        ": the second value comes before the first: a contradiction");
        break;
    case RULE_INITIAL_GONE:
        links(s, r);
        say_before(s, with_role(r, CULPRIT_B_DONE, 0), with_role(r, CULPRIT_A_BEGAN, 0),
                        ": the initial value was gone by then, and nothing writes it again");
        break;
    case RULE_VERSION_TWICE:
    case RULE_VERSION_VALUE:
    case RULE_VERSION_CAS:
        clashes(s, r, rule_text(r->rule));
        break;
    case RULE_VERSION_AIR:
        say_one(s, with_role(r, CULPRIT_SEES, 0), ": nothing wrote this value at this version");
        break;
    default:
        break;
    }
}

static bool sets_value(const struct op_class *c, val v)
{
    return (c->action == ACT_WRITE && c->a == v) || (c->action == ACT_CAS && c->b == v);
}

/* The operations of an object that set a value, seen from one observer of it. */
struct setters {
    val v;
    size_t before; /* invoked before the observer returned; without those in the core */
    size_t later;
    size_t kept;   /* in the core */
    uint32_t last; /* of `before` the one that completed last, or UINT32_MAX */
    uint32_t last_write; /* of these the last that is no cas, which would need a value itself */
};

static struct setters find_setters(const struct object *o, const struct core *c, uint32_t bad)
{
    const struct op_class *k = &o->classes[o->ops[bad].cls];
    struct setters w = {.v = k->action == ACT_READ ? k->b : k->a, .last = UINT32_MAX,
                        .last_write = UINT32_MAX};
    bool *in_core = mem_zalloc(o->n + 1, sizeof *in_core);
    for (size_t i = 0; i < c->sub.n; i++)
        in_core[c->from[i]] = true;
    for (size_t i = 0; i < o->n; i++) {
        if (!sets_value(&o->classes[o->ops[i].cls], w.v))
            continue;
        if (in_core[i]) {
            w.kept++;
        } else if (o->ops[i].inv > o->ops[bad].res) {
            w.later++;
        } else {
            w.before++;
            if (w.last == UINT32_MAX || o->ops[i].res > o->ops[w.last].res)
                w.last = (uint32_t)i;
            if (o->classes[o->ops[i].cls].action == ACT_WRITE &&
                (w.last_write == UINT32_MAX || o->ops[i].res > o->ops[w.last_write].res))
                w.last_write = (uint32_t)i;
        }
    }
    mem_free(in_core);
    return w;
}

/* What became of the other operations that set the value which the stuck operation needs. */
static void other_writes(struct speaker *s, const struct core *c, uint32_t bad)
{
    const struct object *o = s->o;
    if (!o->register_like || o->classes[o->ops[bad].cls].action == ACT_WRITE)
        return;
    struct setters w = find_setters(o, c, bad);
    if (w.kept + w.later + w.before == 0)
        buf_puts(&s->b, "no operation writes ");
    else if (w.kept + w.before == 0)
        buf_puts(&s->b, "all operations that write it were invoked later: ");
    else
        buf_puts(&s->b, "of the operations that write ");
    say_val(s, w.v);
    if (w.kept + w.before > 0)
        buf_printf(&s->b, ", %zu had been overwritten for certain, %zu began later, %zu overlap or "
                          "crashed and are shown",
                   w.before, w.later, w.kept);
    say_end_step(s);
}

static void stale_sentence(struct speaker *s, const struct setters *w, uint32_t bad)
{
    bool written = w->before > 0 || w->v == s->o->initial;
    s->k->rule = written ? RULE_STALE : w->later ? RULE_FUTURE_READ : RULE_THIN_AIR;
    say_op(s, bad);
    say_span(s, bad);
    buf_puts(&s->b, " is impossible: ");
    if (written) {
        say_val(s, w->v);
        buf_puts(&s->b, " had been overwritten before it began");
    } else {
        buf_puts(&s->b, rule_text(s->k->rule));
    }
    s->k->reason = say_keep(s);
}

/* Where the value came from, if from anywhere. */
static void origin_step(struct speaker *s, const struct setters *w)
{
    if (w->before) {
        if (w->before > 1)
            buf_printf(&s->b, "the last of %zu operations that had written it, ", w->before);
        say_op(s, w->last);
        buf_puts(&s->b, ", completed at ");
        say_event(s, lin_event(s->o->ops[w->last].res));
    } else {
        say_val(s, w->v);
        buf_puts(&s->b, w->v == s->o->initial ? " was the initial value, there from the start"
                        : w->later ? " is written only by operations that were invoked after the "
                                     "operation had completed"
                                   : " is written by no operation");
    }
    say_end_step(s);
}

static void overwritten_step(struct speaker *s, uint32_t over, uint32_t bad)
{
    say_op(s, over);
    buf_puts(&s->b, " was invoked after that, at ");
    say_event(s, lin_event(s->o->ops[over].inv));
    buf_puts(&s->b, ", and completed at ");
    say_event(s, lin_event(s->o->ops[over].res));
    buf_puts(&s->b, ", before ");
    say_op(s, bad);
    buf_puts(&s->b, " was invoked at ");
    say_event(s, lin_event(s->o->ops[bad].inv));
    say_end_step(s);
}

/* A core of one observer and at most one mutation that had completed before it: everything that
 * set the value was over before that mutation began, else relax() had kept it. */
static bool argue_stale(struct speaker *s, const struct core *c)
{
    const struct object *o = s->o;
    if (!c->found || !o->register_like || c->sub.n > 2 || c->sub.crashed > 0)
        return false;
    uint32_t bad = c->from[c->sub.n - 1];
    uint32_t over = c->sub.n == 2 ? c->from[0] : UINT32_MAX;
    if (o->classes[o->ops[bad].cls].action == ACT_WRITE)
        return false;
    struct setters w = find_setters(o, c, bad);
    if (over != UINT32_MAX && (o->classes[o->ops[over].cls].action == ACT_READ || w.kept ||
                               o->ops[over].res > o->ops[bad].inv))
        return false;
    s->k->bad_op = o->ops[bad].op;
    stale_sentence(s, &w, bad);
    origin_step(s, &w);
    if (over != UINT32_MAX)
        overwritten_step(s, over, bad);
    say_one(s, bad, " needs a value that nothing could have put there by then");
    if (w.before > 0 && w.later > 0) {
        buf_printf(&s->b, "%zu other operations that write it were invoked only after it had "
                          "completed", w.later);
        say_end_step(s);
    }
    return true;
}

/* The strict operations of the core; of many only the last, which are close to the violation. */
static void strict_steps(struct speaker *s, const struct core *c, uint32_t bad)
{
    size_t strict = 0, skip;
    for (size_t i = 0; i < c->sub.n; i++)
        strict += c->sub.ops[i].res != RES_INF && c->from[i] != bad;
    skip = strict > STRICT_SHOWN + 1 ? strict - STRICT_SHOWN : 0;
    if (skip) {
        buf_printf(&s->b, "%zu operations, with which only the states below are possible", skip);
        say_end_step(s);
    }
    for (size_t i = 0; i < c->sub.n; i++) {
        if (c->sub.ops[i].res == RES_INF || c->from[i] == bad)
            continue;
        if (skip)
            skip--;
        else
            say_one(s, c->from[i], "");
    }
}

/* Large states are cut, so that several may print alike: these are shown once and counted. */
static void possible_states(struct speaker *s, const struct engine_result *r)
{
    struct key_result *k = s->k;
    unsigned alike[STATES_SHOWN] = {0};
    k->states = arena_alloc(&k->arena, (r->nstates + 1) * sizeof *k->states);
    for (size_t i = 0; i < r->nstates && i < STATES_SHOWN; i++) {
        struct buf t = {.max = 200};
        size_t at = 0;
        s->o->model->describe(s->o, r->states[i], &t);
        while (at < k->nstates && !str_is(buf_str(&t), k->states[at]))
            at++;
        if (at == k->nstates) {
            buf_put(&s->b, buf_str(&t));
            k->states[k->nstates++] = say_keep(s);
        } else {
            alike[at]++;
        }
        buf_free(&t);
    }
    for (size_t i = 0; i < k->nstates; i++)
        if (alike[i])
            k->states[i] = arena_printf(&k->arena, "%s (%u that print alike)", k->states[i],
                                        alike[i] + 1);
}

/* "read of 3 by process 1 (op 4 to op 9) cannot be explained: the state could only be 1 or 2". */
static void stuck_sentence(struct speaker *s, uint32_t bad)
{
    const struct key_result *k = s->k;
    say_op(s, bad);
    say_span(s, bad);
    buf_puts(&s->b, " cannot be placed");
    for (size_t i = 0; i < k->nstates && i < 5; i++)
        buf_printf(&s->b, "%s%s", i == 0 ? ": before it completed, the state could only be "
                                         : i + 1 == k->nstates || i == 4 ? " or " : ", ",
                   k->states[i]);
    if (k->nstates > 5)
        buf_puts(&s->b, " or others");
}

static void rule_sentence(struct speaker *s, const struct engine_result *r, uint32_t bad)
{
    if (bad != UINT32_MAX) {
        say_op(s, bad);
        say_span(s, bad);
        buf_puts(&s->b, " is impossible: ");
    }
    buf_puts(&s->b, rule_text(r->rule));
}

/* The same of a window, after the states in which it begins. */
static void window_steps(struct speaker *s, const struct window *w, uint32_t bad)
{
    buf_puts(&s->b, "with everything that had completed before ");
    say_event(s, lin_event(w->since));
    buf_puts(&s->b, ", in whatever order, the state was ");
    for (size_t i = 0; i < w->nstates; i++) {
        buf_puts(&s->b, i == 0 ? "" : i + 1 == w->nstates ? " or " : ", ");
        struct buf t = {.max = 200};
        s->o->model->describe(s->o, w->states[i], &t);
        buf_put(&s->b, buf_str(&t));
        buf_free(&t);
    }
    say_end_step(s);
    for (size_t i = 0; i < w->sub.n; i++) {
        if (w->sub.ops[i].res != RES_INF && w->from[i] != bad)
            say_one(s, w->from[i], "");
    }
}

static void argue_stuck(struct speaker *s, const struct engine_result *r, struct core *c,
                        const struct window *w, struct budget *budget)
{
    uint32_t bad = r->bad;
    struct engine_result small = {0};
    if (c->found && !c->sub.any_start) { /* the core by itself dies at one of its own operations */
        struct engine_options opt = {.budget = budget, .exact_states = true};
        engine_jit.run(&c->sub, &opt, &small);
        if (small.verdict == VERDICT_INVALID && !c->sub.broken)
            bad = c->from[small.bad];
    }
    possible_states(s, small.nstates ? &small : r);
    if (bad != UINT32_MAX) {
        s->k->bad_op = s->o->ops[bad].op;
        stuck_sentence(s, bad);
        s->k->reason = say_keep(s);
        if (w->found)
            window_steps(s, w, bad);
        else
            strict_steps(s, c, bad);
        say_one(s, bad, c->found || w->found ? " finds no place among them" : "");
        if (c->found)
            other_writes(s, c, bad);
    }
    arena_free(&small.arena);
}

/* The zone test on the core names a rule where the core's values are unique. */
static bool argue_by_zones(struct speaker *s, struct core *c, struct budget *budget)
{
    struct engine_result z = {0};
    bool done = false;
    if (c->found && !engine_zones.applies(&c->sub, &z.arena)) {
        struct engine_options opt = {.budget = budget};
        engine_zones.run(&c->sub, &opt, &z);
        done = z.verdict == VERDICT_INVALID && z.rule != RULE_THIN_AIR &&
               z.rule != RULE_ABORTED_READ && z.rule != RULE_INITIAL_GONE;
    }
    if (done) {
        for (size_t i = 0; i < z.nculprits; i++)
            z.culprits[i].op = c->from[z.culprits[i].op];
        z.bad = z.bad == UINT32_MAX ? UINT32_MAX : c->from[z.bad];
        s->k->rule = z.rule;
        if (z.bad != UINT32_MAX)
            s->k->bad_op = s->o->ops[z.bad].op;
        rule_sentence(s, &z, z.bad);
        s->k->reason = say_keep(s);
        steps_by_rule(s, &z, false);
        if (z.bad != UINT32_MAX)
            other_writes(s, c, z.bad);
    }
    arena_free(&z.arena);
    return done;
}

/* The argument that the engine made. */
static void told_steps(struct speaker *s, const struct engine_result *r)
{
    for (size_t i = 0; i < r->nsteps; i++) {
        const struct step *t = &r->steps[i];
        if (t->kind == STEP_OP) {
            say_one(s, t->x, t->text);
        } else if (t->kind == STEP_BEFORE) {
            say_before(s, t->x, t->y, t->text);
        } else {
            buf_puts(&s->b, t->text);
            say_end_step(s);
        }
    }
}

static void told_sentence(struct speaker *s, const struct engine_result *r)
{
    if (r->bad != UINT32_MAX) {
        say_op(s, r->bad);
        say_span(s, r->bad);
        buf_puts(&s->b, " is impossible: ");
    }
    buf_puts(&s->b, r->reason ? r->reason : rule_text(r->rule));
}

/* Where the value came from that the stuck operation found too late. The core does not need it:
 * what was overwritten for certain cannot have been found. But alone the core says something else
 * than the whole: that the value was never written. */
static void keep_origin(const struct object *o, const struct core *c, struct key_result *k)
{
    size_t bad = 0;
    if (!c->found || !o->register_like || k->bad_op == NO_EVENT)
        return;
    while (bad < o->n && o->ops[bad].op != k->bad_op)
        bad++;
    if (bad == o->n || o->classes[o->ops[bad].cls].action == ACT_WRITE)
        return;
    struct setters w = find_setters(o, c, (uint32_t)bad);
    if (w.kept == 0 && w.last_write != UINT32_MAX && o->ops[w.last_write].res != RES_INF)
        k->origin_op = o->ops[w.last_write].op;
}

void argue(struct object *o, const struct engine_result *r, struct core *c,
           const struct window *w, struct budget *budget, struct key_result *k)
{
    struct speaker s = {.o = o, .h = o->h, .k = k};
    k->steps = arena_alloc(&k->arena, STEPS_MAX * sizeof *k->steps);
    k->rule = r->rule;
    k->failed_op = r->failed_op;
    k->bad_op = r->bad == UINT32_MAX ? NO_EVENT : o->ops[r->bad].op;
    if (r->nsteps) {
        told_sentence(&s, r);
        k->reason = say_keep(&s);
        told_steps(&s, r);
    } else if (r->nculprits) {
        rule_sentence(&s, r, r->bad);
        k->reason = say_keep(&s);
        steps_by_rule(&s, r, true);
    } else if (!argue_stale(&s, c) && !argue_by_zones(&s, c, budget)) {
        k->reason = rule_text(r->rule);
        argue_stuck(&s, r, c, w, budget);
    }
    keep_origin(o, c, k);
    buf_free(&s.b);
}
