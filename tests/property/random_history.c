#include "tests/property/random_history.h"

#include "tests/property/tap.h"

enum { THREADS = 8, KEYS = 3 };

const struct random_size random_small = {8, 4}, random_long = {40, 6};

const char *const random_family_names[RANDOM_FAMILIES] = {
    "register", "cas-register", "unique values", "kv", "multi-register", "versions",
};

struct thread {
    int op; /* index into the script, or -1 */
    bool effected, failed;
    uint32_t process;
};

struct sim {
    struct random_case *c;
    struct rng *r;
    struct thread threads[THREADS];
    size_t nthreads, nops, nkeys;
    struct script_value state[KEYS];
    int64_t version, counter; /* counter: the last unique value */
    int zombies[SCRIPT_OPS];  /* crashed operations that may still take effect */
    size_t nzombies;
    uint32_t position, process;
};

static bool chance(struct sim *m, unsigned percent)
{
    return rng_below(m->r, 100) < percent;
}

static bool same(const struct script_value *x, const struct script_value *y)
{
    return x->kind == y->kind && (x->kind != SCRIPT_INT || x->i == y->i) &&
           (x->kind != SCRIPT_STRING || strcmp(x->s, y->s) == 0);
}

static struct script_value text(const char *s)
{
    struct script_value v = {.kind = SCRIPT_STRING};
    for (size_t i = 0; s[i] && i + 1 < sizeof v.s; i++)
        v.s[i] = s[i];
    return v;
}

static struct script_value some_value(struct sim *m)
{
    static const char *const texts[] = {"", "a", "b", "ab", "ba"};
    if (m->c->family == RANDOM_KV)
        return text(texts[rng_below(m->r, 5)]);
    if (m->c->family == RANDOM_UNIQUE)
        return script_int((int64_t)rng_below(m->r, (uint64_t)m->counter + 2));
    return script_int((int64_t)rng_below(m->r, 3));
}

static struct script_value new_value(struct sim *m)
{
    return m->c->family == RANDOM_UNIQUE ? script_int(++m->counter) : some_value(m);
}

static enum script_kind some_kind(struct sim *m)
{
    uint64_t x = rng_below(m->r, 100);
    switch (m->c->family) {
    case RANDOM_REGISTER:
        return x < 50 ? SCRIPT_READ : SCRIPT_WRITE;
    case RANDOM_KV:
        return x < 40 ? SCRIPT_READ : x < 55 ? SCRIPT_WRITE : x < 90 ? SCRIPT_APPEND : SCRIPT_CAS;
    case RANDOM_MULTI:
        return SCRIPT_TXN;
    case RANDOM_CAS:
    case RANDOM_UNIQUE:
    case RANDOM_VERSIONS:
    case RANDOM_FAMILIES:
        break;
    }
    return x < 40 ? SCRIPT_READ : x < 70 ? SCRIPT_WRITE : SCRIPT_CAS;
}

static size_t state_index(const struct sim *m, char key)
{
    return key >= 'x' ? (size_t)(key - 'x') % m->nkeys : 0;
}

static void invoke(struct sim *m, struct thread *t)
{
    struct script *s = &m->c->script;
    struct script_op *op = &s->ops[s->n];
    *op = (struct script_op){.process = t->process, .version = -1, .type = OP_INFO,
                             .res = NO_EVENT, .inv = ++m->position};
    t->op = (int)s->n++;
    t->effected = t->failed = false;
    op->kind = some_kind(m);
    op->kv_names = m->c->family == RANDOM_KV;
    if (m->c->family == RANDOM_KV)
        op->key = (char)('x' + rng_below(m->r, m->nkeys));
    size_t k = state_index(m, op->key);
    op->in = new_value(m);
    if (op->kind == SCRIPT_APPEND)
        op->in = text(chance(m, 5) ? "" : chance(m, 60) ? "a" : "b");
    if (op->kind == SCRIPT_CAS) {
        op->to = op->in;
        op->in = chance(m, 70) ? m->state[k] : some_value(m);
    }
    op->nmicro = op->kind == SCRIPT_TXN ? 1 + rng_below(m->r, 3) : 0;
    for (size_t i = 0; i < op->nmicro; i++)
        op->micro[i] = (struct script_micro){.write = chance(m, 50), .value = some_value(m),
                                             .key = (char)('x' + rng_below(m->r, m->nkeys))};
}

static void append_text(struct script_value *v, const struct script_value *piece)
{
    if (v->kind == SCRIPT_NIL)
        *v = text("");
    size_t n = strlen(v->s);
    for (size_t i = 0; piece->s[i] && n + 1 < sizeof v->s; i++)
        v->s[n++] = piece->s[i];
    v->s[n] = '\0';
}

