/* total-queue: what goes in must come out, once. Copies of an element are counted; with
 *   a  acknowledged enqueues     b  those and the ones whose outcome is unknown     d  dequeues
 * of an element
 *
 *   ok          min(d, a) copies
 *   recovered   min(d, b) - min(d, a): of enqueues whose outcome was unknown
 *   duplicated  d - b, when b > 0
 *   unexpected  d, when b = 0, or when the first dequeue completed before the first enqueue began
 *   lost        a - d, as far as it is certain, else never-read
 *
 * A loss is certain when something found the queue empty that began after the copies had been
 * acknowledged (a drain, a dequeue of nil or :empty, one that failed with :empty), and more copies
 * are missing than dequeues with an unknown outcome can have taken. A crashed drain can have taken
 * everything. Jepsen calls all missing elements lost, also where a crashed dequeue took them or
 * nothing ever drained the queue; it fails on crashed drains, and accepts duplicates.
 * Linear time; 44 bytes per element. */
#include "base/mem.h"
#include "checker/account_say.h"
#include "checker/container.h"
#include "checker/elements.h"
#include "checker/property.h"
#include "histories/event_text.h"

enum { POLL_EVERY = 4096 };

struct item {
    uint32_t enqueue, failed; /* history ops: the first that may have happened; that failed */
    uint32_t covered_by;      /* the first acknowledged one that `empty` comes after */
    uint32_t first_inv;       /* position; UINT32_MAX: no enqueue may have happened */
    uint32_t first_out;       /* position of the first completion that took it; or UINT32_MAX */
    uint32_t a, b, covered, d;
    uint32_t out, out_again; /* history ops: the first and the last that took it */
};

struct queue {
    const struct account_input *in;
    struct elements elements;
    struct item *items;
    size_t cap;
    uint32_t empty;      /* the op that found the queue empty and began last; or NO_EVENT */
    size_t crashed;      /* dequeues that may have taken something */
    uint32_t drain;      /* a drain that may have taken everything; or NO_EVENT */
    uint64_t in_all, in_acknowledged, out_all; /* copies */
    uint64_t missing, certain; /* acknowledged copies that did not come out */
};

static struct item *item(struct queue *q, val v)
{
    size_t known = q->elements.n;
    uint32_t i = elements_add(&q->elements, v);
    if (q->elements.n > known) {
        q->items = mem_grow(q->items, &q->cap, q->elements.n, sizeof *q->items);
        q->items[i] = (struct item){
            .enqueue = NO_EVENT, .failed = NO_EVENT, .covered_by = NO_EVENT,
            .first_inv = UINT32_MAX, .first_out = UINT32_MAX, .out = NO_EVENT,
            .out_again = NO_EVENT};
    }
    return &q->items[i];
}

static bool says_nothing(const struct account_input *in, const struct op *op)
{
    return op->out == VAL_ABSENT || (op->out == VAL_NIL && in->nil_unknown);
}

/* Did the operation find the queue empty? */
static bool found_empty(const struct account_input *in, const struct op *op, enum part part)
{
    if (part == PART_DRAIN)
        return op->type == OP_OK && op->out != VAL_ABSENT;
    if (part != PART_TAKE || op->type == OP_INFO || op->ret == NO_EVENT)
        return false;
    return op->type == OP_OK ? container_says_empty(in->h, op->out) && !says_nothing(in, op)
                             : event_says(in->h, op->ret, "error", "empty");
}

static void find_empty(struct queue *q)
{
    const struct account_input *in = q->in;
    for (size_t i = in->n; i-- > 0 && q->empty == NO_EVENT;)
        if (found_empty(in, &in->h->ops[in->ids[i]], (enum part)in->part[i]))
            q->empty = in->ids[i];
}

static void enqueue(struct queue *q, uint32_t id)
{
    const struct op *op = &q->in->h->ops[id];
    struct item *it = item(q, account_argument(op));
    if (op->type == OP_FAIL) {
        it->failed = id;
        return;
    }
    if (it->first_inv == UINT32_MAX) {
        it->first_inv = account_inv(op);
        it->enqueue = id;
    }
    it->b++;
    q->in_all++;
    if (op->type != OP_OK)
        return;
    it->a++;
    q->in_acknowledged++;
    if (q->empty == NO_EVENT || account_res(op) > account_inv(&q->in->h->ops[q->empty]))
        return;
    it->covered++;
    if (it->covered_by == NO_EVENT)
        it->covered_by = id;
}

static void came_out(struct queue *q, val v, uint32_t id)
{
    struct item *it = item(q, v);
    uint32_t res = account_res(&q->in->h->ops[id]);
    q->out_all++;
    it->d++;
    it->out_again = it->out == NO_EVENT ? NO_EVENT : id;
    it->out = it->out == NO_EVENT ? id : it->out;
    it->first_out = res < it->first_out ? res : it->first_out;
}

