#include "runners/template.h"

#include "base/base64.h"
#include "runners/target.h"

#include <stdio.h>

enum hole {
    HOLE_NONE, /* a literal piece */
    HOLE_KEY,
    HOLE_VALUE,
    HOLE_OLD,
    HOLE_NEW,
    HOLE_NODE,
    HOLE_HOST,
    HOLE_PORT,
    HOLE_NUMBER,
    HOLE_THREAD,
    HOLE_PROCESS,
    HOLE_TEXT,
};

static const char *const names[] = {"",     "key",  "value",  "old",    "new",    "node",
                                    "host", "port", "number", "thread", "process"};
enum { NAMES = sizeof names / sizeof *names };

enum filter { FILTER_BASE64 = 1, FILTER_URL = 2, FILTER_JSON = 4 };

struct template_piece {
    enum hole hole;
    unsigned filters;
    enum template_place place;
    struct str literal;
    struct template *inner; /* of a named text; then `hole` is HOLE_TEXT */
    struct template_piece *next;
};

/* ---- escaping ------------------------------------------------------------------------------ */

static void put_url(struct str s, struct buf *out)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            buf_putc(out, (char)c);
        } else {
            buf_putc(out, '%');
            buf_putc(out, hex[c >> 4]);
            buf_putc(out, hex[c & 15]);
        }
    }
}

static void put_json(struct str s, struct buf *out)
{
    struct buf quoted = {0};
    json_print_string(s, &quoted);
    buf_put(out, (struct str){quoted.p + 1, quoted.n - 2});
    buf_free(&quoted);
}

static void put_escaped(struct str s, enum template_place place, struct buf *out)
{
    switch (place) {
    case PLACE_TEXT:
        buf_put(out, s);
        break;
    case PLACE_URL:
        put_url(s, out);
        break;
    case PLACE_JSON:
        put_json(s, out);
        break;
    }
}

/* ---- making -------------------------------------------------------------------------------- */

static struct template_piece *add(struct template *t, struct arena *a)
{
    struct template_piece *p = arena_zalloc(a, sizeof *p);
    if (t->last)
        t->last->next = p;
    else
        t->first = p;
    t->last = p;
    return p;
}

static void add_literal(struct template *t, struct str s, struct arena *a)
{
    if (s.n)
        add(t, a)->literal = arena_dup(a, s);
}

static bool add_filter(struct template_piece *p, struct str word, const struct conf *c,
                       struct err *e)
{
    static const char *const filters[] = {"base64", "url", "json", NULL};
    for (unsigned i = 0; filters[i]; i++)
        if (str_is(word, filters[i])) {
            p->filters |= 1U << i;
            return true;
        }
    char *name = arena_printf(c->file->arena, "%.*s", (int)word.n, word.p);
    return conf_error(c, e, "there is no filter '%s'%s", name, conf_suggestion(c, name, filters));
}

static bool unknown(struct str word, const struct conf *c, const struct target *target,
                    struct err *e)
{
    const char *all[NAMES + 2 * TARGET_VARIABLES_MAX + 1];
    size_t n = 0;
    const struct conf *texts = conf_get(target->root, "texts");
    for (const struct conf *m = texts ? texts->first : NULL; m && n < TARGET_VARIABLES_MAX;
         m = m->next)
        all[n++] = m->name;
    for (size_t i = 1; i < NAMES; i++)
        all[n++] = names[i];
    for (size_t i = 0; i < target->nvariables; i++)
        all[n++] = target->variables[i].name;
    all[n] = NULL;
    char *name = arena_printf(c->file->arena, "%.*s", (int)word.n, word.p);
    return conf_error(c, e, "nothing is called ${%s}%s", name, conf_suggestion(c, name, all));
}

static bool filter_literal(struct template_piece *p, const char *text, struct arena *a)
{
    struct buf b = {0};
    if (p->filters & FILTER_BASE64)
        base64_put(text, strlen(text), &b);
    else
        buf_puts(&b, text);
    struct buf out = {0};
    bool raw = p->filters & FILTER_JSON;
    put_escaped(buf_str(&b),
                raw                       ? PLACE_TEXT
                : p->filters & FILTER_URL ? PLACE_URL
                                          : p->place,
                &out);
    p->literal = arena_dup(a, buf_str(&out));
    buf_free(&b);
    buf_free(&out);
    return true;
}

