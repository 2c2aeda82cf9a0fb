#include "checker/culprits.h"

#include "base/mem.h"
#include "checker/rules.h"

void culprits_open(struct culprits *c, size_t n)
{
    *c = (struct culprits){.linked = mem_zalloc((n + 63) / 64, sizeof *c->linked)};
}

static void append(struct culprits *c, uint32_t op, enum culprit_role role)
{
    c->list = mem_grow(c->list, &c->cap, c->n + 1, sizeof *c->list);
    c->list[c->n++] = (struct culprit){op, role};
}

void culprits_add(struct culprits *c, uint32_t op, enum culprit_role role)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->list[i].op == op && c->list[i].role == role)
            return;
    if (op != UINT32_MAX)
        append(c, op, role);
}

void culprits_link(struct culprits *c, uint32_t op, enum culprit_role side)
{
    if (op == UINT32_MAX || c->linked[op / 64] >> (op % 64) & 1)
        return;
    c->linked[op / 64] |= (uint64_t)1 << (op % 64);
    append(c, op, side);
}

void culprits_close(struct culprits *c, enum rule rule, struct engine_result *out)
{
    out->rule = rule;
    out->reason = rule_text(rule);
    out->nculprits = c->n;
    out->culprits = arena_alloc(&out->arena, c->n * sizeof *c->list);
    if (c->n)
        memcpy(out->culprits, c->list, c->n * sizeof *c->list);
    mem_free(c->list);
    mem_free(c->linked);
    *c = (struct culprits){0};
}
