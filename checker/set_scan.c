#include "checker/set_scan.h"

#include "base/mem.h"

enum { POLL_EVERY = 1024 };

static struct set_element *element(struct set_scan *s, val v)
{
    size_t known = s->elements.n;
    uint32_t i = elements_add(&s->elements, v);
    if (s->elements.n > known) {
        s->e = mem_grow(s->e, &s->cap, s->elements.n, sizeof *s->e);
        s->e[i] = (struct set_element){
            .add = NO_EVENT, .failed_add = NO_EVENT, .first_inv = UINT32_MAX, .known = UINT32_MAX,
            .first_seen = UINT32_MAX, .seen_by = NO_READ, .last_present = NO_READ,
            .twice = NO_READ};
    }
    return &s->e[i];
}

static void add(struct set_scan *s, uint32_t id)
{
    const struct op *op = &s->in->h->ops[id];
    struct set_element *e = element(s, account_argument(op));
    uint32_t res = account_res(op);
    if (op->type == OP_FAIL) {
        e->failed_add = id;
        return;
    }
    if (e->first_inv == UINT32_MAX) {
        e->first_inv = account_inv(op);
        e->add = id;
    }
    if (op->type == OP_OK && res < e->known) {
        e->known = res;
        e->add = id;
    }
    s->attempted++;
    s->acknowledged += op->type == OP_OK;
    e->acknowledged |= op->type == OP_OK;
}

static bool read_op(struct set_scan *s, uint32_t id, struct err *e)
{
    const struct op *op = &s->in->h->ops[id];
    const val *items;
    size_t n;
    bool known;
    known = op->type == OP_OK;
    if (known && !account_items(s->in, op, &items, &n, &known, e))
        return false;
    if (!known) {
        s->later_failed = id;
        return true;
    }
    s->reads = mem_grow(s->reads, &s->reads_cap, s->nreads + 1, sizeof *s->reads);
    s->reads[s->nreads++] = id;
    return true;
}

/* Members of read `r`; called from the last read to the first. */
static void look(struct set_scan *s, uint32_t r)
{
    const struct op *op = set_read(s, r);
    size_t n;
    const val *items = val_items(&s->in->h->values, op->out, &n);
    uint32_t res = account_res(op), later = (uint32_t)s->nreads - 1 - r;
    for (size_t i = 0; i < n; i++) {
        struct set_element *e = element(s, items[i]);
        if (e->stamp == r + 1) {
            e->twice = r;
            continue;
        }
        e->stamp = r + 1;
        if (e->last_present == NO_READ)
            e->last_present = r;
        e->suffix += e->suffix == later;
        if (res < e->first_seen) {
            e->first_seen = res;
            e->seen_by = r;
        }
    }
}

/* Members that were there before the first operation. */
static bool initial(struct set_scan *s, struct err *err)
{
    size_t n = 0;
    const struct account_input *in = s->in;
    enum val_kind kind = in->has_initial ? val_kind(&in->h->values, in->initial) : V_NIL;
    if (kind != V_NIL && kind != V_LIST && kind != V_SET)
        return err_set(err, ERR_USAGE, "the initial value of a set is a list or set, as in "
                       "'#{1 2}'");
    const val *items = in->has_initial ? val_items(&in->h->values, in->initial, &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        struct set_element *e = element(s, items[i]);
        e->known = e->first_inv = 0;
        e->acknowledged = true;
    }
    return true;
}

bool set_scan(struct set_scan *s, const struct account_input *in, struct key_result *k,
              bool *stopped, struct err *err)
{
    *s = (struct set_scan){.in = in, .later_failed = NO_EVENT};
    *stopped = false;
    elements_init(&s->elements, in->n);
    if (!initial(s, err))
        return false;
    for (size_t i = 0; i < in->n; i++) {
        if (in->part[i] == PART_ADD)
            add(s, in->ids[i]);
        else if (in->part[i] == PART_READ && !read_op(s, in->ids[i], err))
            return false;
        *stopped = *stopped || (i % POLL_EVERY == 0 && account_stopped(in, k));
    }
    for (size_t r = s->nreads; r-- > 0 && !*stopped;) {
        look(s, (uint32_t)r);
        *stopped = account_stopped(in, k);
    }
    for (size_t i = 0; i < s->elements.n; i++)
        if (!set_unexpected(&s->e[i]) && s->e[i].first_seen < s->e[i].known)
            s->e[i].known = s->e[i].first_seen;
    return true;
}

void set_scan_free(struct set_scan *s)
{
    elements_free(&s->elements);
    mem_free(s->e);
    mem_free(s->reads);
}

