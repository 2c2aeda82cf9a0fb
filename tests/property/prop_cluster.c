/* Whole tests on simulated clusters: the same seed records the same bytes, stores keep their
 * promise under all faults, and each planted bug is found. */
#define _POSIX_C_SOURCE 200809L
#include "base/mem.h"
#include "checker/property_names.h"
#include "reports/library.h"
#include "runners/sim_test.h"
#include "tests/property/tap.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEEDS = 20, COUNT_PER_TEST = 50 }; /* a test has some thousand operations */
static const int64_t second = 1000000000;

/* The recorded history of `t` as text; freed by the caller. */
static struct buf record(const struct sim_test *t)
{
    struct buf text = {0};
    struct err e = {0};
    FILE *f = tmpfile();
    if (!f || !sim_test_run(t, &(const struct sim_sink){fileno(f), -1, NULL}, &e)) {
        tap_note("%s", f ? e.text : "no temporary file");
    } else {
        static char piece[1 << 16];
        ssize_t n;
        (void)lseek(fileno(f), 0, SEEK_SET);
        while ((n = read(fileno(f), piece, sizeof piece)) > 0)
            buf_put(&text, (struct str){piece, (size_t)n});
    }
    if (f)
        (void)fclose(f);
    return text;
}

static enum verdict judge(const struct sim_test *t)
{
    struct belie_load_options load = BELIE_LOAD_OPTIONS;
    struct belie_check_options check = BELIE_CHECK_OPTIONS;
    struct budget budget = {0};
    struct history h;
    struct check_result result;
    struct report report = {0};
    struct err e = {0};
    enum verdict v = VERDICT_UNKNOWN;
    struct buf text = record(t);
    load.independent = t->ops_per_key || t->workload->pairs ? "yes" : "no";
    check.model = t->workload->model;
    struct buf known = {0}, missing = {0};
    property_names_split(t->workload->property, &known, &missing);
    check.consistency = known.p;
    check.no_evidence = 1;
    if (library_load_memory(&h, "h", buf_str(&text), &load, &e)) {
        if (library_check(&h, &check, &budget, &result, &report, &e)) {
            v = report_verdict(&report);
            check_result_free(&result);
        }
        history_free(&h);
    }
    if (e.code)
        tap_note("%s", e.text);
    buf_free(&known);
    buf_free(&missing);
    buf_free(&text);
    return v;
}

static struct sim_test make(const struct store *s, unsigned variant, const struct workload *w)
{
    return (struct sim_test){
        .store = s,
        .variant = variant,
        .workload = w,
        .nodes = 5,
        .clients = 10,
        .time_limit = 30 * second,
        .interval = 3 * second,
        .mean_pause = second / 200,
    };
}

static void say_test(const struct sim_test *t, const char *what)
{
    tap_note("%s: store %s variant %u workload %s seed %llu nodes %u clients %u keys %llu "
             "faults %zu, the first %s",
             what, t->store->name, t->variant, t->workload->name, (unsigned long long)t->seed,
             t->nodes, t->clients, (unsigned long long)t->ops_per_key, t->faults.n,
             t->faults.n ? t->faults.v[0]->name : "none");
    for (size_t i = 0; i < t->faults.n; i++)
        tap_note("  fault %s, mean interval %lld ns", t->faults.v[i]->name, (long long)t->interval);
}

static struct fault_list possible(const struct fault **list)
{
    size_t n = 0;
    for (size_t i = 0; faults[i]; i++)
        if (fault_possible(faults[i], &cluster_target))
            list[n++] = faults[i];
    return (struct fault_list){.v = list, .n = n};
}

static void determinism(uint64_t seed)
{
    bool good = true, differ = false;
    for (size_t s = 0; stores[s]; s++)
        for (size_t w = 0; workloads[w]; w++) {
            struct sim_test t = make(stores[s], 0, workloads[w]);
            struct err none = {0};
            if (!sim_test_possible(&t, &none))
                continue;
            t.seed = seed;
            const struct fault *some[32];
            t.faults = possible(some);
            struct buf a = record(&t), b = record(&t);
            t.seed++;
            struct buf c = record(&t);
            good = good && a.n > 100000 && str_eq(buf_str(&a), buf_str(&b));
            differ = differ || !str_eq(buf_str(&a), buf_str(&c));
            if (!good)
                say_test(&t, "two runs differ, or nothing was done");
            buf_free(&a);
            buf_free(&b);
            buf_free(&c);
        }
    tap_result(good && differ, "the same seed records the same bytes, another one others");
}

