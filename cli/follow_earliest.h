/* The line at which a beginning of a file came to be refuted.
 *
 * A whole check says that all lines so far are refuted, and an earlier one that those before some
 * line were not. The line that did it lies between, and halving finds it: what is refuted stays
 * refuted when lines are added. O(log n) checks of a beginning, O(bytes) for the line's number. */
#ifndef BELIE_CLI_FOLLOW_EARLIEST_H
#define BELIE_CLI_FOLLOW_EARLIEST_H

#include <stdbool.h>
#include <stdint.h>

struct earliest {
    int fd;             /* the file, from offset 0 */
    uint64_t good, bad; /* bytes of a beginning that is not refuted, and of one that is; both end
                           lines. `bad` becomes that of the first line that is */
    bool (*refuted)(void *what, uint64_t bytes);
    void *what;
};

void follow_earliest(struct earliest *e);
/* The number of the line that ends before offset `bytes`. */
uint64_t follow_line_at(int fd, uint64_t bytes);

#endif
