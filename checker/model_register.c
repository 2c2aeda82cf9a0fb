#include "checker/register_states.h"

static const struct model_op_name names[] = {
    {"read", ACT_READ},  {"r", ACT_READ},  {"get", ACT_READ}, {"write", ACT_WRITE},
    {"w", ACT_WRITE},    {"put", ACT_WRITE}, {"set", ACT_WRITE}, {NULL, ACT_OTHER},
};

const struct model model_register = {
    .name = "register",
    .summary = "one value: write sets it, read returns it",
    .example = "{:process 0, :type :invoke, :f :write, :value 3}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = register_classify,
    .open = register_open,
    .close = register_close,
    .step = register_step,
    .state_value = register_state_value,
    .describe = register_describe,
};
