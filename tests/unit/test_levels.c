/* Levels of consistency on the vectors V2, V3 and V4 of the literature study, with the bad pattern
 * that each refutation names, and on histories that are odd. */
#include "checker/levels/spectrum.h"
#include "checker/property.h"
#include "tests/property/level_check.h"

#include <check.h>
#include <stdlib.h>

enum { CAUSAL_LEVELS = 7, SESSION_LEVELS = 5 };

static const char *const causal_levels[CAUSAL_LEVELS] = {
    "causal", "causal-memory", "causal-convergence", "pram", "coherence", "sequential",
    "processor"};
static const char *const session_levels[SESSION_LEVELS] = {
    "read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads", "session"};

#define ANY "*" /* broken, whatever the rule */

static void answered(const char *line, const char *level, struct level_answer *a)
{
    struct session_case c;
    ck_assert_msg(session_case_parse(&c, str_of(line)), "%s", line);
    level_check(&c, level, 1, a);
    ck_assert_msg(!a->why[0], "%s: %s: %s", line, level, a->why);
}

static void asked(const char *line, const char *level, const char *broken)
{
    struct level_answer a;
    answered(line, level, &a);
    enum verdict want = broken ? VERDICT_INVALID : VERDICT_VALID;
    ck_assert_msg(a.verdict == want, "%s: %s: verdict %d", line, level, (int)a.verdict);
    if (broken && strcmp(broken, ANY) != 0)
        ck_assert_msg(strcmp(a.word, broken) == 0, "%s: %s: %s", line, level, a.word);
}

static const struct {
    const char *line, *broken[CAUSAL_LEVELS];
} causal_vectors[] = {
    {"A: w x 1, w y 1 | B: r y 1, r x 1", {NULL}},
    {"A: w x 1, w y 1 | B: r y 1, r x 0",
     {"write-co-init-read", "write-co-init-read", "write-co-init-read", ANY, NULL, ANY, ANY}},
    {"A: w x 1, r y 0 | B: w y 1, r x 0", {NULL, NULL, NULL, NULL, NULL, ANY, NULL}},
    {"A: w x 1 | B: w x 2 | C: r x 1, r x 2 | D: r x 2, r x 1",
     {NULL, NULL, "cyclic-cf", NULL, "incoherent", ANY, ANY}},
    {"A: w x 1, r x 2 | B: w x 2, r x 1", {NULL, NULL, "cyclic-cf", NULL, ANY, ANY, ANY}},
    {"A: w z 1, w x 1, w y 1 | B: w x 2, r z 0, r y 1, r x 2",
     {NULL, "write-hb-init-read", NULL, ANY, NULL, ANY, ANY}},
    {"A: w x 1 | B: w x 2, r x 1, r x 2", {NULL, "cyclic-hb", "cyclic-cf", ANY, ANY, ANY, ANY}},
    {"A: w x 1 | B: r x 1, w y 1 | C: r y 1, r x 0",
     {"write-co-init-read", "write-co-init-read", "write-co-init-read", NULL, NULL, ANY, NULL}},
    {"A: w x 1 | B: r x 1, w x 2 | C: r x 2, r x 1",
     {"write-co-read", "write-co-read", "write-co-read", NULL, ANY, ANY, ANY}},
    {"A: r x 1, w y 1 | B: r y 1, w x 1",
     {"cyclic-co", "cyclic-co", "cyclic-co", NULL, NULL, ANY, NULL}},
    {"A: w x 1, w x 2 ! | B: r x 2, r x 1",
     {"write-co-read", "write-co-read", "write-co-read", ANY, ANY, ANY, ANY}},
    {"A: w x 1 ! | B: r x 0, r x 1", {NULL}},
    {"A: c x 2 1 ! | B: r x 2, c x 1 2 !",
     {"cyclic-co", "cyclic-co", "cyclic-co", ANY, ANY, ANY, ANY}},
    {"A: w x 1, w y 1, r y 2 | B: w y 2, r x 0",
     {NULL, NULL, NULL, NULL, NULL, ANY, "not-processor"}},
    {"A: w x 1 ! | B: r x 1, r x 0",
     {"write-co-init-read", "write-co-init-read", "write-co-init-read", ANY, ANY, ANY, ANY}},
    {"A: w x 1 | B: w x 2 | C: r x 1, w y 1 | D: r x 2, r y 1, r x 1", {NULL}},
};

START_TEST(causal)
{
    for (int i = 0; i < CAUSAL_LEVELS; i++)
        asked(causal_vectors[_i].line, causal_levels[i], causal_vectors[_i].broken[i]);
}
END_TEST

