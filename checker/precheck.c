/* Every ok observer o of value v (a read of v, a cas from v) sees the effect of one mutation x
 * that sets v, or the initial value. It cannot be x when o returned before x was invoked, or
 * when an ok mutation m lies between them in real time: x returned before m was invoked and m
 * returned before o was invoked. With gone(x) = the least return of the ok mutations invoked
 * after x returned, x is possible iff x.inv < o.res and o.inv <= gone(x): [x.inv, gone(x)] and
 * [o.inv, o.res] meet. Per value a running maximum of gone over mutations by invocation answers
 * that by one binary search. A crashed mutation never returns, so gone = infinity: with one of v
 * around nothing is refuted after its invocation. Exact in what it refutes, silent otherwise. */
#include "checker/precheck.h"

#include "checker/bag.h"

#include "base/hash.h"
#include "base/mem.h"
#include "checker/rules.h"

struct setter {
    uint32_t inv;
    uint32_t gone; /* greatest of this and all earlier setters of the value */
};

struct setters {
    const struct object *o;
    struct map64 values;
    uint32_t *value;  /* per op: the value that it sets, or UINT32_MAX */
    uint32_t *start;  /* per value, offsets into list */
    struct setter *list;
    uint32_t *least;  /* suffix minima of ok mutations' returns, by invocation */
    uint32_t *invs;
    size_t nmut;
};

static val sets(const struct op_class *c)
{
    return c->action == ACT_CAS ? c->b : c->a;
}

static void collect_mutations(struct setters *s)
{
    const struct object *o = s->o;
    s->least = mem_alloc((o->n + 1) * sizeof *s->least);
    s->invs = mem_alloc((o->n + 1) * sizeof *s->invs);
    s->value = mem_alloc((o->n + 1) * sizeof *s->value);
    map64_put(&s->values, o->initial, 0);
    for (size_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        s->value[i] = UINT32_MAX;
        if (c->action == ACT_READ)
            continue;
        uint32_t v = map64_get(&s->values, sets(c));
        if (v == MAP64_NONE) {
            v = (uint32_t)s->values.n;
            map64_put(&s->values, sets(c), v);
        }
        s->value[i] = v;
        if (o->ops[i].res != RES_INF) {
            s->invs[s->nmut] = o->ops[i].inv;
            s->least[s->nmut++] = o->ops[i].res;
        }
    }
    for (size_t i = s->nmut; i-- > 1;) {
        if (s->least[i] < s->least[i - 1])
            s->least[i - 1] = s->least[i];
    }
}

static uint32_t gone_after(const struct setters *s, uint32_t res)
{
    size_t lo = 0, hi = s->nmut;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->invs[mid] > res)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo < s->nmut ? s->least[lo] : RES_INF;
}

static void add_setter(struct setters *s, uint32_t *at, uint32_t v, uint32_t inv, uint32_t gone)
{
    uint32_t i = at[v]++;
    if (i > s->start[v] && s->list[i - 1].gone > gone)
        gone = s->list[i - 1].gone;
    s->list[i] = (struct setter){inv, gone};
}

static void sort_setters(struct setters *s)
{
    const struct object *o = s->o;
    size_t nv = s->values.n;
    s->start = mem_zalloc(nv + 2, sizeof *s->start);
    s->list = mem_alloc((o->n + 1) * sizeof *s->list);
    uint32_t *at = mem_alloc((nv + 1) * sizeof *at);
    s->start[1]++; /* the virtual write of the initial value */
    for (size_t i = 0; i < o->n; i++) {
        if (s->value[i] != UINT32_MAX)
            s->start[s->value[i] + 1]++;
    }
    for (size_t v = 0; v < nv; v++) {
        s->start[v + 1] += s->start[v];
        at[v] = s->start[v];
    }
    add_setter(s, at, 0, 0, s->nmut ? s->least[0] : RES_INF);
    for (size_t i = 0; i < o->n; i++) {
        uint32_t res = o->ops[i].res;
        if (s->value[i] != UINT32_MAX)
            add_setter(s, at, s->value[i], o->ops[i].inv,
                       res == RES_INF ? RES_INF : gone_after(s, res));
    }
    mem_free(at);
}

/* Can some setter of value v (dense id) be what an observer [inv, res] saw? */
static bool explained(const struct setters *s, uint32_t v, uint32_t inv, uint32_t res)
{
    uint32_t lo = s->start[v], hi = s->start[v + 1];
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (s->list[mid].inv >= res)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo > s->start[v] && s->list[lo - 1].gone >= inv;
}

static uint32_t first_unexplained(const struct setters *s)
{
    const struct object *o = s->o;
    uint32_t bad = UINT32_MAX;
    for (size_t i = 0; i < o->n; i++) {
        const struct lin_op *op = &o->ops[i];
        const struct op_class *c = &o->classes[op->cls];
        if (op->res == RES_INF || c->action == ACT_WRITE)
            continue;
        uint32_t v = map64_get(&s->values, c->action == ACT_READ ? c->b : c->a);
        if (v != MAP64_NONE && explained(s, v, op->inv, op->res))
            continue;
        if (bad == UINT32_MAX || op->res < o->ops[bad].res)
            bad = (uint32_t)i;
    }
    return bad;
}

bool precheck_observers(const struct object *o, struct engine_result *out)
{
    if (!o->register_like)
        return bag_refutes(o, out);
    struct setters s = {.o = o};
    collect_mutations(&s);
    sort_setters(&s);
    uint32_t bad = first_unexplained(&s);
    map64_free(&s.values);
    mem_free(s.value);
    mem_free(s.start);
    mem_free(s.list);
    mem_free(s.least);
    mem_free(s.invs);
    if (bad == UINT32_MAX)
        return false;
    out->verdict = VERDICT_INVALID;
    out->rule = RULE_STUCK;
    out->reason = rule_text(RULE_STUCK);
    out->bad = bad;
    out->failed_op = UINT32_MAX;
    out->explored = o->n;
    return true;
}
