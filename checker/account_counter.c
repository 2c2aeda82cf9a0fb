/* counter: a read lies between what has certainly been added when it begins and what can have been
 * added when it ends:
 *
 *   low   initial + increments acknowledged before it began + decrements invoked before it ended
 *   high  initial + decrements acknowledged before it began + increments invoked before it ended
 *
 * (decrements are negative; failed updates count nowhere, crashed ones are never acknowledged).
 * Necessary for a linearizable counter, not sufficient: two reads may contradict each other.
 * Jepsen's checker is the same for increments and refuses decrements. O(n). */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/counter_scan.h"
#include "checker/property.h"

enum { POLL_EVERY = 4096 };

struct sure {
    int64_t up, down;
};

/* Returns the number of reads out of bounds; the one that completed first and its bounds. */
static size_t sweep(const struct counter_scan *s, struct key_result *k, uint32_t *first,
                    struct counter_bounds *bounds)
{
    struct counter_sums now = {0};
    struct sure *begin = mem_alloc((s->in->n + 1) * sizeof *begin);
    size_t errors = 0;
    for (size_t j = 0; j < s->norder; j++) {
        uint32_t position = sort_key(s->order[j]), i = sort_id(s->order[j]);
        if (j % POLL_EVERY == 0 && account_stopped(s->in, k))
            break;
        if (s->kind[i] == COUNTER_UPDATE) {
            counter_count(s, &now, i, position);
        } else if (position & 1) {
            const struct counter_bounds b = {
                .low = s->initial + begin[i].up + now.neg_inv,
                .high = s->initial + begin[i].down + now.pos_inv,
                .sure_up = begin[i].up, .sure_down = begin[i].down,
                .maybe_up = now.pos_inv, .maybe_down = now.neg_inv};
            bool good = b.low <= s->x[i] && s->x[i] <= b.high;
            if (!good && errors++ == 0) {
                *first = i;
                *bounds = b;
            }
        } else {
            begin[i] = (struct sure){now.pos_done, now.neg_done};
        }
    }
    mem_free(begin);
    return errors;
}

static bool run(const struct account_input *in, struct key_result *k, struct err *e)
{
    struct counter_scan s;
    struct counter_bounds bounds = {0};
    uint32_t first = 0;
    bool decided, good = counter_scan(&s, in, k, &decided, e);
    if (good && decided) {
        size_t errors = sweep(&s, k, &first, &bounds);
        counter_numbers(&s, k, errors);
        if (errors)
            counter_refute(&s, k, first, &bounds, "acknowledged before it began", errors);
        else if (k->verdict == VERDICT_VALID && s.reads == 0)
            account_unknown(k, "nothing was tested: no read was acknowledged");
        else if (k->verdict == VERDICT_VALID && s.updates == 0)
            account_unknown(k, "nothing was tested: nothing was added");
    }
    counter_scan_free(&s);
    return good;
}

const struct property property_counter = {
    .name = "counter",
    .summary = "every read lies between what was certainly and what was possibly added",
    .complexity = "linear",
    .names = counter_names,
    .run = run,
};