static const struct {
    const char *line, *broken[SESSION_LEVELS];
} session_vectors[] = {
    {"A: w x 1, r x 1", {NULL}},
    {"A: w x 1, r x 0", {"read-your-writes", NULL, NULL, NULL, "read-your-writes"}},
    {"A: w x 1, r x 2 | B: w x 2", {NULL}},
    {"A: w x 1, r x 2 | B: w x 2, r x 1",
     {"read-your-writes", NULL, NULL, NULL, "read-your-writes"}},
    {"A: w x 1 | B: w x 2 | C: r x 1, r x 2, r x 1",
     {NULL, "monotonic-reads", NULL, NULL, "monotonic-reads"}},
    {"A: w x 1 | B: r x 1, r x 0", {NULL, "monotonic-reads", NULL, NULL, "monotonic-reads"}},
    {"A: w x 1, w x 2 | B: r x 2, r x 1", {NULL, NULL, NULL, NULL, "session"}},
    {"A: w x 1, w y 1 | B: r y 1, r x 0", {NULL}},
    {"A: w x 1 | B: r x 1, w x 2 | C: r x 2, r x 1", {NULL, NULL, NULL, NULL, "session"}},
    {"A: w x 1 | B: r x 1, w y 1 | C: r y 1, r x 0", {NULL}},
    {"A: r x 1, w x 2 | B: r x 2, w x 1",
     {NULL, NULL, NULL, "writes-follow-reads", "writes-follow-reads"}},
    {"A: w x 1, w x 2 ! | B: r x 2, r x 1", {NULL, NULL, NULL, NULL, "session"}},
};

START_TEST(sessions)
{
    for (int i = 0; i < SESSION_LEVELS; i++)
        asked(session_vectors[_i].line, session_levels[i], session_vectors[_i].broken[i]);
}
END_TEST

/* ^ is the version that an operation returned. */
START_TEST(versions)
{
    asked("A: w x 1 ^5 | B: w x 2 ^7 | C: r x 2 ^7, r x 1 ^5", "monotonic-reads",
          "monotonic-reads");
    asked("A: w x 1 ^7, r x 2 ^5 | B: w x 2 ^5", "read-your-writes", "read-your-writes");
    asked("A: w x 1 ^7, w x 2 ^5", "monotonic-writes", "monotonic-writes");
    asked("A: w x 1 ^7 | B: r x 1 ^7, w x 2 ^5", "writes-follow-reads", "writes-follow-reads");
    asked("A: w x 1 ^5 | B: w x 2 ^7 | C: r x 1 ^5, r x 2 ^7", "session", NULL);
    /* Two writes of one version: the versions are not believed. */
    asked("A: w x 1 ^5 | B: w x 2 ^5 | C: r x 2 ^5, r x 1 ^5", "session", NULL);
}
END_TEST

/* Versions of different keys say nothing about each other, :mod-revisions do. */
START_TEST(revisions)
{
    asked("A: w x 1 ^7, w y 1 ^5", "monotonic-writes", NULL);
    asked("global A: w x 1 ^7, w y 1 ^5", "monotonic-writes", "monotonic-writes");
    asked("A: w x 1 ^7 | B: r x 1 ^7, w y 1 ^5", "writes-follow-reads", NULL);
    asked("global A: w x 1 ^7 | B: r x 1 ^7, w y 1 ^5", "writes-follow-reads",
          "writes-follow-reads");
    /* the key that is read later may have been written before */
    asked("global A: w x 1 ^7 | B: w y 1 ^5 | C: r x 1 ^7, r y 1 ^5", "session", NULL);
    asked("global A: w x 1 ^7, r y 1 ^5 | B: w y 1 ^5", "session", NULL);
    /* one transaction's writes have one revision */
    asked("global A: w x 1 ^5, w y 1 ^5", "session", NULL);
}
END_TEST

/* Of a value that is written more than once a version tells which write was observed. */
START_TEST(versions_settle)
{
    struct level_answer a;
    answered("A: w x 1 | B: w x 2 | C: w x 1 | D: r x 1, r x 2, r x 1", "monotonic-reads", &a);
    ck_assert_int_eq(a.verdict, VERDICT_UNKNOWN);
    asked("A: w x 1 ^3 | B: w x 2 ^5 | C: w x 1 ^7 | D: r x 1 ^3, r x 2 ^5, r x 1 ^7", "session",
          NULL);
    asked("A: w x 1 ^3 | B: w x 2 ^5 | C: w x 1 ^7 | D: r x 1 ^3, r x 2 ^5, r x 1 ^3",
          "monotonic-reads", "monotonic-reads");
    /* the crashed one is left */
    asked("A: w x 1 ^3 | B: w x 2 ^5 | C: w x 1 ! | D: r x 1 ^7, r x 2 ^5", "monotonic-reads",
          "monotonic-reads");
    /* three versions of two writes: nothing is believed */
    answered("A: w x 1 ! | B: w x 1 ! | C: r x 1 ^3, r x 1 ^7, r x 1 ^5", "monotonic-reads", &a);
    ck_assert_int_eq(a.verdict, VERDICT_UNKNOWN);
}
END_TEST

