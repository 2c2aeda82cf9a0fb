/* Random histories of a lock: lock-safety is broken exactly when two processes' certain holds, each
 * computed by itself from its definition, share a moment. */
#include "base/rng.h"
#include "checker/property.h"
#include "tests/property/tap.h"

enum { PROCESSES = 3, OPS = 8 };
enum ending { OK, FAIL, NOT_HELD, INFO, OPEN };

struct lock_op {
    unsigned process, inv, ret; /* events; ret: none when it is OPEN */
    char f;                     /* 'a'cquire, 'r'elease, 'x': something else */
    enum ending end;
};

struct lock_case {
    struct lock_op op[OPS];
    unsigned n;
    bool dead[PROCESSES];
    struct buf text;
};

static void print_event(struct lock_case *c, const struct lock_op *o, bool completes)
{
    static const char *const types[] = {"ok", "fail", "fail", "info", "info"};
    const char *f = o->f == 'a' ? "acquire" : o->f == 'r' ? "release" : "read";
    buf_printf(&c->text, "{:process %u, :type :%s, :f :%s, :value nil%s}\n", o->process,
               completes ? types[o->end] : "invoke", f,
               completes && o->end == NOT_HELD ? ", :error :not-held" : "");
}

static void make(struct lock_case *c, struct rng *r)
{
    unsigned open[PROCESSES], wanted = 2 + (unsigned)rng_below(r, OPS - 1), event = 0;
    for (unsigned p = 0; p < PROCESSES; p++)
        open[p] = OPS;
    for (unsigned tries = 0; tries < 60; tries++) {
        unsigned p = (unsigned)rng_below(r, PROCESSES);
        if (open[p] < OPS) {
            struct lock_op *o = &c->op[open[p]];
            o->ret = event++;
            print_event(c, o, true);
            c->dead[p] = o->end == INFO;
            open[p] = OPS;
        } else if (!c->dead[p] && c->n < wanted) {
            unsigned kind = (unsigned)rng_below(r, 10), end = (unsigned)rng_below(r, 12);
            struct lock_op *o = &c->op[c->n];
            *o = (struct lock_op){.process = p, .inv = event++,
                                  .f = kind < 5 ? 'a' : kind < 9 ? 'r' : 'x',
                                  .end = INFO};
            if (end < 11)
                o->end = end < 7 ? OK : end < 9 ? FAIL : NOT_HELD;
            print_event(c, o, false);
            open[p] = c->n++;
        }
    }
    for (unsigned p = 0; p < PROCESSES; p++)
        if (open[p] < OPS)
            c->op[open[p]].end = OPEN;
}

/* The event at which the hold that acquire `a` began is over; the end of all when it never is. */
static unsigned hold_ends(const struct lock_case *c, unsigned a)
{
    unsigned end = 1000;
    for (unsigned i = 0; i < c->n; i++) {
        const struct lock_op *o = &c->op[i];
        bool crashed = o->end == INFO || o->end == OPEN;
        bool release = o->f == 'r' && o->end != FAIL;
        if (o->process == c->op[a].process && o->inv > c->op[a].ret && (crashed || release) &&
            o->inv < end)
            end = o->inv;
    }
    return end;
}

static bool two_holders(const struct lock_case *c)
{
    for (unsigned a = 0; a < c->n; a++) {
        for (unsigned b = 0; b < c->n; b++) {
            const struct lock_op *x = &c->op[a], *y = &c->op[b];
            if (x->f == 'a' && y->f == 'a' && x->end == OK && y->end == OK &&
                x->process != y->process && x->ret < y->ret && hold_ends(c, a) > y->ret)
                return true;
        }
    }
    return false;
}

static enum verdict verdict_of(const struct lock_case *c, struct err *e)
{
    struct budget budget = {0};
    struct history h;
    struct check_result r;
    const struct load_options load = {.format = "edn", .split = SPLIT_NO};
    const struct check_options o = {.property = property_find(str_of("lock-safety")), .jobs = 1,
                                    .evidence = true, .budget = &budget};
    enum verdict v = VERDICT_UNKNOWN;
    if (history_load_memory(&h, "random", buf_str(&c->text), &load, e)) {
        if (check_history(&h, &o, &r, e)) {
            v = r.verdict;
            check_result_free(&r);
        }
        history_free(&h);
    }
    return v;
}

static bool judge(uint64_t seed, uint64_t verdicts[VERDICT_UNKNOWN + 1])
{
    struct lock_case c = {0};
    struct rng r;
    struct err e = {0};
    rng_seed(&r, seed);
    make(&c, &r);
    enum verdict v = verdict_of(&c, &e);
    bool broken = two_holders(&c);
    bool right = e.code == ERR_NONE &&
                 (v == VERDICT_UNKNOWN ? !broken : (v == VERDICT_INVALID) == broken);
    verdicts[v]++;
    if (!right) {
        tap_note("seed %llu: verdict %d, and two processes %s: %s", (unsigned long long)seed,
                 (int)v, broken ? "held it" : "did not hold it", e.text);
        tap_note("%.*s", (int)c.text.n, buf_str(&c.text).p);
    }
    buf_free(&c.text);
    return right;
}

int main(int argc, char **argv)
{
    uint64_t count = 5000, seed = 1, verdicts[VERDICT_UNKNOWN + 1] = {0};
    bool ok = true;
    tap_arguments(argc, argv, &count, &seed);
    tap_plan(1);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (uint64_t i = 0; i < count && ok; i++)
        ok = judge(seed + i, verdicts);
    bool balanced = count < 1000 || (verdicts[VERDICT_VALID] && verdicts[VERDICT_INVALID]);
    tap_result(ok && balanced, "lock-safety: %llu hold, %llu broken, %llu undecided",
               (unsigned long long)verdicts[VERDICT_VALID],
               (unsigned long long)verdicts[VERDICT_INVALID],
               (unsigned long long)verdicts[VERDICT_UNKNOWN]);
    return tap_status();
}
