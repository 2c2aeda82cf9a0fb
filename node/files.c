/* Files that rot, and disks that are full. */
#define _GNU_SOURCE
#include "node/node.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { CHUNK = 1 << 20 };

static int open_file(const char *path, off_t *size, char *why, size_t n)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    struct stat s;
    if (fd >= 0 && fstat(fd, &s) == 0 && S_ISREG(s.st_mode)) {
        *size = s.st_size;
        return fd;
    }
    (void)snprintf(why, n, "%s: %s", path, fd < 0 ? strerror(errno) : "not a file");
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

static int64_t flip_bit(int fd, off_t size)
{
    uint64_t bit = random_bits() % ((uint64_t)size * 8);
    unsigned char byte;
    off_t at = (off_t)(bit / 8);
    if (pread(fd, &byte, 1, at) != 1)
        return 0;
    byte ^= (unsigned char)(1u << bit % 8);
    return pwrite(fd, &byte, 1, at) == 1;
}

/* nftw has no argument for its function. */
static char chosen[4096];
static int seen;

static int choose(const char *path, const struct stat *s, int type, struct FTW *at)
{
    const char *dot = strrchr(path, '.');
    (void)at;
    if (type == FTW_F && s->st_size > 0 && !(dot && strcmp(dot, ".log") == 0) &&
        !strstr(path, "/.belie-") && random_bits() % (uint64_t)++seen == 0)
        (void)snprintf(chosen, sizeof chosen, "%s", path);
    return 0;
}

static bool choose_file(const char *dir, char *why, size_t n)
{
    seen = 0;
    (void)nftw(dir, choose, 16, FTW_PHYS);
    if (seen == 0)
        (void)snprintf(why, n, "no files in %s", dir);
    return seen > 0;
}

int64_t file_flip(const char *dir, char *why, size_t n)
{
    off_t size = 0;
    int fd = choose_file(dir, why, n) ? open_file(chosen, &size, why, n) : -1;
    if (fd < 0)
        return -1;
    int64_t done = size > 0 ? flip_bit(fd, size) : 0;
    (void)fsync(fd);
    (void)close(fd);
    return done;
}

int64_t file_truncate(const char *dir, int64_t bytes, char *why, size_t n)
{
    off_t size = 0;
    int fd = choose_file(dir, why, n) ? open_file(chosen, &size, why, n) : -1;
    if (fd < 0)
        return -1;
    int64_t gone = bytes < size ? bytes : size;
    bool ok = ftruncate(fd, size - gone) == 0 && fsync(fd) == 0;
    if (!ok)
        (void)snprintf(why, n, "%s: %s", chosen, strerror(errno));
    (void)close(fd);
    return ok ? gone : -1;
}

int64_t disk_fill(const char *dir, char *why, size_t n)
{
    static char zeros[CHUNK]; /* not const: would be a megabyte of the program */
    char path[4096];
    int64_t total = 0;
    (void)snprintf(path, sizeof path, "%s/.belie-fill", dir);
    journal_add("fill", 0, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_TRUNC, 0600);
    if (fd < 0) {
        (void)snprintf(why, n, "%s: %s", path, strerror(errno));
        return -1;
    }
    for (size_t chunk = CHUNK; chunk > 0;) {
        ssize_t k = write(fd, zeros, chunk);
        if (k > 0)
            total += k;
        else
            chunk /= 2; /* to the last byte */
    }
    (void)close(fd);
    return total;
}

void disk_unfill(const char *dir)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/.belie-fill", dir);
    (void)unlink(path);
}

int disk_free_percent(const char *dir)
{
    struct statvfs s;
    if (statvfs(dir, &s) != 0 || s.f_blocks == 0)
        return -1;
    return (int)(100 * s.f_bavail / s.f_blocks);
}
