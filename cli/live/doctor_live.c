/* What `belie doctor` finds out. */
#include "base/clock.h"
#include "base/mem.h"
#include "cli/live/live_nodes.h"
#include "cli/live/live_plan.h"
#include "cli/live/secrets.h"
#include "cli/terminal.h"
#include "histories/reader.h"

#include <stdlib.h>

/* Operations in an order in which each has a known answer. */
struct trial {
    enum request_kind kind;
    const char *key;      /* one per kind of object */
    const char *value;    /* of the invocation, as EDN */
    const char *expected; /* result; NULL: that it succeeds is enough */
};

static const struct trial trials[] = {
    {REQUEST_READ, "register", "nil", "nil"}, {REQUEST_WRITE, "register", "1", NULL},
    {REQUEST_READ, "register", "nil", "1"},   {REQUEST_CAS, "register", "[1 2]", NULL},
    {REQUEST_READ, "register", "nil", NULL},  {REQUEST_COUNT, "counter", "nil", "0"},
    {REQUEST_ADD, "counter", "3", NULL},      {REQUEST_COUNT, "counter", "nil", "3"},
    {REQUEST_MEMBERS, "set", "nil", "#{}"},   {REQUEST_INSERT, "set", "7", NULL},
    {REQUEST_MEMBERS, "set", "nil", "#{7}"},  {REQUEST_REMOVE, "set", "7", NULL},
    {REQUEST_ENQUEUE, "queue", "5", NULL},    {REQUEST_DEQUEUE, "queue", "nil", "5"},
    {REQUEST_DRAIN, "queue", "nil", "[]"},    {REQUEST_ACQUIRE, "mutex", "nil", NULL},
    {REQUEST_RELEASE, "mutex", "nil", NULL},
};
enum { TRIALS = sizeof trials / sizeof *trials };

struct doctor {
    const struct live_plan *plan;
    struct buf out;
    unsigned problems;
};

__attribute__((format(printf, 3, 4))) static void tell(struct doctor *d, bool good, const char *fmt,
                                                       ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    buf_printf(&d->out, "%s %s\n", good ? "ok   " : "WRONG", text);
    d->problems += !good;
}

static struct client_place place(const struct live_plan *p, uint32_t node)
{
    return (struct client_place){
        .target = &p->target,
        .node = p->nodes[node],
        .number = node,
        .timeout = p->test.timeout,
        .stop_fd = -1,
    };
}

/* A list instead of a set, where only the items matter. */
static bool same(struct values *t, val got, val wanted)
{
    size_t n;
    if (val_kind(t, wanted) != V_SET || val_kind(t, got) != V_LIST)
        return got == wanted;
    const val *items = val_items(t, got, &n);
    val *copy = mem_alloc((n ? n : 1) * sizeof *copy);
    if (n)
        memcpy(copy, items, n * sizeof *copy);
    val set = val_seq(t, V_SET, copy, n);
    mem_free(copy);
    return set == wanted;
}

static void judge(struct doctor *d, const struct trial *t, const struct client_result *r,
                  struct values *values, double ms)
{
    static const char *const types[] = {"invoke", "ok", "fail", "info"};
    const char *name = request_name(t->kind);
    struct buf got = {0};
    val wanted = VAL_ABSENT;
    if (r->type != OP_OK) {
        tell(d, false, "%s %s: %s, %s %s", name, t->value, types[r->type], r->error, r->message);
        return;
    }
    if (r->value != VAL_ABSENT)
        val_print_edn(values, r->value, &got);
    buf_putc(&got, '\0');
    bool good = !t->expected || (edn_parse_value(values, str_of(t->expected), &wanted, NULL) &&
                                 same(values, r->value, wanted));
    if (good)
        tell(d, true, "%s %s%s%s (%.1f ms)", name, t->value, got.p[0] ? " -> " : "", got.p, ms);
    else
        tell(d, false, "%s %s -> %s, and not %s", name, t->value, got.p, t->expected);
    buf_free(&got);
}

