#define _POSIX_C_SOURCE 200809L
#include "cli/watch.h"

#include "base/clock.h"
#include "cli/command.h"
#include "cli/out_file.h"
#include "cli/terminal.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* ---- signals ------------------------------------------------------------------------------ */

static struct budget *_Atomic watched; /* what a signal stops */
static volatile sig_atomic_t interrupted, reading;
static bool earlier; /* an interrupt that watch_again forgot */
static int64_t interrupted_at; /* of the handler; signals do not interrupt it */

/* timeout(1) signals the program and then its group: twice at once is one wish. */
enum { SAME_MS = 500 };

static void die_by(int number)
{
    (void)signal(number, SIG_DFL);
    (void)raise(number); /* delivered when the handler returns */
}

static void on_signal(int number)
{
    int64_t now = clock_ns();
    bool again = interrupted_at && now - interrupted_at <= SAME_MS * INT64_C(1000000);
    if (interrupted || again) {
        if (now - interrupted_at > SAME_MS * INT64_C(1000000))
            die_by(number);
        return;
    }
    interrupted = 1;
    interrupted_at = now;
    if (reading) {
        static const char text[] = "\nbelie: interrupted while reading: nothing is known\n";
        (void)!write(STDERR_FILENO, text, sizeof text - 1);
        out_abandon_all();
        _exit(EXIT_UNKNOWN);
    }
    struct budget *b = atomic_load(&watched);
    int none = STOP_NONE;
    if (b)
        (void)atomic_compare_exchange_strong(&b->stop, &none, STOP_INTERRUPT);
}

void watch_signals(void)
{
    struct sigaction a = {.sa_handler = on_signal};
    (void)sigemptyset(&a.sa_mask);
    (void)sigaddset(&a.sa_mask, SIGINT);
    (void)sigaddset(&a.sa_mask, SIGTERM);
    (void)sigaction(SIGINT, &a, NULL);
    (void)sigaction(SIGTERM, &a, NULL);
}

bool watch_interrupted(void)
{
    return interrupted != 0;
}

void watch_again(void)
{
    earlier = earlier || interrupted;
    interrupted = 0;
}

bool watch_was_interrupted(void)
{
    return earlier || interrupted;
}

void watch_reading(bool now)
{
    reading = now;
}

/* ---- the thread --------------------------------------------------------------------------- */

enum { FIRST_MS = 1000, LINE_MS = 250, PLAIN_MS = 30000 };

static struct {
    struct budget *budget;
    int64_t deadline, started;
    enum progress progress;
    const char *what;
    pthread_t thread;
    bool running, done, shown;
    pthread_mutex_t lock;
    pthread_cond_t wake;
} watch = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void show(int64_t now)
{
    struct budget *b = watch.budget;
    unsigned long long events = atomic_load(&b->events_done), all = atomic_load(&b->events_all);
    char text[256];
    (void)snprintf(text, sizeof text, "%s: %u of %u keys, %llu of %llu events, %zu MB, %lld s",
                   watch.what, atomic_load(&b->keys_done), atomic_load(&b->keys_all), events, all,
                   atomic_load(&b->used_memory) >> 20,
                   (long long)((now - watch.started) / 1000000000));
    if (watch.progress == PROGRESS_PLAIN) {
        say("%s", text);
        return;
    }
    (void)fprintf(stderr, "\r%.*s\033[K", terminal_width(STDERR_FILENO) - 1, text);
    (void)fflush(stderr);
    watch.shown = true;
}

static void *run(void *unused)
{
    (void)unused;
    bool plain = watch.progress == PROGRESS_PLAIN;
    int64_t next = watch.started + (plain ? PLAIN_MS : FIRST_MS) * INT64_C(1000000);
    (void)pthread_mutex_lock(&watch.lock);
    while (!watch.done) {
        int64_t now = clock_ns();
        if (watch.deadline && now >= watch.deadline) {
            int none = STOP_NONE;
            (void)atomic_compare_exchange_strong(&watch.budget->stop, &none, STOP_TIME);
            watch.deadline = 0;
        }
        if (watch.progress != PROGRESS_NONE && now >= next) {
            show(now);
            next = now + (plain ? PLAIN_MS : LINE_MS) * INT64_C(1000000);
        }
        int64_t until = watch.progress == PROGRESS_NONE ? INT64_MAX : next;
        if (watch.deadline && watch.deadline < until)
            until = watch.deadline;
        if (until == INT64_MAX) {
            (void)pthread_cond_wait(&watch.wake, &watch.lock);
            continue;
        }
        struct timespec t = {.tv_sec = (time_t)(until / 1000000000),
                             .tv_nsec = (long)(until % 1000000000)};
        (void)pthread_cond_timedwait(&watch.wake, &watch.lock, &t);
    }
    (void)pthread_mutex_unlock(&watch.lock);
    return NULL;
}

static bool start_thread(void)
{
    pthread_condattr_t a;
    if (pthread_condattr_init(&a) != 0)
        return false;
    bool ok = pthread_condattr_setclock(&a, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(&watch.wake, &a) == 0;
    (void)pthread_condattr_destroy(&a);
    /* Signals go to the thread that checks. */
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    ok = ok && pthread_create(&watch.thread, NULL, run, NULL) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

void watch_begin(struct budget *b, int64_t deadline, enum progress p, const char *what)
{
    atomic_store(&watched, b);
    if (interrupted)
        atomic_store(&b->stop, STOP_INTERRUPT);
    watch.budget = b;
    watch.deadline = deadline;
    watch.started = clock_ns();
    watch.progress = p;
    watch.what = what;
    watch.done = watch.shown = false;
    if (deadline && watch.started >= deadline) {
        atomic_store(&b->stop, STOP_TIME);
        watch.deadline = 0;
    }
    if (!watch.deadline && p == PROGRESS_NONE)
        return;
    watch.running = start_thread();
    if (!watch.running && watch.deadline) {
        /* Without a clock there is no limit to keep: rather no answer than an endless one. */
        say("the system refuses a thread for --time-limit");
        atomic_store(&b->stop, STOP_TIME);
    }
}

void watch_end(void)
{
    atomic_store(&watched, NULL);
    if (!watch.running)
        return;
    (void)pthread_mutex_lock(&watch.lock);
    watch.done = true;
    (void)pthread_cond_signal(&watch.wake);
    (void)pthread_mutex_unlock(&watch.lock);
    (void)pthread_join(watch.thread, NULL);
    (void)pthread_cond_destroy(&watch.wake);
    watch.running = false;
    if (watch.shown)
        (void)fputs("\r\033[K", stderr);
}
