#include "checker/levels/level.h"

#include "base/mem.h"
#include "base/sort.h"
#include "checker/account_say.h"
#include "checker/rules.h"

const char *const edge_names[EDGES] = {
    [EDGE_PROGRAM] = "program-order", [EDGE_READS] = "reads-from", [EDGE_CONFLICT] = "conflict",
    [EDGE_ANTI] = "overwritten",      [EDGE_VERSION] = "version",  [EDGE_INITIAL] = "initial",
    [EDGE_AGREED] = "agreed",         [EDGE_TIME] = "real-time",     [EDGE_RULE] = "rule",
};

struct speaker level_speaker(const struct history *h, struct key_result *k)
{
    k->steps = arena_alloc(&k->arena, STEPS_MAX * sizeof *k->steps);
    k->nsteps = 0;
    return (struct speaker){.h = h, .k = k};
}

/* What a person looks for: of a read what it returned. */
static void say_what(struct speaker *s, const struct op *op)
{
    const struct values *t = &s->h->values;
    bool argument = op->in != VAL_ABSENT && op->in != VAL_NIL;
    buf_put(&s->b, val_get_text(t, op->f));
    buf_putc(&s->b, ' ');
    say_val(s, argument || op->type != OP_OK || op->out == VAL_ABSENT ? op->in : op->out);
    if (op->key != VAL_ABSENT) {
        buf_puts(&s->b, " of key ");
        say_val(s, op->key);
    }
}

void level_say_op(struct speaker *s, uint32_t id)
{
    const struct op *op = &s->h->ops[id];
    say_what(s, op);
    say_who_and_when(s, op);
}

/* ---- edges -------------------------------------------------------------------------------- */

/* The place of an operation among those of the core, as "T3". */
static void say_name(struct speaker *s, uint32_t op)
{
    const struct key_result *k = s->k;
    for (size_t i = 0; i < k->ncore; i++)
        if (k->core[i].op == op)
            buf_printf(&s->b, "T%zu", i + 1);
}

static int64_t version_of(const struct history *h, uint32_t id)
{
    const struct op *op = &h->ops[id];
    return h->events.version && op->type == OP_OK ? h->events.version[op->ret] : -1;
}

static void say_versions(struct speaker *s, const struct edge *e)
{
    int64_t from = version_of(s->h, e->from), to = version_of(s->h, e->to);
    buf_puts(&s->b, "it has the lower version");
    if (from < 0 || to < 0)
        return;
    buf_puts(&s->b, ", ");
    buf_i64(&s->b, from);
    buf_puts(&s->b, ", and the other has ");
    buf_i64(&s->b, to);
}

static void say_because(struct speaker *s, const struct edge *e)
{
    const struct op *from = &s->h->ops[e->from];
    switch (e->kind) {
    case EDGE_PROGRAM:
        buf_puts(&s->b, "process ");
        say_val(s, from->process);
        buf_puts(&s->b, " did them in this order");
        return;
    case EDGE_READS:
        say_name(s, e->to);
        buf_puts(&s->b, " observed what ");
        say_name(s, e->from);
        buf_puts(&s->b, " wrote");
        return;
    case EDGE_CONFLICT:
        say_name(s, e->via);
        buf_puts(&s->b, " observed ");
        say_name(s, e->to);
        buf_puts(&s->b, " although ");
        say_name(s, e->from);
        buf_puts(&s->b, " was before it, so the one replaced the other");
        return;
    case EDGE_ANTI:
        say_name(s, e->from);
        buf_puts(&s->b, " observed ");
        say_name(s, e->via);
        buf_puts(&s->b, ", which ");
        say_name(s, e->to);
        buf_puts(&s->b, " replaced");
        return;
    case EDGE_VERSION:
        say_versions(s, e);
        return;
    case EDGE_INITIAL:
        say_name(s, e->from);
        buf_puts(&s->b, " observed the initial value, which ");
        say_name(s, e->to);
        buf_puts(&s->b, " replaced");
        return;
    case EDGE_AGREED:
        buf_puts(&s->b, "one process sees them in this order, and all agree on the order of the "
                        "writes of a key");
        return;
    case EDGE_TIME:
        buf_puts(&s->b, "it completed before the other was invoked");
        return;
    case EDGE_RULE:
    case EDGES:
        buf_puts(&s->b, e->text);
        return;
    }
}

