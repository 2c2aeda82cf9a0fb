/* Between the checker's models, whose states are small numbers, and a program's, whose states are
 * pointers: states are interned with the program's equal and hash, and each step is asked for once
 * and remembered, with all its next states. So a step costs the program one call per state and
 * class of operations, and an answer that would change later does not.
 *
 * The program is not trusted. A state that is not equal to itself, a state that changes while it is
 * stepped, an observer that changes the state, endless next states, too many states, or a callback
 * that says -1 break the object: its invalid verdict is then unknown (object.broken). Memory: 24
 * bytes per state and what the program says it takes, 12 to 24 per step and 4 per next state. */
#include "reports/user_model.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "reports/library_handles.h"

#include <stdio.h>

enum { NEXT_MAX = 1 << 16, STATES_MAX = 1 << 24, STATE_BYTES = 64, DESCRIBED_MAX = 256 };

#define NO_NEXT UINT32_MAX

/* Of one object. */
struct user_states {
    const struct user_model *u;
    struct belie_call *calls; /* per class */
    void **states;            /* by id */
    uint64_t *hashes;
    uint32_t *twins; /* the next state with the same hash, or NO_NEXT */
    size_t n, states_cap, hashes_cap, twins_cap;
    struct map64 by_hash; /* -> the state that came last */
    struct map64 memo;    /* state, class -> place in lists */
    uint32_t *lists;      /* at a place: how many next states, then these */
    size_t nlists, lists_cap;
    size_t bytes; /* accounted for */
};

/* ---- states
 * -------------------------------------------------------------------------------------*/

static uint64_t hash_of(const struct user_model *u, const void *state)
{
    if (!u->m.equal)
        return hash_u64((uint64_t)(uintptr_t)state + 1);
    return u->m.hash ? u->m.hash(u->m.context, state) : 0;
}

static bool equal(const struct user_model *u, const void *a, const void *b)
{
    return u->m.equal ? u->m.equal(u->m.context, a, b) > 0 : a == b;
}

static uint32_t find_state(const struct user_states *s, const void *state, uint64_t hash)
{
    uint32_t id = map64_get(&s->by_hash, hash);
    while (id != NO_NEXT && s->states[id] != state && !equal(s->u, s->states[id], state))
        id = s->twins[id];
    return id;
}

/* False when the budget does not have so much. */
static bool pay(struct user_states *s, size_t bytes)
{
    s->bytes += bytes;
    return budget_memory(s->u->budget, (ptrdiff_t)bytes);
}

static const char *add_state(struct user_states *s, void *state, uint64_t hash)
{
    const struct user_model *u = s->u;
    size_t max = u->m.max_states && u->m.max_states < STATES_MAX ? u->m.max_states : STATES_MAX;
    s->states = mem_grow(s->states, &s->states_cap, s->n + 1, sizeof *s->states);
    s->hashes = mem_grow(s->hashes, &s->hashes_cap, s->n + 1, sizeof *s->hashes);
    s->twins = mem_grow(s->twins, &s->twins_cap, s->n + 1, sizeof *s->twins);
    s->states[s->n] = state;
    s->hashes[s->n] = hash;
    s->twins[s->n] = map64_get(&s->by_hash, hash);
    map64_put(&s->by_hash, hash, (uint32_t)s->n);
    s->n++;
    if (!equal(u, state, state))
        return "the model has a state that is not equal to itself";
    if (s->n > max)
        return "the model has more states than max_states allows";
    if (!pay(s, 24 + 24 + (u->m.state_bytes ? u->m.state_bytes : STATE_BYTES)))
        return "the memory limit was reached by the model's states";
    return NULL;
}

/* The id of a state that a callback gave; it is ours now. `from`: the state that it may be as well,
 * or NO_STATE. NULL, or why the model is broken; the state is kept all the same, to be freed. */
static const char *intern_state(struct user_states *s, void *state, uint32_t from, uint32_t *id)
{
    if (from != NO_STATE && state == s->states[from]) {
        *id = from;
        return NULL;
    }
    uint64_t hash = hash_of(s->u, state);
    *id = find_state(s, state, hash);
    if (*id == NO_NEXT) {
        *id = (uint32_t)s->n;
        return add_state(s, state, hash);
    }
    if (s->u->m.free_state && s->states[*id] != state)
        s->u->m.free_state(s->u->m.context, state);
    return NULL;
}

/* ---- steps
 * --------------------------------------------------------------------------------------*/

