/* Sets of elements. An operation on one element may tell what it found:
 *
 *     add 3 -> true        it was not there      remove 3 -> true    it was there
 *     add 3 -> false       it was there          remove 3 -> false   it was not there
 *     add 3 -> 3, or nil   nobody knows          contains 3 -> true or false
 *
 * The result stands alone or behind the element: [3 true]. A read returns the whole set, as a set
 * or as a list in any order; how often a list repeats an element is not looked at. A crashed add
 * is one that may find the element absent: when it is there, adding it changes nothing.
 *
 * The grow-set has no removals, and what its adds return is not looked at. */
#include "base/mem.h"
#include "checker/model_list.h"
#include "checker/set_states.h"

static const struct model_op_name set_names[] = {
    {"add", ACT_JOIN},         {"insert", ACT_JOIN},     {"remove", ACT_LEAVE},
    {"delete", ACT_LEAVE},     {"erase", ACT_LEAVE},     {"contains", ACT_IS_UP},
    {"contains?", ACT_IS_UP},  {"member", ACT_IS_UP},    {"member?", ACT_IS_UP},
    {"read", ACT_WHOLE},       {NULL, ACT_OTHER},
};

static const struct model_op_name grow_names[] = {
    {"add", ACT_JOIN},   {"insert", ACT_JOIN}, {"broadcast", ACT_JOIN},
    {"read", ACT_WHOLE}, {NULL, ACT_OTHER},
};

/* Only searches ask for steps; nothing is made before they do. State INITIAL is the initial set,
 * the others are one more than the id of the set. */
struct set_context {
    bool ready;
    struct set_states states;
    uint32_t empty, initial; /* ids of sets */
    uint32_t *whole;         /* per class of ACT_WHOLE: its state, made when first needed */
};

/* UNKNOWN: not made yet; NO_STATE: holds what nothing adds. */
#define STATE_UNKNOWN (UINT32_MAX - 1)
enum { INITIAL = 0 };

static bool collection(const struct history *h, val v)
{
    enum val_kind k = val_kind(&h->values, v);
    return k == V_SET || k == V_LIST;
}

/* What an ok operation on `element` returned: true, false, or nil for nothing. */
static bool result_of(const struct history *h, const struct op *op, val element, val *out,
                      struct err *e)
{
    val first, second = op->out;
    *out = VAL_NIL;
    if (op->out == element || op->out == VAL_ABSENT || op->out == VAL_NIL)
        return true;
    if (val_pair(&h->values, op->out, &first, &second) && first != element)
        second = VAL_ABSENT;
    *out = second;
    return second == VAL_TRUE || second == VAL_FALSE ||
           err_set(e, ERR_INPUT, "it returns true or false, alone or behind the element "
                                 "([element true]), or the element when nothing is known; "
                                 "-m grow-set does not look at it");
}

static bool classify_whole(const struct history *h, const struct op *op, bool nil_unknown,
                           struct op_class *c, bool *skip, struct err *e)
{
    c->pure = true;
    c->b = op->out;
    *skip = op->type != OP_OK || (op->out == VAL_NIL && nil_unknown);
    return *skip || collection(h, op->out) ||
           err_set(e, ERR_INPUT, "a read returns the elements as a set or a list%s",
                   op->out == VAL_NIL ? "; if nil means that nothing is known, say "
                                        "--nil-reads unknown" : "");
}

/* The action when the operation has found what its name says, and when it has not. */
static void set_action(struct op_class *c, val result)
{
    bool yes = result == VAL_TRUE;
    switch ((int)c->action) {
    case ACT_JOIN:
        c->action = yes ? ACT_UP : ACT_IS_UP;
        break;
    case ACT_LEAVE:
        c->action = yes ? ACT_DOWN : ACT_IS_DOWN;
        break;
    default:
        c->action = yes ? ACT_IS_UP : ACT_IS_DOWN;
        break;
    }
    c->pure = c->action == ACT_IS_UP || c->action == ACT_IS_DOWN;
}

static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    val result;
    if (c->action == ACT_WHOLE)
        return classify_whole(h, op, nil_unknown, c, skip, e);
    if (op->in == VAL_ABSENT || op->in == VAL_NIL)
        return err_set(e, ERR_INPUT, "which element is it about?");
    bool asks = c->action == ACT_IS_UP;
    c->a = op->in;
    if (op->type != OP_OK) {
        *skip = asks;
        set_action(c, VAL_TRUE);
        return true;
    }
    if (!result_of(h, op, op->in, &result, e))
        return false;
    if (result != VAL_NIL) {
        set_action(c, result);
        return true;
    }
    c->b = VAL_NIL; /* nothing was told; when forgotten, the operation is a crashed one */
    *skip = asks && nil_unknown;
    return !asks || *skip || err_set(e, ERR_INPUT, "it returned neither true nor false");
}

