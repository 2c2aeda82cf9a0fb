#include "checker/replicas/replicas.h"

#include "base/mem.h"
#include "checker/account.h"
#include "histories/event_text.h"

#include <stdio.h>

static const struct {
    const char *f;
    enum replica_part part;
    int sign; /* of an amount */
} names[] = {
    {"read", REPLICA_READ, 0},   {"get", REPLICA_READ, 0},    {"r", REPLICA_READ, 0},
    {"write", REPLICA_WRITE, 0}, {"put", REPLICA_WRITE, 0},   {"w", REPLICA_WRITE, 0},
    {"set", REPLICA_WRITE, 0},   {"add", REPLICA_ADD, 1},     {"insert", REPLICA_ADD, 1},
    {"append", REPLICA_ADD, 1},  {"broadcast", REPLICA_ADD, 1},
    {"inc", REPLICA_ADD, 1},     {"increment", REPLICA_ADD, 1},
    {"dec", REPLICA_ADD, -1},    {"decrement", REPLICA_ADD, -1},
    {"remove", REPLICA_REMOVE, 0}, {"delete", REPLICA_REMOVE, 0},
};

static enum replica_part part_of(const struct history *h, val f, int *sign)
{
    struct str text = val_get_text(&h->values, f);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_is(text, names[i].f)) {
            *sign = names[i].sign;
            return names[i].part;
        }
    }
    return REPLICA_OTHER;
}

/* ---- operations ----------------------------------------------------------------------------- */

static val node_of(const struct history *h, const struct op *op)
{
    val node = VAL_ABSENT;
    if (!h->events.node)
        return VAL_ABSENT;
    if (op->ret != NO_EVENT)
        node = h->events.node[op->ret];
    return node == VAL_ABSENT ? h->events.node[op->inv] : node;
}

static bool says_final(const struct history *h, const struct op *op)
{
    return event_says(h, op->ret, "final?", "true") || event_says(h, op->inv, "final?", "true");
}

/* False: operations without a name that replicas know. */
static bool take_op(struct replicas *r, uint32_t id)
{
    const struct op *op = &r->h->ops[id];
    int sign = 0;
    if (op->type == OP_FAIL)
        return true;
    enum replica_part part = part_of(r->h, op->f, &sign);
    if (part == REPLICA_OTHER)
        return false;
    if (part == REPLICA_READ && op->type != OP_OK)
        return true;
    struct replica_op *x = &r->ops[r->n++];
    *x = (struct replica_op){.op = id, .part = part, .begin = account_inv(op),
                             .end = account_res(op)};
    x->value = part == REPLICA_READ ? op->out : account_argument(op);
    val node = node_of(r->h, op);
    x->place = elements_add(&r->places, r->nodes && node != VAL_ABSENT ? node : op->process);
    int64_t amount = 1;
    bool number = val_get_int(&r->h->values, x->value, &amount);
    x->amount = part == REPLICA_READ ? amount : sign * amount;
    if (part == REPLICA_READ)
        r->reads++;
    else if (op->type == OP_OK)
        r->updates++;
    else
        r->crashed++;
    (void)number;
    return true;
}

static bool is_collection(const struct values *t, val v)
{
    enum val_kind kind = val_kind(t, v);
    return kind == V_LIST || kind == V_SET;
}

/* By what updates there are, and what reads return. */
static enum replica_kind find_kind(const struct replicas *r)
{
    bool writes = false, collections = false, numbers = false, adds = false, removes = false;
    for (uint32_t i = 0; i < r->n; i++) {
        const struct replica_op *x = &r->ops[i];
        writes |= x->part == REPLICA_WRITE;
        adds |= x->part == REPLICA_ADD;
        removes |= x->part == REPLICA_REMOVE;
        collections |= x->part == REPLICA_READ && is_collection(&r->h->values, x->value);
        numbers |= x->part == REPLICA_READ && val_kind(&r->h->values, x->value) == V_INT;
    }
    if (writes)
        return adds || removes ? KIND_NONE : KIND_REGISTER;
    if (removes || collections)
        return numbers ? KIND_NONE : KIND_SET;
    return adds ? (numbers ? KIND_COUNTER : KIND_SET) : KIND_NONE;
}

