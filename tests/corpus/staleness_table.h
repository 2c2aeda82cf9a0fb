/* DIR/oracle/staleness.tsv: "Gamma TAB Delta TAB k TAB history" per line, k = None or inf where
 * there is none; times are the positions. */
#ifndef BELIE_TESTS_STALENESS_TABLE_H
#define BELIE_TESTS_STALENESS_TABLE_H

void staleness_table_run(const char *root);

#endif
