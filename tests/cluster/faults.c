/* Faults on real hosts from a shell, for the tests of tests/cluster:
 *   faults [OPTIONS] NODE,NODE,... begin FAULT [VALUE]  make it, show the receipt, wait to be
 * killed faults [OPTIONS] NODE,NODE,... both FAULT [VALUE]   make it, run `-c COMMAND` here, end it
 *   faults [OPTIONS] NODE,NODE,... heal | check         as belie heal and belie doctor do
 * The daemon is one that writes the time that it sees into /tmp/clock, ten times a second. */
#define _POSIX_C_SOURCE 200809L
#include "base/mem.h"
#include "nemesis/hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct hosts *hosts;

static bool restart(void *ctx, uint32_t node, struct err *e)
{
    (void)ctx;
    return remote_must(hosts_remote(hosts, node),
                       NODE_PATH " start db /tmp /tmp/db.log root perl -e '"
                                 "while (1) { open(F, \">/tmp/clock.new\"); print F time, \"\\n\"; "
                                 "close F; rename \"/tmp/clock.new\", \"/tmp/clock\"; "
                                 "select undef, undef, undef, 0.1 }'",
                       10, e);
}

static int failure(const struct err *e)
{
    (void)fprintf(stderr, "%s\n", e->text);
    return 1;
}

static void show(struct nemesis *m, const char *what, val v)
{
    struct buf b = {0};
    val_print_edn(m->values, v, &b);
    (void)printf("%s: %s", what, m->receipt.p);
    const char *why = hosts_refusal(hosts);
    if (why[0])
        (void)printf(" (%s)", why);
    (void)printf(" %.*s\n", (int)b.n, buf_str(&b).p);
    (void)fflush(stdout);
    buf_free(&b);
}

static int fault(const struct hosts_options *o, const char *name, const char *value,
                 const char *command, bool end)
{
    struct values values;
    struct nemesis m;
    struct err e = {0};
    const struct fault *f = fault_find(str_of(name));
    hosts = hosts_new(o);
    if (!f || !hosts_connect(hosts, &e))
        return failure(&e);
    for (uint32_t i = 0; i < o->n; i++)
        if (!restart(NULL, i, &e))
            return failure(&e);
    values_init(&values);
    nemesis_init(&m, hosts_faults(hosts), o->n, &values, 7);
    val in = val_text(&values, V_KEYWORD, str_of(value));
    val out = nemesis_invoke(&m, val_text(&values, V_KEYWORD, str_of(f->start)), in);
    show(&m, f->start, out);
    int code = command && system(command) != 0;
    if (!end)
        (void)sleep(600);
    out = nemesis_invoke(&m, val_text(&values, V_KEYWORD, str_of(f->stop)), VAL_NIL);
    show(&m, f->stop, out);
    nemesis_free(&m);
    values_free(&values);
    hosts_free(hosts);
    return code;
}

static int heal(const struct hosts_options *o)
{
    struct err e = {0};
    uint32_t n = hosts_heal(o, &e);
    (void)printf("%u of %u nodes healed\n", n, o->n);
    return n == o->n ? 0 : failure(&e);
}

static int check(const struct hosts_options *o)
{
    struct err e = {0};
    for (uint32_t i = 0; i < o->n; i++) {
        struct buf b = {0};
        if (!hosts_check(o, i, "/", &b, &e))
            return failure(&e);
        (void)printf("%.*s", (int)b.n, buf_str(&b).p);
        buf_free(&b);
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *addresses[GRUDGE_NODES_MAX], *command = NULL;
    struct hosts_options o = {.kind = &remote_libssh2,
                              .addresses = addresses,
                              .daemon = "db",
                              .dir = "/var/lib/belie-test",
                              .deadman = 60,
                              .connect = 10,
                              .restart = restart};
    for (int c; (c = getopt(argc, argv, "+k:u:i:n:c:d:")) != -1;)
        switch (c) {
        case 'k':
            o.kind = remote_kind_find(str_of(optarg));
            break;
        case 'u':
            o.as.user = optarg;
            break;
        case 'i':
            o.as.key = optarg;
            break;
        case 'n':
            o.as.known_hosts = optarg;
            break;
        case 'c':
            command = optarg;
            break;
        case 'd':
            o.deadman = strtod(optarg, NULL);
            break;
        default:
            return 254;
        }
    argc -= optind;
    argv += optind;
    if (argc < 2 || !o.kind)
        return 254;
    char *rest = NULL;
    for (char *a = strtok_r(argv[0], ",", &rest); a && o.n < GRUDGE_NODES_MAX;
         a = strtok_r(NULL, ",", &rest))
        addresses[o.n++] = a;
    if (strcmp(argv[1], "heal") == 0)
        return heal(&o);
    if (strcmp(argv[1], "check") == 0)
        return check(&o);
    if (argc < 3)
        return 254;
    return fault(&o, argv[2], argc > 3 ? argv[3] : "one", command, strcmp(argv[1], "both") == 0);
}
