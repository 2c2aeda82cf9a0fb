#include "tests/property/truth.h"

#include "tests/property/oracle.h"
#include "tests/property/verify.h"

enum { INSTANT_OPS = 9 };

enum truth truth_of(struct history *h, const struct spec_options *opt, uint64_t limit)
{
    struct spec s;
    const char *why;
    enum truth t = TRUTH_DISPUTED;
    if (spec_open(&s, h, opt, NULL, 0, &why)) {
        enum proof p = verify_not_linearizable(&s, limit);
        t = p == PROOF_GAVE_UP ? TRUTH_UNKNOWN : p == PROOF_HOLDS ? TRUTH_INVALID : TRUTH_VALID;
        if (s.nops <= INSTANT_OPS && oracle_linearizable(&s) != (t == TRUTH_VALID))
            t = TRUTH_DISPUTED;
    }
    spec_free(&s);
    return t;
}
