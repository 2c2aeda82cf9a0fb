/* Simulated CRDTs: what they do is never called invalid; with planted bugs they are found out. */
#include "histories/history.h"
#include "checker/property.h"
#include "tests/property/crdt_sim.h"
#include "tests/property/tap.h"


struct tally {
    uint64_t verdicts[VERDICT_UNKNOWN + 1], hurt, found;
};

static bool check_text(struct str text, const char *property, enum verdict *v)
{
    struct history h;
    struct check_result r;
    struct budget budget = {0};
    struct load_options load = {.format = "edn"};
    struct err e = {0};
    if (!history_load_memory(&h, "replicas", text, &load, &e)) {
        tap_note("%s", e.text);
        return false;
    }
    struct check_options o = {.property = property_find(str_of(property)), .jobs = 1,
                              .evidence = true, .budget = &budget};
    bool good = check_history(&h, &o, &r, &e);
    if (!good)
        tap_note("%s", e.text);
    *v = good ? r.verdict : VERDICT_UNKNOWN;
    if (good && r.verdict == VERDICT_INVALID && (r.nkeys == 0 || r.keys[0].ncore == 0))
        good = false;
    check_result_free(&r);
    history_free(&h);
    return good;
}

static bool judge(enum crdt_kind kind, enum crdt_bug bug, uint64_t seed, const char *property,
                  struct tally *t)
{
    struct rng r;
    struct buf text = {0};
    enum verdict v = VERDICT_UNKNOWN;
    bool hurt;
    rng_seed(&r, seed);
    crdt_history(kind, bug, &r, &text, &hurt);
    bool good = check_text(buf_str(&text), property, &v);
    t->verdicts[v]++;
    t->hurt += hurt;
    t->found += v == VERDICT_INVALID;
    if (bug == BUG_NONE && v == VERDICT_INVALID)
        good = false;
    if (!good) {
        tap_note("seed %llu, %s, bug %s:", (unsigned long long)seed, property,
                 crdt_bug_names[bug]);
        for (struct str rest = buf_str(&text), l = rest; rest.n; rest = l) {
            const char *end = memchr(rest.p, '\n', rest.n);
            tap_note("%.*s", (int)(end - rest.p), rest.p);
            l = (struct str){end + 1, rest.n - (size_t)(end - rest.p) - 1};
        }
    }
    buf_free(&text);
    return good;
}

static void run(enum crdt_kind kind, enum crdt_bug bug, uint64_t count, uint64_t seed,
                const char *property)
{
    struct tally t = {0};
    bool good = true;
    for (uint64_t i = 0; good && i < count; i++)
        good = judge(kind, bug, seed + i, property, &t);
    bool finds = bug == BUG_NONE ? t.verdicts[VERDICT_VALID] > 0 : t.found > 0;
    tap_result(good && (finds || count < 200), "%s as %s, bug %s: %llu valid, %llu invalid, %llu "
               "unknown; %llu hurt", crdt_names[kind], property, crdt_bug_names[bug],
               (unsigned long long)t.verdicts[VERDICT_VALID],
               (unsigned long long)t.verdicts[VERDICT_INVALID],
               (unsigned long long)t.verdicts[VERDICT_UNKNOWN], (unsigned long long)t.hurt);
}

/* Bugs that this kind shows: nothing is removed or replaced where ignoring that would matter. */
static bool applies(enum crdt_kind kind, enum crdt_bug bug)
{
    return bug != BUG_IGNORE || kind == CRDT_2P_SET || kind == CRDT_OR_SET || kind == CRDT_MV;
}

int main(int argc, char **argv)
{
    uint64_t count = 4000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    for (int k = 0; k < CRDT_KINDS; k++) {
        for (int b = 0; b < CRDT_BUGS; b++)
            if (applies((enum crdt_kind)k, (enum crdt_bug)b))
                run((enum crdt_kind)k, (enum crdt_bug)b, b ? count / 8 : count, seed,
                    crdt_names[k]);
        run((enum crdt_kind)k, BUG_NONE, count, seed, "eventual");
        run((enum crdt_kind)k, BUG_APART, count / 8, seed, "eventual");
    }
    tap_plan_at_end();
    return tap_status();
}
