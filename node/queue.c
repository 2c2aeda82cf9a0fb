/* The network between nodes made worse, in user space: packets that a rule sends into a queue of
 * the kernel (NFQUEUE) come here, wait in a heap for their time, and get their verdict. No qdisc
 * and no module is needed, and what is wrong ends with this process (the rule says `bypass`).
 * Netlink is spoken by hand: it is three messages. */
#define _GNU_SOURCE
#include "node/node.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What waits for longer than this for a slow line is dropped, as a line's buffer does. */
enum { LINE_MAX_NS = 1000000000 };
enum { PACKET_MAX = 65535, HELD_MAX = 20000, MARK = 29283, BATCH = 64 };

struct held {
    int64_t due;
    uint64_t seq;
    uint32_t id;
    uint32_t n;       /* bytes in `changed` */
    uint8_t *changed; /* NULL: as it came */
};

static int fd = -1, raw = -1;
static struct shape shape;
static struct held heap[HELD_MAX];
static size_t nheld;
static uint64_t seq;
static int64_t line_free; /* when the rate lets the next one go */

/* The kernel's macros for this are of type int. */
enum { HEAD = 4 };
static size_t align(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* ---- netlink --------------------------------------------------------------------------------- */

struct message {
    struct nlmsghdr head;
    struct nfgenmsg gen;
    unsigned char rest[128];
};

static void begin(struct message *m, int type, int flags)
{
    memset(m, 0, sizeof *m);
    m->head.nlmsg_len = NLMSG_LENGTH(sizeof m->gen);
    m->head.nlmsg_type = (uint16_t)(NFNL_SUBSYS_QUEUE << 8 | type);
    m->head.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    m->gen.nfgen_family = AF_UNSPEC;
    m->gen.version = NFNETLINK_V0;
    m->gen.res_id = htons(QUEUE_NUMBER);
}

static void attribute(struct message *m, int type, const void *data, size_t n)
{
    struct nlattr a = {(uint16_t)(HEAD + n), (uint16_t)type};
    unsigned char *at = (unsigned char *)m + align(m->head.nlmsg_len);
    memcpy(at, &a, sizeof a);
    memcpy(at + HEAD, data, n);
    m->head.nlmsg_len = (uint32_t)(align(m->head.nlmsg_len) + align(HEAD + n));
}

/* Send, and wait for the kernel's word. 0, or -errno. */
static int tell(const struct message *m)
{
    char b[4096];
    if (send(fd, m, m->head.nlmsg_len, 0) < 0)
        return -errno;
    ssize_t n = recv(fd, b, sizeof b, 0);
    struct nlmsghdr h;
    int code = 0;
    if (n < (ssize_t)(sizeof h + sizeof code))
        return -EIO;
    memcpy(&h, b, sizeof h);
    if (h.nlmsg_type == NLMSG_ERROR)
        memcpy(&code, b + NLMSG_HDRLEN, sizeof code);
    return code;
}

static int configure(void)
{
    struct message m;
    const struct nfqnl_msg_config_cmd bind_it = {.command = NFQNL_CFG_CMD_BIND,
                                                 .pf = htons(AF_INET)};
    const struct nfqnl_msg_config_params copy = {htonl(PACKET_MAX), NFQNL_COPY_PACKET};
    const uint32_t length = htonl(HELD_MAX);
    begin(&m, NFQNL_MSG_CONFIG, NLM_F_ACK);
    attribute(&m, NFQA_CFG_CMD, &bind_it, sizeof bind_it);
    int code = tell(&m);
    if (code)
        return code;
    begin(&m, NFQNL_MSG_CONFIG, NLM_F_ACK);
    attribute(&m, NFQA_CFG_PARAMS, &copy, sizeof copy);
    attribute(&m, NFQA_CFG_QUEUE_MAXLEN, &length, sizeof length);
    return tell(&m);
}

int queue_open(char *why, size_t n)
{
    const int size = 8 << 20, on = 1, mark = MARK;
    const struct timeval patience = {2, 0};
    struct sockaddr_nl at = {.nl_family = AF_NETLINK};
    if (fd >= 0)
        return fd;
    fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int code = fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) ? -errno : configure();
    if (code) {
        (void)snprintf(why, n, "the kernel gives no packet queue (NFQUEUE): %s", strerror(-code));
        queue_close();
        return -1;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    (void)setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof on);
    raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    (void)setsockopt(raw, SOL_SOCKET, SO_MARK, &mark, sizeof mark);
    return fd;
}

void queue_close(void)
{
    if (fd >= 0)
        (void)close(fd);
    if (raw >= 0)
        (void)close(raw);
    fd = raw = -1;
    while (nheld > 0)
        free(heap[--nheld].changed);
}

void queue_shape(const struct shape *s)
{
    shape = *s;
}

