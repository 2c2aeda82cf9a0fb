/* Histories without :process. Which invocation a completion belongs to has to be told from what
 * both say: the same :f and value, or a read whose result was not known when it was invoked.
 * Among several such the oldest is taken; where their results differ that is a guess, and guesses
 * are counted, so that the user hears of them. Where not even the value fits, only a single open
 * operation with that :f will do.
 *
 * Open operations hang in two first-in-first-out chains each: one by (f, value with the results of
 * reads blanked), one by f alone. A completed operation is unlinked when it reaches a head. */
#include "histories/pair_blind.h"

#include "base/mem.h"
#include "histories/role.h"

#define BLIND_END UINT32_MAX

static bool is_any(struct str name, const char *const *list)
{
    while (*list && !str_is(name, *list))
        list++;
    return *list;
}

/* What is known of a micro-operation when it is invoked: all of a write, else name and key. */
static val blanked_micro(struct values *t, val micro)
{
    static const char *const writes[] = {"w", "write", "append", "add", NULL};
    static const char *const reads[] = {"r", "read", NULL};
    size_t n;
    const val *items = val_items(t, micro, &n);
    struct str name = val_get_text(t, items[0]);
    if (is_any(name, writes))
        return micro;
    val known[3] = {items[0], n > 1 ? items[1] : VAL_NIL, VAL_NIL};
    return val_seq(t, V_LIST, known, n > 2 || is_any(name, reads) ? 3 : 1);
}

/* The value as it was when the operation was invoked, as far as can be told:
 * [[:r k v] [:w l x]] becomes [[:r k nil] [:w l x]]. */
static val blanked(struct blind *b, struct history *h, val v)
{
    struct values *t = &h->values;
    if (!is_txn(t, v))
        return v;
    size_t n;
    const val *items = val_items(t, v, &n);
    b->scratch = mem_grow(b->scratch, &b->scratch_cap, n, sizeof *b->scratch);
    for (size_t i = 0; i < n; i++)
        b->scratch[i] = blanked_micro(t, items[i]);
    return val_seq(t, V_LIST, b->scratch, n);
}

static void append(struct blind *b, struct map64 *map, uint64_t key, uint32_t op)
{
    b->nodes = mem_grow(b->nodes, &b->nodes_cap, b->nnodes + 1, sizeof *b->nodes);
    uint32_t node = (uint32_t)b->nnodes++;
    b->nodes[node] = (struct blind_node){op, BLIND_END};
    uint32_t c = map64_get(map, key);
    if (c == MAP64_NONE) {
        b->chains = mem_grow(b->chains, &b->chains_cap, b->nchains + 1, sizeof *b->chains);
        c = (uint32_t)b->nchains++;
        b->chains[c] = (struct blind_chain){BLIND_END, BLIND_END};
        map64_put(map, key, c);
    }
    struct blind_chain *chain = &b->chains[c];
    if (chain->head == BLIND_END)
        chain->head = node;
    else
        b->nodes[chain->tail].next = node;
    chain->tail = node;
}

/* First open node at or after *link; completed ones are unlinked. */
static uint32_t skip_completed(struct blind *b, const struct history *h, uint32_t *link)
{
    while (*link != BLIND_END && h->ops[b->nodes[*link].op].ret != NO_EVENT)
        *link = b->nodes[*link].next;
    return *link;
}

/* First open operation of a chain, or NO_EVENT; *several when there is another one behind it. */
static uint32_t first_open(struct blind *b, const struct history *h, const struct map64 *map,
                           uint64_t key, bool *several)
{
    uint32_t c = map64_get(map, key);
    if (c == MAP64_NONE || skip_completed(b, h, &b->chains[c].head) == BLIND_END)
        return NO_EVENT;
    struct blind_node *first = &b->nodes[b->chains[c].head];
    *several = skip_completed(b, h, &first->next) != BLIND_END;
    if (!*several)
        b->chains[c].tail = b->chains[c].head;
    return first->op;
}

static uint64_t exact_key(val f, val v)
{
    return (uint64_t)f << 32 | v;
}

void blind_invoked(struct blind *b, struct history *h, uint32_t op, size_t i)
{
    val f = h->events.f[i];
    append(b, &b->exact, exact_key(f, blanked(b, h, h->events.value[i])), op);
    append(b, &b->by_f, f, op);
}

enum blind_match blind_completes(struct blind *b, struct history *h, size_t i, uint32_t *op)
{
    val f = h->events.f[i], v = h->events.value[i], key, inner = VAL_ABSENT;
    val said[4] = {blanked(b, h, v), VAL_NIL, VAL_ABSENT, VAL_ABSENT};
    if (val_pair(&h->values, v, &key, &inner))
        said[3] = val_seq(&h->values, V_LIST, (val[]){key, VAL_NIL}, 2);
    bool several = false;
    size_t k = 0;
    do
        *op = first_open(b, h, &b->exact, exact_key(f, said[k]), &several);
    while (*op == NO_EVENT && ++k < 4);
    if (*op == NO_EVENT) {
        *op = first_open(b, h, &b->by_f, f, &several);
        return *op == NO_EVENT ? BLIND_NONE : several ? BLIND_AMBIGUOUS : BLIND_FOUND;
    }
    /* Among operations that are equal to the last bit the oldest is no guess: if any way to pair
     * them can be explained, then so can this one (exchange argument). */
    bool result_differs = k > 0 || said[0] != v || v == VAL_NIL || inner == VAL_NIL;
    if (several && result_differs && b->guesses++ == 0)
        b->first_guess = i;
    return BLIND_FOUND;
}

void blind_free(struct blind *b)
{
    map64_free(&b->exact);
    map64_free(&b->by_f);
    mem_free(b->chains);
    mem_free(b->nodes);
    mem_free(b->idle);
    mem_free(b->scratch);
    *b = (struct blind){0};
}
