#define _POSIX_C_SOURCE 200809L
#include "cli/follow_earliest.h"

#include <string.h>
#include <unistd.h>

enum { BLOCK = 1 << 16 };

/* Bytes read into `block`, from `at` on and not beyond `end`; 0 at the end, or when it fails. */
static size_t read_block(int fd, char *block, uint64_t at, uint64_t end)
{
    size_t want = end - at < BLOCK ? (size_t)(end - at) : BLOCK;
    ssize_t got = pread(fd, block, want, (off_t)at);
    return got > 0 ? (size_t)got : 0;
}

/* The offset behind the first line end at or after `at`; `end` when there is none before. */
static uint64_t end_of_line(int fd, uint64_t at, uint64_t end)
{
    char block[BLOCK];
    for (size_t n; at < end && (n = read_block(fd, block, at, end)) > 0; at += n) {
        const char *nl = memchr(block, '\n', n);
        if (nl)
            return at + (uint64_t)(nl - block) + 1;
    }
    return end;
}

void follow_earliest(struct earliest *e)
{
    uint64_t good = e->good, below = e->bad; /* lines that end in between have not been asked */
    while (good < below) {
        uint64_t mid = good + (below - good) / 2, end = end_of_line(e->fd, mid, e->bad);
        if (end >= e->bad) {
            below = mid;
        } else if (e->refuted(e->what, end)) {
            e->bad = end;
            below = mid;
        } else {
            good = end;
        }
    }
}

uint64_t follow_line_at(int fd, uint64_t bytes)
{
    char block[BLOCK];
    uint64_t lines = 0;
    size_t n;
    for (uint64_t at = 0; at < bytes && (n = read_block(fd, block, at, bytes)) > 0; at += n)
        for (const char *p = block; (p = memchr(p, '\n', n - (size_t)(p - block))) != NULL; p++)
            lines++;
    return lines;
}
