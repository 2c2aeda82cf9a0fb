/* Grudges are what their names say, and faults do what their receipts say. */
#include "nemesis/fault_plan.h"

#include <check.h>

enum { ROUNDS = 50 };

static uint32_t count(uint64_t set)
{
    return (uint32_t)__builtin_popcountll(set);
}

/* Nodes that node i hears, with itself. */
static uint64_t hears(const struct grudge *g, uint32_t i)
{
    return grudge_all(g->n) & ~g->deaf_to[i];
}

static bool symmetric(const struct grudge *g)
{
    for (uint32_t i = 0; i < g->n; i++)
        for (uint32_t j = 0; j < g->n; j++)
            if ((g->deaf_to[i] >> j & 1) != (g->deaf_to[j] >> i & 1))
                return false;
    return true;
}

/* Sizes of the smallest and largest set of nodes that hear the same ones. */
static void sides(const struct grudge *g, uint32_t *least, uint32_t *most)
{
    *least = g->n;
    *most = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        uint32_t k = count(hears(g, i));
        *least = k < *least ? k : *least;
        *most = k > *most ? k : *most;
    }
}

static void check_shape(const char *name, const struct grudge *g)
{
    uint32_t n = g->n, least, most;
    sides(g, &least, &most);
    if (strcmp(name, "one") == 0) {
        ck_assert(symmetric(g) && grudge_links(g) == 2 * (n - 1));
    } else if (strcmp(name, "halves") == 0 || strcmp(name, "random-halves") == 0) {
        ck_assert(symmetric(g) && least == n / 2 && most == n - n / 2);
    } else if (strcmp(name, "minority") == 0) {
        ck_assert(symmetric(g) && least <= (n - 1) / 2 && most == n - least);
    } else if (strcmp(name, "majorities-ring") == 0) {
        ck_assert(least == n / 2 + 1 && most == n / 2 + 1);
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < i; j++)
                ck_assert(hears(g, i) != hears(g, j));
    } else if (strcmp(name, "bridge") == 0) {
        uint32_t bridges = 0;
        for (uint32_t i = 0; i < n; i++)
            bridges += g->deaf_to[i] == 0;
        ck_assert(symmetric(g) && (bridges == 1 || n == 3) && most == n);
        ck_assert_uint_eq(grudge_links(g), 2 * (n / 2) * (n - 1 - n / 2));
    } else if (strcmp(name, "one-way") == 0) {
        ck_assert(!symmetric(g) && least == n / 2 && most == n);
        ck_assert_uint_eq(grudge_links(g), n / 2 * (n - n / 2));
    } else {
        ck_assert_str_eq(name, "complete");
        ck_assert(least == 1 && most == 1);
    }
}

START_TEST(grudges)
{
    const struct grudge_kind *k = grudge_kinds[_i];
    static const uint32_t sizes[] = {2, 3, 4, 5, 6, 7, 9, 64};
    struct rng r;
    rng_seed(&r, 1);
    ck_assert_ptr_eq(grudge_find(k->name), k);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i] < k->least)
            continue;
        struct grudge first, g;
        bool differ = false;
        grudge_make(&first, k, sizes[i], &r);
        for (int round = 0; round < ROUNDS; round++) {
            grudge_make(&g, k, sizes[i], &r);
            for (uint32_t node = 0; node < g.n; node++)
                ck_assert(hears(&g, node) >> node & 1);
            check_shape(k->name, &g);
            differ |= memcmp(g.deaf_to, first.deaf_to, sizeof g.deaf_to) != 0;
        }
        ck_assert(differ || strcmp(k->name, "complete") == 0 || strcmp(k->name, "halves") == 0 ||
                  sizes[i] == 2);
    }
}
END_TEST

START_TEST(components_do_not_hear_each_other)
{
    struct grudge g = {.n = 5};
    grudge_components(&g, (const uint64_t[]){3, 12, 16}, 3);
    ck_assert(hears(&g, 0) == 3 && hears(&g, 1) == 3 && hears(&g, 2) == 12 && hears(&g, 4) == 16);
    ck_assert_uint_eq(grudge_links(&g), 16);
}
END_TEST

