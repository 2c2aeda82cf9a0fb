/* The table of functions. A partition is asked for link by link; it is made and measured on all
 * nodes at once when the first link is looked at. */
#define _POSIX_C_SOURCE 200809L
#include "nemesis/hosts_private.h"

#include "base/clock.h"

#include <time.h>

enum {
    PINGS = 60,
    STROBE_LOOKS = 120,
    LOOK_MS = 20,
    SHORTEN = 64,
    ROW = 30,
    ROW_GAP = 5000000,
    BIG = 1200
};

/* ---- partitions ------------------------------------------------------------------------------ */

static void cut(void *ctx, uint32_t from, uint32_t to, bool yes)
{
    struct hosts *h = ctx;
    uint64_t bit = UINT64_C(1) << from;
    h->deaf_to[to] = yes ? h->deaf_to[to] | bit : h->deaf_to[to] & ~bit;
    h->stale = true;
}

static void put_ips(const struct hosts *h, uint64_t set, char between, struct buf *out)
{
    size_t before = out->n;
    for (uint32_t i = 0; i < h->o.n; i++)
        if (set >> i & 1) {
            if (out->n > before)
                buf_putc(out, between);
            buf_puts(out, h->v[i].ip);
        }
}

/* `word` and the addresses of a set, to every node. */
static void to_all(struct hosts *h, const char *word, const uint64_t *sets, char between)
{
    struct buf lines[GRUDGE_NODES_MAX] = {{0}};
    for (uint32_t i = 0; i < h->o.n; i++) {
        buf_puts(&lines[i], word);
        buf_putc(&lines[i], ' ');
        put_ips(h, sets ? sets[i] : 0, between, &lines[i]);
    }
    (void)hosts_ask(h, grudge_all(h->o.n), lines);
    for (uint32_t i = 0; i < h->o.n; i++)
        buf_free(&lines[i]);
}

static uint64_t heard_by(const struct hosts *h, uint32_t node)
{
    uint64_t set = UINT64_C(1) << node;
    const char *s = hosts_answer(h, node);
    while (*s) {
        size_t n = strcspn(s, ",");
        for (uint32_t i = 0; i < h->o.n; i++)
            if (str_eq((struct str){s, n}, str_of(h->v[i].ip)))
                set |= UINT64_C(1) << i;
        s += n + (s[n] == ',');
    }
    return set;
}

/* Everybody listens, everybody calls everybody, everybody says whom it heard. */
static void measure(struct hosts *h)
{
    uint64_t others[GRUDGE_NODES_MAX];
    for (uint32_t i = 0; i < h->o.n; i++)
        others[i] = grudge_all(h->o.n) & ~(UINT64_C(1) << i);
    to_all(h, "listen", NULL, ',');
    to_all(h, "call", others, ' ');
    to_all(h, "heard", NULL, ',');
    for (uint32_t i = 0; i < h->o.n; i++)
        h->hears[i] = h->answered >> i & 1 ? heard_by(h, i) : 0;
}

static bool linked(void *ctx, uint32_t from, uint32_t to)
{
    struct hosts *h = ctx;
    if (h->stale) {
        h->stale = false;
        to_all(h, "deaf", h->deaf_to, ',');
        measure(h);
    }
    return h->hears[to] >> from & 1;
}

/* ---- processes ------------------------------------------------------------------------------- */

static void send_signal(struct hosts *h, uint32_t node, const char *name)
{
    (void)hosts_ask_one(h, node, "signal %s %s", h->o.daemon, name);
}

static void state(struct hosts *h, uint32_t node, int64_t *running, int64_t *stopped)
{
    *running = *stopped = 0;
    if (!hosts_ask_one(h, node, "state %s", h->o.daemon))
        return;
    const char *s = hosts_answer(h, node), *space = strchr(s, ' ');
    if (space) {
        (void)str_to_i64((struct str){s, (size_t)(space - s)}, running);
        (void)str_to_i64(str_of(space + 1), stopped);
    }
}

static void kill_daemon(void *ctx, uint32_t node)
{
    send_signal(ctx, node, "KILL");
}

static bool up(void *ctx, uint32_t node)
{
    int64_t running, stopped;
    state(ctx, node, &running, &stopped);
    return running > 0;
}