static void append_next(struct user_states *s, uint32_t id)
{
    s->lists = mem_grow(s->lists, &s->lists_cap, s->nlists + 1, sizeof *s->lists);
    s->lists[s->nlists++] = id;
}

/* Put the k-th next state at the end of the lists. *more: there was one. */
static const char *ask(struct user_states *s, uint32_t state, const struct object *o, uint32_t cls,
                       unsigned k, bool *more)
{
    const struct user_model *u = s->u;
    void *next = NULL;
    int answer = u->m.step(u->m.context, s->states[state], &s->calls[cls], k, &next);
    *more = answer > 0;
    if (answer < 0)
        return "the model's step could not tell what an operation does";
    bool changed = u->m.equal && u->m.hash && hash_of(u, s->states[state]) != s->hashes[state];
    uint32_t id = state;
    const char *wrong = *more ? intern_state(s, next, state, &id) : NULL;
    if (*more)
        append_next(s, id);
    if (changed)
        return "the model's step changed the state that it was given";
    if (!wrong && o->classes[cls].pure && id != state)
        return "an operation that the model says observes only changes the state";
    return wrong;
}

static const char *ask_all(struct user_states *s, uint32_t state, const struct object *o,
                           uint32_t cls)
{
    size_t at = s->nlists;
    const char *wrong = NULL;
    bool more = true;
    append_next(s, 0);
    for (unsigned k = 0; !wrong && more; k++) {
        wrong = k < NEXT_MAX ? ask(s, state, o, cls, k, &more)
                             : "the model's step never ends to give next states";
    }
    s->lists[at] = (uint32_t)(s->nlists - at - 1);
    if (!wrong && !pay(s, 24 + 4 * (s->nlists - at)))
        wrong = "the memory limit was reached by the model's steps";
    if (wrong)
        s->nlists = at;
    else
        map64_put(&s->memo, (uint64_t)state << 32 | cls, (uint32_t)at);
    return wrong;
}

static uint32_t user_step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct user_states *s = o->ctx;
    uint64_t key = (uint64_t)state << 32 | cls;
    uint32_t at = map64_get(&s->memo, key);
    if (at == MAP64_NONE) {
        const char *wrong = s->nlists < UINT32_MAX - NEXT_MAX - 2
                                ? ask_all(s, state, o, cls)
                                : "the model has more than 2^32 steps";
        if (wrong) {
            o->broken = wrong;
            return NO_STATE;
        }
        at = map64_get(&s->memo, key);
    }
    return k < s->lists[at] ? s->lists[at + 1 + k] : NO_STATE;
}

/* ---- objects
 * ------------------------------------------------------------------------------------*/

/* Whether a result is known makes two classes of what would otherwise be one. */
static bool user_classify(const struct history *h, const struct op *op, bool nil_unknown,
                          struct op_class *c, bool *skip, struct err *e)
{
    (void)h;
    (void)nil_unknown;
    (void)skip;
    (void)e;
    c->f = op->f;
    c->in = op->in;
    c->out = op->type == OP_OK ? op->out : VAL_ABSENT;
    c->result_known = op->type == OP_OK;
    return true;
}

static const char *c_text(struct arena *a, struct str s)
{
    return arena_printf(a, "%.*s", (int)s.n, s.p);
}

static void make_calls(struct object *o, struct user_states *s)
{
    s->calls = arena_alloc(&o->arena, (o->nclasses + 1) * sizeof *s->calls);
    for (size_t i = 0; i < o->nclasses; i++) {
        struct op_class *c = &o->classes[i];
        s->calls[i] = (struct belie_call){.history = s->u->handle,
                                          .f = c_text(&o->arena, val_get_text(&o->h->values, c->f)),
                                          .in = c->in,
                                          .out = c->out,
                                          .key = o->key,
                                          .result_known = c->result_known,
                                          .number = (uint32_t)i};
        c->pure = s->u->m.observes && s->u->m.observes(s->u->m.context, &s->calls[i]) > 0;
        c->result_known = false; /* step may have more than one answer */
    }
}

/* Crashed operations that change nothing do not matter. */
static void drop_crashed_observers(struct object *o)
{
    size_t n = 0;
    for (size_t i = 0; i < o->n; i++) {
        if (o->ops[i].res == RES_INF && o->classes[o->ops[i].cls].pure)
            o->crashed--;
        else
            o->ops[n++] = o->ops[i];
    }
    o->n = n;
}

