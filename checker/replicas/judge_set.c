/* Sets of replicas.
 *
 * Any read: an element in it was added by an operation that had begun (else unexpected), and is
 * there once. At one place, where state only grows:
 *   - an element that its place acknowledged, or returned, before the read began is in it, unless
 *     some operation removes that element;
 *   - 2P-set: an element that the place had acknowledged or returned before the removal began which
 *     it acknowledged is not in it, and one that was there and then was not never comes back;
 *   - OR-set: the same for an element whose additions had all been acknowledged at the place before
 *     it began the removal; and an element comes back only as often as it was added again.
 * Final reads agree, but for elements that a crashed operation touches. They have every element
 * that was acknowledged and that nothing removes (else lost), and of the others (resurrected, or
 * lost):
 *   - 2P-set: none whose removal was acknowledged where it was known;
 *   - OR-set: an addition that began after every removal had completed stays; a removal whose place
 *     had acknowledged every addition before takes the element.
 * These are necessary conditions. Linear in what was read. After research/algorithms.md 5.2. */
#include "base/mem.h"
#include "checker/replicas/replicas.h"

struct element {
    uint32_t add, remove;     /* the first of each that began, into ops; NO_EVENT */
    uint32_t adds, removes;   /* how many */
    uint32_t last_add;        /* the latest end of one; UINT32_MAX: one crashed */
    uint32_t last_remove;     /* the same of removals */
    uint32_t latest;          /* the acknowledged addition that began last, or NO_EVENT */
    uint32_t add_place;       /* of all additions, or NO_EVENT where they differ */
    uint32_t gone;            /* the acknowledged removal that began last, or NO_EVENT */
    uint32_t taker;           /* the first acknowledged removal where it was known, or NO_EVENT */
    bool touched;             /* by a crashed operation */
    uint32_t stamp, final;    /* marks: of the read that is looked at; of final reads */
    uint32_t shown;           /* a read that has it, or NO_EVENT */
};

struct at_place { /* an element at a place */
    uint32_t since;  /* end of what shows that it is there: an addition or a read */
    uint32_t by;     /* that */
    uint32_t remover; /* 2P-set: the first removal acknowledged there after that, or NO_EVENT */
    uint32_t last;   /* the number of the last of the place's reads that has it, 0: none */
    uint32_t back;   /* how often it came back */
};

struct place {
    uint32_t need;      /* elements that are there for good by now */
    uint32_t read;      /* the read that ended last of those that follow each other */
    uint32_t reads;     /* how many these are */
};

struct sets {
    struct replicas *r;
    const struct demands *d;
    struct elements elements;
    struct element *e;
    size_t cap;
    struct map64 at; /* place and element -> of */
    struct at_place *of;
    size_t nof, of_cap;
    struct place *place;
    uint32_t *need;  /* per read: its place's need when it began */
    uint32_t stamp;
};

static uint32_t element(struct sets *s, val v)
{
    size_t known = s->elements.n;
    uint32_t e = elements_add(&s->elements, v);
    if (s->elements.n > known) {
        s->e = mem_grow(s->e, &s->cap, s->elements.n, sizeof *s->e);
        s->e[e] = (struct element){.add = NO_EVENT, .remove = NO_EVENT, .latest = NO_EVENT,
                                   .add_place = NO_EVENT, .gone = NO_EVENT, .shown = NO_EVENT,
                                   .taker = NO_EVENT};
    }
    return e;
}

static struct at_place *at(struct sets *s, uint32_t place, uint32_t e)
{
    uint64_t key = (uint64_t)place << 32 | e;
    uint32_t i = map64_get(&s->at, key);
    if (i == MAP64_NONE) {
        s->of = mem_grow(s->of, &s->of_cap, s->nof + 1, sizeof *s->of);
        i = (uint32_t)s->nof++;
        s->of[i] = (struct at_place){.since = UINT32_MAX, .by = NO_EVENT, .remover = NO_EVENT};
        map64_put(&s->at, key, i);
    }
    return &s->of[i];
}

/* ---- what happens to elements --------------------------------------------------------------- */

