#include "tests/property/grow_case.h"

const char *const grow_models[] = {"list", "grow-set", "counter"};

static unsigned below(struct rng *r, unsigned n)
{
    return (unsigned)rng_below(r, n);
}

/* ---- random ones ---------------------------------------------------------------------------- */

static void shuffle(struct rng *r, int8_t *v, unsigned n)
{
    for (unsigned i = n; i > 1; i--) {
        unsigned j = below(r, i);
        int8_t t = v[i - 1];
        v[i - 1] = v[j];
        v[j] = t;
    }
}

/* What a read returns: mostly the beginning of one order of what is added, sometimes another. */
static void random_read(struct grow_case *c, struct rng *r, struct grow_case_op *o,
                        const int8_t *added, unsigned n)
{
    int8_t order[GROW_ITEMS];
    int sum = 0;
    memcpy(order, added, sizeof order);
    if (c->type == GROW_SET || below(r, 8) == 0)
        shuffle(r, order, n);
    o->n = (uint8_t)below(r, n + 1);
    memcpy(o->items, order, sizeof order);
    if (o->n > 0 && below(r, 60) == 0)
        o->items[below(r, o->n)] = 9;
    if (c->type != GROW_COUNTER)
        return;
    for (unsigned i = 0; i < o->n; i++)
        sum += order[i];
    o->value = (int8_t)(sum + (below(r, 40) == 0));
    o->n = 0;
}

static void place_ops(struct grow_case *c, struct rng *r, unsigned ops, int8_t added[][GROW_ITEMS],
                      unsigned *n)
{
    unsigned total = 1 + below(r, ops), keys = 1 + below(r, GROW_KEYS), adds = 30 + below(r, 40);
    for (unsigned i = 0; i < total; i++) {
        unsigned s = below(r, c->nsessions), next = n[0] + n[1] + 1;
        struct grow_case_op o = {.read = below(r, 100) >= adds, .key = (uint8_t)below(r, keys)};
        if (c->n[s] == GROW_OPS || (!o.read && next > 5))
            continue;
        if (!o.read) {
            o.value = c->type == GROW_COUNTER ? (int8_t)(c->repeats ? 1 + below(r, 3) : 1)
                      : c->repeats            ? (int8_t)(1 + below(r, 3))
                                              : (int8_t)next;
            added[o.key][n[o.key]++] = o.value;
        }
        c->ops[s][c->n[s]++] = o;
    }
}

static void drop_session(struct grow_case *c, unsigned s)
{
    c->nsessions--;
    c->n[s] = c->n[c->nsessions];
    memcpy(c->ops[s], c->ops[c->nsessions], sizeof c->ops[s]);
    c->n[c->nsessions] = 0;
}

void grow_case_random(struct grow_case *c, struct rng *r, enum grow_type type, bool repeats,
                      unsigned ops)
{
    int8_t added[GROW_KEYS][GROW_ITEMS] = {{0}};
    unsigned n[GROW_KEYS] = {0};
    *c = (struct grow_case){.type = type, .repeats = repeats,
                            .nsessions = (uint8_t)(1 + below(r, GROW_SESSIONS))};
    place_ops(c, r, ops, added, n);
    for (unsigned k = 0; k < GROW_KEYS; k++)
        shuffle(r, added[k], n[k]);
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned i = 0; i < c->n[s]; i++) {
            struct grow_case_op *o = &c->ops[s][i];
            if (o->read)
                random_read(c, r, o, added[o->key], n[o->key]);
        }
        if (c->n[s] > 0 && below(r, 4) == 0)
            c->ops[s][c->n[s] - 1].crashed = true;
    }
    for (unsigned s = c->nsessions; s-- > 0;)
        if (c->n[s] == 0)
            drop_session(c, s);
}

void grow_case_drop(struct grow_case *c, unsigned s, unsigned i)
{
    c->n[s]--;
    memmove(&c->ops[s][i], &c->ops[s][i + 1], (c->n[s] - i) * sizeof c->ops[s][0]);
}

/* ---- text and history ------------------------------------------------------------------------ */

static void print_op(const struct grow_case *c, const struct grow_case_op *o, struct buf *out)
{
    buf_printf(out, o->read ? "read k%u " : "add k%u ", o->key);
    if (!o->read || c->type == GROW_COUNTER)
        buf_printf(out, "%d", o->value);
    for (unsigned i = 0; i < o->n; i++)
        buf_printf(out, "%s%d", i ? " " : "[", o->items[i]);
    if (o->read && c->type != GROW_COUNTER)
        buf_puts(out, o->n ? "]" : "[]");
    if (o->crashed)
        buf_puts(out, " !");
}

void grow_case_print(const struct grow_case *c, struct buf *out)
{
    for (unsigned s = 0; s < c->nsessions; s++) {
        buf_printf(out, "%s%c: ", s ? " | " : "", (char)('A' + s));
        for (unsigned i = 0; i < c->n[s]; i++) {
            buf_puts(out, i ? ", " : "");
            print_op(c, &c->ops[s][i], out);
        }
    }
}

static void add_event(const struct grow_case *c, struct history *h, const struct grow_case_op *o,
                      unsigned process, bool completes)
{
    struct values *t = &h->values;
    struct event e = event_blank();
    val key = val_text(t, V_KEYWORD, (struct str){&"xy"[o->key], 1}), v = val_int(t, o->value);
    val items[GROW_ITEMS];
    for (unsigned i = 0; i < o->n; i++)
        items[i] = val_int(t, o->items[i]);
    if (o->read && c->type != GROW_COUNTER)
        v = val_seq(t, c->type == GROW_SET ? V_SET : V_LIST, items, o->n);
    e.type = !completes ? OP_INVOKE : o->crashed ? OP_INFO : OP_OK;
    if (o->read && e.type != OP_OK)
        v = VAL_NIL;
    e.process = val_int(t, process);
    e.f = val_text(t, V_KEYWORD, str_of(o->read ? "read" : "add"));
    e.value = val_seq(t, V_LIST, (val[]){key, v}, 2);
    history_add_event(h, &e);
}

bool grow_case_history(const struct grow_case *c, struct rng *r, struct history *h, struct err *e)
{
    unsigned at[GROW_SESSIONS] = {0};
    bool open[GROW_SESSIONS] = {false};
    const struct pair_options opt = {.lenient = false};
    history_init(h);
    for (;;) {
        unsigned live[GROW_SESSIONS], n = 0;
        for (unsigned s = 0; s < c->nsessions; s++)
            if (at[s] < c->n[s])
                live[n++] = s;
        if (n == 0)
            break;
        unsigned s = live[below(r, n)];
        add_event(c, h, &c->ops[s][at[s]], s, open[s]);
        at[s] += open[s];
        open[s] = !open[s];
    }
    if (history_pair(h, &opt, e) && history_split_keys(h, SPLIT_YES, e))
        return true;
    history_free(h);
    return false;
}
