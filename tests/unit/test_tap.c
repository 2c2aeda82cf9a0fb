/* How many histories a property program makes: as many as were asked for, or none at all. */
#define _POSIX_C_SOURCE 200809L
#include "tests/property/tap.h"

#include <check.h>
#include <stdlib.h>

static void ask(int argc, char *first, char *second)
{
    char name[] = "prop", *argv[] = {name, first, second, NULL};
    uint64_t count = 3000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    ck_assert_uint_eq(count, 20);
    ck_assert_uint_eq(seed, 7);
}

START_TEST(from_arguments)
{
    (void)setenv("PROP_COUNT", "5", 1);
    (void)setenv("PROP_SEED", "6", 1);
    ask(3, (char[]){"20"}, (char[]){"7"});
}
END_TEST

START_TEST(from_environment)
{
    (void)setenv("PROP_COUNT", "20", 1);
    (void)setenv("PROP_SEED", "7", 1);
    ask(1, NULL, NULL);
}
END_TEST

START_TEST(seed_alone)
{
    (void)unsetenv("PROP_COUNT");
    (void)setenv("PROP_SEED", "7", 1);
    ask(2, (char[]){"20"}, NULL);
}
END_TEST

START_TEST(no_number)
{
    (void)setenv("PROP_COUNT", "1e5", 1);
    ask(1, NULL, NULL);
}
END_TEST

START_TEST(none)
{
    ask(2, (char[]){"0"}, NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tap");
    TCase *t = tcase_create("arguments");
    tcase_add_test(t, from_arguments);
    tcase_add_test(t, from_environment);
    tcase_add_test(t, seed_alone);
    tcase_add_exit_test(t, no_number, 2);
    tcase_add_exit_test(t, none, 2);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
