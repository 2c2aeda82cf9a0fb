/* The books of an accounting property in plain lines. */
#ifndef BELIE_REPORTS_ACCOUNT_TEXT_H
#define BELIE_REPORTS_ACCOUNT_TEXT_H

#include "checker/account.h"
#include "reports/text.h"

/* "#{1..5 7 9..12}" in one line, at most about `width` bytes and then "...". */
void report_elements(const struct history *h, const struct outcome_list *l, size_t width,
                     struct buf *out);

/* What became of the elements, numbers and latencies, a line each. */
void report_account(const struct report *r, const struct account *a, const struct text_style *s,
                    struct buf *out);

#endif
