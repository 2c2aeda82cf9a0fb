/* unique-ids: no id is handed out twice. Operations that crashed or failed handed out none that
 * anybody knows of. Linear time; 8 bytes per id beside the table. */
#include "base/mem.h"
#include "checker/account_say.h"
#include "checker/elements.h"
#include "checker/property.h"

enum { POLL_EVERY = 4096 };

struct id {
    uint32_t first;  /* history op that got it first */
    uint32_t copies;
    uint32_t again;  /* that got it second; or NO_EVENT */
};

struct ids {
    const struct account_input *in;
    struct elements elements;
    struct id *id;
    size_t cap;
    size_t attempted, acknowledged;
};

static bool generated(struct ids *s, uint32_t op_id, struct err *e)
{
    const struct op *op = &s->in->h->ops[op_id];
    s->attempted++;
    if (op->type != OP_OK)
        return true;
    if (op->out == VAL_ABSENT || op->out == VAL_NIL)
        return s->in->nil_unknown || account_misfit(s->in, op, e, "it returned no id");
    s->acknowledged++;
    size_t known = s->elements.n;
    uint32_t i = elements_add(&s->elements, op->out);
    if (s->elements.n > known) {
        s->id = mem_grow(s->id, &s->cap, s->elements.n, sizeof *s->id);
        s->id[i] = (struct id){.first = op_id, .again = NO_EVENT};
    } else if (s->id[i].copies == 1) {
        s->id[i].again = op_id;
    }
    s->id[i].copies++;
    return true;
}

/* The least and the greatest integer among the ids. */
static void range(const struct ids *s, struct account *a)
{
    int64_t lo = 0, hi = 0, x;
    for (size_t i = 0; i < s->elements.n; i++) {
        if (!val_get_int(&s->in->h->values, s->elements.v[i], &x))
            continue;
        if (a->least == VAL_ABSENT || x < lo) {
            lo = x;
            a->least = s->elements.v[i];
        }
        if (a->greatest == VAL_ABSENT || x > hi) {
            hi = x;
            a->greatest = s->elements.v[i];
        }
    }
}

static void refute(const struct ids *s, size_t i, size_t repeated, struct key_result *k)
{
    struct speaker say = account_speaker(s->in, k);
    account_say_one(&say, s->id[i].first, " got it");
    account_say_one(&say, s->id[i].again, " got it again");
    account_show(k, &s->id[i].first, 1, s->id[i].again);
    buf_puts(&say.b, "id ");
    say_val(&say, s->elements.v[i]);
    buf_printf(&say.b, " was handed out %u times", (unsigned)s->id[i].copies);
    if (repeated > 1)
        buf_printf(&say.b, ", and %zu other%s more than once", repeated - 1,
                   repeated == 2 ? "" : "s");
    account_invalid(&say, "duplicated");
    buf_free(&say.b);
}

static void conclude(struct ids *s, struct key_result *k)
{
    size_t n = 0, first = 0;
    uint64_t copies = 0;
    val *twice = mem_alloc((s->elements.n + 1) * sizeof *twice);
    for (size_t i = 0; i < s->elements.n; i++) {
        if (s->id[i].copies < 2)
            continue;
        first = n ? first : i;
        twice[n++] = s->elements.v[i];
        copies += s->id[i].copies - 1;
    }
    account_list(s->in, k, OUTCOME_DUPLICATED, twice, n, copies);
    mem_free(twice);
    range(s, k->account);
    account_number(k->account, "attempted", s->attempted);
    account_number(k->account, "acknowledged", s->acknowledged);
    if (n > 0)
        refute(s, first, n, k);
    else if (s->acknowledged == 0)
        account_unknown(k, "nothing was tested: no operation returned an id");
}

static bool run(const struct account_input *in, struct key_result *k, struct err *e)
{
    struct ids s = {.in = in};
    elements_init(&s.elements, in->n);
    bool good = true, stopped = false;
    for (size_t i = 0; good && !stopped && i < in->n; i++) {
        if (in->part[i] == PART_GENERATE)
            good = generated(&s, in->ids[i], e);
        stopped = i % POLL_EVERY == 0 && account_stopped(in, k);
    }
    if (good && !stopped)
        conclude(&s, k);
    elements_free(&s.elements);
    mem_free(s.id);
    return good;
}

static const struct part_name names[] = {
    {"generate", PART_GENERATE}, {"generate-id", PART_GENERATE}, {"unique-id", PART_GENERATE},
    {"new-id", PART_GENERATE},   {"next-id", PART_GENERATE},     {NULL, PART_OTHER}};

const struct property property_unique_ids = {
    .name = "unique-ids",
    .summary = "no id is handed out twice",
    .complexity = "linear",
    .names = names,
    .ignores_others = true,
    .run = run,
};
