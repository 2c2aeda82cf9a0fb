#include "tests/property/run_engines.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdio.h>

void split_by_key(struct key_split *g, const struct history *h, const struct model *m)
{
    struct map64 index = {0};
    size_t cap = 0;
    *g = (struct key_split){0};
    uint32_t *group = mem_alloc(h->nops * sizeof *group);
    for (size_t i = 0; i < h->nops; i++) {
        val key = m->per_key ? h->ops[i].key : VAL_ABSENT;
        group[i] = map64_get(&index, key);
        if (group[i] == MAP64_NONE) {
            group[i] = (uint32_t)g->count;
            map64_put(&index, key, group[i]);
            g->keys = mem_grow(g->keys, &cap, g->count + 1, sizeof *g->keys);
            g->keys[g->count++] = key;
        }
    }
    g->n = mem_zalloc(g->count, sizeof *g->n);
    g->ids = mem_zalloc(g->count, sizeof *g->ids);
    for (size_t i = 0; i < h->nops; i++)
        g->n[group[i]]++;
    for (size_t k = 0; k < g->count; k++) {
        g->ids[k] = mem_alloc(g->n[k] * sizeof **g->ids);
        g->n[k] = 0;
    }
    for (size_t i = 0; i < h->nops; i++)
        g->ids[group[i]][g->n[group[i]]++] = (uint32_t)i;
    mem_free(group);
    map64_free(&index);
}

void split_free(struct key_split *g)
{
    for (size_t k = 0; k < g->count; k++)
        mem_free(g->ids[k]);
    mem_free(g->ids);
    mem_free(g->n);
    mem_free(g->keys);
    *g = (struct key_split){0};
}

static void reject(struct engine_run *out, const char *claim, const char *why)
{
    if (!out->wrong[0])
        (void)snprintf(out->wrong, sizeof out->wrong, "%s rejected: %.300s", claim, why ? why : "");
}

static void judge_witness(const struct object *o, const struct engine_result *r,
                          const struct spec *s, struct engine_run *out)
{
    const char *why;
    uint32_t *order = mem_alloc(r->nwitness * sizeof *order);
    for (size_t i = 0; i < r->nwitness; i++)
        order[i] = o->ops[r->witness[i]].op;
    if (!verify_witness(s, order, r->nwitness, &why))
        reject(out, "witness", why);
    mem_free(order);
}

enum core_role role_of_others(enum rule rule)
{
    bool stay = rule == RULE_WRONG_STATE ||
                (rule >= RULE_TWO_HOLDERS && rule <= RULE_LEASE_ENDED);
    return stay ? CORE_OPTIONAL : CORE_CRASHED;
}

static void judge_culprits(const struct object *o, const struct engine_result *r,
                           const struct spec *s, uint64_t limit, struct engine_run *out)
{
    if (r->nculprits == 0)
        return;
    const char *why;
    enum core_role *roles = mem_alloc(o->h->nops * sizeof *roles);
    for (size_t i = 0; i < o->h->nops; i++)
        roles[i] = role_of_others(r->rule);
    for (size_t i = 0; i < r->nculprits; i++)
        roles[o->ops[r->culprits[i].op].op] = CORE_STRICT;
    if (verify_core(s, roles, limit, &why) == PROOF_FAILS)
        reject(out, "culprits", why);
    for (size_t i = 0; i < o->h->nops; i++)
        roles[i] = roles[i] == CORE_STRICT ? CORE_STRICT : CORE_GONE;
    if (r->alone && verify_core(s, roles, limit, &why) == PROOF_FAILS)
        reject(out, "culprits alone", why);
    mem_free(roles);
}

/* The history up to the certified position must be linearizable. */
static void judge_certified(const struct engine_result *r, const struct spec *s, uint64_t limit,
                            struct engine_run *out)
{
    if (r->certified == RES_INF)
        return;
    uint32_t last = r->certified;
    struct spec cut = *s;
    cut.nops = 0;
    cut.ops = mem_alloc(s->nops * sizeof *cut.ops);
    for (size_t i = 0; i < s->nops; i++) {
        if (2 * s->ops[i].inv > last)
            continue;
        cut.ops[cut.nops] = s->ops[i];
        if (s->ops[i].must && 2 * s->ops[i].res + 1 > last) {
            cut.ops[cut.nops].must = false;
            cut.ops[cut.nops].res = SPEC_INF;
            cut.ops[cut.nops].version = -1;
        }
        cut.nops++;
    }
    if (verify_not_linearizable(&cut, limit) == PROOF_HOLDS)
        reject(out, "certified prefix", "it is not linearizable");
    mem_free(cut.ops);
}

static void run_key(const struct engine *g, struct object *o, const struct spec *s,
                    struct budget *budget, uint64_t limit, struct engine_run *out)
{
    struct engine_options eo = {.budget = budget, .witness = true};
    struct engine_result r = {.bad = UINT32_MAX};
    struct arena scratch = {0};
    if (g->applies(o, &scratch)) {
        out->applies = false;
        arena_free(&scratch);
        return;
    }
    g->run(o, &eo, &r);
    out->explored += r.explored;
    if (r.verdict == VERDICT_VALID)
        judge_witness(o, &r, s, out);
    if (r.verdict == VERDICT_INVALID) {
        out->verdict = VERDICT_INVALID;
        judge_culprits(o, &r, s, limit, out);
    }
    if (r.verdict == VERDICT_UNKNOWN && out->verdict == VERDICT_VALID)
        out->verdict = VERDICT_UNKNOWN;
    judge_certified(&r, s, limit, out);
    arena_free(&r.arena);
    arena_free(&scratch);
}

void run_engine(const struct engine *g, struct history *h, const struct spec_options *opt,
                struct budget *budget, uint64_t limit, struct engine_run *out)
{
    const struct model *m = model_find(opt->model);
    struct key_split groups;
    struct err e = {0};
    *out = (struct engine_run){.applies = true, .verdict = VERDICT_VALID};
    split_by_key(&groups, h, m);
    for (size_t k = 0; k < groups.count; k++) {
        struct object o;
        struct spec s;
        const char *why = NULL;
        bool known = spec_open(&s, h, opt, groups.ids[k], groups.n[k], &why);
        if (!object_build(&o, h, m, groups.ids[k], groups.n[k], groups.keys[k], opt->initial,
                          opt->nil_unknown, &e)) {
            reject(out, "object", e.text);
        } else {
            if (!known)
                reject(out, "spec", why);
            else
                run_key(g, &o, &s, budget, limit, out);
            object_free(&o);
        }
        spec_free(&s);
    }
    split_free(&groups);
}
