/* An HTTP server that answers at once, for the comparison of clients: one thread, keep-alive, the
 * same reply to everything. Prints its port; ends when its standard input does. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FDS_MAX = 4096, BUFFER = 8192, EVENTS = 64 };

static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":1}";

static struct connection {
    size_t n;
    char text[BUFFER];
} * connections[FDS_MAX];

/* Bytes of the first request in the buffer; 0: not all of it is there. */
static size_t request(const char *text, size_t n)
{
    const char *end = memmem(text, n, "\r\n\r\n", 4);
    if (!end)
        return 0;
    const char *length = memmem(text, (size_t)(end - text), "Content-Length: ", 16);
    size_t all = (size_t)(end - text) + 4 + (length ? (size_t)strtoul(length + 16, NULL, 10) : 0);
    return all <= n ? all : 0;
}

static bool serve(int fd)
{
    struct connection *c = connections[fd];
    ssize_t got = read(fd, c->text + c->n, BUFFER - 1 - c->n);
    size_t used;
    if (got <= 0)
        return false;
    c->n += (size_t)got;
    while ((used = request(c->text, c->n)) > 0) {
        if (write(fd, reply, sizeof reply - 1) != (ssize_t)sizeof reply - 1)
            return false;
        c->n -= used;
        memmove(c->text, c->text + used, c->n);
    }
    return c->n < BUFFER - 1;
}

static void drop(int fd)
{
    free(connections[fd]);
    connections[fd] = NULL;
    (void)close(fd);
}

static void take_client(int epoll, int listener)
{
    const int one = 1;
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0 || fd >= FDS_MAX) {
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    connections[fd] = calloc(1, sizeof *connections[fd]);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (!connections[fd] || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) != 0)
        drop(fd);
}

static int listen_somewhere(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 512) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0) {
        perror("listen");
        exit(1);
    }
    (void)printf("%d\n", ntohs(a.sin_port));
    (void)fflush(stdout);
    return fd;
}

int main(void)
{
    int listener = listen_somewhere(), epoll = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, all[EVENTS];
    (void)epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);
    e.data.fd = 0;
    (void)epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &e); /* a pipe */
    for (;;) {
        int n = epoll_wait(epoll, all, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            if (all[i].data.fd == 0)
                return 0;
            if (all[i].data.fd == listener)
                take_client(epoll, listener);
            else if (!serve(all[i].data.fd))
                drop(all[i].data.fd);
        }
    }
}
