#include "checker/log_states.h"

#include "base/mem.h"

enum { PRINTED = 20 };

static uint32_t new_node(struct log_states *s, struct log_node node)
{
    s->nodes = mem_grow(s->nodes, &s->cap, s->n + 1, sizeof *s->nodes);
    s->nodes[s->n] = node;
    return (uint32_t)s->n++;
}

void log_states_init(struct log_states *s)
{
    *s = (struct log_states){0};
    (void)new_node(s, (struct log_node){LOG_UNREAD, VAL_ABSENT});
    (void)new_node(s, (struct log_node){LOG_EMPTY, VAL_ABSENT});
}

uint32_t log_append(const struct log_states *s, uint32_t state, val v)
{
    uint32_t next = map64_get(&s->next, (uint64_t)state << 32 | v);
    return state == LOG_UNREAD || next == MAP64_NONE ? LOG_UNREAD : next;
}

uint32_t log_state_add(struct log_states *s, const val *items, size_t n)
{
    uint32_t state = LOG_EMPTY;
    for (size_t i = 0; i < n; i++) {
        uint32_t next = log_append(s, state, items[i]);
        if (next == LOG_UNREAD) {
            next = new_node(s, (struct log_node){state, items[i]});
            map64_put(&s->next, (uint64_t)state << 32 | items[i], next);
        }
        state = next;
    }
    return state;
}

void log_print(const struct log_states *s, const struct values *t, uint32_t state,
               struct buf *out)
{
    val last[PRINTED];
    size_t n = 0;
    if (state == LOG_UNREAD) {
        buf_puts(out, "a log that nobody read");
        return;
    }
    for (; n < PRINTED && state != LOG_EMPTY; state = s->nodes[state].parent)
        last[n++] = s->nodes[state].last;
    buf_puts(out, state == LOG_EMPTY ? "[" : "[... ");
    for (size_t i = n; i-- > 0;) {
        val_print_edn(t, last[i], out);
        buf_puts(out, i ? " " : "");
    }
    buf_putc(out, ']');
}

void log_states_free(struct log_states *s)
{
    map64_free(&s->next);
    mem_free(s->nodes);
    *s = (struct log_states){0};
}