/* ---- faults over a system that only remembers, and whose node 3 cannot be cut off ------------ */

enum { NODES = 5 };
static uint64_t cuts[NODES];
static bool down[NODES], stopped[NODES];
static int64_t offsets[NODES];
static bool stubborn;

static void cut(void *ctx, uint32_t from, uint32_t to, bool yes)
{
    (void)ctx;
    uint64_t bit = UINT64_C(1) << from;
    if (!(stubborn && to == 3))
        cuts[to] = yes ? cuts[to] | bit : cuts[to] & ~bit;
}

static bool linked(void *ctx, uint32_t from, uint32_t to)
{
    (void)ctx;
    return !(cuts[to] >> from & 1);
}

static void kill_node(void *ctx, uint32_t i)
{
    (void)ctx;
    down[i] = true;
}

static void restart(void *ctx, uint32_t i)
{
    (void)ctx;
    down[i] = false;
}

static bool up(void *ctx, uint32_t i)
{
    (void)ctx;
    return !down[i];
}

static void pause_node(void *ctx, uint32_t i)
{
    (void)ctx;
    stopped[i] = true;
}

static void resume(void *ctx, uint32_t i)
{
    (void)ctx;
    stopped[i] = false;
}

static bool paused(void *ctx, uint32_t i)
{
    (void)ctx;
    return stopped[i];
}

static void skew(void *ctx, uint32_t i, int64_t offset)
{
    (void)ctx;
    offsets[i] = offset;
}

static int64_t offset(void *ctx, uint32_t i)
{
    (void)ctx;
    return offsets[i];
}

static bool jumps[NODES];
static struct packet_trouble troubles[NODES];

static void strobe(void *ctx, uint32_t i, int64_t delta, int64_t period)
{
    (void)ctx;
    jumps[i] = delta != 0 && period > 0;
}

static bool strobes(void *ctx, uint32_t i)
{
    (void)ctx;
    return jumps[i];
}

static void trouble(void *ctx, uint32_t i, const struct packet_trouble *t)
{
    (void)ctx;
    if (!(stubborn && i == 3))
        troubles[i] = *t;
}

static struct packet_trouble troubled(void *ctx, uint32_t i)
{
    (void)ctx;
    return troubles[i];
}

static bool power_cut(void *ctx, uint32_t i)
{
    (void)ctx;
    down[i] = true;
    return !(stubborn && i == 3);
}

static uint64_t leaders;

static uint64_t primaries(void *ctx)
{
    (void)ctx;
    return leaders;
}

static const struct nemesis_target target = {
    .cut = cut,
    .linked = linked,
    .kill = kill_node,
    .restart = restart,
    .up = up,
    .pause = pause_node,
    .resume = resume,
    .paused = paused,
    .skew = skew,
    .offset = offset,
    .strobe = strobe,
    .strobes = strobes,
    .trouble = trouble,
    .troubled = troubled,
    .bytes = true,
    .power_cut = power_cut,
    .primaries = primaries,
};

static struct values values;
static struct nemesis nemesis;

static void setup(void)
{
    values_init(&values);
    nemesis_init(&nemesis, &target, NODES, &values, 1);
    memset(cuts, 0, sizeof cuts);
    memset(down, 0, sizeof down);
    memset(stopped, 0, sizeof stopped);
    memset(offsets, 0, sizeof offsets);
    memset(jumps, 0, sizeof jumps);
    memset(troubles, 0, sizeof troubles);
    stubborn = false;
}

static void teardown(void)
{
    nemesis_free(&nemesis);
    values_free(&values);
}

/* Do the operation; its value and receipt must print like this (NULL: whatever). */
static void does(const char *f, const char *in, const char *out, const char *receipt)
{
    struct buf text = {0};
    val v = nemesis_invoke(&nemesis, fault_keyword(&nemesis, f), fault_keyword(&nemesis, in));
    val_print_edn(&values, v, &text);
    buf_putc(&text, '\0');
    if (out)
        ck_assert_str_eq(text.p, out);
    ck_assert_str_eq(nemesis.receipt.p, receipt);
    buf_free(&text);
}

