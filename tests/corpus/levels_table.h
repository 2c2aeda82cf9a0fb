/* Levels on tiny histories with brute-force verdicts: DIR/oracle/sessions_causal.tsv and
 * session_guarantees.tsv. */
#ifndef BELIE_TESTS_LEVELS_TABLE_H
#define BELIE_TESTS_LEVELS_TABLE_H

/* Each column that is a level here, a TAP line each. */
void levels_table_run(const char *root);

#endif
