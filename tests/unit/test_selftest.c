/* The table of the self-test: whatever there is, is in it. */
#include "checker/property.h"
#include "generators/workload.h"
#include "runners/selftest.h"
#include "runners/sim/store.h"

#include <check.h>
#include <string.h>

static bool listed(const char *store, bool breaks)
{
    for (const struct selftest_case *c = selftest_cases; c->store; c++)
        if (strcmp(c->store, store) == 0 && (c->expects == EXPECT_BREAKS) == breaks)
            return true;
    return false;
}

START_TEST(every_store_and_bug_is_tested)
{
    const char *name;
    for (size_t i = 0; (name = store_name(i)); i++) {
        bool bug = strchr(name, ':') != NULL;
        ck_assert_msg(listed(name, bug), "%s", name);
    }
}
END_TEST

/* Once where it must fire, and once where it must not. Levels that are younger than this list, and
 * have no case yet, are named by the self-test itself. */
START_TEST(properties_fire_and_are_silent)
{
    static const char *const names[] = {
        "linearizable", "coherence",  "k-atomic",   "bounded-staleness", "set", "set-full",
        "total-queue",  "pn-counter", "unique-ids", "counter"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_assert_ptr_nonnull(property_find(str_of(names[i])));
        ck_assert_msg(selftest_covers(names[i], EXPECT_BREAKS), "%s must fire", names[i]);
        ck_assert_msg(selftest_covers(names[i], EXPECT_HOLDS), "%s must be silent", names[i]);
    }
}
END_TEST

START_TEST(every_workload_is_used)
{
    for (size_t i = 0; workloads[i]; i++) {
        bool used = false;
        for (const struct selftest_case *c = selftest_cases; c->store; c++)
            used = used || strcmp(c->workload, workloads[i]->name) == 0;
        ck_assert_msg(used, "%s", workloads[i]->name);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("selftest");
    TCase *t = tcase_create("table");
    tcase_add_test(t, every_store_and_bug_is_tested);
    tcase_add_test(t, properties_fire_and_are_silent);
    tcase_add_test(t, every_workload_is_used);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
