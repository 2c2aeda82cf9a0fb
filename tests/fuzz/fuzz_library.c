/* Any bytes as calls of belie.h: events, operations and values that may make no sense, and a model
 * that may do anything but crash. No call crashes or hangs; states are freed; a model that does
 * nothing wrong gets a verdict, the same from both searches. */
#include "reports/belie.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 48, STATES = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *p, *end;
};

static unsigned byte(struct input *in)
{
    return in->p < in->end ? *in->p++ : 0;
}

/* ---- a model
 * ------------------------------------------------------------------------------------*/

/* A register of 0 to 3, whose states are allocated. With a bit of `wrong` set it makes a mistake.
 */
struct cells {
    unsigned wrong;
    int live;
    unsigned calls;
};

static void *cell(struct cells *c, unsigned v)
{
    unsigned *p = malloc(sizeof *p);
    if (!p)
        abort();
    c->live++;
    *p = v;
    return p;
}

static int cell_init(void *context, const belie_history *h, belie_value key, void **state)
{
    struct cells *c = context;
    (void)h;
    (void)key;
    *state = cell(c, 0);
    return 1;
}

static int cell_step(void *context, const void *state, const struct belie_call *call, unsigned k,
                     void **next)
{
    struct cells *c = context;
    unsigned now = *(const unsigned *)state;
    int64_t i = 0;
    c->calls++;
    if ((c->wrong & 1) && c->calls % 5 == 4)
        return -1;
    if ((c->wrong & 2) && k < 3) { /* whatever comes to its mind */
        *next = cell(c, c->calls % 7);
        return 1;
    }
    if (k > 0)
        return 0;
    if (strcmp(call->f, "write") == 0) {
        (void)belie_value_int(call->history, call->in, &i);
        *next = cell(c, (unsigned)i & 3);
        return 1;
    }
    if (call->result_known && belie_value_int(call->history, call->out, &i) && i != (int64_t)now)
        return 0;
    *next = (c->wrong & 4) ? cell(c, c->calls) : cell(c, now);
    return 1;
}

static int cell_equal(void *context, const void *a, const void *b)
{
    struct cells *c = context;
    if ((c->wrong & 8) && c->calls % 11 == 10)
        return 0;
    return *(const unsigned *)a == *(const unsigned *)b;
}

static uint64_t cell_hash(void *context, const void *state)
{
    struct cells *c = context;
    return (c->wrong & 16) ? c->calls % 3 : *(const unsigned *)state;
}

static void cell_free(void *context, void *state)
{
    struct cells *c = context;
    c->live--;
    free(state);
}

static int cell_observes(void *context, const struct belie_call *call)
{
    struct cells *c = context;
    return (c->wrong & 32) ? (int)(c->calls % 3) - 1 : strcmp(call->f, "read") == 0;
}

static int cell_key(void *context, const struct belie_call *call, belie_value *key)
{
    struct cells *c = context;
    *key = call->in;
    return (c->wrong & 64) ? 0 : 1;
}

/* ---- calls
 * --------------------------------------------------------------------------------------*/

static const char *const names[] = {"write", "read", "", "write", "read", NULL, "cas", "x"};

static belie_value value(struct input *in, belie_history *h)
{
    unsigned b = byte(in);
    char text[8] = {0};
    belie_value few[3];
    switch (b & 7) {
    case 0:
        return b >> 3; /* some number, perhaps of a value */
    case 1:
        for (size_t i = 0; i < sizeof text - 1; i++)
            text[i] = (char)byte(in);
        return b & 8 ? belie_edn(h, text, NULL) : belie_json(h, text, NULL);
    case 2:
        for (size_t i = 0; i < 3; i++)
            few[i] = byte(in);
        return belie_items(h, (enum belie_kind)(b >> 3 & 15), few, b >> 6);
    default:
        return belie_int(h, b >> 4 & 3);
    }
}

static void add_event(struct input *in, belie_history *h)
{
    struct belie_event e = BELIE_EVENT;
    unsigned b = byte(in);
    e.type = (enum belie_type)(b & 7);
    e.process = (int64_t)(b >> 3 & 3) - (b == 255);
    b = byte(in);
    e.f = names[b & 7];
    e.version = b & 8 ? b >> 4 : -1;
    e.value = value(in, h);
    if (b & 64)
        e.key = value(in, h);
    (void)belie_history_add(h, &e, NULL);
}

static void add_operation(struct input *in, belie_history *h)
{
    struct belie_operation o = BELIE_OPERATION;
    unsigned b = byte(in);
    o.type = (enum belie_type)(b & 3);
    o.process = b >> 2 & 3;
    o.f = names[b >> 5];
    o.in = value(in, h);
    o.out = value(in, h);
    o.start = byte(in);
    o.end = o.start + byte(in) - 8;
    (void)belie_history_add_operation(h, &o, NULL);
}

static int verdict_of(belie_history *h, const struct belie_check_options *o)
{
    char *error = NULL;
    belie_result *r = belie_check(h, o, &error);
    int v = r ? (int)belie_result_verdict(r) : -1;
    if ((r == NULL) != (error != NULL) || (r && !strstr(belie_result_json(r), "\"schema\"")))
        abort();
    belie_result_free(r);
    belie_free(error);
    return v;
}

static void check(struct input *in, belie_history *h)
{
    unsigned b = byte(in), keys = b & 128;
    struct cells c = {.wrong = b & 1 ? byte(in) & 127 : 0};
    struct belie_model m = BELIE_MODEL;
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    m.context = &c;
    m.init = cell_init;
    m.step = cell_step;
    m.equal = cell_equal;
    m.hash = b & 2 ? cell_hash : NULL;
    m.free_state = cell_free;
    m.observes = b & 4 ? cell_observes : NULL;
    m.key_of = keys ? cell_key : NULL;
    m.one_object = b >> 4 & 1;
    m.max_states = STATES;
    o.user_model = &m;
    o.algorithm = "jit";
    o.witness = b >> 5 & 1;
    o.jobs = 1;
    int jit = verdict_of(h, &o);
    o.algorithm = "wgl";
    int wgl = verdict_of(h, &o);
    if (c.live != 0)
        abort();
    if (c.wrong == 0 && (jit != wgl || jit == BELIE_UNKNOWN) && belie_history_operations(h) > 0)
        abort();
    o = (struct belie_check_options)BELIE_CHECK_OPTIONS;
    o.jobs = 1;
    (void)verdict_of(h, &o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    belie_history *h = belie_history_new("fuzz");
    bool operations = byte(&in) & 1;
    for (size_t i = 0; i < CALLS && in.p < in.end; i++) {
        if (operations)
            add_operation(&in, h);
        else
            add_event(&in, h);
        if (i % 16 == 15)
            check(&in, h);
    }
    check(&in, h);
    belie_history_free(h);
    return 0;
}
