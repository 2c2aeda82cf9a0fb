/* Counters of replicas. A place has, when a read begins, all that it had acknowledged by then, and
 * when it ends, nothing that nobody had begun:
 *   low   initial + increments acknowledged at its place + decrements invoked before it ended
 *   high  initial + decrements acknowledged at its place + increments invoked before it ended
 * A counter that only grows never goes down at one place. Final reads are initial + all
 * acknowledged updates + some of those with an unknown outcome, equal where no outcome is unknown,
 * and, where nothing is ever subtracted, not less than any read before. O(n log n), and for each
 * unknown amount what reachable.h says. After research/algorithms.md 5.2, 5.4; necessary
 * conditions. */
#include "base/mem.h"
#include "checker/reachable.h"
#include "checker/replicas/replicas.h"

static const int64_t LARGE = (int64_t)1 << 60;

struct sums {
    int64_t up, down; /* down is negative */
};

struct place {
    struct sums done;
    uint32_t last; /* the read that ended last, NO_EVENT */
};

struct counting {
    struct replicas *r;
    const struct demands *d;
    struct place *place;
    struct sums *begin;  /* per operation: done at its place when it began */
    uint32_t *before;    /* per read: the read of its place that had ended last when it began */
    uint32_t *most;      /* per read: the greatest read by then, at any place */
    struct sums begun, done;
    uint32_t greatest;
    int64_t initial;
};

static void count(struct sums *s, int64_t amount)
{
    int64_t *to = amount < 0 ? &s->down : &s->up;
    *to += amount;
}

static void judge_read(struct counting *c, uint32_t i)
{
    struct replicas *r = c->r;
    const struct replica_op *x = &r->ops[i];
    int64_t low = c->initial + c->begin[i].up + c->begun.down;
    int64_t high = c->initial + c->begin[i].down + c->begun.up;
    uint32_t last = c->before[i];
    if (r->k->verdict != VERDICT_VALID)
        return;
    if (x->amount < low)
        replicas_invalid(r, &i, 1, "too-low", "a read returned %lld, but at least %lld had been "
                         "acknowledged at its place", (long long)x->amount, (long long)low);
    else if (x->amount > high)
        replicas_invalid(r, &i, 1, "too-high", "a read returned %lld, but not more than %lld can "
                         "have been there", (long long)x->amount, (long long)high);
    else if (c->d->grows && last != NO_EVENT && x->amount < r->ops[last].amount)
        replicas_invalid(r, (const uint32_t[]){last, i}, 2, "went-back",
                         "a counter that only grows went from %lld to %lld at one place",
                         (long long)r->ops[last].amount, (long long)x->amount);
}

static void read_ended(struct counting *c, uint32_t i)
{
    struct replicas *r = c->r;
    uint32_t *last = &c->place[r->ops[i].place].last;
    if (!c->d->finals_only)
        judge_read(c, i);
    *last = i;
    if (c->greatest == NO_EVENT || r->ops[i].amount > r->ops[c->greatest].amount)
        c->greatest = i;
}

static void sweep(struct counting *c)
{
    struct replicas *r = c->r;
    uint64_t *order = replicas_order(r);
    for (size_t j = 0; order[j] != UINT64_MAX; j++) {
        uint32_t i = sort_id(order[j]);
        const struct replica_op *x = &r->ops[i];
        bool begins = sort_key(order[j]) == x->begin;
        if (x->part == REPLICA_ADD && begins) {
            count(&c->begun, x->amount);
        } else if (x->part == REPLICA_ADD) {
            count(&c->done, x->amount);
            count(&c->place[x->place].done, x->amount);
        } else if (begins) {
            c->begin[i] = c->place[x->place].done;
            c->before[i] = c->place[x->place].last;
            c->most[i] = c->greatest;
        } else {
            read_ended(c, i);
        }
    }
    mem_free(order);
}

