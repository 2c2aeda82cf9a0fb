/* Objects of one bit online: each element of a set whose operations say what they changed (insert
 * returned true, contains returned false), a flag, a mutex without owners. The offline greedy
 * (research 1.7) flips the bit only when a result demands it, and lets the open operation with the
 * earliest deadline do it. Here deadlines are unknown, and so is what an open insert will say: who
 * did a flip that was demanded stays open as a debt (online_debts.h) of the operations in that
 * direction.
 *
 * For each value of the bit we know when it was left last, hence an operation that saw the value
 * need only have begun before that. Flips happen as late as they can, so this is the best case.
 * Elements that are out of the set and that no open operation can have seen otherwise are
 * forgotten. O(log w) amortised per event, w open and crashed operations of the element. */
#include "base/mem.h"
#include "checker/online_debts.h"
#include "checker/online_ids.h"
#include "checker/online_kind.h"

/* An element; the value VAL_ABSENT when the object itself is the bit. */
struct bit {
    bool up, used;
    uint64_t left[2]; /* when it was last 0, 1; 0: never */
    struct online_debts flips[2]; /* to 0, to 1 */
};

/* A bit that may be forgotten when all open operations began after `left`. */
struct parting {
    uint64_t left;
    uint32_t bit;
};

struct bits {
    struct online_ids ids;
    struct bit *bits; /* by id */
    size_t cap;
    struct parting *parting; /* ring of parting_cap, a power of two */
    size_t parting_first, nparting, parting_cap;
    bool strange; /* the initial value is not empty */
};

static void *open_bits(const struct online_options *o)
{
    struct bits *b = mem_zalloc(1, sizeof *b);
    b->strange = !online_starts_empty(o);
    return b;
}

static void close_bits(void *object)
{
    struct bits *b = object;
    for (size_t i = 0; i < b->ids.n; i++) {
        online_debts_free(&b->bits[i].flips[0]);
        online_debts_free(&b->bits[i].flips[1]);
    }
    mem_free(b->bits);
    mem_free(b->parting);
    online_ids_free(&b->ids);
    mem_free(b);
}

static struct bit *bit_of(struct bits *b, val v)
{
    uint32_t id = online_ids_find(&b->ids, v);
    if (id != NO_ID)
        return &b->bits[id];
    id = online_ids_add(&b->ids, v);
    b->bits = mem_grow(b->bits, &b->cap, b->ids.n, sizeof *b->bits);
    b->bits[id] = (struct bit){.used = true};
    return &b->bits[id];
}

/* --- forgetting ------------------------------------------------------------------------------*/

static bool is_blank(const struct bit *x)
{
    return x->used && !x->up && !online_debts_payers(&x->flips[0]) &&
           !online_debts_payers(&x->flips[1]);
}

static void part(struct bits *b, const struct bit *x, uint64_t now)
{
    if (!is_blank(x))
        return;
    if (b->nparting == b->parting_cap) {
        size_t cap = b->parting_cap ? 2 * b->parting_cap : 16;
        struct parting *ring = mem_alloc(cap * sizeof *ring);
        for (size_t i = 0; i < b->nparting; i++)
            ring[i] = b->parting[(b->parting_first + i) & (b->parting_cap - 1)];
        mem_free(b->parting);
        b->parting = ring;
        b->parting_cap = cap;
        b->parting_first = 0;
    }
    size_t at = (b->parting_first + b->nparting++) & (b->parting_cap - 1);
    b->parting[at] = (struct parting){now, (uint32_t)(x - b->bits)};
}

static void forget_parted(struct bits *b, uint64_t oldest)
{
    while (b->nparting && b->parting[b->parting_first].left < oldest) {
        uint32_t id = b->parting[b->parting_first].bit;
        struct bit *x = &b->bits[id];
        b->parting_first = (b->parting_first + 1) & (b->parting_cap - 1);
        b->nparting--;
        if (!is_blank(x) || x->left[1] >= oldest)
            continue;
        online_ids_remove(&b->ids, id);
        online_debts_free(&x->flips[0]);
        online_debts_free(&x->flips[1]);
        *x = (struct bit){0};
    }
}

/* --- events ----------------------------------------------------------------------------------*/

static bool is_flip(enum action a)
{
    return a == ACT_UP || a == ACT_DOWN;
}

