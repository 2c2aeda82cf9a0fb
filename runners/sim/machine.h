/* The data that a store replicates: a deterministic state machine of keyed registers, counters and
 * sets, with a memory of whose requests were executed, so that a request that the network delivers
 * twice takes effect once. Owner rule: machine_free frees; a machine of zeros is empty. */
#ifndef BELIE_RUNNERS_SIM_MACHINE_H
#define BELIE_RUNNERS_SIM_MACHINE_H

#include "base/hash.h"
#include "runners/sim/words.h"

enum command_kind {
    COMMAND_NOTHING, /* of a store itself */
    COMMAND_READ,
    COMMAND_WRITE,   /* a */
    COMMAND_CAS,     /* from a to b */
    COMMAND_ADD,     /* a to a counter */
    COMMAND_COUNT,   /* read a counter */
    COMMAND_INSERT,  /* a into a set */
    COMMAND_MEMBERS, /* read a set */
    COMMAND_REMOVE,  /* a from a set */
    COMMAND_ENQUEUE, /* a */
    COMMAND_DEQUEUE,
    COMMAND_DRAIN,
    COMMAND_ACQUIRE, /* for the client */
    COMMAND_RELEASE,
    COMMAND_TRANSFER, /* b from account key to account a */
    COMMAND_ACCOUNTS, /* read the balances of accounts 0 .. a-1 */
    COMMAND_GENERATE, /* the next number of a counter */
    COMMAND_TXN,      /* a, b, c, d: micro-operations, see micro_op; 0: none */
};

/* A request of a client, as it travels: COMMAND_WORDS words. */
enum { COMMAND_WORDS = 9 };
struct command {
    int64_t kind, key, a, b, c, d;
    int64_t client, request; /* numbers of a client's requests go up */
    int64_t node;            /* that the client is connected to */
};

/* One step of a transaction in a word: a read, a write of a register, an append to a list. */
enum micro_kind { MICRO_NONE, MICRO_READ, MICRO_WRITE, MICRO_APPEND };
enum { MICRO_KEY_BITS = 20, MICRO_VALUE_BITS = 41 };
static inline int64_t micro_op(enum micro_kind kind, int64_t key, int64_t value)
{
    return (int64_t)kind | key << 2 | value << (2 + MICRO_KEY_BITS);
}

enum reply_status {
    REPLY_OK,      /* executed; then the result's words */
    REPLY_FAIL,    /* executed, without effect: a compare-and-set that found something else, ... */
    REPLY_REFUSED, /* not executed, and never will be */
    REPLY_LOST,    /* nobody knows */
};

struct machine_slot;

struct machine {
    struct map64 index; /* key to slot */
    struct machine_slot *slots;
    size_t nslots, slots_cap;
    int64_t *executed; /* by client: number of the last request */
    size_t nclients, clients_cap;
};

void machine_free(struct machine *m);
/* Execute, or answer false when this request, or a later one of the client, was executed before.
 * The result's words replace those in `result`. Registers return {written, value}; a transaction
 * returns for each read how many values there are, and the values. */
bool machine_apply(struct machine *m, const struct command *c, enum reply_status *status,
                   struct words *result);
/* The same for a command that only reads, whoever asks. */
enum reply_status machine_read(const struct machine *m, const struct command *c,
                               struct words *result);
bool command_reads(const struct command *c);

/* The whole state as words, appended; and back, instead of what `m` was. */
void machine_save(const struct machine *m, struct words *out);
void machine_load(struct machine *m, const int64_t *words, size_t n);

void command_put(const struct command *c, struct words *out);
struct command command_get(const int64_t *words);

#endif
