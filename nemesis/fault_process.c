/* kill, pause and restart: the process of some nodes dies, stands still, or dies and comes back at
 * once. power-cut: it dies, and with it what was not synced. */
#include "nemesis/fault.h"

typedef bool probe(void *ctx, uint32_t node);
typedef void action(void *ctx, uint32_t node);

static void act(struct nemesis *m, uint64_t set, action *a)
{
    for (uint32_t i = 0; i < m->n; i++)
        if (set >> i & 1)
            a(m->target->ctx, i);
}

/* Nodes of which `p` holds. */
static uint64_t probed(struct nemesis *m, probe *p)
{
    uint64_t set = 0;
    for (uint32_t i = 0; i < m->n; i++)
        set |= (uint64_t)p(m->target->ctx, i) << i;
    return set;
}

static uint32_t count(uint64_t set)
{
    return (uint32_t)__builtin_popcountll(set);
}

static uint64_t all(const struct nemesis *m)
{
    return grudge_all(m->n);
}

/* ---- kill ---------------------------------------------------------------------------------- */

/* Who was down before was not killed: that is no effect. */
static val kill_begin(struct nemesis *m, val in)
{
    uint64_t set = fault_nodes(m, in), before = probed(m, m->target->up);
    act(m, set, m->target->kill);
    fault_receipt(m, count(set & before & ~probed(m, m->target->up)), count(set), "nodes killed");
    return fault_map(m, set, fault_keyword(m, "killed"));
}

static val start_down(struct nemesis *m, uint64_t down)
{
    act(m, down, m->target->restart);
    fault_receipt(m, count(probed(m, m->target->up)), m->n, "nodes up");
    return fault_map(m, down, fault_keyword(m, "started"));
}

static val kill_end(struct nemesis *m)
{
    return start_down(m, all(m) & ~probed(m, m->target->up));
}

static bool kill_possible(const struct nemesis_target *t)
{
    return t->kill && t->restart && t->up;
}

/* ---- restart ------------------------------------------------------------------------------- */

static val restart_begin(struct nemesis *m, val in)
{
    uint64_t set = fault_nodes(m, in), before = probed(m, m->target->up);
    act(m, set, m->target->kill);
    uint64_t died = set & before & ~probed(m, m->target->up);
    act(m, set & before, m->target->restart);
    fault_receipt(m, count(died & probed(m, m->target->up)), count(set), "nodes restarted");
    return fault_map(m, set, fault_keyword(m, "restarted"));
}

/* ---- power-cut ----------------------------------------------------------------------------- */

static val power_begin(struct nemesis *m, val in)
{
    uint64_t set = fault_nodes(m, in), lost = 0;
    for (uint32_t i = 0; i < m->n; i++)
        if (set >> i & 1)
            lost |= (uint64_t)m->target->power_cut(m->target->ctx, i) << i;
    fault_receipt(m, count(lost & ~probed(m, m->target->up)), count(set),
                  "nodes lost what was not synced");
    return fault_map(m, set, fault_keyword(m, "cut"));
}

static bool power_possible(const struct nemesis_target *t)
{
    return t->power_cut && t->restart && t->up;
}

/* ---- pause --------------------------------------------------------------------------------- */

static val pause_begin(struct nemesis *m, val in)
{
    uint64_t set = fault_nodes(m, in), before = probed(m, m->target->paused);
    act(m, set, m->target->pause);
    fault_receipt(m, count(set & ~before & probed(m, m->target->paused)), count(set),
                  "nodes stopped");
    return fault_map(m, set, fault_keyword(m, "paused"));
}

static val pause_end(struct nemesis *m)
{
    uint64_t stopped = probed(m, m->target->paused);
    act(m, stopped, m->target->resume);
    fault_receipt(m, count(all(m) & ~probed(m, m->target->paused)), m->n, "nodes not stopped");
    return fault_map(m, stopped, fault_keyword(m, "resumed"));
}

static bool pause_possible(const struct nemesis_target *t)
{
    return t->pause && t->resume && t->paused;
}

const struct fault fault_kill = {
    .name = "kill",
    .needs = "signals",
    .summary = "kill the process on one node, a minority, a majority or all; start it again",
    .start = "kill",
    .stop = "start",
    .choose = fault_choose_nodes,
    .begin = kill_begin,
    .end = kill_end,
    .possible = kill_possible,
};

const struct fault fault_restart = {
    .name = "restart",
    .needs = "signals",
    .summary = "kill the process on some nodes and start it at once",
    .start = "restart",
    .stop = "start-all",
    .choose = fault_choose_nodes,
    .begin = restart_begin,
    .end = kill_end,
    .possible = kill_possible,
};

const struct fault fault_pause = {
    .name = "pause",
    .needs = "signals",
    .summary = "stop the process on one node, a minority, a majority or all; let it go on",
    .start = "pause",
    .stop = "resume",
    .choose = fault_choose_nodes,
    .begin = pause_begin,
    .end = pause_end,
    .possible = pause_possible,
};

const struct fault fault_power_cut = {
    .name = "power-cut",
    .needs = "power",
    .summary = "kill the process on some nodes and lose what it did not sync; start it again",
    .start = "cut-power",
    .stop = "restore-power",
    .choose = fault_choose_nodes,
    .begin = power_begin,
    .end = kill_end,
    .possible = power_possible,
    .own_disk = true,
};
