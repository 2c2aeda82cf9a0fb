/* sha256 against the vectors of FIPS 180-4 and NIST's examples, base64 against RFC 4648. */
#include "base/base64.h"
#include "base/mem.h"
#include "base/sha256.h"

#include <check.h>

static void is(struct str data, const char *hex)
{
    struct buf b = {0};
    sha256_hex(data, &b);
    ck_assert(str_is(buf_str(&b), hex));
    buf_free(&b);
}

START_TEST(vectors)
{
    is(STR(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    is(STR("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    is(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    is(STR("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopq"
           "r"
           "lmnopqrsmnopqrstnopqrstu"),
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}
END_TEST

/* Every length around the blocks takes the padding through all its cases. */
START_TEST(a_million)
{
    size_t n = 1000000;
    char *p = mem_alloc(n);
    memset(p, 'a', n);
    is((struct str){p, n}, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    is((struct str){p, 55}, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    is((struct str){p, 56}, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
    is((struct str){p, 64}, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    mem_free(p);
}
END_TEST

START_TEST(base_64)
{
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"},
                                           {"\xff\xfe", "//4="}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct buf b = {0};
        base64_put(pairs[i][0], strlen(pairs[i][0]), &b);
        ck_assert(str_is(buf_str(&b), pairs[i][1]));
        buf_free(&b);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sha256");
    TCase *t = tcase_create("sha256");
    tcase_add_test(t, vectors);
    tcase_add_test(t, a_million);
    tcase_add_test(t, base_64);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