/* The values alone are coherent: that versions break read-your-writes must not refute coherence,
 * and that it holds must not imply read-your-writes. */
static void own_answers(const struct spectrum *s, void *ctx)
{
    unsigned *seen = ctx;
    for (size_t i = 0; i < s->n; i++) {
        const struct spectrum_entry *x = &s->entries[i];
        if (strcmp(x->level->name, "coherence") == 0 && x->verdict == VERDICT_VALID)
            *seen |= 1;
        if (strcmp(x->level->name, "read-your-writes") == 0 && x->verdict == VERDICT_INVALID)
            *seen |= 2;
    }
}

START_TEST(versions_of_some)
{
    static const char *const lines[] = {
        "A: w x 1 ^7, r x 2 ^5 | B: w x 2 ^5",
        "A: w x 1 ^7, r x 2 ^5, w y 1, r z 0 | B: w x 2 ^5, w z 1, r y 0",
    };
    struct session_case c;
    char why[LEVEL_WHY] = "";
    unsigned seen = 0;
    ck_assert(session_case_parse(&c, str_of(lines[_i])));
    ck_assert_msg(level_check_all(&c, 1, own_answers, &seen, why), "%s", why);
    ck_assert_uint_eq(seen, 3);
}
END_TEST

/* A crashed cas that may have written what was read: what it replaced must have been there, too.
 * But it need not be the one. */
START_TEST(crashed_cas_of_a_repeated_value)
{
    static const char *const lines[] = {"A: w x 2, r x 0 | B: w x 1 ! | C: c x 1 0 !",
                                        "A: r x 2 | B: w x 2, c x 1 2 ! | C: c x 1 1 !"};
    struct level_answer a;
    asked(lines[_i], "sequential", NULL);
    for (int i = 0; i < CAUSAL_LEVELS; i++) {
        answered(lines[_i], causal_levels[i], &a);
        ck_assert_int_ne(a.verdict, VERDICT_INVALID);
    }
    asked("A: w x 2, r x 0 | C: c x 1 0 !", "sequential", ANY);
}
END_TEST

START_TEST(odd)
{
    static const char *const lines[] = {
        "A: w x 1", "A: r x 0", "A: r x 0 !", "A: w x 1 !", "A: w x 1 ! | B: w x 2 !",
        "A: w x 1, w x 2, w y 1",
    };
    for (int i = 0; i < CAUSAL_LEVELS; i++)
        asked(lines[_i], causal_levels[i], NULL);
    for (int i = 0; i < SESSION_LEVELS; i++)
        asked(lines[_i], session_levels[i], NULL);
}
END_TEST

START_TEST(air)
{
    for (int i = 0; i < CAUSAL_LEVELS; i++)
        asked("A: w x 1 | B: r x 7", causal_levels[i], "thin-air-read");
    for (int i = 0; i < SESSION_LEVELS; i++)
        asked("A: w x 1 | B: r x 7", session_levels[i], "thin-air-read");
}
END_TEST

/* A cas of a value to itself writes it, too: after another write, and for other processes. */
START_TEST(itself)
{
    struct level_answer a;
    static const char *const lines[] = {
        "A: r x 2, w x 3, r x 2 | B: w x 2 | C: c x 2 2",
        "A: r x 2, w x 3, r x 2 | B: w x 2 | C: c x 2 2 !",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        answered(lines[i], "causal", &a);
        ck_assert_msg(a.verdict != VERDICT_INVALID, "%s: %s", lines[i], a.word);
        asked(lines[i], "sequential", ANY);
    }
    answered("A: w x 2 | B: c x 2 2, r x 0", "read-your-writes", &a);
    ck_assert_msg(a.verdict != VERDICT_VALID, "its own write is gone");
    answered("A: c x 2 2 | B: c x 2 2", "monotonic-reads", &a);
    ck_assert_msg(a.verdict != VERDICT_INVALID, "each may have observed the other");
    asked("A: c x 2 2", "monotonic-reads", "thin-air-read");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("levels");
    TCase *c = tcase_create("levels");
    tcase_add_loop_test(c, causal, 0, (int)(sizeof causal_vectors / sizeof *causal_vectors));
    tcase_add_loop_test(c, sessions, 0, (int)(sizeof session_vectors / sizeof *session_vectors));
    tcase_add_test(c, versions);
    tcase_add_test(c, revisions);
    tcase_add_test(c, versions_settle);
    tcase_add_loop_test(c, versions_of_some, 0, 2);
    tcase_add_loop_test(c, odd, 0, 6);
    tcase_add_loop_test(c, crashed_cas_of_a_repeated_value, 0, 2);
    tcase_add_test(c, air);
    tcase_add_test(c, itself);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