static bool refers(const struct conf *c, const char *name)
{
    char hole[80];
    int n = snprintf(hole, sizeof hole, "${%s", name);
    for (const char *p = c->text; (p = strstr(p, hole)); p += n)
        if (p[n] == '}' || p[n] == ':')
            return true;
    return false;
}

/* A text of "texts", which may use those that stand before it. */
static bool named_text(struct template_piece *p, const struct conf *text,
                       const struct target *target, struct err *e)
{
    const struct conf *later = text;
    do {
        if (refers(text, later->name))
            return conf_error(text, e, "\"%s\" uses \"%s\", which does not stand before it",
                              text->name, later->name);
        later = later->next;
    } while (later);
    p->hole = HOLE_TEXT;
    p->inner = arena_zalloc(text->file->arena, sizeof *p->inner);
    return template_make(p->inner, text, PLACE_TEXT, target, e);
}

/* What stands between ${ and }. */
static bool add_hole(struct template *t, struct str inside, enum template_place place,
                     const struct conf *c, const struct target *target, struct err *e)
{
    struct template_piece *p = add(t, c->file->arena);
    size_t n = 0;
    p->place = place;
    while (n < inside.n && inside.p[n] != ':')
        n++;
    struct str name = {inside.p, n};
    while (n < inside.n) {
        size_t from = ++n;
        while (n < inside.n && inside.p[n] != ':')
            n++;
        if (!add_filter(p, (struct str){inside.p + from, n - from}, c, e))
            return false;
    }
    for (unsigned i = 1; i < NAMES; i++)
        if (str_is(name, names[i])) {
            p->hole = (enum hole)i;
            return true;
        }
    const struct conf *texts = conf_get(target->root, "texts");
    for (const struct conf *m = texts ? texts->first : NULL; m; m = m->next)
        if (str_is(name, m->name))
            return named_text(p, m, target, e);
    const char *text = target_variable(target, name);
    return text ? filter_literal(p, text, c->file->arena) : unknown(name, c, target, e);
}

bool template_make(struct template *t, const struct conf *c, enum template_place place,
                   const struct target *target, struct err *e)
{
    if (c->kind != CONF_TEXT)
        return conf_error(c, e, "expected a text in quotes");
    const char *p = c->text;
    for (;;) {
        const char *open = strstr(p, "${");
        struct str literal = {p, open ? (size_t)(open - p) : strlen(p)};
        if (place == PLACE_JSON) {
            struct buf b = {0};
            put_json(literal, &b);
            add_literal(t, buf_str(&b), c->file->arena);
            buf_free(&b);
        } else {
            add_literal(t, literal, c->file->arena);
        }
        if (!open)
            return true;
        const char *close = strchr(open, '}');
        if (!close)
            return conf_error(c, e, "a '${' without '}'");
        if (!add_hole(t, (struct str){open + 2, (size_t)(close - open - 2)}, place, c, target, e))
            return false;
        p = close + 1;
    }
}

static bool only_a_json_hole(const char *text)
{
    size_t n = strlen(text);
    const char *close = strchr(text, '}');
    return n > 8 && memcmp(text, "${", 2) == 0 && close == text + n - 1 &&
           memcmp(close - 5, ":json", 5) == 0;
}

static bool add_json(struct template *t, const struct conf *c, const struct target *target,
                     struct err *e)
{
    struct arena *a = c->file->arena;
    if (c->kind == CONF_TEXT) {
        bool bare = only_a_json_hole(c->text);
        add_literal(t, bare ? STR("") : STR("\""), a);
        bool ok = template_make(t, c, PLACE_JSON, target, e);
        add_literal(t, bare ? STR("") : STR("\""), a);
        return ok;
    }
    struct buf b = {0};
    if (c->kind != CONF_LIST && c->kind != CONF_OBJECT) {
        conf_print(c, &b);
        add_literal(t, buf_str(&b), a);
        buf_free(&b);
        return true;
    }
    bool ok = true;
    add_literal(t, c->kind == CONF_LIST ? STR("[") : STR("{"), a);
    for (const struct conf *m = c->first; m && ok; m = m->next) {
        const struct conf name = {
            .kind = CONF_TEXT, .file = c->file, .at = m->name_at, .text = m->name};
        ok = !m->name || add_json(t, &name, target, e);
        add_literal(t, m->name ? STR(":") : STR(""), a);
        ok = ok && add_json(t, m, target, e);
        add_literal(t, m->next ? STR(",") : STR(""), a);
    }
    add_literal(t, c->kind == CONF_LIST ? STR("]") : STR("}"), a);
    return ok;
}

