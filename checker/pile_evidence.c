/* What a clash looks like in operations and in English. */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/culprits.h"
#include "checker/model_list.h"
#include "checker/pile.h"

struct teller {
    const struct pile *p;
    const struct pile_clash *c;
    struct engine_result *out;
    struct culprits culprits;
    uint64_t *told;   /* bit per element: its certain time has been said */
    uint64_t *blamed; /* bit per element: its operations are culprits */
    size_t cap;
};

void pile_block_op(struct pile_clash *c, uint32_t op)
{
    c->blocks = mem_grow(c->blocks, &c->blocks_cap, c->nblocks + 1u, sizeof *c->blocks);
    c->blocks[c->nblocks++] = (struct pile_block){op, c->ncover, 0};
}

void pile_cover(struct pile_clash *c, uint32_t element)
{
    c->cover = mem_grow(c->cover, &c->cover_cap, c->ncover + 1u, sizeof *c->cover);
    c->cover[c->ncover++] = element;
    c->blocks[c->nblocks - 1].ncover++;
}

void pile_cover_span(const struct pile *p, const uint32_t *among, uint32_t n, uint32_t first,
                     uint32_t last, struct pile_clash *c)
{
    uint64_t *k = mem_alloc(((size_t)n + 1) * sizeof *k);
    size_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct pile_element *e = &p->e[among[i]];
        if (pile_certain(e) && e->in <= last && e->out > first)
            k[m++] = sort_word(e->in, among[i]);
    }
    sort_by_high32(k, m);
    uint32_t best = NO_ELEMENT, at = first; /* covered up to `at`; of those begun, the longest */
    for (size_t i = 0; at <= last && i <= m; i++) {
        if (i < m && sort_key(k[i]) <= at) {
            if (best == NO_ELEMENT || p->e[sort_id(k[i])].out > p->e[best].out)
                best = sort_id(k[i]);
        } else if (best != NO_ELEMENT && p->e[best].out > at) {
            pile_cover(c, best);
            at = p->e[best].out;
            i--; /* it may have begun in time for the next one */
        }
    }
    mem_free(k);
}

static void step(struct teller *t, enum step_kind kind, uint32_t x, uint32_t y, const char *text)
{
    struct engine_result *out = t->out;
    if (out->nsteps == t->cap) { /* the arena keeps the old ones */
        t->cap = t->cap ? 2 * t->cap : 16;
        struct step *more = arena_alloc(&out->arena, t->cap * sizeof *more);
        if (out->nsteps)
            memcpy(more, out->steps, out->nsteps * sizeof *more);
        out->steps = more;
    }
    out->steps[out->nsteps++] = (struct step){kind, x, y, text};
}

/* The element as it was recorded. */
static const char *name(struct teller *t, uint32_t op)
{
    const struct op_class *c = &t->p->o->classes[t->p->o->ops[op].cls];
    struct buf b = {.max = 60};
    val_print_edn(&t->p->o->h->values, c->action == ACT_PUT ? c->a : c->b, &b);
    const char *s = arena_printf(&t->out->arena, "%.*s%s", (int)b.n, buf_str(&b).p,
                                 b.cut ? "..." : "");
    buf_free(&b);
    return s;
}

static void blame_element(struct teller *t, uint32_t k)
{
    const struct pile_element *e = &t->p->e[k];
    t->blamed[k / 64] |= (uint64_t)1 << (k % 64);
    const uint32_t ops[] = {e->add, e->take, e->in_op, e->out_op};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        culprits_link(&t->culprits, ops[i], CULPRIT_SHOWN);
}

/* An element that was taken twice: the other take is one of this element too, or it could be of
 * any. */
static void blame_other_takes(struct teller *t)
{
    const struct object *o = t->p->o;
    for (uint32_t i = 0; i < o->n; i++) {
        uint32_t k = t->p->element[i];
        if (k != NO_ELEMENT && t->blamed[k / 64] >> (k % 64) & 1 &&
            o->classes[o->ops[i].cls].action == ACT_TAKE)
            culprits_link(&t->culprits, i, CULPRIT_SHOWN);
    }
}

static void tell_certain(struct teller *t, uint32_t k)
{
    const struct pile_element *e = &t->p->e[k];
    if (t->told[k / 64] >> (k % 64) & 1)
        return;
    t->told[k / 64] |= (uint64_t)1 << (k % 64);
    struct arena *a = &t->out->arena;
    const char *what = name(t, e->add);
    if (e->out_op == NO_OP)
        step(t, STEP_OP, e->in_op, 0, arena_printf(a, ": from its end on %s was inside, nothing "
                                                      "took it out", what));
    else
        step(t, STEP_BEFORE, e->in_op, e->out_op,
             arena_printf(a, ": between the two %s was inside", what));
}

