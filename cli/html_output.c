#define _POSIX_C_SOURCE 200809L
#include "cli/html_output.h"

#include "base/mem.h"
#include "cli/html_file.h"
#include "reports/result_json.h"

#include <errno.h>
#include <sys/stat.h>

enum { NAME_MAX_BYTES = 180 };

bool html_output_is_folder(const char *to)
{
    struct stat st;
    return str_ends(str_of(to), "/") || (stat(to, &st) == 0 && S_ISDIR(st.st_mode));
}

/* The path of `name` in the folder, ended by NUL. */
static void below(const struct html_output *o, const char *name, const char *suffix,
                  struct buf *path)
{
    const char *slash = str_ends(str_of(o->to), "/") ? "" : "/";
    buf_printf(path, "%s%s%s%s%c", o->to, slash, name, suffix, '\0');
}

static bool make_folders(const char *path, struct err *e)
{
    size_t n = strlen(path);
    struct buf b = {0};
    bool ok = true;
    for (size_t i = 0; i <= n && ok; i++) {
        if (i && (path[i] == '/' || path[i] == '\0')) {
            b.n = 0;
            buf_printf(&b, "%.*s%c", (int)i, path, '\0');
            ok = mkdir(b.p, 0777) == 0 || errno == EEXIST ||
                 err_set(e, ERR_IO, "%s: making the folder failed: %s", b.p, strerror(errno));
        }
    }
    buf_free(&b);
    return ok;
}

bool html_output_open(struct html_output *o, const char *to, struct err *e)
{
    *o = (struct html_output){.to = to, .file = {.fd = -1}};
    if (!to)
        return true;
    o->folder = html_output_is_folder(to);
    if (!o->folder)
        return out_open(&o->file, to, e);
    struct buf index = {0};
    below(o, "index", ".html", &index);
    bool ok = make_folders(to, e) && out_open(&o->file, index.p, e);
    buf_free(&index);
    return ok;
}

static bool is_taken(const struct html_output *o, const char *name)
{
    bool taken = strcmp(name, "index") == 0;
    for (size_t i = 0; i < o->nnames && !taken; i++)
        taken = strcmp(o->names[i], name) == 0;
    return taken;
}

/* "store/a/history.edn" is page "store-a-history.edn": letters, digits, dots, dashes. Of a long
 * path the end; of equal names the second is "...-2". */
static const char *page_name(struct html_output *o, const char *path)
{
    struct buf plain = {0}, name = {0};
    size_t n = strlen(path);
    for (size_t i = n > NAME_MAX_BYTES ? n - NAME_MAX_BYTES : 0; i < n; i++) {
        char c = path[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || c == '_' || (c == '.' && plain.n))
            buf_putc(&plain, c);
        else if (plain.n && plain.p[plain.n - 1] != '-')
            buf_putc(&plain, '-');
    }
    if (plain.n == 0)
        buf_puts(&plain, strcmp(path, "-") == 0 ? "stdin" : "history");
    buf_putc(&plain, '\0');
    buf_puts(&name, plain.p);
    buf_putc(&name, '\0');
    for (size_t i = 2; is_taken(o, name.p); i++) {
        name.n = 0;
        buf_printf(&name, "%s-%zu%c", plain.p, i, '\0');
    }
    buf_free(&plain);
    o->names = mem_grow(o->names, &o->cap, o->nnames + 1, sizeof *o->names);
    o->names[o->nnames++] = name.p;
    return name.p;
}

static bool add_page(struct html_output *o, const struct report *r, struct history *h,
                     const json_t *results, struct buf *link, struct err *e)
{
    struct buf path = {0};
    struct out_file page;
    const char *name = page_name(o, r->path);
    below(o, name, ".html", &path);
    bool ok = out_open(&page, path.p, e) && html_file_from(&page, results, 0, h, NULL, e);
    if (ok)
        buf_printf(link, "%s.html", name);
    buf_free(&path);
    return ok;
}

static bool add_to_folder(struct html_output *o, const struct report *r, struct history *h,
                          struct err *e)
{
    struct result_document *d = result_document_new();
    struct buf link = {0};
    result_document_add(d, r);
    json_t *results = result_document_json(d, report_verdict(r));
    bool ok = !h || add_page(o, r, h, results, &link, e);
    index_page_add(&o->index, str_of(r->path), buf_str(&link), results, NULL);
    json_decref(results);
    result_document_free(d);
    buf_free(&link);
    return ok;
}

bool html_output_add(struct html_output *o, const struct report *r, struct history *h,
                     struct err *e)
{
    if (!o->to || (!o->folder && !h))
        return true;
    if (o->folder)
        return add_to_folder(o, r, h, e);
    if (o->written)
        return err_set(e, ERR_USAGE, "--html %s takes one history: %s has no report", o->to,
                       r->path);
    o->written = true;
    return html_file(&o->file, r, h, NULL, e);
}

bool html_output_end(struct html_output *o, struct err *e)
{
    bool ok = true;
    if (o->to && o->folder) {
        struct buf page = {0};
        index_page_print(&o->index, str_of(o->to), &page);
        (void)out_put(&o->file, buf_str(&page)); /* a failure is said by out_commit */
        ok = out_commit(&o->file, e);
        buf_free(&page);
    } else if (o->to && !o->written) {
        out_abort(&o->file);
    }
    for (size_t i = 0; i < o->nnames; i++)
        mem_free(o->names[i]);
    mem_free(o->names);
    index_page_free(&o->index);
    *o = (struct html_output){.to = NULL};
    return ok;
}
