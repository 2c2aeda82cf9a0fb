/* Models that a program defines, through belie.h alone. A register of the program's gets the
 * verdict that the built-in one gets, on random histories with crashed and failed operations; and a
 * register that may lose what is written, which has more than one next state, gets that of brute
 * force. */
#include "reports/belie.h"
#include "tests/property/random_history.h"
#include "tests/property/tap.h"

#include <stdio.h>

static const char *const algorithms[] = {"jit", "wgl"};

/* ---- a register whose states are values
 * ---------------------------------------------------------*/

struct reg {
    belie_value initial;
    bool nil_unknown;
};

static int reg_init(void *context, const belie_history *h, belie_value key, void **state)
{
    const struct reg *r = context;
    (void)h;
    (void)key;
    *state = (void *)(uintptr_t)r->initial;
    return 1;
}

static int reg_step(void *context, const void *state, const struct belie_call *call, unsigned k,
                    void **next)
{
    const struct reg *r = context;
    belie_value now = (belie_value)(uintptr_t)state, argument = call->in;
    size_t n;
    if (k > 0)
        return 0;
    if (argument == BELIE_NONE)
        argument = call->out; /* it was never invoked */
    if (strcmp(call->f, "read") == 0) {
        bool observes = call->result_known && call->out != BELIE_NONE &&
                        !(r->nil_unknown && call->out == BELIE_NIL);
        if (observes && call->out != now)
            return 0;
    } else if (strcmp(call->f, "cas") == 0) {
        const belie_value *pair = belie_value_items(call->history, argument, &n);
        if (n != 2)
            return -1;
        if (pair[0] != now)
            return 0;
        now = pair[1];
    } else {
        now = argument;
    }
    *next = (void *)(uintptr_t)now;
    return 1;
}

static int reg_observes(void *context, const struct belie_call *call)
{
    (void)context;
    return strcmp(call->f, "read") == 0;
}

/* ---- comparing
 * ----------------------------------------------------------------------------------*/

static belie_value moved(belie_history *to, const struct history *from, val v)
{
    struct buf text = {0};
    belie_value moved = v;
    if (v != VAL_ABSENT) {
        val_print_edn(&from->values, v, &text);
        buf_putc(&text, '\0');
        moved = belie_edn(to, text.p, NULL);
    }
    buf_free(&text);
    return moved;
}

/* The same events, added one by one. NULL and `why` when one is refused. */
static belie_history *added(const struct history *h, const char **why)
{
    belie_history *made = belie_history_new("made");
    for (size_t i = 0; i < h->events.n; i++) {
        struct event ev = history_event(h, i);
        struct belie_event e = BELIE_EVENT;
        char f[32];
        struct str name = val_get_text(&h->values, ev.f);
        (void)snprintf(f, sizeof f, "%.*s", (int)name.n, name.p);
        e.type = (enum belie_type)ev.type;
        (void)val_get_int(&h->values, ev.process, &e.process);
        e.f = f;
        e.value = moved(made, h, ev.value);
        e.key = moved(made, h, ev.key);
        if (!belie_history_add(made, &e, NULL)) {
            *why = "an event was refused";
            belie_history_free(made);
            return NULL;
        }
    }
    return made;
}

static enum belie_verdict verdict_of(belie_history *h, const struct belie_check_options *o)
{
    belie_result *r = belie_check(h, o, NULL);
    enum belie_verdict v = r ? belie_result_verdict(r) : BELIE_UNKNOWN;
    belie_result_free(r);
    return v;
}

struct tally {
    uint64_t valid, invalid;
};

static void count(struct tally *t, enum belie_verdict v)
{
    t->valid += v == BELIE_VALID;
    t->invalid += v == BELIE_INVALID;
}

