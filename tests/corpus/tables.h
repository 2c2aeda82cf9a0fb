/* Tables of tiny histories with brute-force verdicts: DIR/oracle/lin_*.tsv, one "ok|bad TAB
 * history" per line. */
#ifndef BELIE_TESTS_TABLES_H
#define BELIE_TESTS_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* Every table with every engine that applies, each a TAP line; the judges give up on a core after
 * `limit` configurations. Every `parts`th table, from number `part` on. */
void tables_run(const char *root, uint64_t limit, size_t part, size_t parts);

#endif
