/* Readers for operations as Jepsen logs them, one per line:
 *
 *     process TAB :type TAB f TAB value [TAB error]
 *
 * history.txt has nothing else. In console logs and jepsen.log the process stands at the end of
 * some logger's prefix, and most lines are no operations. f and value are printed readably, the
 * error is not: it may go on over several lines. Old logs put the error of a crashed operation in
 * the place of the value (`:info :cas :timed-out`). Some logs had their tabs turned to spaces. */
#include "base/mem.h"
#include "histories/edn_lexer.h"
#include "histories/op_reader.h"
#include "histories/reader.h"

/* One line, and the operation in it, if there is one. */
struct line {
    struct str text;    /* without the line end */
    struct str process; /* empty: no operation here */
    struct str type;    /* with its colon */
    struct str rest;    /* f, value, error */
    bool tabs;          /* tabs between the columns; else spaces, from a log that lost its tabs */
    bool whole;         /* the operation starts where the line starts */
    bool ended;         /* by a line end, not by the end of the text */
};

struct log_reader {
    struct op_reader op;
    struct buf copy; /* padded copy of the piece that is being lexed */
    bool anywhere;   /* operations may follow a prefix, other lines are skipped */
    bool had_error;  /* the operation before had an error, which may go on */
};

static bool next_line(const char **p, const char *end, struct line *out)
{
    *out = (struct line){0};
    return op_next_line(p, end, &out->text, &out->ended);
}

static bool is_gap(char c)
{
    return c == '\t' || c == ' ';
}

/* Length of the `:type` at p, when a tab or space follows; 0 otherwise. */
static size_t type_length(const char *p, const char *end)
{
    static const char *const types[] = {":invoke", ":ok", ":fail", ":info"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t n = strlen(types[i]);
        if ((size_t)(end - p) > n && memcmp(p, types[i], n) == 0 && is_gap(p[n]))
            return n;
    }
    return 0;
}

static bool is_process(struct str s)
{
    int64_t number;
    return str_to_i64(s, &number) || (s.n > 1 && (s.p[0] == ':' || s.p[0] == '"'));
}

/* With spaces only, prose could look like an operation: ask for a logger's prefix and for :f. */
static bool is_spaced_op(const struct line *l)
{
    struct str before = {l->text.p, (size_t)(l->process.p - l->text.p)};
    const char *p = l->rest.p, *end = p + l->rest.n;
    while (p < end && *p == ' ')
        p++;
    return p < end && *p == ':' &&
           (before.n == 0 || str_ends(before, "jepsen.util - ") ||
            str_ends(before, "jepsen.util ") || str_ends(before, "jepsen.util: ") ||
            str_ends(before, "jepsen.print: "));
}

/* Is the word before the gap before `type` a process? */
static bool op_at(struct line *l, const char *type, size_t n)
{
    const char *stop = type, *from;
    while (stop > l->text.p && is_gap(stop[-1]))
        stop--;
    for (from = stop; from > l->text.p && !is_gap(from[-1]);)
        from--;
    const char *rest = type + n;
    l->process = (struct str){from, (size_t)(stop - from)};
    l->type = (struct str){type, n};
    l->rest = (struct str){rest, (size_t)(l->text.p + l->text.n - rest)};
    l->tabs = type[-1] == '\t' && *rest == '\t';
    l->whole = from == l->text.p;
    return is_process(l->process) && (l->tabs || is_spaced_op(l));
}

/* The first type that follows a process. */
static void find_op(struct line *l)
{
    const char *end = l->text.p + l->text.n, *p = l->text.p;
    for (; p < end && (p = memchr(p, ':', (size_t)(end - p))); p++) {
        size_t n = p > l->text.p && is_gap(p[-1]) ? type_length(p, end) : 0;
        if (n && op_at(l, p, n))
            return;
    }
    l->process = (struct str){0};
}

/* Lex in a copy of `s`, so that nothing can run into other lines. */
static struct lexer lex_copy(struct log_reader *r, struct str s)
{
    static const char zeros[SOURCE_PAD] = {0};
    r->copy.n = 0;
    buf_put(&r->copy, s);
    buf_put(&r->copy, (struct str){zeros, sizeof zeros});
    struct lexer l = r->op.l;
    l.p = r->copy.p;
    l.end = l.p + s.n;
    l.depth = 0;
    l.nstack = 0;
    return l;
}