static void restart(void *ctx, uint32_t node)
{
    struct hosts *h = ctx;
    struct err e = {0};
    if (h->o.restart(h->o.ctx, node, &e))
        return;
    hosts_refuse(h, e.text);
}

static void pause_daemon(void *ctx, uint32_t node)
{
    send_signal(ctx, node, "STOP");
}

static void resume_daemon(void *ctx, uint32_t node)
{
    send_signal(ctx, node, "CONT");
}

static bool paused(void *ctx, uint32_t node)
{
    int64_t running, stopped;
    state(ctx, node, &running, &stopped);
    return running > 0 && stopped == running;
}

/* ---- clocks ---------------------------------------------------------------------------------- */

static void skew(void *ctx, uint32_t node, int64_t offset)
{
    struct hosts *h = ctx;
    h->v[node].strobe = 0;
    (void)hosts_ask_one(h, node, "skew %s %lld", h->o.daemon, (long long)offset);
}

static int64_t offset(void *ctx, uint32_t node)
{
    struct hosts *h = ctx;
    int64_t ns = 0;
    if (hosts_ask_one(h, node, "offset %s", h->o.daemon))
        (void)str_to_i64(str_of(hosts_answer(h, node)), &ns);
    return ns;
}

static void strobe(void *ctx, uint32_t node, int64_t delta, int64_t period)
{
    struct hosts *h = ctx;
    h->v[node].strobe = delta;
    (void)hosts_ask_one(h, node, "strobe %s %lld %lld", h->o.daemon, (long long)delta,
                        (long long)period);
}

/* It does when it is seen to change. */
static bool strobes(void *ctx, uint32_t node)
{
    struct hosts *h = ctx;
    const struct timespec look = {0, LOOK_MS * 1000000};
    int64_t first = offset(h, node);
    if (h->v[node].strobe == 0)
        return first != 0;
    for (int i = 0; i < STROBE_LOOKS; i++) {
        (void)nanosleep(&look, NULL);
        if (offset(h, node) != first)
            return true;
    }
    return false;
}

/* ---- packets --------------------------------------------------------------------------------- */

/* A row of `count` pings with `bytes`, one each ROW_GAP: v is how many were sent, came back, came
 * twice, were overtaken, and their mean time. */
static bool trips(struct hosts *h, uint32_t node, uint32_t peer, int count, int bytes, int64_t v[5])
{
    memset(v, 0, 5 * sizeof *v);
    if (!hosts_ask_one(h, node, "trips %s %d %d", h->v[peer].ip, count, bytes))
        return false;
    const char *s = hosts_answer(h, node);
    for (size_t i = 0; i < 5 && *s; i++) {
        size_t n = strcspn(s, " ");
        (void)str_to_i64((struct str){s, n}, &v[i]);
        s += n + (s[n] == ' ');
    }
    return true;
}

/* Big pings that come faster than the rate lets them go wait for each other; small ones do not.
 * Where the line is full already most of them are lost. */
static bool is_slow(struct hosts *h, uint32_t node, uint32_t peer, int64_t rate)
{
    int64_t small[5], big[5];
    const int64_t each = BIG * INT64_C(8000000000) / rate;
    if (!trips(h, node, peer, ROW, 0, small) || !trips(h, node, peer, ROW, BIG, big))
        return false;
    return big[1] < big[0] / 2 || big[4] - small[4] > (ROW - 1) / 2 * (each - ROW_GAP) / 2;
}

/* Of what was asked for, what a row of pings to a peer has shown. */
static struct packet_trouble effect(struct hosts *h, uint32_t node, const struct packet_trouble *t)
{
    struct packet_trouble seen = *t;
    uint32_t peer = node;
    int64_t v[5];
    for (uint32_t i = 0; i < h->o.n && peer == node; i++)
        if (i != node && !(h->deaf_to[i] >> node & 1) && !(h->deaf_to[node] >> i & 1))
            peer = i;
    if (peer == node) /* cut off from all: the kernel took it, more cannot be known */
        return seen;
    if (!trips(h, node, peer, PINGS, 0, v))
        return (struct packet_trouble){0};
    if (v[1] == 0 || v[4] < t->delay / 2)
        seen.delay = seen.jitter = 0;
    if (v[1] == v[0]) /* a wrong bit, too, is a packet that the other side drops */
        seen.loss = seen.corrupt = 0;
    if (v[2] == 0)
        seen.duplicates = 0;
    if (v[3] == 0)
        seen.reorder = 0;
    if (t->rate && !is_slow(h, node, peer, t->rate))
        seen.rate = 0;
    return seen;
}

