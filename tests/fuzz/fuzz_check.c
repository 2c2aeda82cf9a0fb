/* Bytes become a small history, as text; the text goes through reading, pairing and checking with
 * every engine, and a brute-force oracle says what the answer must be. Witnesses and cores are
 * verified by the judges of tests/property. Finds wrong verdicts, not only crashes. */
#include "checker/check.h"
#include "histories/reader.h"
#include "tests/property/judge_result.h"
#include "tests/property/oracle.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { THREADS = 5, OPS_MAX = 9 };

struct script {
    const uint8_t *p, *end;
    struct buf text;
    const char *model;
    int process[THREADS];
    char open[THREADS][64]; /* ":f F, :value V" of the open operation, or empty */
    char f[THREADS];        /* r w c a t */
    int ops;
};

static unsigned take(struct script *s)
{
    return s->p < s->end ? *s->p++ : 0;
}

static void event(struct script *s, int t, const char *type, const char *rest)
{
    buf_printf(&s->text, "{:process %d, :type :%s, %s}\n", s->process[t], type, rest);
}

static void describe_op(struct script *s, int t, unsigned what)
{
    char *o = s->open[t];
    size_t n = sizeof s->open[t];
    unsigned v = (what >> 2) & 3, w = (what >> 4) & 3;
    s->f[t] = "rwca"[what & 3];
    if (s->model[0] == 'm') {
        (void)snprintf(o, n, ":f :txn, :value [[:%s :x %u] [:%s :y %u]]",
                       what & 1 ? "read" : "write", v, what & 2 ? "read" : "write", w);
        s->f[t] = 't';
    } else if (s->model[0] == 'k') {
        const char *f = s->f[t] == 'r' ? "get" : s->f[t] == 'w' ? "put" : "append";
        if (s->f[t] == 'r')
            (void)snprintf(o, n, ":f :get, :key \"%u\", :value nil", w & 1);
        else
            (void)snprintf(o, n, ":f :%s, :key \"%u\", :value \"%c\"", f, w & 1, (char)('a' + v));
    } else if (s->f[t] == 'r') {
        (void)snprintf(o, n, ":f :read, :value nil");
    } else if (s->f[t] == 'c') {
        (void)snprintf(o, n, ":f :cas, :value [%u %u]", v, w);
    } else {
        (void)snprintf(o, n, ":f :write, :value %u", v);
    }
}

static void complete(struct script *s, int t, unsigned how)
{
    static const char *const texts[] = {"", "a", "ab", "b", "ba", "abc", "aa", "c"};
    char value[64];
    const char *type = (how & 7) == 0 ? "info" : (how & 7) == 1 ? "fail" : "ok";
    const char *rest = s->open[t];
    unsigned v = (how >> 3) & 7;
    if (s->f[t] == 'r' && type[0] == 'o') {
        if (s->model[0] == 'k') {
            const char *key = strstr(rest, ":key");
            (void)snprintf(value, sizeof value, ":f :get, %.8s, :value \"%s\"", key, texts[v]);
        } else if (v == 7) {
            (void)snprintf(value, sizeof value, ":f :read, :value nil");
        } else {
            (void)snprintf(value, sizeof value, ":f :read, :value %u", v & 3);
        }
        rest = value;
    }
    event(s, t, type, rest);
    if (type[0] == 'i')
        s->process[t] += THREADS;
    s->open[t][0] = '\0';
}

static void write_history(struct script *s)
{
    static const char *const names[] = {"cas-register", "cas-register", "kv", "multi-register"};
    s->model = names[take(s) & 3];
    for (int t = 0; t < THREADS; t++)
        s->process[t] = t;
    while (s->p < s->end) {
        unsigned b = take(s);
        int t = (int)(b % THREADS);
        if (s->open[t][0]) {
            complete(s, t, b / THREADS);
        } else if (s->ops < OPS_MAX) {
            describe_op(s, t, take(s));
            event(s, t, "invoke", s->open[t]);
            s->ops++;
        }
    }
}

static void fail(const struct script *s, const char *algorithm, const char *what)
{
    (void)fprintf(stderr, "%s: %s\n%.*s", algorithm, what, (int)s->text.n, s->text.p);
    abort();
}

static void judge(const struct script *s, struct history *h, const struct model *m,
                  const char *algorithm, bool expected)
{
    struct budget budget = {0};
    struct check_options opt = {.model = m, .algorithm = algorithm, .jobs = 1, .evidence = true,
                                .core_long = 1, .witness = true, .budget = &budget};
    struct check_result r;
    struct err e = {0};
    if (!check_history(h, &opt, &r, &e))
        fail(s, algorithm, e.text);
    bool refused = strcmp(algorithm, "zones") == 0 || strcmp(algorithm, "stages") == 0;
    if (r.verdict == VERDICT_UNKNOWN && !refused)
        fail(s, algorithm, r.reason);
    if (r.verdict != VERDICT_UNKNOWN && (r.verdict == VERDICT_VALID) != expected)
        fail(s, algorithm, expected ? "the oracle says valid" : "the oracle says invalid");
    struct spec_options so = {.model = m->name, .initial = m->default_initial};
    struct judgement j = {0};
    judge_result(&r, h, so, 200000, &j);
    if (j.wrong[0])
        fail(s, algorithm, j.wrong);
    check_result_free(&r);
    if (atomic_load(&budget.used_memory) != 0)
        fail(s, algorithm, "memory is still accounted for");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct load_options load = {.format = "edn", .split = SPLIT_NO};
    struct script s = {.p = data, .end = data + (size < 64 ? size : 64)};
    write_history(&s);
    struct history h;
    struct err e = {0};
    if (!history_load_memory(&h, "fuzz", buf_str(&s.text), &load, &e))
        fail(&s, "reading", e.text);
    const struct model *m = model_find(s.model);
    struct spec_options so = {.model = m->name, .initial = m->default_initial};
    bool expected = false;
    const char *why = NULL;
    if (oracle_history(&h, &so, &expected, &why)) {
        static const char *const algorithms[] = {"auto", "zones", "jit", "wgl"};
        for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
            judge(&s, &h, m, algorithms[i], expected);
    }
    history_free(&h);
    buf_free(&s.text);
    return 0;
}
