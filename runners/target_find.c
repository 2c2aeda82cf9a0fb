/* Where descriptions of targets are: beside the program that runs, installed or in the build tree.
 */
#define _XOPEN_SOURCE 700
#include "base/mem.h"
#include "base/nearest.h"
#include "runners/target.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* From the folder of the program. */
static const char *const places[] = {"../share/belie/targets", "../../share/belie/targets",
                                     "../../runners/targets", NULL};

static char *text(struct buf *b)
{
    buf_putc(b, '\0');
    return b->p;
}

/* The folder with the descriptions, on the heap; NULL: there is none. */
static char *folder(void)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n <= 0)
        return NULL;
    exe[n] = '\0';
    char *slash = strrchr(exe, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    for (size_t i = 0; places[i]; i++) {
        struct buf b = {0};
        struct stat s;
        buf_printf(&b, "%s/%s", exe, places[i]);
        char *path = text(&b);
        if (stat(path, &s) == 0 && S_ISDIR(s.st_mode))
            return path;
        mem_free(path);
    }
    return NULL;
}

static bool described(const char *name)
{
    return name[0] != '.' && str_ends(str_of(name), ".json");
}

/* The name that comes i-th in the order of names: the folder is small. */
static char *nth_name(const char *path, size_t i)
{
    struct dirent **list = NULL;
    char *name = NULL;
    int n = scandir(path, &list, NULL, alphasort);
    for (int k = 0; k < n; k++) {
        if (described(list[k]->d_name) && i-- == 0) {
            struct buf b = {0};
            buf_puts(&b, list[k]->d_name);
            name = text(&b);
        }
        free(list[k]);
    }
    free(list);
    return name;
}

char *target_path(size_t i)
{
    char *path = folder(), *name = path ? nth_name(path, i) : NULL, *all = NULL;
    if (name) {
        struct buf b = {0};
        buf_printf(&b, "%s/%s", path, name);
        all = text(&b);
    }
    mem_free(path);
    mem_free(name);
    return all;
}

/* Names without the ending, for a suggestion. */
struct listing {
    struct arena *arena;
};

static const char *listed(const void *ctx, size_t i)
{
    char *path = target_path(i);
    if (!path)
        return NULL;
    const char *base = strrchr(path, '/') + 1;
    const char *name = arena_printf(((const struct listing *)ctx)->arena, "%.*s",
                                    (int)(strlen(base) - strlen(".json")), base);
    mem_free(path);
    return name;
}

char *target_find(const char *name, struct err *e)
{
    struct buf b = {0};
    if (strchr(name, '/') || described(name)) {
        buf_puts(&b, name);
        return text(&b);
    }
    char *path = folder();
    if (!path) {
        (void)err_set(e, ERR_INPUT,
                      "no descriptions of targets are installed beside the program: give the path "
                      "of one, such as ./%s.json",
                      name);
        return NULL;
    }
    buf_printf(&b, "%s/%s.json", path, name);
    mem_free(path);
    char *file = text(&b);
    if (access(file, R_OK) == 0)
        return file;
    struct arena a = {0};
    const struct listing all = {&a};
    const char *near = nearest(name, listed, &all);
    (void)err_set(e, ERR_USAGE, "there is no target '%s'%s%s%s (see 'belie targets')", name,
                  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    arena_free(&a);
    mem_free(file);
    return NULL;
}
