/* From an operation that found no place to the fewest operations on its element that show it: the
 * core of the element's operations alone, so that a long history of others costs nothing. */
#include "checker/bits.h"

#include "base/mem.h"
#include "checker/core.h"
#include "checker/rules.h"

/* The operations of one element that were invoked before `end`. Everything else is borrowed. */
static uint32_t *only_element(const struct object *o, val element, uint32_t end, struct object *sub)
{
    size_t n = 0;
    *sub = *o;
    sub->arena = (struct arena){0};
    sub->n = sub->crashed = 0;
    sub->actions = 0;
    for (size_t i = 0; i < o->n && o->ops[i].inv < end; i++)
        n += o->classes[o->ops[i].cls].a == element;
    sub->ops = mem_alloc((n + 1) * sizeof *sub->ops);
    uint32_t *from = mem_alloc((n + 1) * sizeof *from);
    for (size_t i = 0; i < o->n && o->ops[i].inv < end; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        if (c->a != element)
            continue;
        sub->actions |= 1u << c->action;
        sub->crashed += o->ops[i].res == RES_INF;
        from[sub->n] = (uint32_t)i;
        sub->ops[sub->n++] = o->ops[i];
    }
    return from;
}

static const char *effect_text(const struct op_class *c)
{
    bool lock = c->a == VAL_ABSENT;
    switch ((int)c->action) {
    case ACT_UP:
        return lock ? ": free before it, held after it" : ": absent before it, present after it";
    case ACT_DOWN:
        return lock ? ": held before it, free after it" : ": present before it, absent after it";
    case ACT_IS_UP:
        return lock ? ": it was held" : ": it was present";
    case ACT_IS_DOWN:
        return lock ? ": it was free" : ": it was absent";
    case ACT_JOIN:
        return ": present after it";
    default:
        return ": absent after it";
    }
}

static const char *reason_text(const struct object *o, uint32_t bad, int up, struct arena *a)
{
    struct buf b = {.max = 60};
    val element = o->classes[o->ops[bad].cls].a;
    if (up < 0)
        return rule_text(RULE_WRONG_STATE);
    if (element == VAL_ABSENT)
        return up ? "it was held, and nothing could have released it by then"
                  : "it was free, and nothing could have acquired it by then";
    val_print_edn(&o->h->values, element, &b);
    const char *text = arena_printf(a, "%.*s%s was %s, and nothing could have changed that by then",
                                    (int)b.n, buf_str(&b).p, b.cut ? "..." : "",
                                    up ? "present" : "absent");
    buf_free(&b);
    return text;
}

static void say(struct engine_result *out, const char *text)
{
    out->steps[out->nsteps++] = (struct step){STEP_TEXT, NO_OP, NO_OP, text};
}

/* Where the operations change the state in turns, one more of a kind must have happened than its
 * opposite allows. True and said when that is all of the argument. */
static bool say_count(const struct object *sub, uint32_t bad, struct engine_result *out)
{
    enum action kind = sub->classes[sub->ops[bad].cls].action;
    enum action opposite = kind == ACT_UP ? ACT_DOWN : ACT_UP;
    size_t done = 0, possible = 0;
    for (size_t i = 0; i < sub->n; i++) {
        enum action a = sub->classes[sub->ops[i].cls].action;
        done += a == kind && sub->ops[i].res <= sub->ops[bad].res;
        possible += a == opposite;
    }
    if ((kind != ACT_UP && kind != ACT_DOWN) || done < possible + 2)
        return false;
    val f = sub->h->ops[sub->ops[bad].op].f;
    struct str name = val_get_text(&sub->h->values, f);
    say(out, arena_printf(&out->arena, "with this one, %zu %.*s had completed, and only %zu "
                          "operations that undo one had begun: two of them must have happened in "
                          "a row", done, (int)name.n, name.p, possible));
    return true;
}

static void tell(const struct object *o, const struct object *sub, uint32_t bad,
                 struct engine_result *out)
{
    enum { SHOWN = 12, SHOWN_OF_MANY = 4 };
    size_t n = out->nculprits, shown = n > SHOWN ? SHOWN_OF_MANY : n;
    out->steps = arena_alloc(&out->arena, (shown + 2) * sizeof *out->steps);
    bool counted = n > SHOWN && say_count(sub, bad, out);
    if (n > SHOWN && !counted)
        say(out, arena_printf(&out->arena, "%zu operations are needed to show it; the last are",
                              n));
    for (size_t i = n - shown; i < n; i++) {
        uint32_t op = out->culprits[i].op;
        out->steps[out->nsteps++] =
            (struct step){STEP_OP, op, op, effect_text(&o->classes[o->ops[op].cls])};
    }
    if (!counted)
        say(out, n == 1 ? "nothing that began before it completed explains this"
                        : "these do not fit together in any order, whatever was before them and "
                          "whatever else was open meanwhile");
}

void bit_evidence(const struct object *o, const struct engine *by, uint32_t bad, int up,
                  const struct engine_options *opt, struct engine_result *out)
{
    struct object sub;
    struct engine_result r = {.bad = 0, .verdict = VERDICT_INVALID};
    struct core c;
    val element = o->classes[o->ops[bad].cls].a;
    uint32_t *from = only_element(o, element, o->ops[bad].res, &sub);
    while (from[r.bad] != bad)
        r.bad++;
    core_find(&sub, by, &r, opt->budget, &c);
    out->rule = RULE_WRONG_STATE;
    out->reason = reason_text(o, bad, up, &out->arena);
    out->culprits = arena_alloc(&out->arena, (sub.n + 1) * sizeof *out->culprits);
    for (size_t i = 0; c.found && i < sub.n; i++)
        if (c.strict[i])
            out->culprits[out->nculprits++] = (struct culprit){from[i], CULPRIT_SHOWN};
    tell(o, &sub, r.bad, out);
    core_free(&c);
    mem_free(sub.ops);
    mem_free(from);
}
