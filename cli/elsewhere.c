/* Commands that this program leaves to `belie-run`: it lies beside it, or where it was installed.
 */
#define _XOPEN_SOURCE 700
#include "base/buf.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/live.h"
#include "cli/terminal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* From the folder of this program. */
static const char *const places[] = {"belie-run", "../libexec/belie/belie-run", NULL};

static char *find(void)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    exe[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(exe, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; slash && places[i]; i++) {
        struct buf b = {0};
        buf_printf(&b, "%s/%s%c", exe, places[i], '\0');
        if (access(b.p, X_OK) == 0)
            return b.p;
        buf_free(&b);
    }
    return NULL;
}

static int go(int argc, char **argv)
{
    char *path = find();
    if (!path) {
        say("real systems are tested by the program belie-run, which is not installed here: it "
            "needs libcurl and pcre2");
        return EXIT_USAGE;
    }
    char **all = mem_zalloc((size_t)argc + 2, sizeof *all);
    all[0] = path;
    for (int i = 0; i < argc; i++)
        all[i + 1] = argv[i];
    (void)fflush(stdout);
    (void)execv(path, all);
    say("%s: %s", path, strerror(errno));
    mem_free(all);
    mem_free(path);
    return EXIT_USAGE;
}

int live_run(const struct run_config *c, int argc, char **argv)
{
    (void)c;
    return go(argc, argv);
}

int live_heal(const struct run_config *c, int argc, char **argv)
{
    (void)c;
    return go(argc, argv);
}

int live_doctor(const struct run_config *c, int argc, char **argv)
{
    (void)c;
    return go(argc, argv);
}

int live_targets(bool json, int argc, char **argv)
{
    (void)json;
    return go(argc, argv);
}
