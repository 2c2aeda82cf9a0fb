/* Tables of tiny histories with brute-force verdicts: DIR/oracle/lin_*.tsv, one "ok|bad TAB
 * history" per line. */
#ifndef BELIE_TESTS_TABLES_H
#define BELIE_TESTS_TABLES_H

#include <stdint.h>

/* Every table with every engine that applies, each a TAP line; the judges give up on a core after
 * `limit` configurations. */
void tables_run(const char *root, uint64_t limit);

#endif