/* Back to the text; an error gets its place there. */
static bool end_copy(struct log_reader *r, struct lexer *l, struct str s, bool ok)
{
    if (!ok) {
        l->at = s.p + (l->at - r->copy.p);
        l->what = l->torn ? "the value does not end on its line" : l->what;
    }
    l->p = r->op.l.p;
    l->end = r->op.l.end;
    r->op.l = *l;
    return ok;
}

/* The EDN value at the start of *s; *s then begins behind it. */
static bool take_value(struct log_reader *r, struct str *s, val *out)
{
    struct lexer l = lex_copy(r, *s);
    bool ok = edn_space(&l) && edn_value(&l, out);
    size_t used = (size_t)(l.p - r->copy.p);
    if (!end_copy(r, &l, *s, ok))
        return false;
    s->p += used;
    s->n -= used;
    return true;
}

/* A keyword in the value's place of a failed or crashed client operation is its error. */
static bool value_is_error(const struct log_reader *r, val v)
{
    return (r->op.ev.type == OP_FAIL || r->op.ev.type == OP_INFO) &&
           val_kind(r->op.l.t, r->op.ev.process) == V_INT && val_kind(r->op.l.t, v) == V_KEYWORD;
}

static struct str trim(struct str s)
{
    while (s.n && is_gap(*s.p)) {
        s.p++;
        s.n--;
    }
    return s;
}

static bool read_value(struct log_reader *r, const struct line *line, struct str rest)
{
    struct op_reader *op = &r->op;
    struct str from = rest;
    val v = VAL_ABSENT;
    bool client = val_kind(op->l.t, op->ev.process) == V_INT;
    if (!take_value(r, &rest, &v))
        return !client; /* a nemesis may say anything */
    if (client && line->tabs && rest.n && rest.p[0] != '\t')
        return lexer_fail(&op->l, rest.p, "something follows the value");
    op->error = trim(rest);
    if (value_is_error(r, v)) {
        op->error = trim(from);
        v = VAL_ABSENT;
    }
    op->ev.value = v;
    r->had_error = rest.n > 0;
    return true;
}

static bool read_op(struct log_reader *r, const struct line *line)
{
    struct op_reader *op = &r->op;
    struct str process = line->process, rest = line->rest;
    val v;
    op_begin(op, process.p);
    op->l.torn = false;
    r->had_error = false;
    return op_set_type(op, (struct str){line->type.p + 1, line->type.n - 1}, line->type.p) &&
           take_value(r, &process, &v) && op_set_process(op, v, line->process.p) &&
           take_value(r, &rest, &v) && op_set_f(op, v, line->rest.p) && read_value(r, line, rest) &&
           op_end(op);
}

static bool read_line(struct log_reader *r, const struct line *l, struct err *e)
{
    struct op_reader *op = &r->op;
    bool is_op = l->process.n > 0 && (l->whole || r->anywhere);
    if (is_op && read_op(r, l)) {
        if (!l->ended)
            op_warn_unended(r->op.h);
        return true;
    }
    if (!is_op) {
        if (l->text.n == 0 || r->anywhere || r->had_error)
            return true;
        (void)lexer_fail(&op->l, l->text.p,
                         "expected process, type, f and value with tabs "
                         "between them, such as 0<TAB>:invoke<TAB>:read<TAB>nil");
    }
    op->l.torn = !l->ended;
    return op_failed(op, l->text.p, e);
}

static bool read_lines(struct history *h, bool anywhere, struct err *e)
{
    struct log_reader r = {.anywhere = anywhere};
    struct line l;
    bool ok = true;
    op_reader_init(&r.op, h);
    const char *p = r.op.l.p;
    while (ok && next_line(&p, r.op.l.end, &l)) {
        find_op(&l);
        ok = read_line(&r, &l, e);
    }
    if (ok && h->events.n == 0 && h->source.text.n > 0)
        ok = source_error(&h->source, 0, e, "no line of this log is an operation");
    op_reader_free(&r.op);
    buf_free(&r.copy);
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
        return l.process.n && l.whole ? 95 : 0;
    }
    return 0;
}

/* Some line holds an operation, or at least the first begins as Jepsen's loggers do. */
static int log_detect(struct str head)
{
    const char *p = head.p;
    struct line l;
    for (size_t i = 0; next_line(&p, head.p + head.n, &l); i++) {
        if (l.text.n && l.text.p[0] && strchr("{[(", l.text.p[0]))
            return 0;
        find_op(&l);
        if (l.process.n)
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
