#include "cli/run_plan.h"

#include "cli/flags.h"
#include "cli/numbers.h"
#include "cli/terminal.h"
#include "nemesis/fault_plan.h"

#include <math.h>

#define AIMED ":primaries"

static const char *workload_choice(size_t i)
{
    return workloads[i] ? workloads[i]->name : NULL;
}

static const char *fault_choice(size_t i)
{
    return faults[i] ? faults[i]->name : NULL;
}

static const struct option_spec specs[] = {
    {"sim", 0, "STORE", "the simulated store, or STORE:BUG for one with a planted bug", OPT_CHOICE,
     offsetof(struct run_config, store), store_name},
    {"workload", 'w', "WORKLOAD", "what the clients do", OPT_CHOICE,
     offsetof(struct run_config, workload), workload_choice},
    {"nemesis", 0, "FAULTS", "what goes wrong: names with commas between them, or none", OPT_TEXT,
     offsetof(struct run_config, nemesis), NULL},
    {"nemesis-interval", 0, "SECONDS", "mean time between the beginning and the end of a fault",
     OPT_SECONDS, offsetof(struct run_config, interval), NULL},
    {"replay", 0, "PATH", "make the faults of a recorded test again, at the same times", OPT_TEXT,
     offsetof(struct run_config, replay), NULL},
    {"time-limit", 0, "SECONDS", "how long clients work and faults happen", OPT_SECONDS,
     offsetof(struct run_config, time_limit), NULL},
    {"rate", 'r', "NUMBER", "operations per second over all clients; 0: as many as they can",
     OPT_REAL, offsetof(struct run_config, rate), NULL},
    {"concurrency", 0, "N", "clients; such as 10, or 3n for three per node", OPT_TEXT,
     offsetof(struct run_config, concurrency), NULL},
    {"ops-per-key", 0, "N", "many objects, each for N operations, instead of one", OPT_COUNT,
     offsetof(struct run_config, ops_per_key), NULL},
    {"seed", 0, "N", "the same seed and options record the same history", OPT_COUNT,
     offsetof(struct run_config, seed), NULL},
    {"test-count", 0, "N", "run N tests, with this seed and the following ones", OPT_COUNT,
     offsetof(struct run_config, test_count), NULL},
    {"store", 0, "DIR", "where to keep histories and results", OPT_TEXT,
     offsetof(struct run_config, root), NULL},
    {"jobs", 'j', "N", "check N keys at a time; default one per processor", OPT_COUNT,
     offsetof(struct run_config, jobs), NULL},
    {"html", 0, "FILE", "write the HTML report here, too (it is report.html of the folder)",
     OPT_TEXT, offsetof(struct run_config, html), NULL},
    {"list", 0, NULL, "list the stores with their bugs, the workloads and the faults", OPT_FLAG,
     offsetof(struct run_config, list), NULL},
    {"quiet", 'q', NULL, "print only PATH<TAB>verdict", OPT_FLAG,
     offsetof(struct run_config, quiet), NULL},
    {"verbose", 'v', NULL, "print every key and operation that is not explained", OPT_FLAG,
     offsetof(struct run_config, verbose), NULL},
    {"color", 0, "WHEN", "color the text", OPT_CHOICE, offsetof(struct run_config, color),
     color_choice},
    {0},
};

const struct option_group run_options[] = {
    {specs, 0},
    {threshold_options, offsetof(struct run_config, thresholds)},
    {live_options, offsetof(struct run_config, live)},
    {0},
};

void run_defaults(struct run_config *c)
{
    *c = (struct run_config){
        .workload = "register",
        .nemesis = "none",
        .concurrency = "2n",
        .root = "store",
        .interval = 5,
        .time_limit = 60,
        .rate = 200,
        .seed = 1,
        .test_count = 1,
    };
    live_defaults(&c->live);
}

static bool parse_nodes(const char *text, uint32_t *out, struct err *e)
{
    uint64_t n;
    if (!number_count(text, &n))
        return err_set(e, ERR_USAGE, "--nodes: '%s' is not a number: nodes are simulated here",
                       text);
    *out = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
    return true;
}

/* "10", or "3n" of n nodes. */
bool run_plan_clients(const char *text, uint32_t nodes, uint32_t *out, struct err *e)
{
    struct str s = str_of(text);
    int64_t n;
    bool per_node = str_ends(s, "n");
    s.n -= per_node;
    if (!str_to_i64(s, &n) || n < 1 || n > SIM_CLIENTS_MAX)
        return err_set(e, ERR_USAGE, "--concurrency: '%s' is not a number such as 10 or 3n", text);
    uint64_t all = (uint64_t)n * (per_node ? nodes : 1);
    *out = all > UINT32_MAX ? UINT32_MAX : (uint32_t)all;
    return true;
}

