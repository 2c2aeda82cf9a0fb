/* A queue without an order (Knossos' unordered-queue): a dequeue returns any element that is
 * inside, a peek sees any. A crashed dequeue takes one element, nobody knows which. */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/bag_states.h"
#include "checker/container.h"
#include "checker/model_list.h"

struct unordered {
    struct bags bags;
    val *values;  /* by id */
    uint32_t *id; /* per class: of its element; UINT32_MAX: none, or it never came in */
    uint32_t n;
};

static const struct model_op_name names[] = {
    {"enqueue", ACT_PUT}, {"enq", ACT_PUT},   {"offer", ACT_PUT},    {"put", ACT_PUT},
    {"add", ACT_PUT},     {"send", ACT_PUT},  {"dequeue", ACT_TAKE}, {"deq", ACT_TAKE},
    {"poll", ACT_TAKE},   {"take", ACT_TAKE}, {"remove", ACT_TAKE},  {"receive", ACT_TAKE},
    {"peek", ACT_PEEK},   {"drain", ACT_OTHER}, {NULL, ACT_OTHER},
};

static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    bool fits = container_classify(h, op, nil_unknown, c, skip, e);
    c->result_known = c->action != ACT_TAKE || c->b != VAL_ABSENT;
    return fits;
}

/* Ids of all elements that can be inside: 0, 1, ... in the order of their values. */
static void number_values(struct object *o, struct unordered *u, const val *items, size_t n)
{
    uint64_t *words = mem_alloc((o->nclasses + n + 1) * sizeof *words);
    size_t k = 0;
    for (uint32_t c = 0; c < o->nclasses; c++) {
        u->id[c] = UINT32_MAX;
        if (container_element(o, c) != VAL_ABSENT)
            words[k++] = sort_word(container_element(o, c), c);
    }
    for (size_t i = 0; i < n; i++)
        words[k++] = sort_word(items[i], UINT32_MAX);
    sort_by_high32(words, k);
    u->values = mem_alloc((k + 1) * sizeof *u->values);
    for (size_t i = 0; i < k; i++) {
        if (i == 0 || sort_key(words[i]) != sort_key(words[i - 1]))
            u->values[u->n++] = sort_key(words[i]);
        if (sort_id(words[i]) != UINT32_MAX)
            u->id[sort_id(words[i])] = u->n - 1;
    }
    mem_free(words);
}

static void put_initial(struct object *o, struct unordered *u, const val *items, size_t n)
{
    o->init_state = BAG_EMPTY;
    for (size_t i = 0; i < n; i++) {
        uint32_t lo = 0, hi = u->n;
        while (lo + 1 < hi) {
            uint32_t mid = lo + (hi - lo) / 2;
            if (u->values[mid] <= items[i])
                lo = mid;
            else
                hi = mid;
        }
        o->init_state = bags_put(&u->bags, o->init_state, lo);
    }
}

static bool open_bag(struct object *o, struct err *e)
{
    const val *items;
    size_t n;
    if (!container_initial(o, &items, &n, e))
        return false;
    struct unordered *u = mem_zalloc(1, sizeof *u);
    u->id = mem_alloc((o->nclasses + 1) * sizeof *u->id);
    number_values(o, u, items, n);
    bags_init(&u->bags, u->n);
    put_initial(o, u, items, n);
    o->ctx = u;
    return true;
}

static void close_bag(struct object *o)
{
    struct unordered *u = o->ctx;
    bags_free(&u->bags);
    mem_free(u->values);
    mem_free(u->id);
    mem_free(u);
    o->ctx = NULL;
}

static uint32_t step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct unordered *u = o->ctx;
    const struct op_class *c = &o->classes[cls];
    if (!c->result_known)
        return k < bags_distinct(&u->bags, state)
                   ? bags_take(&u->bags, state, bags_nth(&u->bags, state, k))
                   : NO_STATE;
    if (k > 0)
        return NO_STATE;
    if (c->action == ACT_PUT)
        return bags_put(&u->bags, state, u->id[cls]);
    if (c->action == ACT_EMPTY)
        return state == BAG_EMPTY ? state : NO_STATE;
    if (bags_count(&u->bags, state, u->id[cls]) == 0)
        return NO_STATE;
    return c->action == ACT_PEEK ? state : bags_take(&u->bags, state, u->id[cls]);
}

static size_t state_bytes(const struct object *o)
{
    const struct unordered *u = o->ctx;
    return bags_bytes(&u->bags);
}

static void describe(const struct object *o, uint32_t state, struct buf *out)
{
    enum { SHOWN = 10 };
    const struct unordered *u = o->ctx;
    uint32_t n = bags_distinct(&u->bags, state);
    buf_putc(out, '{');
    for (uint32_t k = 0; k < n && k < SHOWN; k++) {
        uint32_t id = bags_nth(&u->bags, state, k), times = bags_count(&u->bags, state, id);
        buf_puts(out, k ? " " : "");
        val_print_edn(&o->h->values, u->values[id], out);
        if (times > 1)
            buf_printf(out, " (%u times)", times);
    }
    if (n > SHOWN)
        buf_printf(out, " ... %u in all", n);
    buf_putc(out, '}');
}

const struct model model_unordered_queue = {
    .name = "unordered-queue",
    .summary = "a queue without an order: a dequeue returns any element that is inside",
    .example = "{:process 0, :type :invoke, :f :enqueue, :value 1}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = classify,
    .open = open_bag,
    .close = close_bag,
    .step = step,
    .state_bytes = state_bytes,
    .element = container_element,
    .describe = describe,
};
