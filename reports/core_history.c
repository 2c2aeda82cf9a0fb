#include "reports/core_history.h"

const struct key_result *core_smallest(const struct report *r)
{
    const struct key_result *best = NULL;
    for (size_t i = 0; r->result && i < r->result->nkeys; i++) {
        const struct key_result *k = &r->result->keys[i];
        if (k->verdict == VERDICT_INVALID && k->ncore && (!best || k->ncore < best->ncore))
            best = k;
    }
    return best;
}

static int64_t greatest_process(const struct history *h)
{
    int64_t max = -1, p;
    for (size_t i = 0; i < h->nops; i++)
        if (val_get_int(&h->values, h->ops[i].process, &p) && p > max)
            max = p;
    return max;
}

/* Does `process` invoke `op`, one that is kept beside the core, after event `at`? */
static bool invokes_later(const struct history *h, val process, uint32_t op, uint32_t at)
{
    return op != NO_EVENT && h->ops[op].inv > at && h->events.process[h->ops[op].inv] == process;
}

static bool process_goes_on(const struct history *h, const struct key_result *k, size_t i)
{
    uint32_t at = h->ops[k->core[i].op].inv;
    val process = h->events.process[at];
    if (invokes_later(h, process, k->failed_op, at) || invokes_later(h, process, k->origin_op, at))
        return true;
    for (size_t j = i + 1; j < k->ncore; j++)
        if (h->events.process[h->ops[k->core[j].op].inv] == process)
            return true;
    return false;
}

void core_reduce(struct history *h, const struct key_result *k, bool *keep)
{
    struct events *ev = &h->events;
    int64_t fresh = greatest_process(h);
    memset(keep, 0, ev->n * sizeof *keep);
    if (k->failed_op != NO_EVENT)
        keep[h->ops[k->failed_op].inv] = keep[h->ops[k->failed_op].ret] = true;
    if (k->origin_op != NO_EVENT)
        keep[h->ops[k->origin_op].inv] = keep[h->ops[k->origin_op].ret] = true;
    for (size_t i = 0; i < k->ncore; i++) {
        const struct op *op = &h->ops[k->core[i].op];
        bool ended = op->ret != NO_EVENT, alone = op->ret == op->inv;
        keep[op->inv] = true;
        if (ended)
            keep[op->ret] = true;
        if (k->core[i].strict && op->type == OP_OK)
            continue;
        if (alone)
            ev->type[op->inv] = OP_INVOKE;
        else if (ended)
            ev->type[op->ret] = OP_INFO;
        if (!process_goes_on(h, k, i))
            continue;
        ev->process[op->inv] = val_int(&h->values, ++fresh);
        if (ended)
            ev->process[op->ret] = ev->process[op->inv];
    }
}