static void note_add(struct sets *s, struct element *x, uint32_t i)
{
    const struct replica_op *op = &s->r->ops[i];
    if (x->adds++ == 0) {
        x->add = i;
        x->add_place = op->place;
    }
    x->add_place = x->add_place == op->place ? op->place : NO_EVENT;
    x->last_add = op->end > x->last_add ? op->end : x->last_add;
    if (op->end != UINT32_MAX)
        x->latest = i;
    x->touched |= op->end == UINT32_MAX;
}

static void note_remove(struct sets *s, struct element *x, uint32_t i)
{
    const struct replica_op *op = &s->r->ops[i];
    if (x->removes++ == 0)
        x->remove = i;
    x->last_remove = op->end > x->last_remove ? op->end : x->last_remove;
    if (op->end != UINT32_MAX)
        x->gone = i;
    x->touched |= op->end == UINT32_MAX;
}

static void note_updates(struct sets *s)
{
    for (uint32_t i = 0; i < s->r->n; i++) {
        const struct replica_op *op = &s->r->ops[i];
        if (op->part == REPLICA_READ)
            continue;
        uint32_t e = element(s, op->value);
        if (op->part == REPLICA_ADD)
            note_add(s, &s->e[e], i);
        else
            note_remove(s, &s->e[e], i);
    }
}

/* OR-set: did the place of the last acknowledged removal know all additions when that began? Then
 * it took the element. 2P-set: did any such place know one? For good, then; where the element has
 * not come yet a removal may do nothing. */
static uint32_t removal_that_took(const struct sets *s, const struct element *x)
{
    if (!s->d->observed || x->gone == NO_EVENT)
        return x->taker;
    const struct replica_op *remove = &s->r->ops[x->gone];
    bool all = x->add_place == remove->place && x->last_add < remove->begin;
    return all ? x->gone : NO_EVENT;
}

static void say_bad(struct sets *s, const uint32_t *ops, size_t n, const char *word, val v,
                    const char *what)
{
    struct buf text = {.max = 60};
    val_print_edn(&s->r->h->values, v, &text);
    replicas_invalid(s->r, ops, n, word, "%.*s %s", (int)text.n, buf_str(&text).p, what);
    buf_free(&text);
}

/* ---- a read --------------------------------------------------------------------------------- */

static bool items_of(struct sets *s, uint32_t i, const val **items, size_t *n)
{
    const struct values *t = &s->r->h->values;
    val v = s->r->ops[i].value;
    enum val_kind kind = val_kind(t, v);
    *items = val_items(t, v, n);
    if (kind == V_NIL && !s->r->nil_unknown) {
        *n = 0;
        return true;
    }
    return kind == V_LIST || kind == V_SET;
}

/* What every read must keep, of one of its elements. */
static void judge_member(struct sets *s, uint32_t i, uint32_t e)
{
    const struct replica_op *op = &s->r->ops[i];
    const struct element *x = &s->e[e];
    val v = s->elements.v[e];
    if (s->r->k->verdict != VERDICT_VALID)
        return;
    if (x->stamp == s->stamp)
        say_bad(s, &i, 1, "duplicated", v, "is there twice in one read");
    else if (x->add == NO_EVENT || s->r->ops[x->add].begin > op->end)
        say_bad(s, (const uint32_t[]){x->add, i}, 2, "unexpected", v,
                "was read, though no operation that can have happened had added it");
    else if (!s->d->finals_only && x->removes > 0) {
        const struct at_place *p = at(s, op->place, e);
        uint32_t by = s->d->tombstones ? p->remover : removal_that_took(s, x);
        if (by != NO_EVENT && s->r->ops[by].place == op->place && s->r->ops[by].end < op->begin)
            say_bad(s, (const uint32_t[]){x->add, by, i}, 3, "resurrected", v,
                    "was read where its removal had been acknowledged");
    }
}

/* An element of a read that follows the place's read before: was it away in between? */
static void judge_return(struct sets *s, uint32_t i, uint32_t e, const struct place *place)
{
    struct at_place *p = at(s, s->r->ops[i].place, e);
    if (p->last != 0 && p->last + 1 < place->reads)
        p->back++;
    p->last = place->reads;
    bool often = s->d->tombstones ? p->back > 0 : p->back >= s->e[e].adds;
    if (often && s->r->k->verdict == VERDICT_VALID)
        say_bad(s, (const uint32_t[]){s->e[e].add, s->e[e].remove, place->read, i}, 4,
                "resurrected", s->elements.v[e],
                "was there, was not, and came back without being added again");
}

