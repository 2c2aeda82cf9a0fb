#include "tests/property/tap.h"

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

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

void tap_arguments(int argc, char **argv, uint64_t *count, uint64_t *seed)
{
    int64_t v;
    if (argc > 1 && str_to_i64(str_of(argv[1]), &v) && v > 0)
        *count = (uint64_t)v;
    if (argc > 2 && str_to_i64(str_of(argv[2]), &v))
        *seed = (uint64_t)v;
}