START_TEST(partition_is_measured)
{
    does("start-partition", "complete", NULL, "20 of 20 links cut");
    does("stop-partition", "complete", ":network-healed", "20 of 20 links work");
    does("start-partition", "one", NULL, "8 of 8 links cut");
    does("start-partition", "halves", NULL, "12 of 12 links cut"); /* instead of the last one */
    does("stop-partition", "halves", ":network-healed", "20 of 20 links work");
    stubborn = true;
    does("start-partition", "complete", NULL, "16 of 20 links cut");
}
END_TEST

START_TEST(processes_die_and_come_back)
{
    does("kill", "all",
         "{\"n1\" :killed, \"n2\" :killed, \"n3\" :killed, \"n4\" :killed, \"n5\" :killed}",
         "5 of 5 nodes killed");
    does("start", "all",
         "{\"n1\" :started, \"n2\" :started, \"n3\" :started, \"n4\" :started, "
         "\"n5\" :started}",
         "5 of 5 nodes up");
    does("kill", "majority", NULL, "3 of 3 nodes killed");
    does("start", "all", NULL, "5 of 5 nodes up");
    does("pause", "minority", NULL, "2 of 2 nodes stopped");
    does("resume", "all", NULL, "5 of 5 nodes not stopped");
    does("resume", "all", "{}", "5 of 5 nodes not stopped");
    does("pause", "one", NULL, "1 of 1 nodes stopped");
}
END_TEST

START_TEST(primaries_are_hit)
{
    leaders = 2;
    does("kill", "primaries", "{\"n2\" :killed}", "1 of 1 nodes killed");
    does("start", "all", NULL, "5 of 5 nodes up");
    leaders = 17; /* two of them: each is alone */
    does("pause", "primaries", "{\"n1\" :paused, \"n5\" :paused}", "2 of 2 nodes stopped");
    does("start-partition", "primaries", NULL, "14 of 14 links cut");
    ck_assert_uint_eq(cuts[0], 30);
    ck_assert_uint_eq(cuts[4], 15);
    ck_assert_uint_eq(cuts[1], 17);
    leaders = 31;
    does("start-partition", "primaries", NULL, "20 of 20 links cut");
    leaders = 0;
    does("start-partition", "primaries", NULL, "no effect: no node says that it is a primary");
    does("kill", "primaries", "{}", "no effect: no node says that it is a primary");
    does("kill", "one", NULL, "1 of 1 nodes killed");
}
END_TEST

/* Chance chooses them where it can, and an aimed fault nobody else. */
START_TEST(primaries_are_chosen)
{
    const struct fault *kill = fault_find(STR("kill")), *cut_off = fault_find(STR("partition"));
    const val word = fault_keyword(&nemesis, "primaries");
    struct rng rng;
    struct err e = {0};
    rng_seed(&rng, 1);
    for (int knows = 0; knows < 2; knows++) {
        int kills = 0, cuts_off = 0;
        nemesis.knows_primaries = knows;
        for (int i = 0; i < 1000; i++) {
            struct gen_op op = {.value = VAL_NIL};
            kill->choose(&nemesis, &rng, &op);
            kills += op.value == word;
            ck_assert_uint_ne(op.value, VAL_NIL);
            cut_off->choose(&nemesis, &rng, &op);
            cuts_off += op.value == word;
        }
        ck_assert(knows ? kills > 100 && cuts_off > 50 : kills + cuts_off == 0);
    }
    struct nemesis_target blind = target;
    const struct fault_list list = {.v = &kill, .n = 1, .aimed = 1};
    blind.primaries = NULL;
    ck_assert(fault_list_possible(&list, &target, "x", &e));
    ck_assert(!fault_list_possible(&list, &blind, "x", &e));
    ck_assert_str_eq(e.text, "nobody can say which nodes of x are primaries");
}
END_TEST

START_TEST(power_is_cut)
{
    does("cut-power", "all", "{\"n1\" :cut, \"n2\" :cut, \"n3\" :cut, \"n4\" :cut, \"n5\" :cut}",
         "5 of 5 nodes lost what was not synced");
    does("restore-power", "all", NULL, "5 of 5 nodes up");
    stubborn = true;
    does("cut-power", "all", NULL, "4 of 5 nodes lost what was not synced");
}
END_TEST

