/* Reading speed: bench_read FILE [RUNS]. Best of 5 runs by CPU time, and what the last run held. */
#include "base/clock.h"
#include "histories/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct run {
    double seconds;
    size_t bytes, events, values;
    double memory; /* bytes of columns and values */
};

static bool read_once(const char *path, struct run *out, struct err *e)
{
    struct history h;
    history_init(&h);
    int64_t t0 = clock_cpu_ns();
    bool ok = source_open(&h.source, path, e);
    if (ok) {
        const struct reader *r = reader_detect(h.source.text);
        ok = r ? r->read(&h, e) : err_set(e, ERR_INPUT, "unknown format");
    }
    out->seconds = (double)(clock_cpu_ns() - t0) / 1e9;
    if (ok) {
        const struct values *v = &h.values;
        size_t column = 41 + (h.events.version ? 8 : 0);
        out->bytes = h.source.text.n;
        out->events = h.events.n;
        out->values = v->n;
        out->memory = (double)(h.events.n * column + v->arena.bytes + v->cap * 16 + v->nslots * 4);
    }
    history_free(&h);
    return ok;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fprintf(stderr, "usage: bench_read FILE [RUNS]\n");
        return 254;
    }
    long runs = argc > 2 ? strtol(argv[2], NULL, 10) : 5;
    struct run best = {.seconds = 1e9}, one = {0};
    for (long i = 0; i < runs; i++) {
        struct err e;
        if (!read_once(argv[1], &one, &e)) {
            (void)fprintf(stderr, "%s\n", e.text);
            return 1;
        }
        if (one.seconds < best.seconds)
            best = one;
    }
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    double peak = (double)u.ru_maxrss * 1024;
    (void)printf("%s: %zu bytes, %zu events, %zu values\n", argv[1], best.bytes, best.events,
                 best.values);
    (void)printf("  %.0f MB/s, %.2f million events/s, CPU %.3f s\n",
                 (double)best.bytes / best.seconds / 1e6, (double)best.events / best.seconds / 1e6,
                 best.seconds);
    (void)printf(
        "  %.1f bytes of memory per event without the text; peak RSS %.1f MB = %.2f x text\n",
        best.memory / (double)best.events, peak / 1e6, peak / (double)best.bytes);
    return 0;
}
