/* pn-counter: a counter whose replicas agree in the end, as Maelstrom's g-counter and pn-counter.
 *
 * A read sees what its own process had been told to be done, and nothing that nobody had begun:
 *   low   initial + increments acknowledged to its process + decrements invoked before it ended
 *   high  initial + decrements acknowledged to its process + increments invoked before it ended
 * Final reads, those recorded with :final? true, must each be
 *   - initial + all acknowledged updates + some of those whose outcome is unknown;
 *   - without decrements: at least what any read before it returned, for nothing takes that back;
 *   - equal, where no outcome is unknown (else one may have taken effect in between).
 * Which totals some of n unknown amounts can make is a set of intervals; when it becomes too
 * ragged, gaps are closed, which can only miss a violation. O(n log n) + unknown amounts * PIECES.
 * After research/algorithms.md 5.2 and 5.4. */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/counter_scan.h"
#include "checker/elements.h"
#include "checker/property.h"
#include "checker/reachable.h"
#include "histories/event_text.h"

struct sweep {
    const struct counter_scan *s;
    struct elements processes;
    struct counter_sums *own; /* per process: pos_done and neg_done */
    size_t own_cap;
    struct counter_sums now;
    size_t errors;
    uint32_t first;               /* out of bounds */
    struct counter_bounds bounds; /* of it */
    uint32_t *finals;
    size_t nfinals, finals_cap;
    uint32_t greatest; /* the read that returned most so far; or NO_EVENT */
    uint32_t *before;  /* per read: `greatest` when it began */
};

static struct counter_sums *own(struct sweep *w, uint32_t i)
{
    size_t known = w->processes.n;
    uint32_t p = elements_add(&w->processes, counter_op(w->s, i)->process);
    if (w->processes.n > known) {
        w->own = mem_grow(w->own, &w->own_cap, w->processes.n, sizeof *w->own);
        w->own[p] = (struct counter_sums){0};
    }
    return &w->own[p];
}

static void read_ended(struct sweep *w, uint32_t i)
{
    const struct counter_scan *s = w->s;
    const struct counter_sums *mine = own(w, i);
    const struct op *op = counter_op(s, i);
    const struct counter_bounds b = {
        .low = s->initial + mine->pos_done + w->now.neg_inv,
        .high = s->initial + mine->neg_done + w->now.pos_inv,
        .sure_up = mine->pos_done, .sure_down = mine->neg_done,
        .maybe_up = w->now.pos_inv, .maybe_down = w->now.neg_inv};
    bool good = b.low <= s->x[i] && s->x[i] <= b.high;
    if (!good && w->errors++ == 0) {
        w->first = i;
        w->bounds = b;
    }
    if (w->greatest == NO_EVENT || s->x[i] > s->x[w->greatest])
        w->greatest = i;
    if (event_says(s->in->h, op->ret, "final?", "true") ||
        event_says(s->in->h, op->inv, "final?", "true")) {
        w->finals = mem_grow(w->finals, &w->finals_cap, w->nfinals + 1, sizeof *w->finals);
        w->finals[w->nfinals++] = i;
    }
}

/* A process does one thing at a time: what it was told before its read ended, it was told before
 * the read began. */
static bool sweep(struct sweep *w, struct key_result *k)
{
    enum { POLL_EVERY = 4096 };
    for (size_t j = 0; j < w->s->norder; j++) {
        uint32_t position = sort_key(w->s->order[j]), i = sort_id(w->s->order[j]);
        if (j % POLL_EVERY == 0 && account_stopped(w->s->in, k))
            return false;
        if (w->s->kind[i] == COUNTER_UPDATE) {
            counter_count(w->s, &w->now, i, position);
            if (position & 1)
                counter_count(w->s, own(w, i), i, position);
        } else if (position & 1) {
            read_ended(w, i);
        } else {
            w->before[i] = w->greatest;
        }
    }
    return true;
}

/* False when the budget ran out. */
static bool totals(const struct sweep *w, struct reachable *r, struct key_result *k)
{
    const struct counter_scan *s = w->s;
    reachable_init(r, s->initial + w->now.pos_done + w->now.neg_done);
    for (uint32_t i = 0; w->nfinals > 0 && i < s->in->n; i++) {
        if (s->kind[i] != COUNTER_UPDATE || counter_op(s, i)->type != OP_INFO)
            continue;
        if (account_stopped(s->in, k))
            return false;
        reachable_add(r, s->x[i]);
    }
    return true;
}

