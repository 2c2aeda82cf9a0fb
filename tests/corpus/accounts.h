/* Published histories and brute-force tables, as the accounting properties see them. */
#ifndef BELIE_TESTS_ACCOUNTS_H
#define BELIE_TESTS_ACCOUNTS_H

/* Prints one TAP line per file and per table below `root`. */
void corpus_accounts(const char *root);

#endif
