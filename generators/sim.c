#include "generators/sim.h"

#include "base/mem.h"
#include "generators/synth_object.h"

static val keyword(struct values *t, const char *z)
{
    return val_text(t, V_KEYWORD, str_of(z));
}

/* Transactions name their keys as Knossos does: :x :y :z :k3 :k4 … */
static val key_name(struct sim *s, uint32_t i)
{
    if (!s->txns)
        return val_int(&s->h->values, i);
    struct buf b = {0};
    if (i < 3)
        buf_putc(&b, (char)('x' + (int)i));
    else
        buf_printf(&b, "k%u", (unsigned)i);
    val v = val_text(&s->h->values, V_KEYWORD, buf_str(&b));
    buf_free(&b);
    return v;
}

static val pair(struct sim *s, val a, val b)
{
    return val_seq(&s->h->values, V_LIST, (val[]){a, b}, 2);
}

static void init_keys(struct sim *s)
{
    s->keys = mem_zalloc(s->o->keys, sizeof *s->keys);
    for (uint32_t i = 0; i < s->o->keys; i++) {
        struct sim_key *k = &s->keys[i];
        k->name = key_name(s, i);
        k->blank = s->tuples ? pair(s, k->name, VAL_NIL) : VAL_NIL;
        k->current = VAL_NIL;
        k->pending = VAL_ABSENT;
        if (s->o->stale_share > 0) {
            k->past = mem_zalloc(SIM_PAST, sizeof *k->past);
            k->past[k->npast++] = (struct sim_past){INT64_MIN, VAL_NIL};
        }
    }
}

void sim_init(struct sim *s, struct history *h, const struct synth_options *o)
{
    *s = (struct sim){.h = h, .o = o};
    rng_seed(&s->rng, o->seed);
    s->txns = strcmp(o->model, "multi-register") == 0;
    s->tuples = !s->txns && (o->keys > 1 || strcmp(o->model, "kv") == 0);
    s->f_read = keyword(&h->values, "read");
    s->f_write = keyword(&h->values, "write");
    s->f_cas = keyword(&h->values, "cas");
    s->f_txn = keyword(&h->values, "txn");
    s->next_value = o->values ? o->values : 1;
    s->object = synth_object_find(o->model);
    init_keys(s);
    if (s->object) {
        s->states = mem_zalloc(o->keys, sizeof *s->states);
        for (uint32_t i = 0; i < o->keys; i++)
            s->states[i] = s->object->open(s);
    }
    if (!o->inject || s->object)
        return;
    uint64_t acts = s->txns ? SIM_ACTS : 1;
    s->nvalues = (size_t)(o->values ? (uint64_t)o->values * o->keys : o->ops * acts + 1);
    s->values = mem_zalloc(s->nvalues, sizeof *s->values);
}

void sim_free(struct sim *s)
{
    for (uint32_t i = 0; s->states && i < s->o->keys; i++)
        s->object->close(s->states[i]);
    mem_free(s->states);
    for (uint32_t i = 0; s->keys && i < s->o->keys; i++)
        mem_free(s->keys[i].past);
    mem_free(s->keys);
    mem_free(s->values);
    *s = (struct sim){0};
}

/* --- values ----------------------------------------------------------------------------------*/

val sim_fresh(struct sim *s)
{
    return val_int(&s->h->values, (int64_t)s->next_value++);
}

val sim_random(struct sim *s)
{
    return s->o->values ? val_small((int32_t)rng_below(&s->rng, s->o->values)) : sim_fresh(s);
}

static struct sim_value *value_of(const struct sim *s, uint32_t key, val v)
{
    int64_t i;
    if (!s->values || !val_get_int(&s->h->values, v, &i))
        return NULL;
    uint64_t values = s->o->values;
    if (values && (uint64_t)i >= values)
        return NULL; /* made up for planting, written by one known operation */
    uint64_t slot = values ? key * values + (uint64_t)i : (uint64_t)i;
    return slot < s->nvalues ? &s->values[slot] : NULL;
}

uint32_t sim_open(const struct sim *s, uint32_t key, val v)
{
    const struct sim_value *x = value_of(s, key, v);
    return x ? x->open : 0;
}

uint32_t sim_last_ret(const struct sim *s, uint32_t key, val v)
{
    const struct sim_value *x = value_of(s, key, v);
    return x ? x->last_ret : 0;
}

/* --- events ----------------------------------------------------------------------------------*/

static val act_value(struct sim *s, const struct sim_act *a, bool done)
{
    val v = a->kind == SIM_CAS ? pair(s, a->a, a->b) : a->a;
    if (a->kind == SIM_READ && !done)
        return s->keys[a->key].blank;
    return s->tuples ? pair(s, s->keys[a->key].name, v) : v;
}

