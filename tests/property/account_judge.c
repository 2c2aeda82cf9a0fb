#include "tests/property/account_judge.h"

#include "checker/property.h"

#include <stdio.h>

static const char *const words[] = {"valid", "invalid", "unknown"};

static const struct outcome_list *list_of(const struct key_result *k, int o)
{
    return &k->account->list[o];
}

/* Sorted, distinct, and exactly the elements (and as many copies) that the oracle has. */
static bool lists_agree(const struct history *h, const struct key_result *k,
                        const struct account_truth *t, char why[ACCOUNT_WHY])
{
    for (int o = 0; o < OUTCOMES; o++) {
        const struct outcome_list *l = list_of(k, o);
        size_t n = 0;
        uint64_t copies = 0;
        for (int v = 0; v < CASE_VALUES; v++) {
            int64_t x = -1;
            if (t->copies[o][v] == 0)
                continue;
            bool there = n < l->n && val_get_int(&h->values, l->elements[n], &x) && x == v;
            n++;
            copies += t->copies[o][v];
            if (!there) {
                (void)snprintf(why, ACCOUNT_WHY, "element %d should be %s", v, outcome_names[o]);
                return false;
            }
        }
        if (n != l->n || copies != l->copies) {
            (void)snprintf(why, ACCOUNT_WHY, "%zu elements, %llu copies are %s, expected %zu, %llu",
                           l->n, (unsigned long long)l->copies, outcome_names[o], n,
                           (unsigned long long)copies);
            return false;
        }
    }
    return true;
}

/* Jepsen's frequency distribution of sorted values. */
static bool latencies_agree(const struct latencies *l, const int64_t *sorted, size_t n)
{
    static const unsigned percent[QUANTILES] = {0, 50, 95, 99, 100};
    if (l->n != n)
        return false;
    for (size_t q = 0; q < QUANTILES && n > 0; q++) {
        size_t at = n * percent[q] / 100;
        if (l->ns[q] != sorted[at < n ? at : n - 1])
            return false;
    }
    return true;
}

static int64_t number_of(const struct account *a, const char *name)
{
    for (size_t i = 0; a->numbers[i].name; i++)
        if (strcmp(a->numbers[i].name, name) == 0)
            return a->numbers[i].n;
    return -1;
}

/* A violation is shown by operations, by invocation, the contradicting one among them. */
static bool evidence_holds(const struct history *h, const struct key_result *k)
{
    bool bad = false;
    for (size_t i = 0; i < k->ncore; i++) {
        bad |= k->core[i].op == k->bad_op;
        if (k->core[i].op >= h->nops || (i > 0 && k->core[i].op <= k->core[i - 1].op))
            return false;
    }
    return bad && k->nsteps > 0 && k->account->rule && k->reason;
}

/* Every order of every subset of crashed operations: only where these are few. */
static bool small(const struct account_case *c)
{
    size_t crashed = 0;
    for (size_t i = 0; i < c->n; i++)
        crashed += c->at[i].type == OP_INFO;
    return c->n <= CASE_SMALL && crashed <= 4;
}

/* Models refuse drains and sets that are read as nil, and do not look at operations that failed, so
 * not at those either that failed because a queue was empty. */
static bool models_take(const struct case_op *op, enum account_kind kind)
{
    bool set = kind == CASE_SET || kind == CASE_SET_FULL;
    return strcmp(op->f, "drain") != 0 && !(set && op->gives == GIVES_NIL) &&
           !(op->mark && op->type == OP_FAIL);
}

/* The engines are asked, too: nothing that breaks a property is linearizable as the object that the
 * property is about. But to the model of a set a list is a set, whatever is there twice. */