/* "kill", or "kill:primaries". */
static bool add_fault(struct str name, const struct fault **list, struct fault_list *out,
                      struct err *e)
{
    const bool aimed = str_ends(name, AIMED);
    name.n -= aimed ? strlen(AIMED) : 0;
    const struct fault *f = fault_find(name);
    char word[64];
    size_t n = name.n < sizeof word ? name.n : sizeof word - 1;
    memcpy(word, name.p, n);
    word[n] = '\0';
    if (!f)
        return err_set(e, ERR_USAGE, "--nemesis: there is no fault '%s'%s", word,
                       suggestion(word, fault_choice));
    for (size_t i = 0; i < out->n; i++)
        if (list[i] == f)
            return err_set(e, ERR_USAGE, "--nemesis: '%s' is named twice", word);
    out->aimed |= (uint64_t)aimed << out->n;
    list[out->n++] = f;
    return true;
}

bool run_plan_faults(const char *text, const struct fault **list, struct fault_list *out,
                     struct err *e)
{
    static const char swarm[] = "swarm";
    size_t first = strcspn(text, ",");
    *out = (struct fault_list){.v = list};
    if (strcmp(text, "none") == 0)
        return true;
    out->swarm = str_is((struct str){text, first}, swarm);
    if (out->swarm && text[first] == '\0') {
        for (; faults[out->n]; out->n++)
            list[out->n] = faults[out->n];
        return true;
    }
    text += out->swarm ? first + 1 : 0;
    for (;;) {
        size_t length = strcspn(text, ",");
        if (!add_fault((struct str){text, length}, list, out, e))
            return false;
        if (text[length] == '\0')
            return true;
        text += length + 1;
    }
}

int64_t run_plan_ns(double seconds)
{
    return (int64_t)llround(seconds * 1e9);
}

void run_plan_name(const struct run_config *c, const char *system, const struct history *plan,
                   const struct fault_list *list, struct buf *out)
{
    if (c->name)
        buf_puts(out, c->name);
    else
        buf_printf(out, "%s-%s%s", system, c->workload,
                   plan          ? "-replay"
                   : list->swarm ? "-swarm"
                                 : "");
    for (size_t i = 0; !c->name && !plan && !list->swarm && i < list->n; i++)
        buf_printf(out, "-%s", list->v[i]->name);
    buf_putc(out, '\0');
}

void run_plan_possible(const char *text, const struct nemesis_target *can,
                       const struct fault **list, struct fault_list *out)
{
    size_t n = 0;
    for (size_t i = 0; strcmp(text, "swarm") == 0 && can && i < out->n; i++)
        if (fault_possible(list[i], can))
            list[n++] = list[i];
    out->n = n ? n : out->n;
}

bool run_plan_replay(const struct run_config *c, struct history *h, const struct history **plan,
                     const struct fault **list, struct fault_list *out, struct err *e)
{
    struct paths paths = {0};
    struct arena a = {0};
    struct fault_plan read;
    const struct load_options load = {.pair = {.lenient = true}, .split = SPLIT_NO};
    if (!c->replay)
        return true;
    if (out->n)
        return err_set(e, ERR_USAGE,
                       "--replay and --nemesis exclude each other: the faults are "
                       "those that were recorded");
    bool ok = flags_one_path(&paths, c->replay, e) && history_load(h, paths.p[0], &load, e);
    paths_free(&paths);
    if (!ok)
        return false;
    *plan = h;
    ok = fault_plan_read(&read, h, &h->values, &a, e);
    if (ok)
        fault_plan_faults(&read, &h->values, list, &out->n, RUN_FAULTS_MAX);
    out->v = list;
    arena_free(&a);
    return ok;
}

void run_plan_free(struct run_plan *p)
{
    buf_free(&p->name);
    if (p->test.plan)
        history_free(&p->replayed);
}