static val txn_value(struct sim *s, const struct sim_op *op, bool done)
{
    val list[SIM_ACTS];
    for (uint32_t i = 0; i < op->n; i++) {
        const struct sim_act *a = &op->act[i];
        bool read = a->kind == SIM_READ;
        val micro[3] = {read ? s->f_read : s->f_write, s->keys[a->key].name,
                        read && !done ? VAL_NIL : a->a};
        list[i] = val_seq(&s->h->values, V_LIST, micro, 3);
    }
    return val_seq(&s->h->values, V_LIST, list, op->n);
}

static val value_text(struct sim *s, const struct sim_op *op, bool done)
{
    if (s->object) {
        val v = done && op->out != VAL_ABSENT ? op->out : op->in;
        return s->tuples ? pair(s, s->keys[op->act[0].key].name, v) : v;
    }
    return s->txns ? txn_value(s, op, done) : act_value(s, &op->act[0], done);
}

static val name_of(const struct sim *s, const struct sim_op *op)
{
    if (s->object || s->txns)
        return s->object ? op->f : s->f_txn;
    enum sim_kind k = op->act[0].kind;
    return k == SIM_READ ? s->f_read : k == SIM_WRITE ? s->f_write : s->f_cas;
}

static void emit(struct sim *s, const struct sim_op *op, enum op_type type, val value)
{
    struct event e = event_blank();
    e.type = type;
    e.process = val_int(&s->h->values, op->process);
    e.f = name_of(s, op);
    e.value = value;
    e.time = s->time + s->shift;
    e.index = (int64_t)s->h->events.n;
    if (s->o->versions && type == OP_OK)
        e.version = op->version;
    history_add_event(s->h, &e);
}

/* --- what may still happen -------------------------------------------------------------------*/

static val new_value(const struct sim_act *a)
{
    return a->kind == SIM_CAS ? a->b : a->a;
}

static void note_ack(struct sim *s, const struct sim_op *op, const struct sim_act *a)
{
    struct sim_key *k = &s->keys[a->key];
    uint32_t ret = (uint32_t)s->h->events.n - 1;
    k->recent[k->nrecent++ % SIM_RECENT] =
        (struct sim_ack){new_value(a), op->inv, ret, op->version};
    if (op->inv > k->last_inv)
        k->last_inv = op->inv;
}

static void note(struct sim *s, const struct sim_op *op, enum op_type type)
{
    for (uint32_t i = 0; s->values && i < op->n; i++) {
        const struct sim_act *a = &op->act[i];
        struct sim_value *x = value_of(s, a->key, new_value(a));
        if (a->kind == SIM_READ)
            continue;
        if (type == OP_INVOKE && a->kind == SIM_WRITE)
            s->keys[a->key].pending = a->a;
        if (type == OP_OK)
            note_ack(s, op, a);
        if (!x)
            continue;
        if (type == OP_INVOKE)
            x->open++;
        else if (type != OP_INFO)
            x->open--;
        if (type == OP_OK)
            x->last_ret = (uint32_t)s->h->events.n - 1;
    }
}

void sim_invoke(struct sim *s, struct sim_op *op)
{
    val in = value_text(s, op, false);
    op->inv = (uint32_t)s->h->events.n;
    s->under_way++;
    emit(s, op, OP_INVOKE, in);
    if (!s->object)
        op->in = in;
    note(s, op, OP_INVOKE);
}

/* What a replica that lags has: the value of then; where that is forgotten, the oldest known. */
static val value_then(const struct sim_key *k, int64_t then)
{
    uint32_t i = k->npast, oldest = k->npast > SIM_PAST ? k->npast - SIM_PAST : 0;
    while (i > oldest + 1 && k->past[(i - 1) % SIM_PAST].time > then)
        i--;
    return k->past[(i - 1) % SIM_PAST].v;
}

static val read_value(struct sim *s, struct sim_key *k)
{
    bool stale = k->past && rng_chance(&s->rng, s->o->stale_share);
    return stale ? value_then(k, s->time - s->o->lag) : k->current;
}

static void set_value(struct sim *s, struct sim_key *k, val v)
{
    k->current = v;
    k->version++;
    if (k->past)
        k->past[k->npast++ % SIM_PAST] = (struct sim_past){s->time, v};
}

void sim_effect(struct sim *s, struct sim_op *op)
{
    op->ok = true;
    if (s->object) {
        s->object->effect(s, s->states[op->act[0].key], op);
        return;
    }
    for (uint32_t i = 0; i < op->n; i++) {
        struct sim_act *a = &op->act[i];
        struct sim_key *k = &s->keys[a->key];
        if (a->kind == SIM_READ) {
            a->a = read_value(s, k);
        } else if (a->kind == SIM_WRITE || a->a == k->current) {
            set_value(s, k, new_value(a));
        } else {
            op->ok = false;
        }
        op->version = k->version;
    }
}

void sim_complete(struct sim *s, struct sim_op *op, enum op_type type)
{
    bool reads = s->object || s->txns || op->act[0].kind == SIM_READ;
    s->under_way -= type != OP_INFO;
    emit(s, op, type, type == OP_OK && reads ? value_text(s, op, true) : value_text(s, op, false));
    note(s, op, type);
}