/* The read lacks something that its place has for good: which? */
static void find_lost(struct sets *s, uint32_t i)
{
    const struct replica_op *op = &s->r->ops[i];
    for (uint32_t e = 0; e < s->elements.n; e++) {
        uint64_t key = (uint64_t)op->place << 32 | e;
        uint32_t j = map64_get(&s->at, key);
        if (j == MAP64_NONE || s->e[e].removes > 0 || s->e[e].stamp == s->stamp ||
            s->of[j].since > op->begin)
            continue;
        say_bad(s, (const uint32_t[]){s->of[j].by, i}, 2, "lost", s->elements.v[e],
                "was there at this place, and nothing removes it, but a later read lacks it");
        return;
    }
}

/* Operation i, an addition or a read, shows that element e is at its place; for good, when nothing
 * removes it. */
static void shows(struct sets *s, struct at_place *p, uint32_t e, uint32_t i)
{
    const struct replica_op *op = &s->r->ops[i];
    if (p->since != UINT32_MAX)
        return;
    p->since = op->end;
    p->by = i;
    s->place[op->place].need += s->e[e].removes == 0;
}

static void read_ended(struct sets *s, uint32_t i)
{
    struct replicas *r = s->r;
    const struct replica_op *op = &r->ops[i];
    struct place *place = &s->place[op->place];
    const val *items;
    size_t n;
    uint32_t held = 0;
    if (!items_of(s, i, &items, &n))
        return;
    bool follows = place->read == NO_EVENT || r->ops[place->read].end < op->begin;
    s->stamp++;
    place->reads += follows;
    for (size_t j = 0; j < n && r->k->verdict == VERDICT_VALID; j++) {
        uint32_t e = element(s, items[j]);
        judge_member(s, i, e);
        s->e[e].stamp = s->stamp;
        s->e[e].shown = s->e[e].shown == NO_EVENT ? i : s->e[e].shown;
        if (s->d->finals_only)
            continue;
        struct at_place *p = at(s, op->place, e);
        held += s->e[e].removes == 0 && p->since < op->begin;
        shows(s, p, e, i);
        if (follows && s->e[e].removes > 0)
            judge_return(s, i, e, place);
    }
    if (!s->d->finals_only && r->k->verdict == VERDICT_VALID && held < s->need[i])
        find_lost(s, i);
    if (follows)
        place->read = i;
}

static void update_ended(struct sets *s, uint32_t i)
{
    const struct replica_op *op = &s->r->ops[i];
    uint32_t e = element(s, op->value);
    if (s->d->finals_only)
        return;
    struct at_place *p = at(s, op->place, e);
    if (op->part == REPLICA_ADD)
        shows(s, p, e, i);
    else if (s->d->tombstones && p->since < op->begin && p->remover == NO_EVENT)
        s->e[e].taker = p->remover = i;
}

static void sweep(struct sets *s)
{
    struct replicas *r = s->r;
    uint64_t *order = replicas_order(r);
    for (size_t j = 0; order[j] != UINT64_MAX && r->k->verdict == VERDICT_VALID; j++) {
        uint32_t i = sort_id(order[j]);
        const struct replica_op *op = &r->ops[i];
        bool begins = sort_key(order[j]) == op->begin;
        if (begins && op->part == REPLICA_READ)
            s->need[i] = s->place[op->place].need;
        else if (!begins && op->part == REPLICA_READ)
            read_ended(s, i);
        else if (!begins)
            update_ended(s, i);
    }
    mem_free(order);
}

/* ---- final reads ---------------------------------------------------------------------------- */