static void say_wrong_total(const struct sweep *w, uint32_t i, const struct reachable *r,
                            struct speaker *say)
{
    const struct counter_scan *s = w->s;
    buf_puts(&say->b, "acknowledged updates sum to ");
    buf_i64(&say->b, w->now.pos_done + w->now.neg_done);
    if (r->added)
        buf_printf(&say->b, "; %zu have an unknown outcome", r->added);
    say_end_step(say);
    account_say_op(say, s->in->ids[i]);
    buf_printf(&say->b, " returned %lld; possible are ", (long long)s->x[i]);
    reachable_print(r, &say->b);
    say_end_step(say);
    account_show(say->k, NULL, 0, s->in->ids[i]);
    buf_printf(&say->b, "a final read returned %lld, which no set of updates adds up to",
               (long long)s->x[i]);
    account_invalid(say, "wrong-total");
}

static void say_vanished(const struct sweep *w, uint32_t i, struct speaker *say)
{
    const struct counter_scan *s = w->s;
    uint32_t more = w->before[i];
    account_say_op(say, s->in->ids[more]);
    buf_printf(&say->b, " returned %lld", (long long)s->x[more]);
    say_end_step(say);
    account_say_op(say, s->in->ids[i]);
    buf_printf(&say->b, " is final and returned %lld, but nothing was ever subtracted",
               (long long)s->x[i]);
    say_end_step(say);
    account_show(say->k, &s->in->ids[more], 1, s->in->ids[i]);
    buf_printf(&say->b, "a final read returned %lld, less than the %lld that had been there",
               (long long)s->x[i], (long long)s->x[more]);
    account_invalid(say, "vanished");
}

static void say_diverged(const struct sweep *w, uint32_t i, struct speaker *say)
{
    const struct counter_scan *s = w->s;
    account_say_op(say, s->in->ids[w->finals[0]]);
    buf_printf(&say->b, " returned %lld", (long long)s->x[w->finals[0]]);
    say_end_step(say);
    account_say_op(say, s->in->ids[i]);
    buf_printf(&say->b, " returned %lld", (long long)s->x[i]);
    say_end_step(say);
    account_show(say->k, &s->in->ids[w->finals[0]], 1, s->in->ids[i]);
    buf_puts(&say->b, "final reads disagree");
    account_invalid(say, "diverged");
}

/* Judge the final reads; the verdict stays valid when nothing speaks against them. */
static void judge_finals(const struct sweep *w, struct key_result *k, struct speaker *say)
{
    const struct counter_scan *s = w->s;
    struct reachable r;
    bool differ = false, known = totals(w, &r, k);
    for (size_t f = 0; known && f < w->nfinals && k->verdict == VERDICT_VALID; f++) {
        uint32_t i = w->finals[f], more = w->before[i];
        bool other = s->x[i] != s->x[w->finals[0]];
        differ = differ || other;
        if (w->now.neg_inv == 0 && more != NO_EVENT && s->x[i] < s->x[more])
            say_vanished(w, i, say);
        else if (other && r.added == 0)
            say_diverged(w, i, say);
        else if (!reachable_has(&r, s->x[i]))
            say_wrong_total(w, i, &r, say);
    }
    if (k->verdict == VERDICT_VALID && differ)
        account_unknown(k, "final reads disagree, but updates whose outcome is unknown may have "
                        "taken effect between them");
    reachable_free(&r);
}

static void conclude(const struct sweep *w, struct key_result *k)
{
    struct speaker say = account_speaker(w->s->in, k);
    counter_numbers(w->s, k, w->errors);
    account_number(k->account, "final-reads", w->nfinals);
    if (w->errors)
        counter_refute(w->s, k, w->first, &w->bounds, "acknowledged to its process", w->errors);
    else
        judge_finals(w, k, &say);
    buf_free(&say.b);
    if (k->verdict != VERDICT_VALID)
        return;
    if (w->s->reads == 0)
        account_unknown(k, "nothing was tested: no read was acknowledged");
    else if (w->s->updates == 0)
        account_unknown(k, "nothing was tested: nothing was added");
    else if (w->nfinals == 0)
        account_unknown(k, "no final read: no acknowledged read is marked :final? true");
}

static bool run(const struct account_input *in, struct key_result *k, struct err *e)
{
    struct counter_scan s;
    bool decided, good = counter_scan(&s, in, k, &decided, e);
    if (good && decided) {
        struct sweep w = {.s = &s, .greatest = NO_EVENT};
        elements_init(&w.processes, 64);
        w.before = mem_alloc((in->n + 1) * sizeof *w.before);
        if (sweep(&w, k))
            conclude(&w, k);
        elements_free(&w.processes);
        mem_free(w.own);
        mem_free(w.before);
        mem_free(w.finals);
    }
    counter_scan_free(&s);
    return good;
}

const struct property property_pn_counter = {
    .name = "pn-counter",
    .summary = "a counter whose replicas agree in the end: final reads add up, and own updates are "
               "seen",
    .complexity = "n log n",
    .names = counter_names,
    .run = run,
};
