/* Install check, wipe, set up, start, wait until it is ready; in the end logs, stop, wipe. All
 * nodes at once, each by a thread with a connection of its own. */
#define _POSIX_C_SOURCE 200809L
#include "runners/system_private.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/pool.h"
#include "control/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS = 120, QUICK_SECONDS = 15, PRIMARY_SECONDS = 3, READY_PAUSE_MS = 100, TAIL = 300 };

/* What one of the threads does, for one node. */
struct step {
    struct system *s;
    bool (*act)(struct system *s, uint32_t node, struct err *e);
    uint32_t first, n;
    struct err e[LIVE_NODES_MAX];
    bool ok[LIVE_NODES_MAX];
};

static void one_step(void *ctx, size_t i)
{
    struct step *p = ctx;
    uint32_t node = p->first + (uint32_t)i;
    p->ok[node] = p->act(p->s, node, &p->e[node]);
}

/* On nodes first ... n-1; the first error. */
static bool everywhere(struct system *s, uint32_t first, uint32_t n,
                       bool (*act)(struct system *s, uint32_t node, struct err *e), struct err *e)
{
    struct step *p = mem_zalloc(1, sizeof *p);
    bool ok = true;
    *p = (struct step){.s = s, .act = act, .first = first, .n = n};
    if (first < n)
        pool_run(n - first, n - first, one_step, p);
    for (uint32_t i = first; i < n && ok; i++) {
        ok = p->ok[i];
        if (!ok)
            (void)err_set(e, p->e[i].code, "n%u: %s", i + 1, p->e[i].text);
    }
    mem_free(p);
    return ok;
}

/* As root, in a folder ("" none). */
static bool run_in(struct system *s, uint32_t node, const char *dir, const char *command,
                   double seconds, struct err *e)
{
    struct remote *r = hosts_remote(s->machines, node);
    struct buf b = {0}, whole = {0};
    if (dir[0]) {
        buf_puts(&b, "cd ");
        (void)quote_word(&b, str_of(dir));
        buf_puts(&b, " && ");
    }
    buf_puts(&b, command);
    buf_putc(&b, '\0');
    hosts_as_root(r, b.p, &whole);
    bool ok = remote_must(r, whole.p, seconds, e);
    buf_free(&b);
    buf_free(&whole);
    return ok;
}

static bool fill(const struct system *s, const struct system_command *c, uint32_t node,
                 struct buf *out)
{
    const struct template_values v = {.node = s->o.nodes[node], .number = node};
    int side = node > 0;
    if (!c->given[side])
        return false;
    template_fill(&c->text[side], &v, out);
    buf_putc(out, '\0');
    return true;
}

static bool do_command(struct system *s, const struct system_command *c, uint32_t node,
                       double seconds, struct err *e)
{
    struct buf b = {0};
    bool ok = !fill(s, c, node, &b) || run_in(s, node, s->dir, b.p, seconds, e);
    buf_free(&b);
    return ok;
}

/* ---- steps -------------------------------------------------------------------------------------
 */

static bool check_install(struct system *s, uint32_t node, struct err *e)
{
    for (size_t i = 0; s->needs[i]; i++) {
        struct buf b = {0};
        buf_puts(&b, "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; command -v ");
        (void)quote_word(&b, str_of(s->needs[i]));
        buf_putc(&b, '\0');
        bool ok = run_in(s, node, "", b.p, QUICK_SECONDS, e);
        buf_free(&b);
        if (!ok)
            return e->code == ERR_IO
                       ? false
                       : err_set(e, ERR_USAGE, "%s is not installed (%s)", s->needs[i],
                                 s->package ? s->package : "see the target's documentation");
    }
    return true;
}

static bool stop(struct system *s, uint32_t node, struct err *e)
{
    struct buf b = {0};
    buf_printf(&b, NODE_PATH " signal %s KILL%c", s->target->name, '\0');
    bool ok = run_in(s, node, "", b.p, QUICK_SECONDS, e);
    buf_free(&b);
    return ok;
}

