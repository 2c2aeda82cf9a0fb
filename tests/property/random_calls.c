#include "tests/property/random_calls.h"

#include "checker/model.h"
#include "histories/reader.h"

enum { THREADS = 8 };

struct thread {
    int call; /* index, or -1 */
    bool effected, failed;
    uint32_t process;
};

struct sim {
    struct toy_sim toy;
    const struct toy *t;
    struct calls *c;
    struct thread threads[THREADS];
    size_t nthreads, ncalls;
    int zombies[CALLS_MAX]; /* crashed calls that may still take effect */
    size_t nzombies;
    uint32_t position, process;
};

static bool chance(struct sim *m, unsigned percent)
{
    return toy_chance(&m->toy, percent);
}

static uint32_t next_position(struct sim *m)
{
    return m->toy.now = ++m->position;
}

static void invoke(struct sim *m, struct thread *t)
{
    t->call = (int)m->c->n++;
    t->effected = t->failed = false;
    struct call *c = &m->c->at[t->call];
    *c = (struct call){.process = t->process, .inv = next_position(m), .res = NO_EVENT};
    m->t->choose(&m->toy, c);
}

static void zombie_effect(struct sim *m)
{
    if (m->nzombies == 0 || !chance(m, 15))
        return;
    size_t i = rng_below(m->toy.r, m->nzombies);
    struct call unseen = m->c->at[m->zombies[i]]; /* what the client did not see is no result */
    (void)m->t->run(&m->toy, &unseen);
    m->zombies[i] = m->zombies[--m->nzombies];
}

static void crash(struct sim *m, struct thread *t, bool event)
{
    struct call *c = &m->c->at[t->call];
    c->type = OP_INFO;
    c->out[0] = '\0';
    c->res = event ? next_position(m) : NO_EVENT;
    if (!t->effected && chance(m, 60))
        m->zombies[m->nzombies++] = t->call;
    t->call = -1;
    t->process = m->process++;
}

static void step(struct sim *m, struct thread *t)
{
    struct call *c = t->call < 0 ? NULL : &m->c->at[t->call];
    if (!c) {
        if (m->c->n < m->ncalls)
            invoke(m, t);
    } else if (chance(m, 8)) {
        crash(m, t, chance(m, 50));
    } else if (!t->effected) {
        t->effected = true;
        t->failed = chance(m, 4) || !m->t->run(&m->toy, c);
    } else {
        c->type = t->failed ? OP_FAIL : OP_OK;
        c->res = next_position(m);
        t->call = -1;
    }
}

static bool busy(const struct sim *m)
{
    for (size_t i = 0; i < m->nthreads; i++)
        if (m->threads[i].call >= 0)
            return true;
    return m->c->n < m->ncalls;
}

static void simulate(struct sim *m, struct random_size size)
{
    m->nthreads = 1 + rng_below(m->toy.r, size.threads < THREADS ? size.threads : THREADS);
    size_t most = size.ops < CALLS_MAX ? size.ops : CALLS_MAX;
    size_t x = 1 + rng_below(m->toy.r, most), y = 1 + rng_below(m->toy.r, most);
    m->ncalls = x > y ? x : y; /* more long ones than short ones */
    m->toy.flavor = (unsigned)rng_below(m->toy.r, 4);
    for (size_t i = 0; i < m->nthreads; i++)
        m->threads[i] = (struct thread){.call = -1, .process = m->process++};
    while (busy(m)) {
        step(m, &m->threads[rng_below(m->toy.r, m->nthreads)]);
        zombie_effect(m);
    }
}

static struct call *ok_call(struct sim *m)
{
    for (size_t tries = 0; tries < 8; tries++) {
        struct call *c = &m->c->at[rng_below(m->toy.r, m->c->n)];
        if (c->type == OP_OK)
            return c;
    }
    return NULL;
}

/* One result becomes another one's, or what the toy thinks of; or two change places. */
static void change_result(struct sim *m)
{
    struct call *x = ok_call(m), *y = ok_call(m);
    if (x && m->t->spoil && chance(m, 50)) {
        m->t->spoil(&m->toy, x);
        return;
    }
    if (!x || !y || strcmp(x->f, y->f) != 0 || !x->out[0] || !y->out[0])
        return;
    char out[CALL_TEXT];
    memcpy(out, x->out, sizeof out);
    memcpy(x->out, y->out, sizeof out);
    if (chance(m, 50))
        memcpy(y->out, out, sizeof out);
}

static uint32_t *position_ref(struct calls *s, uint32_t at, size_t *call)
{
    for (size_t i = 0; i < s->n; i++) {
        *call = i;
        if (s->at[i].inv == at)
            return &s->at[i].inv;
        if (s->at[i].res == at)
            return &s->at[i].res;
    }
    return NULL;
}

/* Two neighbouring events of different processes change places. */
static void swap_events(struct sim *m)
{
    if (m->position < 2)
        return;
    uint32_t at = 1 + (uint32_t)rng_below(m->toy.r, m->position - 1);
    size_t i = 0, j = 0;
    uint32_t *x = position_ref(m->c, at, &i), *y = position_ref(m->c, at + 1, &j);
    if (!x || !y || m->c->at[i].process == m->c->at[j].process)
        return;
    *x = at + 1;
    *y = at;
}

static void fail_call(struct sim *m)
{
    struct call *c = ok_call(m);
    if (c)
        c->type = OP_FAIL;
}

static void damage(struct sim *m)
{
    for (uint64_t n = 1 + rng_below(m->toy.r, 5); n > 0; n--) {
        uint64_t x = rng_below(m->toy.r, 100);
        if (x < 50)
            change_result(m);
        else if (x < 90)
            swap_events(m);
        else
            fail_call(m);
    }
}

void random_calls(struct calls *c, const struct toy *t, struct random_size size, struct rng *r)
{
    struct sim m = {.toy = {.r = r}, .t = t, .c = c};
    c->n = 0;
    simulate(&m, size);
    if (!chance(&m, 35))
        damage(&m);
}

bool random_calls_open(const struct calls *c, const struct toy *t, struct history *h,
                       struct spec_options *opt, struct err *e)
{
    *opt = (struct spec_options){.model = t->model,
                                 .initial = model_find(t->model)->default_initial};
    return calls_history(c, h, e) &&
           (!t->initial || edn_parse_value(&h->values, str_of(t->initial), &opt->initial, e));
}
