/* The longest order of the operations of a core, by search: a step takes any operation that was
 * invoked before every completion that is still to come, and that the model allows. Configurations
 * (set of operations taken, state) are visited once. Cores are small, so this is cheap; it stops
 * after NODES_MAX configurations. It is for showing only: the verdict is not looked at again. */
#include "reports/html/order.h"

#include "base/hash.h"

enum { NODES_MAX = 50000, CHOICES = 8 };

struct search {
    struct object o;
    bool strict[ORDER_OPS];
    size_t left;       /* configurations that may still be visited */
    struct map64 seen; /* set << 32 | state */
    uint8_t path[ORDER_OPS], best[ORDER_OPS];
    uint32_t states[ORDER_OPS], best_states[ORDER_OPS];
    size_t n, nbest, strict_best;
};

/* Is nothing that completed before `i` began still to come? */
static bool may_come(const struct search *s, uint32_t taken, size_t i)
{
    for (size_t j = 0; j < s->o.n; j++)
        if (!(taken >> j & 1) && s->strict[j] && s->o.ops[j].res < s->o.ops[i].inv)
            return false;
    return true;
}

static void keep_best(struct search *s, size_t strict)
{
    if (strict <= s->strict_best)
        return;
    s->strict_best = strict;
    s->nbest = s->n;
    memcpy(s->best, s->path, sizeof s->best);
    memcpy(s->best_states, s->states, sizeof s->best_states);
}

static void visit(struct search *s, uint32_t taken, uint32_t state, size_t strict)
{
    uint64_t key = (uint64_t)taken << 32 | state;
    if (s->left == 0 || map64_get(&s->seen, key) != MAP64_NONE)
        return;
    s->left--;
    map64_put(&s->seen, key, 1);
    keep_best(s, strict);
    for (size_t i = 0; i < s->o.n; i++) {
        if ((taken >> i & 1) || !may_come(s, taken, i))
            continue;
        for (unsigned k = 0; k < CHOICES; k++) {
            uint32_t next = s->o.model->step(&s->o, state, s->o.ops[i].cls, k);
            if (next == NO_STATE)
                break;
            s->path[s->n] = (uint8_t)i;
            s->states[s->n++] = next;
            visit(s, taken | 1u << i, next, strict + s->strict[i]);
            s->n--;
        }
    }
}

/* Background operations returned nothing and may come at any time after their start. */
static void relax(struct search *s, const json_t *operations)
{
    for (size_t i = 0; i < s->o.n; i++)
        for (size_t j = 0; j < json_array_size(operations); j++) {
            const json_t *one = json_array_get(operations, j);
            if (page_op(one) == s->o.ops[i].op)
                s->strict[i] = str_is(json_str(one, "role"), "strict");
        }
    for (size_t i = 0; i < s->o.n; i++) {
        struct lin_op *op = &s->o.ops[i];
        if (s->strict[i] && op->res == RES_INF)
            s->strict[i] = false;
        if (s->strict[i])
            continue;
        op->res = RES_INF;
        op->cls = s->o.classes[op->cls].relaxed;
    }
}

static const char *state_text(struct order *out, const struct object *o, uint32_t state)
{
    struct buf b = {.max = 400};
    o->model->describe(o, state, &b);
    const char *text =
        arena_printf(&out->arena, "%.*s%s", (int)b.n, buf_str(&b).p, b.cut ? "..." : "");
    buf_free(&b);
    return text;
}

/* What cannot come next: an operation that must, by preference the one that is named. */
static uint32_t stuck(const struct search *s, uint32_t bad)
{
    uint32_t taken = 0, found = NO_EVENT;
    for (size_t i = 0; i < s->nbest; i++)
        taken |= 1u << s->best[i];
    for (size_t i = 0; i < s->o.n; i++) {
        if ((taken >> i & 1) || !s->strict[i] || !may_come(s, taken, i))
            continue;
        if (s->o.ops[i].op == bad || found == NO_EVENT)
            found = s->o.ops[i].op;
    }
    return found;
}

static void keep_order(struct order *out, const struct search *s, uint32_t bad)
{
    out->stuck = stuck(s, bad);
    out->initial = state_text(out, &s->o, s->o.init_state);
    for (size_t i = 0; i < s->nbest; i++)
        out->steps[out->n++] =
            (struct order_step){s->o.ops[s->best[i]].op, state_text(out, &s->o, s->best_states[i])};
}

void order_find(struct order *out, const struct page *p, const json_t *property, const json_t *key)
{
    const json_t *c = json_object_get(key, "counterexample");
    const json_t *ops = json_object_get(c, "operations");
    const char *name = json_string_value(json_object_get(property, "model"));
    const struct model *m = name ? model_find(name) : NULL;
    size_t n = json_array_size(ops), used = 0;
    uint32_t ids[ORDER_OPS];
    val initial;
    *out = (struct order){.stuck = NO_EVENT};
    struct str shown = json_str(json_object_get(property, "spectrum"), "shown");
    bool real_time = str_is(json_str(property, "property"), "linearizable") ||
                     (json_object_get(property, "spectrum") && !shown.n);
    if (!m || !real_time || n == 0 || n > ORDER_OPS || !page_initial(p, property, &initial))
        return;
    for (size_t i = 0; i < n; i++)
        if (!str_is(json_str(json_array_get(ops, i), "role"), "failed"))
            ids[used++] = page_op(json_array_get(ops, i));
    struct search s = {.left = NODES_MAX};
    uint32_t first = used ? ids[0] : 0;
    val object = p->h->nops ? p->h->ops[first].key : VAL_ABSENT;
    if (!object_build(&s.o, p->h, m, ids, used, object, initial, page_nil_unknown(p), NULL))
        return;
    relax(&s, ops);
    visit(&s, 0, s.o.init_state, 0);
    keep_order(out, &s, (uint32_t)json_int(c, "not-placed", NO_EVENT));
    map64_free(&s.seen);
    object_free(&s.o);
}

void order_free(struct order *o)
{
    arena_free(&o->arena);
}
