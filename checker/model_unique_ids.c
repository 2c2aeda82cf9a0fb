/* A generator of ids, each of which is given once. The state is the set of ids that were given, of
 * those that occur more than once in the history: the others cannot clash. */
#include "base/mem.h"
#include "checker/model_list.h"
#include "checker/word_states.h"

#define ONCE UINT32_MAX

struct id_states {
    uint32_t *rank; /* per class: which of the repeated ids, or ONCE */
    uint32_t *set;  /* room for all of them */
    struct word_states sets;
};

static const struct model_op_name names[] = {
    {"generate", ACT_FRESH}, {"generate-id", ACT_FRESH}, {"unique-id", ACT_FRESH},
    {"new-id", ACT_FRESH},   {"next-id", ACT_FRESH},     {NULL, ACT_OTHER},
};

/* A crashed one gave an id that nobody saw. */
static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    (void)h;
    (void)e;
    *skip = op->type != OP_OK || (nil_unknown && op->out == VAL_NIL);
    c->b = op->out == VAL_ABSENT ? VAL_NIL : op->out;
    return true;
}

static bool open_ids(struct object *o, struct err *e)
{
    (void)e;
    struct id_states *s = arena_zalloc(&o->arena, sizeof *s);
    uint32_t *times = mem_zalloc(o->nclasses + 1, sizeof *times), repeated = 0;
    s->rank = arena_alloc(&o->arena, (o->nclasses + 1) * sizeof *s->rank);
    for (size_t i = 0; i < o->n; i++)
        times[o->ops[i].cls]++;
    for (size_t c = 0; c < o->nclasses; c++) {
        s->rank[c] = times[c] > 1 ? repeated++ : ONCE;
        o->classes[c].pure = times[c] <= 1;
    }
    mem_free(times);
    s->set = arena_alloc(&o->arena, (repeated + 1) * sizeof *s->set);
    o->ctx = s;
    o->init_state = word_state(&s->sets, s->set, 0);
    return true;
}

static void close_ids(struct object *o)
{
    struct id_states *s = o->ctx;
    word_states_free(&s->sets);
    o->ctx = NULL;
}

static uint32_t step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct id_states *s = o->ctx;
    uint32_t rank = s->rank[cls];
    size_t n, at = 0;
    if (k > 0)
        return NO_STATE;
    if (rank == ONCE)
        return state;
    const uint32_t *given = word_state_get(&s->sets, state, &n);
    for (; at < n && given[at] < rank; at++)
        s->set[at] = given[at];
    if (at < n && given[at] == rank)
        return NO_STATE;
    s->set[at] = rank;
    if (n > at)
        memcpy(s->set + at + 1, given + at, (n - at) * sizeof *given);
    return word_state(&s->sets, s->set, n + 1);
}

static val element(const struct object *o, uint32_t cls)
{
    return o->classes[cls].b;
}

static void describe(const struct object *o, uint32_t state, struct buf *out)
{
    enum { SHOWN = 8 };
    const struct id_states *s = o->ctx;
    size_t n, shown = 0;
    const uint32_t *given = word_state_get(&s->sets, state, &n);
    buf_puts(out, "given: {");
    for (size_t c = 0; c < o->nclasses && shown < n && shown < SHOWN; c++) {
        if (s->rank[c] != given[shown])
            continue;
        buf_puts(out, shown++ ? " " : "");
        val_print_edn(&o->h->values, o->classes[c].b, out);
    }
    buf_puts(out, n > SHOWN ? " ...}" : "}");
}

const struct model model_unique_ids = {
    .name = "unique-ids",
    .summary = "a generator of ids, each of which is given once",
    .example = "{:process 0, :type :ok, :f :generate, :value \"n1-7\"}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = classify,
    .open = open_ids,
    .close = close_ids,
    .step = step,
    .element = element,
    .describe = describe,
};
