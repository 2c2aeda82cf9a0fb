#include "cli/follow_plan.h"

#include "checker/property.h"

static bool is_auto(const char *name)
{
    return !name || strcmp(name, "auto") == 0;
}

static bool only_linearizable(const char *consistency)
{
    return !consistency || strcmp(consistency, property_linearizable.name) == 0;
}

/* What a level of the lattice refutes in a prefix was refuted when it was written. Accounting, what
 * replicas come to in the end, and the spectrum are about whole histories. */
bool follow_can_ask(const char *consistency)
{
    const struct property *p = property_find(str_of(consistency));
    return p && (p == &property_linearizable || (p->implies && p->decide && !p->any_model));
}

/* The levels of sessions know no real time: what wrote a value, or added up to a sum, may stand on
 * a later line than the read of it. All that is said of such a read is what it lacks. */
bool follow_may_explain(const char *consistency, const struct check_result *r)
{
    static const char *const lacks[] = {"thin-air-read", "counter-too-high", "counter-too-low",
                                        "wrong-total"};
    const struct property *p = consistency ? property_find(str_of(consistency)) : NULL;
    bool timeless = p && p->decide && p != &level_k_atomic && p != &level_bounded_staleness;
    bool lacking = false;
    for (size_t i = 0; timeless && i < r->nkeys && !lacking; i++)
        for (size_t j = 0; j < sizeof lacks / sizeof *lacks && !lacking; j++)
            lacking = r->keys[i].word && strcmp(r->keys[i].word, lacks[j]) == 0;
    return lacking;
}

static bool has_keys(const struct history *h)
{
    for (size_t i = 0; i < h->events.n; i++)
        if (h->events.key[i] != VAL_ABSENT)
            return true;
    return false;
}

/* All values are pairs, and nothing shows yet what that means. */
static bool tuples_possible(const struct history *h)
{
    val a, b;
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        if (!val_pair(&h->values, op->in, &a, &b) && !val_pair(&h->values, op->out, &a, &b))
            return false;
    }
    return h->nops > 0;
}

static void look(struct follow_plan *plan, const struct history *h,
                 const struct check_file_options *o)
{
    const struct check_flags *f = o->check;
    bool one = o->load->independent && strcmp(o->load->independent, "no") == 0;
    plan->opt.lenient = o->load->lenient;
    plan->opt.nil_unknown = f->nil_reads && strcmp(f->nil_reads, "unknown") == 0;
    plan->opt.one_object = one;
    plan->opt.tuples = h->independent && !has_keys(h);
    plan->open = !one && !h->independent && tuples_possible(h);
    plan->intervals = h->intervals;
    if (!only_linearizable(f->consistency))
        plan->opt.level = property_find(str_of(f->consistency));
    memcpy(plan->independent_reason, h->independent_reason, sizeof plan->independent_reason);
    plan->model_reason = "asked for";
    if (h->nops == 0)
        return;
    plan->opt.model = is_auto(f->model) ? model_detect(h, &plan->arena, &plan->model_reason)
                                        : model_find(f->model);
    if (!plan->opt.model)
        plan->reason = plan->model_reason;
    else if (!is_auto(f->algorithm))
        plan->reason = "the engine was asked for by name";
}

bool follow_plan(struct follow_plan *plan, const char *path, const struct file_prefix *prefix,
                 const struct check_file_options *o, struct err *e)
{
    struct history h;
    struct belie_load_options load = flags_load(o->load);
    *plan = (struct follow_plan){.opt = {.initial = VAL_ABSENT}};
    if (!library_load_prefix(&h, path, prefix->fd, prefix->bytes, &load, e))
        return false;
    look(plan, &h, o);
    history_free(&h);
    return true;
}

bool follow_plan_same(const struct follow_plan *a, const struct follow_plan *b)
{
    return a->opt.model == b->opt.model && a->opt.tuples == b->opt.tuples &&
           (a->reason != NULL) == (b->reason != NULL);
}
