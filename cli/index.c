/* belie index: a static page about all results below a folder. */
#define _POSIX_C_SOURCE 200809L
#include "base/mem.h"
#include "cli/command.h"
#include "cli/out_file.h"
#include "cli/terminal.h"
#include "reports/html/index_page.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 8 };

struct index_config {
    const char *output;
};

static const struct option_spec specs[] = {
    {"output", 'o', "FILE",
     "where to write the page (- for standard output); default index.html in the folder", OPT_TEXT,
     offsetof(struct index_config, output), NULL},
    {0},
};
static const struct option_group groups[] = {{specs, 0}, {0}};

/* Paths of documents, relative to the folder. */
struct found {
    char **v;
    size_t n, cap;
};

static char *join(const char *folder, const char *name)
{
    struct buf b = {0};
    buf_printf(&b, "%s%s%s%c", folder, *folder ? "/" : "", name, '\0');
    return b.p;
}

/* Links are left out: `latest` and `current` name runs that are there anyway. */
static void walk(struct found *f, const char *root, const char *below, unsigned depth)
{
    char *path = join(root, below);
    DIR *dir = opendir(path);
    for (const struct dirent *e; dir && (e = readdir(dir));) {
        struct stat st;
        char *relative = join(below, e->d_name), *full = join(root, relative);
        bool there = e->d_name[0] != '.' && lstat(full, &st) == 0;
        if (there && S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
            walk(f, root, relative, depth + 1);
        if (there && S_ISREG(st.st_mode) && str_ends(str_of(relative), ".json")) {
            f->v = mem_grow(f->v, &f->cap, f->n + 1, sizeof *f->v);
            f->v[f->n++] = relative;
            relative = NULL;
        }
        mem_free(relative);
        mem_free(full);
    }
    if (dir)
        (void)closedir(dir);
    mem_free(path);
}

/* What tells runs of one test apart: of NAME/TIME/results.json the time. */
static struct str moment(const char *path)
{
    struct str s = str_of(path);
    if (str_ends(s, "/results.json"))
        s.n -= strlen("/results.json");
    size_t from = s.n;
    while (from > 0 && s.p[from - 1] != '/')
        from--;
    return (struct str){s.p + from, s.n - from};
}

static int by_moment(const void *a, const void *b)
{
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    struct str s = moment(x), t = moment(y);
    int order = memcmp(s.p, t.p, s.n < t.n ? s.n : t.n);
    if (order == 0 && s.n != t.n)
        order = s.n < t.n ? -1 : 1;
    return order ? order : strcmp(x, y);
}

static void add(struct index_page *x, const char *root, const char *path)
{
    char *full = join(root, path);
    json_t *results = json_load_file(full, JSON_ALLOW_NUL, NULL);
    if (!json_is_array(json_object_get(results, "inputs"))) {
        json_decref(results);
        mem_free(full);
        return;
    }
    struct str name = str_of(path);
    bool run = str_is(name, "results.json") || str_ends(name, "/results.json");
    struct str folder = {path, run ? name.n - strlen("results.json") : 0};
    struct buf report = {0}, test = {0}, link = {0};
    buf_printf(&report, "%s/%.*sreport.html%c", root, (int)folder.n, folder.p, '\0');
    buf_printf(&test, "%s/%.*stest.json%c", root, (int)folder.n, folder.p, '\0');
    if (run && access(report.p, R_OK) == 0)
        buf_printf(&link, "%.*sreport.html", (int)folder.n, folder.p);
    json_t *description = run ? json_load_file(test.p, 0, NULL) : NULL;
    if (run && folder.n > 1)
        name = (struct str){folder.p, folder.n - 1};
    index_page_add(x, name, buf_str(&link), results, description);
    json_decref(description);
    json_decref(results);
    buf_free(&report);
    buf_free(&test);
    buf_free(&link);
    mem_free(full);
}

static bool write_index(const char *root, const char *to, struct err *e)
{
    struct found f = {0};
    struct index_page x = {.n = 0};
    struct buf page = {0};
    struct out_file o;
    walk(&f, root, "", 0);
    if (f.n)
        qsort(f.v, f.n, sizeof *f.v, by_moment);
    for (size_t i = 0; i < f.n; i++) {
        add(&x, root, f.v[i]);
        mem_free(f.v[i]);
    }
    mem_free(f.v);
    index_page_print(&x, str_of(root), &page);
    bool ok = x.n ? out_open(&o, to, e)
                  : err_set(e, ERR_INPUT,
                            "%s: no results (results.json, or the output of belie "
                            "check --json in a file *.json) below this folder",
                            root);
    if (ok) {
        (void)out_put(&o, buf_str(&page)); /* a failure is said by out_commit */
        ok = out_commit(&o, e);
    }
    index_page_free(&x);
    buf_free(&page);
    return ok;
}

static int run(int argc, char **argv)
{
    struct index_config c = {0};
    struct arguments rest;
    struct stat st;
    struct err e = {0};
    int code = options_parse(&command_index, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    if (rest.n != 1 || stat(rest.v[0], &st) != 0 || !S_ISDIR(st.st_mode))
        return usage_error(&command_index, "index takes one folder");
    char *beside = join(rest.v[0], "index.html");
    const char *to = c.output ? c.output : beside;
    bool ok = write_index(rest.v[0], to, &e);
    if (ok && strcmp(to, "-") != 0)
        say("%s", to);
    mem_free(beside);
    return ok ? EXIT_VALID : say_error(&e);
}

const struct command command_index = {
    .name = "index",
    .summary = "write a page about all results below a folder",
    .arguments = "FOLDER",
    .details =
        "The page lists each results.json (and each file of results that ends in .json) with "
        "its verdict, property, faults, seed and reason, links the reports beside them, and "
        "can be filtered and searched. Oldest first, by the names of the folders.",
    .options = groups,
    .run = run,
};