static bool engines_disagree(const struct account_case *c, const struct history *h,
                             const char *rule, const char **why)
{
    static const char *const models_of[CASE_KINDS] = {
        [CASE_SET] = "grow-set",    [CASE_SET_FULL] = "grow-set", [CASE_QUEUE] = "unordered-queue",
        [CASE_COUNTER] = "counter", [CASE_IDS] = "unique-ids"};
    const struct model *m = models_of[c->kind] ? model_find(models_of[c->kind]) : NULL;
    struct budget budget = {0};
    struct check_result r;
    struct err e = {0};
    *why = "the model does not take these operations";
    if ((c->kind == CASE_SET || c->kind == CASE_SET_FULL) && strcmp(rule, "duplicated") == 0)
        return false;
    if (c->kind == CASE_QUEUE && !small(c)) /* a search may take long */
        return false;
    for (size_t i = 0; i < c->n; i++)
        if (!m || !models_take(&c->at[i], c->kind))
            return false;
    const struct check_options opt = {.model = m, .jobs = 1, .budget = &budget};
    if (!check_history(h, &opt, &r, &e))
        return true;
    *why = "invalid, but the engines find it linearizable";
    bool valid = r.verdict == VERDICT_VALID;
    check_result_free(&r);
    return valid;
}

static bool agrees(const struct account_case *c, const struct history *h,
                   const struct check_result *r, char why[ACCOUNT_WHY])
{
    struct account_truth t;
    account_truth(c, &t);
    (void)snprintf(why, ACCOUNT_WHY, "%s, expected %s", words[r->verdict], words[t.verdict]);
    if (r->nkeys != 1 || r->verdict != t.verdict)
        return false;
    const struct key_result *k = &r->keys[0];
    bool counters = c->kind == CASE_COUNTER || c->kind == CASE_PN_COUNTER;
    if (!lists_agree(h, k, &t, why))
        return false;
    (void)snprintf(why, ACCOUNT_WHY, "latencies or numbers differ");
    if (c->kind == CASE_SET_FULL && !(latencies_agree(&k->account->stable, t.stable, t.nstable) &&
                                      latencies_agree(&k->account->lost, t.lost, t.nlost)))
        return false;
    if (counters && number_of(k->account, "out-of-bounds") != (int64_t)t.errors)
        return false;
    (void)snprintf(why, ACCOUNT_WHY, "the evidence does not hold");
    if (r->verdict == VERDICT_INVALID && !evidence_holds(h, k))
        return false;
    const char *other = NULL;
    if (r->verdict == VERDICT_INVALID && engines_disagree(c, h, k->account->rule, &other)) {
        (void)snprintf(why, ACCOUNT_WHY, "%s", other);
        return false;
    }
    (void)snprintf(why, ACCOUNT_WHY, "invalid, but linearizable");
    return r->verdict != VERDICT_INVALID || c->kind == CASE_IDS || c->kind == CASE_PN_COUNTER ||
           !small(c) || !account_case_linearizable(c);
}

bool account_judge(const struct account_case *c, enum verdict *verdict, char why[ACCOUNT_WHY])
{
    const struct load_options load = {.format = "edn", .split = SPLIT_NO};
    struct buf text = {0};
    struct history h;
    struct err e = {0};
    struct budget budget = {0};
    struct check_result r;
    *verdict = VERDICT_UNKNOWN;
    account_case_text(c, &text);
    if (c->n == 0)
        return true;
    bool good = history_load_memory(&h, "case", buf_str(&text), &load, &e);
    if (good) {
        struct check_options opt = {
            .property = property_find(str_of(account_kind_names[c->kind])), .evidence = true,
            .jobs = 1, .budget = &budget};
        good = check_history(&h, &opt, &r, &e);
        if (good) {
            *verdict = r.verdict;
            good = agrees(c, &h, &r, why);
            check_result_free(&r);
        } else {
            (void)snprintf(why, ACCOUNT_WHY, "check: %.300s", e.text);
        }
        history_free(&h);
    } else {
        (void)snprintf(why, ACCOUNT_WHY, "reading: %.300s", e.text);
    }
    buf_free(&text);
    if (good && atomic_load(&budget.used_memory) != 0) {
        (void)snprintf(why, ACCOUNT_WHY, "memory is still accounted for");
        return false;
    }
    return good;
}
