#include "checker/levels/patterns.h"

#include "checker/levels/shown.h"

const char *const register_models[] = {"register", "cas-register", "kv", NULL};
const char *const no_program_order = "the history does not say which process did what, so there is "
                                     "no program order to check";

/* ThinAirRead, or the read of a value whose only write failed. */
static void say_air(const struct level_input *in, struct key_result *k)
{
    const struct view *v = in->view;
    struct speaker s = level_speaker(in->h, k);
    uint32_t bad = v->op[v->air];
    struct shown shown;
    shown_init(&shown, v);
    shown_add(&shown, v->air); /* with who observed it, if it crashed */
    const uint32_t *ops = shown_history_ops(&shown);
    level_show(k, ops, shown.n, bad);
    k->failed_op = v->aborted;
    shown_free(&shown);
    level_say_op(&s, bad);
    if (v->aborted == NO_EVENT) {
        buf_puts(&s.b, " observed ");
        say_val(&s, v->saw[v->air]);
        buf_puts(&s.b, ", which no operation wrote and which is not the initial value");
        say_end_step(&s);
        buf_puts(&s.b, "ThinAirRead: a value was observed that nothing had written");
        level_invalid(&s, "thin-air-read");
    } else {
        buf_puts(&s.b, " observed what only ");
        level_say_op(&s, v->aborted);
        buf_puts(&s.b, " wrote");
        say_end_step(&s);
        buf_puts(&s.b, "ThinAirRead: a value was observed whose only write had failed");
        level_invalid(&s, "aborted-read");
    }
    buf_free(&s.b);
}

bool pattern_begin(const struct level_input *in, struct key_result *k, size_t bytes)
{
    const struct view *v = in->view;
    k->verdict = VERDICT_VALID;
    k->explored = v->n;
    if (v->air != UINT32_MAX) {
        say_air(in, k);
        return false;
    }
    if (v->no_processes)
        level_unknown(k, "%s", no_program_order);
    else if (level_stopped(in, k))
        return false;
    else
        (void)level_memory(in, k, bytes);
    return k->verdict == VERDICT_VALID;
}

bool pattern_proved(const struct level_input *in, size_t bytes)
{
    (void)budget_memory(in->budget, -(ptrdiff_t)bytes);
    return true;
}

void pattern_end(const struct level_input *in, struct key_result *k, size_t bytes)
{
    (void)pattern_proved(in, bytes);
    if (k->verdict == VERDICT_VALID && in->view->many > 0)
        level_unknown(k, "%u operations observed values that several writes may have written; the "
                      "others contradict nothing (workloads should write each value once)",
                      in->view->many);
}
