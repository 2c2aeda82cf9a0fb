/* Values as EDN and as JSON text. One walker with an explicit stack serves both, so that no
 * nesting can exhaust the C stack. */
#include "base/mem.h"
#include "base/utf8.h"
#include "histories/number.h"

struct syntax {
    const char *list_open, *list_close, *set_open, *set_close;
    const char *item_sep, *key_sep;
    const char *entry_sep;
    void (*scalar)(const struct values *t, val v, struct buf *out);
    bool string_keys;
};

struct frame {
    const val *items;
    size_t n, i;
    enum val_kind kind;
};

struct walk {
    const struct values *t;
    const struct syntax *x;
    struct buf *out;
    struct frame *stack;
    size_t depth, cap;
};

static void open_frame(struct walk *w, val v, enum val_kind kind)
{
    w->stack = mem_grow(w->stack, &w->cap, w->depth + 1, sizeof *w->stack);
    struct frame f = {.kind = kind};
    f.items = val_items(w->t, v, &f.n);
    w->stack[w->depth++] = f;
    buf_puts(w->out, kind == V_MAP ? "{" : kind == V_SET ? w->x->set_open : w->x->list_open);
}

static void close_frame(struct walk *w)
{
    enum val_kind kind = w->stack[--w->depth].kind;
    buf_puts(w->out, kind == V_MAP ? "}" : kind == V_SET ? w->x->set_close : w->x->list_close);
}

static void separate(const struct walk *w, const struct frame *f)
{
    if (f->i == 0)
        return;
    if (f->kind != V_MAP)
        buf_puts(w->out, w->x->item_sep);
    else
        buf_puts(w->out, f->i % 2 ? w->x->key_sep : w->x->entry_sep);
}

/* JSON objects have string keys only: other keys are printed as their EDN text. */
static void print_key(const struct walk *w, val v)
{
    enum val_kind kind = val_kind(w->t, v);
    if (kind == V_STRING || kind == V_KEYWORD || kind == V_SYMBOL) {
        json_print_string(val_get_text(w->t, v), w->out);
        return;
    }
    struct buf text = {0};
    val_print_edn(w->t, v, &text);
    json_print_string(buf_str(&text), w->out);
    buf_free(&text);
}

static void print_value(struct walk *w, val v, bool key)
{
    enum val_kind kind = val_kind(w->t, v);
    if (key && w->x->string_keys)
        print_key(w, v);
    else if (kind == V_LIST || kind == V_SET || kind == V_MAP)
        open_frame(w, v, kind);
    else
        w->x->scalar(w->t, v, w->out);
}

static void walk(const struct values *t, const struct syntax *x, val v, struct buf *out)
{
    struct walk w = {.t = t, .x = x, .out = out};
    print_value(&w, v, false);
    while (w.depth > 0 && !out->cut) {
        struct frame *f = &w.stack[w.depth - 1];
        if (f->i == f->n) {
            close_frame(&w);
            continue;
        }
        separate(&w, f);
        size_t i = f->i++;
        print_value(&w, f->items[i], f->kind == V_MAP && i % 2 == 0);
    }
    mem_free(w.stack);
}

/* `s` up to the first byte that `special` wants escaped is copied at once. */
static void print_escaped(struct str s, struct buf *out,
                          size_t (*special)(struct str, struct buf *))
{
    buf_putc(out, '"');
    while (s.n) {
        size_t used = special(s, out);
        s.p += used;
        s.n -= used;
    }
    buf_putc(out, '"');
}

static const char *short_escape(char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

/* The longest plain prefix of `s` is put; returns its length. */
static size_t put_plain(struct str s, struct buf *out, bool ascii_only)
{
    size_t n = 0;
    while (n < s.n && (unsigned char)s.p[n] >= 0x20 && s.p[n] != '"' && s.p[n] != '\\' &&
           !(ascii_only && (unsigned char)s.p[n] >= 0x80))
        n++;
    buf_put(out, (struct str){s.p, n});
    return n;
}

static bool put_short(char c, struct buf *out)
{
    const char *z = short_escape(c);
    if (z)
        buf_puts(out, z);
    else if ((unsigned char)c < 0x20)
        buf_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
    return z || (unsigned char)c < 0x20;
}

static size_t edn_piece(struct str s, struct buf *out)
{
    if (put_short(s.p[0], out))
        return 1;
    return put_plain(s, out, false);
}

static size_t json_piece(struct str s, struct buf *out)
{
    if (put_short(s.p[0], out))
        return 1;
    if ((unsigned char)s.p[0] < 0x80)
        return put_plain(s, out, true);
    uint32_t c;
    size_t n = utf8_decode(s, &c);
    if (c == UTF8_BAD)
        buf_puts(out, "\\ufffd");
    else if (c == 0x2028 || c == 0x2029)
        buf_printf(out, "\\u%x", c); /* legal in JSON, line ends in old JavaScript */
    else
        buf_put(out, (struct str){s.p, n});
    return n;
}

void edn_print_string(struct str s, struct buf *out)
{
    print_escaped(s, out, edn_piece);
}

void json_print_string(struct str s, struct buf *out)
{
    print_escaped(s, out, json_piece);
}

/* A keyword made from a JSON string may hold bytes that would end the token. */
static bool keyword_is_plain(struct str s)
{
    if (s.n == 0 || s.p[0] == ':')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || strchr(",\"();[]{}\\^", s.p[i]))
            return false;
    return true;
}

static void edn_scalar(const struct values *t, val v, struct buf *out)
{
    enum val_kind kind = val_kind(t, v);
    struct str s = val_get_text(t, v);
    int64_t i = 0;
    if (val_get_int(t, v, &i)) {
        buf_i64(out, i);
    } else if (kind == V_STRING || (kind == V_KEYWORD && !keyword_is_plain(s))) {
        edn_print_string(s, out);
    } else if (kind == V_KEYWORD) {
        buf_putc(out, ':');
        buf_put(out, s);
    } else if (kind == V_BOOL) {
        buf_puts(out, v == VAL_TRUE ? "true" : "false");
    } else if (kind == V_NIL || kind == V_ABSENT) {
        buf_puts(out, "nil");
    } else {
        buf_put(out, s);
    }
}

/* The table's canonical numbers differ from JSON's by suffixes, ratios and ##NaN. */
static bool json_number(struct str s, struct buf *out)
{
    if (s.n > 1 && s.p[s.n - 1] == 'N')
        s.n--;
    if (!number_is_json(s))
        return false;
    buf_put(out, s);
    return true;
}

static void json_scalar(const struct values *t, val v, struct buf *out)
{
    enum val_kind kind = val_kind(t, v);
    struct str s = val_get_text(t, v);
    int64_t i = 0;
    if (val_get_int(t, v, &i))
        buf_i64(out, i);
    else if (kind == V_BOOL)
        buf_puts(out, v == VAL_TRUE ? "true" : "false");
    else if (kind == V_NIL || kind == V_ABSENT)
        buf_puts(out, "null");
    else if (kind != V_NUMBER || !json_number(s, out))
        json_print_string(s, out);
}

void val_print_edn(const struct values *t, val v, struct buf *out)
{
    static const struct syntax edn = {"[", "]", "#{", "}", " ", " ", ", ", edn_scalar, false};
    walk(t, &edn, v, out);
}

void val_print_json(const struct values *t, val v, struct buf *out)
{
    static const struct syntax json = {"[", "]", "[", "]", ",", ":", ",", json_scalar, true};
    walk(t, &json, v, out);
}
