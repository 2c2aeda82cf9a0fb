#define _XOPEN_SOURCE 700
#include "runners/test_dir.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* "a/b" on the heap; the parts of a and b, with a slash where both are there. */
static char *join(const char *a, const char *b)
{
    struct buf text = {0};
    buf_printf(&text, "%s/%s%c", a, b, '\0');
    return text.p;
}

static char *file_name(const char *name)
{
    struct buf text = {0};
    for (; *name; name++) {
        bool plain = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
                     (*name >= '0' && *name <= '9');
        buf_putc(&text, plain ? *name : '-');
    }
    buf_putc(&text, '\0');
    return text.p;
}

/* 20261122T190500.123Z, and a number when `again`: two tests may begin in one millisecond. */
static char *time_name(unsigned again)
{
    struct timespec now = {0};
    struct tm t = {0};
    char date[32];
    struct buf text = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &t);
    (void)strftime(date, sizeof date, "%Y%m%dT%H%M%S", &t);
    buf_printf(&text, "%s.%03dZ", date, (int)(now.tv_nsec / 1000000));
    if (again)
        buf_printf(&text, "-%u", again);
    buf_putc(&text, '\0');
    return text.p;
}

static bool make_folder(const char *path, struct err *e)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST ||
           err_set(e, ERR_IO, "%s: making the folder failed: %s", path, strerror(errno));
}

/* A folder of our own, named after the time. */
static bool make_time(struct test_dir *d, const char *parent, struct err *e)
{
    enum { TRIES = 1000 };
    for (unsigned i = 0; i < TRIES; i++) {
        d->time = time_name(i);
        d->path = join(parent, d->time);
        if (mkdir(d->path, 0777) == 0)
            return true;
        if (errno != EEXIST || i + 1 == TRIES)
            return err_set(e, ERR_IO, "%s: making the folder failed: %s", d->path, strerror(errno));
        mem_free(d->time);
        mem_free(d->path);
        d->time = d->path = NULL;
    }
    return false;
}

/* The link appears at once, instead of the old one. */
static bool set_link(const char *folder, const char *name, const char *target, struct err *e)
{
    char *link = join(folder, name), *temporary = join(folder, ".link");
    (void)unlink(temporary);
    bool ok = symlink(target, temporary) == 0 && rename(temporary, link) == 0;
    if (!ok)
        (void)err_set(e, ERR_IO, "%s: setting the link failed: %s", link, strerror(errno));
    mem_free(link);
    mem_free(temporary);
    return ok;
}

static bool set_root_link(const struct test_dir *d, const char *name, struct err *e)
{
    char *target = join(d->name, d->time);
    bool ok = set_link(d->root, name, target, e);
    mem_free(target);
    return ok;
}

static bool open_history(struct test_dir *d, struct err *e)
{
    d->history = test_dir_file(d, "history.edn");
    d->fd = open(d->history, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    return d->fd >= 0 ||
           err_set(e, ERR_IO, "%s: making the file failed: %s", d->history, strerror(errno));
}

bool test_dir_open(struct test_dir *d, const char *root, const char *name, struct err *e)
{
    struct buf copy = {0};
    buf_printf(&copy, "%s%c", root, '\0');
    *d = (struct test_dir){.root = copy.p, .name = file_name(name), .fd = -1};
    char *parent = join(root, d->name);
    bool ok = make_folder(root, e) && make_folder(parent, e) && make_time(d, parent, e) &&
              open_history(d, e) && set_root_link(d, "current", e);
    mem_free(parent);
    if (!ok)
        test_dir_close(d);
    return ok;
}

void test_dir_at(struct test_dir *d, const char *path)
{
    struct buf copy = {0};
    buf_printf(&copy, "%s%c", path, '\0');
    *d = (struct test_dir){.path = copy.p, .fd = -1};
    d->history = test_dir_file(d, "history.edn");
}

char *test_dir_file(const struct test_dir *d, const char *name)
{
    return join(d->path, name);
}

int test_dir_faults(const struct test_dir *d, struct err *e)
{
    char *path = test_dir_file(d, "faults.edn");
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        (void)err_set(e, ERR_IO, "%s cannot be made: %s", path, strerror(errno));
    mem_free(path);
    return fd;
}

bool test_dir_complete(const struct test_dir *d, struct err *e)
{
    char *parent = join(d->root, d->name);
    bool ok = set_link(parent, "latest", d->time, e) && set_root_link(d, "latest", e);
    mem_free(parent);
    return ok;
}

void test_dir_close(struct test_dir *d)
{
    if (d->fd >= 0)
        (void)close(d->fd);
    mem_free(d->root);
    mem_free(d->name);
    mem_free(d->time);
    mem_free(d->path);
    mem_free(d->history);
    *d = (struct test_dir){.fd = -1};
}