static bool user_open(struct object *o, struct err *e)
{
    const struct user_model *u = o->model->user;
    struct user_states *s = mem_zalloc(1, sizeof *s);
    void *state = NULL;
    s->u = u;
    o->ctx = s;
    make_calls(o, s);
    drop_crashed_observers(o);
    if (u->m.init(u->m.context, u->handle, o->key, &state) <= 0)
        return err_set(e, ERR_INPUT, "the model's init gave no state");
    o->broken = intern_state(s, state, NO_STATE, &o->init_state);
    return true;
}

static void user_close(struct object *o)
{
    struct user_states *s = o->ctx;
    for (size_t i = 0; s->u->m.free_state && i < s->n; i++)
        s->u->m.free_state(s->u->m.context, s->states[i]);
    (void)budget_memory(s->u->budget, -(ptrdiff_t)s->bytes);
    mem_free(s->states);
    mem_free(s->hashes);
    mem_free(s->twins);
    mem_free(s->lists);
    map64_free(&s->by_hash);
    map64_free(&s->memo);
    mem_free(s);
    o->ctx = NULL;
}

static void user_describe(const struct object *o, uint32_t state, struct buf *out)
{
    const struct user_states *s = o->ctx;
    char text[DESCRIBED_MAX] = "";
    if (s->u->m.describe) {
        s->u->m.describe(s->u->m.context, s->states[state], text, sizeof text);
        text[sizeof text - 1] = '\0';
        report_plain(str_of(text), 0, out);
    }
    if (!*text)
        buf_printf(out, "state %u", state);
}

/* ---- a check
 * ------------------------------------------------------------------------------------*/

static bool well_formed(struct str s)
{
    uint32_t cp = 0;
    for (size_t at = 0; at < s.n && cp != UTF8_BAD;)
        at += utf8_decode((struct str){s.p + at, s.n - at}, &cp);
    return cp != UTF8_BAD;
}

bool user_model_init(struct user_model *u, const struct belie_model *theirs,
                     const belie_history *handle, struct budget *budget, struct err *e)
{
    *u = (struct user_model){.handle = handle, .budget = budget};
    library_copy(&u->m, sizeof u->m, theirs);
    const char *name = u->m.name && *u->m.name ? u->m.name : "user-defined";
    if (!u->m.init || !u->m.step)
        return err_set(e, ERR_USAGE, "a model needs init and step");
    if (u->m.free_state && !u->m.equal)
        return err_set(e, ERR_USAGE, "a model whose states are freed needs equal");
    if (!well_formed(str_of(name)))
        return err_set(e, ERR_USAGE, "a model's name is UTF-8");
    u->model = (struct model){
        .name = name,
        .summary = "a model that the program defined",
        .default_initial = VAL_ABSENT,
        .per_key = !u->m.one_object,
        .classify = user_classify,
        .open = user_open,
        .close = user_close,
        .step = user_step,
        .describe = user_describe,
        .user = u,
    };
    return true;
}

static bool key_one(const struct user_model *u, const struct history *h, struct op *op,
                    struct arena *a, struct err *e)
{
    struct belie_call call = {.history = u->handle,
                              .f = c_text(a, val_get_text(&h->values, op->f)),
                              .in = op->in,
                              .out = op->type == OP_OK ? op->out : VAL_ABSENT,
                              .key = op->key,
                              .result_known = op->type == OP_OK};
    belie_value key = BELIE_NONE;
    if (u->m.key_of(u->m.context, &call, &key) > 0 && library_value_exists(h, key)) {
        op->key = key;
        return true;
    }
    size_t line, col;
    history_where(h, op->inv, &line, &col);
    return err_set(e, ERR_INPUT, "%s:%zu:%zu: the model's key_of gave no key for operation %.60s",
                   h->source.path, line, col, call.f);
}

bool user_keys(const struct user_model *u, const struct history *h, struct history *out,
               struct err *e)
{
    *out = *h;
    out->ops = mem_alloc((h->nops + 1) * sizeof *out->ops);
    if (h->nops > 0)
        memcpy(out->ops, h->ops, h->nops * sizeof *out->ops);
    out->independent = true;
    (void)snprintf(out->independent_reason, sizeof out->independent_reason,
                   "independent keys: the model says which");
    struct arena a = {0};
    bool good = true;
    for (size_t i = 0; good && i < out->nops; i++)
        good = key_one(u, h, &out->ops[i], &a, e);
    arena_free(&a);
    if (!good)
        user_keys_free(out);
    return good;
}

void user_keys_free(struct history *out)
{
    mem_free(out->ops);
    out->ops = NULL;
}
