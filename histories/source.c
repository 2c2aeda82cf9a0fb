/* Bytes of a history. Regular files are mapped over the start of an anonymous mapping that is a
 * page longer, so that zero bytes follow the text whatever the file's length is. */
#define _DEFAULT_SOURCE
#include "histories/source.h"

#include "base/mem.h"
#include "histories/inflate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* How many lines end before each LINES_BLOCK bytes, as far as anybody asked. */
enum { LINES_BLOCK = 4096 };
struct source_lines {
    size_t *before, n, cap;
};

static char *copy_text(struct str s, size_t pad)
{
    char *p = mem_alloc(s.n + pad);
    if (s.n)
        memcpy(p, s.p, s.n);
    memset(p + s.n, 0, pad);
    return p;
}

static struct source named(const char *path)
{
    return (struct source){.path = copy_text(str_of(path), 1),
                           .lines = mem_zalloc(1, sizeof(struct source_lines))};
}

static void skip_byte_order_mark(struct source *s)
{
    if (!str_starts(s->text, "\xef\xbb\xbf"))
        return;
    s->text.p += 3;
    s->text.n -= 3;
}

bool source_memory(struct source *s, const char *name, struct str text)
{
    *s = named(name);
    s->heap = copy_text(text, SOURCE_PAD);
    s->text = (struct str){s->heap, text.n};
    skip_byte_order_mark(s);
    return true;
}

void source_rest(struct source *s)
{
    if (s->map)
        (void)madvise(s->map, s->map_len, MADV_DONTNEED);
}

void source_free(struct source *s)
{
    if (s->map)
        (void)munmap(s->map, s->map_len);
    mem_free(s->heap);
    mem_free(s->path);
    if (s->lines)
        mem_free(s->lines->before);
    mem_free(s->lines);
    *s = (struct source){0};
}

static bool io_error(const struct source *s, int code, struct err *e)
{
    const char *hint = code == ENOENT   ? "check the path"
                       : code == EACCES ? "give this user read permission, or pipe it in and use -"
                                        : "belie can also read it from a pipe: belie check -";
    return err_set(e, ERR_IO, "%s: cannot read: %s; %s", s->path, strerror(code), hint);
}

static bool map_file(struct source *s, int fd, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t len = (size + page - 1) / page * page + page;
    void *base = mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
        return false;
    if (mmap(base, size, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED) {
        (void)munmap(base, len);
        return false;
    }
    (void)madvise(base, size, MADV_SEQUENTIAL);
    s->map = base;
    s->map_len = len;
    s->text = (struct str){base, size};
    return true;
}

/* Pipes, terminals, /proc files, and file systems that cannot map. */
static bool slurp(struct source *s, int fd, struct err *e)
{
    size_t n = 0, cap = 0;
    for (;;) {
        s->heap = mem_grow(s->heap, &cap, n + (1 << 16) + SOURCE_PAD, 1);
        ssize_t got = read(fd, s->heap + n, cap - n - SOURCE_PAD);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return io_error(s, errno, e);
        if (got == 0)
            break;
        n += (size_t)got;
    }
    memset(s->heap + n, 0, SOURCE_PAD);
    s->text = (struct str){s->heap, n};
    return true;
}

static bool unpack(struct source *s, struct err *e)
{
    enum packing kind = inflate_kind(s->text);
    if (kind == PACKED_NOT)
        return true;
    char *out;
    size_t n;
    if (!inflate_all(kind, s->text, SOURCE_PAD, &out, &n, e))
        return err_wrap(e, "%s", s->path);
    if (s->map)
        (void)munmap(s->map, s->map_len);
    mem_free(s->heap);
    s->map = NULL;
    s->heap = out;
    s->text = (struct str){out, n};
    return true;
}

static bool read_fd(struct source *s, int fd, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return io_error(s, errno, e);
    if (S_ISDIR(st.st_mode))
        return err_set(e, ERR_INPUT,
                       "%s: is a directory without a history; name the history file itself",
                       s->path);
    bool mapped = S_ISREG(st.st_mode) && st.st_size > 0 && lseek(fd, 0, SEEK_CUR) == 0 &&
                  map_file(s, fd, (size_t)st.st_size);
    return (mapped || slurp(s, fd, e)) && unpack(s, e);
}

bool source_open(struct source *s, const char *path, struct err *e)
{
    *s = named(path);
    bool standard_input = strcmp(path, "-") == 0;
    int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 ? read_fd(s, fd, e) : io_error(s, errno, e);
    if (fd >= 0 && !standard_input)
        (void)close(fd);
    if (!ok) {
        source_free(s);
        return false;
    }
    skip_byte_order_mark(s);
    return true;
}

static bool read_prefix(struct source *s, int fd, size_t n, struct err *e)
{
    s->heap = mem_alloc(n + SOURCE_PAD);
    for (size_t at = 0; at < n;) {
        ssize_t got = pread(fd, s->heap + at, n - at, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return io_error(s, errno, e);
        if (got == 0)
            return err_set(e, ERR_INPUT, "%s: the file was cut while it was read", s->path);
        at += (size_t)got;
    }
    memset(s->heap + n, 0, SOURCE_PAD);
    s->text = (struct str){s->heap, n};
    return true;
}

bool source_prefix(struct source *s, const char *name, int fd, uint64_t n, struct err *e)
{
    *s = named(name);
    if (!read_prefix(s, fd, (size_t)n, e) || !unpack(s, e)) {
        source_free(s);
        return false;
    }
    skip_byte_order_mark(s);
    return true;
}

void source_where(const struct source *s, size_t offset, size_t *line, size_t *col)
{
    if (offset > s->text.n)
        offset = s->text.n;
    const char *p = s->text.p, *end = p + offset;
    *line = 1;
    for (const char *nl; p < end && (nl = memchr(p, '\n', (size_t)(end - p))); p = nl + 1)
        ++*line;
    *col = (size_t)(end - p) + 1;
}

static size_t count_lines(const char *p, const char *end)
{
    size_t n = 0;
    for (const char *nl; p < end && (nl = memchr(p, '\n', (size_t)(end - p))); p = nl + 1)
        n++;
    return n;
}

size_t source_line(const struct source *s, size_t offset)
{
    struct source_lines *l = s->lines;
    if (offset > s->text.n)
        offset = s->text.n;
    size_t block = offset / LINES_BLOCK;
    while (l && l->n <= block) {
        const char *p = s->text.p + (l->n ? l->n - 1 : 0) * LINES_BLOCK;
        size_t more = l->n ? l->before[l->n - 1] + count_lines(p, p + LINES_BLOCK) : 0;
        l->before = mem_grow(l->before, &l->cap, l->n + 1, sizeof *l->before);
        l->before[l->n++] = more;
    }
    size_t from = l ? block * LINES_BLOCK : 0;
    return (l ? l->before[block] : 0) + count_lines(s->text.p + from, s->text.p + offset) + 1;
}

bool source_error(const struct source *s, size_t offset, struct err *e, const char *fmt, ...)
{
    size_t line, col;
    source_where(s, offset, &line, &col);
    char text[900];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_set(e, ERR_INPUT, "%s:%zu:%zu: %s", s->path, line, col, text);
}
