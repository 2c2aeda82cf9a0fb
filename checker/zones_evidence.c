/* From a violation to the operations that alone show it. The operations of a rule come with links:
 * for two operations on one chain the writers between their values, and for an operation that did
 * not end an observer that proves it, with the writers between. */
#include "checker/culprits.h"
#include "checker/zones.h"

struct evidence {
    const struct zones *z;
    struct culprits list;
};

static void add(struct evidence *e, uint32_t op, enum culprit_role role)
{
    culprits_add(&e->list, op, role);
}

static void add_link(struct evidence *e, uint32_t op, enum culprit_role side)
{
    culprits_link(&e->list, op, side);
}

/* Writers from the place of `op` upwards until the one that leaves `value`, and that one. False
 * when `value` is not above. */
static bool above(const struct zones *z, uint32_t op, uint32_t value)
{
    uint32_t v = zone_place(z, op);
    while (v != value && v != 0 && v != NO_VALUE && z->v[v].writer != NO_OP)
        v = zone_effect(z, z->v[v].writer).from;
    return v == value;
}

static void link_up(struct evidence *e, uint32_t op, uint32_t value, enum culprit_role side)
{
    const struct zones *z = e->z;
    for (uint32_t v = zone_place(z, op);; v = zone_effect(z, z->v[v].writer).from) {
        if (v == 0 || v == NO_VALUE || z->v[v].writer == NO_OP)
            return;
        if (z->v[v].writer != op)
            add_link(e, z->v[v].writer, side);
        if (v == value)
            return;
    }
}

static void link_pair(struct evidence *e, uint32_t p, uint32_t q, enum culprit_role side)
{
    if (above(e->z, p, zone_place(e->z, q)))
        link_up(e, p, zone_place(e->z, q), side);
    else
        link_up(e, q, zone_place(e->z, p), side);
}

/* Add `op`; when it did not end, with what proves that it took effect. */
static void add_proved(struct evidence *e, uint32_t op, enum culprit_role role,
                       enum culprit_role side)
{
    add(e, op, role);
    if (zone_ended(e->z, op))
        return;
    uint32_t value = zone_place(e->z, op), seen = e->z->v[value].seen;
    add_link(e, seen, side);
    link_up(e, seen, value, side);
}

static bool would_leave(const struct object *o, const struct op *failed, val wanted)
{
    struct op op = *failed;
    op.type = OP_INFO; /* classified as if nobody knew the outcome */
    struct op_class c = {.a = VAL_ABSENT, .b = VAL_ABSENT};
    enum action action;
    bool skip = false;
    if (!model_action(o->model, val_get_text(&o->h->values, op.f), &action))
        return false;
    c.action = (uint8_t)action;
    if (!o->model->classify(o->h, &op, o->nil_unknown, &c, &skip, NULL) || skip)
        return false;
    return (c.action == ACT_WRITE && c.a == wanted) || (c.action == ACT_CAS && c.b == wanted);
}

/* An operation that failed and would have left `value`; UINT32_MAX when there is none. */
static uint32_t failed_writer(const struct zones *z, uint32_t value)
{
    const struct object *o = z->o;
    val wanted = z->values->values[value];
    for (size_t i = 0; i < o->nfailed; i++)
        if (would_leave(o, &o->h->ops[o->failed[i]], wanted))
            return o->failed[i];
    return UINT32_MAX;
}

static enum rule explain_air(struct evidence *e, const struct zone_clash *c, uint32_t *failed)
{
    const struct zones *z = e->z;
    uint32_t writer = 0;
    while (writer < z->o->n && zone_effect(z, writer).to != c->value)
        writer++;
    bool future = writer < z->o->n;
    add(e, c->op, future ? CULPRIT_LATER : CULPRIT_SEES);
    link_up(e, c->op, c->value, future ? CULPRIT_LINK_B : CULPRIT_LINK);
    if (future) {
        add(e, writer, CULPRIT_EARLIER);
        return RULE_FUTURE_READ;
    }
    *failed = failed_writer(z, c->value);
    return *failed == UINT32_MAX ? RULE_THIN_AIR : RULE_ABORTED_READ;
}

static void explain_two_cas(struct evidence *e, const struct zone_clash *c)
{
    add_proved(e, c->op, CULPRIT_CLASH, CULPRIT_LINK);
    add_proved(e, c->op2, CULPRIT_CLASH, CULPRIT_LINK_B);
    add_link(e, e->z->v[c->value].writer, CULPRIT_LINK);
}

static void explain_cycle(struct evidence *e, const struct zone_clash *c)
{
    const struct zones *z = e->z;
    uint32_t v = c->value;
    do {
        add(e, z->v[v].writer, CULPRIT_CLASH);
        v = zone_effect(z, z->v[v].writer).from;
    } while (v != c->value);
    add_link(e, z->v[v].seen, CULPRIT_LINK);
}

static void explain_blocks(struct evidence *e, const struct zone_clash *c)
{
    if (c->rule == RULE_BLOCK_ORDER) {
        add(e, c->a.first, CULPRIT_A_DONE);
        add_proved(e, c->b.last, CULPRIT_B_BEGAN, CULPRIT_LINK_B);
    }
    add(e, c->b.first, CULPRIT_B_DONE);
    add_proved(e, c->a.last, CULPRIT_A_BEGAN, CULPRIT_LINK);
    if (c->rule == RULE_BLOCK_ORDER) {
        link_pair(e, c->a.first, c->a.last, CULPRIT_LINK);
        link_pair(e, c->b.first, c->b.last, CULPRIT_LINK_B);
    } else {
        link_up(e, c->a.last, 0, CULPRIT_LINK);
        link_up(e, c->b.first, zone_place(e->z, c->b.first), CULPRIT_LINK_B);
    }
}

static enum rule explain(struct evidence *e, const struct zone_clash *c, uint32_t *failed)
{
    if (c->rule == RULE_THIN_AIR)
        return explain_air(e, c, failed);
    if (c->rule == RULE_TWO_CAS)
        explain_two_cas(e, c);
    else if (c->rule == RULE_CAS_CYCLE)
        explain_cycle(e, c);
    else if (c->rule == RULE_CHAIN_ORDER) {
        add_proved(e, c->op2, CULPRIT_EARLIER, CULPRIT_LINK);
        add(e, c->op, CULPRIT_LATER);
        link_pair(e, c->op2, c->op, CULPRIT_LINK);
    } else {
        explain_blocks(e, c);
    }
    return c->rule;
}

void zones_explain(const struct zones *z, const struct zone_clash *c, struct engine_result *out)
{
    struct evidence e = {.z = z};
    culprits_open(&e.list, z->o->n);
    enum rule rule = explain(&e, c, &out->failed_op);
    culprits_close(&e.list, rule, out);
}
