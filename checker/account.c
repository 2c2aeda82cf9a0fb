#include "checker/account.h"

#include "base/mem.h"
#include "base/sort.h"
#include "checker/property.h"
#include "checker/rules.h"
#include "histories/element_set.h"

#include <stdlib.h>

const char *const outcome_names[OUTCOMES] = {
    [OUTCOME_OK] = "ok",
    [OUTCOME_STALE] = "stale",
    [OUTCOME_RECOVERED] = "recovered",
    [OUTCOME_NEVER_READ] = "never-read",
    [OUTCOME_LOST] = "lost",
    [OUTCOME_UNEXPECTED] = "unexpected",
    [OUTCOME_DUPLICATED] = "duplicated",
};

const double quantile_points[QUANTILES] = {0, 0.5, 0.95, 0.99, 1};

/* ---- one key ------------------------------------------------------------------------------- */

static bool find_part(const struct property *p, const struct account_input *in, const struct op *op,
                      uint8_t *part, struct err *e)
{
    struct str f = val_get_text(&in->h->values, op->f);
    for (size_t i = 0; p->names[i].f; i++) {
        if (str_is(f, p->names[i].f)) {
            *part = (uint8_t)p->names[i].part;
            return true;
        }
    }
    *part = PART_OTHER;
    if (p->ignores_others || op->type == OP_FAIL)
        return true;
    struct buf known = {.max = 200};
    buf_printf(&known, "%s has no such operation (it knows", p->name);
    for (size_t i = 0; p->names[i].f; i++)
        buf_printf(&known, "%s %s", i ? "," : "", p->names[i].f);
    buf_puts(&known, ")");
    buf_putc(&known, '\0');
    account_misfit(in, op, e, known.p);
    buf_free(&known);
    return false;
}

static bool find_parts(const struct property *p, const struct account_input *in, uint8_t *part,
                       struct err *e)
{
    enum { KNOWN = 16 }; /* a history repeats few names */
    val name[KNOWN] = {0};
    uint8_t means[KNOWN] = {0};
    for (size_t i = 0; i < in->n; i++) {
        const struct op *op = &in->h->ops[in->ids[i]];
        size_t slot = op->f % KNOWN;
        if (name[slot] == op->f && op->f != VAL_NIL) {
            part[i] = means[slot];
            continue;
        }
        if (!find_part(p, in, op, &part[i], e))
            return false;
        if (part[i] != PART_OTHER || p->ignores_others) {
            name[slot] = op->f;
            means[slot] = part[i];
        }
    }
    return true;
}

bool account_key(const struct property *p, struct account_input *in, struct key_result *k,
                 struct err *e)
{
    if (in->h->events.n >= UINT32_MAX / 2 - 1)
        return err_set(e, ERR_INPUT, "more than 2^31 events in one history");
    uint8_t *part = mem_alloc(in->n + 1);
    in->part = part;
    k->account = arena_zalloc(&k->arena, sizeof *k->account);
    k->account->least = k->account->greatest = VAL_ABSENT;
    k->algorithm = p->name;
    k->why_algorithm = p->complexity;
    k->verdict = VERDICT_VALID;
    k->certified = (uint32_t)in->h->events.n;
    for (size_t i = 0; i < in->n; i++)
        k->crashed += in->h->ops[in->ids[i]].type == OP_INFO;
    /* The books of all properties take less than this; what is input already is not counted. */
    ptrdiff_t bytes = (ptrdiff_t)(in->n * 100);
    bool good = true;
    if (!budget_memory(in->budget, bytes))
        account_unknown(k, "the books of this key need about %lld bytes, which is more than the "
                        "memory limit allows", (long long)bytes);
    else
        good = find_parts(p, in, part, e) && p->run(in, k, e);
    (void)budget_memory(in->budget, -bytes);
    if (k->verdict == VERDICT_UNKNOWN)
        k->certified = 0;
    k->explored = in->n;
    mem_free(part);
    in->part = NULL;
    return good;
}

/* ---- operations ---------------------------------------------------------------------------- */

