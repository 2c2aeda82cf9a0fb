#include "tests/property/judge_result.h"

#include "base/mem.h"
#include "tests/property/run_engines.h"
#include "tests/property/verify.h"

#include <stdio.h>

static void reject(struct judgement *j, const char *claim, const char *why)
{
    if (!j->wrong[0])
        (void)snprintf(j->wrong, sizeof j->wrong, "%s rejected: %.300s", claim, why ? why : "");
}

/* Roles of all operations: `others` for those outside the core, `relaxed` for its grey ones. */
static enum proof prove(const struct key_result *k, const struct spec *s, enum core_role others,
                        enum core_role relaxed, uint64_t limit, const char **why)
{
    enum core_role *roles = mem_alloc(s->h->nops * sizeof *roles);
    for (size_t i = 0; i < s->h->nops; i++)
        roles[i] = others;
    for (size_t i = 0; i < k->ncore; i++)
        roles[k->core[i].op] = k->core[i].strict ? CORE_STRICT : relaxed;
    enum proof p = verify_core(s, roles, limit, why);
    mem_free(roles);
    return p;
}

static void judge_core(const struct key_result *k, const struct spec *s, uint64_t limit,
                       struct judgement *j)
{
    const char *why;
    if (k->ncore == 0) {
        j->coreless++;
        return;
    }
    /* The core by itself is not linearizable, and its strict operations prove the same of the
     * whole history, where any of the others may or may not have happened. */
    enum proof alone = prove(k, s, CORE_GONE, CORE_CRASHED, limit, &why);
    if (alone == PROOF_FAILS)
        reject(j, "core by itself", why);
    enum proof whole = prove(k, s, CORE_OPTIONAL, CORE_OPTIONAL, limit, &why);
    if (whole == PROOF_FAILS)
        reject(j, "core in the whole history", why);
    if (alone == PROOF_GAVE_UP || whole == PROOF_GAVE_UP) {
        j->gave_up++;
        return;
    }
    j->cores++;
    for (size_t i = 0; i < k->ncore; i++)
        j->core_ops += k->core[i].strict;
}

static void judge_window(const struct key_result *k, const struct spec *s, uint64_t limit,
                         struct judgement *j)
{
    struct window_op *ops = mem_alloc((k->nwindow + 1) * sizeof *ops);
    for (size_t i = 0; i < k->nwindow; i++)
        ops[i] = (struct window_op){k->window[i].op, k->window[i].strict};
    struct window_claim claim = {.since = k->since, .ops = ops, .n = k->nwindow};
    enum proof p = verify_window(s, &claim, limit);
    if (p == PROOF_FAILS)
        reject(j, "window", "it has an order");
    j->windows += p == PROOF_HOLDS;
    mem_free(ops);
}

static void judge_key(const struct key_result *k, const struct spec *s, uint64_t limit,
                      struct judgement *j)
{
    const char *why;
    if (k->verdict == VERDICT_INVALID) {
        judge_core(k, s, limit, j);
        if (k->nwindow)
            judge_window(k, s, limit, j);
    } else if (k->verdict == VERDICT_VALID) {
        if (!verify_witness(s, k->witness, k->nwitness, &why))
            reject(j, "witness", why);
        j->witnesses++;
    }
}

static const struct key_result *result_of(const struct check_result *r, val key)
{
    for (size_t i = 0; i < r->nkeys; i++)
        if (r->keys[i].key == key || !r->model->per_key)
            return &r->keys[i];
    return NULL;
}

void judge_result(const struct check_result *r, struct history *h, struct spec_options opt,
                  uint64_t limit, struct judgement *j)
{
    struct key_split split;
    split_by_key(&split, h, r->model);
    if (split.count != r->nkeys)
        reject(j, "keys", "their number is wrong");
    for (size_t i = 0; i < split.count; i++) {
        const struct key_result *k = result_of(r, split.keys[i]);
        const char *why = NULL;
        struct spec s;
        if (!k) {
            reject(j, "keys", "one has no result");
            continue;
        }
        opt.versions = strcmp(k->algorithm, "stages") == 0;
        if (spec_open(&s, h, &opt, split.ids[i], split.n[i], &why))
            judge_key(k, &s, limit, j);
        else
            reject(j, "spec", why);
        spec_free(&s);
    }
    split_free(&split);
}