/* ---- final reads ---------------------------------------------------------------------------- */

static void find_quiet(struct replicas *r, uint32_t fault)
{
    for (uint32_t i = 0; i < r->n; i++) {
        const struct replica_op *x = &r->ops[i];
        uint32_t until = x->end == UINT32_MAX ? x->begin : x->end;
        if (x->part != REPLICA_READ && until > r->updated)
            r->updated = until;
    }
    r->quiet = fault > r->updated ? fault : r->updated;
}

/* A final read that is marked, but began before the last update ended; NO_EVENT: none. */
static uint32_t too_early(const struct replicas *r)
{
    for (uint32_t p = 0; p < r->places.n; p++)
        if (r->final[p] != NO_EVENT && r->ops[r->final[p]].begin < r->updated)
            return r->final[p];
    return NO_EVENT;
}

static bool settled(const struct replicas *r, const struct replica_op *x, int64_t settle)
{
    if (x->begin < r->quiet)
        return false;
    int64_t ns = r->quiet ? account_elapsed(r->h, lin_event(r->quiet), lin_event(x->begin)) : 0;
    return settle == 0 || (ns != NO_TIME && ns >= settle);
}

static void find_finals(struct replicas *r, int64_t settle)
{
    r->final = mem_alloc((r->places.n + 1) * sizeof *r->final);
    for (uint32_t p = 0; p < r->places.n; p++)
        r->final[p] = NO_EVENT;
    for (uint32_t i = 0; i < r->n && !r->marked; i++)
        r->marked = r->ops[i].part == REPLICA_READ && says_final(r->h, &r->h->ops[r->ops[i].op]);
    for (uint32_t i = 0; i < r->n; i++) {
        const struct replica_op *x = &r->ops[i];
        bool counts = x->part == REPLICA_READ &&
                      (r->marked ? says_final(r->h, &r->h->ops[x->op]) : settled(r, x, settle));
        if (counts)
            r->final[x->place] = i;
    }
    for (uint32_t p = 0; p < r->places.n; p++) {
        if (r->final[p] != NO_EVENT) {
            r->ops[r->final[p]].final = true;
            r->nfinal++;
        }
    }
}

bool replicas_make(struct replicas *r, const struct level_input *in, struct key_result *k,
                   enum replica_kind kind, struct err *e)
{
    *r = (struct replicas){.h = in->h, .k = k, .budget = in->budget, .kind = kind,
                           .initial = in->initial, .nil_unknown = in->opt->nil_unknown,
                           .nodes = in->h->events.node != NULL};
    (void)e;
    elements_init(&r->places, 64);
    r->ops = mem_alloc((in->n + 1) * sizeof *r->ops);
    k->verdict = VERDICT_VALID;
    k->explored = in->n;
    for (size_t i = 0; i < in->n; i++) {
        if (take_op(r, in->ids[i]))
            continue;
        struct str f = val_get_text(&in->h->values, in->h->ops[in->ids[i]].f);
        level_unknown(k, "replicas are judged by reads, writes, additions and removals; this key "
                      "has operations called %.*s", (int)(f.n < 40 ? f.n : 40), f.p);
        return true;
    }
    if (r->kind == KIND_NONE && r->updates + r->crashed > 0 && r->reads > 0 &&
        (r->kind = find_kind(r)) == KIND_NONE)
        level_unknown(k, "it cannot be told whether this is a register, a set or a counter");
    find_quiet(r, in->fault > 0 ? 2 * (in->fault - 1) + 1 : 0);
    find_finals(r, in->opt->bounds.converge);
    r->settled = in->opt->bounds.converge > 0;
    return true;
}

