/* What the parts of an HTML report share: one page that is being written. */
#ifndef BELIE_REPORTS_HTML_PAGE_H
#define BELIE_REPORTS_HTML_PAGE_H

#include "checker/coverage.h"
#include "reports/html/faults.h"
#include "reports/html/html.h"
#include "reports/html/json.h"
#include "reports/html/markup.h"
#include "reports/report.h"

struct again;

struct page {
    struct history *h;
    const json_t *document, *input, *test;
    struct buf *out;
    const struct faults *faults;
    const struct again *again;
    json_t *coverage;   /* of the history; what was demanded of it is in the document */
    unsigned reduced;   /* how often the parts were made smaller; see page_most */
    int64_t start, end; /* times of the first and the last event that have one; NO_TIME: none */
};

/* How many there may be of what a page may have `most`: a page that would be too large is made
 * again with half of all, as often as needed. */
static inline size_t page_most(const struct page *p, size_t most)
{
    size_t n = most >> p->reduced;
    return n ? n : 1;
}

/* One property of the input, or the input itself where only one was asked. */
size_t page_properties(const struct page *p);
const json_t *page_property(const struct page *p, size_t i);

/* "invalid", "valid", "unknown", "vacuous": as shown, and as the class of elements. */
const char *page_verdict(const json_t *o);

/* Time of event `i` from the first one, or NO_TIME. */
int64_t page_time(const struct page *p, uint32_t i);

/* What the object is at first; false when the document does not say it. Do reads of nil tell
 * nothing? */
bool page_initial(const struct page *p, const json_t *property, val *v);
bool page_nil_unknown(const struct page *p);

/* The operation that an entry of a counterexample is about; checked by html_report. */
static inline uint32_t page_op(const json_t *operation)
{
    return (uint32_t)json_int(operation, "operation", 0);
}

/* ---- parts of the page, in their order ---- */

void html_banner(struct page *p);
void html_counterexamples(struct page *p);
void html_proof(struct page *p);
void html_undecided(struct page *p);
void html_spectrum(struct page *p);
/* `room`: bytes that the data of the operations may take. */
void html_timeline(struct page *p, size_t room);
void html_measures(struct page *p);
void html_coverage(struct page *p);
void html_tables(struct page *p);
void html_faults(struct page *p);
void html_reproduce(struct page *p);

/* ---- parts of parts ---- */

struct order;
/* Errors by kind, with what each says about its operations; then as recorded. */
void html_errors(struct page *p);
/* The operations of counterexample `number` as bars, one row per process; `named`: with the names
 * T1, T2... that the argument gives them. */
void html_bars(struct page *p, const json_t *operations, int64_t bad, const struct order *order,
               size_t number, bool named);
/* Are the operations of a counterexample about several keys? */
bool page_keyed(const struct page *p, const json_t *operations);
/* Why a key has its verdict, without the name of a rule in front of it ("CyclicCO: ..."): the rule
 * is explained elsewhere. */
struct str page_reason(const json_t *key);
/* The edges of counterexample `number`, where it has some. */
void html_cycle(struct page *p, const json_t *counterexample, size_t number);
/* Where the spectrum of a property ends: two sentences; nothing without a spectrum. */
void html_spectrum_border(const struct page *p, const json_t *property);
/* The lines of the file that record the operations. */
void html_lines(struct page *p, const json_t *operations);
/* The operations as a history of their own. */
void html_minimal(struct page *p, const json_t *key);
/* The operations for the scripts, as a block of JSON of at most about `room` bytes. */
enum { HTML_MARKS = 10000 };
struct html_listed {
    size_t every;      /* one of so many operations is listed; 0: there is no room for any */
    size_t violations; /* around the first so many all are; SIZE_MAX: around each */
    size_t around;     /* that is, at least so many on each side */
    size_t marks;      /* violations that there are; HTML_MARKS of them are marked */
    size_t columns;    /* to which values were cut; 0: they were not */
};
struct html_listed html_data(struct page *p, size_t room);
/* A table that scrolls by itself, up to its body. A head that begins with # is over numbers. End
 * it with "</tbody></table></div>\n". */
void html_table(struct buf *out, const char *label, const char *const *heads, size_t n);
/* The integer `name` of `o` as a cell, or as a time in ns; "-" when there is none. */
void html_number_cell(const json_t *o, const char *name, bool time, struct buf *out);
/* At most `width` columns of a name. */
void html_short(struct str s, size_t width, struct buf *out);
/* The name of a key; "all" where there is one object. */
void html_key(const json_t *key, struct buf *out);
/* The name of a kind of fault, with its colour. */
void html_fault_name(struct str name, struct buf *out);
/* Counterexamples that are shown. */
enum { CARDS_MAX = 10 };
/* What became of each element. */
void html_account(struct page *p, const json_t *key);

#endif
