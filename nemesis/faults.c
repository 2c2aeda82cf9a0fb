/* The list of faults, and what they share. */
#include "nemesis/fault_plan.h"

extern const struct fault fault_partition, fault_flapping, fault_kill, fault_pause, fault_restart,
    fault_clock, fault_strobe, fault_delay, fault_loss, fault_duplicate, fault_reorder,
    fault_corrupt, fault_rate, fault_disk_full, fault_bitflip, fault_truncate, fault_power_cut;

const struct fault *const faults[] = {
    &fault_partition, &fault_flapping,  &fault_kill,  &fault_pause,     &fault_restart,
    &fault_clock,     &fault_strobe,    &fault_delay, &fault_loss,      &fault_duplicate,
    &fault_reorder,   &fault_corrupt,   &fault_rate,  &fault_disk_full, &fault_bitflip,
    &fault_truncate,  &fault_power_cut, NULL,
};

const struct fault *fault_find(struct str name)
{
    for (size_t i = 0; faults[i]; i++)
        if (str_is(name, faults[i]->name))
            return faults[i];
    return NULL;
}

const struct fault *fault_of(struct str f, bool *start)
{
    for (size_t i = 0; faults[i]; i++) {
        *start = str_is(f, faults[i]->start);
        if (*start || str_is(f, faults[i]->stop))
            return faults[i];
    }
    return NULL;
}

bool fault_list_possible(const struct fault_list *list, const struct nemesis_target *t,
                         const char *what, struct err *e)
{
    for (size_t i = 0; i < list->n; i++)
        if (!fault_possible(list->v[i], t))
            return err_set(e, ERR_USAGE, "the fault %s cannot be made to %s", list->v[i]->name,
                           what);
    return !list->aimed || t->primaries ||
           err_set(e, ERR_USAGE, "nobody can say which nodes of %s are primaries", what);
}

/* What the next operation of the plan did, when it is this one; else what was asked for. */
static val planned(struct nemesis *m, val f, val in)
{
    const struct fault_plan *p = m->plan;
    if (!p || m->planned >= p->n || p->v[m->planned].f != f)
        return in;
    return p->v[m->planned++].out;
}

val nemesis_invoke(struct nemesis *m, val f, val value)
{
    bool start = false;
    const struct fault *fault = fault_of(val_get_text(m->values, f), &start);
    m->receipt.n = 0;
    m->no_primary = false;
    value = planned(m, f, value);
    if (fault)
        value = start ? fault->begin(m, value) : fault->end(m);
    if (m->no_primary) {
        m->receipt.n = 0;
        buf_puts(&m->receipt, "no effect: no node says that it is a primary");
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
    char name[16];
    size_t n = 0, digits = 0;
    char reversed[12];
    for (uint32_t x = node + 1; x; x /= 10)
        reversed[digits++] = (char)('0' + x % 10);
    name[n++] = 'n';
    while (digits)
        name[n++] = reversed[--digits];
    return val_text(m->values, V_STRING, (struct str){name, n});
}

uint32_t fault_node_number(const struct nemesis *m, val node)
{
    struct str name = val_get_text(m->values, node);
    int64_t number;
    if (name.n < 2 || name.p[0] != 'n' ||
        !str_to_i64((struct str){name.p + 1, name.n - 1}, &number))
        return m->n;
    return number >= 1 && number <= (int64_t)m->n ? (uint32_t)number - 1 : m->n;
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

bool fault_number_of(const struct nemesis *m, val map, uint32_t node, int64_t *out)
{
    size_t n;
    const val *items = val_items(m->values, map, &n);
    for (size_t i = 0; val_kind(m->values, map) == V_MAP && i < n; i += 2)
        if (fault_node_number(m, items[i]) == node)
            return val_get_int(m->values, items[i + 1], out);
    return false;
}

void fault_receipt(struct nemesis *m, uint32_t done, uint32_t wanted, const char *what)
{
    buf_printf(&m->receipt, "%s%u of %u %s", wanted > 0 && done == 0 ? "no effect: " : "", done,
               wanted, what);
}

static const char *const specs[] = {"one", "minority", "majority", "all", "primaries"};
enum { SPECS = sizeof specs / sizeof *specs, SIZES = SPECS - 1 };

void fault_choose_nodes(void *state, struct rng *rng, struct gen_op *op)
{
    const struct nemesis *m = state;
    op->value = fault_keyword(state, specs[rng_below(rng, m->knows_primaries ? SPECS : SIZES)]);
}

/* The nodes that a map or a set names. */
static uint64_t named(const struct nemesis *m, val spec, size_t step)
{
    size_t n;
    const val *items = val_items(m->values, spec, &n);
    uint64_t set = 0;
    for (size_t i = 0; i < n; i += step) {
        uint32_t node = fault_node_number(m, items[i]);
        set |= node < m->n ? UINT64_C(1) << node : 0;
    }
    return set;
}

static uint64_t primaries(struct nemesis *m)
{
    uint64_t set = m->target->primaries ? m->target->primaries(m->target->ctx) : 0;
    m->no_primary = set == 0;
    return set;
}

uint64_t fault_nodes(struct nemesis *m, val spec)
{
    const uint32_t most = m->n / 2 + 1;
    const uint32_t count[SIZES] = {1, most > 1 ? (m->n - 1) / 2 : 1, most, m->n};
    enum val_kind kind = val_kind(m->values, spec);
    if (kind == V_MAP || kind == V_SET || kind == V_LIST)
        return named(m, spec, kind == V_MAP ? 2 : 1);
    struct str name = val_get_text(m->values, spec);
    uint32_t k = 0;
    if (str_is(name, "primaries"))
        return primaries(m);
    for (size_t i = 0; i < SIZES; i++)
        k = str_is(name, specs[i]) ? count[i] : k;
    return grudge_some(m->n, k, &m->rng);
}
