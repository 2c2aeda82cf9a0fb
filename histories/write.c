/* Writing histories: the loop that all formats share. Text is handed on in chunks, so that the
 * memory needed does not depend on the history. */
#include "histories/writer_list.h"

enum { CHUNK = 1 << 16 };

const struct writer *const writers[] = {&writer_trace, &writer_edn, &writer_json, &writer_jsonl,
                                        &writer_txt,   &writer_log, NULL}; /* trace.json first */

const struct writer *writer_find(const char *name)
{
    for (size_t i = 0; writers[i]; i++)
        if (strcmp(writers[i]->name, name) == 0)
            return writers[i];
    return NULL;
}

const struct writer *writer_for_path(const char *path)
{
    for (size_t i = 0; writers[i]; i++)
        if (str_ends(str_of(path), writers[i]->suffix))
            return writers[i];
    return NULL;
}

static bool flush(struct buf *b, bool (*put)(void *ctx, struct str chunk), void *ctx)
{
    bool good = b->n == 0 || put(ctx, buf_str(b));
    b->n = 0;
    return good;
}

bool history_write(const struct history *h, const struct writer *w, const bool *keep,
                   bool (*put)(void *ctx, struct str chunk), void *ctx)
{
    struct buf b = {0};
    bool good = true, first = true;
    if (w->before)
        buf_puts(&b, w->before);
    for (size_t i = 0; good && i < h->events.n; i++) {
        if (keep && !keep[i])
            continue;
        if (w->between && !first)
            buf_puts(&b, w->between);
        first = false;
        w->event(h, i, &b);
        if (!w->between)
            buf_putc(&b, '\n');
        if (b.n >= CHUNK)
            good = flush(&b, put, ctx);
    }
    if (w->after)
        buf_puts(&b, w->after);
    good = good && flush(&b, put, ctx);
    buf_free(&b);
    return good;
}
