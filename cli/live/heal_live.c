/* belie heal. */
#include "cli/live/live_nodes.h"
#include "cli/live/secrets.h"
#include "cli/terminal.h"

#include <stdio.h>

/* Without ports, which are the database's. */
bool live_nodes_find(struct live_nodes *n, const struct run_config *c, struct err *e)
{
    *n = (struct live_nodes){.o.n = 0};
    if (!live_controlled(&c->live))
        return err_set(e, ERR_USAGE, "say how the nodes are reached: --remote KIND or --box NAME");
    if (!live_hosts(&c->live, &n->o, &n->plan.arena, e) || !live_plan_nodes(&n->plan, &c->live, e))
        return false;
    for (uint32_t i = 0; i < n->plan.test.nnodes; i++) {
        const char *colon = strrchr(n->plan.nodes[i], ':');
        size_t k = colon ? (size_t)(colon - n->plan.nodes[i]) : strlen(n->plan.nodes[i]);
        n->hosts[i] = arena_printf(&n->plan.arena, "%.*s", (int)k, n->plan.nodes[i]);
    }
    n->o.addresses = n->hosts;
    n->o.n = n->plan.test.nnodes;
    return true;
}

void live_nodes_free(struct live_nodes *n)
{
    live_plan_free(&n->plan);
}

int live_heal(const struct run_config *c, int argc, char **argv)
{
    struct live_nodes n;
    struct err e = {0};
    (void)argc;
    (void)argv;
    if (!live_nodes_find(&n, c, &e)) {
        live_nodes_free(&n);
        return usage_error(&command_heal, "%s", e.text);
    }
    uint32_t good = hosts_heal(&n.o, &e);
    (void)printf("%u of %u nodes healed\n", good, n.o.n);
    secrets_hide_error(&n.plan, &e);
    int code = good == n.o.n ? EXIT_VALID : say_error(&e);
    live_nodes_free(&n);
    return code;
}
