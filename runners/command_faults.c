#define _POSIX_C_SOURCE 200809L
#include "runners/command_faults.h"

#include "base/clock.h"
#include "base/mem.h"
#include "control/process.h"

#include <time.h>

enum { COMMAND_SECONDS = 60, DOWN_SECONDS = 2, UP_SECONDS = 20, SETTLE_PAUSE = 20000000 };

struct commands {
    const char *start, *stop, *check; /* start NULL: not described */
    bool on[LIVE_NODES_MAX];          /* started, and not stopped since */
};

struct command_faults {
    const struct target *target;
    const char *const *nodes;
    uint32_t n;
    struct commands kill, pause;
    struct nemesis_target faults;
    struct live_system system;
};

/* ---- running ------------------------------------------------------------------------------- */

/* True when the command succeeds. */
static bool run_command(struct command_faults *f, uint32_t node, const char *command, struct err *e)
{
    struct arena a = {0};
    const char *address = f->nodes[node], *colon = strrchr(address, ':');
    const int host = colon ? (int)(colon - address) : (int)strlen(address);
    const char *here = target_variable(f->target, STR("here"));
    const char *argv[] = {
        "env",
        arena_printf(&a, "BELIE_NODE=%s", address),
        arena_printf(&a, "BELIE_HOST=%.*s", host, address),
        arena_printf(&a, "BELIE_PORT=%s", colon ? colon + 1 : ""),
        arena_printf(&a, "BELIE_NUMBER=%u", node + 1),
        arena_printf(&a, "BELIE_HERE=%s", here ? here : "."),
        "sh",
        "-c",
        command,
        NULL,
    };
    struct stream s = {.in_end = true};
    bool ended = process_finish(argv, &s, clock_ns() + COMMAND_SECONDS * INT64_C(1000000000), e);
    bool ok = ended && s.status == 0;
    if (ended && !ok)
        (void)err_set(e, ERR_IO, "%s: the command \"%s\" ended with %d: %.*s", address, command,
                      s.status, s.errs.n > 200 ? 200 : (int)s.errs.n, s.errs.n ? s.errs.p : "");
    buf_free(&s.in);
    buf_free(&s.out);
    buf_free(&s.errs);
    arena_free(&a);
    return ok;
}

static void start(struct command_faults *f, struct commands *c, uint32_t node)
{
    c->on[node] = true; /* also when it fails: it may have done half of it */
    (void)run_command(f, node, c->start, NULL);
}

static bool stop(struct command_faults *f, struct commands *c, uint32_t node, struct err *e)
{
    bool ok = run_command(f, node, c->stop, e);
    c->on[node] &= !ok;
    return ok;
}

/* ---- the nemesis' functions ---------------------------------------------------------------- */

static bool node_up(void *ctx, uint32_t node)
{
    struct command_faults *f = ctx;
    const struct client_place p = {.target = f->target,
                                   .node = f->nodes[node],
                                   .number = node,
                                   .stop_fd = -1,
                                   .timeout = 2000000000};
    if (f->kill.check)
        return !run_command(f, node, f->kill.check, NULL);
    return f->target->client->probe(f->target->config, &p, NULL);
}

/* A process takes a moment to die, and longer to come up: wait until that can be measured. */
static void settle(struct command_faults *f, uint32_t node, bool up, int seconds)
{
    const struct timespec pause = {.tv_nsec = SETTLE_PAUSE};
    const int64_t deadline = clock_ns() + seconds * INT64_C(1000000000);
    while (node_up(f, node) != up && clock_ns() < deadline)
        (void)nanosleep(&pause, NULL);
}

static void kill_node(void *ctx, uint32_t node)
{
    struct command_faults *f = ctx;
    start(f, &f->kill, node);
    settle(f, node, false, DOWN_SECONDS);
}

static void restart_node(void *ctx, uint32_t node)
{
    struct command_faults *f = ctx;
    if (stop(f, &f->kill, node, NULL))
        settle(f, node, true, UP_SECONDS);
}

static void pause_node(void *ctx, uint32_t node)
{
    struct command_faults *f = ctx;
    start(f, &f->pause, node);
}

static void resume_node(void *ctx, uint32_t node)
{
    struct command_faults *f = ctx;
    (void)stop(f, &f->pause, node, NULL);
}

static bool node_paused(void *ctx, uint32_t node)
{
    struct command_faults *f = ctx;
    return run_command(f, node, f->pause.check, NULL);
}

/* Undo what is in effect, whatever happened. */
static bool tear_down(void *ctx, const struct test_dir *d, struct err *e)
{
    struct command_faults *f = ctx;
    bool ok = true;
    (void)d;
    for (uint32_t i = 0; i < f->n; i++) {
        if (f->pause.on[i])
            ok &= stop(f, &f->pause, i, e);
        if (f->kill.on[i])
            ok &= stop(f, &f->kill, i, e);
    }
    return ok;
}

/* ---- the description ----------------------------------------------------------------------- */

static bool read_commands(struct commands *c, const struct conf *m, bool needs_check, struct err *e)
{
    static const char *const members[] = {"start", "stop", "check", NULL};
    if (!m)
        return true;
    if (!conf_object(m, "a fault", members, e) || !conf_text(m, "start", &c->start, e) ||
        !conf_text(m, "stop", &c->stop, e) || !conf_text(m, "check", &c->check, e))
        return false;
    if (!c->start || !c->stop)
        return conf_error(m, e, "a fault has a \"start\" and a \"stop\"");
    return c->check || !needs_check ||
           conf_error(m, e,
                      "\"%s\" has a \"check\": a command that succeeds while the node "
                      "suffers from it",
                      m->name);
}

static bool read_faults(struct command_faults *f, const struct conf *c, struct err *e)
{
    static const char *const members[] = {"kill", "pause", NULL};
    if (!conf_object(c, "\"faults\"", members, e) ||
        !read_commands(&f->kill, conf_get(c, "kill"), false, e) ||
        !read_commands(&f->pause, conf_get(c, "pause"), true, e))
        return false;
    f->faults.ctx = f;
    f->faults.up = node_up;
    if (f->kill.start) {
        f->faults.kill = kill_node;
        f->faults.restart = restart_node;
    }
    if (f->pause.start) {
        f->faults.pause = pause_node;
        f->faults.resume = resume_node;
        f->faults.paused = node_paused;
    }
    f->system = (struct live_system){.tear_down = tear_down, .faults = &f->faults, .ctx = f};
    return true;
}

bool command_faults_open(struct command_faults **out, const struct target *t,
                         const char *const *nodes, uint32_t n, struct err *e)
{
    const struct conf *c = conf_get(t->root, "faults");
    *out = NULL;
    if (!c)
        return true;
    struct command_faults *f = mem_zalloc(1, sizeof *f);
    f->target = t;
    f->nodes = nodes;
    f->n = n;
    if (read_faults(f, c, e)) {
        *out = f;
        return true;
    }
    command_faults_close(f);
    return false;
}

void command_faults_close(struct command_faults *f)
{
    mem_free(f);
}

const struct live_system *command_faults_system(const struct command_faults *f)
{
    return f ? &f->system : NULL;
}
