#include "cli/follow_result.h"

#include "checker/property.h"

static const char *copy(struct arena *a, const char *text)
{
    return arena_printf(a, "%s", text);
}

static void count(struct check_result *r, const struct online *online)
{
    struct online_counts c = online_counts(online);
    r->ops = c.ops;
    r->ok = c.ok;
    r->fail = c.fail;
    r->info = c.ops - c.ok - c.fail;
}

static void add_keys(struct check_result *r, const struct online *online)
{
    r->nkeys = online_counts(online).keys;
    r->keys = arena_zalloc(&r->arena, (r->nkeys + 1) * sizeof *r->keys);
    for (size_t i = 0; i < r->nkeys; i++) {
        struct key_result *k = &r->keys[i];
        k->key = online_object(online, i, &k->ops);
        k->verdict = VERDICT_VALID;
        k->algorithm = online_algorithm(online);
        k->why_algorithm = "operation by operation, as they were recorded";
        k->explored = k->ops;
        k->bad_op = k->failed_op = k->origin_op = NO_EVENT;
    }
}

static void blame(struct key_result *k, const struct online *online, const char *reason)
{
    k->verdict = VERDICT_INVALID;
    k->algorithm = online_algorithm(online);
    k->reason = copy(&k->arena, reason);
    k->bad_op = k->failed_op = k->origin_op = NO_EVENT;
}

void follow_result(struct check_file *out, const char *path, struct tail *t,
                   const struct online *online, const struct follow_plan *plan,
                   enum verdict verdict, const char *reason)
{
    struct check_result *r = &out->result;
    *out = (struct check_file){.report = {.path = path, .history = &out->history, .result = r}};
    out->history = t->h;
    out->history.source.text = (struct str){0};
    out->history.events.n = 0;
    history_init(&t->h);
    out->history.independent = plan->opt.tuples;
    memcpy(out->history.independent_reason, plan->independent_reason,
           sizeof plan->independent_reason);
    r->verdict = verdict;
    r->property = plan->opt.level ? plan->opt.level->name : "linearizable";
    r->model = plan->opt.model;
    r->model_reason = plan->model_reason ? copy(&r->arena, plan->model_reason) : NULL;
    r->reason = reason ? copy(&r->arena, reason) : NULL;
    out->report.has_initial = plan->opt.initial != VAL_ABSENT;
    out->report.initial = plan->opt.initial;
    if (!online)
        return;
    count(r, online);
    if (verdict != VERDICT_UNKNOWN)
        add_keys(r, online);
    for (size_t i = 0; verdict == VERDICT_INVALID && i < r->nkeys; i++)
        if (r->keys[i].key == online_key(online) || r->nkeys == 1)
            blame(&r->keys[i], online, reason);
}

bool follow_result_stands(struct check_file *f, const struct online *online, const char *reason)
{
    struct check_result *r = &f->result;
    for (size_t i = 0; i < r->nkeys; i++) {
        if (r->keys[i].verdict != VERDICT_UNKNOWN)
            continue;
        r->verdict = VERDICT_INVALID;
        blame(&r->keys[i], online, reason);
        r->reason = r->keys[i].reason;
        return true;
    }
    return false;
}

void follow_result_disputed(struct check_file *f, const char *reason)
{
    struct check_result *r = &f->result;
    r->verdict = VERDICT_UNKNOWN;
    r->reason = arena_printf(&r->arena, "internal error, please report it: checked operation by "
                                        "operation, \"%s\"; checked as a whole, valid", reason);
}