static void trouble(void *ctx, uint32_t node, const struct packet_trouble *t)
{
    struct hosts *h = ctx;
    struct buf lines[GRUDGE_NODES_MAX] = {{0}};
    bool some =
        t->delay || t->jitter || t->loss || t->duplicates || t->reorder || t->corrupt || t->rate;
    buf_puts(&lines[node], "shape ");
    put_ips(h, grudge_all(h->o.n) & ~(UINT64_C(1) << node), ',', &lines[node]);
    buf_printf(&lines[node], " %lld %lld %u %u %u %u %lld", (long long)t->delay,
               (long long)t->jitter, t->loss, t->duplicates, t->reorder, t->corrupt,
               (long long)t->rate);
    bool ok = hosts_ask(h, UINT64_C(1) << node, lines);
    buf_free(&lines[node]);
    if (!some)
        h->v[node].trouble = ok ? *t : h->v[node].trouble;
    else
        h->v[node].trouble = ok ? effect(h, node, t) : (struct packet_trouble){0};
}

static struct packet_trouble troubled(void *ctx, uint32_t node)
{
    return ((struct hosts *)ctx)->v[node].trouble;
}

/* ---- files ----------------------------------------------------------------------------------- */

static int64_t first_number(const char *s)
{
    int64_t n = 0;
    (void)str_to_i64((struct str){s, strcspn(s, " ")}, &n);
    return n;
}

static void fill(void *ctx, uint32_t node, bool yes)
{
    struct hosts *h = ctx;
    (void)hosts_ask_one(h, node, "%s %s", yes ? "fill" : "unfill", h->o.dir);
}

static bool full(void *ctx, uint32_t node)
{
    struct hosts *h = ctx;
    return hosts_ask_one(h, node, "room %s", h->o.dir) && first_number(hosts_answer(h, node)) < 1;
}

static int64_t flip(void *ctx, uint32_t node)
{
    struct hosts *h = ctx;
    return hosts_ask_one(h, node, "flip %s", h->o.dir) ? first_number(hosts_answer(h, node)) : 0;
}

static int64_t shorten(void *ctx, uint32_t node)
{
    struct hosts *h = ctx;
    return hosts_ask_one(h, node, "truncate %s %d", h->o.dir, SHORTEN)
               ? first_number(hosts_answer(h, node))
               : 0;
}

static bool power_cut(void *ctx, uint32_t node)
{
    struct hosts *h = ctx;
    return hosts_ask_one(h, node, "power %s %s", h->o.dir, h->o.daemon);
}

static uint64_t primaries(void *ctx)
{
    struct hosts *h = ctx;
    return h->o.primaries(h->o.ctx);
}

void hosts_table(struct hosts *h)
{
    h->table = (struct nemesis_target){
        .cut = cut,
        .linked = linked,
        .kill = h->o.restart ? kill_daemon : NULL,
        .restart = h->o.restart ? restart : NULL,
        .up = up,
        .pause = pause_daemon,
        .resume = resume_daemon,
        .paused = paused,
        .skew = skew,
        .offset = offset,
        .strobe = strobe,
        .strobes = strobes,
        .trouble = trouble,
        .troubled = troubled,
        .bytes = true,
        .fill = h->o.dir ? fill : NULL,
        .full = h->o.dir ? full : NULL,
        .flip = h->o.dir ? flip : NULL,
        .shorten = h->o.dir ? shorten : NULL,
        .power_cut = h->o.dir && h->o.restart ? power_cut : NULL,
        .primaries = h->o.primaries ? primaries : NULL,
        .ctx = h,
    };
}

const struct nemesis_target *hosts_faults(struct hosts *h)
{
    return &h->table;
}