static void effect_txn(struct sim *m, struct script_op *op)
{
    for (size_t i = 0; i < op->nmicro; i++) {
        struct script_micro *u = &op->micro[i];
        if (u->write)
            m->state[state_index(m, u->key)] = u->value;
        else
            u->value = m->state[state_index(m, u->key)];
    }
}

/* Execute on the object. False when a cas did not succeed. */
static bool effect(struct sim *m, struct script_op *op)
{
    struct script_value *v = &m->state[state_index(m, op->key)];
    bool mutation = op->kind != SCRIPT_READ;
    if (op->kind == SCRIPT_CAS && !same(v, &op->in))
        return false;
    op->out = *v;
    if (op->kind == SCRIPT_WRITE)
        *v = op->in;
    else if (op->kind == SCRIPT_CAS)
        *v = op->to;
    else if (op->kind == SCRIPT_APPEND)
        append_text(v, &op->in);
    else if (op->kind == SCRIPT_TXN)
        effect_txn(m, op);
    m->version += mutation ? 1 + (int64_t)rng_below(m->r, 2) : 0;
    if (m->c->family == RANDOM_VERSIONS && !chance(m, 5))
        op->version = m->version;
    return true;
}

static void zombie_effect(struct sim *m)
{
    if (m->nzombies == 0 || !chance(m, 15))
        return;
    size_t i = rng_below(m->r, m->nzombies);
    /* What the client did not see must not become its result. */
    struct script_op unseen = m->c->script.ops[m->zombies[i]];
    (void)effect(m, &unseen);
    m->zombies[i] = m->zombies[--m->nzombies];
}

static void crash(struct sim *m, struct thread *t, bool event)
{
    struct script_op *op = &m->c->script.ops[t->op];
    op->type = OP_INFO;
    op->version = -1;
    op->res = event ? ++m->position : NO_EVENT;
    if (!t->effected && chance(m, 60))
        m->zombies[m->nzombies++] = t->op;
    t->op = -1;
    t->process = m->process++;
}

static void complete(struct sim *m, struct thread *t)
{
    struct script_op *op = &m->c->script.ops[t->op];
    op->type = t->failed ? OP_FAIL : OP_OK;
    op->res = ++m->position;
    t->op = -1;
}

static void step(struct sim *m, struct thread *t)
{
    if (t->op < 0) {
        if (m->c->script.n < m->nops)
            invoke(m, t);
    } else if (chance(m, 8)) {
        crash(m, t, chance(m, 50));
    } else if (!t->effected) {
        t->effected = true;
        t->failed = chance(m, 4) || !effect(m, &m->c->script.ops[t->op]);
    } else {
        complete(m, t);
    }
}

static bool busy(const struct sim *m)
{
    for (size_t i = 0; i < m->nthreads; i++)
        if (m->threads[i].op >= 0)
            return true;
    return m->c->script.n < m->nops;
}

static void simulate(struct sim *m, struct random_size size)
{
    m->nthreads = 1 + rng_below(m->r, size.threads < THREADS ? size.threads : THREADS);
    size_t most = size.ops < SCRIPT_OPS ? size.ops : SCRIPT_OPS;
    size_t x = 1 + rng_below(m->r, most), y = 1 + rng_below(m->r, most);
    m->nops = x > y ? x : y; /* more long ones than short ones */
    m->nkeys = m->c->family == RANDOM_MULTI ? 1 + rng_below(m->r, KEYS)
               : m->c->family == RANDOM_KV  ? 1 + rng_below(m->r, 2)
                                            : 1;
    for (size_t i = 0; i < m->nthreads; i++)
        m->threads[i] = (struct thread){.op = -1, .process = m->process++};
    for (size_t i = 0; i < KEYS; i++)
        m->state[i] = m->c->initial;
    while (busy(m)) {
        step(m, &m->threads[rng_below(m->r, m->nthreads)]);
        zombie_effect(m);
    }
}

static struct script_op *op_with_result(struct sim *m)
{
    struct script *s = &m->c->script;
    for (size_t tries = 0; tries < 8; tries++) {
        struct script_op *op = &s->ops[rng_below(m->r, s->n)];
        if (op->type == OP_OK && (op->kind == SCRIPT_READ || op->kind == SCRIPT_TXN))
            return op;
    }
    return NULL;
}

