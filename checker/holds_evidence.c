/* Why a lock cannot have done what was recorded, with few operations.
 *
 * That an owner holds is shown by all its acquires since it last held nothing: each of its releases
 * may have happened, but there are fewer of them. That it does not hold is shown by its release
 * before (after which, where an owner can hold only once, it held nothing), or where it can hold
 * several times by all its releases: there are more of them than acquires. */
#include "checker/culprits.h"
#include "checker/holds.h"

enum { HOLDERS_SHOWN = 4, STEPS = HOLDERS_SHOWN + 3 };

static void say(struct engine_result *out, enum step_kind kind, uint32_t x, uint32_t y,
                const char *text)
{
    out->steps[out->nsteps++] = (struct step){kind, x, y, text};
}

static bool counts(const struct holds *h)
{
    return h->l->kind == LOCK_REENTRANT || h->l->kind == LOCK_PERMITS;
}

/* Does what owner w holds shut `bad` out? */
static bool in_the_way(const struct holds *h, const struct owner *w, uint32_t owner, uint32_t bad)
{
    bool own = owner == owner_of(h->o, bad);
    if (w->count == 0)
        return false;
    if (h->l->kind == LOCK_PERMITS)
        return true;
    if (h->l->kind == LOCK_RW && hold_of(h->o, bad) != HOLD_WRITE)
        return w->hold == HOLD_WRITE;
    return !own;
}

/* Is op one of the acquires that show what its owner holds when `bad` returns? One other holder is
 * enough, or all where there are permits. */
static bool shows_hold(const struct holds *h, uint32_t op, uint32_t bad, uint32_t only)
{
    uint32_t owner = owner_of(h->o, op);
    const struct owner *w = &h->owners[owner];
    return acquires(h->o, op) && op >= w->since && h->o->ops[op].res < h->o->ops[bad].res &&
           in_the_way(h, w, owner, bad) && (only == owner || h->l->kind == LOCK_PERMITS);
}

static uint32_t some_holder(const struct holds *h, uint32_t bad)
{
    uint32_t w = 0;
    while (w < h->l->nowners && !in_the_way(h, &h->owners[w], w, bad))
        w++;
    return w;
}

static void two_holders(const struct holds *h, uint32_t bad, struct culprits *c,
                        struct engine_result *out)
{
    uint32_t holder = some_holder(h, bad), more = 0;
    for (uint32_t i = 0; i < h->o->n && h->o->ops[i].inv < h->o->ops[bad].res; i++) {
        if (i == bad || !shows_hold(h, i, bad, holder))
            continue;
        culprits_link(c, i, CULPRIT_SHOWN);
        if (out->nsteps < HOLDERS_SHOWN)
            say(out, STEP_OP, i, i, ": it was not given back before");
        else
            more++;
    }
    if (more)
        say(out, STEP_TEXT, 0, 0, arena_printf(&out->arena, "and %u more", more));
    const char *all = h->l->kind == LOCK_PERMITS
                          ? arena_printf(&out->arena, ": by its end no permit was left of %lld "
                                         "(--initial)", (long long)h->l->permits)
                          : ": by its end the lock was still held";
    say(out, STEP_OP, bad, bad, all);
}

static void not_held(const struct holds *h, uint32_t bad, struct culprits *c,
                     struct engine_result *out)
{
    const struct object *o = h->o;
    uint32_t owner = owner_of(o, bad);
    const struct owner *w = &h->owners[owner];
    for (uint32_t i = 0; counts(h) && i < bad; i++)
        if (owner_of(o, i) == owner && !acquires(o, i))
            culprits_link(c, i, CULPRIT_SHOWN);
    if (w->count > 0) { /* in the other way */
        culprits_link(c, w->since, CULPRIT_SHOWN);
        say(out, STEP_OP, w->since, w->since, "");
        say(out, STEP_OP, bad, bad, ": it is not what its owner held");
        return;
    }
    culprits_link(c, w->release, CULPRIT_SHOWN);
    if (w->release != NO_OP)
        say(out, STEP_BEFORE, w->release, bad, ": its owner held nothing any more");
    else
        say(out, STEP_OP, bad, bad, ": its owner had not taken it");
}

/* The last acquire of the owner, and this one. */
static void held_already(const struct holds *h, uint32_t bad, struct culprits *c,
                         struct engine_result *out)
{
    uint32_t first = h->owners[owner_of(h->o, bad)].since;
    culprits_link(c, first, CULPRIT_SHOWN);
    say(out, STEP_BEFORE, first, bad, ": the same owner, which gave nothing back between them");
}

void holds_explain(const struct holds *h, enum rule rule, uint32_t bad, struct engine_result *out)
{
    struct culprits c;
    culprits_open(&c, h->o->n);
    out->steps = arena_alloc(&out->arena, STEPS * sizeof *out->steps);
    if (rule == RULE_TWO_HOLDERS) {
        two_holders(h, bad, &c, out);
    } else if (rule == RULE_NOT_HELD) {
        not_held(h, bad, &c, out);
    } else if (rule == RULE_HELD_ALREADY) {
        held_already(h, bad, &c, out);
    } else {
        culprits_link(&c, h->last, CULPRIT_SHOWN);
        say(out, STEP_OP, h->last, h->last, ": it held the lock first");
        say(out, STEP_OP, bad, bad, ": it held the lock later, its token is not greater");
    }
    culprits_link(&c, bad, CULPRIT_SHOWN);
    culprits_close(&c, rule, out);
}