void replicas_free(struct replicas *r)
{
    elements_free(&r->places);
    mem_free(r->ops);
    mem_free(r->final);
    *r = (struct replicas){0};
}

/* Places that served something but have no final read, as text. */
static uint32_t missing(const struct replicas *r, struct buf *names_of)
{
    uint32_t n = 0;
    for (uint32_t p = 0; p < r->places.n; p++) {
        if (r->final[p] != NO_EVENT)
            continue;
        if (n++ > 0)
            buf_puts(names_of, ", ");
        val_print_edn(&r->h->values, r->places.v[p], names_of);
    }
    return n;
}

bool replicas_testable(struct replicas *r)
{
    struct buf text = {.max = 200};
    struct key_result *k = r->k;
    if (k->verdict != VERDICT_VALID)
        return false;
    if (r->reads == 0)
        level_unknown(k, "nothing was tested: no read was acknowledged");
    else if (r->updates + r->crashed == 0)
        level_unknown(k, "nothing was tested: nothing was updated");
    else if (r->nfinal == 0)
        level_unknown(k, "no final read: no acknowledged read is marked :final? true or began "
                         "after "
                      "the last update and the last fault%s",
                      r->marked ? "" : " (or not long enough after, see --converge-within)");
    else if (r->nodes && missing(r, &text) > 0)
        level_unknown(k, "no final read of %.*s, so it is not known what %s there in the end",
                      (int)text.n, buf_str(&text).p, "is");
    else if (too_early(r) != NO_EVENT)
        level_unknown(k, "a read is marked :final? true, but something was updated after it began");
    buf_free(&text);
    return k->verdict == VERDICT_VALID;
}

uint64_t *replicas_order(const struct replicas *r)
{
    uint64_t *order = mem_alloc((2 * (size_t)r->n + 1) * sizeof *order);
    size_t m = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        order[m++] = sort_word(r->ops[i].begin, i);
        if (r->ops[i].end != UINT32_MAX)
            order[m++] = sort_word(r->ops[i].end, i);
    }
    sort_by_high32(order, m);
    order[m] = UINT64_MAX;
    return order;
}

/* ---- evidence ------------------------------------------------------------------------------- */

void say_place(struct speaker *s, const struct replicas *r, uint32_t place)
{
    if (r->nodes) {
        buf_puts(&s->b, " on ");
        say_val(s, r->places.v[place]);
    }
}

void replicas_invalid(struct replicas *r, const uint32_t *ops, size_t n, const char *word,
                      const char *fmt, ...)
{
    enum { SHOWN = 24 };
    uint32_t list[SHOWN];
    size_t m = 0;
    char text[300];
    struct speaker s = level_speaker(r->h, r->k);
    for (size_t i = 0; i < n && m < SHOWN; i++) {
        if (ops[i] == NO_EVENT)
            continue;
        list[m++] = r->ops[ops[i]].op;
        level_say_op(&s, r->ops[ops[i]].op);
        say_place(&s, r, r->ops[ops[i]].place);
        say_end_step(&s);
    }
    level_show(r->k, list, m, m ? list[m - 1] : NO_EVENT);
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    buf_puts(&s.b, text);
    level_invalid(&s, word);
    r->k->minimal = false; /* nor a history by itself: other updates explain the rest of a read */
    buf_free(&s.b);
}

void replicas_soften(struct replicas *r)
{
    struct key_result *k = r->k;
    if (k->verdict != VERDICT_INVALID || r->marked || r->settled)
        return;
    const char *found = k->reason;
    k->ncore = k->nsteps = 0;
    k->bad_op = NO_EVENT;
    k->word = NULL;
    level_unknown(k, "the last reads do not agree with the updates (%s), but nothing says that "
                     "they "
                  "are final: mark such reads :final? true, or say --converge-within TIME", found);
}