static void verdict(uint32_t id, uint32_t what, const uint8_t *data, uint32_t n)
{
    static struct {
        struct message m;
        uint8_t room[PACKET_MAX + 64];
    } big;
    const struct nfqnl_msg_verdict_hdr v = {htonl(what), htonl(id)};
    begin(&big.m, NFQNL_MSG_VERDICT, 0);
    attribute(&big.m, NFQA_VERDICT_HDR, &v, sizeof v);
    if (data)
        attribute(&big.m, NFQA_PAYLOAD, data, n);
    (void)send(fd, &big.m, big.m.head.nlmsg_len, 0);
}

/* ---- the heap -------------------------------------------------------------------------------- */

static bool before(const struct held *a, const struct held *b)
{
    return a->due != b->due ? a->due < b->due : a->seq < b->seq;
}

static void swap(size_t a, size_t b)
{
    struct held t = heap[a];
    heap[a] = heap[b];
    heap[b] = t;
}

static void hold(const struct held *h)
{
    size_t i = nheld++;
    heap[i] = *h;
    for (; i && before(&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(i, (i - 1) / 2);
}

static struct held take(void)
{
    struct held first = heap[0];
    heap[0] = heap[--nheld];
    for (size_t i = 0, c; (c = 2 * i + 1) < nheld; i = c) {
        if (c + 1 < nheld && before(&heap[c + 1], &heap[c]))
            c++;
        if (!before(&heap[c], &heap[i]))
            break;
        swap(i, c);
    }
    return first;
}

/* ---- packets --------------------------------------------------------------------------------- */

static int64_t due_time(int64_t now, uint32_t bytes)
{
    int64_t wait = shape.delay_ns;
    if (shape.jitter_ns > 0)
        wait += (int64_t)(random_bits() % (uint64_t)shape.jitter_ns);
    if (shape.reorder) { /* some are held back, the others are not */
        const int64_t back = shape.delay_ns ? shape.delay_ns : 20000000;
        wait = random_chance(shape.reorder) ? back : 0;
    }
    if (shape.rate > 0) {
        if (line_free < now)
            line_free = now;
        line_free += (int64_t)bytes * 8 * 1000000000 / shape.rate;
        return line_free + wait;
    }
    return now + wait;
}

/* One bit after the IP header. */
static uint8_t *corrupted(const uint8_t *data, uint32_t n)
{
    uint8_t *copy = malloc(n);
    if (copy) {
        memcpy(copy, data, n);
        copy[20 + random_bits() % (n - 20)] ^= (uint8_t)(1 << random_bits() % 8);
    }
    return copy;
}

static void twice(const uint8_t *data, uint32_t n)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (n < 20 || data[0] >> 4 != 4)
        return;
    memcpy(&to.sin_addr, data + 16, 4);
    (void)sendto(raw, data, n, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof to);
}

static void packet(uint32_t id, const uint8_t *data, uint32_t n)
{
    int64_t now = now_ns();
    if (random_chance(shape.loss) || (shape.rate > 0 && line_free > now + LINE_MAX_NS)) {
        verdict(id, NF_DROP, NULL, 0);
        return;
    }
    struct held h = {.due = due_time(now, n), .seq = seq, .id = id};
    seq++;
    if (random_chance(shape.duplicate))
        twice(data, n);
    if (n > 40 && random_chance(shape.corrupt)) {
        h.changed = corrupted(data, n);
        h.n = n;
    }
    if (nheld == HELD_MAX || (h.due <= now && !h.changed)) {
        verdict(id, NF_ACCEPT, NULL, 0);
        free(h.changed);
        return;
    }
    hold(&h);
}

static void one_message(const unsigned char *p, size_t n)
{
    uint32_t id = 0, bytes = 0;
    const uint8_t *data = NULL;
    size_t at = NLMSG_LENGTH(sizeof(struct nfgenmsg));
    while (at + HEAD <= n) {
        struct nlattr a;
        memcpy(&a, p + at, sizeof a);
        if (a.nla_len < HEAD || at + a.nla_len > n)
            break;
        if ((a.nla_type & NLA_TYPE_MASK) == NFQA_PACKET_HDR) {
            struct nfqnl_msg_packet_hdr h;
            memcpy(&h, p + at + HEAD, sizeof h);
            id = ntohl(h.packet_id);
        } else if ((a.nla_type & NLA_TYPE_MASK) == NFQA_PAYLOAD) {
            data = p + at + HEAD;
            bytes = (uint32_t)(a.nla_len - HEAD);
        }
        at += align(a.nla_len);
    }
    if (id)
        packet(id, data, bytes);
}

void queue_receive(void)
{
    static unsigned char b[PACKET_MAX + 4096];
    ssize_t n;
    for (int i = 0; i < BATCH && fd >= 0 && (n = recv(fd, b, sizeof b, MSG_DONTWAIT)) > 0; i++) {
        struct nlmsghdr h;
        memcpy(&h, b, sizeof h);
        if (h.nlmsg_type == (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET) && h.nlmsg_len <= (size_t)n)
            one_message(b, h.nlmsg_len);
    }
}

int64_t queue_release(int64_t now)
{
    while (nheld > 0 && heap[0].due <= now) {
        struct held h = take();
        verdict(h.id, NF_ACCEPT, h.changed, h.n);
        free(h.changed);
    }
    return nheld ? heap[0].due : INT64_MAX;
}