static bool is_named(uint32_t op, const struct edge *edges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (op == edges[i].from || op == edges[i].to || op == edges[i].via)
            return true;
    return false;
}

void level_edges(struct speaker *s, const struct edge *edges, size_t n, const uint32_t *extra,
                 size_t nextra)
{
    struct key_result *k = s->k;
    uint32_t *ops = mem_alloc((3 * n + nextra + 1) * sizeof *ops);
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        ops[m++] = edges[i].from;
        ops[m++] = edges[i].to;
        ops[m++] = edges[i].via;
    }
    for (size_t i = 0; i < nextra; i++)
        ops[m++] = extra[i];
    level_show(k, ops, m, k->bad_op);
    mem_free(ops);
    k->edges = arena_alloc(&k->arena, (n + 1) * sizeof *k->edges);
    k->nedges = n;
    for (size_t i = 0; i < n; i++)
        k->edges[i] = edges[i];
    for (size_t i = 0; i < k->ncore; i++) {
        if (k->ncore + n > STEPS_MAX && !is_named(k->core[i].op, edges, n) &&
            k->core[i].op != k->bad_op)
            continue;
        buf_puts(&s->b, "Let ");
        say_name(s, k->core[i].op);
        buf_puts(&s->b, " = ");
        level_say_op(s, k->core[i].op);
        say_end_step(s);
    }
    for (size_t i = 0; i < n; i++) {
        buf_puts(&s->b, "Then ");
        say_name(s, edges[i].from);
        buf_puts(&s->b, " < ");
        say_name(s, edges[i].to);
        buf_puts(&s->b, ", because ");
        say_because(s, &edges[i]);
        say_end_step(s);
    }
}

/* ---- verdicts ------------------------------------------------------------------------------ */

void level_show(struct key_result *k, const uint32_t *ops, size_t n, uint32_t bad)
{
    uint64_t *words = mem_alloc((n + 2) * sizeof *words);
    size_t m = 0;
    k->bad_op = bad;
    if (bad != NO_EVENT)
        words[m++] = sort_word(bad, bad);
    for (size_t i = 0; i < n; i++)
        if (ops[i] != NO_EVENT)
            words[m++] = sort_word(ops[i], ops[i]);
    sort_by_high32(words, m);
    k->core = arena_alloc(&k->arena, (m + 1) * sizeof *k->core);
    k->ncore = 0;
    for (size_t i = 0; i < m; i++)
        if (i == 0 || words[i] != words[i - 1])
            k->core[k->ncore++] = (struct core_op){sort_id(words[i]), true};
    mem_free(words);
}

void level_invalid(struct speaker *s, const char *word)
{
    s->k->verdict = VERDICT_INVALID;
    s->k->word = word;
    s->k->minimal = true;
    s->k->reason = say_keep(s);
}

void level_unknown(struct key_result *k, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    key_unknown(k, fmt, ap);
    va_end(ap);
}

bool level_stopped(const struct level_input *in, struct key_result *k)
{
    enum stop_cause cause = budget_stopped(in->budget);
    if (cause != STOP_NONE)
        level_unknown(k, "%s", stop_text(cause));
    return cause != STOP_NONE;
}

bool level_memory(const struct level_input *in, struct key_result *k, size_t bytes)
{
    if (budget_memory(in->budget, (ptrdiff_t)bytes))
        return true;
    (void)budget_memory(in->budget, -(ptrdiff_t)bytes);
    level_unknown(k, "this level needs about %zu bytes, which is more than the memory limit allows",
                  bytes);
    return false;
}

const char *level_unfit(const struct property *p, const struct model *m)
{
    for (size_t i = 0; p->judges && p->judges[i]; i++)
        if (m && strcmp(m->name, p->judges[i]) == 0)
            return NULL;
    return p->judges ? "this level is about operations of other kinds of objects" : NULL;
}
