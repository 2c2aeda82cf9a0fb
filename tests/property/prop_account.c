/* Random histories of sets, queues, counters and ids: the accounting properties say what their
 * definitions say, element by element, and nothing invalid is linearizable. */
#include "base/rng.h"
#include "tests/property/account_judge.h"
#include "tests/property/tap.h"

static unsigned from_rng(void *ctx, unsigned below)
{
    return (unsigned)rng_below(ctx, below);
}

/* Drop operations as long as it still fails. */
static void shrink(struct account_case *c, char why[ACCOUNT_WHY])
{
    for (size_t i = 0; i < c->n;) {
        struct account_case less = *c;
        enum verdict v;
        char text[ACCOUNT_WHY];
        account_case_drop(&less, i);
        if (less.n > 0 && !account_judge(&less, &v, text)) {
            *c = less;
            memcpy(why, text, ACCOUNT_WHY);
            i = 0;
        } else {
            i++;
        }
    }
}

static void report(const struct account_case *c, uint64_t seed, const char *why)
{
    struct buf text = {0};
    account_case_text(c, &text);
    tap_note("seed %llu: %s", (unsigned long long)seed, why);
    struct str rest = buf_str(&text);
    while (rest.n) {
        const char *end = memchr(rest.p, '\n', rest.n);
        size_t n = (size_t)(end - rest.p);
        tap_note("%.*s", (int)n, rest.p);
        rest = (struct str){end + 1, rest.n - n - 1};
    }
    buf_free(&text);
}

static void run_kind(enum account_kind kind, size_t ops, uint64_t count, uint64_t seed)
{
    uint64_t verdicts[VERDICT_UNKNOWN + 1] = {0};
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        struct rng r;
        struct account_case c;
        enum verdict v;
        char why[ACCOUNT_WHY] = "";
        rng_seed(&r, seed + i);
        const struct chooser choose = {from_rng, &r};
        account_case(&c, kind, ops, &choose);
        ok = account_judge(&c, &v, why);
        verdicts[v]++;
        if (!ok) {
            shrink(&c, why);
            report(&c, seed + i, why);
        }
    }
    /* A property that never says one of its verdicts here is not tested. */
    bool balanced = count < 1000 || (verdicts[VERDICT_VALID] && verdicts[VERDICT_INVALID] &&
                                     verdicts[VERDICT_UNKNOWN]);
    tap_result(ok && balanced, "%s, up to %zu operations: %llu valid, %llu invalid, %llu unknown",
               account_kind_names[kind], ops, (unsigned long long)verdicts[VERDICT_VALID],
               (unsigned long long)verdicts[VERDICT_INVALID],
               (unsigned long long)verdicts[VERDICT_UNKNOWN]);
}

int main(int argc, char **argv)
{
    uint64_t count = 20000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    tap_plan(2 * CASE_KINDS);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (int k = 0; k < CASE_KINDS; k++) {
        run_kind((enum account_kind)k, CASE_SMALL, count, seed);
        run_kind((enum account_kind)k, CASE_OPS, count, seed);
    }
    return tap_status();
}
