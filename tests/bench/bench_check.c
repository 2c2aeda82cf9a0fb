/* One history: CPU seconds of reading and of checking on one core, and peak memory.
 * bench_check NAME FILE [ALGORITHM or PROPERTY [MODEL]];
 * prints one line, fields as in tests/bench/run.sh. */
#include "base/clock.h"
#include "checker/property.h"

#include <stdio.h>
#include <sys/resource.h>

static double seconds(int64_t from, int64_t to)
{
    return (double)(to - from) / 1e9;
}

int main(int argc, char **argv)
{
    static const struct load_options load;
    static const char *const words[] = {"valid", "invalid", "unknown"};
    struct history h;
    struct err e = {0};
    if (argc < 3) {
        (void)fprintf(stderr, "usage: bench_check NAME FILE [ALGORITHM|PROPERTY [MODEL]]\n");
        return 254;
    }
    int64_t start = clock_cpu_ns();
    if (!history_load(&h, argv[2], &load, &e)) {
        (void)fprintf(stderr, "%s\n", e.text);
        return 254;
    }
    int64_t loaded = clock_cpu_ns();
    struct budget budget = {.max_memory = (size_t)2 << 30};
    const char *how = argc > 3 ? argv[3] : "auto";
    const struct property *property = property_find(str_of(how));
    struct check_options opt = {.budget = &budget, .jobs = 1, .evidence = true,
                                .property = property, .algorithm = property ? NULL : how,
                                .model = argc > 4 ? model_find(argv[4]) : NULL};
    struct check_result r;
    if (!check_history(&h, &opt, &r, &e)) {
        (void)fprintf(stderr, "%s\n", e.text);
        return 254;
    }
    int64_t checked = clock_cpu_ns();
    struct rusage use;
    (void)getrusage(RUSAGE_SELF, &use);
    double read = seconds(start, loaded), check = seconds(loaded, checked);
    double mb = (double)h.source.text.n / 1e6;
    printf("%-34s %-8s %-9s %8zu ops  read %7.3f s %6.0f MB/s  check %7.3f s %7.2f Mops/s  "
           "peak %5ld MB (%.1f x file; %.0f B/op beyond it)\n",
           argv[1], words[r.verdict], r.nkeys ? r.keys[0].algorithm : "-", h.nops, read, mb / read,
           check, (double)h.nops / check / 1e6, use.ru_maxrss / 1024,
           (double)use.ru_maxrss * 1024 / (mb * 1e6),
           ((double)use.ru_maxrss * 1024 - mb * 1e6) / (double)(h.nops ? h.nops : 1));
    check_result_free(&r);
    history_free(&h);
    return 0;
}