static void try_operations(struct doctor *d)
{
    const struct target *t = &d->plan->target;
    const struct client_place p = place(d->plan, 0);
    struct err e = {0};
    struct values values;
    void *client = t->client->open(t->config, &p, &e);
    if (!client) {
        tell(d, false, "no client: %s", e.text);
        return;
    }
    values_init(&values);
    for (size_t i = 0; i < TRIALS; i++) {
        const struct workload_op w = {request_name(trials[i].kind), trials[i].kind};
        struct client_op op = {.op = &w, .values = &values};
        struct client_result r = {.type = OP_INFO, .value = VAL_ABSENT};
        if (!t->client->does(t->config, trials[i].kind))
            continue;
        op.key = val_text(&values, V_STRING, str_of(trials[i].key));
        if (!edn_parse_value(&values, str_of(trials[i].value), &op.value, NULL))
            continue;
        int64_t began = clock_ns();
        t->client->invoke(client, &op, &r);
        judge(d, &trials[i], &r, &values, (double)(clock_ns() - began) / 1e6);
    }
    values_free(&values);
    t->client->close(client);
}

static bool find_nodes(struct doctor *d)
{
    const struct live_plan *p = d->plan;
    bool all = true;
    for (uint32_t i = 0; i < p->test.nnodes; i++) {
        struct err e = {0};
        const struct client_place at = place(p, i);
        bool found = p->target.client->probe(p->target.config, &at, &e);
        tell(d, found, "%s%s", found ? p->nodes[i] : e.text, found ? " can be reached" : "");
        all &= found;
    }
    return all;
}

static void list_workloads(struct doctor *d)
{
    const struct target *t = &d->plan->target;
    for (size_t i = 0; workloads[i]; i++) {
        const char *missing = NULL;
        bool can = target_does(t, workloads[i], &missing);
        buf_printf(&d->out, "%s workload %s%s%s%s\n", can ? "ok   " : "-    ", workloads[i]->name,
                   can ? "" : ": \"", can ? "" : missing, can ? "" : "\" is not described");
    }
}

static void list_faults(struct doctor *d)
{
    const struct live_system *s = d->plan->test.system;
    unsigned n = 0;
    for (size_t i = 0; s && s->faults && faults[i]; i++)
        if (fault_possible(faults[i], s->faults)) {
            buf_printf(&d->out, "ok    fault %s\n", faults[i]->name);
            n++;
        }
    if (!n)
        buf_puts(&d->out, "-     no faults: nobody controls the nodes\n");
}

static void examine(struct doctor *d)
{
    const struct live_plan *p = d->plan;
    const struct target *t = &p->target;
    const struct client_place first = place(p, 0);
    struct err e = {0};
    tell(d, true, "%s: %s", t->path, t->summary ? t->summary : t->name);
    buf_printf(&d->out, "%s %s%s\n", t->verified ? "ok   " : "-    ",
               t->verified ? "the description was run with " : "the description was never run",
               t->verified ? t->verified : "");
    bool there = find_nodes(d);
    bool prepared = there && (!t->client->prepare || t->client->prepare(t->config, &first, &e));
    if (there && !prepared)
        tell(d, false, "%s", e.text);
    if (prepared)
        try_operations(d);
    if (prepared && t->client->finish && !t->client->finish(t->config, &first, &e))
        tell(d, false, "%s", e.text);
    list_workloads(d);
    list_faults(d);
}

int live_doctor(const struct run_config *c, int argc, char **argv)
{
    struct live_plan plan;
    struct err e = {0};
    (void)argc;
    (void)argv;
    if (live_controlled(&c->live)) /* the database is started by the test: look at the machines */
        return live_nodes_doctor(c);
    if (!live_plan_look(&plan, c, &e))
        return e.code == ERR_USAGE ? usage_error(&command_doctor, "%s", e.text) : say_error(&e);
    struct doctor d = {.plan = &plan};
    examine(&d);
    struct buf shown = {0};
    secrets_hide(&plan, buf_str(&d.out), &shown);
    print_buf(&shown);
    buf_free(&d.out);
    if (d.problems)
        say("%u thing%s wrong", d.problems, d.problems == 1 ? " is" : "s are");
    live_plan_free(&plan);
    return d.problems ? EXIT_USAGE : EXIT_VALID;
}