static void judge_final(struct counting *c, const struct reachable *sums, uint32_t first,
                        uint32_t i)
{
    struct replicas *r = c->r;
    int64_t v = r->ops[i].amount;
    uint32_t most = c->most[i];
    const int64_t sure = c->initial + c->done.up + c->done.down;
    if (c->begun.down == 0 && most != NO_EVENT && v < r->ops[most].amount)
        replicas_invalid(r, (const uint32_t[]){most, i}, 2, "vanished",
                         "a final read returned %lld, less than the %lld that had been there",
                         (long long)v, (long long)r->ops[most].amount);
    else if (!reachable_has(sums, v))
        replicas_invalid(r, &i, 1, "wrong-total", "a final read returned %lld, which no set of "
                         "updates adds up to: acknowledged ones sum to %lld, %u have an unknown "
                         "outcome", (long long)v, (long long)sure, r->crashed);
    else if (v != r->ops[first].amount && r->crashed == 0)
        replicas_invalid(r, (const uint32_t[]){first, i}, 2, "diverged",
                         "final reads disagree: %lld and %lld", (long long)r->ops[first].amount,
                         (long long)v);
    else if (v != r->ops[first].amount)
        level_unknown(r->k, "final reads disagree, but updates whose outcome is unknown may have "
                      "taken effect between them");
}

static void judge_finals(struct counting *c)
{
    struct replicas *r = c->r;
    struct reachable sums;
    uint32_t first = NO_EVENT;
    reachable_init(&sums, c->initial + c->done.up + c->done.down);
    for (uint32_t i = 0; i < r->n; i++)
        if (r->ops[i].part == REPLICA_ADD && r->ops[i].end == UINT32_MAX)
            reachable_add(&sums, r->ops[i].amount);
    for (uint32_t p = 0; p < r->places.n; p++) {
        uint32_t i = r->final[p];
        if (i == NO_EVENT || r->k->verdict == VERDICT_INVALID)
            continue;
        first = first == NO_EVENT ? i : first;
        judge_final(c, &sums, first, i);
    }
    reachable_free(&sums);
}

/* Amounts and reads are integers. */
static bool numbers_only(const struct replicas *r, const struct demands *d)
{
    int64_t n, total = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        const struct replica_op *x = &r->ops[i];
        bool fits = x->part == REPLICA_READ || x->part == REPLICA_ADD;
        bool nil = x->part == REPLICA_ADD && (x->value == VAL_NIL || x->value == VAL_ABSENT);
        if (!fits || (!nil && !val_get_int(&r->h->values, x->value, &n))) {
            level_unknown(r->k, "a counter is read as an integer and changed by integers");
            return false;
        }
        if (d->grows && x->part == REPLICA_ADD && x->amount < 0) {
            level_unknown(r->k, "a counter that only grows was decremented");
            return false;
        }
        n = x->part == REPLICA_ADD ? x->amount : 0;
        if (n < -LARGE || n > LARGE || (total += n < 0 ? -n : n) > LARGE) {
            level_unknown(r->k, "the amounts are too large to add up");
            return false;
        }
    }
    return true;
}

void judge_counter(struct replicas *r, const struct demands *d)
{
    struct counting c = {.r = r, .d = d, .greatest = NO_EVENT};
    if (!numbers_only(r, d))
        return;
    if (val_get_int(&r->h->values, r->initial, &c.initial) &&
        (c.initial < -LARGE || c.initial > LARGE)) {
        level_unknown(r->k, "the initial value is too large to add to");
        return;
    }
    c.place = mem_zalloc(r->places.n + 1, sizeof *c.place);
    for (uint32_t p = 0; p < r->places.n; p++)
        c.place[p].last = NO_EVENT;
    c.begin = mem_zalloc((size_t)r->n + 1, sizeof *c.begin);
    c.before = mem_alloc(((size_t)r->n + 1) * sizeof *c.before);
    c.most = mem_alloc(((size_t)r->n + 1) * sizeof *c.most);
    sweep(&c);
    if (r->k->verdict == VERDICT_VALID && replicas_testable(r)) {
        judge_finals(&c);
        replicas_soften(r);
    }
    mem_free(c.place);
    mem_free(c.begin);
    mem_free(c.before);
    mem_free(c.most);
}
