/* One history in notation, run through one engine and judged by brute force: for unit tests.
 * Owner rule: case_open's case is freed by case_close. */
#ifndef BELIE_TESTS_ENGINE_CASE_H
#define BELIE_TESTS_ENGINE_CASE_H

#include "checker/check.h"
#include "checker/core.h"
#include "checker/engine.h"
#include "tests/property/spec.h"

struct engine_case {
    struct history h;
    struct object o;
    struct spec spec;
    struct budget budget;
    struct engine_result r;
    struct arena arena;
};

/* A register with cas and initial value 0; versions: with versions in its specification.
 * False with a message on stderr when the text cannot be understood. */
bool case_open(struct engine_case *c, const char *text, bool versions);
/* A model that has a toy, in the toy's notation (calls.h). initial: EDN; NULL: the model's. */
bool case_open_toy(struct engine_case *c, const char *model, const char *initial,
                   const char *text);
void case_close(struct engine_case *c);

/* Run engine `e` with a witness and judge its evidence. NULL when all is well, else what is wrong:
 * it does not apply, the verdict is not the oracle's, the witness is none, the culprits do not
 * show the violation, the certified prefix is not linearizable or (registers without versions) not
 * the longest one, memory was not given back. */
const char *case_judge(struct engine_case *c, const struct engine *e);

/* Of a case that `e` has just refuted: its core, and what is said about it. The caller frees *core
 * with core_free and k->arena. */
void case_argue(struct engine_case *c, const struct engine *e, struct core *core,
                struct key_result *k);

#endif
