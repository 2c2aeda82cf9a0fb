#include "checker/rules.h"

static const struct {
    const char *text, *name;
} rules[RULES] = {
    [RULE_NONE] = {"", NULL},
    [RULE_STUCK] = {"no order of the operations explains this result", "search-exhausted"},
    [RULE_STALE] = {"the value had been overwritten before the operation began", "stale-read"},
    [RULE_THIN_AIR] = {"a value was observed that nothing had written", "thin-air-read"},
    [RULE_ABORTED_READ] = {"a value was observed whose only write had failed", "aborted-read"},
    [RULE_FUTURE_READ] = {"a value was observed before the operation that writes it began",
        "future-read"},
    [RULE_TWO_CAS] = {"two successful cas replaced the same value, which was written only once",
        "two-cas"},
    [RULE_CAS_CYCLE] = {"successful cas form a cycle: none of their values has an origin",
        "cas-cycle"},
    [RULE_CHAIN_ORDER] = {"an operation comes before another by the data, but the "
        "other finished before it began",
        "chain-order"},
    [RULE_BLOCK_ORDER] = {"each of two values had to be replaced before the other "
        "could be written",
        "block-conflict"},
    [RULE_INITIAL_GONE] = {"the initial value was still there after it had been overwritten",
        "lost-write"},
    [RULE_VERSION_TWICE] = {"two writes made the same version", "version-conflict"},
    [RULE_VERSION_VALUE] = {"one version was observed with two different values",
        "version-conflict"},
    [RULE_VERSION_AIR] = {"a version was observed with a value that nothing wrote",
        "version-conflict"},
    [RULE_VERSION_CAS] = {"a successful cas did not find its old value at the version before it",
        "version-conflict"},
    [RULE_VERSION_ORDER] = {"an operation comes before another by version, but the other "
        "finished before it began",
        "version-conflict"},
    [RULE_TAKEN_TWICE] = {"one element was taken out twice, but put in once", "taken-twice"},
    [RULE_SEEN_AFTER] = {"an element was seen inside after it had been taken out",
        "seen-after-taken"},
    [RULE_QUEUE_ORDER] = {"an element left the queue before one that had come in before it",
        "queue-order"},
    [RULE_STACK_ORDER] = {"an element was on top while another one lay on it", "stack-order"},
    [RULE_PRIORITY_ORDER] = {"an element came first while a more urgent one was inside",
        "priority-order"},
    [RULE_NOT_EMPTY] = {"it was found empty while something was certainly inside", "false-empty"},
    [RULE_WRONG_STATE] = {"it was in the other state, and nothing could have changed that",
        "wrong-state"},
    [RULE_TOO_LOW] = {"the number is lower than what had been added by then", "counter-too-low"},
    [RULE_TOO_HIGH] = {"the number is higher than what can have been added by then",
        "counter-too-high"},
    [RULE_SAME_TICKET] = {"two operations got the same number", "duplicate-number"},
    [RULE_TICKET_GAP] = {"a number was passed over that nobody can have got", "missing-number"},
    [RULE_DATA_ORDER] = {"an operation comes before another by the data, but the "
        "other finished before it began",
        "data-order"},
    [RULE_READS_DISAGREE] = {"neither of two reads contains the other", "incomparable-reads"},
    [RULE_LOG_FORK] = {"neither of two reads of the log begins with the other", "log-fork"},
    [RULE_ELEMENT_TWICE] = {"an element is there twice, but was added once", "duplicate-element"},
    [RULE_TWO_HOLDERS] = {"more processes held the lock at one moment than it allows",
        "two-holders"},
    [RULE_NOT_HELD] = {"the lock was released by a process that did not hold it",
        "release-not-held"},
    [RULE_HELD_ALREADY] = {"the lock was acquired by a process that held it already",
        "acquired-twice"},
    [RULE_TOKEN_ORDER] = {"a later holder got a token that is not greater", "token-order"},
    [RULE_LEASE_RAN] = {"a lease was granted while that of somebody else still ran",
        "lease-overlap"},
    [RULE_LEASE_ENDED] = {"a lease was renewed or given back by a process that did not have it",
        "lease-not-held"},
};

const char *rule_text(enum rule r)
{
    return rules[r].text;
}

const char *rule_name(enum rule r)
{
    return rules[r].name;
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
