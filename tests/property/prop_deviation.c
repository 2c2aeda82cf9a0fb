/* Random counters and versioned registers: numeric and order deviation are what their definitions
 * say, counted pair by pair. */
#include "base/rng.h"
#include "checker/property.h"
#include "checker/staleness/books.h"
#include "tests/property/tap.h"

#include <stdio.h>

enum { OPS = 12, PROCESSES = 4 };

struct one {
    bool read, done, crashed;
    int x, begin, end; /* amount, result or version; positions, end = 1000: none */
};

struct small {
    struct one op[OPS];
    int n, position;
    struct buf text;
    bool counter;
};

static void line(struct small *s, int process, const struct one *op, const char *type, int id)
{
    buf_printf(&s->text, "{:process %d, :type :%s, :f :%s, :value ", process, type,
               op->read ? "read" : s->counter ? "add" : "write");
    if (s->counter)
        buf_printf(&s->text, "%d}\n", op->x);
    else
        buf_printf(&s->text, "%d, :version %d}\n", id, op->x);
}

/* Processes take turns; nothing but the numbers matters, so they are random. */
static void make(struct small *s, struct rng *r)
{
    int open[PROCESSES], process[PROCESSES] = {0, 1, 2, 3}, next = PROCESSES, busy = 0;
    int want = 1 + (int)rng_below(r, OPS);
    for (int p = 0; p < PROCESSES; p++)
        open[p] = -1;
    while (s->n < want || busy > 0) {
        int p = (int)rng_below(r, PROCESSES);
        if (open[p] < 0 && s->n < want) {
            struct one *op = &s->op[s->n];
            *op = (struct one){.read = s->counter && rng_chance(r, 0.4), .begin = s->position++,
                               .end = 1000, .x = (int)rng_below(r, 8)};
            if (s->counter && !op->read)
                op->x = op->x - 3;
            open[p] = s->n++;
            busy++;
            line(s, process[p], op, "invoke", open[p]);
        } else if (open[p] >= 0) {
            struct one *op = &s->op[open[p]];
            op->crashed = rng_chance(r, 0.15);
            op->end = op->crashed ? 1000 : s->position;
            s->position++;
            line(s, process[p], op, op->crashed ? "info" : "ok", open[p]);
            process[p] = op->crashed ? next++ : process[p];
            open[p] = -1;
            busy--;
        }
    }
}

static uint64_t numeric(const struct small *s)
{
    int64_t worst = 0;
    for (int i = 0; i < s->n; i++) {
        const struct one *r = &s->op[i];
        int64_t low = 0, high = 0;
        for (int j = 0; j < s->n; j++) {
            const struct one *a = &s->op[j];
            bool sure = a->end < r->begin, maybe = a->begin < r->end;
            low += a->read ? 0 : a->x > 0 ? (sure ? a->x : 0) : (maybe ? a->x : 0);
            high += a->read ? 0 : a->x > 0 ? (maybe ? a->x : 0) : (sure ? a->x : 0);
        }
        if (!r->read || r->crashed)
            continue;
        worst = low - r->x > worst ? low - r->x : worst;
        worst = r->x - high > worst ? r->x - high : worst;
    }
    return (uint64_t)worst;
}

static uint64_t order(const struct small *s)
{
    uint64_t n = 0;
    for (int i = 0; i < s->n; i++) {
        bool late = false;
        for (int j = 0; j < s->n; j++)
            late |= !s->op[j].crashed && s->op[j].end < s->op[i].begin &&
                    s->op[j].x > s->op[i].x;
        n += late && !s->op[i].crashed;
    }
    return n;
}

static bool judge(bool counter, uint64_t seed, uint64_t *off)
{
    struct small s = {.counter = counter};
    struct rng r;
    struct history h;
    struct check_result result;
    struct budget budget = {0};
    struct err e = {0};
    const struct load_options load = {.format = "edn"};
    rng_seed(&r, seed);
    make(&s, &r);
    const struct check_options o = {.property = property_find(STR("bounded-staleness")),
                                    .model = model_find(counter ? "counter" : "register"),
                                    .jobs = 1, .budget = &budget};
    if (!history_load_memory(&h, "small", buf_str(&s.text), &load, &e))
        return false;
    bool good = check_history(&h, &o, &result, &e);
    const struct staleness *b = good && result.nkeys ? result.keys[0].staleness : NULL;
    uint64_t want = counter ? numeric(&s) : order(&s);
    uint64_t got = !b ? 0 : counter ? b->numeric.n : b->order.n;
    *off += want > 0;
    good = good && b && got == want;
    if (!good)
        tap_note("seed %llu: %llu instead of %llu, %s\n%.*s", (unsigned long long)seed,
                 (unsigned long long)got, (unsigned long long)want, e.text, (int)s.text.n,
                 buf_str(&s.text).p);
    check_result_free(&result);
    history_free(&h);
    buf_free(&s.text);
    return good;
}

int main(int argc, char **argv)
{
    uint64_t count = 20000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    tap_plan(2);
    for (int counter = 0; counter < 2; counter++) {
        uint64_t off = 0;
        bool ok = true;
        for (uint64_t i = 0; ok && i < count; i++)
            ok = judge(counter, seed + i, &off);
        tap_result(ok && (off > 0 || count < 100), "%s: %llu histories, %llu are off",
                   counter ? "numeric deviation" : "order deviation", (unsigned long long)count,
                   (unsigned long long)off);
    }
    return tap_status();
}
