/* kill and pause: the process of some nodes dies, or stands still. */
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

static void receipt(struct nemesis *m, uint64_t set, uint64_t wanted, const char *what)
{
    buf_printf(&m->receipt, "%d of %d nodes %s", __builtin_popcountll(set & wanted),
               __builtin_popcountll(wanted), what);
}

static val kill_begin(struct nemesis *m, val in)
{
    uint64_t set = fault_nodes(m, in);
    act(m, set, m->target->kill);
    receipt(m, ~probed(m, m->target->up), set, "down");
    return fault_map(m, set, fault_keyword(m, "killed"));
}

static val kill_end(struct nemesis *m)
{
    uint64_t all = grudge_all(m->n), down = all & ~probed(m, m->target->up);
    act(m, down, m->target->restart);
    receipt(m, probed(m, m->target->up), all, "up");
    return fault_map(m, down, fault_keyword(m, "started"));
}

static val pause_begin(struct nemesis *m, val in)
{
    uint64_t set = fault_nodes(m, in);
    act(m, set, m->target->pause);
    receipt(m, probed(m, m->target->paused) | ~probed(m, m->target->up), set, "stopped");
    return fault_map(m, set, fault_keyword(m, "paused"));
}

static val pause_end(struct nemesis *m)
{
    uint64_t all = grudge_all(m->n), stopped = probed(m, m->target->paused);
    act(m, stopped, m->target->resume);
    receipt(m, ~probed(m, m->target->paused), all, "not stopped");
    return fault_map(m, stopped, fault_keyword(m, "resumed"));
}

const struct fault fault_kill = {
    .name = "kill",
    .summary = "kill the process on one node, a minority, a majority or all; start it again",
    .start = "kill",
    .stop = "start",
    .choose = fault_choose_nodes,
    .begin = kill_begin,
    .end = kill_end,
};

const struct fault fault_pause = {
    .name = "pause",
    .summary = "stop the process on one node, a minority, a majority or all; let it go on",
    .start = "pause",
    .stop = "resume",
    .choose = fault_choose_nodes,
    .begin = pause_begin,
    .end = pause_end,
};
