/* Readers for operations as Jepsen logs them, one per line:
 *
 *     process TAB :type TAB f TAB value [TAB error]
 *
 * history.txt has nothing else. In console logs and jepsen.log the process stands at the end of
 * some logger's prefix, and most lines are no operations. f and value are printed readably, the
 * error is not: it may go on over several lines. Old logs put the error of a crashed operation in
 * the place of the value (`:info :cas :timed-out`). */
#include "base/mem.h"
#include "histories/edn_lexer.h"
#include "histories/op_reader.h"
#include "histories/reader.h"

enum { MAX_COLUMNS = 5 };

/* One line that may be an operation. */
struct line {
    struct str text;                /* without the line end */
    struct str column[MAX_COLUMNS]; /* process, type, f, value, error */
    unsigned n;                     /* columns, 0: no operation here */
    bool whole;                     /* the operation starts where the line starts */
    bool ended;                     /* by a line end, not by the end of the text */
};

struct log_reader {
    struct op_reader op;
    struct buf field; /* padded copy of the column that is being lexed */
    bool anywhere;    /* operations may follow a prefix, other lines are skipped */
    bool had_error;   /* the operation before had an error, which may go on */
};

static bool next_line(const char **p, const char *end, struct line *out)
{
    if (*p >= end)
        return false;
    const char *nl = memchr(*p, '\n', (size_t)(end - *p));
    const char *stop = nl ? nl : end;
    *out = (struct line){.ended = nl != NULL};
    out->text = (struct str){*p, (size_t)(stop - *p)};
    if (out->text.n && stop[-1] == '\r')
        out->text.n--;
    *p = nl ? nl + 1 : end;
    return true;
}

/* Length of the `:type` at p, when a tab follows; 0 otherwise. */
static size_t type_length(const char *p, const char *end)
{
    static const char *const types[] = {":invoke", ":ok", ":fail", ":info"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t n = strlen(types[i]);
        if ((size_t)(end - p) > n && memcmp(p, types[i], n) == 0 && p[n] == '\t')
            return n;
    }
    return 0;
}

static bool is_process(struct str s)
{
    int64_t number;
    return str_to_i64(s, &number) || (s.n > 1 && (s.p[0] == ':' || s.p[0] == '"'));
}

static void split_columns(struct line *l, const char *process, const char *type)
{
    const char *end = l->text.p + l->text.n, *p = type;
    l->column[l->n++] = (struct str){process, (size_t)(type - 1 - process)};
    while (l->n < MAX_COLUMNS) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        if (!tab || l->n == MAX_COLUMNS - 1)
            tab = end;
        l->column[l->n++] = (struct str){p, (size_t)(tab - p)};
        if (tab == end)
            return;
        p = tab + 1;
    }
}

/* The first tab that a type and a tab follow; the process is the word before it. */
static void find_op(struct line *l)
{
    const char *end = l->text.p + l->text.n;
    const char *tab = l->text.p;
    while (tab < end && (tab = memchr(tab, '\t', (size_t)(end - tab)))) {
        const char *from = tab++;
        if (!type_length(tab, end))
            continue;
        while (from > l->text.p && from[-1] != ' ' && from[-1] != '\t')
            from--;
        if (!is_process((struct str){from, (size_t)(tab - 1 - from)}))
            continue;
        l->whole = from == l->text.p;
        split_columns(l, from, tab);
        return;
    }
}

/* The EDN value of a column. It is lexed in a copy, so that nothing can run into other lines. */
static bool column_value(struct log_reader *r, struct str s, val *out)
{
    static const char zeros[SOURCE_PAD] = {0};
    struct lexer l = r->op.l;
    r->field.n = 0;
    buf_put(&r->field, s);
    buf_put(&r->field, (struct str){zeros, sizeof zeros});
    l.p = r->field.p;
    l.end = l.p + s.n;
    bool ok = edn_space(&l) && edn_value(&l, out) && edn_space(&l);
    if (ok && l.p < l.end)
        ok = lexer_fail(&l, l.p, "something follows the value");
    if (!ok) {
        l.at = s.p + (l.at - r->field.p);
        l.what = l.torn ? "the value does not end on its line" : l.what;
    }
    l.p = r->op.l.p;
    l.end = r->op.l.end;
    l.depth = 0;
    l.nstack = 0;
    r->op.l = l;
    return ok;
}

/* A keyword in the value's place of a failed or crashed client operation is its error. */
static bool value_is_error(const struct log_reader *r, val v)
{
    return (r->op.ev.type == OP_FAIL || r->op.ev.type == OP_INFO) &&
           val_kind(r->op.l.t, r->op.ev.process) == V_INT && val_kind(r->op.l.t, v) == V_KEYWORD;
}

