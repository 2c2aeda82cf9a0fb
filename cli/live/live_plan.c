#define _POSIX_C_SOURCE 200809L
#include "cli/live/live_plan.h"

#include "base/mem.h"
#include "cli/command_line.h"
#include "cli/live/live_control.h"
#include "cli/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* ---- nodes --------------------------------------------------------------------------------- */

/* "host" gets the target's port; "[::1]:80" and "host:80" have one. */
static bool add_node(struct live_plan *p, struct str s, struct err *e)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s.p++;
        s.n--;
    }
    while (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
        s.n--;
    if (s.n == 0)
        return err_set(e, ERR_USAGE, "a node without an address");
    if (p->test.nnodes == LIVE_NODES_MAX)
        return err_set(e, ERR_USAGE, "more than %d nodes", LIVE_NODES_MAX);
    const char *text = arena_printf(&p->arena, "%.*s", (int)s.n, s.p);
    const char *colon = strrchr(text, ':');
    bool port = colon && !strchr(colon, ']');
    if (!port && p->target.port)
        text = arena_printf(&p->arena, "%s:%s", text, p->target.port);
    p->nodes[p->test.nnodes++] = text;
    return true;
}

static bool add_nodes(struct live_plan *p, const char *text, struct err *e)
{
    for (;;) {
        size_t n = strcspn(text, ",");
        if (!add_node(p, (struct str){text, n}, e))
            return err_wrap(e, "--nodes");
        if (text[n] == '\0')
            return true;
        text += n + 1;
    }
}

static bool add_nodes_of_file(struct live_plan *p, const char *path, struct err *e)
{
    char line[1024];
    bool ok = true;
    FILE *f = fopen(path, "re");
    if (!f)
        return err_set(e, ERR_IO, "--nodes-file: %s: %s", path, strerror(errno));
    while (ok && fgets(line, sizeof line, f))
        if (line[strspn(line, " \t\r\n")] != '\0')
            ok = add_node(p, str_of(line), e) || err_wrap(e, "%s", path);
    (void)fclose(f);
    return ok;
}

bool live_plan_nodes(struct live_plan *p, const struct live_config *c, struct err *e)
{
    for (size_t i = 0; i < c->node.n; i++)
        if (!add_node(p, str_of(c->node.v[i]), e))
            return err_wrap(e, "--node");
    if ((c->nodes && !add_nodes(p, c->nodes, e)) ||
        (c->nodes_file && !add_nodes_of_file(p, c->nodes_file, e)))
        return false;
    if (c->box && p->test.nnodes == 0 &&
        !add_nodes_of_file(p, live_box_file(c, "nodes", &p->arena), e))
        return err_wrap(e, "--box: is the box '%s' up (belie-testbed --name %s up)?", c->box,
                        c->box);
    if (p->test.nnodes == 0 && !p->target.port)
        return err_set(e, ERR_USAGE, "say where %s is: --nodes HOST:PORT,...",
                       p->target.name ? p->target.name : "the system");
    return p->test.nnodes > 0 || add_node(p, STR("127.0.0.1"), e);
}

/* ---- the target ---------------------------------------------------------------------------- */

/* Unlike that of any other run: keys of earlier tests are not met again. */
static const char *run_id(struct arena *a)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return arena_printf(a, "%llx-%x",
                        (unsigned long long)t.tv_sec * 1000000000 + (unsigned long long)t.tv_nsec,
                        (unsigned)getpid());
}

static bool find_target(struct live_plan *p, const struct live_config *c, struct err *e)
{
    struct target_setting settings[TEXTS_MAX];
    for (size_t i = 0; i < c->options.n; i++) {
        const char *equals = strchr(c->options.v[i], '=');
        if (!equals)
            return err_set(e, ERR_USAGE, "--option: '%s' is not NAME=VALUE", c->options.v[i]);
        settings[i].name =
            arena_printf(&p->arena, "%.*s", (int)(equals - c->options.v[i]), c->options.v[i]);
        settings[i].value = equals + 1;
    }
    const struct target_wish w = {c->target, settings, c->options.n, run_id(&p->arena)};
    return target_open(&p->target, &w, e);
}

/* ---- the test ------------------------------------------------------------------------------ */

/* The nodes are given. */
static bool take_control(struct live_plan *p, const struct run_config *c, struct err *e)
{
    struct system_options o = {
        .nodes = p->nodes, .n = p->test.nnodes, .leave_running = c->live.leave_running};
    if (!live_controlled(&c->live)) {
        bool ok = command_faults_open(&p->commands, &p->target, p->nodes, p->test.nnodes, e);
        p->test.system = command_faults_system(p->commands);
        return ok;
    }
    if (!live_hosts(&c->live, &o.hosts, &p->arena, e))
        return false;
    /* A fault lasts up to twice the interval: nodes that hear nothing for longer heal. */
    double longest = 4 * c->interval + 30;
    o.hosts.deadman = longest > o.hosts.deadman ? longest : o.hosts.deadman;
    p->system = system_new(&p->target, &o, e);
    if (!p->system)
        return false;
    p->test.system = system_live(p->system);
    return true;
}