/* NULL, or what is wrong. */
static const char *compare(belie_history *h, struct reg *r, const char *model, const char *initial,
                           bool evidence, struct tally *t)
{
    struct belie_model m = BELIE_MODEL;
    struct belie_check_options own = BELIE_CHECK_OPTIONS, named = BELIE_CHECK_OPTIONS;
    m.context = r;
    m.init = reg_init;
    m.step = reg_step;
    named.model = model;
    named.initial = initial;
    named.nil_unknown = r->nil_unknown;
    own.no_evidence = named.no_evidence = !evidence;
    own.jobs = named.jobs = 1;
    own.user_model = &m;
    enum belie_verdict expected = verdict_of(h, &named);
    count(t, expected);
    if (expected == BELIE_UNKNOWN)
        return "the built-in model has no verdict";
    for (size_t i = 0; i < 4; i++) {
        own.algorithm = algorithms[i / 2];
        m.observes = i % 2 ? reg_observes : NULL;
        if (verdict_of(h, &own) != expected)
            return i / 2 ? "another verdict, wgl" : "another verdict, jit";
    }
    return NULL;
}

static const char *compare_case(const struct random_case *c, bool evidence, struct tally *t)
{
    struct history h;
    struct spec_options opt;
    const char *why = "the history cannot be built";
    if (!random_case_open(c, &h, &opt, NULL))
        return why;
    belie_history *made = added(&h, &why);
    if (made) {
        struct buf initial = {0};
        struct reg r = {moved(made, &h, opt.initial), opt.nil_unknown};
        val_print_edn(&h.values, opt.initial, &initial);
        buf_putc(&initial, '\0');
        why = compare(made, &r, c->model, initial.p, evidence, t);
        buf_free(&initial);
        belie_history_free(made);
    }
    history_free(&h);
    return why;
}

static void registers(enum random_family family, uint64_t n, uint64_t seed)
{
    struct tally t = {0};
    const char *why = NULL;
    for (uint64_t i = 0; !why && i < n; i++) {
        struct rng r;
        struct random_case c;
        rng_seed(&r, seed + i);
        random_case(&c, family, i % 50 ? random_small : random_long, &r);
        why = compare_case(&c, i % 16 == 0, &t);
        if (why)
            random_case_report(&c, seed + i, why);
    }
    tap_result(!why && t.valid > 0 && t.invalid > 0, "%s: %llu valid, %llu invalid",
               random_family_names[family], (unsigned long long)t.valid,
               (unsigned long long)t.invalid);
}

/* ---- a register that may lose what is written
 * ---------------------------------------------------*/

enum { OPS = 7, VALUES = 3 };

struct lossy_op {
    uint8_t inv, res; /* res = 255: crashed */
    bool write;
    uint8_t value;
};

struct lossy {
    struct lossy_op ops[OPS];
    size_t n;
};

static int lossy_init(void *context, const belie_history *h, belie_value key, void **state)
{
    (void)context;
    (void)h;
    (void)key;
    *state = NULL; /* the value 0 */
    return 1;
}

static int lossy_step(void *context, const void *state, const struct belie_call *call, unsigned k,
                      void **next)
{
    bool new_first = *(const bool *)context;
    int64_t v = 0;
    if (strcmp(call->f, "write") == 0) {
        (void)belie_value_int(call->history, call->in, &v);
        *next = (k == 0) == new_first ? (void *)(uintptr_t)v : (void *)(uintptr_t)state;
        return k < 2;
    }
    *next = (void *)(uintptr_t)state;
    return k == 0 && (!call->result_known || (belie_value_int(call->history, call->out, &v) &&
                                              v == (int64_t)(uintptr_t)state));
}

/* Can the operations in `done` come first, in some order, and leave `state`? All that can follow
 * are tried; seen[done] has a bit per state. */
static bool explained(const struct lossy *l, unsigned done, unsigned state, uint8_t *seen)
{
    bool complete = true;
    unsigned wall = 255; /* the first return of what is left */
    if (seen[done] >> state & 1)
        return false;
    seen[done] |= (uint8_t)(1u << state);
    for (size_t i = 0; i < l->n; i++) {
        bool left = !(done >> i & 1) && l->ops[i].res != 255;
        complete &= !left;
        if (left && l->ops[i].res < wall)
            wall = l->ops[i].res;
    }
    for (size_t i = 0; !complete && i < l->n; i++) {
        const struct lossy_op *op = &l->ops[i];
        unsigned then = done | 1u << i;
        if (then == done || op->inv > wall)
            continue;
        complete = op->write
                       ? explained(l, then, op->value, seen) || explained(l, then, state, seen)
                       : (op->res == 255 || op->value == state) && explained(l, then, state, seen);
    }
    return complete;
}

