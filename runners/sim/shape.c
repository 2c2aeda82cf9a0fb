#include "runners/sim/shape.h"

/* The integer that a map has for the keyword `name`; 0 when there is none. */
static int64_t member(const struct values *t, val map, const char *name)
{
    size_t n;
    const val *items = val_items(t, map, &n);
    int64_t x = 0;
    for (size_t i = 0; i + 1 < n; i += 2)
        if (str_is(val_get_text(t, items[i]), name))
            (void)val_get_int(t, items[i + 1], &x);
    return x;
}

/* [:r k nil], [:w k v], [:append k v] */
static int64_t micro_word(const struct values *t, val v)
{
    size_t n;
    const val *items = val_items(t, v, &n);
    int64_t key = 0, value = 0;
    if (n != 3)
        return 0;
    struct str f = val_get_text(t, items[0]);
    (void)val_get_int(t, items[1], &key);
    (void)val_get_int(t, items[2], &value);
    return micro_op(str_is(f, "r")   ? MICRO_READ
                    : str_is(f, "w") ? MICRO_WRITE
                                     : MICRO_APPEND,
                    key, value);
}

static void shape_txn(const struct values *t, val value, struct command *c)
{
    size_t n;
    const val *items = val_items(t, value, &n);
    int64_t *const word[TXN_MAX] = {&c->a, &c->b, &c->c, &c->d};
    for (size_t i = 0; i < n && i < TXN_MAX; i++)
        *word[i] = micro_word(t, items[i]);
}

void shape_command(const struct values *t, enum request_kind kind, val value, struct command *c)
{
    val old, new;
    if (kind == REQUEST_CAS && val_pair(t, value, &old, &new)) {
        (void)val_get_int(t, old, &c->a);
        (void)val_get_int(t, new, &c->b);
    } else if (kind == REQUEST_TRANSFER) {
        c->key = member(t, value, "from");
        c->a = member(t, value, "to");
        c->b = member(t, value, "amount");
    } else if (kind == REQUEST_ACCOUNTS) {
        c->a = BANK_ACCOUNTS;
    } else if (kind == REQUEST_TXN || kind == REQUEST_APPEND_TXN) {
        shape_txn(t, value, c);
    } else {
        (void)val_get_int(t, value, &c->a);
    }
}

static val sequence(struct values *t, enum val_kind kind, const int64_t *words, size_t n)
{
    val *items = mem_alloc((n + 1) * sizeof *items);
    for (size_t i = 0; i < n; i++)
        items[i] = val_int(t, words[i]);
    val v = val_seq(t, kind, items, n);
    mem_free(items);
    return v;
}

static val balances(struct values *t, const int64_t *words, size_t n)
{
    val items[2 * BANK_ACCOUNTS];
    for (size_t i = 0; i < n && i < BANK_ACCOUNTS; i++) {
        items[2 * i] = val_int(t, (int64_t)i);
        items[2 * i + 1] = val_int(t, words[i]);
    }
    return val_seq(t, V_MAP, items, 2 * (n < BANK_ACCOUNTS ? n : BANK_ACCOUNTS));
}

/* Of a list all values, of a register the one that it has. */
static val micro_result(struct values *t, val in, const int64_t *words, bool lists)
{
    size_t n;
    const val *items = val_items(t, in, &n);
    size_t values = (size_t)words[0];
    val v = lists         ? sequence(t, V_LIST, words + 1, values)
            : values == 0 ? VAL_NIL
                          : val_int(t, words[1]);
    return val_seq(t, V_LIST, (val[]){items[0], items[1], v}, 3);
}

static val txn_result(struct values *t, val in, const int64_t *words, size_t nwords, bool lists)
{
    val out[TXN_MAX];
    size_t n, at = 0;
    const val *items = val_items(t, in, &n);
    for (size_t i = 0; i < n && i < TXN_MAX; i++) {
        size_t k;
        val item = items[i];
        const val *parts = val_items(t, item, &k);
        bool reads = k == 3 && str_is(val_get_text(t, parts[0]), "r") && at < nwords;
        out[i] = reads ? micro_result(t, item, words + at, lists) : item;
        at += reads ? 1 + (size_t)words[at] : 0;
        items = val_items(t, in, &n); /* the table may have moved */
    }
    return val_seq(t, V_LIST, out, n < TXN_MAX ? n : TXN_MAX);
}

val shape_result(struct values *t, enum request_kind kind, val in, const int64_t *words, size_t n)
{
    switch (kind) {
    case REQUEST_READ:
        return words[0] ? val_int(t, words[1]) : VAL_NIL;
    case REQUEST_COUNT:
        return val_int(t, words[1]);
    case REQUEST_MEMBERS:
        return sequence(t, V_SET, words, n);
    case REQUEST_DEQUEUE:
    case REQUEST_GENERATE:
        return n ? val_int(t, words[0]) : VAL_NIL;
    case REQUEST_DRAIN:
        return sequence(t, V_LIST, words, n);
    case REQUEST_ACCOUNTS:
        return balances(t, words, n);
    case REQUEST_APPEND_TXN:
    case REQUEST_TXN:
        return txn_result(t, in, words, n, kind == REQUEST_APPEND_TXN);
    case REQUEST_WRITE:
    case REQUEST_CAS:
    case REQUEST_ADD:
    case REQUEST_INSERT:
    case REQUEST_REMOVE:
    case REQUEST_ENQUEUE:
    case REQUEST_ACQUIRE:
    case REQUEST_RELEASE:
    case REQUEST_TRANSFER:
    case REQUEST_KINDS:
        break;
    }
    return in;
}
