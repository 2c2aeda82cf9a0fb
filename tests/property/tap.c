#include "tests/property/tap.h"

#include "base/str.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned planned, done, failed;

__attribute__((format(printf, 1, 0))) static void print_line(const char *fmt, va_list ap)
{
    (void)vprintf(fmt, ap);
    (void)putchar('\n');
    (void)fflush(stdout);
}

void tap_plan(unsigned n)
{
    planned = n;
    (void)printf("1..%u\n", n);
}

void tap_plan_at_end(void)
{
    tap_plan(done);
}

void tap_result(bool ok, const char *fmt, ...)
{
    done++;
    failed += !ok;
    (void)printf("%sok %u - ", ok ? "" : "not ", done);
    va_list ap;
    va_start(ap, fmt);
    print_line(fmt, ap);
    va_end(ap);
}

void tap_note(const char *fmt, ...)
{
    (void)fputs("# ", stdout);
    va_list ap;
    va_start(ap, fmt);
    print_line(fmt, ap);
    va_end(ap);
}

int tap_status(void)
{
    return failed > 0 || done != planned;
}

static bool given(const char *text, int64_t least, uint64_t *to)
{
    int64_t v;
    if (!text || !*text)
        return false;
    if (!str_to_i64(str_of(text), &v) || v < least) {
        (void)fprintf(stderr, "not a number of at least %" PRId64 ": %s\n", least, text);
        exit(2);
    }
    *to = (uint64_t)v;
    return true;
}

void tap_arguments(int argc, char **argv, uint64_t *count, uint64_t *seed)
{
    if (!given(argc > 1 ? argv[1] : NULL, 1, count))
        (void)given(getenv("PROP_COUNT"), 1, count);
    if (!given(argc > 2 ? argv[2] : NULL, INT64_MIN, seed))
        (void)given(getenv("PROP_SEED"), INT64_MIN, seed);
}
