/* Check the histories in files and say what they prove, as belie check does.
 * Build: cc check_file.c $(pkg-config --cflags --libs belie) */
#include <belie.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    int worst = BELIE_VALID;
    for (int i = 1; i < argc; i++) {
        char *error = NULL;
        struct belie_check_options options = BELIE_CHECK_OPTIONS;
        options.max_memory = 2000000000; /* of searches; then the answer is "unknown" */
        belie_history *history = belie_history_open(argv[i], NULL, &error);
        belie_result *result = history ? belie_check(history, &options, &error) : NULL;
        if (!result) {
            fprintf(stderr, "%s\n", error);
            belie_free(error);
            worst = 254;
        } else {
            int verdict = (int)belie_result_verdict(result);
            fputs(belie_result_text(result), stdout);
            if (verdict == BELIE_INVALID && worst < 254)
                worst = BELIE_INVALID;
            else if (verdict == BELIE_UNKNOWN && worst == BELIE_VALID)
                worst = BELIE_UNKNOWN;
        }
        belie_result_free(result);
        belie_history_free(history);
    }
    return worst;
}
