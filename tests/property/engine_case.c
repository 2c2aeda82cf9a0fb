#include "tests/property/engine_case.h"

#include "base/mem.h"
#include "checker/argument.h"
#include "histories/reader.h"
#include "tests/property/notation.h"
#include "tests/property/oracle.h"
#include "tests/property/toy.h"
#include "tests/property/run_engines.h"

#include <stdio.h>

static bool open_as(struct engine_case *c, const char *model, val initial, bool versions,
                    const char *text)
{
    struct err e = {0};
    const char *why = "";
    const struct model *m = model_find(model);
    struct spec_options opt = {.model = model, .initial = initial, .versions = versions};
    uint32_t *ids = mem_alloc(c->h.nops * sizeof *ids);
    for (uint32_t i = 0; i < c->h.nops; i++)
        ids[i] = i;
    bool good = object_build(&c->o, &c->h, m, ids, c->h.nops, VAL_ABSENT, opt.initial, false, &e);
    mem_free(ids);
    if (!good || !spec_open(&c->spec, &c->h, &opt, NULL, 0, &why)) {
        (void)fprintf(stderr, "%s: %s%s\n", text, e.text, why);
        return false;
    }
    return true;
}

bool case_open(struct engine_case *c, const char *text, bool versions)
{
    *c = (struct engine_case){0};
    struct script s;
    struct err e = {0};
    if (!script_parse(&s, str_of(text), &e) || !script_history(&s, &c->h, &e)) {
        (void)fprintf(stderr, "%s: %s\n", text, e.text);
        return false;
    }
    return open_as(c, "cas-register", val_int(&c->h.values, 0), versions, text);
}

bool case_open_toy(struct engine_case *c, const char *model, const char *initial,
                   const char *text)
{
    *c = (struct engine_case){0};
    struct calls s;
    struct err e = {0};
    const struct toy *t = toy_find(model);
    if (!t || !calls_parse(&s, t->names, str_of(text), &e) || !calls_history(&s, &c->h, &e)) {
        (void)fprintf(stderr, "%s: %s\n", text, e.text);
        return false;
    }
    val v = model_find(model)->default_initial;
    const char *first = initial ? initial : t->initial;
    if (first && !edn_parse_value(&c->h.values, str_of(first), &v, &e)) {
        (void)fprintf(stderr, "%s: %s\n", first, e.text);
        return false;
    }
    return open_as(c, model, v, false, text);
}

void case_close(struct engine_case *c)
{
    spec_free(&c->spec);
    object_free(&c->o);
    history_free(&c->h);
    arena_free(&c->r.arena);
    arena_free(&c->arena);
}

/* Is the history linearizable when it ends after event position `end` (as in lin_op)? */
static bool prefix_holds(struct engine_case *c, uint32_t end)
{
    struct spec *s = &c->spec;
    struct spec cut = *s;
    cut.ops = mem_alloc(s->nops * sizeof *cut.ops);
    cut.nops = 0;
    for (size_t i = 0; i < s->nops; i++) {
        struct spec_op o = s->ops[i];
        if (2 * o.inv > end)
            continue;
        if (o.must && 2 * o.res + 1 > end) {
            o.must = false;
            o.res = SPEC_INF;
            o.version = -1;
        }
        if (o.must || spec_mutates(&o))
            cut.ops[cut.nops++] = o;
    }
    bool holds = oracle_linearizable(&cut);
    mem_free(cut.ops);
    return holds;
}

static const char *judge_valid(struct engine_case *c)
{
    const char *why;
    uint32_t *order = mem_alloc(c->r.nwitness * sizeof *order);
    for (size_t i = 0; i < c->r.nwitness; i++)
        order[i] = c->o.ops[c->r.witness[i]].op;
    (void)verify_witness(&c->spec, order, c->r.nwitness, &why);
    mem_free(order);
    if (!why && c->r.certified != RES_INF)
        why = "valid, but not all is certified";
    return why;
}

static const char *judge_culprits(struct engine_case *c)
{
    const char *why = NULL;
    enum core_role *roles = mem_alloc(c->h.nops * sizeof *roles);
    for (size_t i = 0; i < c->h.nops; i++)
        roles[i] = role_of_others(c->r.rule);
    for (size_t i = 0; i < c->r.nculprits; i++)
        roles[c->o.ops[c->r.culprits[i].op].op] = CORE_STRICT;
    if (verify_core(&c->spec, roles, 100000, &why) == PROOF_HOLDS)
        why = NULL;
    else if (!why)
        why = "the culprits do not show the violation";
    mem_free(roles);
    return why;
}

static const char *judge_invalid(struct engine_case *c)
{
    const struct engine_result *r = &c->r;
    bool search = r->rule == RULE_STUCK;
    bool longest = c->o.register_like && r->rule < RULE_VERSION_TWICE;
    if (r->rule == RULE_NONE || !r->reason || !*r->reason)
        return "no rule or no reason";
    if (search != (r->nculprits == 0))
        return "searches have no culprits, the others have";
    if (r->bad >= c->o.n)
        return "no bad operation";
    if (search && r->nstates == 0)
        return "no states";
    if (!prefix_holds(c, r->certified))
        return "the certified prefix is not linearizable";
    if (longest && prefix_holds(c, c->o.ops[r->bad].res))
        return "the prefix that ends with the bad operation is linearizable";
    if (longest && c->o.ops[r->bad].res != r->certified + 1)
        return "the certified prefix does not end before the bad operation";
    return search ? NULL : judge_culprits(c);
}

const char *case_judge(struct engine_case *c, const struct engine *e)
{
    arena_free(&c->r.arena);
    const char *why = e->applies(&c->o, &c->arena);
    if (why)
        return why;
    struct engine_options opt = {.budget = &c->budget, .witness = true};
    e->run(&c->o, &opt, &c->r);
    if (atomic_load(&c->budget.used_memory) != 0)
        return "memory was not given back";
    if (c->r.verdict == VERDICT_UNKNOWN)
        return "unknown";
    if ((c->r.verdict == VERDICT_VALID) != oracle_linearizable(&c->spec))
        return "the verdict is wrong";
    return c->r.verdict == VERDICT_VALID ? judge_valid(c) : judge_invalid(c);
}

void case_argue(struct engine_case *c, const struct engine *e, struct core *core,
                struct key_result *k)
{
    const struct window none = {0};
    *k = (struct key_result){0};
    core_find(&c->o, e, &c->r, &c->budget, core);
    argue(&c->o, &c->r, core, &none, &c->budget, k);
}
