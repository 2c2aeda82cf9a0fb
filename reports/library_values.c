/* The part of belie.h that makes values and looks into them. */
#include "reports/library_handles.h"

#include "base/mem.h"
#include "histories/reader.h"

bool library_value_exists(const struct history *h, belie_value v)
{
    return (v & VAL_SMALL) || v < VAL_FIRST + h->values.n;
}

belie_value belie_int(belie_history *h, int64_t i)
{
    return val_int(&h->h.values, i);
}

belie_value belie_string(belie_history *h, const char *text)
{
    return belie_text(h, BELIE_KIND_STRING, text, strlen(text));
}

belie_value belie_text(belie_history *h, enum belie_kind kind, const char *bytes, size_t n)
{
    static const enum val_kind kinds[] = {[BELIE_KIND_STRING] = V_STRING,
                                          [BELIE_KIND_KEYWORD] = V_KEYWORD,
                                          [BELIE_KIND_SYMBOL] = V_SYMBOL};
    bool text =
        kind == BELIE_KIND_STRING || kind == BELIE_KIND_KEYWORD || kind == BELIE_KIND_SYMBOL;
    if (!text || n >= UINT32_MAX)
        return BELIE_NONE;
    return val_text(&h->h.values, kinds[kind], (struct str){bytes, n});
}

belie_value belie_items(belie_history *h, enum belie_kind kind, const belie_value *items, size_t n)
{
    static const enum val_kind kinds[] = {
        [BELIE_KIND_LIST] = V_LIST, [BELIE_KIND_SET] = V_SET, [BELIE_KIND_MAP] = V_MAP};
    bool composite = kind == BELIE_KIND_LIST || kind == BELIE_KIND_SET || kind == BELIE_KIND_MAP;
    if (!composite || n >= UINT32_MAX || (kind == BELIE_KIND_MAP && n % 2 != 0))
        return BELIE_NONE;
    for (size_t i = 0; i < n; i++)
        if (items[i] == BELIE_NONE || !library_value_exists(&h->h, items[i]))
            return BELIE_NONE;
    val *copy = mem_alloc((n + 1) * sizeof *copy); /* val_seq sorts it */
    if (n > 0)
        memcpy(copy, items, n * sizeof *copy);
    val v = val_seq(&h->h.values, kinds[kind], copy, n);
    mem_free(copy);
    return v;
}

belie_value belie_edn(belie_history *h, const char *text, char **error)
{
    struct err e = {0};
    val v;
    if (edn_parse_value(&h->h.values, str_of(text), &v, &e))
        return v;
    (void)library_failed(error, &e);
    return BELIE_NONE;
}

belie_value belie_json(belie_history *h, const char *text, char **error)
{
    struct err e = {0};
    val v;
    if (json_parse_value(&h->h.values, str_of(text), &v, &e))
        return v;
    (void)library_failed(error, &e);
    return BELIE_NONE;
}

enum belie_kind belie_value_kind(const belie_history *h, belie_value v)
{
    static const enum belie_kind kinds[] = {
        [V_NIL] = BELIE_KIND_NIL,       [V_BOOL] = BELIE_KIND_BOOL,
        [V_INT] = BELIE_KIND_INT,       [V_NUMBER] = BELIE_KIND_NUMBER,
        [V_STRING] = BELIE_KIND_STRING, [V_KEYWORD] = BELIE_KIND_KEYWORD,
        [V_SYMBOL] = BELIE_KIND_SYMBOL, [V_LIST] = BELIE_KIND_LIST,
        [V_SET] = BELIE_KIND_SET,       [V_MAP] = BELIE_KIND_MAP,
        [V_ABSENT] = BELIE_KIND_NONE,
    };
    return library_value_exists(&h->h, v) ? kinds[val_kind(&h->h.values, v)] : BELIE_KIND_NONE;
}

int belie_value_int(const belie_history *h, belie_value v, int64_t *out)
{
    return library_value_exists(&h->h, v) && val_get_int(&h->h.values, v, out);
}

const char *belie_value_text(const belie_history *h, belie_value v, size_t *n)
{
    struct str s = {"", 0};
    if (library_value_exists(&h->h, v))
        s = val_get_text(&h->h.values, v);
    *n = s.n;
    return s.n ? s.p : "";
}

const belie_value *belie_value_items(const belie_history *h, belie_value v, size_t *n)
{
    *n = 0;
    return library_value_exists(&h->h, v) ? val_items(&h->h.values, v, n) : NULL;
}

static char *printed(const belie_history *h, belie_value v,
                     void (*print)(const struct values *t, val v, struct buf *out))
{
    struct buf out = {0};
    if (v != BELIE_NONE && library_value_exists(&h->h, v))
        print(&h->h.values, v, &out);
    buf_putc(&out, '\0');
    return out.p;
}

char *belie_value_edn(const belie_history *h, belie_value v)
{
    return printed(h, v, val_print_edn);
}

char *belie_value_json(const belie_history *h, belie_value v)
{
    return printed(h, v, val_print_json);
}
