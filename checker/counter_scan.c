#include "checker/counter_scan.h"

#include "base/mem.h"
#include "base/sort.h"

const struct part_name counter_names[] = {
    {"add", PART_ADD},           {"inc", PART_INCREASE},  {"incr", PART_INCREASE},
    {"increment", PART_INCREASE}, {"dec", PART_DECREASE}, {"decr", PART_DECREASE},
    {"decrement", PART_DECREASE}, {"sub", PART_DECREASE}, {"subtract", PART_DECREASE},
    {"read", PART_READ},         {"get", PART_READ},      {NULL, PART_OTHER}};

static bool amount(struct counter_scan *s, uint32_t i, struct err *e)
{
    const struct op *op = counter_op(s, i);
    enum part part = (enum part)s->in->part[i];
    val v = op->inv == op->ret ? op->out : op->in; /* a lone completion has only an outcome */
    bool none = v == VAL_ABSENT || v == VAL_NIL;
    s->x[i] = 1;
    if (none ? part == PART_ADD : !val_get_int(&s->in->h->values, v, &s->x[i]))
        return account_misfit(s->in, op, e, "the amount is not an integer of 64 bits");
    if (part == PART_DECREASE && s->x[i] == INT64_MIN)
        return account_misfit(s->in, op, e, "the amount is too large");
    if (part == PART_DECREASE)
        s->x[i] = -s->x[i];
    s->kind[i] = COUNTER_UPDATE;
    s->updates++;
    return true;
}

static bool read_value(struct counter_scan *s, uint32_t i, struct err *e)
{
    const struct op *op = counter_op(s, i);
    if (op->type != OP_OK || op->out == VAL_ABSENT || (op->out == VAL_NIL && s->in->nil_unknown))
        return true;
    if (!val_get_int(&s->in->h->values, op->out, &s->x[i]))
        return account_misfit(s->in, op, e, op->out == VAL_NIL
                              ? "nil is no number (--nil-reads unknown skips such reads)"
                              : "what it returned is not an integer of 64 bits");
    s->kind[i] = COUNTER_READ;
    s->reads++;
    return true;
}

static bool classify(struct counter_scan *s, struct err *e)
{
    for (uint32_t i = 0; i < s->in->n; i++) {
        const struct op *op = counter_op(s, i);
        if (op->type == OP_FAIL)
            continue;
        if (!(s->in->part[i] == PART_READ ? read_value(s, i, e) : amount(s, i, e)))
            return false;
        if (s->kind[i] == COUNTER_NOTHING)
            continue;
        s->order[s->norder++] = sort_word(account_inv(op), i);
        if (op->type == OP_OK)
            s->order[s->norder++] = sort_word(account_res(op), i);
    }
    return true;
}

/* Every sum of bounds stays far from the limits of 64 bits. */
static bool fits(const struct counter_scan *s)
{
    int64_t up = 0, down = 0;
    bool over = s->initial > INT64_MAX / 4 || s->initial < INT64_MIN / 4;
    for (size_t i = 0; i < s->in->n && !over; i++) {
        if (s->kind[i] == COUNTER_UPDATE)
            over = s->x[i] > 0 ? __builtin_add_overflow(up, s->x[i], &up)
                               : __builtin_add_overflow(down, s->x[i], &down);
        over = over || up > INT64_MAX / 4 || down < INT64_MIN / 4;
    }
    return !over;
}

bool counter_scan(struct counter_scan *s, const struct account_input *in, struct key_result *k,
                  bool *decided, struct err *e)
{
    *s = (struct counter_scan){.in = in};
    *decided = false;
    if (in->has_initial && in->initial != VAL_NIL &&
        !val_get_int(&in->h->values, in->initial, &s->initial))
        return err_set(e, ERR_USAGE, "the initial value of a counter is an integer");
    s->kind = mem_zalloc(in->n + 1, sizeof *s->kind);
    s->x = mem_zalloc(in->n + 1, sizeof *s->x);
    s->order = mem_alloc((2 * in->n + 1) * sizeof *s->order);
    if (account_stopped(in, k))
        return true;
    if (!classify(s, e))
        return false;
    sort_by_high32(s->order, s->norder);
    *decided = fits(s);
    if (!*decided)
        account_unknown(k, "the amounts add up to more than 64 bits hold");
    return true;
}

void counter_scan_free(struct counter_scan *s)
{
    mem_free(s->kind);
    mem_free(s->x);
    mem_free(s->order);
}

void counter_count(const struct counter_scan *s, struct counter_sums *sums, uint32_t i,
                   uint32_t position)
{
    int64_t up = s->x[i] > 0 ? s->x[i] : 0, down = s->x[i] - up;
    if (position & 1) {
        sums->pos_done += up;
        sums->neg_done += down;
    } else {
        sums->pos_inv += up;
        sums->neg_inv += down;
    }
}

/* ---- evidence ------------------------------------------------------------------------------ */

/* The updates that began before the read ended, where a person can add them up. */
static void show(const struct counter_scan *s, struct key_result *k, uint32_t read)
{
    uint32_t ops[ACCOUNT_SHOWN];
    size_t n = 0;
    uint32_t end = account_res(counter_op(s, read));
    for (size_t j = 0; j < s->norder && sort_key(s->order[j]) < end; j++) {
        uint32_t i = sort_id(s->order[j]);
        if (s->kind[i] != COUNTER_UPDATE || (sort_key(s->order[j]) & 1))
            continue;
        if (n == ACCOUNT_SHOWN - 1) {
            n = 0; /* too many to add up: the read alone */
            break;
        }
        ops[n++] = s->in->ids[i];
    }
    account_show(k, ops, n, s->in->ids[read]);
}

static void sum(struct speaker *s, const char *text, const char *which, int64_t x)
{
    buf_printf(&s->b, "%s %s sum to ", text, which);
    buf_i64(&s->b, x);
    say_end_step(s);
}

void counter_refute(const struct counter_scan *s, struct key_result *k, uint32_t i,
                    const struct counter_bounds *b, const char *whose, size_t errors)
{
    struct speaker say = account_speaker(s->in, k);
    bool low = s->x[i] < b->low;
    if (s->initial) {
        buf_puts(&say.b, "it began at ");
        buf_i64(&say.b, s->initial);
        say_end_step(&say);
    }
    sum(&say, low ? "increments" : "decrements", whose, low ? b->sure_up : b->sure_down);
    sum(&say, low ? "decrements" : "increments", "invoked before it ended",
        low ? b->maybe_down : b->maybe_up);
    account_say_op(&say, s->in->ids[i]);
    buf_printf(&say.b, " returned %lld, but it was at %s %lld", (long long)s->x[i],
               low ? "least" : "most", (long long)(low ? b->low : b->high));
    say_end_step(&say);
    show(s, k, i);
    buf_printf(&say.b, "a read returned %lld, but the counter was between %lld and %lld",
               (long long)s->x[i], (long long)b->low, (long long)b->high);
    if (errors > 1)
        buf_printf(&say.b, "; %zu other reads are out of bounds, too", errors - 1);
    account_invalid(&say, "out-of-bounds");
    buf_free(&say.b);
}

void counter_numbers(const struct counter_scan *s, struct key_result *k, size_t errors)
{
    account_number(k->account, "updates", s->updates);
    account_number(k->account, "reads", s->reads);
    account_number(k->account, "out-of-bounds", errors);
}
