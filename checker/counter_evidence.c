/* Why a read of a counter is impossible, with few operations.
 *
 * Too high: whatever was invoked before the read returned is not enough; the read alone shows it.
 * Too low: some earlier read told w (or: the count began at 0), and enough increments lie wholly
 * between that read and the bad one. One such base is always enough: take the latest read for which
 * the scan counted an increment that ended only after the bad read began (or the start). All that
 * was counted since returned before the bad read began, and none of it was open at the base, where
 * the increment with the later deadline would not have been taken. Of all bases with that property
 * the one that told most needs the fewest increments. */
#include "base/mem.h"
#include "checker/counter.h"
#include "checker/culprits.h"
#include "checker/number_states.h"

enum { ADDS_SHOWN = 3 };

static const char *changes(const struct counter *c, size_t n)
{
    if (c->step > 0)
        return n == 1 ? "increment" : "increments";
    return n == 1 ? "decrement" : "decrements";
}

static void add_step(struct engine_result *out, struct step s)
{
    out->steps[out->nsteps++] = s;
}

/* Increments wholly between position `from` and the bad read, the latest first; at most `most`.
 * Returns their number. */
static size_t adds_between(const struct counter *c, int64_t from, uint32_t bad, size_t most,
                           uint32_t *list)
{
    const struct lin_op *ops = c->o->ops;
    size_t n = 0;
    for (uint32_t i = bad; i-- > 0 && ops[i].inv > from && n < most;)
        if (c->o->classes[ops[i].cls].action == ACT_ADD && ops[i].res < ops[bad].inv)
            list[n++] = i;
    return n;
}

/* The invocations of the increments that returned before the bad read began, in order. */
static uint32_t *completed_adds(const struct counter *c, uint32_t bad, size_t *n)
{
    const struct lin_op *ops = c->o->ops;
    uint32_t *inv = mem_alloc(((size_t)bad + 1) * sizeof *inv);
    *n = 0;
    for (uint32_t i = 0; i < bad; i++)
        if (c->o->classes[ops[i].cls].action == ACT_ADD && ops[i].res < ops[bad].inv)
            inv[(*n)++] = ops[i].inv;
    return inv;
}

/* How many of the sorted positions are greater than `from`. */
static int64_t later_than(const uint32_t *inv, size_t n, uint32_t from)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (inv[mid] > from)
            hi = mid;
        else
            lo = mid + 1;
    }
    return (int64_t)(n - lo);
}

/* The read that told most among those that make the bad one too low; UINT32_MAX: the start. */
static uint32_t find_base(const struct counter *c, uint32_t bad)
{
    const struct lin_op *ops = c->o->ops;
    size_t n;
    uint32_t *inv = completed_adds(c, bad, &n), base = UINT32_MAX;
    int64_t most = 0;
    for (uint32_t i = 0; i < bad; i++) {
        if (c->o->classes[ops[i].cls].action != ACT_SUM || ops[i].res > ops[bad].inv)
            continue;
        int64_t told = counter_told(c, i);
        if (told > most && told + later_than(inv, n, ops[i].res) > counter_told(c, bad)) {
            most = told;
            base = i;
        }
    }
    mem_free(inv);
    return base;
}

void counter_explain_low(const struct counter *c, uint32_t bad, struct engine_result *out)
{
    const struct lin_op *ops = c->o->ops;
    uint32_t base = find_base(c, bad);
    int64_t told = base == UINT32_MAX ? 0 : counter_told(c, base);
    int64_t need = counter_told(c, bad) - told + 1;
    size_t most = need <= 0 ? 0 : need < bad ? (size_t)need : bad;
    uint32_t *adds = mem_alloc((most + 1) * sizeof *adds);
    int64_t from = base == UINT32_MAX ? -1 : (int64_t)ops[base].res;
    size_t n = adds_between(c, from, bad, most, adds);
    struct culprits list;
    culprits_open(&list, c->o->n);
    culprits_link(&list, bad, CULPRIT_SHOWN);
    culprits_link(&list, base, CULPRIT_SHOWN);
    for (size_t i = 0; i < n; i++)
        culprits_link(&list, adds[i], CULPRIT_SHOWN);
    culprits_close(&list, c->step > 0 ? RULE_TOO_LOW : RULE_TOO_HIGH, out);
    out->alone = true;
    out->steps = arena_alloc(&out->arena, (ADDS_SHOWN + 4) * sizeof *out->steps);
    if (base == UINT32_MAX)
        add_step(out, (struct step){STEP_TEXT, 0, 0,
                 arena_printf(&out->arena, "the counter began at %lld", (long long)c->first)});
    else
        add_step(out, (struct step){STEP_OP, base, 0, n ? "" : ": that number had been reached"});
    for (size_t i = n; i-- > 0 && n - i <= ADDS_SHOWN;)
        add_step(out, (struct step){STEP_OP, adds[i], 0, ""});
    if (n > ADDS_SHOWN)
        add_step(out, (struct step){STEP_TEXT, 0, 0,
                 arena_printf(&out->arena, "and %zu more %s", n - ADDS_SHOWN,
                              changes(c, n - ADDS_SHOWN))});
    int64_t least = c->first + c->step * (told + (int64_t)n);
    const char *so = arena_printf(&out->arena, ": it had to return %lld or %s", (long long)least,
                                  c->step > 0 ? "more" : "less");
    if (n == 0 && base == UINT32_MAX)
        add_step(out, (struct step){STEP_OP, bad, 0, so});
    else
        add_step(out, (struct step){STEP_BEFORE, n ? adds[0] : base, bad, so});
    mem_free(adds);
}

void counter_explain_high(const struct counter *c, uint32_t bad, struct engine_result *out)
{
    const struct lin_op *ops = c->o->ops;
    struct culprits list;
    size_t n = 0;
    for (size_t i = 0; i < c->o->n && ops[i].inv < ops[bad].res; i++)
        n += c->o->classes[ops[i].cls].action == ACT_ADD;
    culprits_open(&list, c->o->n);
    culprits_link(&list, bad, CULPRIT_SHOWN);
    culprits_close(&list, c->step > 0 ? RULE_TOO_HIGH : RULE_TOO_LOW, out);
    out->alone = true;
    out->steps = arena_alloc(&out->arena, 2 * sizeof *out->steps);
    add_step(out, (struct step){STEP_OP, bad, 0, ""});
    add_step(out, (struct step){STEP_TEXT, 0, 0,
             arena_printf(&out->arena, "the counter began at %lld, and %zu %s %s invoked before "
                          "that completed: it cannot have been %s than %lld",
                          (long long)c->first, n, changes(c, n), n == 1 ? "was" : "were",
                          c->step > 0 ? "more" : "less",
                          (long long)c->first + (long long)c->step * (long long)n)});
}