static bool look(struct live_plan *p, const struct run_config *c, struct err *e)
{
    p->test.target = &p->target;
    p->test.nodes = p->nodes;
    p->test.timeout = run_plan_ns(c->live.timeout);
    return find_target(p, &c->live, e) && live_plan_nodes(p, &c->live, e) && take_control(p, c, e);
}

bool live_plan_look(struct live_plan *p, const struct run_config *c, struct err *e)
{
    *p = (struct live_plan){0};
    if (look(p, c, e))
        return true;
    live_plan_free(p);
    return false;
}

static bool make(struct live_plan *p, const struct run_config *c, struct err *e)
{
    struct live_test *t = &p->test;
    *t = (struct live_test){
        .workload = workload_find(c->workload),
        .faults.v = p->faults,
        .seed = c->seed,
        .ops_per_key = c->ops_per_key,
        .time_limit = run_plan_ns(c->time_limit),
        .interval = run_plan_ns(c->interval),
        .recovery = run_plan_ns(c->interval),
        .mean_pause = c->rate > 0 ? run_plan_ns(1 / c->rate) : 0,
        .ready = run_plan_ns(c->live.ready),
    };
    if (c->test_count == 0)
        return err_set(e, ERR_USAGE, "--test-count: at least one test");
    if (!look(p, c, e) || !run_plan_clients(c->concurrency, t->nnodes, &t->clients, e) ||
        !run_plan_faults(c->nemesis, p->faults, &t->faults, e) ||
        !run_plan_replay(c, &p->replayed, &t->plan, p->faults, &t->faults, e))
        return false;
    run_plan_possible(c->nemesis, t->system ? t->system->faults : NULL, p->faults, &t->faults);
    if (!live_test_possible(t, e))
        return false;
    for (size_t i = 0; p->system && i < t->faults.n; i++)
        if (t->faults.v[i]->own_disk)
            system_own_disk(p->system);
    run_plan_name(c, p->target.name, t->plan, &t->faults, &p->name);
    return true;
}

bool live_plan_make(struct live_plan *p, const struct run_config *c, struct err *e)
{
    *p = (struct live_plan){0};
    if (make(p, c, e))
        return true;
    live_plan_free(p);
    return false;
}

void live_plan_free(struct live_plan *p)
{
    if (p->test.plan)
        history_free(&p->replayed);
    system_free(p->system);
    command_faults_close(p->commands);
    target_close(&p->target);
    buf_free(&p->name);
    arena_free(&p->arena);
}

void live_plan_say(const struct live_plan *p)
{
    const struct live_test *t = &p->test;
    const struct target *g = &p->target;
    say("%s%s%s%s%s", g->name, g->summary ? ": " : "", g->summary ? g->summary : "",
        g->promises ? "; promises: " : "", g->promises ? g->promises : "");
    say("%u node%s, %u clients, %.10g s; checked: %s", t->nnodes, t->nnodes == 1 ? "" : "s",
        t->clients, (double)t->time_limit / 1e9, t->workload->property);
}

/* What the user gave: passwords may be in it. */
static void masked(struct buf *out, const char *text)
{
    struct buf shown = {0};
    command_line_mask(str_of(text), &shown);
    json_print_string(buf_str(&shown), out);
    buf_free(&shown);
}

void live_plan_json(const struct live_plan *p, uint64_t seed, struct buf *out)
{
    const struct live_test *t = &p->test;
    buf_puts(out, "{\"schema\": 1");
    run_plan_member(out, "belie", BELIE_VERSION);
    run_plan_member(out, "name", p->name.p);
    run_plan_member(out, "target", p->target.name);
    run_plan_member(out, "description", p->target.path);
    run_plan_member(out, "promises", p->target.promises);
    buf_puts(out, ",\n \"options\": {");
    for (size_t i = 0; i < p->target.nvariables; i++) {
        buf_puts(out, i ? ", " : "");
        json_print_string(str_of(p->target.variables[i].name), out);
        buf_puts(out, ": ");
        if (command_line_secret(str_of(p->target.variables[i].name)))
            buf_puts(out, "\"***\"");
        else
            masked(out, p->target.variables[i].text);
    }
    buf_puts(out, "},\n \"nodes\": [");
    for (uint32_t i = 0; i < t->nnodes; i++) {
        buf_puts(out, i ? ", " : "");
        masked(out, t->nodes[i]);
    }
    buf_puts(out, "]");
    run_plan_member(out, "workload", t->workload->name);
    run_plan_member(out, "property", t->workload->property);
    run_plan_nemesis(out, &t->faults, t->plan, t->interval);
    run_plan_number(out, "time-limit-ns", (uint64_t)t->time_limit);
    run_plan_number(out, "mean-pause-ns", (uint64_t)t->mean_pause);
    run_plan_number(out, "timeout-ns", (uint64_t)t->timeout);
    run_plan_number(out, "concurrency", t->clients);
    run_plan_number(out, "ops-per-key", t->ops_per_key);
    run_plan_number(out, "seed", seed);
}
