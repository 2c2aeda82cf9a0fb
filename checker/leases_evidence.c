/* Why a lease cannot have been granted, with few operations: the acquire from which on the other
 * owner had it, the operation that shows that it still had it (a later term, or a renewal or
 * release that found it held), the grant, and what shows that the grant lasted, where its own
 * term is too short for that. */
#include "checker/culprits.h"
#include "checker/leases.h"

enum { SHOWN = 4, STEPS = SHOWN + 4, NS_PER_S = 1000000000, NS_PER_MS = 1000000 };

static void say(struct engine_result *out, uint32_t op, const char *text)
{
    out->steps[out->nsteps++] = (struct step){STEP_OP, op, op, text};
}

static uint32_t end_of(const struct object *o, uint32_t op)
{
    return locks_of(o)->lease->end[o->ops[op].cls];
}

/* Does this ok operation of a hold, not its first one, show that it lasted until after `at`? */
static bool shows(const struct object *o, uint32_t op, uint32_t at)
{
    bool had = lease_action(o, op) != ACT_ACQUIRE && o->ops[op].inv > at;
    return o->ops[op].res != RES_INF &&
           (had || (lease_action(o, op) != ACT_RELEASE && end_of(o, op) > at));
}

/* The first operation of the hold that began with `first` which shows that it lasted until after
 * `at`; it did. */
static uint32_t find_shows(const struct object *o, uint32_t first, uint32_t at)
{
    uint32_t i = first;
    if (end_of(o, first) > at)
        return first;
    do
        i++;
    while (i < o->n && (owner_of(o, i) != owner_of(o, first) || !shows(o, i, at)));
    return i < o->n ? i : NO_OP;
}

static int64_t time_at(const struct object *o, uint32_t position)
{
    return o->h->events.time[lin_event(position)];
}

static const char *seconds(struct engine_result *out, int64_t ns)
{
    int64_t ms = ns / NS_PER_MS;
    uint64_t size = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;
    return arena_printf(&out->arena, "%s%llu.%03llu s", ms < 0 ? "-" : "",
                        (unsigned long long)(size / 1000), (unsigned long long)(size % 1000));
}

/* "invoked at 3.200 s with a ttl of 5.000 s, it lasted until 8.200 s at least". */
static const char *term_text(const struct object *o, uint32_t op, struct engine_result *out)
{
    int64_t begun = time_at(o, o->ops[op].inv), ttl = lease_ttl(o, op), over;
    if (__builtin_add_overflow(begun, ttl, &over))
        return ": it lasted beyond the end of the history";
    int64_t slack = locks_of(o)->lease->slack;
    const char *wrong = slack ? arena_printf(&out->arena, ", clocks being wrong by %s at most",
                                             seconds(out, slack)) : "";
    return arena_printf(&out->arena, ": invoked at %s with a ttl of %s, it lasted until %s at "
                        "least%s", seconds(out, begun), seconds(out, ttl), seconds(out, over),
                        wrong);
}

static const char *grant_text(const struct object *o, const struct lease_fault *f,
                              struct engine_result *out)
{
    if (o->doubt)
        return ": it was granted in between";
    int64_t done = time_at(o, o->ops[f->bad].res);
    return f->end > o->ops[f->bad].res
               ? arena_printf(&out->arena, ": it was granted in between, by %s at the latest",
                              seconds(out, done))
               : arena_printf(&out->arena, "%s, and completed at %s: all that time the lease was "
                              "not free", term_text(o, f->bad, out), seconds(out, done));
}

/* The last acquire of the hold that began with `first` which returned before `by`. */
static uint32_t last_acquire(const struct object *o, uint32_t first, uint32_t by)
{
    uint32_t found = first;
    for (uint32_t i = first; i < o->n && o->ops[i].inv < by; i++)
        if (owner_of(o, i) == owner_of(o, first) && lease_action(o, i) == ACT_ACQUIRE &&
            o->ops[i].res < by)
            found = i;
    return found;
}

/* That the hold of acquire `first` lasted until after `at`. An acquire in between, which renewed
 * it, shows that only if it found it held. */
static void show_hold(const struct object *o, uint32_t first, uint32_t at, struct culprits *c,
                      struct engine_result *out)
{
    uint32_t shown[SHOWN], n = 0, op;
    for (op = NO_OP; op != first && at != RES_INF;) {
        op = find_shows(o, first, at);
        culprits_link(c, op, CULPRIT_SHOWN);
        if (n < SHOWN)
            shown[n++] = op;
        at = op != NO_OP && lease_action(o, op) == ACT_ACQUIRE ? o->ops[op].res : RES_INF;
    }
    culprits_link(c, first, CULPRIT_SHOWN);
    if (op != first)
        say(out, first, ": it was granted");
    while (n-- > 0)
        if (shown[n] != NO_OP)
            say(out, shown[n], lease_action(o, shown[n]) == ACT_RELEASE || o->doubt
                                   ? ": its owner still had it"
                                   : term_text(o, shown[n], out));
}

static void overlap(const struct object *o, const struct lease_fault *f, struct culprits *c,
                    struct engine_result *out)
{
    uint32_t at = o->ops[f->bad].res;
    uint32_t by = f->end > at ? at : f->end; /* held since before that, it shuts out the grant */
    show_hold(o, last_acquire(o, f->other.first, by), at, c, out);
    say(out, f->bad, grant_text(o, f, out));
    uint32_t lasts = f->end > at ? find_shows(o, f->bad, at) : f->bad;
    culprits_link(c, lasts, CULPRIT_SHOWN);
    if (lasts != f->bad && lasts != NO_OP)
        say(out, lasts, ": its owner still had it");
    out->alone = true;
}

/* The release before, after which its owner acquired nothing; or that it never did. */
static void ended(const struct object *o, const struct lease_fault *f, struct culprits *c,
                  struct engine_result *out)
{
    uint32_t before = f->bad;
    while (before-- > 0 && (owner_of(o, before) != owner_of(o, f->bad) ||
                            lease_action(o, before) != ACT_RELEASE))
        ;
    culprits_link(c, before, CULPRIT_SHOWN);
    if (before != NO_OP)
        out->steps[out->nsteps++] = (struct step){STEP_BEFORE, before, f->bad,
                                                  ": its owner had given it back"};
    else
        say(out, f->bad, ": its owner had not acquired it");
}

void leases_explain(const struct object *o, const struct lease_fault *f,
                    struct engine_result *out)
{
    struct culprits c;
    culprits_open(&c, o->n);
    out->steps = arena_alloc(&out->arena, STEPS * sizeof *out->steps);
    if (f->rule == RULE_LEASE_RAN)
        overlap(o, f, &c, out);
    else
        ended(o, f, &c, out);
    culprits_link(&c, f->bad, CULPRIT_SHOWN);
    culprits_close(&c, f->rule, out);
}