static bool classify_grow(const struct history *h, const struct op *op, bool nil_unknown,
                          struct op_class *c, bool *skip, struct err *e)
{
    if (c->action == ACT_WHOLE)
        return classify_whole(h, op, nil_unknown, c, skip, e);
    c->a = op->in;
    return (op->in != VAL_ABSENT && op->in != VAL_NIL) ||
           err_set(e, ERR_INPUT, "which element is it about?");
}

static bool set_open(struct object *o, struct err *e)
{
    if (o->initial != VAL_NIL && !collection(o->h, o->initial))
        return err_set(e, ERR_USAGE, "a set is initially a set or a list of elements");
    o->ctx = mem_zalloc(1, sizeof(struct set_context));
    o->init_state = INITIAL;
    return true;
}

static struct set_context *ready(const struct object *o)
{
    struct set_context *x = o->ctx;
    size_t n;
    const val *items = val_items(&o->h->values, o->initial, &n);
    if (x->ready)
        return x;
    x->ready = true;
    for (size_t i = 0; i < n; i++)
        (void)set_element_add(&x->states, items[i]);
    for (size_t i = 0; i < o->nclasses; i++)
        if (o->classes[i].a != VAL_ABSENT)
            (void)set_element_add(&x->states, o->classes[i].a);
    x->empty = x->initial = set_states_ready(&x->states);
    for (size_t i = 0; i < n; i++)
        x->initial = set_with(&x->states, x->initial, set_element(&x->states, items[i]), true);
    return x;
}

static uint32_t set_of(const struct set_context *x, uint32_t state)
{
    return state == INITIAL ? x->initial : state - 1;
}

static uint32_t state_of(const struct set_context *x, uint32_t set)
{
    return set == x->initial ? INITIAL : set + 1;
}

static void set_close(struct object *o)
{
    struct set_context *x = o->ctx;
    set_states_free(&x->states);
    mem_free(x->whole);
    mem_free(x);
    o->ctx = NULL;
}

static uint32_t whole_state(struct object *o, struct set_context *x, val v)
{
    size_t n;
    const val *items = val_items(&o->h->values, v, &n);
    uint32_t set = x->empty;
    for (size_t i = 0; i < n; i++) {
        uint32_t element = set_element(&x->states, items[i]);
        if (element == NO_ELEMENT)
            return NO_STATE;
        set = set_with(&x->states, set, element, true);
    }
    return state_of(x, set);
}

static uint32_t read_whole(struct object *o, struct set_context *x, uint32_t state, uint32_t cls)
{
    if (!x->whole) {
        x->whole = mem_alloc((o->nclasses + 1) * sizeof *x->whole);
        for (size_t i = 0; i < o->nclasses; i++)
            x->whole[i] = STATE_UNKNOWN;
    }
    if (x->whole[cls] == STATE_UNKNOWN)
        x->whole[cls] = whole_state(o, x, o->classes[cls].b);
    return x->whole[cls] == state ? state : NO_STATE;
}

static uint32_t set_step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct set_context *x = ready(o);
    const struct op_class *c = &o->classes[cls];
    if (k > 0)
        return NO_STATE;
    if (c->action == ACT_WHOLE)
        return read_whole(o, x, state, cls);
    uint32_t set = set_of(x, state), element = set_element(&x->states, c->a);
    bool in = set_has(&x->states, set, element);
    bool wants = c->action == ACT_DOWN || c->action == ACT_IS_UP;
    if (c->action != ACT_JOIN && c->action != ACT_LEAVE && in != wants)
        return NO_STATE;
    if (c->pure)
        return state;
    bool joins = c->action == ACT_UP || c->action == ACT_JOIN;
    return state_of(x, set_with(&x->states, set, element, joins));
}

/* A read of everything needs every element, so none can be left out beside one. */
static val set_element_of(const struct object *o, uint32_t cls)
{
    return o->actions & 1u << ACT_WHOLE ? VAL_ABSENT : o->classes[cls].a;
}

static void set_describe(const struct object *o, uint32_t state, struct buf *out)
{
    const struct set_context *x = ready(o);
    set_print(&x->states, &o->h->values, set_of(x, state), out);
}

const struct model model_set = {
    .name = "set",
    .summary = "elements by add, remove and contains, with or without results; reads of all",
    .example = "{:process 0, :type :ok, :f :add, :value [3 true]}",
    .reads = READS_COLLECTIONS,
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = set_names,
    .classify = classify,
    .open = set_open,
    .close = set_close,
    .step = set_step,
    .element = set_element_of,
    .describe = set_describe,
};

const struct model model_grow_set = {
    .name = "grow-set",
    .summary = "elements are added and never removed; reads return all of them",
    .example = "{:process 0, :type :ok, :f :read, :value #{1 2}}",
    .reads = READS_COLLECTIONS,
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = grow_names,
    .classify = classify_grow,
    .open = set_open,
    .close = set_close,
    .step = set_step,
    .element = set_element_of,
    .describe = set_describe,
};