static bool wipe(struct system *s, uint32_t node, struct err *e)
{
    struct buf b = {0};
    hosts_disk_command(s->dir, false, &b);
    buf_puts(&b, " && rm -rf ");
    (void)quote_word(&b, str_of(s->dir));
    buf_putc(&b, '\0');
    bool ok = run_in(s, node, "", b.p, SECONDS, e);
    buf_free(&b);
    return ok;
}

static bool make_dir(struct system *s, uint32_t node, struct err *e)
{
    struct buf b = {0};
    if (s->own_disk) {
        hosts_disk_command(s->dir, true, &b);
        buf_puts(&b, " && ");
    }
    buf_puts(&b, "mkdir -p ");
    (void)quote_word(&b, str_of(s->dir));
    buf_puts(&b, " && chown ");
    (void)quote_word(&b, str_of(s->user));
    buf_putc(&b, ' ');
    (void)quote_word(&b, str_of(s->dir));
    buf_putc(&b, '\0');
    bool ok = run_in(s, node, "", b.p, QUICK_SECONDS, e);
    buf_free(&b);
    return ok;
}

bool system_start(void *ctx, uint32_t node, struct err *e)
{
    struct system *s = ctx;
    struct buf command = {0}, b = {0};
    (void)fill(s, &s->start, node, &command); /* system_new has seen that there is one */
    buf_printf(&b, NODE_PATH " start %s ", s->target->name);
    (void)quote_word(&b, str_of(s->dir));
    buf_putc(&b, ' ');
    (void)quote_word(&b, str_of(s->dir));
    buf_printf(&b, "/%s.log ", s->target->name);
    (void)quote_word(&b, str_of(s->user));
    buf_puts(&b, " sh -c ");
    (void)quote_word(&b, str_of(command.p ? command.p : "false"));
    buf_putc(&b, '\0');
    bool ok = run_in(s, node, "", b.p, QUICK_SECONDS, e);
    buf_free(&command);
    buf_free(&b);
    return ok;
}

/* The end of the log, for who wonders why it does not become ready. */
static void log_tail(struct system *s, uint32_t node, struct buf *out)
{
    struct command_result c;
    struct buf b = {0};
    struct err ignored;
    buf_printf(&b, "tail -c %d ", TAIL);
    (void)quote_word(&b, str_of(s->dir));
    buf_printf(&b, "/%s.log%c", s->target->name, '\0');
    (void)remote_run(hosts_remote(s->machines, node), b.p, STR(""), QUICK_SECONDS, &c, &ignored);
    for (size_t i = 0; i < c.out.n; i++)
        buf_putc(out, c.out.p[i] == '\n' ? ' ' : c.out.p[i]);
    command_result_free(&c);
    buf_free(&b);
}

static bool wait_ready(struct system *s, uint32_t node, struct err *e)
{
    const struct timespec pause = {0, READY_PAUSE_MS * 1000000};
    int64_t deadline = clock_ns() + (int64_t)(s->ready_seconds * 1e9);
    while (!do_command(s, &s->ready, node, QUICK_SECONDS, e)) {
        if (clock_ns() >= deadline) {
            struct buf tail = {0};
            log_tail(s, node, &tail);
            (void)err_set(e, ERR_IO, "%s is not ready after %.10g s; its log ends: %.*s",
                          s->target->name, s->ready_seconds, (int)tail.n, buf_str(&tail).p);
            buf_free(&tail);
            return false;
        }
        (void)nanosleep(&pause, NULL);
    }
    return true;
}

/* Not in the database's folder: who works there is taken for a part of it, and this may hang. */
static bool is_primary(struct system *s, uint32_t node, struct err *e)
{
    struct buf b = {0};
    bool yes = fill(s, &s->primary, node, &b) && run_in(s, node, "", b.p, PRIMARY_SECONDS, e);
    buf_free(&b);
    return yes;
}

/* Who does not answer in time is none. */
uint64_t system_primaries(void *ctx)
{
    struct system *s = ctx;
    struct step *p = mem_zalloc(1, sizeof *p);
    uint64_t set = 0;
    *p = (struct step){.s = s, .act = is_primary};
    pool_run(s->o.n, s->o.n, one_step, p);
    for (uint32_t i = 0; i < s->o.n; i++)
        set |= (uint64_t)p->ok[i] << i;
    mem_free(p);
    return set;
}

