/* lock-safety: no two processes certainly hold the lock at one moment. A process holds it for
 * certain from the completion of its acquire until the first of
 *   - the invocation of its next release that may have taken effect, or that failed because it did
 *     not hold the lock (a lease that had run out);
 *   - the invocation of an operation of its, of any kind, that crashed: who crashed does nothing
 *     any more, and a lock server may have taken the lock from it.
 * Weaker than a linearizable mutex, and without its assumptions: it says nothing of releases by
 * others, of crashed operations, or of who waits. O(n log n). */
#include "base/hash.h"
#include "base/mem.h"
#include "base/sort.h"
#include "checker/account_say.h"
#include "checker/check.h"
#include "checker/property.h"
#include "histories/event_text.h"

/* When processes crashed, found out when it matters. */
struct crashes {
    bool known;
    struct map64 at; /* process -> the position of the invocation */
};

/* Had the process crashed before position `until`? */
static bool had_crashed(struct crashes *c, const struct history *h, val process, uint32_t until)
{
    for (size_t i = 0; i < h->nops && !c->known; i++)
        if (h->ops[i].type == OP_INFO && map64_get(&c->at, h->ops[i].process) == MAP64_NONE)
            map64_put(&c->at, h->ops[i].process, account_inv(&h->ops[i]));
    c->known = true;
    return map64_get(&c->at, process) < until; /* MAP64_NONE is the greatest */
}

/* Did a release fail because its process did not hold the lock? */
static bool says_not_held(const struct history *h, const struct op *op)
{
    static const char *const words[] = {"not-held", "not_held", "not held",  "not-owner",
                                        "not owner", "expired", "not-holder"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (op->ret != NO_EVENT && event_says(h, op->ret, "error", words[i]))
            return true;
    return false;
}

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
    struct crashes crashes = {0};
    for (size_t j = 0; j < m; j++) {
        uint32_t i = sort_id(order[j]), id = in->ids[i];
        const struct op *op = &in->h->ops[id];
        bool mine = held != NO_EVENT && in->h->ops[held].process == op->process;
        if (in->part[i] == PART_TAKE) {
            held = mine ? NO_EVENT : held;
        } else if (held == NO_EVENT || mine ||
                   had_crashed(&crashes, in->h, in->h->ops[held].process, account_res(op))) {
            held = id;
        } else {
            say_overlap(in, k, held, id);
            break;
        }
    }
    map64_free(&crashes.at);
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
        } else if (in->part[i] == PART_TAKE &&
                   (op->type != OP_FAIL || says_not_held(in->h, op))) {
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
