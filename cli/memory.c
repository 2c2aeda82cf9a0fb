/* How much memory there is, and how much of it we hold. */
#define _DEFAULT_SOURCE
#include "cli/watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static uint64_t page_size(void)
{
    long n = sysconf(_SC_PAGESIZE);
    return n > 0 ? (uint64_t)n : 4096;
}

/* Resident pages without those of mapped files, which the kernel can drop at any time. */
uint64_t memory_held(void)
{
    uint64_t size, resident = 0, shared = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f)
        return 0;
    bool ok = fscanf(f, "%" SCNu64 " %" SCNu64 " %" SCNu64, &size, &resident, &shared) == 3;
    (void)fclose(f);
    return ok && resident > shared ? (resident - shared) * page_size() : 0;
}

/* The limit of the control group (version 2), or no limit. */
static uint64_t group_limit(void)
{
    uint64_t n = UINT64_MAX;
    FILE *f = fopen("/sys/fs/cgroup/memory.max", "re");
    if (!f)
        return n;
    if (fscanf(f, "%" SCNu64, &n) != 1)
        n = UINT64_MAX;
    (void)fclose(f);
    return n;
}

uint64_t memory_default(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    uint64_t all = pages > 0 ? (uint64_t)pages * page_size() : UINT64_C(4) << 30;
    uint64_t group = group_limit();
    return (group < all ? group : all) / 4 * 3;
}