val account_argument(const struct op *op)
{
    bool none = op->in == VAL_ABSENT || (op->in == VAL_NIL && op->out != VAL_ABSENT);
    return none ? op->out : op->in;
}

bool account_misfit(const struct account_input *in, const struct op *op, struct err *e,
                    const char *what)
{
    const struct history *h = in->h;
    struct buf text = {.max = 200};
    val_print_edn(&h->values, op->f, &text);
    buf_putc(&text, ' ');
    val_print_edn(&h->values, op->type == OP_OK && op->out != VAL_ABSENT ? op->out : op->in, &text);
    size_t line = 0, col = 0;
    if (h->source.path)
        history_where(h, op->inv, &line, &col);
    (void)err_set(e, ERR_INPUT, "%s:%zu:%zu: operation %.*s%s: %s",
                  h->source.path ? h->source.path : "history", line, col, (int)text.n,
                  buf_str(&text).p, text.cut ? "..." : "", what);
    buf_free(&text);
    return false;
}

bool account_items(const struct account_input *in, const struct op *op, const val **items,
                   size_t *n, bool *known, struct err *e)
{
    enum val_kind kind = val_kind(&in->h->values, op->out);
    *items = val_items(&in->h->values, op->out, n);
    *known = kind == V_LIST || kind == V_SET || (kind == V_NIL && !in->nil_unknown);
    if (kind != V_MAP && (*known || kind == V_NIL || kind == V_ABSENT))
        return true;
    return account_misfit(in, op, e, "what it returned is neither a list nor a set");
}

/* ---- the books ----------------------------------------------------------------------------- */

void account_number(struct account *a, const char *name, uint64_t n)
{
    size_t i = 0;
    while (a->numbers[i].name)
        i++;
    a->numbers[i] = (struct account_number){name, (int64_t)n};
}

void account_list(const struct account_input *in, struct key_result *k, enum outcome outcome,
                  const val *elements, size_t n, uint64_t copies)
{
    struct outcome_list *l = &k->account->list[outcome];
    if (n == 0)
        return;
    l->elements = arena_alloc(&k->arena, n * sizeof *l->elements);
    memcpy(l->elements, elements, n * sizeof *l->elements);
    element_set_sort(&in->h->values, l->elements, n);
    l->n = n;
    l->copies = copies;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void account_latencies(struct latencies *l, int64_t *ns, size_t n)
{
    l->n = n;
    if (n == 0)
        return;
    qsort(ns, n, sizeof *ns, by_size);
    for (size_t i = 0; i < QUANTILES; i++) {
        size_t at = (size_t)((double)n * quantile_points[i]);
        l->ns[i] = ns[at < n ? at : n - 1];
    }
}

int64_t account_elapsed(const struct history *h, uint32_t from, uint32_t to)
{
    int64_t a = h->events.time[from], b = h->events.time[to], d;
    if (a == NO_TIME || b == NO_TIME || __builtin_sub_overflow(b, a, &d))
        return NO_TIME;
    return d > 0 ? d : 0;
}

void account_show(struct key_result *k, const uint32_t *ops, size_t n, uint32_t bad)
{
    uint64_t words[ACCOUNT_SHOWN + 1];
    size_t m = 0;
    k->bad_op = bad;
    if (bad != NO_EVENT)
        words[m++] = sort_word(bad, bad);
    for (size_t i = 0; i < n && m < ACCOUNT_SHOWN; i++)
        if (ops[i] != NO_EVENT)
            words[m++] = sort_word(ops[i], ops[i]);
    sort_by_high32(words, m);
    k->core = arena_alloc(&k->arena, (m + 1) * sizeof *k->core);
    for (size_t i = 0; i < m; i++)
        if (i == 0 || words[i] != words[i - 1])
            k->core[k->ncore++] = (struct core_op){sort_id(words[i]), true};
}

void account_unknown(struct key_result *k, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    key_unknown(k, fmt, ap);
    va_end(ap);
}

bool account_stopped(const struct account_input *in, struct key_result *k)
{
    enum stop_cause cause = budget_stopped(in->budget);
    if (cause != STOP_NONE)
        account_unknown(k, "%s", stop_text(cause));
    return cause != STOP_NONE;
}
