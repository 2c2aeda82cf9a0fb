/* Numbers as people type them on a command line. All return false on anything else. */
#ifndef BELIE_CLI_NUMBERS_H
#define BELIE_CLI_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

bool number_count(const char *text, uint64_t *out); /* 1000 */
bool number_bytes(const char *text, uint64_t *out); /* 4096, 512M, 1.5G, 2GiB; powers of 1024 */
bool number_real(const char *text, double *out);    /* 0.5; finite */
/* 2s, 500ms, 20us, 7ns, 1.5m, 1h, 2 (seconds) as nanoseconds, above 0. */
bool number_duration(const char *text, int64_t *ns);

#endif
