/* The online checkers against brute force: random histories of every object that has one, with
 * crashed and failed operations (judge_online.h). Arguments: count, seed, models. */
#include "tests/property/judge_online.h"
#include "tests/property/tap.h"

#include <stdio.h>

/* ---- registers, which have no toy: what they mean is in spec.c ------------------------------- */

static void choose_register(struct toy_sim *m, struct call *c)
{
    bool write = toy_chance(m, 50);
    (void)snprintf(c->f, sizeof c->f, "%s", write ? "write" : "read");
    if (!write)
        return;
    bool again = m->last > 0 && m->flavor == 3 && toy_chance(m, 10);
    int64_t v = again ? 1 + (int64_t)rng_below(m->r, (uint64_t)m->last) : ++m->last;
    call_text(c->in, "%lld", (long long)v);
}

static bool run_register(struct toy_sim *m, struct call *c)
{
    if (c->f[0] == 'w')
        (void)sscanf(c->in, "%ld", &m->cell[0]);
    else if (m->cell[0])
        call_text(c->out, "%lld", (long long)m->cell[0]);
    else
        call_text(c->out, "nil");
    return true;
}

static void spoil_register(struct toy_sim *m, struct call *c)
{
    if (c->f[0] == 'r')
        call_text(c->out, "%llu", (unsigned long long)(1 + rng_below(m->r, (uint64_t)m->last + 1)));
}

static const struct toy registers = {.model = "register", .choose = choose_register,
                                     .run = run_register, .spoil = spoil_register};

/* ---- many histories -------------------------------------------------------------------------- */

static void shrink(struct calls *c, const struct toy *toy, uint64_t seed, char why[RUN_TEXT])
{
    struct online_tally ignored = {0};
    for (size_t i = 0; i < c->n;) {
        struct calls less = *c;
        char text[RUN_TEXT];
        calls_drop(&less, i);
        if (less.n > 0 && online_is_wrong(&less, toy, seed, &ignored, text)) {
            *c = less;
            memcpy(why, text, RUN_TEXT);
            i = 0;
        } else {
            i++;
        }
    }
}

static void report(const struct calls *c, const struct toy *toy, uint64_t seed, const char *why)
{
    struct buf line = {0};
    calls_print(c, &line);
    tap_note("seed %llu: %s", (unsigned long long)seed, why);
    tap_note("model %s", toy->model);
    tap_note("%.*s", (int)line.n, buf_str(&line).p);
    buf_free(&line);
}

static void run_model(const struct toy *toy, bool small, uint64_t count, uint64_t seed)
{
    struct random_size size = small ? random_small : random_long;
    struct online_tally t = {0};
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        struct rng r;
        struct calls c;
        char why[RUN_TEXT] = "";
        rng_seed(&r, seed + i);
        random_calls(&c, toy, size, &r);
        ok = !online_is_wrong(&c, toy, seed + i, &t, why);
        if (!ok) {
            shrink(&c, toy, seed + i, why);
            report(&c, toy, seed + i, why);
        }
    }
    /* Fewer than a tenth may leave the fragment before the end, or little was tested. */
    tap_result(ok && t.valid > 0 && t.invalid > 0, "%s, %s: %llu valid, %llu invalid, %llu left "
               "the fragment, %llu unjudged", toy->model, small ? "small" : "longer",
               (unsigned long long)t.valid, (unsigned long long)t.invalid,
               (unsigned long long)t.lost, (unsigned long long)t.unjudged);
}

static bool asked_for(const struct toy *toy, int argc, char **argv)
{
    bool asked = argc <= 3;
    for (int i = 3; i < argc; i++)
        asked |= strcmp(argv[i], toy->model) == 0;
    return asked && is_online(toy);
}

int main(int argc, char **argv)
{
    uint64_t count = 100000, seed = 1;
    const struct toy *all[64] = {&registers};
    size_t n = 1, asked = 0;
    tap_arguments(argc < 3 ? argc : 3, argv, &count, &seed);
    for (size_t i = 0; toys[i] && n < 64; i++)
        all[n++] = toys[i];
    for (size_t i = 0; i < n; i++)
        if (asked_for(all[i], argc, argv))
            all[asked++] = all[i];
    tap_plan(2 * (unsigned)asked);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (size_t i = 0; i < asked; i++) {
        run_model(all[i], true, count, seed);
        run_model(all[i], false, count / 20 + 1, seed);
    }
    return tap_status();
}
