/* One-way probes. An echo request that we send carries a mark; a raw socket sees those of others
 * after the rules for input have let them pass. So "A was heard by B" says that packets from A
 * reach B, whatever becomes of the answer. Round trips are told by the answers to our own. */
#define _GNU_SOURCE
#include "node/node.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAGIC = 0x62656c69, MOST = 200, BYTES_MAX = 1400, WAIT_NS = 400000000, GAP_NS = 5000000 };

struct payload {
    uint32_t magic, trip; /* trip: 0 a call */
    int64_t sent;
    uint32_t seq;
};

struct packet {
    struct icmphdr head;
    struct payload body;
};

static int fd = -1;
static uint16_t id;
static struct in_addr heard[PEERS_MAX];
static int nheard;

static struct {
    struct sockaddr_in to;
    int count, sent, received, duplicates, overtaken;
    int64_t next, last_sent, sum;
    uint32_t trip, latest;
    size_t bytes;
    bool seen[MOST];
} trips;

int probe_open(void)
{
    if (fd < 0) {
        fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
        id = (uint16_t)random_bits();
    }
    return fd;
}

static uint16_t checksum(const void *p, size_t n)
{
    const uint16_t *w = p;
    uint32_t sum = 0;
    for (size_t i = 0; i < n / 2; i++)
        sum += w[i];
    sum = (sum >> 16) + (sum & 0xffff);
    return (uint16_t) ~(sum + (sum >> 16));
}

static void send_one(const struct sockaddr_in *to, uint32_t trip, uint32_t seq, size_t bytes)
{
    union {
        struct packet p;
        unsigned char room[BYTES_MAX];
    } u = {.room = {0}};
    const size_t n = bytes > sizeof u.p && bytes <= sizeof u ? bytes & ~(size_t)1 : sizeof u.p;
    u.p.head.type = ICMP_ECHO;
    u.p.head.un.echo.id = id;
    u.p.head.un.echo.sequence = htons((uint16_t)seq);
    u.p.body = (struct payload){MAGIC, trip, now_ns(), seq};
    u.p.head.checksum = checksum(&u, n);
    (void)sendto(fd, &u, n, 0, (const struct sockaddr *)to, sizeof *to);
}

void probe_call(char *const *peers, int n)
{
    for (int i = 0; i < n; i++) {
        struct sockaddr_in to = {.sin_family = AF_INET};
        if (inet_pton(AF_INET, peers[i], &to.sin_addr) == 1)
            send_one(&to, 0, 0, 0);
    }
}

void probe_forget(void)
{
    probe_receive();
    nheard = 0;
}

void probe_heard(char *out, size_t n)
{
    size_t at = 0;
    out[0] = '\0';
    probe_receive();
    for (int i = 0; i < nheard && at + 20 < n; i++) {
        char text[INET_ADDRSTRLEN];
        (void)inet_ntop(AF_INET, &heard[i], text, sizeof text);
        at += (size_t)snprintf(out + at, n - at, "%s%s", i ? "," : "", text);
    }
}

static void hear(struct in_addr from)
{
    for (int i = 0; i < nheard; i++)
        if (heard[i].s_addr == from.s_addr)
            return;
    if (nheard < PEERS_MAX)
        heard[nheard++] = from;
}

static void answer(const struct packet *p)
{
    uint32_t seq = p->body.seq;
    if (p->head.un.echo.id != id || p->body.trip != trips.trip || seq >= MOST)
        return;
    if (trips.seen[seq]) {
        trips.duplicates++;
        return;
    }
    trips.seen[seq] = true;
    trips.received++;
    trips.sum += now_ns() - p->body.sent;
    trips.overtaken += seq < trips.latest;
    trips.latest = seq > trips.latest ? seq : trips.latest;
}

void probe_receive(void)
{
    unsigned char b[512];
    struct sockaddr_in from = {0};
    socklen_t len = sizeof from;
    ssize_t n;
    while (fd >= 0 && (n = recvfrom(fd, b, sizeof b, 0, (struct sockaddr *)&from, &len)) > 0) {
        size_t head = (size_t)(b[0] & 15) * 4;
        struct packet p;
        if ((size_t)n < head + sizeof p)
            continue;
        memcpy(&p, b + head, sizeof p);
        if (p.body.magic != MAGIC)
            continue;
        if (p.head.type == ICMP_ECHO && p.body.trip == 0)
            hear(from.sin_addr);
        else if (p.head.type == ICMP_ECHOREPLY && p.body.trip != 0)
            answer(&p);
    }
}

void trips_begin(const char *peer, int count, size_t bytes)
{
    uint32_t before = trips.trip;
    memset(&trips, 0, sizeof trips);
    trips.trip = before + 1;
    trips.bytes = bytes;
    trips.to.sin_family = AF_INET;
    trips.count = count < MOST ? count : MOST;
    (void)inet_pton(AF_INET, peer, &trips.to.sin_addr);
    trips.next = now_ns();
}

bool trips_step(int64_t now, struct round_trips *out)
{
    probe_receive();
    while (trips.sent < trips.count && now >= trips.next) {
        send_one(&trips.to, trips.trip, (uint32_t)trips.sent++, trips.bytes);
        trips.last_sent = now;
        trips.next += GAP_NS;
    }
    if (trips.sent < trips.count || now < trips.last_sent + WAIT_NS)
        return false;
    *out = (struct round_trips){trips.sent, trips.received, trips.duplicates, trips.overtaken,
                                trips.received ? trips.sum / trips.received : 0};
    return true;
}
