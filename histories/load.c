#include "histories/reader.h"

static const struct reader *choose(struct history *h, const struct load_options *opt, struct err *e)
{
    const struct reader *r = opt->format ? reader_find(opt->format) : reader_detect(h->source.text);
    if (!r && opt->format)
        (void)err_set(e, ERR_USAGE, "no input format is called %s", opt->format);
    else if (!r)
        (void)source_error(&h->source, 0, e,
                           "this is no history that belie knows; it reads Jepsen EDN, JSON, JSON "
                           "lines, history.txt, jepsen.log, interval and container logs, also as "
                           ".gz or .zst");
    return r;
}

static bool load(struct history *h, const struct load_options *opt, struct err *e)
{
    const struct reader *r = choose(h, opt, e);
    if (!r)
        return false;
    h->format = r->name;
    if (!r->read(h, e) || !history_pair(h, &opt->pair, e) || !history_split_keys(h, opt->split, e))
        return false;
    history_lint(h);
    source_rest(&h->source);
    return true;
}

bool history_load(struct history *h, const char *path, const struct load_options *opt,
                  struct err *e)
{
    history_init(h);
    bool ok = source_open(&h->source, path, e) && load(h, opt, e);
    if (!ok)
        history_free(h);
    return ok;
}

bool history_load_prefix(struct history *h, const char *name, int fd, uint64_t n,
                         const struct load_options *opt, struct err *e)
{
    history_init(h);
    bool ok = source_prefix(&h->source, name, fd, n, e) && load(h, opt, e);
    if (!ok)
        history_free(h);
    return ok;
}

bool history_load_memory(struct history *h, const char *name, struct str text,
                         const struct load_options *opt, struct err *e)
{
    history_init(h);
    bool ok = source_memory(&h->source, name, text) && load(h, opt, e);
    if (!ok)
        history_free(h);
    return ok;
}