static void judge_final_element(struct sets *s, uint32_t e, uint32_t i, bool has)
{
    const struct element *x = &s->e[e];
    const struct replicas *r = s->r;
    val v = s->elements.v[e];
    uint32_t taker = removal_that_took(s, x);
    bool stays = x->latest != NO_EVENT && (x->removes == 0 || (s->d->observed &&
                 x->last_remove < r->ops[x->latest].begin));
    if (has && taker != NO_EVENT)
        say_bad(s, (const uint32_t[]){x->add, taker, i}, 3, "resurrected", v,
                "is in a final read, although its removal was acknowledged where it was known");
    else if (!has && stays)
        say_bad(s, (const uint32_t[]){x->remove, x->latest, i}, 3, "lost", v,
                "was acknowledged, nothing removed it after that, and a final read lacks it");
    else if (!has && s->d->grows && x->shown != NO_EVENT && r->ops[x->shown].end < r->ops[i].begin)
        say_bad(s, (const uint32_t[]){x->shown, i}, 2, "vanished", v,
                "had been read, nothing removes it, and a final read lacks it");
}

/* Mark what final read i has; false when what it returned is no collection. */
static bool mark(struct sets *s, uint32_t i)
{
    const val *items;
    size_t n;
    if (!items_of(s, i, &items, &n))
        return false;
    s->stamp++;
    for (size_t j = 0; j < n; j++)
        s->e[element(s, items[j])].stamp = s->stamp;
    return true;
}

/* Does this final read differ from the first one? *doubt: only in what a crashed operation touches.
 */
static void judge_agreement(struct sets *s, uint32_t first, uint32_t i, bool *doubt)
{
    for (uint32_t e = 0; e < s->elements.n && s->r->k->verdict == VERDICT_VALID; e++) {
        const struct element *x = &s->e[e];
        bool here = x->stamp == s->stamp, there = x->final == 1;
        if (here == there)
            continue;
        if (x->touched)
            *doubt = true;
        else
            say_bad(s, (const uint32_t[]){x->add, x->remove, first, i}, 4, "diverged",
                    s->elements.v[e], "is in one final read and not in another one");
    }
}

static void judge_finals(struct sets *s)
{
    struct replicas *r = s->r;
    uint32_t first = NO_EVENT;
    bool doubt = false;
    for (uint32_t p = 0; p < r->places.n && r->k->verdict == VERDICT_VALID; p++) {
        uint32_t i = r->final[p];
        if (i == NO_EVENT || !mark(s, i))
            continue;
        for (uint32_t e = 0; e < s->elements.n && r->k->verdict == VERDICT_VALID; e++)
            judge_final_element(s, e, i, s->e[e].stamp == s->stamp);
        if (first == NO_EVENT) {
            first = i;
            for (uint32_t e = 0; e < s->elements.n; e++)
                s->e[e].final = s->e[e].stamp == s->stamp;
        } else {
            judge_agreement(s, first, i, &doubt);
        }
    }
    if (r->k->verdict == VERDICT_VALID && doubt)
        level_unknown(r->k, "final reads disagree, but only about elements of operations whose "
                      "outcome is unknown, which may have taken effect between them");
}

static bool collections_only(const struct replicas *r, const struct demands *d)
{
    for (uint32_t i = 0; i < r->n; i++) {
        const struct replica_op *x = &r->ops[i];
        enum val_kind kind = val_kind(&r->h->values, x->value);
        bool fits = x->part == REPLICA_READ
                        ? kind == V_LIST || kind == V_SET || kind == V_NIL || kind == V_ABSENT
                        : x->part == REPLICA_ADD || x->part == REPLICA_REMOVE;
        if (!fits) {
            level_unknown(r->k, "a set is read as a list or set, and changed by add and remove");
            return false;
        }
        if (d->grows && x->part == REPLICA_REMOVE) {
            level_unknown(r->k, "something was removed from a set that only grows");
            return false;
        }
    }
    return true;
}

void judge_set(struct replicas *r, const struct demands *d)
{
    struct sets s = {.r = r, .d = d};
    if (!collections_only(r, d))
        return;
    elements_init(&s.elements, r->n);
    s.place = mem_zalloc(r->places.n + 1, sizeof *s.place);
    for (uint32_t p = 0; p < r->places.n; p++)
        s.place[p].read = NO_EVENT;
    s.need = mem_zalloc((size_t)r->n + 1, sizeof *s.need);
    note_updates(&s);
    sweep(&s);
    if (r->k->verdict == VERDICT_VALID && replicas_testable(r)) {
        judge_finals(&s);
        replicas_soften(r);
    }
    elements_free(&s.elements);
    mem_free(s.e);
    map64_free(&s.at);
    mem_free(s.of);
    mem_free(s.place);
    mem_free(s.need);
}
