#define _GNU_SOURCE
#include "base/pool.h"

#include "base/mem.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct pool {
    _Atomic size_t next;
    size_t n;
    void (*job)(void *ctx, size_t i);
    void *ctx;
};

static void *work(void *arg)
{
    struct pool *p = arg;
    for (;;) {
        size_t i = atomic_fetch_add(&p->next, 1);
        if (i >= p->n)
            return NULL;
        p->job(p->ctx, i);
    }
}

void pool_run(unsigned threads, size_t n, void (*job)(void *ctx, size_t i), void *ctx)
{
    struct pool p = {.n = n, .job = job, .ctx = ctx};
    size_t extra = threads > 1 ? threads - 1 : 0;
    if (extra > n)
        extra = n;
    pthread_t *t = mem_zalloc(extra ? extra : 1, sizeof *t);
    size_t started = 0;
    /* A thread that cannot be had only costs speed: the caller does its share. */
    while (started < extra && pthread_create(&t[started], NULL, work, &p) == 0)
        started++;
    (void)work(&p);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(t[i], NULL);
    mem_free(t);
}

unsigned pool_cpus(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int n = CPU_COUNT(&set);
    return n < 1 ? 1 : (unsigned)n;
}