/* Mostly a value that occurs elsewhere: what nobody wrote makes dull violations. */
static struct script_value wrong_value(struct sim *m)
{
    struct script *s = &m->c->script;
    const struct script_op *op = &s->ops[rng_below(m->r, s->n)];
    if (chance(m, 10))
        return m->c->initial;
    if (chance(m, 20))
        return some_value(m);
    if (op->kind == SCRIPT_TXN)
        return op->micro[rng_below(m->r, op->nmicro)].value;
    return op->kind == SCRIPT_READ ? op->out : op->kind == SCRIPT_CAS ? op->to : op->in;
}

static void change_result(struct sim *m)
{
    struct script_op *op = op_with_result(m);
    if (!op)
        return;
    if (op->kind == SCRIPT_READ)
        op->out = wrong_value(m);
    else
        op->micro[rng_below(m->r, op->nmicro)].value = wrong_value(m);
}

static void swap_results(struct sim *m)
{
    struct script_op *x = op_with_result(m), *y = op_with_result(m);
    if (!x || !y || x->kind != SCRIPT_READ || y->kind != SCRIPT_READ)
        return;
    struct script_value v = x->out;
    x->out = y->out;
    y->out = v;
    int64_t version = x->version;
    x->version = y->version;
    y->version = version;
}

static uint32_t *position_ref(struct script *s, uint32_t at, size_t *op)
{
    for (size_t i = 0; i < s->n; i++) {
        *op = i;
        if (s->ops[i].inv == at)
            return &s->ops[i].inv;
        if (s->ops[i].res == at)
            return &s->ops[i].res;
    }
    return NULL;
}

/* Two neighbouring events of different processes change places. */
static void swap_events(struct sim *m)
{
    if (m->position < 2)
        return;
    uint32_t at = 1 + (uint32_t)rng_below(m->r, m->position - 1);
    struct script *s = &m->c->script;
    size_t i = 0, j = 0;
    uint32_t *x = position_ref(s, at, &i), *y = position_ref(s, at + 1, &j);
    if (!x || !y || s->ops[i].process == s->ops[j].process)
        return;
    *x = at + 1;
    *y = at;
}

static void change_outcome(struct sim *m)
{
    struct script *s = &m->c->script;
    struct script_op *op = &s->ops[rng_below(m->r, s->n)];
    if (op->res == NO_EVENT)
        return;
    op->type = chance(m, 50) ? OP_FAIL : OP_OK;
}

static void change_version(struct sim *m)
{
    struct script *s = &m->c->script;
    struct script_op *op = &s->ops[rng_below(m->r, s->n)];
    if (op->version > 0)
        op->version += chance(m, 50) ? 1 : -1;
}

static void damage(struct sim *m)
{
    for (uint64_t n = 2 + rng_below(m->r, 5); n > 0; n--) {
        uint64_t x = rng_below(m->r, 100);
        if (x < 45)
            change_result(m);
        else if (x < 60)
            swap_results(m);
        else if (x < 85)
            swap_events(m);
        else if (x < 95)
            change_outcome(m);
        else
            change_version(m);
    }
}

void random_case(struct random_case *c, enum random_family family, struct random_size size,
                 struct rng *r)
{
    static const char *const models[RANDOM_FAMILIES] = {
        "register", "cas-register", "cas-register", "kv", "multi-register", "cas-register",
    };
    *c = (struct random_case){.family = family, .model = models[family]};
    struct sim m = {.c = c, .r = r};
    bool nil = family == RANDOM_KV || chance(&m, 40);
    c->initial = nil ? (struct script_value){.kind = SCRIPT_NIL} : script_int(0);
    c->nil_unknown = chance(&m, 10);
    simulate(&m, size);
    if (!chance(&m, 25))
        damage(&m);
}

bool random_case_open(const struct random_case *c, struct history *h, struct spec_options *opt,
                      struct err *e)
{
    if (!script_history(&c->script, h, e))
        return false;
    *opt = (struct spec_options){
        .model = c->model,
        .initial = c->initial.kind == SCRIPT_NIL ? VAL_NIL : val_int(&h->values, c->initial.i),
        .nil_unknown = c->nil_unknown,
        .versions = c->family == RANDOM_VERSIONS,
    };
    return true;
}

void random_case_report(const struct random_case *c, uint64_t seed, const char *why)
{
    struct buf line = {0};
    script_print(&c->script, &line);
    tap_note("seed %llu: %s", (unsigned long long)seed, why);
    tap_note("model %s, initial %s%s", c->model, c->initial.kind == SCRIPT_NIL ? "nil" : "0",
             c->nil_unknown ? ", nil unknown" : "");
    tap_note("%.*s", (int)line.n, buf_str(&line).p);
    buf_free(&line);
}