static bool prepare(struct system *s, uint32_t node, struct err *e)
{
    return check_install(s, node, e) && stop(s, node, e) && wipe(s, node, e) &&
           make_dir(s, node, e);
}

static bool set_up_and_start(struct system *s, uint32_t node, struct err *e)
{
    return do_command(s, &s->setup, node, SECONDS, e) && system_start(s, node, e);
}

static bool bring_up(struct system *s, struct err *e)
{
    uint32_t n = s->o.n, alone = s->first_alone ? 1 : 0;
    if (!everywhere(s, 0, n, prepare, e))
        return false;
    if (alone && (!everywhere(s, 0, 1, set_up_and_start, e) || !everywhere(s, 0, 1, wait_ready, e)))
        return false;
    return everywhere(s, alone, n, set_up_and_start, e) && everywhere(s, alone, n, wait_ready, e) &&
           (do_command(s, &s->once, 0, SECONDS, e) || err_wrap(e, "n1"));
}

static bool set_up(void *ctx, const struct test_dir *d, struct err *e)
{
    struct system *s = ctx;
    (void)d;
    return hosts_connect(s->machines, e) && bring_up(s, e);
}

/* ---- the end -----------------------------------------------------------------------------------
 */

static bool save(const char *path, const struct buf *content, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    struct str s = buf_str(content);
    while (fd >= 0 && s.n > 0) {
        ssize_t k = write(fd, s.p, s.n);
        if (k <= 0)
            break;
        s.p += k;
        s.n -= (size_t)k;
    }
    bool ok = fd >= 0 && s.n == 0;
    if (fd >= 0)
        (void)close(fd);
    return ok || err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
}

/* DIR/nodes/nK/LOG */
static bool fetch(struct system *s, uint32_t node, const struct test_dir *d, const char *log,
                  struct err *e)
{
    struct buf from = {0}, to = {0}, content = {0};
    buf_printf(&from, "%s/%s%c", s->dir, log, '\0');
    buf_printf(&to, "%s/nodes%c", d->path, '\0');
    (void)mkdir(to.p, 0755);
    to.n--;
    buf_printf(&to, "/n%u%c", node + 1, '\0');
    (void)mkdir(to.p, 0755);
    const char *name = strrchr(log, '/');
    to.n--;
    buf_printf(&to, "/%s%c", name ? name + 1 : log, '\0');
    bool ok = remote_download(hosts_remote(s->machines, node), from.p, &content, SECONDS, e) &&
              save(to.p, &content, e);
    buf_free(&from);
    buf_free(&to);
    buf_free(&content);
    return ok;
}

static bool fetch_logs(struct system *s, const struct test_dir *d, struct err *e)
{
    bool ok = true;
    char own[128];
    struct buf b = {.max = sizeof own - 1};
    buf_printf(&b, "%s.log", s->target->name);
    memcpy(own, buf_str(&b).p, b.n);
    own[b.n] = '\0';
    buf_free(&b);
    for (uint32_t i = 0; i < s->o.n; i++) {
        ok &= fetch(s, i, d, own, e);
        for (size_t k = 0; s->logs[k]; k++)
            ok &= fetch(s, i, d, s->logs[k], e);
    }
    return ok;
}

static bool stop_and_wipe(struct system *s, uint32_t node, struct err *e)
{
    return stop(s, node, e) && wipe(s, node, e);
}

static bool tear_down(void *ctx, const struct test_dir *d, struct err *e)
{
    struct system *s = ctx;
    bool ok = true;
    if (!hosts_connected(s->machines))
        return true;
    ok = fetch_logs(s, d, e);
    if (!s->o.leave_running)
        ok &= everywhere(s, 0, s->o.n, stop_and_wipe, e);
    hosts_disconnect(s->machines);
    return ok;
}

void system_life(struct system *s)
{
    s->live = (struct live_system){
        .set_up = set_up,
        .tear_down = tear_down,
        .faults = hosts_faults(s->machines),
        .ready = (int64_t)(s->ready_seconds * 1e9),
        .ctx = s,
    };
}