/* Up to three clients; moments are numbered as they come. */
static void random_lossy(struct lossy *l, struct rng *r)
{
    int open[3] = {-1, -1, -1};
    uint8_t moment = 0;
    l->n = 0;
    size_t want = 2 + rng_below(r, OPS - 1);
    for (bool more = true; more;) {
        size_t p = rng_below(r, 3);
        if (open[p] >= 0) {
            l->ops[open[p]].res = rng_chance(r, 0.15) ? 255 : moment++;
            open[p] = -1;
        } else if (l->n < want) {
            open[p] = (int)l->n;
            l->ops[l->n++] =
                (struct lossy_op){moment++, 255, rng_chance(r, 0.5), (uint8_t)rng_below(r, VALUES)};
        }
        more = l->n < want || open[0] >= 0 || open[1] >= 0 || open[2] >= 0;
    }
}

static belie_history *lossy_history(const struct lossy *l)
{
    belie_history *h = belie_history_new("lossy");
    for (size_t i = 0; i < l->n; i++) {
        struct belie_operation o = BELIE_OPERATION;
        o.type = l->ops[i].res == 255 ? BELIE_INFO : BELIE_OK;
        o.process = (int64_t)i;
        o.f = l->ops[i].write ? "write" : "read";
        if (l->ops[i].write)
            o.in = belie_int(h, l->ops[i].value);
        else
            o.out = belie_int(h, l->ops[i].value);
        o.start = l->ops[i].inv;
        o.end = l->ops[i].res;
        (void)belie_history_add_operation(h, &o, NULL);
    }
    return h;
}

static void report_lossy(const struct lossy *l, uint64_t seed, bool valid)
{
    tap_note("seed %llu, brute force says %s", (unsigned long long)seed,
             valid ? "valid" : "invalid");
    for (size_t i = 0; i < l->n; i++)
        tap_note("  %s %u, %u to %u", l->ops[i].write ? "write" : "read", l->ops[i].value,
                 l->ops[i].inv, l->ops[i].res);
}

static bool lossy_agrees(const struct lossy *l, uint64_t seed, struct tally *t)
{
    bool new_first = false, same = true;
    uint8_t seen[1 << OPS] = {0};
    struct belie_model m = BELIE_MODEL;
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    m.context = &new_first;
    m.init = lossy_init;
    m.step = lossy_step;
    o.user_model = &m;
    o.no_evidence = seed % 8 != 0;
    enum belie_verdict expected = explained(l, 0, 0, seen) ? BELIE_VALID : BELIE_INVALID;
    belie_history *h = lossy_history(l);
    count(t, expected);
    for (size_t i = 0; i < 4; i++) {
        o.algorithm = algorithms[i / 2];
        new_first = i % 2;
        same &= verdict_of(h, &o) == expected;
    }
    belie_history_free(h);
    if (!same)
        report_lossy(l, seed, expected == BELIE_VALID);
    return same;
}

static void lossy_registers(uint64_t n, uint64_t seed)
{
    struct tally t = {0};
    bool ok = true;
    for (uint64_t i = 0; ok && i < n; i++) {
        struct rng r;
        struct lossy l;
        rng_seed(&r, seed + i);
        random_lossy(&l, &r);
        ok = lossy_agrees(&l, seed + i, &t);
    }
    tap_result(ok && t.valid > 0 && t.invalid > 0,
               "several next states, against brute force: %llu valid, %llu invalid",
               (unsigned long long)t.valid, (unsigned long long)t.invalid);
}

int main(int argc, char **argv)
{
    uint64_t n = 50000, seed = 1;
    tap_arguments(argc, argv, &n, &seed);
    tap_plan(4);
    tap_note("count %llu, seed %llu", (unsigned long long)n, (unsigned long long)seed);
    registers(RANDOM_REGISTER, n / 5 * 2 + 1, seed);
    registers(RANDOM_CAS, n / 5 * 2 + 1, seed);
    registers(RANDOM_UNIQUE, n / 5 + 1, seed);
    lossy_registers(n / 4 + 1, seed);
    return tap_status();
}