/* Whoever asks doctor what a test needs relies on it; these are the words of node/check.c. */
START_TEST(each_fault_says_what_it_needs)
{
    static const char *const words[] = {"partition", "packets", "clock",
                                        "signals",   "disk",    "power"};
    for (size_t i = 0; faults[i]; i++) {
        bool known = false;
        for (size_t k = 0; faults[i]->needs && k < sizeof words / sizeof *words; k++)
            known |= strcmp(words[k], faults[i]->needs) == 0;
        ck_assert_msg(known, "%s", faults[i]->name);
    }
}
END_TEST

START_TEST(clocks_go_wrong_and_right)
{
    does("bump-clock", "all", NULL, "5 of 5 clocks off");
    for (int i = 0; i < NODES; i++)
        ck_assert(offsets[i] != 0 && offsets[i] < 66000000000 && offsets[i] > -66000000000);
    does("reset-clock", "all", "{\"n1\" 0, \"n2\" 0, \"n3\" 0, \"n4\" 0, \"n5\" 0}",
         "5 of 5 clocks right");
    ck_assert_int_eq(offsets[2], 0);
}
END_TEST

START_TEST(clocks_jump)
{
    does("strobe-clock", "all", NULL, "5 of 5 clocks jump");
    does("stop-strobe", "all", ":clocks-steady", "5 of 5 clocks do not jump");
}
END_TEST

START_TEST(messages_suffer)
{
    does("start-delay", "all", NULL, "5 of 5 nodes troubled");
    does("start-loss", "minority", NULL, "2 of 2 nodes troubled");
    uint32_t lossy = 0;
    for (int i = 0; i < NODES; i++) {
        ck_assert_int_eq(troubles[i].delay, 50000000);
        lossy += troubles[i].loss > 0;
    }
    ck_assert_uint_eq(lossy, 2);
    does("stop-delay", "all", ":packets-flow", "5 of 5 nodes without");
    does("start-duplicate", "one", NULL, "1 of 1 nodes troubled");
    does("start-reorder", "majority", NULL, "3 of 3 nodes troubled");
    does("start-corrupt", "all", NULL, "5 of 5 nodes troubled");
    does("limit-rate", "all", NULL, "5 of 5 nodes troubled");
    ck_assert_uint_eq(troubles[0].corrupt, 200000);
    ck_assert_int_eq(troubles[4].rate, 1000000);
    does("stop-corrupt", "all", ":packets-flow", "5 of 5 nodes without");
    ck_assert_uint_eq(troubles[0].corrupt, 0);
    ck_assert_int_eq(troubles[0].rate, 1000000); /* each ends for itself */
    does("unlimit-rate", "all", ":packets-flow", "5 of 5 nodes without");
    stubborn = true;
    does("start-delay", "all", NULL, "4 of 5 nodes troubled");
}
END_TEST

START_TEST(bytes_are_for_those_who_have_them)
{
    struct nemesis_target no_bytes = target;
    no_bytes.bytes = false;
    ck_assert(fault_possible(fault_find(STR("rate")), &target));
    ck_assert(!fault_possible(fault_find(STR("rate")), &no_bytes));
    ck_assert(!fault_possible(fault_find(STR("corrupt")), &no_bytes));
    ck_assert(fault_possible(fault_find(STR("loss")), &no_bytes));
}
END_TEST

START_TEST(a_fault_that_changes_nothing_says_so)
{
    does("kill", "all", NULL, "5 of 5 nodes killed");
    does("kill", "one", NULL, "no effect: 0 of 1 nodes killed"); /* it was down before */
    does("restart", "all", NULL, "no effect: 0 of 5 nodes restarted");
    does("start", "all", NULL, "5 of 5 nodes up");
    does("restart", "all", NULL, "5 of 5 nodes restarted");
    does("pause", "all", NULL, "5 of 5 nodes stopped");
    does("pause", "all", NULL, "no effect: 0 of 5 nodes stopped");
}
END_TEST

