/* belie doctor of nodes that we control: what can be done to each, and what of it the test needs.
 */
#define _POSIX_C_SOURCE 200809L
#include "cli/live/live_nodes.h"
#include "cli/live/secrets.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <time.h>

static bool needed(const struct run_config *c, struct str ability)
{
    const struct fault *room[RUN_FAULTS_MAX];
    struct fault_list list = {.v = room};
    struct err ignored;
    if (!run_plan_faults(c->nemesis, room, &list, &ignored))
        return false;
    for (size_t i = 0; i < list.n; i++)
        if (str_is(ability, list.v[i]->needs))
            return true;
    return list.n > 0 && (str_is(ability, "root") || str_is(ability, "probes"));
}

static void say_time(struct str ns, const struct timespec *here)
{
    int64_t there = 0;
    if (str_to_i64(ns, &there))
        (void)printf("  time      %+.3f s against this machine\n",
                     (double)(there - ((int64_t)here->tv_sec * 1000000000 + here->tv_nsec)) / 1e9);
}

/* "yes partition: nft"; *lacks: a needed ability is not there. */
static void say_line(const struct run_config *c, struct str line, const struct timespec *here,
                     bool *lacks)
{
    const char *space = line.n ? memchr(line.p, ' ', line.n) : NULL;
    if (!space)
        return;
    struct str word = {line.p, (size_t)(space - line.p)};
    struct str rest = {space + 1, line.n - word.n - 1};
    const char *colon = rest.n ? memchr(rest.p, ':', rest.n) : NULL;
    struct str what = {rest.p, colon ? (size_t)(colon - rest.p) : rest.n};
    bool yes = str_is(word, "yes"), need = needed(c, what);
    if (str_is(word, "time")) {
        say_time(rest, here);
        return;
    }
    struct str why = colon ? (struct str){colon + 2, rest.n - what.n - 2} : STR("yes");
    (void)printf("  %-9.*s %s%.*s%s\n", (int)what.n, what.p, yes ? "" : "no: ", (int)why.n, why.p,
                 need ? yes ? " (needed)" : " (NEEDED)" : "");
    *lacks |= need && !yes;
}

static bool examine(const struct live_nodes *n, uint32_t i, const struct run_config *c, bool *lacks,
                    struct err *e)
{
    struct buf out = {0};
    struct timespec here = {0};
    struct buf name = {0};
    secrets_hide(&n->plan, str_of(n->hosts[i]), &name);
    (void)printf("n%u %.*s\n", i + 1, (int)name.n, buf_str(&name).p);
    buf_free(&name);
    bool ok = hosts_check(&n->o, i, "/var/lib", &out, e);
    (void)clock_gettime(CLOCK_REALTIME, &here);
    struct str s = buf_str(&out);
    while (ok && s.n > 0) {
        const char *end = memchr(s.p, '\n', s.n);
        size_t k = end ? (size_t)(end - s.p) : s.n;
        say_line(c, (struct str){s.p, k}, &here, lacks);
        s.p += k + (end != NULL);
        s.n -= k + (end != NULL);
    }
    secrets_hide_error(&n->plan, e);
    if (!ok)
        (void)printf("  cannot be controlled: %s\n", e->text);
    buf_free(&out);
    return ok;
}

int live_nodes_doctor(const struct run_config *c)
{
    struct live_nodes n;
    struct err e = {0};
    bool lacks = false;
    if (!live_nodes_find(&n, c, &e)) {
        live_nodes_free(&n);
        return usage_error(&command_doctor, "%s", e.text);
    }
    for (uint32_t i = 0; i < n.o.n; i++) {
        bool ok = examine(&n, i, c, &lacks, &e);
        lacks |= !ok;
    }
    live_nodes_free(&n);
    return lacks ? EXIT_USAGE : EXIT_VALID;
}
