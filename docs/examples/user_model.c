/* A model that belie does not have: a stock. `take` takes some of it, if there is enough, and
 * returns what is left; `refuse` is its other answer; `fill` fills it up.
 * States are numbers, so nothing has to be allocated, compared or freed.
 * Build: cc user_model.c $(pkg-config --cflags --libs belie) */
#include <belie.h>
#include <stdio.h>
#include <string.h>

enum { FULL = 10 };

static int init(void *context, const belie_history *h, belie_value key, void **state)
{
    (void)context, (void)h, (void)key;
    *state = (void *)(intptr_t)FULL;
    return 1;
}

/* Take `amount` of `left`. False when there is not enough. */
static int take(intptr_t left, int64_t amount, const struct belie_call *call, intptr_t *after)
{
    int64_t said;
    if (amount > left)
        return 0;
    *after = left - (intptr_t)amount;
    if (!call->result_known) /* a client that never got an answer: any is right */
        return 1;
    return belie_value_int(call->history, call->out, &said) && said == *after;
}

static int step(void *context, const void *state, const struct belie_call *call, unsigned k,
                void **next)
{
    intptr_t left = (intptr_t)state, after = left;
    int64_t amount = 0;
    (void)context;
    if (k > 0)
        return 0; /* there is never more than one next state */
    if (strcmp(call->f, "fill") == 0)
        after = FULL;
    else if (!belie_value_int(call->history, call->in, &amount))
        return -1; /* no such operation: the verdict will be "unknown" */
    else if (strcmp(call->f, "refuse") == 0 && amount <= left)
        return 0;
    else if (strcmp(call->f, "take") == 0 && !take(left, amount, call, &after))
        return 0;
    *next = (void *)after;
    return 1;
}

static void describe(void *context, const void *state, char *text, size_t n)
{
    (void)context;
    snprintf(text, n, "%d left", (int)(intptr_t)state);
}

static const char history[] =
    "{:process 0, :type :invoke, :f :take, :value 7}\n"
    "{:process 1, :type :invoke, :f :take, :value 6}\n"
    "{:process 0, :type :ok, :f :take, :value 3}\n"
    "{:process 1, :type :info, :f :take, :value 6}\n" /* no answer */
    "{:process 0, :type :invoke, :f :fill, :value nil}\n"
    "{:process 0, :type :ok, :f :fill, :value nil}\n"
    "{:process 0, :type :invoke, :f :take, :value 1}\n"
    "{:process 0, :type :ok, :f :take, :value 3}\n" /* so process 1 got its 6 */
    "{:process 0, :type :invoke, :f :refuse, :value 2}\n"
    "{:process 0, :type :ok, :f :refuse, :value 2}\n"; /* but 3 are left */

int main(void)
{
    char *error = NULL;
    struct belie_model model = BELIE_MODEL;
    struct belie_check_options options = BELIE_CHECK_OPTIONS;
    model.name = "stock";
    model.init = init;
    model.step = step;
    model.describe = describe;
    options.user_model = &model;
    belie_history *h = belie_history_from_memory("stock", history, strlen(history), NULL, &error);
    belie_result *r = h ? belie_check(h, &options, &error) : NULL;
    if (!r) {
        fprintf(stderr, "%s\n", error);
        return 254;
    }
    fputs(belie_result_text(r), stdout);
    int verdict = (int)belie_result_verdict(r);
    belie_result_free(r);
    belie_history_free(h);
    return verdict;
}