static bool dequeue(struct queue *q, uint32_t id, enum part part, struct err *e)
{
    const struct op *op = &q->in->h->ops[id];
    const val *items;
    size_t n;
    bool known = op->type == OP_OK && op->out != VAL_ABSENT;
    if (op->type == OP_FAIL)
        return true;
    if (part == PART_TAKE) {
        known = known && !says_nothing(q->in, op);
        if (known && !container_says_empty(q->in->h, op->out))
            came_out(q, op->out, id);
        q->crashed += !known;
        return true;
    }
    if (known && !account_items(q->in, op, &items, &n, &known, e))
        return false;
    if (!known)
        q->drain = id;
    for (size_t i = 0; known && i < n; i++)
        came_out(q, items[i], id);
    return true;
}

static bool initial(struct queue *q, struct err *e)
{
    size_t n = 0;
    const struct account_input *in = q->in;
    enum val_kind kind = in->has_initial ? val_kind(&in->h->values, in->initial) : V_NIL;
    if (kind != V_NIL && kind != V_LIST)
        return err_set(e, ERR_USAGE, "the initial value of a queue is a list, as in '[1 2]'");
    const val *items = in->has_initial ? val_items(&in->h->values, in->initial, &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        struct item *it = item(q, items[i]);
        it->first_inv = 0;
        it->a++;
        it->b++;
        it->covered += q->empty != NO_EVENT;
        q->in_all++;
        q->in_acknowledged++;
    }
    return true;
}

/* ---- the books ----------------------------------------------------------------------------- */

static uint32_t least(uint32_t x, uint32_t y)
{
    return x < y ? x : y;
}

static bool unexpected(const struct item *it)
{
    return it->d > 0 && (it->b == 0 || it->first_out < it->first_inv);
}

static uint32_t copies(const struct queue *q, const struct item *it, enum outcome o)
{
    if (unexpected(it))
        return o == OUTCOME_UNEXPECTED ? it->d : 0;
    uint32_t missing = it->a - least(it->d, it->a);
    bool loss = q->certain > q->crashed && q->drain == NO_EVENT;
    uint32_t lost = loss ? it->covered - least(it->d, it->covered) : 0;
    switch (o) {
    case OUTCOME_OK:
        return least(it->d, it->a);
    case OUTCOME_RECOVERED:
        return least(it->d, it->b) - least(it->d, it->a);
    case OUTCOME_DUPLICATED:
        return it->d - least(it->d, it->b);
    case OUTCOME_LOST:
        return lost;
    case OUTCOME_NEVER_READ:
        return it->a == 0 && it->d == 0 ? it->b : missing - lost;
    case OUTCOME_STALE:
    case OUTCOME_UNEXPECTED:
    case OUTCOMES:
        break;
    }
    return 0;
}

static void tally_up(struct queue *q, struct key_result *k)
{
    val *of = mem_alloc((q->elements.n + 1) * sizeof *of);
    size_t exist = 0;
    for (size_t i = 0; i < q->elements.n; i++) {
        const struct item *it = &q->items[i];
        exist += it->b + it->d > 0;
        if (unexpected(it))
            continue;
        q->missing += it->a - least(it->d, it->a);
        q->certain += it->covered - least(it->d, it->covered);
    }
    for (size_t o = 0; o < OUTCOMES; o++) {
        size_t n = 0;
        uint64_t all = 0;
        for (size_t i = 0; i < q->elements.n; i++) {
            uint32_t c = copies(q, &q->items[i], (enum outcome)o);
            all += c;
            if (c > 0)
                of[n++] = q->elements.v[i];
        }
        account_list(q->in, k, (enum outcome)o, of, n, all);
    }
    account_number(k->account, "elements", exist);
    account_number(k->account, "enqueued", q->in_all);
    account_number(k->account, "acknowledged", q->in_acknowledged);
    account_number(k->account, "dequeued", q->out_all);
    mem_free(of);
}

/* ---- evidence ------------------------------------------------------------------------------ */

static void say_lost(struct queue *q, const struct item *it, val v, struct speaker *s)
{
    account_say_one(s, it->covered_by, " was acknowledged");
    account_say_one(s, q->empty, " began after that and found the queue empty");
    buf_printf(&s->b, it->d ? "it came out %u times, but went in %u times"
                            : "nothing took it out", (unsigned)it->d, (unsigned)it->covered);
    say_end_step(s);
    if (q->crashed) {
        buf_printf(&s->b, "%zu dequeues have an unknown outcome, but %llu elements are missing",
                   q->crashed, (unsigned long long)q->certain);
        say_end_step(s);
    }
    account_show(s->k, (uint32_t[]){it->covered_by, it->out}, 2, q->empty);
    buf_puts(&s->b, "element ");
    say_val(s, v);
    buf_puts(&s->b, q->crashed ? " is lost, or another one is: it went in and did not come out"
                               : " is lost: it went in and did not come out");
    account_invalid(s, "lost");
}