/* Of what its workload asks, something can be checked. */
static bool is_checked(const struct workload *w)
{
    struct buf known = {0}, missing = {0};
    property_names_split(w->property, &known, &missing);
    bool some = known.p[0] != '\0';
    buf_free(&known);
    buf_free(&missing);
    return some;
}

static bool fault_clocks(const struct fault *f)
{
    return strcmp(f->name, "clock") == 0 || strcmp(f->name, "strobe") == 0;
}

/* What is recorded by a store that keeps its promise is valid: sizes, workloads and faults at
 * random. */
static void promises(uint64_t count, uint64_t seed)
{
    struct rng r;
    unsigned variant;
    bool good = true;
    rng_seed(&r, seed);
    const struct store *leader = store_find("leader", &variant);
    const struct store *quorum = store_find("quorum", &variant);
    for (uint64_t i = 0; good && i < count; i++) {
        const struct fault *some[16];
        size_t n = 0;
        while (workloads[n])
            n++;
        bool clocks = rng_below(&r, 3) > 0; /* quorum needs right ones */
        struct sim_test t = make(clocks ? leader : quorum, 0,
                                 clocks ? workloads[rng_below(&r, n)] : workload_find("register"));
        if (!is_checked(t.workload))
            continue;
        t.nodes = 1 + (uint32_t)rng_below(&r, 7);
        t.clients = t.nodes * (1 + (uint32_t)rng_below(&r, 3));
        t.seed = rng_next(&r) >> 1;
        t.ops_per_key = t.workload->keyed && rng_below(&r, 2) ? 50 : 0;
        t.interval = second / 2 + (int64_t)rng_below(&r, 5000000000);
        t.faults.v = some;
        for (size_t k = 0; t.nodes > 1 && faults[k]; k++)
            if (rng_below(&r, 2) && fault_possible(faults[k], &cluster_target) &&
                (clocks || !fault_clocks(faults[k])))
                some[t.faults.n++] = faults[k];
        enum verdict v = judge(&t);
        /* Crashed dequeues can have taken what is missing. */
        bool doubts = v == VERDICT_UNKNOWN && strcmp(t.workload->name, "queue") == 0;
        good = v == VERDICT_VALID || doubts;
        if (!good)
            say_test(&t, v == VERDICT_INVALID ? "invalid" : "unknown");
    }
    tap_result(good, "leader, and quorum with right clocks, are linearizable in %llu tests",
               (unsigned long long)count);
}

/* How many of SEEDS tests find it; stops at the first when only that is asked. */
static void bug(const struct store *s, unsigned variant, const char *name, const char *fault,
                const char *workload, uint64_t seed)
{
    const struct fault *f = fault ? fault_find(str_of(fault)) : NULL;
    unsigned first = 0;
    for (unsigned i = 1; !first && i <= SEEDS; i++) {
        struct sim_test t = make(s, variant, workload_find(workload));
        t.seed = seed + i;
        t.faults = (struct fault_list){.v = &f, .n = f != NULL};
        if (judge(&t) == VERDICT_INVALID)
            first = i;
    }
    tap_result(first > 0, "%s:%s is found with %s under %s: test %u of %u", s->name, name, workload,
               fault ? fault : "no faults", first, (unsigned)SEEDS);
}

int main(int argc, char **argv)
{
    uint64_t count = 2000, seed = 1;
    unsigned variant;
    tap_arguments(argc, argv, &count, &seed);
    tap_note("count %llu seed %llu", (unsigned long long)count, (unsigned long long)seed);
    determinism(seed);
    promises(count / COUNT_PER_TEST + 1, seed);
    /* Of stores that are linearizable without their bugs; the self-test has the others. */
    static const char *const strict[] = {"leader", "quorum"};
    for (size_t i = 0; i < sizeof strict / sizeof *strict; i++) {
        const struct store *s = store_find(strict[i], &variant);
        for (unsigned v = 0; s->bugs[v].name; v++)
            bug(s, v + 1, s->bugs[v].name, s->bugs[v].needs, "register", seed);
    }
    const struct store *backup = store_find("primary-backup", &variant);
    bug(backup, 0, "failover", "partition", "register", seed);
    bug(backup, 0, "failover", "partition", "cas-register", seed);
    bug(backup, 0, "failover", "partition", "set", seed);
    bug(backup, 0, "failover", "partition", "counter", seed);
    bug(store_find("quorum", &variant), 0, "clocks", "clock", "register", seed);
    tap_plan_at_end();
    return tap_status();
}