bool template_body(struct template *t, const struct conf *c, const struct target *target,
                   struct err *e)
{
    return c->kind == CONF_TEXT ? template_make(t, c, PLACE_TEXT, target, e)
                                : add_json(t, c, target, e);
}

/* ---- filling ------------------------------------------------------------------------------- */

static void put_val(const struct values *t, val v, bool json, struct buf *out)
{
    enum val_kind k = val_kind(t, v);
    if (!json && (k == V_STRING || k == V_KEYWORD || k == V_SYMBOL || k == V_NUMBER))
        buf_put(out, val_get_text(t, v));
    else if (k == V_ABSENT)
        buf_puts(out, json ? "null" : "one");
    else
        val_print_json(t, v, out);
}

static void put_address(const char *node, enum hole hole, struct buf *out)
{
    const char *colon = strrchr(node, ':');
    struct str s = str_of(node);
    if (hole == HOLE_HOST && colon)
        s.n = (size_t)(colon - node);
    if (hole == HOLE_PORT)
        s = colon ? str_of(colon + 1) : STR("");
    buf_put(out, s);
}

static void put_hole(const struct template_piece *p, const struct template_values *v,
                     struct buf *out)
{
    bool json = p->filters & FILTER_JSON;
    val old = VAL_ABSENT, new = VAL_ABSENT;
    switch (p->hole) {
    case HOLE_KEY:
        put_val(v->values, v->key, json, out);
        break;
    case HOLE_VALUE:
        put_val(v->values, v->value, json, out);
        break;
    case HOLE_OLD:
    case HOLE_NEW:
        (void)val_pair(v->values, v->value, &old, &new);
        put_val(v->values, p->hole == HOLE_OLD ? old : new, json, out);
        break;
    case HOLE_NODE:
    case HOLE_HOST:
    case HOLE_PORT:
        put_address(v->node, p->hole, out);
        break;
    case HOLE_NUMBER:
        buf_i64(out, v->number);
        break;
    case HOLE_THREAD:
        buf_i64(out, v->thread);
        break;
    case HOLE_PROCESS:
        buf_i64(out, v->process);
        break;
    case HOLE_TEXT:
        template_fill(p->inner, v, out);
        break;
    case HOLE_NONE:
        break;
    }
}

/* Digits look the same everywhere, and most values are numbers. */
static bool put_number(const struct template_piece *p, const struct template_values *v,
                       struct buf *out)
{
    int64_t i;
    const val x = p->hole == HOLE_KEY ? v->key : p->hole == HOLE_VALUE ? v->value : VAL_ABSENT;
    if (p->filters & FILTER_BASE64 || !val_get_int(v->values, x, &i))
        return false;
    buf_i64(out, i);
    return true;
}

static void fill_hole(const struct template_piece *p, const struct template_values *v,
                      struct buf *out)
{
    if (put_number(p, v, out))
        return;
    struct buf raw = {0}, coded = {0};
    put_hole(p, v, &raw);
    if (p->filters & FILTER_BASE64)
        base64_put(raw.p, raw.n, &coded);
    struct str s = p->filters & FILTER_BASE64 ? buf_str(&coded) : buf_str(&raw);
    bool bare = p->filters & FILTER_JSON && p->place != PLACE_URL;
    put_escaped(s, bare ? PLACE_TEXT : p->filters & FILTER_URL ? PLACE_URL : p->place, out);
    buf_free(&raw);
    buf_free(&coded);
}

bool template_fixed(const struct template *t)
{
    const struct template_piece *p = t->first;
    while (p && (p->hole == HOLE_NONE || (p->hole == HOLE_TEXT && template_fixed(p->inner))))
        p = p->next;
    return !p;
}

void template_fill(const struct template *t, const struct template_values *v, struct buf *out)
{
    for (const struct template_piece *p = t->first; p; p = p->next)
        if (p->hole == HOLE_NONE)
            buf_put(out, p->literal);
        else
            fill_hole(p, v, out);
}
