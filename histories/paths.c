#define _POSIX_C_SOURCE 200809L
#include "base/buf.h"
#include "base/mem.h"
#include "histories/source.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

/* In order of preference: the first that exists is the history of its directory. */
static const char *const names[] = {"history.edn", "history.json", "history.jsonl",
                                    "history.txt", "jepsen.log",   NULL};
static const char *const packings[] = {"", ".gz", ".zst", NULL};

/* A heap string: the three after each other. */
static char *concat(const char *a, const char *b, const char *c)
{
    struct buf text = {0};
    buf_puts(&text, a);
    buf_puts(&text, b);
    buf_puts(&text, c);
    buf_putc(&text, '\0');
    return text.p;
}

/* dir/name */
static char *join(const char *dir, const char *name)
{
    return concat(dir, str_ends(str_of(dir), "/") ? "" : "/", name);
}

static void add(struct paths *out, char *path)
{
    out->p = mem_grow(out->p, &out->cap, out->n + 1, sizeof *out->p);
    out->p[out->n++] = path;
}

static bool is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The history file right in `dir`, if any. */
static bool add_history(struct paths *out, const char *dir)
{
    bool found = false;
    for (size_t i = 0; names[i] && !found; i++) {
        char *plain = join(dir, names[i]);
        for (size_t k = 0; packings[k] && !found; k++) {
            struct stat st;
            char *path = concat(plain, packings[k], "");
            found = stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
            if (found)
                add(out, path);
            else
                mem_free(path);
        }
        mem_free(plain);
    }
    return found;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Runs of digits compare as numbers: 2 before 10. */
static int natural(const char *a, const char *b)
{
    while (*a && *b) {
        if (digit(*a) && digit(*b)) {
            size_t za = strspn(a, "0"), zb = strspn(b, "0");
            size_t na = strspn(a + za, "0123456789"), nb = strspn(b + zb, "0123456789");
            int order = na != nb ? (na < nb ? -1 : 1) : memcmp(a + za, b + zb, na);
            if (order)
                return order;
            a += za + na;
            b += zb + nb;
        } else if (*a != *b) {
            break;
        } else {
            a++;
            b++;
        }
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static int by_name(const void *a, const void *b)
{
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    int order = natural(x, y);
    return order ? order : strcmp(x, y);
}

/* The histories of the directories K in `dir`. */
static void add_keys(struct paths *out, const char *dir)
{
    struct paths keys = {0};
    DIR *d = opendir(dir);
    if (!d)
        return;
    for (struct dirent *entry; (entry = readdir(d));)
        if (entry->d_name[0] != '.')
            add(&keys, join(dir, entry->d_name));
    (void)closedir(d);
    if (keys.n)
        qsort(keys.p, keys.n, sizeof *keys.p, by_name);
    for (size_t i = 0; i < keys.n; i++)
        if (is_dir(keys.p[i]))
            (void)add_history(out, keys.p[i]);
    paths_free(&keys);
}

bool paths_expand(struct paths *out, const char *path, struct err *e)
{
    size_t before = out->n;
    if (strcmp(path, "-") == 0 || !is_dir(path)) {
        add(out, concat(path, "", ""));
        return true;
    }
    if (add_history(out, path))
        return true;
    char *independent = join(path, "independent");
    add_keys(out, is_dir(independent) ? independent : path);
    mem_free(independent);
    return out->n > before ||
           err_set(e, ERR_INPUT,
                   "%s: no history in this directory; looked for history.edn, history.json, "
                   "history.jsonl, history.txt and jepsen.log (also .gz, .zst) there and in "
                   "independent/*; name the file itself",
                   path);
}

void paths_free(struct paths *p)
{
    for (size_t i = 0; i < p->n; i++)
        mem_free(p->p[i]);
    mem_free(p->p);
    *p = (struct paths){0};
}
