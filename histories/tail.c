#define _POSIX_C_SOURCE 200809L
#include "histories/tail.h"

#include "base/mem.h"
#include "histories/inflate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 1 << 18 };

/* Readers for which one line is as good as another. Logs are not: an error may go on over several
 * lines, and intervals are sorted. */
static const struct reader *const by_line[] = {&reader_edn, &reader_json, &reader_txt, NULL};

static const char *name_of(const struct tail *t)
{
    return t->h.source.path;
}

static bool failed(const struct tail *t, struct err *e)
{
    return err_set(e, ERR_IO, "%s: cannot read: %s", name_of(t), strerror(errno));
}

static bool open_copy(struct tail *t, struct err *e)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    struct buf b = {.max = sizeof path - 1};
    buf_printf(&b, "%s/belie-follow-XXXXXX", folder && *folder ? folder : "/tmp");
    memcpy(path, b.p, b.n);
    path[b.n] = '\0';
    bool cut = b.cut;
    buf_free(&b);
    t->copy = cut ? -1 : mkstemp(path);
    if (t->copy < 0)
        return err_set(e, ERR_IO, "%s: cannot keep a copy of the pipe in %s: %s", name_of(t), path,
                       strerror(errno));
    (void)unlink(path);
    return true;
}

bool tail_open(struct tail *t, const char *path, const char *format, struct err *e)
{
    struct stat st;
    *t = (struct tail){.fd = -1, .copy = -1};
    history_init(&t->h);
    size_t n = strlen(path) + 1;
    t->h.source.path = mem_alloc(n);
    memcpy(t->h.source.path, path, n);
    t->reader = format ? reader_find(format) : NULL;
    t->given = t->reader != NULL;
    t->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool ok = t->fd >= 0 && fstat(t->fd, &st) == 0;
    if (!ok)
        (void)failed(t, e);
    else if (S_ISDIR(st.st_mode))
        ok = err_set(e, ERR_INPUT, "%s: is a directory; name the history file in it", path);
    t->pipe = ok && !S_ISREG(st.st_mode);
    ok = ok && (!t->pipe || open_copy(t, e));
    if (!ok)
        tail_close(t);
    return ok;
}

void tail_close(struct tail *t)
{
    if (t->fd > STDIN_FILENO)
        (void)close(t->fd);
    if (t->copy >= 0)
        (void)close(t->copy);
    mem_free(t->bytes);
    t->h.source.text = (struct str){0};
    history_free(&t->h);
    *t = (struct tail){.fd = -1, .copy = -1};
}

/* --- reading ---------------------------------------------------------------------------------*/

static ssize_t read_at(int fd, char *to, size_t n, uint64_t at)
{
    ssize_t got;
    do
        got = pread(fd, to, n, (off_t)at);
    while (got < 0 && errno == EINTR);
    return got;
}

