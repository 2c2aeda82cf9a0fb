/* How much memory there is, and how much of it we hold. */
#define _DEFAULT_SOURCE
#include "cli/watch.h"

#include "base/str.h"

#include <stdio.h>
#include <unistd.h>

static uint64_t page_size(void)
{
    long n = sysconf(_SC_PAGESIZE);
    return n > 0 ? (uint64_t)n : 4096;
}

/* The `nth` number (from 0) of the first line of a small system file. */
static bool number_in(const char *path, unsigned nth, uint64_t *out)
{
    char line[256];
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    const char *at = fgets(line, sizeof line, f);
    (void)fclose(f);
    for (; at && nth > 0; nth--)
        at = (at = strchr(at, ' ')) ? at + 1 : NULL;
    int64_t v = 0;
    bool ok = at && str_to_i64((struct str){at, strcspn(at, " \n")}, &v) && v >= 0;
    *out = (uint64_t)v;
    return ok;
}

/* Resident pages without those of mapped files, which the kernel can drop at any time. */
uint64_t memory_held(void)
{
    uint64_t resident, shared;
    if (!number_in("/proc/self/statm", 1, &resident) || !number_in("/proc/self/statm", 2, &shared))
        return 0;
    return resident > shared ? (resident - shared) * page_size() : 0;
}

uint64_t memory_default(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    uint64_t all = pages > 0 ? (uint64_t)pages * page_size() : UINT64_C(4) << 30, group;
    /* The limit of the control group (version 2), when there is one: "max" is no number. */
    if (number_in("/sys/fs/cgroup/memory.max", 0, &group) && group < all)
        all = group;
    return all / 4 * 3;
}