/* " ...: at every moment of it 1, 2 or others were inside" */
static const char *all_that_time(struct teller *t, const struct pile_block *b)
{
    enum { NAMED = 5 };
    struct buf s = {.max = 400};
    buf_puts(&s, b->ncover == 1 ? ": all that time " : ": at every moment of that ");
    for (uint32_t i = 0; i < b->ncover && i < NAMED; i++)
        buf_printf(&s, "%s%s", i == 0 ? "" : i + 1 == b->ncover ? " or " : ", ",
                   name(t, t->p->e[t->c->cover[b->cover + i]].add));
    buf_puts(&s, b->ncover > NAMED ? " or another one was inside" : " was inside");
    const char *text = arena_printf(&t->out->arena, "%.*s", (int)s.n, buf_str(&s).p);
    buf_free(&s);
    return text;
}

static void tell_blocks(struct teller *t)
{
    const struct pile_clash *c = t->c;
    for (uint32_t i = 0; i < c->nblocks; i++) {
        const struct pile_block *b = &c->blocks[i];
        uint32_t k = t->p->element[b->op];
        culprits_link(&t->culprits, b->op, CULPRIT_SHOWN);
        if (k != NO_ELEMENT)
            blame_element(t, k);
        for (uint32_t x = 0; x < b->ncover; x++) {
            blame_element(t, c->cover[b->cover + x]);
            tell_certain(t, c->cover[b->cover + x]);
        }
        step(t, STEP_OP, b->op, 0, all_that_time(t, b));
    }
    blame_other_takes(t);
    if (c->rule == RULE_STACK_ORDER)
        step(t, STEP_TEXT, 0, 0, "one of these elements would have to lie below the others: it "
             "can be pushed, seen on top and popped only when none of the others is inside, and "
             "none of them has that");
}

/* An operation that would have put it in but failed, as a history op, or UINT32_MAX. */
static uint32_t failed_add(const struct object *o, val element)
{
    for (size_t i = 0; i < o->nfailed; i++) {
        const struct op *op = &o->h->ops[o->failed[i]];
        enum action action;
        if (op->in == element &&
            model_action(o->model, val_get_text(&o->h->values, op->f), &action) &&
            action == ACT_PUT)
            return o->failed[i];
    }
    return UINT32_MAX;
}

static enum rule tell_thin_air(struct teller *t)
{
    const struct object *o = t->p->o;
    const struct pile_clash *c = t->c;
    t->out->failed_op = failed_add(o, o->classes[o->ops[c->op].cls].b);
    culprits_link(&t->culprits, c->op, CULPRIT_SHOWN);
    if (c->other != NO_OP) {
        culprits_link(&t->culprits, c->other, CULPRIT_SHOWN);
        step(t, STEP_BEFORE, c->op, c->other, ": it found what had yet to come in");
        return RULE_FUTURE_READ;
    }
    step(t, STEP_OP, c->op, 0, t->out->failed_op == UINT32_MAX
         ? ": no operation put this element in"
         : ": the only operation that would have put this element in was recorded as :fail, it "
           "must not have happened");
    return t->out->failed_op == UINT32_MAX ? RULE_THIN_AIR : RULE_ABORTED_READ;
}

static void tell_pair(struct teller *t, bool before, const char *text)
{
    const struct pile_clash *c = t->c;
    culprits_link(&t->culprits, c->op, CULPRIT_SHOWN);
    culprits_link(&t->culprits, c->other, CULPRIT_SHOWN);
    culprits_link(&t->culprits, t->p->e[t->p->element[c->op]].add, CULPRIT_SHOWN);
    if (before) {
        step(t, STEP_BEFORE, c->op, c->other, text);
        return;
    }
    step(t, STEP_OP, c->op, 0, "");
    step(t, STEP_OP, c->other, 0, text);
}

static const char *own_words(const struct object *o, enum rule rule)
{
    if (rule == RULE_THIN_AIR)
        return "an element was there that nothing had put in";
    if (rule == RULE_ABORTED_READ)
        return "an element was there whose only way in had failed";
    if (rule == RULE_FUTURE_READ)
        return "an element was there before the operation that put it in began";
    if (rule == RULE_PRIORITY_ORDER)
        return o->model == &model_max_priority_queue
                   ? "an element came first while a larger one was inside"
                   : "an element came first while a smaller one was inside";
    return NULL;
}

void pile_explain(struct pile *p, const struct pile_clash *c, struct engine_result *out)
{
    struct pile_clash ignored;
    (void)pile_load(p, p->nevents, &ignored);
    struct teller t = {.p = p, .c = c, .out = out};
    t.told = mem_zalloc(p->n / 64 + 1, sizeof *t.told);
    t.blamed = mem_zalloc(p->n / 64 + 1, sizeof *t.blamed);
    culprits_open(&t.culprits, p->o->n);
    enum rule rule = c->rule;
    if (rule == RULE_THIN_AIR)
        rule = tell_thin_air(&t);
    else if (rule == RULE_TAKEN_TWICE)
        tell_pair(&t, false, ": the same element, which came in once");
    else if (rule == RULE_SEEN_AFTER)
        tell_pair(&t, true, ": it saw what was no longer inside");
    else
        tell_blocks(&t);
    culprits_close(&t.culprits, rule, out);
    const char *words = own_words(p->o, rule);
    out->reason = words ? words : out->reason;
    out->verdict = VERDICT_INVALID;
    out->bad = c->bad;
    mem_free(t.told);
    mem_free(t.blamed);
}
