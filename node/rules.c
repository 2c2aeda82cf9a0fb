/* Only what is ours: the table `inet belie` of nft, or else the chains BELIE of iptables. Both are
 * written whole each time, so that they always say what is wanted now. */
#define _GNU_SOURCE
#include "node/node.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 16384 };

static int has_nft = -1;

static bool nft(void)
{
    if (has_nft < 0)
        has_nft = have_program("nft");
    return has_nft;
}

/* ---- nft ------------------------------------------------------------------------------------- */

/* Addresses of one family, with commas between. */
static void family(const char *all, bool six, char *out, size_t n)
{
    size_t at = 0;
    out[0] = '\0';
    while (*all) {
        size_t k = strcspn(all, ",");
        bool is_six = memchr(all, ':', k) != NULL;
        if (k && is_six == six && at + k + 2 < n) {
            if (at)
                out[at++] = ',';
            memcpy(out + at, all, k);
            out[at += k] = '\0';
        }
        all += k + (all[k] == ',');
    }
}

static size_t nft_rule(char *out, size_t n, const char *all, const char *side, const char *verdict)
{
    char list[TEXT_MAX / 4];
    size_t at = 0;
    for (int six = 0; six < 2; six++) {
        family(all, six, list, sizeof list);
        if (list[0])
            at += (size_t)snprintf(out + at, n - at, "%s %s { %s } %s\n", six ? "ip6" : "ip", side,
                                   list, verdict);
    }
    return at;
}

static bool nft_set(const struct rules *r, char *why, size_t n)
{
    static const char *const argv[] = {"nft", "-f", "-", NULL};
    char text[TEXT_MAX], queue[64];
    size_t at = (size_t)snprintf(text, sizeof text,
                                 "table inet belie {}\ndelete table inet belie\n"
                                 "table inet belie {\nchain input {\n"
                                 "type filter hook input priority -150; policy accept;\n");
    at += nft_rule(text + at, sizeof text - at, r->deaf, "saddr", "counter drop");
    at += (size_t)snprintf(text + at, sizeof text - at,
                           "}\nchain output {\n"
                           "type filter hook output priority 150; policy accept;\n");
    (void)snprintf(queue, sizeof queue, "meta mark != 29283 queue num %d bypass", QUEUE_NUMBER);
    at += nft_rule(text + at, sizeof text - at, r->held, "daddr", queue);
    (void)snprintf(text + at, sizeof text - at, "}\n}\n");
    return run_program(argv, text, why, n) == 0;
}

static bool nft_clear(char *why, size_t n)
{
    static const char *const argv[] = {"nft", "-f", "-", NULL};
    return run_program(argv, "table inet belie {}\ndelete table inet belie\n", why, n) == 0;
}

/* ---- iptables -------------------------------------------------------------------------------- */

static const struct {
    const char *table, *hook;
} chains[] = {{"filter", "INPUT"}, {"mangle", "OUTPUT"}};

static bool jump(int i, const char *action, char *why, size_t n)
{
    const char *const argv[] = {"iptables", "-w",    "-t", chains[i].table, action, chains[i].hook,
                                "-j",       "BELIE", NULL};
    return run_program(argv, NULL, why, n) == 0;
}

static size_t iptables_rules(char *out, size_t n, const char *all, const char *side,
                             const char *verdict)
{
    size_t at = 0;
    while (*all) {
        size_t k = strcspn(all, ",");
        if (k)
            at += (size_t)snprintf(out + at, n - at, "-A BELIE %s %.*s %s\n", side, (int)k, all,
                                   verdict);
        all += k + (all[k] == ',');
    }
    return at;
}

static bool iptables_set(const struct rules *r, char *why, size_t n)
{
    static const char *const argv[] = {"iptables-restore", "--noflush", "-w", NULL};
    char text[TEXT_MAX], verdict[96];
    if (strchr(r->deaf, ':') || strchr(r->held, ':')) {
        (void)snprintf(why, n, "IPv6 needs nft here");
        return false;
    }
    size_t at = (size_t)snprintf(text, sizeof text, "*filter\n:BELIE - [0:0]\n");
    at += iptables_rules(text + at, sizeof text - at, r->deaf, "-s", "-j DROP");
    at += (size_t)snprintf(text + at, sizeof text - at, "COMMIT\n");
    if (r->held[0]) { /* the table mangle may be missing where nothing is to be held */
        at += (size_t)snprintf(text + at, sizeof text - at, "*mangle\n:BELIE - [0:0]\n");
        (void)snprintf(verdict, sizeof verdict,
                       "-m mark ! --mark 29283 -j NFQUEUE --queue-num %d --queue-bypass",
                       QUEUE_NUMBER);
        at += iptables_rules(text + at, sizeof text - at, r->held, "-d", verdict);
        (void)snprintf(text + at, sizeof text - at, "COMMIT\n");
    }
    if (run_program(argv, text, why, n) != 0)
        return false;
    for (int i = 0; i < (r->held[0] ? 2 : 1); i++)
        if (!jump(i, "-C", why, n) && !jump(i, "-I", why, n))
            return false;
    return true;
}

static bool iptables_clear(void)
{
    for (int i = 0; i < 2; i++) {
        const char *const flush[] = {"iptables", "-w", "-t", chains[i].table, "-F", "BELIE", NULL};
        const char *const gone[] = {"iptables", "-w", "-t", chains[i].table, "-X", "BELIE", NULL};
        if (run_program(flush, NULL, NULL, 0) != 0)
            continue; /* there is none */
        while (jump(i, "-D", NULL, 0))
            ;
        (void)run_program(gone, NULL, NULL, 0);
    }
    return true;
}

/* Kernels without queues for nft may have them for iptables. */
bool rules_set(const struct rules *r, char *why, size_t n)
{
    static bool chains_made;
    if (!r->deaf[0] && !r->held[0])
        return rules_clear(why, n);
    journal_add("rules", 0, "");
    if (nft() && nft_set(r, why, n)) {
        if (chains_made)
            (void)iptables_clear();
        chains_made = false;
        return true;
    }
    if (have_program("iptables")) {
        (void)(nft() && nft_clear(NULL, 0));
        chains_made = true;
        return iptables_set(r, why, n);
    }
    if (!nft())
        (void)snprintf(why, n, "neither nft nor iptables is installed here");
    return false;
}

bool rules_clear(char *why, size_t n)
{
    bool chains_gone = !have_program("iptables") || iptables_clear();
    return (!nft() || nft_clear(why, n)) && chains_gone;
}
