#include "checker/rules.h"

const char *rule_text(enum rule r)
{
    switch (r) {
    case RULE_NONE:
        break;
    case RULE_STUCK:
        return "no order of the operations explains this result";
    case RULE_STALE:
        return "the value had been overwritten before the operation began";
    case RULE_THIN_AIR:
        return "a value was observed that nothing had written";
    case RULE_ABORTED_READ:
        return "a value was observed whose only write had failed";
    case RULE_FUTURE_READ:
        return "a value was observed before the operation that writes it began";
    case RULE_TWO_CAS:
        return "two successful cas replaced the same value, which was written only once";
    case RULE_CAS_CYCLE:
        return "successful cas form a cycle: none of their values has an origin";
    case RULE_CHAIN_ORDER:
        return "an operation comes before another by the data, but the other finished before it "
               "began";
    case RULE_BLOCK_ORDER:
        return "each of two values had to be replaced before the other could be written";
    case RULE_INITIAL_GONE:
        return "the initial value was still there after it had been overwritten";
    case RULE_VERSION_TWICE:
        return "two writes made the same version";
    case RULE_VERSION_VALUE:
        return "one version was observed with two different values";
    case RULE_VERSION_AIR:
        return "a version was observed with a value that nothing wrote";
    case RULE_VERSION_CAS:
        return "a successful cas did not find its old value at the version before it";
    case RULE_VERSION_ORDER:
        return "an operation comes before another by version, but the other finished before it "
               "began";
    }
    return "";
}

const char *stop_text(enum stop_cause cause)
{
    switch (cause) {
    case STOP_TIME:
        return "the time limit was reached";
    case STOP_INTERRUPT:
        return "it was interrupted";
    case STOP_MEMORY:
        return "the memory limit was reached";
    case STOP_NONE:
        break;
    }
    return "it was stopped";
}
