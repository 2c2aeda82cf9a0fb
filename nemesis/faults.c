/* The list of faults, and what they share. */
#include "nemesis/fault.h"

extern const struct fault fault_partition, fault_kill, fault_pause, fault_clock;

const struct fault *const faults[] = {&fault_partition, &fault_kill, &fault_pause, &fault_clock,
                                      NULL};

const struct fault *fault_find(struct str name)
{
    for (size_t i = 0; faults[i]; i++)
        if (str_is(name, faults[i]->name))
            return faults[i];
    return NULL;
}

val nemesis_invoke(struct nemesis *m, val f, val value)
{
    struct str name = val_get_text(m->values, f);
    m->receipt.n = 0;
    for (size_t i = 0; faults[i]; i++) {
        bool start = str_is(name, faults[i]->start);
        if (start || str_is(name, faults[i]->stop))
            value = start ? faults[i]->begin(m, value) : faults[i]->end(m);
    }
    buf_putc(&m->receipt, '\0');
    return value;
}

void nemesis_init(struct nemesis *m, const struct nemesis_target *target, uint32_t n,
                  struct values *values, uint64_t seed)
{
    *m = (struct nemesis){.target = target, .n = n, .values = values};
    rng_seed(&m->rng, seed);
    for (uint32_t i = 0; i < n; i++)
        (void)fault_node(m, i); /* sets and maps print in the order in which names were first met */
}

void nemesis_free(struct nemesis *m)
{
    buf_free(&m->receipt);
}

val fault_keyword(struct nemesis *m, const char *name)
{
    return val_text(m->values, V_KEYWORD, str_of(name));
}

val fault_node(struct nemesis *m, uint32_t node)
{
    struct buf name = {0};
    buf_printf(&name, "n%u", node + 1);
    val v = val_text(m->values, V_STRING, buf_str(&name));
    buf_free(&name);
    return v;
}

val fault_map(struct nemesis *m, uint64_t set, val what)
{
    val items[2 * GRUDGE_NODES_MAX];
    size_t n = 0;
    for (uint32_t i = 0; i < m->n; i++)
        if (set >> i & 1) {
            items[n++] = fault_node(m, i);
            items[n++] = what;
        }
    return val_seq(m->values, V_MAP, items, n);
}

static const char *const specs[] = {"one", "minority", "majority", "all"};
enum { SPECS = sizeof specs / sizeof *specs };

void fault_choose_nodes(void *state, struct rng *rng, struct gen_op *op)
{
    op->value = fault_keyword(state, specs[rng_below(rng, SPECS)]);
}

uint64_t fault_nodes(struct nemesis *m, val spec)
{
    const uint32_t most = m->n / 2 + 1;
    const uint32_t count[SPECS] = {1, most > 1 ? (m->n - 1) / 2 : 1, most, m->n};
    struct str name = val_get_text(m->values, spec);
    uint32_t k = 0;
    for (size_t i = 0; i < SPECS; i++)
        k = str_is(name, specs[i]) ? count[i] : k;
    return grudge_some(m->n, k, &m->rng);
}

/* ---- when ---------------------------------------------------------------------------------- */

struct half {
    struct nemesis *m;
    const struct fault *fault;
};

static void make_start(void *state, struct rng *rng, struct gen_op *op)
{
    struct half *h = state;
    op->f = fault_keyword(h->m, h->fault->start);
    h->fault->choose(h->m, rng, op);
}

static void make_stop(void *state, struct rng *rng, struct gen_op *op)
{
    struct half *h = state;
    (void)rng;
    op->f = fault_keyword(h->m, h->fault->stop);
}

static struct half *half_new(struct nemesis *m, const struct fault *f, struct arena *a)
{
    struct half *h = arena_alloc(a, sizeof *h);
    *h = (struct half){m, f};
    return h;
}

struct gen *nemesis_schedule(struct nemesis *m, const struct fault *const *list, size_t n,
                             int64_t interval, struct arena *a)
{
    struct gen **all = arena_alloc(a, n * sizeof(struct gen *));
    for (size_t i = 0; i < n; i++) {
        struct half *h = half_new(m, list[i], a);
        struct gen *turns =
            gen_flip_flop(a, gen_source(a, make_start, h), gen_source(a, make_stop, h));
        all[i] = gen_stagger(a, interval, turns);
    }
    /* The system gets half an interval to come up. */
    struct gen *const phases[] = {gen_sleep(a, interval / 2), gen_any(a, all, n)};
    return gen_nemesis(a, gen_phases(a, phases, 2));
}

struct gen *nemesis_heal(struct nemesis *m, const struct fault *const *list, size_t n,
                         int64_t recovery, struct arena *a)
{
    struct gen **all = arena_alloc(a, (n + 1) * sizeof(struct gen *));
    for (size_t i = 0; i < n; i++)
        all[i] = gen_limit(a, 1, gen_source(a, make_stop, half_new(m, list[i], a)));
    all[n] = gen_sleep(a, recovery);
    return gen_nemesis(a, gen_phases(a, all, n + 1));
}
