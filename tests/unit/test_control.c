/* control: quoting, key files, and commands on this machine. */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"
#include "base/rng.h"
#include "control/key_file.h"
#include "control/quote.h"
#include "control/remote.h"

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

static const struct remote_host here = {.address = NULL};

/* What a shell makes of a quoted word is the word. */
static void through_a_shell(struct remote *r, struct str s)
{
    struct buf command = {0};
    struct command_result c;
    struct err e = {0};
    buf_puts(&command, "printf %s ");
    ck_assert(quote_word(&command, s));
    buf_putc(&command, '\0');
    ck_assert_msg(remote_run(r, command.p, STR(""), 10, &c, &e), "%s", e.text);
    ck_assert_int_eq(c.status, 0);
    ck_assert(str_eq(buf_str(&c.out), s));
    command_result_free(&c);
    buf_free(&command);
}

START_TEST(quoting)
{
    static const char *const words[] = {"",      "a",    "-n",    "a b", "'",        "''", "it's",
                                        "$HOME", "`id`", "$(id)", "\\",  "\"",       "\n", "a\nb",
                                        "*",     "~",    "a;b",   "a&b", "a|b",      "#",  "!x",
                                        "{a,b}", "=",    "a=b",   "\t",  "\x80\xff", "%s"};
    struct remote r;
    struct err e = {0};
    struct rng rng;
    ck_assert(remote_connect(&r, &remote_local, &here, 1, &e));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        through_a_shell(&r, str_of(words[i]));
    rng_seed(&rng, 1);
    for (int i = 0; i < 300; i++) {
        char any[20];
        size_t n = (size_t)rng_below(&rng, sizeof any);
        for (size_t k = 0; k < n; k++)
            any[k] = (char)(1 + rng_below(&rng, 255));
        through_a_shell(&r, (struct str){any, n});
    }
    struct buf b = {0};
    ck_assert(!quote_word(&b, (struct str){"a\0b", 3}));
    ck_assert_uint_eq(b.n, 0);
    remote_disconnect(&r);
}
END_TEST

START_TEST(keys)
{
    /* The heads of files that ssh-keygen made; what follows is not looked at. */
    static const char rsa[] =
        "-----BEGIN OPENSSH PRIVATE KEY-----\n"
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAABlwAAAAdzc2gtcn\n"
        "NhAAAAAwEAAQAAAYEA";
    static const char ed25519[] =
        "-----BEGIN OPENSSH PRIVATE KEY-----\n"
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\nQyNTUxOQAAACA";
    struct key_info k = {0};
    ck_assert(key_info_of(str_of(rsa), &k) && k.rsa && !k.encrypted);
    ck_assert(key_info_of(str_of(ed25519), &k) && !k.rsa && !k.encrypted);
    ck_assert(key_info_of(STR("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"), &k) &&
              k.rsa && k.encrypted);
    ck_assert(!key_info_of(STR("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA"), &k));
    for (size_t n = 0; n < 100; n++)
        (void)key_info_of((struct str){rsa, n}, &k);
    ck_assert(!key_info_of(STR("ssh-rsa AAAA"), &k));
    ck_assert(!key_info_of(STR(""), &k));
}
END_TEST

START_TEST(deadline)
{
    struct remote r;
    struct command_result c;
    struct err e = {0};
    ck_assert(remote_connect(&r, &remote_local, &here, 1, &e));
    int64_t from = clock_ns();
    ck_assert(!remote_run(&r, "echo before; sleep 60 & wait", STR(""), 0.3, &c, &e));
    ck_assert(clock_ns() - from < INT64_C(5000000000));
    ck_assert_ptr_nonnull(strstr(e.text, "in time"));
    ck_assert(str_is(buf_str(&c.out), "before\n"));
    command_result_free(&c);
    /* A daemon that holds the pipes does not hold the command. */
    from = clock_ns();
    ck_assert(remote_run(&r, "sleep 3 & echo done", STR(""), 10, &c, &e));
    ck_assert(clock_ns() - from < INT64_C(2500000000));
    ck_assert(str_is(buf_str(&c.out), "done\n"));
    command_result_free(&c);
    ck_assert(!remote_must(&r, "echo no reason >&2; exit 7", 10, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "exit status 7: no reason"));
    remote_disconnect(&r);
}
END_TEST

START_TEST(names)
{
    const struct remote_host option = {.address = "-oProxyCommand=touch /tmp/x"};
    struct remote r;
    struct err e = {0};
    ck_assert(!remote_connect(&r, &remote_ssh, &option, 1, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "cannot begin with -"));
    for (size_t i = 0; remote_kinds[i]; i++)
        ck_assert_ptr_eq(remote_kind_find(str_of(remote_kinds[i]->name)), remote_kinds[i]);
    ck_assert_ptr_null(remote_kind_find(STR("telnet")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("control");
    TCase *t = tcase_create("control");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, quoting);
    tcase_add_test(t, keys);
    tcase_add_test(t, deadline);
    tcase_add_test(t, names);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
