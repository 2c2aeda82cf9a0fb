/* What can be done to this node: one line per ability, "yes WHAT" or "no WHAT: WHY". */
#define _GNU_SOURCE
#include "node/node.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static void say(bool yes, const char *what, const char *why)
{
    (void)printf("%s %s%s%s\n", yes ? "yes" : "no", what, why[0] ? ": " : "", why);
}

static void check_rules(void)
{
    char why[256] = "";
    const struct rules r = {"192.0.2.1", ""}; /* an address that nobody has (RFC 5737) */
    bool ok = rules_set(&r, why, sizeof why);
    (void)rules_clear(why + strlen(why), 0);
    if (ok)
        (void)snprintf(why, sizeof why, "%s", have_program("nft") ? "nft" : "iptables");
    say(ok, "partition", why);
}

static void check_queue(void)
{
    char why[256] = "";
    bool ok = queue_open(why, sizeof why) >= 0;
    queue_close();
    say(ok, "packets", ok ? "NFQUEUE" : why);
}

static void check_clock(void)
{
    char why[256] = "";
    bool ok = false;
    pid_t pid = fork();
    if (pid == 0) {
        (void)pause();
        _exit(0);
    }
    ok = skew_set(pid, 5000000000, why, sizeof why) && skew_get(pid) == 5000000000;
    (void)kill(pid, SIGKILL);
    say(ok, "clock", ok ? "of processes, through the vDSO" : why);
}

static void check_disk(const char *dir)
{
    char why[256];
    struct statvfs s;
    if (statvfs(dir, &s) != 0) {
        say(false, "disk", dir);
        return;
    }
    unsigned long long mb = (unsigned long long)s.f_bavail * s.f_frsize >> 20;
    (void)snprintf(why, sizeof why, "%llu MB free in %s", mb, dir);
    say(mb >= 64, "disk", why);
}

static void check_power(void)
{
    char why[256] = "";
    bool ok = disk_trial(why, sizeof why);
    say(ok, "power", ok ? "what is not synced can be lost, on an image of ext4" : why);
}

int check_main(const char *dir)
{
    struct utsname u;
    char why[256];
    struct timespec t = {0};
    (void)uname(&u);
    (void)snprintf(why, sizeof why, "%s %s %s", u.sysname, u.release, u.machine);
    say(true, "system", why);
    say(geteuid() == 0, "root", geteuid() == 0 ? "" : "belie-node must run as root");
    check_rules();
    check_queue();
    say(probe_open() >= 0, "probes", probe_open() >= 0 ? "" : "no raw socket");
    check_clock();
    say(true, "signals", "");
    check_disk(dir);
    check_power();
    (void)clock_gettime(CLOCK_REALTIME, &t);
    (void)printf("time %lld\n", (long long)t.tv_sec * 1000000000 + t.tv_nsec);
    return 0;
}
