/* Bytes become a small history of one of the toys' objects, which every algorithm checks and a
 * brute-force oracle judges, evidence included, and so it does the online checkers. The first byte
 * chooses the object; the environment variable BELIE_FUZZ_MODEL names one, and lists them all when
 * it is none of them. Each event is one or two bytes: which client, and what it does; results are
 * what the toy says, or spoiled. */
#include "checker/check.h"
#include "tests/property/judge_online.h"
#include "tests/property/judge_result.h"
#include "tests/property/oracle.h"
#include "tests/property/random_calls.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct toy *named; /* NULL: the bytes choose */

enum { THREADS = 5, CALLS = 8 };

struct bytes {
    const uint8_t *p, *end;
    struct rng rng;
    struct toy_sim sim;
    const struct toy *toy;
    struct calls calls;
    int open[THREADS]; /* call + 1, or 0 */
    uint32_t process[THREADS];
    uint32_t position;
};

static unsigned take(struct bytes *b)
{
    return b->p < b->end ? *b->p++ : 0;
}

/* The toy's choices come from a generator that one byte seeds, so that bytes stay local. */
static void seed(struct bytes *b)
{
    rng_seed(&b->rng, take(b));
}

static uint32_t next_position(struct bytes *b)
{
    return b->sim.now = ++b->position;
}

static void invoke(struct bytes *b, int t)
{
    struct call *c = &b->calls.at[b->calls.n++];
    *c = (struct call){.process = b->process[t], .inv = next_position(b), .res = NO_EVENT,
                       .type = OP_INFO};
    seed(b);
    b->toy->choose(&b->sim, c);
    b->open[t] = (int)b->calls.n;
}

static void complete(struct bytes *b, int t, unsigned how)
{
    struct call *c = &b->calls.at[b->open[t] - 1];
    enum { CRASHED, FAILED, LOST, SPOILED }; /* all else succeeds */
    bool crashed = (how & 7) == CRASHED || (how & 7) == LOST;
    bool good = (how & 7) != FAILED;
    if (good && (how & 7) != LOST) {
        seed(b);
        good = b->toy->run(&b->sim, c);
    }
    c->type = crashed ? OP_INFO : good ? OP_OK : OP_FAIL;
    if (c->type == OP_OK && (how & 7) == SPOILED && b->toy->spoil) {
        seed(b);
        b->toy->spoil(&b->sim, c);
    }
    if (c->type != OP_OK)
        c->out[0] = '\0';
    if (c->type == OP_INFO)
        b->process[t] += THREADS;
    c->res = next_position(b);
    b->open[t] = 0;
}

static void choose_toy(struct bytes *b)
{
    size_t n = 0;
    while (toys[n])
        n++;
    b->toy = toys[take(b) % n];
    if (named)
        b->toy = named;
}

static void write_calls(struct bytes *b)
{
    choose_toy(b);
    b->sim.r = &b->rng;
    b->sim.flavor = take(b) & 3;
    for (int t = 0; t < THREADS; t++)
        b->process[t] = (uint32_t)t;
    while (b->p < b->end) {
        unsigned x = take(b);
        int t = (int)(x % THREADS);
        if (b->open[t])
            complete(b, t, x / THREADS);
        else if (b->calls.n < CALLS)
            invoke(b, t);
    }
}

static void fail(const struct bytes *b, const char *algorithm, const char *what)
{
    struct buf line = {0};
    calls_print(&b->calls, &line);
    (void)fprintf(stderr, "%s, %s: %s\n%.*s\n", b->toy->model, algorithm, what, (int)line.n,
                  buf_str(&line).p);
    abort();
}

static void judge(const struct bytes *b, struct history *h, const struct spec_options *so,
                  const char *algorithm, bool expected)
{
    struct budget budget = {0};
    struct check_options opt = {.model = model_find(so->model), .algorithm = algorithm, .jobs = 1,
                                .has_initial = true, .initial = so->initial, .evidence = true,
                                .core_long = 1, .witness = true, .budget = &budget};
    struct check_result r;
    struct err e = {0};
    if (!check_history(h, &opt, &r, &e))
        fail(b, algorithm, e.text);
    bool refused = strcmp(algorithm, "auto") != 0 && strcmp(algorithm, "jit") != 0 &&
                   strcmp(algorithm, "wgl") != 0;
    if (r.verdict == VERDICT_UNKNOWN && !refused)
        fail(b, algorithm, r.reason);
    if (r.verdict != VERDICT_UNKNOWN && (r.verdict == VERDICT_VALID) != expected)
        fail(b, algorithm, expected ? "the oracle says valid" : "the oracle says invalid");
    struct judgement j = {0};
    judge_result(&r, h, *so, 200000, &j);
    if (j.wrong[0])
        fail(b, algorithm, j.wrong);
    check_result_free(&r);
    if (atomic_load(&budget.used_memory) != 0)
        fail(b, algorithm, "memory is still accounted for");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *name = getenv("BELIE_FUZZ_MODEL");
    if (!name)
        return 0;
    named = toy_find(name);
    for (size_t i = 0; !named && toys[i]; i++)
        (void)puts(toys[i]->model);
    if (!named)
        exit(1);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes b = {.p = data, .end = data + (size < 64 ? size : 64)};
    struct history h;
    struct spec_options so;
    struct err e = {0};
    write_calls(&b);
    if (!random_calls_open(&b.calls, b.toy, &h, &so, &e))
        fail(&b, "reading", e.text);
    bool expected = false;
    const char *why = NULL;
    if (oracle_history(&h, &so, &expected, &why)) {
        judge(&b, &h, &so, "auto", expected);
        for (size_t i = 0; engines[i]; i++)
            judge(&b, &h, &so, engines[i]->name, expected);
    }
    history_free(&h);
    struct online_tally t = {0};
    char wrong[RUN_TEXT] = "";
    if (b.calls.n > 0 && is_online(b.toy) &&
        online_is_wrong(&b.calls, b.toy, size, &t, wrong))
        fail(&b, "online", wrong);
    return 0;
}
