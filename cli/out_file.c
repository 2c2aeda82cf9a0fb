#define _XOPEN_SOURCE 700
#include "cli/out_file.h"

#include "base/buf.h"
#include "base/mem.h"
#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Temporary files that exist now; a signal handler may read it at any time. */
enum { OPEN_MAX_FILES = 8 }; /* check can have seven */
static char *_Atomic temporaries[OPEN_MAX_FILES];

static void remember(char *old, char *name)
{
    for (size_t i = 0; i < OPEN_MAX_FILES; i++)
        if (temporaries[i] == old) {
            temporaries[i] = name;
            return;
        }
}

void out_abandon_all(void)
{
    for (size_t i = 0; i < OPEN_MAX_FILES; i++)
        if (temporaries[i])
            (void)unlink(temporaries[i]);
}

static char *copy(const char *z)
{
    size_t n = strlen(z) + 1;
    return memcpy(mem_alloc(n), z, n);
}

static bool fail(struct out_file *o, const char *what)
{
    return err_set(&o->error, ERR_IO, "%s: %s failed: %s", o->path, what, strerror(errno));
}

/* A name beside the target that is hidden and free. */
static bool open_temporary(struct out_file *o)
{
    const char *slash = strrchr(o->path, '/');
    size_t folder = slash ? (size_t)(slash - o->path) + 1 : 0;
    struct buf b = {0};
    buf_put(&b, (struct str){o->path, folder});
    buf_printf(&b, ".%s.XXXXXX%c", o->path + folder, '\0');
    o->temporary = b.p;
    o->fd = mkstemp(o->temporary);
    if (o->fd >= 0) {
        remember(NULL, o->temporary);
        return true;
    }
    mem_free(o->temporary);
    o->temporary = NULL;
    return fail(o, "creating the file");
}

/* mkstemp makes private files: give the permissions that the old file or a new one would have. */
static void set_mode(struct out_file *o, const struct stat *old)
{
    mode_t mask = umask(0);
    (void)umask(mask);
    (void)fchmod(o->fd, old ? old->st_mode & 0777 : 0666 & ~mask);
}

bool out_open(struct out_file *o, const char *path, struct err *e)
{
    struct stat st;
    *o = (struct out_file){.fd = -1};
    if (strcmp(path, "-") == 0) {
        o->path = copy("standard output");
        o->standard = true;
        return true;
    }
    bool exists = stat(path, &st) == 0;
    /* Through a symbolic link: replace the file, not the link. */
    char *real = exists ? realpath(path, NULL) : NULL;
    o->path = copy(real ? real : path);
    free(real);
    bool ok;
    if (exists && !S_ISREG(st.st_mode)) {
        o->fd = open(o->path, O_WRONLY | O_CLOEXEC);
        ok = o->fd >= 0 || fail(o, "opening the file");
    } else {
        ok = open_temporary(o);
        if (ok)
            set_mode(o, exists ? &st : NULL);
    }
    if (ok)
        return true;
    *e = o->error;
    out_abort(o);
    return false;
}

bool out_put(void *ctx, struct str piece)
{
    struct out_file *o = ctx;
    if (o->standard) {
        print(piece);
        return true;
    }
    while (piece.n && o->error.code == ERR_NONE) {
        ssize_t n = write(o->fd, piece.p, piece.n);
        if (n < 0 && errno != EINTR)
            return fail(o, "writing");
        if (n > 0)
            piece = (struct str){piece.p + n, piece.n - (size_t)n};
    }
    return o->error.code == ERR_NONE;
}

static void close_fd(struct out_file *o)
{
    if (o->fd >= 0 && close(o->fd) != 0 && o->error.code == ERR_NONE)
        (void)fail(o, "closing");
    o->fd = -1;
}

bool out_commit(struct out_file *o, struct err *e)
{
    if (o->temporary && o->error.code == ERR_NONE && fsync(o->fd) != 0)
        (void)fail(o, "syncing");
    close_fd(o);
    if (o->temporary && o->error.code == ERR_NONE && rename(o->temporary, o->path) != 0)
        (void)fail(o, "renaming the finished file");
    bool ok = o->error.code == ERR_NONE;
    if (ok && o->temporary) {
        remember(o->temporary, NULL);
        mem_free(o->temporary);
        o->temporary = NULL;
    }
    if (!ok)
        *e = o->error;
    out_abort(o);
    return ok;
}

void out_abort(struct out_file *o)
{
    close_fd(o);
    if (o->temporary) {
        (void)unlink(o->temporary);
        remember(o->temporary, NULL);
    }
    mem_free(o->temporary);
    mem_free(o->path);
    *o = (struct out_file){.fd = -1};
}
