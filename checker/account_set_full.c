/* set-full: when did each element become visible, and did it stay?
 *
 *   ok          in a read that began after all reads that lack it, and never missing once known
 *   stale       the same, but a read that began after it was known lacks it
 *   lost        known, and the last read that began after that lacks it
 *   never-read  neither: no read that began after it was known
 *   unexpected  seen, though nothing that may have happened had begun to add it
 *   duplicated  twice in one read
 *
 * Stale elements are allowed: sets may converge late. (A grow-set that is linearizable has none.)
 * Jepsen's filter for duplicates compares with < 1 and never finds one, and it does not look for
 * unexpected elements; here both are violations. Linear time, see set_scan.h. */
#include "base/mem.h"
#include "checker/property.h"
#include "checker/set_scan.h"

struct tally {
    const struct set_scan *s;
    struct account *a;
    int64_t *stable, *lost; /* latencies */
    size_t nstable, nlost;
};

/* The slowest few, in order; the first of equals stays first. */
static void note_slow(struct account *a, val v, int64_t ns)
{
    size_t i = a->nworst < WORST ? a->nworst++ : WORST;
    if (i == WORST && a->worst[WORST - 1].ns >= ns)
        return;
    for (i = i == WORST ? WORST - 1 : i; i > 0 && a->worst[i - 1].ns < ns; i--)
        a->worst[i] = a->worst[i - 1];
    a->worst[i] = (struct slow_element){v, ns};
}

static void keep(int64_t *to, size_t *n, int64_t ns)
{
    if (ns != NO_TIME)
        to[(*n)++] = ns;
}

static enum outcome judge(void *ctx, const struct set_element *e, val v)
{
    struct tally *t = ctx;
    const struct set_scan *s = t->s;
    const struct history *h = s->in->h;
    if (set_unexpected(e))
        return OUTCOME_UNEXPECTED;
    uint32_t known = e->known == UINT32_MAX ? 0 : lin_event(e->known);
    if (set_lost(s, e)) {
        const struct op *last = e->last_present == NO_READ ? NULL : set_read(s, e->last_present);
        keep(t->lost, &t->nlost, last ? account_elapsed(h, known, last->inv) : 0);
        return OUTCOME_LOST;
    }
    if (e->suffix == 0)
        return OUTCOME_NEVER_READ;
    uint32_t reads = (uint32_t)s->nreads;
    const struct op *lacks = e->suffix < reads ? set_read(s, reads - 1 - e->suffix) : NULL;
    bool stale = lacks && account_inv(lacks) > e->known;
    int64_t ns = stale ? account_elapsed(h, known, lacks->inv) : 0;
    keep(t->stable, &t->nstable, ns);
    if (stale && ns != NO_TIME)
        note_slow(t->a, v, ns);
    return stale ? OUTCOME_STALE : OUTCOME_OK;
}

static bool has_times(const struct history *h)
{
    return h->events.n > 0 && h->events.time[0] != NO_TIME;
}

static void tally_up(struct set_scan *s, struct key_result *k)
{
    struct tally t = {.s = s, .a = k->account};
    t.stable = mem_alloc((s->elements.n + 1) * sizeof *t.stable);
    t.lost = mem_alloc((s->elements.n + 1) * sizeof *t.lost);
    (void)set_tally(s, k, judge, &t);
    if (has_times(s->in->h)) {
        account_latencies(&t.a->stable, t.stable, t.nstable);
        account_latencies(&t.a->lost, t.lost, t.nlost);
    }
    mem_free(t.stable);
    mem_free(t.lost);
}

static void conclude(struct set_scan *s, struct key_result *k)
{
    const struct outcome_list *l = k->account->list;
    if (set_refute(s, k))
        return;
    if (s->nreads == 0)
        account_unknown(k, "nothing was tested: no read was acknowledged");
    else if (l[OUTCOME_OK].n + l[OUTCOME_STALE].n == 0)
        account_unknown(k, "nothing was tested: no read began after an element was known to be "
                        "there");
}

static bool run(const struct account_input *in, struct key_result *k, struct err *e)
{
    struct set_scan s;
    bool stopped, good = set_scan(&s, in, k, &stopped, e);
    if (good && !stopped) {
        tally_up(&s, k);
        conclude(&s, k);
    }
    set_scan_free(&s);
    return good;
}

static const struct part_name names[] = {
    {"add", PART_ADD},   {"broadcast", PART_ADD}, {"insert", PART_ADD},
    {"read", PART_READ}, {NULL, PART_OTHER}};

const struct property property_set_full = {
    .name = "set-full",
    .summary = "elements that were added are read from some time on, and none is lost, made up "
               "or there twice",
    .complexity = "linear in what was read",
    .names = names,
    .run = run,
};
