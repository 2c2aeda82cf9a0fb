#define _POSIX_C_SOURCE 200809L
#include "base/mem.h"
#include "histories/source.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static char dir[64];

static void make_dir(void)
{
    (void)snprintf(dir, sizeof dir, "/tmp/belie-test-source-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_dir(void)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -r %s", dir);
    ck_assert_int_eq(system(command), 0);
}

static const char *path_of(const char *name)
{
    static char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void write_file(const char *name, const void *p, size_t n)
{
    FILE *f = fopen(path_of(name), "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(p, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
}

/* The file reads as `text`, and zeros follow it. */
static void ck_opens(const char *name, struct str text)
{
    struct source s;
    struct err e = {0};
    ck_assert_msg(source_open(&s, path_of(name), &e), "%s", e.text);
    ck_assert(str_eq(s.text, text));
    for (int i = 0; i < SOURCE_PAD; i++)
        ck_assert_int_eq(s.text.p[s.text.n + (size_t)i], 0);
    source_free(&s);
}

static void ck_refuses(const char *name, enum err_code code, const char *part)
{
    struct source s;
    struct err e = {0};
    ck_assert(!source_open(&s, path_of(name), &e));
    ck_assert_int_eq(e.code, code);
    ck_assert_msg(strstr(e.text, part) != NULL, "%s", e.text);
    ck_assert_msg(strncmp(e.text, dir, strlen(dir)) == 0, "%s", e.text);
}

static size_t gzip(struct str in, char *out, size_t room)
{
    z_stream z = {0};
    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    ck_assert_int_eq(deflateEnd(&z), Z_OK);
    return room - z.avail_out;
}

START_TEST(files_of_every_length_are_padded)
{
    enum { PAGE = 4096 };
    static char text[2 * PAGE];
    memset(text, 'x', sizeof text);
    static const size_t lengths[] = {0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        write_file("f", text, lengths[i]);
        ck_opens("f", (struct str){text, lengths[i]});
    }
    write_file("bom", "\xef\xbb\xbf{}", 5);
    ck_opens("bom", STR("{}"));
}
END_TEST

START_TEST(pipes_are_read)
{
    ck_assert_int_eq(mkfifo(path_of("pipe"), 0600), 0);
    char command[256];
    (void)snprintf(command, sizeof command, "(printf '{:a'; sleep 0.05; printf ' 1}') > %s &",
                   path_of("pipe"));
    ck_assert_int_eq(system(command), 0);
    ck_opens("pipe", STR("{:a 1}"));
}
END_TEST

START_TEST(gzip_is_recognised_by_content)
{
    enum { N = 1 << 20 };
    char *text = mem_zalloc(N, 1), *packed = mem_alloc(N);
    for (size_t i = 0; i < N; i++)
        text[i] = (char)('a' + i * i % 23);
    size_t n = gzip((struct str){text, N / 2}, packed, N);
    n += gzip((struct str){text + N / 2, N / 2}, packed + n, N - n);
    write_file("two-members", packed, n);
    ck_opens("two-members", (struct str){text, N});
    memset(packed + n, 0, 512);
    write_file("zeros-follow", packed, n + 512);
    ck_opens("zeros-follow", (struct str){text, N});
    packed[n] = 'x';
    write_file("junk-follows", packed, n + 1);
    ck_refuses("junk-follows", ERR_INPUT, "not gzip data follow");
    write_file("cut", packed, n - 20);
    ck_refuses("cut", ERR_INPUT, "cut short");
    packed[n / 4] ^= 0x55;
    write_file("damaged", packed, n);
    ck_refuses("damaged", ERR_INPUT, "damaged");
    n = gzip(STR(""), packed, N);
    write_file("empty", packed, n);
    ck_opens("empty", STR(""));
    mem_free(text);
    mem_free(packed);
}
END_TEST

START_TEST(zstd_is_recognised_by_content)
{
    enum { N = 1 << 20 };
    char *text = mem_zalloc(N, 1), *packed = mem_alloc(N);
    for (size_t i = 0; i < N; i++)
        text[i] = (char)('a' + i * i % 23);
    size_t n = ZSTD_compress(packed, N, text, N / 2, 3);
    n += ZSTD_compress(packed + n, N - n, text + N / 2, N / 2, 3);
    write_file("two-frames", packed, n);
    ck_opens("two-frames", (struct str){text, N});
    write_file("cut", packed, n - 5);
    ck_refuses("cut", ERR_INPUT, "cut short");
    memset(packed + 4, 0x55, 20);
    write_file("damaged", packed, n);
    ck_refuses("damaged", ERR_INPUT, "damaged");
    mem_free(text);
    mem_free(packed);
}
END_TEST

START_TEST(what_cannot_be_read_says_why)
{
    ck_refuses("nothing-here", ERR_IO, "No such file or directory; check the path");
    ck_refuses(".", ERR_INPUT, "is a directory");
    write_file("secret", "x", 1);
    ck_assert_int_eq(chmod(path_of("secret"), 0), 0);
    if (access(path_of("secret"), R_OK) != 0) /* not as root */
        ck_refuses("secret", ERR_IO, "Permission denied");
}
END_TEST

START_TEST(positions)
{
    struct source s;
    struct err e;
    size_t line, col;
    ck_assert(source_memory(&s, "name", STR("ab\n\ncd")));
    source_where(&s, 0, &line, &col);
    ck_assert(line == 1 && col == 1);
    source_where(&s, 2, &line, &col);
    ck_assert(line == 1 && col == 3);
    source_where(&s, 3, &line, &col);
    ck_assert(line == 2 && col == 1);
    source_where(&s, 5, &line, &col);
    ck_assert(line == 3 && col == 2);
    source_where(&s, 99, &line, &col);
    ck_assert(line == 3 && col == 3);
    ck_assert(!source_error(&s, 5, &e, "bad %s", "thing"));
    ck_assert_str_eq(e.text, "name:3:2: bad thing");
    ck_assert_int_eq(e.code, ERR_INPUT);
    source_free(&s);
}
END_TEST

static void touch_in(const char *sub, const char *name)
{
    char at[100];
    if (sub[0]) {
        (void)mkdir(path_of(sub), 0700);
        (void)snprintf(at, sizeof at, "%s/%s", sub, name);
    } else {
        (void)snprintf(at, sizeof at, "%s", name);
    }
    write_file(at, "", 0);
}

static void ck_expands(const char *name, const char *const *expected, size_t n)
{
    struct paths p = {0};
    struct err e;
    ck_assert(paths_expand(&p, path_of(name), &e));
    ck_assert_uint_eq(p.n, n);
    for (size_t i = 0; i < n; i++)
        ck_assert_str_eq(p.p[i], path_of(expected[i]));
    paths_free(&p);
}

START_TEST(paths_of_files_and_stores)
{
    struct paths p = {0};
    struct err e;
    ck_assert(paths_expand(&p, "-", &e));
    ck_assert(paths_expand(&p, "/no/such/file", &e));
    ck_assert_uint_eq(p.n, 2);
    ck_assert_str_eq(p.p[0], "-");
    ck_assert_str_eq(p.p[1], "/no/such/file");
    ck_assert(!paths_expand(&p, dir, &e));
    ck_assert_uint_eq(p.n, 2);
    paths_free(&p);
    (void)mkdir(path_of("independent"), 0700);
    touch_in("independent/10", "history.edn");
    touch_in("independent/2", "history.edn");
    touch_in("independent/2a", "history.txt");
    touch_in("independent/none", "other.txt");
    static const char *const keys[] = {"independent/2/history.edn", "independent/2a/history.txt",
                                       "independent/10/history.edn"};
    ck_expands("independent", keys, 3);
    ck_expands("independent/2", keys, 1);
    static const char *const below[] = {"./independent/2/history.edn",
                                        "./independent/2a/history.txt",
                                        "./independent/10/history.edn"};
    ck_expands(".", below, 3);
    touch_in("", "jepsen.log");
    touch_in("", "history.txt.gz");
    static const char *const txt[] = {"./history.txt.gz"};
    ck_expands("./", txt, 1);
    touch_in("", "history.edn.zst");
    static const char *const edn[] = {"./history.edn.zst"};
    ck_expands(".", edn, 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("source");
    TCase *c = tcase_create("source");
    tcase_add_checked_fixture(c, make_dir, remove_dir);
    tcase_add_test(c, files_of_every_length_are_padded);
    tcase_add_test(c, pipes_are_read);
    tcase_add_test(c, gzip_is_recognised_by_content);
    tcase_add_test(c, zstd_is_recognised_by_content);
    tcase_add_test(c, what_cannot_be_read_says_why);
    tcase_add_test(c, positions);
    tcase_add_test(c, paths_of_files_and_stores);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
