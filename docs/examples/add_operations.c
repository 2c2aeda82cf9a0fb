/* A test harness that needs no file: it adds to a history what its clients do, as they do it, and
 * checks the whole of it from time to time. Here the clients' system is a variable with a bug.
 * Build: cc add_operations.c $(pkg-config --cflags --libs belie) */
#include <belie.h>
#include <stdio.h>
#include <stdlib.h>

static void add(belie_history *h, enum belie_type type, int process, const char *f,
                belie_value value)
{
    char *error = NULL;
    struct belie_event event = BELIE_EVENT;
    event.type = type;
    event.process = process;
    event.f = f;
    event.value = value;
    if (!belie_history_add(h, &event, &error)) {
        fprintf(stderr, "%s\n", error);
        exit(254);
    }
}

static enum belie_verdict check(belie_history *h)
{
    char *error = NULL;
    belie_result *result = belie_check(h, NULL, &error);
    if (!result) {
        fprintf(stderr, "%s\n", error);
        exit(254);
    }
    enum belie_verdict verdict = belie_result_verdict(result);
    printf("after %zu operations: %s\n", belie_history_operations(h),
           verdict == BELIE_VALID     ? "linearizable"
           : verdict == BELIE_INVALID ? "NOT linearizable"
                                      : "undecided");
    if (verdict == BELIE_INVALID)
        fputs(belie_result_text(result), stdout);
    belie_result_free(result);
    return verdict;
}

int main(void)
{
    belie_history *h = belie_history_new("cache test");
    int stored = 0, cached = 0;
    for (int i = 1; i <= 300; i++) {
        /* Process 0 writes. The answer to every 50th write is lost: nobody knows whether it took
         * effect, so the client goes on under a new name. */
        int writer = 10 + i / 50;
        add(h, BELIE_INVOKE, writer, "write", belie_int(h, i));
        stored = i;
        if (i < 220)
            cached = stored; /* later the cache is no longer told */
        add(h, i % 50 == 49 ? BELIE_INFO : BELIE_OK, writer, NULL, belie_int(h, i));

        add(h, BELIE_INVOKE, 1, "read", BELIE_NIL);
        add(h, BELIE_OK, 1, NULL, belie_int(h, cached));
        if (i % 100 == 0 && check(h) != BELIE_VALID)
            break;
    }
    belie_history_free(h);
    return 0;
}
