#include "tests/property/notation.h"

#include <stdlib.h>

struct reader_at {
    const char *p, *end;
};

static bool eat(struct reader_at *r, char c)
{
    if (r->p < r->end && *r->p == c) {
        r->p++;
        return true;
    }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool eat_int(struct reader_at *r, int64_t *out)
{
    const char *start = r->p;
    (void)eat(r, '-');
    while (r->p < r->end && is_digit(*r->p))
        r->p++;
    return str_to_i64((struct str){start, (size_t)(r->p - start)}, out);
}

static struct str eat_word(struct reader_at *r)
{
    const char *start = r->p;
    while (r->p < r->end && is_alnum(*r->p))
        r->p++;
    return (struct str){start, (size_t)(r->p - start)};
}

static bool eat_value(struct reader_at *r, struct script_value *v)
{
    *v = (struct script_value){.kind = SCRIPT_NIL};
    if (eat(r, '\'')) {
        v->kind = SCRIPT_STRING;
        size_t n = 0;
        while (r->p < r->end && *r->p != '\'' && n + 1 < sizeof v->s)
            v->s[n++] = *r->p++;
        return eat(r, '\'');
    }
    if (r->p < r->end && *r->p == 'n')
        return str_is(eat_word(r), "nil");
    v->kind = SCRIPT_INT;
    return eat_int(r, &v->i);
}

static bool eat_txn(struct reader_at *r, struct script_op *op)
{
    do {
        if (op->nmicro == SCRIPT_MICROS || r->end - r->p < 3)
            return false;
        struct script_micro *m = &op->micro[op->nmicro++];
        m->key = *r->p++;
        m->write = eat(r, ':') && eat(r, '=');
        if (!m->write && !eat(r, '?'))
            return false;
        if (!eat_value(r, &m->value))
            return false;
    } while (eat(r, ';'));
    return true;
}

static bool kind_of(struct str f, struct script_op *op)
{
    static const struct {
        const char *f;
        enum script_kind kind;
        bool kv;
    } kinds[] = {
        {"r", SCRIPT_READ, false},    {"w", SCRIPT_WRITE, false}, {"cas", SCRIPT_CAS, false},
        {"get", SCRIPT_READ, true},   {"put", SCRIPT_WRITE, true},
        {"append", SCRIPT_APPEND, true}, {"txn", SCRIPT_TXN, false},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        op->kind = kinds[i].kind;
        op->kv_names = kinds[i].kv;
        if (str_is(f, kinds[i].f))
            return true;
    }
    return false;
}

static bool eat_arguments(struct reader_at *r, struct script_op *op)
{
    if (!eat(r, '(') || eat(r, ')'))
        return true;
    if (op->kind == SCRIPT_TXN)
        return eat_txn(r, op) && eat(r, ')');
    if (!eat_value(r, &op->in))
        return false;
    if (op->kind == SCRIPT_CAS && !(eat(r, '>') && eat_value(r, &op->to)))
        return false;
    return eat(r, ')');
}

static bool eat_interval(struct reader_at *r, struct script_op *op)
{
    int64_t at;
    if (!eat(r, '[') || !eat_int(r, &at) || !eat(r, ','))
        return false;
    op->inv = (uint32_t)at;
    op->type = OP_OK;
    if (eat(r, '!'))
        op->type = OP_FAIL;
    else if (eat(r, '?'))
        op->type = OP_INFO;
    if (r->end - r->p >= 2 && r->p[0] == '-' && r->p[1] == ']') {
        r->p++;
        op->type = OP_INFO;
        op->res = NO_EVENT;
        return eat(r, ']');
    }
    if (!eat_int(r, &at))
        return false;
    op->res = (uint32_t)at;
    return eat(r, ']');
}

/* p3 and 3 are process 3; other names get numbers from 100 on. */
static uint32_t process_number(struct str name)
{
    int64_t i;
    if (name.n > 1 && name.p[0] == 'p' &&
        str_to_i64((struct str){name.p + 1, name.n - 1}, &i))
        return (uint32_t)i;
    uint32_t n = 100;
    for (size_t k = 0; k < name.n; k++)
        n = n * 128 + (unsigned char)name.p[k];
    return n;
}

static bool eat_op(struct reader_at *r, struct script_op *op)
{
    *op = (struct script_op){.version = -1};
    struct str process = eat_word(r);
    if (process.n == 0 || !eat(r, ':') || !kind_of(eat_word(r), op) || !eat_arguments(r, op))
        return false;
    op->process = process_number(process);
    if (eat(r, '=') && !eat_value(r, &op->out))
        return false;
    if (eat(r, '@')) {
        struct str key = eat_word(r);
        if (key.n != 1)
            return false;
        op->key = key.p[0];
    }
    if (eat(r, '#') && !eat_int(r, &op->version))
        return false;
    return eat_interval(r, op);
}

bool script_parse(struct script *s, struct str line, struct err *e)
{
    struct reader_at r = {line.p, line.p + line.n};
    s->n = 0;
    for (;;) {
        while (eat(&r, ' ') || eat(&r, '\t') || eat(&r, '\n') || eat(&r, '\r'))
            ;
        if (r.p == r.end)
            return true;
        if (s->n == SCRIPT_OPS)
            return err_set(e, ERR_INPUT, "more than %d operations", SCRIPT_OPS);
        if (!eat_op(&r, &s->ops[s->n++]))
            return err_set(e, ERR_INPUT, "cannot read operation %zu, at column %zu", s->n,
                           (size_t)(r.p - line.p) + 1);
    }
}

static void print_value(const struct script_value *v, struct buf *out)
{
    if (v->kind == SCRIPT_NIL)
        buf_puts(out, "nil");
    else if (v->kind == SCRIPT_INT)
        buf_i64(out, v->i);
    else
        buf_printf(out, "'%s'", v->s);
}

static void print_txn(const struct script_op *op, struct buf *out)
{
    for (size_t i = 0; i < op->nmicro; i++) {
        const struct script_micro *m = &op->micro[i];
        buf_printf(out, "%s%c%s", i ? ";" : "", m->key, m->write ? ":=" : "?");
        print_value(&m->value, out);
    }
}

static void print_op(const struct script_op *op, struct buf *out)
{
    static const char *const names[2][5] = {
        {"r", "w", "cas", "append", "txn"},
        {"get", "put", "cas", "append", "txn"},
    };
    buf_printf(out, "p%u:%s(", op->process, names[op->kv_names][op->kind]);
    if (op->kind == SCRIPT_TXN)
        print_txn(op, out);
    else if (op->kind != SCRIPT_READ)
        print_value(&op->in, out);
    if (op->kind == SCRIPT_CAS) {
        buf_putc(out, '>');
        print_value(&op->to, out);
    }
    buf_putc(out, ')');
    if (op->kind == SCRIPT_READ && op->type == OP_OK) {
        buf_putc(out, '=');
        print_value(&op->out, out);
    }
    if (op->key)
        buf_printf(out, "@%c", op->key);
    if (op->version >= 0)
        buf_printf(out, "#%lld", (long long)op->version);
    if (op->res == NO_EVENT)
        buf_printf(out, "[%u,-]", op->inv);
    else
        buf_printf(out, "[%u,%s%u]", op->inv,
                   op->type == OP_FAIL ? "!" : op->type == OP_INFO ? "?" : "", op->res);
}

void script_print(const struct script *s, struct buf *out)
{
    for (size_t i = 0; i < s->n; i++) {
        buf_puts(out, i ? " " : "");
        print_op(&s->ops[i], out);
    }
}

void script_drop(struct script *s, size_t i)
{
    memmove(&s->ops[i], &s->ops[i + 1], (s->n - i - 1) * sizeof s->ops[0]);
    s->n--;
}

static val value_of(struct values *t, const struct script_value *v)
{
    if (v->kind == SCRIPT_NIL)
        return VAL_NIL;
    return v->kind == SCRIPT_INT ? val_int(t, v->i) : val_text(t, V_STRING, str_of(v->s));
}

static val txn_value(struct values *t, const struct script_op *op, bool result)
{
    val list[SCRIPT_MICROS];
    for (size_t i = 0; i < op->nmicro; i++) {
        const struct script_micro *m = &op->micro[i];
        val item[3] = {
            val_text(t, V_KEYWORD, m->write ? STR("write") : STR("read")),
            val_text(t, V_KEYWORD, (struct str){&m->key, 1}),
            m->write || result ? value_of(t, &m->value) : VAL_NIL,
        };
        list[i] = val_seq(t, V_LIST, item, 3);
    }
    return val_seq(t, V_LIST, list, op->nmicro);
}

static val event_value(struct values *t, const struct script_op *op, bool result)
{
    val pair[2];
    switch (op->kind) {
    case SCRIPT_READ:
        return result ? value_of(t, &op->out) : VAL_NIL;
    case SCRIPT_WRITE:
    case SCRIPT_APPEND:
        return value_of(t, &op->in);
    case SCRIPT_CAS:
        pair[0] = value_of(t, &op->in);
        pair[1] = value_of(t, &op->to);
        return val_seq(t, V_LIST, pair, 2);
    case SCRIPT_TXN:
        break;
    }
    return txn_value(t, op, result);
}

static void add_event(struct history *h, const struct script_op *op, bool completion)
{
    static const char *const names[2][5] = {
        {"read", "write", "cas", "append", "txn"},
        {"get", "put", "cas", "append", "txn"},
    };
    struct event ev = event_blank();
    ev.type = completion ? op->type : OP_INVOKE;
    ev.process = val_int(&h->values, op->process);
    ev.f = val_text(&h->values, V_KEYWORD, str_of(names[op->kv_names][op->kind]));
    ev.value = event_value(&h->values, op, completion && op->type == OP_OK);
    if (op->key)
        ev.key = val_text(&h->values, V_STRING, (struct str){&op->key, 1});
    if (completion && op->type == OP_OK)
        ev.version = op->version;
    history_add_event(h, &ev);
}

struct position {
    uint32_t at;
    uint32_t op;
    bool completion;
};

static int by_position(const void *x, const void *y)
{
    const struct position *a = x, *b = y;
    return (a->at > b->at) - (a->at < b->at);
}

bool script_history(const struct script *s, struct history *h, struct err *e)
{
    struct position at[2 * SCRIPT_OPS];
    size_t n = 0;
    bool keyed = false;
    for (uint32_t i = 0; i < s->n; i++) {
        at[n++] = (struct position){s->ops[i].inv, i, false};
        if (s->ops[i].res != NO_EVENT)
            at[n++] = (struct position){s->ops[i].res, i, true};
        keyed |= s->ops[i].key != 0;
    }
    qsort(at, n, sizeof *at, by_position);
    history_init(h);
    for (size_t i = 0; i < n; i++)
        add_event(h, &s->ops[at[i].op], at[i].completion);
    struct pair_options lenient = {.lenient = true};
    if (history_pair(h, &lenient, e) && history_split_keys(h, keyed ? SPLIT_AUTO : SPLIT_NO, e))
        return true;
    history_free(h);
    return false;
}
