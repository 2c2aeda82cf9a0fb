#define _GNU_SOURCE
#include "node/node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t now_ns(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

uint64_t random_bits(void)
{
    static uint64_t s;
    if (!s && getrandom(&s, sizeof s, 0) != (ssize_t)sizeof s)
        s = (uint64_t)now_ns() | 1;
    s += 0x9e3779b97f4a7c15u; /* splitmix64 */
    uint64_t z = s;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

bool random_chance(uint32_t per_million)
{
    return random_bits() % 1000000 < per_million;
}

ssize_t read_file(const char *path, char *out, size_t n)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t k = read(fd, out, n - 1);
    (void)close(fd);
    out[k > 0 ? k : 0] = '\0';
    return k;
}

static void write_all(int fd, const char *s, size_t n)
{
    while (n > 0) {
        ssize_t k = write(fd, s, n);
        if (k <= 0)
            return;
        s += k;
        n -= (size_t)k;
    }
}

static void child(const char *const *argv, const int *in, const int *err)
{
    int null = open("/dev/null", O_WRONLY);
    (void)dup2(in[0], 0);
    (void)dup2(null, 1);
    (void)dup2(err[1], 2);
    (void)setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* The input is shorter than a pipe is deep, so that nobody waits for the other. */
int run_program(const char *const *argv, const char *input, char *why, size_t n)
{
    int in[2], err[2], status = 0;
    size_t at = 0;
    if (pipe2(in, O_CLOEXEC) != 0)
        return -1;
    if (pipe2(err, O_CLOEXEC) != 0) {
        (void)close(in[0]);
        (void)close(in[1]);
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0)
        child(argv, in, err);
    (void)close(in[0]);
    (void)close(err[1]);
    if (pid > 0 && input)
        write_all(in[1], input, strlen(input));
    (void)close(in[1]);
    char text[512];
    ssize_t k;
    while ((k = read(err[0], text, sizeof text)) > 0)
        for (ssize_t i = 0; why && i < k && at + 1 < n; i++)
            why[at++] = text[i] == '\n' ? ' ' : text[i];
    if (why && n)
        why[at] = '\0';
    (void)close(err[0]);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status) == 127 ? -1 : WEXITSTATUS(status);
}

bool have_program(const char *name)
{
    const char *const argv[] = {name, "--version", NULL};
    return run_program(argv, NULL, NULL, 0) == 0;
}