size_t set_tally(struct set_scan *s, struct key_result *k,
                 enum outcome (*judge)(void *ctx, const struct set_element *e, val v), void *ctx)
{
    size_t n[OUTCOMES] = {0}, exist = 0, open = 0;
    val *of[OUTCOMES];
    for (size_t o = 0; o < OUTCOMES; o++)
        of[o] = mem_alloc((s->elements.n + 1) * sizeof *of[o]);
    for (size_t i = 0; i < s->elements.n; i++) {
        const struct set_element *e = &s->e[i];
        if (!set_exists(e))
            continue;
        exist++;
        enum outcome o = judge(ctx, e, s->elements.v[i]);
        of[o][n[o]++] = s->elements.v[i];
        if (e->twice != NO_READ)
            of[OUTCOME_DUPLICATED][n[OUTCOME_DUPLICATED]++] = s->elements.v[i];
        open += o == OUTCOME_NEVER_READ && e->known != UINT32_MAX;
    }
    for (size_t o = 0; o < OUTCOMES; o++) {
        account_list(s->in, k, (enum outcome)o, of[o], n[o], n[o]);
        mem_free(of[o]);
    }
    account_number(k->account, "elements", exist);
    account_number(k->account, "adds", s->attempted);
    account_number(k->account, "acknowledged", s->acknowledged);
    account_number(k->account, "reads", s->nreads);
    return open;
}

/* ---- evidence ------------------------------------------------------------------------------ */

static void became_known(struct speaker *s, const struct set_scan *scan,
                         const struct set_element *e)
{
    if (e->known == 0 && e->add == NO_EVENT) {
        buf_puts(&s->b, "it was there from the beginning");
        say_end_step(s);
        return;
    }
    account_say_one(s, e->add, e->known == e->first_seen ? " may have taken effect" : "");
    if (e->known == e->first_seen)
        account_say_one(s, scan->reads[e->seen_by], " has it, so it did");
}

static void say_lost(struct set_scan *s, const struct set_element *e, val v, struct speaker *say)
{
    uint32_t lo = 0, hi = (uint32_t)s->nreads; /* the first read that began after it was known */
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (account_inv(set_read(s, mid)) > e->known)
            hi = mid;
        else
            lo = mid + 1;
    }
    bool seen = e->last_present != NO_READ;
    uint32_t lacks = seen && e->last_present + 1 > lo ? e->last_present + 1 : lo;
    uint32_t last = seen ? s->reads[e->last_present] : NO_EVENT;
    bool by_read = e->known == e->first_seen;
    became_known(say, s, e);
    if (seen && !(by_read && e->seen_by == e->last_present))
        account_say_one(say, last, " has it");
    account_say_one(say, s->reads[lacks], " lacks it");
    if (s->nreads - 1 > lacks) {
        buf_printf(&say->b, "so do all %zu reads that began later", s->nreads - 1 - lacks);
        say_end_step(say);
    }
    account_show(say->k, (uint32_t[]){e->add, by_read ? s->reads[e->seen_by] : NO_EVENT, last}, 3,
                 s->reads[lacks]);
    buf_puts(&say->b, "element ");
    say_val(say, v);
    buf_puts(&say->b, e->acknowledged ? " is lost: it was added"
                                      : " is lost: a read had shown that it was added");
    buf_puts(&say->b, ", but the last reads lack it");
    account_invalid(say, "lost");
}

static void say_unexpected(struct set_scan *s, const struct set_element *e, val v,
                           struct speaker *say)
{
    uint32_t read = s->reads[e->seen_by];
    account_say_one(say, read, " has it");
    if (e->first_inv != UINT32_MAX)
        account_say_one(say, e->add, " began only after that read had completed");
    else
        account_say_one(say, e->failed_add, ": it must not have happened");
    account_show(say->k, (uint32_t[]){e->add}, 1, read);
    if (e->first_inv == UINT32_MAX)
        say->k->failed_op = e->failed_add;
    buf_puts(&say->b, "element ");
    say_val(say, v);
    buf_puts(&say->b, e->first_inv != UINT32_MAX ? " was read before anything added it"
                      : e->failed_add != NO_EVENT ? " was read, but its only add had failed"
                                                  : " was read, but nothing ever added it");
    account_invalid(say, "unexpected");
}

static void say_twice(struct set_scan *s, const struct set_element *e, val v, struct speaker *say)
{
    account_say_one(say, s->reads[e->twice], " has it more than once");
    account_show(say->k, (uint32_t[]){e->add}, 1, s->reads[e->twice]);
    buf_puts(&say->b, "element ");
    say_val(say, v);
    buf_puts(&say->b, " is there more than once, which no set allows");
    account_invalid(say, "duplicated");
}

bool set_refute(struct set_scan *s, struct key_result *k)
{
    static void (*const say[])(struct set_scan *, const struct set_element *, val,
                               struct speaker *) = {say_lost, say_unexpected, say_twice};
    size_t found[3] = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
    for (size_t i = s->elements.n; i-- > 0;) {
        const struct set_element *e = &s->e[i];
        if (set_unexpected(e))
            found[1] = i;
        else if (set_lost(s, e))
            found[0] = i;
        if (e->twice != NO_READ)
            found[2] = i;
    }
    for (size_t w = 0; w < 3; w++) {
        if (found[w] == SIZE_MAX)
            continue;
        struct speaker speaker = account_speaker(s->in, k);
        say[w](s, &s->e[found[w]], s->elements.v[found[w]], &speaker);
        buf_free(&speaker.b);
        return true;
    }
    return false;
}
