/* utf8: every code point round-trips, everything else is refused byte by byte. */
#include "base/utf8.h"

#include <check.h>

static size_t encode(uint32_t c, char *p)
{
    if (c < 0x80) {
        p[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        p[i] = (char)(0x80 | (c & 0x3f));
    p[0] = (char)((0xf00 >> n & 0xff) | c);
    return n;
}

START_TEST(every_code_point)
{
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        char p[4];
        uint32_t cp;
        size_t n = encode(c, p);
        size_t got = utf8_decode((struct str){p, n}, &cp);
        bool surrogate = c >= 0xd800 && c <= 0xdfff;
        ck_assert_uint_eq(cp, surrogate ? UTF8_BAD : c);
        ck_assert_uint_eq(got, surrogate ? 1 : n);
    }
}
END_TEST

START_TEST(ill_formed)
{
    static const char *const bad[] = {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\x80",
                                      "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5", "\xff",
                                      "\xe2\x82", "\xc3("};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t cp = 0;
        ck_assert_uint_eq(utf8_decode(str_of(bad[i]), &cp), 1);
        ck_assert_uint_eq(cp, UTF8_BAD);
    }
}
END_TEST

START_TEST(length)
{
    ck_assert_uint_eq(utf8_length(STR("")), 0);
    ck_assert_uint_eq(utf8_length(STR("na\xc3\xafve \xff")), 7);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("utf8");
    TCase *t = tcase_create("decode");
    tcase_add_test(t, every_code_point);
    tcase_add_test(t, ill_formed);
    tcase_add_test(t, length);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
