/* The result document: schema 1, the only input of other reports besides the history.
 *
 *   {"schema": 1, "belie": VERSION, "valid": true|false|"unknown",
 *    "inputs": [{"path", "valid", "format", "model", "model-reason", "property", "initial",
 *                "operations": {"all","ok","fail","info"}, "engines": {NAME: KEYS},
 *                "independent", "independent-reason", "truncated", "warnings": [...],
 *                "options": {NAME: VALUE or true}, those that were given on how to read and check,
 *                "keys": {"all","valid","invalid","unknown"}, "results": [KEY...]}
 *               or {"path", "error"} or {"path", "valid": "unknown", "reason"}]}
 *
 * Where more than one property was asked, an input has "properties": [{"property", "valid",
 * "model", "model-reason", "initial", "reason", "keys", "engines", "results"}, ...] in the order
 * asked, instead of these members of its own, and "valid" is the worst of them.
 *
 * KEY: {"key", "valid", "algorithm", "algorithm-reason", "operations", "crashed", "explored",
 *       and "reason", "counterexample" (invalid) or "reason", "certified" (unknown)}.
 * An accounting property adds "account" (reports/account_json.h) to KEY; its rule is a word for
 * `belie explain`, too, and all operations of its counterexample are strict.
 * counterexample: {"operations": [{"operation", "line", "index", "invoked", "completed", "type",
 *       "process", "f", "argument", "result", "role"}], "rule", "not-placed", "minimal", "steps",
 *       "states"}; rule: a word that `belie explain` explains;
 * A level other than linearizable adds "edges": [{"from", "to", "kind", "via", "text"}] to the
 * counterexample: operations by number, kinds as in checker/levels/level.h.
 * Property "all" adds "spectrum": {"levels": [{"level", "verdict": holds|broken|undecided, "how":
 * decided|implied|refuted|not applicable, "by": LEVEL or null, "implies": [LEVEL...], "strongest",
 * "weakest": booleans, "reason", "key", "counterexample" (or null)}...] from the strongest on,
 * "strongest": [LEVEL...] that are not refuted, "weakest": [LEVEL...] that are, "shown": the level
 * of which "results" are, or null (then they are linearizable's)}.
 * role: strict (holds as recorded), background (may take effect at any time after its invocation),
 * failed (the failed write of a value that was observed).
 * Deterministic: sorted keys, no clock, no host. Event numbers are positions in the history
 * from 0; "index" is the recorded :index where there is one. Values of more than 64 KiB are
 * cut and given as EDN text; more than 10,000 keys are listed only where they are not valid. */
#ifndef BELIE_REPORTS_RESULT_JSON_H
#define BELIE_REPORTS_RESULT_JSON_H

#include "reports/report.h"

#include <jansson.h>

/* Inputs are added as they are finished, so that their histories need not be kept. */
struct result_document;

struct result_document *result_document_new(void);
void result_document_add(struct result_document *d, const struct report *r);
/* Append the whole document with a newline. `valid` is the merged verdict. */
void result_document_print(const struct result_document *d, enum verdict valid, struct buf *out);
/* The same as JSON: a new reference. `valid` is the merged verdict. */
json_t *result_document_json(const struct result_document *d, enum verdict valid);
void result_document_free(struct result_document *d);

#endif
