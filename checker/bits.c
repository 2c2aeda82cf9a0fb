/* The engine for objects whose elements are up or down: mutexes, sets whose operations say what
 * they found. The algorithm is in bits_scan.c, the evidence in bit_evidence.c. */
#include "checker/bits.h"

#include "base/mem.h"
#include "checker/rules.h"

static ptrdiff_t footprint(const struct object *o)
{
    size_t per_op = sizeof(struct bit_link) + 2 * sizeof(uint64_t) + sizeof(uint32_t);
    return (ptrdiff_t)(o->n * per_op);
}

static const char *bits_applies(const struct object *o, struct arena *a)
{
    (void)a;
    if (object_two_state(o))
        return NULL;
    const uint32_t bits = 1u << ACT_UP | 1u << ACT_DOWN | 1u << ACT_IS_UP | 1u << ACT_IS_DOWN;
    return o->actions & bits
               ? "some operations do not say that one element was, or was not, there"
               : "";
}

/* What was cut off may have left any state: an element fails when it does from both. */
static uint32_t scan_from_anywhere(struct bits *b)
{
    (void)bits_scan(b, false, true);
    (void)bits_scan(b, true, true);
    for (size_t i = 0; i < b->nends; i++) {
        uint32_t op = (uint32_t)b->ends[i];
        if (b->elements[b->link[op].element].bad == 3)
            return op;
    }
    return NO_OP;
}

static void decide(struct object *o, const struct engine_options *opt, struct engine_result *out)
{
    struct bits b;
    bits_open(&b, o);
    out->bad = o->any_start ? scan_from_anywhere(&b) : bits_scan(&b, false, false);
    if (out->bad == NO_OP) {
        out->verdict = VERDICT_VALID;
        out->certified = RES_INF;
        out->nwitness = opt->witness ? b.norder : 0;
        out->witness = arena_alloc(&out->arena, (out->nwitness + 1) * sizeof *out->witness);
        memcpy(out->witness, b.order, out->nwitness * sizeof *out->witness);
    } else {
        out->verdict = VERDICT_INVALID;
        out->certified = o->any_start ? 0 : o->ops[out->bad].res - 1;
    }
    bool up = out->bad != NO_OP && b.elements[b.link[out->bad].element].up;
    bits_close(&b);
    if (out->bad != NO_OP && !opt->verdict_only)
        bit_evidence(o, &engine_bits, out->bad, up, opt, out);
}

static void bits_run(struct object *o, const struct engine_options *opt, struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    enum stop_cause stop = budget_stopped(opt->budget);
    ptrdiff_t bytes = footprint(o);
    if (!budget_memory(opt->budget, bytes))
        stop = STOP_MEMORY;
    if (stop == STOP_NONE)
        decide(o, opt, out);
    else
        out->reason = stop_text(stop);
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_bits = {
    .name = "bits",
    .summary = "mutexes, and sets whose operations tell what they found",
    .complexity = "O(n log n)",
    .applies = bits_applies,
    .run = bits_run,
};
