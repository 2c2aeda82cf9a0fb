/* set: does the final read have everything that was added?
 *
 *   ok          acknowledged, and in the final read
 *   recovered   its add has an unknown outcome, and it is in the final read
 *   lost        known before the final read began, and not in it
 *   never-read  not in the final read, which says nothing about it
 *   unexpected  in any read, though nothing that may have happened had begun to add it
 *   duplicated  twice in any read
 *
 * The final read is the acknowledged one that began last. Jepsen takes the last one that completed
 * for final even when later elements were added or a later read crashed; here the verdict is then
 * unknown: the test has no final read. Linear time, see set_scan.h. */
#include "checker/property.h"
#include "checker/set_scan.h"

static enum outcome judge(void *ctx, const struct set_element *e, val v)
{
    const struct set_scan *s = ctx;
    (void)v;
    if (set_unexpected(e))
        return OUTCOME_UNEXPECTED;
    if (e->suffix > 0)
        return e->acknowledged ? OUTCOME_OK : OUTCOME_RECOVERED;
    return set_lost(s, e) ? OUTCOME_LOST : OUTCOME_NEVER_READ;
}

static void conclude(struct set_scan *s, struct key_result *k, size_t open)
{
    const struct outcome_list *l = k->account->list;
    const struct op *last = s->nreads ? set_read(s, (uint32_t)s->nreads - 1) : NULL;
    const struct op *failed = s->later_failed == NO_EVENT ? NULL
                                                          : &s->in->h->ops[s->later_failed];
    if (set_refute(s, k))
        return;
    if (!last)
        account_unknown(k, "no final read: no read was acknowledged");
    else if (failed && account_inv(failed) > account_res(last))
        account_unknown(k, "no final read: the last read was not acknowledged, and what an earlier "
                        "one returned may have changed");
    else if (open > 0)
        account_unknown(k, "no final read: %zu element%s known to be there only after the last "
                        "read had begun", open, open == 1 ? " was" : "s were");
    else if (l[OUTCOME_OK].n + l[OUTCOME_RECOVERED].n == 0)
        account_unknown(k, "nothing was tested: no element was added for certain");
}

static bool run(const struct account_input *in, struct key_result *k, struct err *e)
{
    struct set_scan s;
    bool stopped, good = set_scan(&s, in, k, &stopped, e);
    if (good && !stopped)
        conclude(&s, k, set_tally(&s, k, judge, &s));
    set_scan_free(&s);
    return good;
}

static const struct part_name names[] = {
    {"add", PART_ADD},   {"broadcast", PART_ADD}, {"insert", PART_ADD},
    {"read", PART_READ}, {NULL, PART_OTHER}};

const struct property property_set = {
    .name = "set",
    .summary = "the final read has every element that was added, none that was not, none twice",
    .complexity = "linear in what was read",
    .names = names,
    .run = run,
};