static enum online_state invoked(void *object, struct online_step *s)
{
    struct bits *b = object;
    const struct op_class *c = &s->op->cls;
    if (b->strange)
        return online_lost(s, "the initial value is not empty");
    if (s->op->idle)
        return ONLINE_GOING;
    if (!is_flip((enum action)c->action))
        return online_lost(s, "an operation does not say whether it changed anything");
    online_debts_payer(&bit_of(b, c->a)->flips[c->action == ACT_UP], s->op->inv);
    return ONLINE_GOING;
}

static void turn(struct bit *x, uint64_t now)
{
    x->left[x->up] = now;
    x->up = !x->up;
}

/* Some open operation must have turned the bit by now. */
static bool demand_turn(struct bit *x, uint64_t now)
{
    online_debts_owe(&x->flips[!x->up], now);
    turn(x, now);
    return online_debts_payable(&x->flips[x->up]);
}

/* The operation turned the bit to `to`. */
static bool did_turn(struct bit *x, bool to, const struct online_step *s)
{
    if (online_debts_settle(&x->flips[to], s->op->inv))
        return true;
    bool good = x->up != to || demand_turn(x, s->now);
    turn(x, s->now);
    return good;
}

static bool saw(struct bit *x, bool up, const struct online_step *s)
{
    return x->up == up || x->left[up] > s->op->inv || demand_turn(x, s->now);
}

/* What was invoked as if it would turn the bit did not. */
static bool did_not_turn(struct bits *b, const struct online_op *op)
{
    if (op->idle)
        return true;
    struct online_debts *d = &bit_of(b, op->cls.a)->flips[op->cls.action == ACT_UP];
    online_debts_leave(d, op->inv);
    return online_debts_payable(d);
}

static enum online_state judged(struct bits *b, const struct bit *x, bool good,
                                struct online_step *s)
{
    if (!good)
        return online_violated(s, "nothing can have put the element, or the lock, into the state "
                                  "that a result demands");
    if (x)
        part(b, x, s->now);
    forget_parted(b, s->oldest);
    return ONLINE_GOING;
}

static void prune(struct bit *x, uint64_t oldest)
{
    for (int to = 0; to < 2; to++)
        while (online_debts_prune(&x->flips[to], oldest))
            continue;
}

static enum online_state ok(void *object, struct online_step *s)
{
    struct bits *b = object;
    const struct op_class *r = s->result;
    if (!r)
        return judged(b, NULL, did_not_turn(b, s->op), s);
    enum action a = (enum action)r->action;
    if (!is_flip(a) && a != ACT_IS_UP && a != ACT_IS_DOWN)
        return online_lost(s, "an operation does not say whether it changed anything");
    if (is_flip(a) && (s->op->idle || s->op->cls.action != a || s->op->cls.a != r->a))
        return online_lost(s, "an operation completed as another than it was invoked");
    bool good = is_flip(a) || did_not_turn(b, s->op);
    struct bit *x = bit_of(b, r->a);
    good = good && (is_flip(a) ? did_turn(x, a == ACT_UP, s) : saw(x, a == ACT_IS_UP, s));
    prune(x, s->oldest);
    return judged(b, x, good, s);
}

static enum online_state failed(void *object, struct online_step *s)
{
    struct bits *b = object;
    bool good = did_not_turn(b, s->op);
    return judged(b, s->op->idle ? NULL : bit_of(b, s->op->cls.a), good, s);
}

static enum online_state crashed(void *object, struct online_step *s)
{
    struct bits *b = object;
    if (!s->op->idle)
        prune(bit_of(b, s->op->cls.a), s->oldest);
    return judged(b, NULL, true, s);
}

static void move(void *object, const struct value_mover *m)
{
    struct bits *b = object;
    online_ids_move(&b->ids, m);
}

static size_t kept(const void *object)
{
    const struct bits *k = object;
    return online_ids_used(&k->ids);
}

static const char *const names[] = {"mutex", NULL};

const struct online_kind online_bits = {
    .name = "online-bits",
    .summary = "mutexes without owners, and sets whose operations say what they changed",
    .models = names,
    .open = open_bits,
    .close = close_bits,
    .invoked = invoked,
    .ok = ok,
    .failed = failed,
    .crashed = crashed,
    .move = move,
    .kept = kept,
};
