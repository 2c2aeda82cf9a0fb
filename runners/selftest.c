#include "runners/selftest.h"

#include "base/pool.h"
#include "checker/property.h"
#include "runners/sim_test.h"

#include <string.h>

enum { NODES = 5, CLIENTS = 10, FAULTS_MAX = 16 };
static const int64_t second = 1000000000;

/* What levels with a measure are held against: 10 ms, and one of the last two values. */
enum { STALENESS = 10000000, VERSIONS = 2 };

struct session {
    const struct selftest_options *o;
    struct selftest_result *results;
};

size_t selftest_count(void)
{
    size_t n = 0;
    while (selftest_cases[n].store)
        n++;
    return n;
}

bool selftest_covers(const char *property, enum selftest_expects e)
{
    for (const struct selftest_case *c = selftest_cases; c->store; c++)
        if (c->expects == e && strcmp(c->property, property) == 0)
            return true;
    return false;
}

const char *selftest_word(enum selftest_outcome o)
{
    static const char *const words[] = {
        [SELFTEST_GOOD] = "ok",
        [SELFTEST_MISSED] = "missed",
        [SELFTEST_FALSE_ALARM] = "false-alarm",
        [SELFTEST_UNSURE] = "unsure",
        [SELFTEST_FAILED] = "failed",
        [SELFTEST_NOT_YET] = "not-yet-checked",
        [SELFTEST_NOT_ASKED] = "not-asked",
    };
    return words[o];
}

bool selftest_bad(enum selftest_outcome o)
{
    return o != SELFTEST_GOOD && o != SELFTEST_NOT_YET && o != SELFTEST_NOT_ASKED;
}

/* ---- one test ------------------------------------------------------------------------------ */

static bool find_faults(const char *names, const struct fault **list, struct fault_list *out,
                        struct err *e)
{
    *out = (struct fault_list){.v = list};
    while (*names) {
        struct str name = {names, strcspn(names, ",")};
        const struct fault *f = fault_find(name);
        if (!f || out->n == FAULTS_MAX)
            return err_set(e, ERR_INTERNAL, "no fault is called %.*s", (int)name.n, name.p);
        list[out->n++] = f;
        names += name.n + (names[name.n] == ',');
    }
    return true;
}

static bool describe(const struct selftest_case *c, const struct fault **list, struct sim_test *t,
                     struct err *e)
{
    *t = (struct sim_test){
        .nodes = NODES,
        .clients = CLIENTS,
        .time_limit = 20 * second,
        .interval = 2 * second,
        .mean_pause = second / 200,
    };
    t->store = store_find(c->store, &t->variant);
    t->workload = workload_find(c->workload);
    if (!t->store || !t->workload)
        return err_set(e, ERR_INTERNAL, "no store %s, or no workload %s", c->store, c->workload);
    return find_faults(c->faults, list, &t->faults, e) && sim_test_possible(t, e);
}

static bool judge(const struct selftest_case *c, const struct sim_test *t, struct buf *text,
                  const _Atomic int *stop, enum verdict *verdict, struct err *e)
{
    const struct load_options load = {.split = t->workload->pairs ? SPLIT_YES : SPLIT_NO};
    struct budget budget = {0};
    const struct check_options check = {
        .property = property_find(str_of(c->property)),
        .model = t->workload->model ? model_find(t->workload->model) : NULL,
        .jobs = 1,
        .bounds = {.staleness = STALENESS, .k = VERSIONS},
        .budget = &budget,
    };
    struct history h;
    struct check_result r;
    if (stop)
        atomic_store(&budget.stop, atomic_load(stop));
    if (!history_load_memory(&h, "selftest", buf_str(text), &load, e))
        return false;
    bool ok = check_history(&h, &check, &r, e);
    if (ok) {
        *verdict = r.verdict;
        check_result_free(&r);
    }
    history_free(&h);
    return ok;
}

static bool one_test(const struct session *s, const struct selftest_case *c, uint64_t seed,
                     enum verdict *verdict, struct err *e)
{
    const struct fault *list[FAULTS_MAX];
    struct sim_test t;
    struct buf text = {0};
    const struct sim_sink to = {.history = -1, .faults = -1, .text = &text};
    if (!describe(c, list, &t, e))
        return false;
    t.seed = seed;
    t.stop = s->o->stop;
    bool ok = sim_test_run(&t, &to, e) && judge(c, &t, &text, s->o->stop, verdict, e);
    if (ok && s->o->blind && strcmp(s->o->blind, c->property) == 0)
        *verdict = VERDICT_VALID;
    buf_free(&text);
    return ok;
}

/* ---- one case ------------------------------------------------------------------------------ */

static enum selftest_outcome outcome(const struct selftest_case *c, const struct selftest_result *r)
{
    if (c->expects == EXPECT_BREAKS)
        return r->seed ? SELFTEST_GOOD : SELFTEST_MISSED;
    return r->seed                  ? SELFTEST_FALSE_ALARM
           : r->unknown == r->tests ? SELFTEST_UNSURE
                                    : SELFTEST_GOOD;
}

static void run_case(void *ctx, size_t i)
{
    const struct session *s = ctx;
    const struct selftest_case *c = &selftest_cases[i];
    struct selftest_result *r = &s->results[i];
    unsigned most = c->expects == EXPECT_BREAKS ? SELFTEST_SEEDS_BREAK : SELFTEST_SEEDS_HOLD;
    *r = (struct selftest_result){.outcome = SELFTEST_NOT_YET};
    if (!property_find(str_of(c->property)))
        return;
    if (s->o->blind && strcmp(s->o->blind, c->property) != 0) {
        r->outcome = SELFTEST_NOT_ASKED;
        return;
    }
    for (uint64_t seed = 1; seed <= most && r->seed == 0; seed++) {
        enum verdict v = VERDICT_UNKNOWN;
        if (!one_test(s, c, seed, &v, &r->err)) {
            r->outcome = SELFTEST_FAILED;
            return;
        }
        r->tests++;
        r->unknown += v == VERDICT_UNKNOWN;
        r->seed = v == VERDICT_INVALID ? seed : 0;
    }
    r->outcome = outcome(c, r);
}

void selftest_run(const struct selftest_options *o, struct selftest_result *results)
{
    struct session s = {o, results};
    pool_run(o->jobs ? o->jobs : pool_cpus(), selftest_count(), run_case, &s);
}