/* What an operation says that it did does the same again, to whomever chance had chosen. */
START_TEST(effects_are_repeated)
{
    static const char *const starts[] = {"start-partition", "kill",       "pause",
                                         "restart",         "bump-clock", "start-loss",
                                         "strobe-clock",    "cut-power"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        for (int round = 0; round < 10; round++) {
            val f = fault_keyword(&nemesis, starts[i]);
            val in = fault_keyword(&nemesis, i == 0 ? "bridge" : "minority");
            val out = nemesis_invoke(&nemesis, f, in);
            ck_assert_uint_eq(nemesis_invoke(&nemesis, f, out), out);
        }
    }
}
END_TEST

/* ---- plans --------------------------------------------------------------------------------- */

START_TEST(a_history_is_a_plan)
{
    static const char text[] =
        "{:time 5, :type :invoke, :process 0, :f :read, :value nil}\n"
        "{:time 7, :type :info, :process :nemesis, :f :kill, :value :one}\n"
        "{:time 8, :type :info, :process :nemesis, :f :kill, :value {\"n2\" :killed}}\n"
        "{:time 9, :type :info, :process :nemesis, :f :look-around, :value 1}\n"
        "{:time 20, :type :info, :process :nemesis, :f :start, :value nil}\n"
        "{:time 21, :type :info, :process :nemesis, :f :start, :value {\"n2\" :started}}\n"
        "{:time 30, :type :info, :process :nemesis, :f :start, :value nil, :final? true}\n"
        "{:time 30, :type :info, :process :nemesis, :f :start, :value {}, :final? true}\n";
    const struct load_options load = {.pair = {.lenient = true}, .split = SPLIT_NO};
    struct history h;
    struct arena a = {0};
    struct fault_plan plan;
    const struct fault *list[4];
    size_t n;
    struct err e = {0};
    ck_assert_msg(history_load_memory(&h, "plan", str_of(text), &load, &e), "%s", e.text);
    ck_assert_msg(fault_plan_read(&plan, &h, &values, &a, &e), "%s", e.text);
    ck_assert_uint_eq(plan.n, 2); /* what heals in the end is no part of it */
    ck_assert(plan.v[0].time == 7 && plan.v[1].time == 20);
    fault_plan_faults(&plan, &values, list, &n, 4);
    ck_assert(n == 1 && strcmp(list[0]->name, "kill") == 0);
    nemesis.plan = &plan;
    (void)nemesis_invoke(&nemesis, plan.v[0].f, plan.v[0].in);
    for (int i = 0; i < NODES; i++)
        ck_assert_int_eq(down[i], i == 1); /* whom the plan names, and not a random one */
    arena_free(&a);
    history_free(&h);
}
END_TEST

START_TEST(a_history_without_faults_is_no_plan)
{
    const struct load_options load = {.split = SPLIT_NO};
    struct history h;
    struct arena a = {0};
    struct fault_plan plan;
    struct err e = {0};
    ck_assert(
        history_load_memory(&h, "plan", STR("{:type :invoke, :process 0, :f :read}"), &load, &e));
    ck_assert(!fault_plan_read(&plan, &h, &values, &a, &e));
    arena_free(&a);
    history_free(&h);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("nemesis");
    TCase *t = tcase_create("grudges");
    int kinds = 0;
    while (grudge_kinds[kinds])
        kinds++;
    tcase_add_loop_test(t, grudges, 0, kinds);
    tcase_add_test(t, components_do_not_hear_each_other);
    suite_add_tcase(s, t);
    t = tcase_create("faults");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, partition_is_measured);
    tcase_add_test(t, processes_die_and_come_back);
    tcase_add_test(t, primaries_are_hit);
    tcase_add_test(t, primaries_are_chosen);
    tcase_add_test(t, power_is_cut);
    tcase_add_test(t, each_fault_says_what_it_needs);
    tcase_add_test(t, clocks_go_wrong_and_right);
    tcase_add_test(t, clocks_jump);
    tcase_add_test(t, messages_suffer);
    tcase_add_test(t, bytes_are_for_those_who_have_them);
    tcase_add_test(t, a_fault_that_changes_nothing_says_so);
    tcase_add_test(t, effects_are_repeated);
    tcase_add_test(t, a_history_is_a_plan);
    tcase_add_test(t, a_history_without_faults_is_no_plan);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