static bool copy_piece(struct tail *t, const char *p, size_t n, struct err *e)
{
    for (size_t done = 0; done < n;) {
        ssize_t put = pwrite(t->copy, p + done, n - done, (off_t)(t->copied + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_set(e, ERR_IO, "%s: cannot keep a copy of the pipe: %s", name_of(t),
                           strerror(errno));
        done += (size_t)put;
    }
    t->copied += n;
    return true;
}

/* A pipe that has nothing now is left alone: nobody may wait here. */
static bool read_pipe(struct tail *t, char *to, ssize_t *got, struct err *e)
{
    struct pollfd p = {.fd = t->fd, .events = POLLIN};
    *got = 0;
    if (t->at < t->copied) {
        size_t left = t->copied - t->at < PIECE ? (size_t)(t->copied - t->at) : PIECE;
        *got = read_at(t->copy, to, left, t->at);
        return true;
    }
    if (t->ended || poll(&p, 1, 0) <= 0)
        return true;
    *got = read(t->fd, to, PIECE);
    if (*got < 0 && (errno == EINTR || errno == EAGAIN)) {
        *got = 0;
        return true;
    }
    t->ended = *got == 0;
    return *got <= 0 || copy_piece(t, to, (size_t)*got, e);
}

static bool still_there(const struct tail *t, const char *bytes, size_t n, uint64_t at)
{
    char now[TAIL_MARK];
    return read_at(t->fd, now, n, at) == (ssize_t)n && memcmp(now, bytes, n) == 0;
}

static bool is_same_file(const struct tail *t)
{
    struct stat open, named;
    if (strcmp(name_of(t), "-") == 0)
        return true;
    return fstat(t->fd, &open) == 0 && stat(name_of(t), &named) == 0 &&
           open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

static bool read_file(struct tail *t, char *to, ssize_t *got, struct err *e)
{
    struct stat st;
    if (fstat(t->fd, &st) != 0)
        return failed(t, e);
    if ((uint64_t)st.st_size < t->at || !still_there(t, t->head, t->nhead, 0) ||
        !still_there(t, t->mark, t->nmark, t->at - t->nmark))
        return err_set(e, ERR_INPUT, "%s: the file was cut or written anew while it was followed: "
                                     "at byte %llu it is not what was read before",
                       name_of(t), (unsigned long long)t->at);
    *got = read_at(t->fd, to, PIECE, t->at);
    if (*got == 0 && !is_same_file(t))
        return err_set(e, ERR_INPUT, "%s: the file was replaced or removed while it was followed",
                       name_of(t));
    return true;
}

static void drop_used(struct tail *t)
{
    if (t->used == 0)
        return;
    const char *p = t->bytes, *end = p + t->used;
    for (; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        t->lines++;
    memmove(t->bytes, t->bytes + t->used, t->n - t->used);
    t->n -= t->used;
    t->start += t->used;
    t->used = 0;
    t->h.events.n = 0;
}

static void keep_marks(struct tail *t)
{
    if (t->start == 0 && t->nhead < TAIL_MARK) {
        t->nhead = t->n < TAIL_MARK ? t->n : TAIL_MARK;
        memcpy(t->head, t->bytes, t->nhead);
    }
    t->nmark = t->n < TAIL_MARK ? t->n : TAIL_MARK;
    memcpy(t->mark, t->bytes + t->n - t->nmark, t->nmark);
}

bool tail_read(struct tail *t, bool *more, struct err *e)
{
    ssize_t got = 0;
    drop_used(t);
    t->bytes = mem_grow(t->bytes, &t->cap, t->n + PIECE + SOURCE_PAD, 1);
    char *to = t->bytes + t->n;
    if (!(t->pipe ? read_pipe(t, to, &got, e) : read_file(t, to, &got, e)))
        return false;
    if (got < 0)
        return failed(t, e);
    *more = got > 0;
    t->at += (uint64_t)got;
    t->n += (size_t)got;
    if (got > 0)
        keep_marks(t);
    if (t->start == 0 && inflate_kind((struct str){t->bytes, t->n}) != PACKED_NOT)
        return err_set(e, ERR_INPUT, "%s: a compressed history cannot be followed; wait until it "
                                     "is whole, or pipe its text in and use -",
                       name_of(t));
    return true;
}

void tail_wait(const struct tail *t, int ms)
{
    struct pollfd p = {.fd = t->fd, .events = POLLIN};
    const struct timespec pause = {.tv_nsec = ms * 1000000L};
    if (t->pipe)
        (void)poll(&p, 1, ms);
    else
        (void)nanosleep(&pause, NULL);
}

/* --- lines -----------------------------------------------------------------------------------*/

/* Bytes up to and with the last line end. */
static size_t whole_lines(const struct tail *t)
{
    size_t n = t->n;
    while (n > t->used && t->bytes[n - 1] != '\n')
        n--;
    return n;
}

uint64_t tail_complete(const struct tail *t)
{
    return t->start + whole_lines(t);
}

static bool reads_by_line(const struct tail *t)
{
    for (size_t i = 0; by_line[i]; i++)
        if (by_line[i] == t->reader)
            return true;
    return false;
}

static struct str without_mark(const struct tail *t, struct str text)
{
    bool marked = t->start == 0 && str_starts(text, "\xef\xbb\xbf");
    return marked ? (struct str){text.p + 3, text.n - 3} : text;
}

/* The text ends where a lexer would run on into the next line: zeros stand there meanwhile. */
static bool read_lines(struct tail *t, size_t n)
{
    char saved[SOURCE_PAD];
    struct err e;
    memcpy(saved, t->bytes + n, sizeof saved);
    memset(t->bytes + n, 0, sizeof saved);
    t->h.source.text = without_mark(t, (struct str){t->bytes, n});
    if (!t->reader)
        t->reader = reader_detect(t->h.source.text);
    t->h.format = t->reader ? t->reader->name : NULL;
    bool ok = reads_by_line(t) && t->reader->read(&t->h, &e) && !t->h.truncated;
    memcpy(t->bytes + n, saved, sizeof saved);
    if (t->h.events.n == 0 && !t->given)
        t->reader = NULL; /* only comments so far */
    return ok;
}

bool tail_take(struct tail *t, bool all)
{
    drop_used(t);
    size_t n = all ? t->n : whole_lines(t);
    if (n == 0)
        return true;
    t->h.events.n = 0;
    bool ok = read_lines(t, n);
    t->used = n;
    return ok;
}

uint64_t tail_line(const struct tail *t, size_t i)
{
    const char *p = t->h.source.text.p, *end = p + t->h.events.offset[i];
    uint64_t line = t->lines + 1;
    for (; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        line++;
    return line;
}

void tail_rewind(struct tail *t)
{
    t->at = t->start = t->lines = 0;
    t->n = t->used = t->nhead = t->nmark = 0;
    t->h.events.n = 0;
}

int tail_file(const struct tail *t)
{
    return t->pipe ? t->copy : t->fd;
}
