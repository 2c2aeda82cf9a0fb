/* Small histories that tell levels apart, in the notation of histories/compact.h. Where real time
 * counts, operations happen as they are written, one after the other. `belie explain` shows them,
 * `belie generate --level` weaves them in; tests ask an oracle about each. */
#ifndef BELIE_CHECKER_LEVELS_SEPARATIONS_H
#define BELIE_CHECKER_LEVELS_SEPARATIONS_H

#include <stddef.h>

#define STALE_READ         "A: w x 1 | B: r x 0"
#define STALE_THEN_FRESH   "A: w x 1 | B: r x 0, r x 1"
#define OWN_WRITE_MISSED   "A: w x 1, r x 0"
#define READ_AHEAD         "A: r x 1, w x 1"
#define STEP_BACK          "A: w x 1 | B: r x 1, r x 0"
#define STORE_BUFFERING    "A: w x 1, r y 0 | B: w y 1, r x 0"
#define MESSAGE_PASSING    "A: w x 1, w y 1 | B: r y 1, r x 0"
#define CAUSAL_CIRCLE      "A: r x 1, w y 1 | B: r y 1, w x 1"
#define WRITE_CIRCLE       "A: r x 1, w x 2 | B: r x 2, w x 1"
#define CROSSED_READS      "A: w x 1, r x 2 | B: w x 2, r x 1"
#define THERE_AND_BACK     "A: w x 1 | B: w x 2, r x 1, r x 2"
#define TWO_READERS        "A: w x 1 | B: w x 2 | C: r x 1, r x 2 | D: r x 2, r x 1"
#define FORWARDED          "A: w x 1 | B: r x 1, w y 1 | C: r y 1, r x 0"
#define REPLACED           "A: w x 1 | B: r x 1, w x 2 | C: r x 2, r x 1"
#define BACK_AND_FORTH     "A: w x 1 | B: w x 2 | C: r x 1, r x 2, r x 1"
#define WRITES_SEEN_TURNED "A: w x 1, w x 2 | B: r x 2, r x 1"
#define HIDDEN_FIRST_WRITE "A: w z 1, w x 1, w y 1 | B: w x 2, r z 0, r y 1, r x 2"
#define NO_COMMON_ORDER    "A: w x 1, w y 1, r y 2 | B: w y 2, r x 0"
#define EQUAL_DELIVERIES                                                                           \
    "{:process 0, :type :invoke, :f :write, :value 1}\n"                                           \
    "{:process 0, :type :ok, :f :write, :value 1}\n"                                               \
    "{:process 1, :type :invoke, :f :read, :value nil}\n"                                          \
    "{:process 1, :type :ok, :f :read, :value nil, :delivered \"1\"}\n"                            \
    "{:process 1, :type :invoke, :f :read, :value nil, :final? true}\n"                            \
    "{:process 1, :type :ok, :f :read, :value 1, :delivered \"1\", :final? true}\n"

/* `history` satisfies the levels `holds` (one or two names, by blanks) and not the level `broken`.
 * None with fewer operations does. Neighbours in the lattice are all here, each pair once. */
struct separation {
    const char *broken, *holds, *history;
};

extern const struct separation separations[]; /* ended by broken == NULL */

/* Those that keep `level` and break a level right above it, in the notation: at most `most` - 1,
 * and NULL at the end. Returns how many. */
size_t separations_above(const char *level, const char **out, size_t most);

#endif