static void say_unexpected(struct queue *q, const struct item *it, val v, struct speaker *s)
{
    (void)q;
    account_say_one(s, it->out, " took it out");
    if (it->b > 0)
        account_say_one(s, it->enqueue, " began only after that had completed");
    else
        account_say_one(s, it->failed, ": it must not have happened");
    account_show(s->k, (uint32_t[]){it->enqueue}, 1, it->out);
    if (it->b == 0)
        s->k->failed_op = it->failed;
    buf_puts(&s->b, "element ");
    say_val(s, v);
    buf_puts(&s->b, it->b > 0                 ? " came out before it went in"
                    : it->failed != NO_EVENT ? " came out, but its only enqueue had failed"
                                             : " came out, but it never went in");
    account_invalid(s, "unexpected");
}

static void say_twice(struct queue *q, const struct item *it, val v, struct speaker *s)
{
    (void)q;
    account_say_one(s, it->enqueue, "");
    account_say_one(s, it->out, " took it out");
    account_say_one(s, it->out_again, " took it out again");
    account_show(s->k, (uint32_t[]){it->enqueue, it->out}, 2, it->out_again);
    buf_puts(&s->b, "element ");
    say_val(s, v);
    buf_printf(&s->b, " went in %u time%s at most, but came out %u times", (unsigned)it->b,
               it->b == 1 ? "" : "s", (unsigned)it->d);
    account_invalid(s, "duplicated");
}

static bool refute(struct queue *q, struct key_result *k)
{
    static const struct {
        enum outcome outcome;
        void (*say)(struct queue *, const struct item *, val, struct speaker *);
    } rules[] = {{OUTCOME_LOST, say_lost},
                 {OUTCOME_UNEXPECTED, say_unexpected},
                 {OUTCOME_DUPLICATED, say_twice}};
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        if (k->account->list[rules[r].outcome].n == 0)
            continue;
        size_t i = 0;
        while (!copies(q, &q->items[i], rules[r].outcome))
            i++;
        struct speaker s = account_speaker(q->in, k);
        rules[r].say(q, &q->items[i], q->elements.v[i], &s);
        buf_free(&s.b);
        return true;
    }
    return false;
}

static void conclude(struct queue *q, struct key_result *k)
{
    unsigned long long missing = q->missing;
    const char *did = missing == 1 ? "element" : "elements";
    if (refute(q, k))
        return;
    if (missing && q->drain != NO_EVENT)
        account_unknown(k, "%llu acknowledged %s did not come out, but a drain whose outcome is "
                        "unknown may have taken everything", missing, did);
    else if (missing && q->certain < missing)
        account_unknown(k, "%llu acknowledged %s did not come out, but may still be inside: "
                        "nothing found the queue empty after that; end the test with a drain",
                        missing, did);
    else if (missing)
        account_unknown(k, "%llu acknowledged %s did not come out, but %zu dequeues have an "
                        "unknown outcome and may have taken as many", missing, did, q->crashed);
    else if (k->account->list[OUTCOME_OK].n + k->account->list[OUTCOME_RECOVERED].n == 0)
        account_unknown(k, "nothing was tested: no element went in for certain");
}

static bool run(const struct account_input *in, struct key_result *k, struct err *e)
{
    struct queue q = {.in = in, .empty = NO_EVENT, .drain = NO_EVENT};
    elements_init(&q.elements, in->n);
    find_empty(&q);
    bool good = initial(&q, e), stopped = false;
    for (size_t i = 0; good && !stopped && i < in->n; i++) {
        enum part part = (enum part)in->part[i];
        if (part == PART_ADD)
            enqueue(&q, in->ids[i]);
        else if (part != PART_OTHER)
            good = dequeue(&q, in->ids[i], part, e);
        stopped = i % POLL_EVERY == 0 && account_stopped(in, k);
    }
    if (good && !stopped) {
        tally_up(&q, k);
        conclude(&q, k);
    }
    elements_free(&q.elements);
    mem_free(q.items);
    return good;
}

static const struct part_name names[] = {
    {"enqueue", PART_ADD},  {"enq", PART_ADD},   {"offer", PART_ADD},    {"put", PART_ADD},
    {"send", PART_ADD},     {"add", PART_ADD},   {"dequeue", PART_TAKE}, {"deq", PART_TAKE},
    {"poll", PART_TAKE},    {"take", PART_TAKE}, {"remove", PART_TAKE},  {"receive", PART_TAKE},
    {"drain", PART_DRAIN},  {"peek", PART_OTHER}, {"front", PART_OTHER}, {NULL, PART_OTHER}};

const struct property property_total_queue = {
    .name = "total-queue",
    .summary = "every element that went into a queue comes out, once, and nothing else does",
    .complexity = "linear",
    .names = names,
    .run = run,
};