static bool read_value(struct log_reader *r, const struct line *l)
{
    struct op_reader *op = &r->op;
    val v = VAL_ABSENT;
    bool client = val_kind(op->l.t, op->ev.process) == V_INT;
    if (!column_value(r, l->column[3], &v)) {
        if (client)
            return false;
        v = VAL_ABSENT; /* a nemesis may say anything */
    }
    if (l->n > 4)
        op->error = l->column[4];
    if (value_is_error(r, v)) {
        op->error = l->column[3];
        v = VAL_ABSENT;
    }
    op->ev.value = v;
    return true;
}

static bool read_op(struct log_reader *r, const struct line *l)
{
    struct op_reader *op = &r->op;
    const struct str *c = l->column;
    val v;
    op_begin(op, l->whole ? l->text.p : c[0].p);
    op->l.torn = false;
    if (l->n < 4)
        return lexer_fail(&op->l, l->text.p + l->text.n,
                          "expected process, type, f and value with tabs between them");
    return op_set_type(op, (struct str){c[1].p + 1, c[1].n - 1}, c[1].p) &&
           column_value(r, c[0], &v) && op_set_process(op, v, c[0].p) &&
           column_value(r, c[2], &v) && op_set_f(op, v, c[2].p) && read_value(r, l) && op_end(op);
}

/* The text ends without a line end: a number there may have lost digits. */
static void warn_unended(struct log_reader *r)
{
    history_warn(r->op.h, WARN_TRUNCATED, r->op.h->events.n - 1,
                 "the last line has no line end; if its writer was killed, its value may be cut");
}

static bool read_line(struct log_reader *r, const struct line *l, struct err *e)
{
    struct op_reader *op = &r->op;
    bool is_op = l->n > 0 && (l->whole || r->anywhere);
    if (is_op && read_op(r, l)) {
        r->had_error = l->n > 4;
        if (!l->ended)
            warn_unended(r);
        return true;
    }
    if (!is_op) {
        if (l->text.n == 0 || r->anywhere || r->had_error)
            return true;
        (void)lexer_fail(&op->l, l->text.p, "expected process, type, f and value with tabs "
                                            "between them, such as 0<TAB>:invoke<TAB>:read<TAB>nil");
    }
    op->l.torn = !l->ended;
    return op_failed(op, l->text.p, e);
}

static bool read_lines(struct history *h, bool anywhere, struct err *e)
{
    struct log_reader r = {.anywhere = anywhere};
    struct line l;
    bool ok = op_reader_init(&r.op, h, e);
    const char *p = r.op.l.p;
    while (ok && next_line(&p, r.op.l.end, &l)) {
        find_op(&l);
        ok = read_line(&r, &l, e);
    }
    if (ok && h->events.n == 0 && h->source.text.n > 0)
        ok = source_error(&h->source, 0, e, "no line of this log is an operation");
    op_reader_free(&r.op);
    buf_free(&r.field);
    return ok;
}

static bool txt_read(struct history *h, struct err *e)
{
    return read_lines(h, false, e);
}

static bool log_read(struct history *h, struct err *e)
{
    return read_lines(h, true, e);
}

/* The first line that is not empty is an operation from its start. */
static int txt_detect(struct str head)
{
    const char *p = head.p;
    struct line l;
    while (next_line(&p, head.p + head.n, &l)) {
        if (l.text.n == 0)
            continue;
        find_op(&l);
        return l.whole ? 95 : 0;
    }
    return 0;
}

/* Some line holds an operation, or at least the first begins as Jepsen's loggers do. */
static int log_detect(struct str head)
{
    const char *p = head.p;
    struct line l;
    for (size_t i = 0; next_line(&p, head.p + head.n, &l); i++) {
        if (l.text.n && strchr("{[(", l.text.p[0]))
            return 0;
        find_op(&l);
        if (l.n > 0)
            return 80;
        bool stamp = l.text.n > 23 && l.text.p[4] == '-' && l.text.p[10] == ' ' &&
                     l.text.p[13] == ':' && l.text.p[19] == ',';
        if (i == 0 && !stamp && !str_starts(l.text, "INFO"))
            return 0;
    }
    return head.n ? 60 : 0;
}

const struct reader reader_txt = {"history-txt", "Jepsen's history.txt: tab-separated operations",
                                  txt_detect, txt_read};
const struct reader reader_log = {"jepsen-log", "operations inside console logs and jepsen.log",
                                  log_detect, log_read};
