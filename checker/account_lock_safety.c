/* lock-safety: no two processes certainly hold the lock at one moment. A process holds it for
 * certain from the completion of its acquire until the invocation of its next release that may have
 * taken effect. Weaker than a linearizable mutex, and without its assumptions: it says nothing of
 * releases by others, of crashed operations, or of who waits. O(n log n). */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/account_say.h"
#include "checker/check.h"
#include "checker/elements.h"
#include "checker/property.h"

struct holder {
    uint32_t acquire; /* history op of the hold, or NO_EVENT */
};

static void say_overlap(const struct account_input *in, struct key_result *k, uint32_t first,
                        uint32_t second)
{
    struct speaker s = account_speaker(in, k);
    account_show(k, &first, 1, second);
    account_say_one(&s, first, " succeeded, and it had not begun to release when");
    account_say_one(&s, second, " succeeded");
    buf_puts(&s.b, "two processes held the lock at the same time");
    account_invalid(&s, "two-holders");
    buf_free(&s.b);
}

/* An event of the sweep: an acquire that completed, or a release that began. Keeps one holder,
 * which is enough: the first overlap ends it. */
static void sweep(const struct account_input *in, struct key_result *k, const uint64_t *order,
                  size_t m)
{
    uint32_t held = NO_EVENT;
    for (size_t j = 0; j < m; j++) {
        uint32_t i = sort_id(order[j]), id = in->ids[i];
        const struct op *op = &in->h->ops[id];
        bool mine = held != NO_EVENT && in->h->ops[held].process == op->process;
        if (in->part[i] == PART_TAKE) {
            held = mine ? NO_EVENT : held;
        } else if (held == NO_EVENT || mine) {
            held = id;
        } else {
            say_overlap(in, k, held, id);
            return;
        }
    }
}

static bool run(const struct account_input *in, struct key_result *k, struct err *e)
{
    uint64_t *order = mem_alloc((in->n + 1) * sizeof *order);
    size_t m = 0, acquires = 0;
    (void)e;
    for (uint32_t i = 0; i < in->n; i++) {
        const struct op *op = &in->h->ops[in->ids[i]];
        bool refused = op->out == VAL_FALSE;
        if (in->part[i] == PART_ADD && op->type == OP_OK && !refused) {
            order[m++] = sort_word(account_res(op), i);
            acquires++;
        } else if (in->part[i] == PART_TAKE && op->type != OP_FAIL) {
            order[m++] = sort_word(account_inv(op), i);
        }
    }
    sort_by_high32(order, m);
    sweep(in, k, order, m);
    mem_free(order);
    account_number(k->account, "acquired", acquires);
    if (k->verdict == VERDICT_VALID && acquires < 2)
        account_unknown(k, "nothing was tested: the lock was acquired less than twice");
    return true;
}

static const struct part_name names[] = {
    {"acquire", PART_ADD}, {"lock", PART_ADD}, {"release", PART_TAKE}, {"unlock", PART_TAKE},
    {NULL, PART_OTHER}};

const struct property property_lock_safety = {
    .name = "lock-safety",
    .summary = "no two processes certainly hold an exclusive lock at one moment",
    .complexity = "n log n",
    .names = names,
    .ignores_others = true,
    .run = run,
};
