/* eventual: when updates and faults have ended, and after some time, all replicas return the same,
 * and it is what the updates lead to: a value that was written; all that was added and not removed;
 * the sum. Which of several writes wins is the application's business (crdt-lww-register and the
 * others of crdts.c say more). Without final reads, or without one of each node, the verdict is
 * unknown.
 *
 * strong-eventual: also, replicas that were delivered the same updates return the same, at once.
 * What a replica has been delivered cannot be seen from outside; where the client records it with a
 * read as :delivered (a version vector, a set of ids), reads with equal ones are compared. */
#include "base/mem.h"
#include "checker/replicas/replicas.h"
#include "histories/event_text.h"

/* Values of a register that is read as a collection are siblings. */
static bool has_siblings(const struct replicas *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        enum val_kind kind = val_kind(&r->h->values, r->ops[i].value);
        if (r->ops[i].part == REPLICA_WRITE && (kind == V_LIST || kind == V_SET))
            return false;
    }
    for (uint32_t i = 0; i < r->n; i++) {
        enum val_kind kind = val_kind(&r->h->values, r->ops[i].value);
        if (r->ops[i].part == REPLICA_READ && (kind == V_LIST || kind == V_SET))
            return true;
    }
    return false;
}

static bool decide_eventual(const struct level_input *in, struct key_result *k, struct err *e)
{
    struct replicas r;
    if (!replicas_make(&r, in, k, KIND_NONE, e))
        return false;
    const struct demands d = {.finals_only = true, .many = has_siblings(&r)};
    judge_replicas(&r, &d);
    replicas_free(&r);
    return true;
}

/* ---- strong -----------------------------------------------------------------------------------
 */

struct delivery {
    struct str text;
    uint32_t op, next; /* into r->ops; the next of the same hash */
};

/* What a read returned that has no order, in one order and without repetition: of a set, or of a
 * register's siblings. From mem_*. */
static uint64_t *in_order(const struct replicas *r, val v, size_t *n)
{
    size_t all, kept = 0;
    const val *items = val_items(&r->h->values, v, &all);
    enum val_kind kind = val_kind(&r->h->values, v);
    bool many = kind == V_LIST || kind == V_SET;
    if (!many) /* one value, or none */
        all = kind != V_NIL;
    uint64_t *words = mem_alloc((all + 1) * sizeof *words);
    for (size_t i = 0; i < all; i++)
        words[i] = sort_word(many ? items[i] : v, 0);
    sort_by_high32(words, all);
    for (size_t i = 0; i < all; i++)
        if (i == 0 || words[i] != words[i - 1])
            words[kept++] = words[i];
    *n = kept;
    return words;
}

static bool same_state(const struct replicas *r, bool many, val a, val b)
{
    size_t n, m;
    if (a == b || !(many || r->kind == KIND_SET))
        return a == b;
    uint64_t *x = in_order(r, a, &n), *y = in_order(r, b, &m);
    bool same = n == m && (n == 0 || memcmp(x, y, n * sizeof *x) == 0);
    mem_free(x);
    mem_free(y);
    return same;
}

static void say_apart(struct replicas *r, uint32_t a, uint32_t b)
{
    const uint32_t ops[] = {a, b};
    replicas_invalid(r, ops, 2, "diverged-at-once",
                     "two reads of replicas that had been delivered the same updates differ");
}

/* Returns how many reads say what their replica had been delivered. */
static uint32_t judge_deliveries(struct replicas *r, bool many)
{
    struct delivery *d = mem_alloc(((size_t)r->n + 1) * sizeof *d);
    struct map64 seen = {0};
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n && r->k->verdict != VERDICT_INVALID; i++) {
        const struct op *op = &r->h->ops[r->ops[i].op];
        if (r->ops[i].part != REPLICA_READ || (r->ops[i].value == VAL_NIL && r->nil_unknown))
            continue;
        struct str text = event_field(r->h, op->ret, "delivered");
        if (text.n == 0)
            continue;
        uint64_t hash = hash_bytes(text.p, text.n);
        uint32_t j = map64_get(&seen, hash);
        d[n] = (struct delivery){text, i, j};
        while (j != MAP64_NONE && !str_eq(d[j].text, text))
            j = d[j].next;
        if (j != MAP64_NONE &&
            !same_state(r, many, r->ops[d[j].op].value, r->ops[i].value))
            say_apart(r, d[j].op, i);
        map64_put(&seen, hash, n++);
    }
    map64_free(&seen);
    mem_free(d);
    return n;
}

static bool decide_strong(const struct level_input *in, struct key_result *k, struct err *e)
{
    struct replicas r;
    if (!replicas_make(&r, in, k, KIND_NONE, e))
        return false;
    const struct demands d = {.finals_only = true, .many = has_siblings(&r)};
    judge_replicas(&r, &d);
    if (k->verdict != VERDICT_INVALID && judge_deliveries(&r, d.many) == 0 &&
        k->verdict == VERDICT_VALID)
        level_unknown(k, "replicas converge, but no read says in :delivered which updates its "
                      "replica had had, so it is not known whether equal ones agree at once");
    replicas_free(&r);
    return true;
}

static const char *const nothing[] = {NULL};
static const char *const below_strong[] = {"eventual", NULL};

const struct property level_eventual = {
    .name = "eventual",
    .summary = "after the last update all replicas come to return the same, which the updates "
               "explain",
    .complexity = "n log n",
    .implies = nothing,
    .decide = decide_eventual,
    .per_key = true,
    .any_model = true,
    .cost = 2,
};

const struct property level_strong_eventual = {
    .name = "strong-eventual",
    .summary = "the same, and replicas that were delivered the same updates return the same",
    .complexity = "n log n",
    .implies = below_strong,
    .decide = decide_strong,
    .per_key = true,
    .any_model = true,
    .cost = 2,
};
