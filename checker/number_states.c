#include "checker/number_states.h"

#include "base/mem.h"

uint32_t number_state(struct number_states *s, int64_t number)
{
    uint32_t id = map64_get(&s->ids, (uint64_t)number);
    if (id != MAP64_NONE)
        return id;
    s->numbers = mem_grow(s->numbers, &s->cap, s->n + 1, sizeof *s->numbers);
    s->numbers[s->n] = number;
    map64_put(&s->ids, (uint64_t)number, (uint32_t)s->n);
    return (uint32_t)s->n++;
}

static uint64_t distance(int64_t i)
{
    return i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
}

/* Can any selection of the operations be added up? */
static bool amounts_fit(const struct object *o, int64_t first)
{
    uint64_t room = (uint64_t)INT64_MAX / 4; /* searches may ask about an operation twice */
    if (distance(first) > room)
        return false;
    room -= distance(first);
    for (size_t i = 0; i < o->n; i++) {
        uint64_t amount = distance(number_value(o, o->classes[o->ops[i].cls].a));
        if (amount > room)
            return false;
        room -= amount;
    }
    return true;
}

bool number_states_open(struct object *o, int64_t otherwise, struct err *e)
{
    int64_t first = otherwise;
    if (o->initial != VAL_NIL && !val_get_int(&o->h->values, o->initial, &first))
        return err_set(e, ERR_USAGE, "a %s begins with an integer: --initial N", o->model->name);
    if (!amounts_fit(o, first))
        return err_set(e, ERR_INPUT, "the amounts of a %s may add up to more than 2^61",
                       o->model->name);
    struct number_states *s = arena_zalloc(&o->arena, sizeof *s);
    o->ctx = s;
    o->init_state = number_state(s, first);
    return true;
}

void number_states_close(struct object *o)
{
    struct number_states *s = o->ctx;
    map64_free(&s->ids);
    mem_free(s->numbers);
    o->ctx = NULL;
}

void number_states_describe(const struct object *o, uint32_t state, struct buf *out)
{
    buf_i64(out, number_of(o, state));
}