bool run_plan_make(struct run_plan *p, const struct run_config *c, struct err *e)
{
    *p = (struct run_plan){0};
    if (!c->store)
        return err_set(e, ERR_USAGE,
                       "say what to test: --sim STORE (see --list), --target TARGET "
                       "(see 'belie targets') or a TEST.json");
    struct sim_test *t = &p->test;
    uint32_t nodes = 5;
    unsigned variant = 0;
    if (c->live.nodes && !parse_nodes(c->live.nodes, &nodes, e))
        return false;
    const struct store *store = store_find(c->store, &variant);
    *t = (struct sim_test){
        .store = store,
        .variant = variant,
        .workload = workload_find(c->workload),
        .nodes = nodes,
        .ops_per_key = c->ops_per_key,
        .time_limit = run_plan_ns(c->time_limit),
        .interval = run_plan_ns(c->interval),
        .mean_pause = c->rate > 0 ? run_plan_ns(1 / c->rate) : 0,
        .seed = c->seed,
    };
    if (c->test_count == 0)
        return err_set(e, ERR_USAGE, "--test-count: at least one test");
    if (!run_plan_clients(c->concurrency, nodes, &t->clients, e) ||
        !run_plan_faults(c->nemesis, p->faults, &t->faults, e) ||
        !run_plan_replay(c, &p->replayed, &t->plan, p->faults, &t->faults, e))
        return false;
    run_plan_possible(c->nemesis, &cluster_target, p->faults, &t->faults);
    if (!sim_test_possible(t, e))
        return false;
    run_plan_name(c, c->store, t->plan, &t->faults, &p->name);
    return true;
}

static const char *bug_name(const struct sim_test *t)
{
    return t->variant ? t->store->bugs[t->variant - 1].name : NULL;
}

void run_plan_say(const struct run_plan *p)
{
    const struct sim_test *t = &p->test;
    say("%s: %s; promises: %s", t->store->name, t->store->summary, t->store->level);
    if (t->variant)
        say("with a planted bug, %s: %s", bug_name(t), t->store->bugs[t->variant - 1].summary);
    say("%u nodes, %u clients, %.10g s of virtual time; checked: %s", t->nodes, t->clients,
        (double)t->time_limit / 1e9, t->workload->property);
}

void run_plan_member(struct buf *out, const char *key, const char *text)
{
    buf_printf(out, ",\n \"%s\": ", key);
    if (text)
        json_print_string(str_of(text), out);
    else
        buf_puts(out, "null");
}

void run_plan_number(struct buf *out, const char *key, uint64_t n)
{
    buf_printf(out, ",\n \"%s\": %llu", key, (unsigned long long)n);
}

void run_plan_nemesis(struct buf *out, const struct fault_list *list, const struct history *plan,
                      int64_t interval)
{
    buf_puts(out, ",\n \"nemesis\": [");
    for (size_t i = 0; i < list->n; i++)
        buf_printf(out, "%s\"%s%s\"", i ? ", " : "", list->v[i]->name,
                   list->aimed >> i & 1 ? AIMED : "");
    buf_printf(out, "],\n \"nemesis-swarm\": %s", list->swarm ? "true" : "false");
    run_plan_member(out, "replay", plan ? plan->source.path : NULL);
    run_plan_number(out, "nemesis-interval-ns", (uint64_t)interval);
}

void run_plan_json(const struct run_plan *p, const struct sim_test *t, struct buf *out)
{
    buf_puts(out, "{\"schema\": 1");
    run_plan_member(out, "belie", BELIE_VERSION);
    run_plan_member(out, "name", p->name.p);
    run_plan_member(out, "sim", t->store->name);
    run_plan_member(out, "bug", bug_name(t));
    run_plan_member(out, "promises", t->store->level);
    run_plan_member(out, "workload", t->workload->name);
    run_plan_member(out, "property", t->workload->property);
    run_plan_nemesis(out, &t->faults, t->plan, t->interval);
    run_plan_number(out, "time-limit-ns", (uint64_t)t->time_limit);
    run_plan_number(out, "mean-pause-ns", (uint64_t)t->mean_pause);
    run_plan_number(out, "nodes", t->nodes);
    run_plan_number(out, "concurrency", t->clients);
    run_plan_number(out, "ops-per-key", t->ops_per_key);
    run_plan_number(out, "seed", t->seed);
}

void run_plan_list(void)
{
    struct buf out = {0};
    buf_puts(&out, "stores (--sim)\n");
    for (size_t i = 0; stores[i]; i++) {
        buf_printf(&out, "  %-24s%s; promises: %s\n", stores[i]->name, stores[i]->summary,
                   stores[i]->level);
        for (const struct store_bug *b = stores[i]->bugs; b->name; b++) {
            int used = (int)(strlen(stores[i]->name) + strlen(b->name)) + 1;
            buf_printf(&out, "  %s:%s%*s%s\n", stores[i]->name, b->name, used < 24 ? 24 - used : 1,
                       "", b->summary);
        }
    }
    buf_puts(&out, "workloads (--workload)\n");
    for (size_t i = 0; workloads[i]; i++)
        buf_printf(&out, "  %-24s%s; checked: %s\n", workloads[i]->name, workloads[i]->summary,
                   workloads[i]->property);
    buf_puts(&out, "faults (--nemesis)\n");
    for (size_t i = 0; faults[i]; i++)
        buf_printf(&out, "  %-24s%s\n", faults[i]->name, faults[i]->summary);
    print_buf(&out);
}
