#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "processors/host.h"
#include "processors/services.h"

/* The services without a chain: two processors, one article. */
static const struct processor names[] = {{.name = "one"}, {.name = "two"}};
static struct processor_host hosts[2];
static const struct processor_host *const chain[] = {&hosts[0], &hosts[1]};
static struct article article;

static int set_up(void **state)
{
    (void)state;
    memset(&article, 0, sizeof article);
    for (unsigned i = 0; i < 2; i++)
        hosts[i] = (struct processor_host){
            .processor = &names[i], .chain = chain, .index = i, .metrics = metrics_new()};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    metrics_free(hosts[0].metrics);
    metrics_free(hosts[1].metrics);
    arena_free(&article.arena);
    return 0;
}

static int set(unsigned host, const char *json)
{
    return host_services.set_section(&hosts[host], &article, slice_of_text(json));
}

static void a_section_is_compacted_outside_its_strings(void **state)
{
    (void)state;
    assert_int_equal(set(0, " { \"a b\" : [ 1,\n\t2 ] , \"c\\\" d\" : \"\\\\ \" } "), 0);
    assert_true(
        slice_is(article.results.sections[0].json, "{\"a b\":[1,2],\"c\\\" d\":\"\\\\ \"}"));
}

static void any_json_value_can_be_a_section(void **state)
{
    static const char *const values[] = {"null", "true", "-1.5e3", "\"\\u0000\"", "[]", "{}"};

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_int_equal(set(0, values[i]), 0);
        assert_true(slice_is(article.results.sections[0].json, values[i]));
    }
    assert_int_equal(article.results.section_count, 1);
}

static void what_is_not_one_json_value_changes_nothing(void **state)
{
    static const char *const values[] = {
        "", " ", "{", "[1,]", "1 2", "\"\xff\"", "{\"a\":1,\"a\":2}", "\"", "'a'"};

    (void)state;
    assert_int_equal(set(1, "1"), 0);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_int_equal(set(0, values[i]), -1);
        assert_int_equal(set(1, values[i]), -1);
    }
    assert_int_equal(set(0, NULL), -1);
    assert_int_equal(article.results.section_count, 1);
    assert_true(slice_is(article.results.sections[0].json, "1"));
}

static void sections_stand_in_the_order_of_the_chain(void **state)
{
    (void)state;
    set(1, "2");
    set(0, "1");
    set(1, "3");
    assert_int_equal(article.results.section_count, 2);
    assert_true(slice_is(article.results.sections[0].name, "one"));
    assert_true(slice_is(article.results.sections[0].json, "1"));
    assert_true(slice_is(article.results.sections[1].json, "3"));
}

static void a_long_reason_is_cut_between_code_points(void **state)
{
    char text[1200];

    (void)state;
    text[0] = 'x';
    for (size_t i = 0; i < 500; i++)
        memcpy(text + 1 + i * 2, "\xc3\xa9", 3);
    host_services.set_reason(&article, "%s", text);
    assert_int_equal(strlen(article.reason_text), 499);
    host_services.set_reason(&article, "%s", text + 1);
    assert_int_equal(strlen(article.reason_text), 500);
}

static void counters_carry_the_processors_name(void **state)
{
    struct metrics *metrics = hosts[1].metrics;

    (void)state;
    host_services.count(&hosts[1], "rules_hit", 2);
    host_services.count(&hosts[1], "rules_hit", 3);
    assert_int_equal(metric_value(metrics_counter(metrics, "copydesk_plugin_rules_hit_total", "",
                                                  "processor=\"two\"")),
                     5);
}

static void a_counter_needs_a_proper_name(void **state)
{
    struct buffer text = {0};

    (void)state;
    host_services.count(&hosts[0], "a{b}", 1);
    host_services.count(&hosts[0], "", 1);
    metrics_render(hosts[0].metrics, &text);
    assert_int_equal(text.length, 0);
    buffer_free(&text);
}

static void a_slot_belongs_to_one_processor_and_article(void **state)
{
    (void)state;
    *host_services.slot(&hosts[0], &article) = &article;
    assert_null(*host_services.slot(&hosts[1], &article));
    assert_ptr_equal(*host_services.slot(&hosts[0], &article), &article);
}

static void without_an_open_journal_an_append_fails(void **state)
{
    (void)state;
    assert_int_equal(host_services.journal_append(&hosts[0], SLICE_LITERAL("a"), NULL), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_section_is_compacted_outside_its_strings),
        TEST(any_json_value_can_be_a_section),
        TEST(what_is_not_one_json_value_changes_nothing),
        TEST(sections_stand_in_the_order_of_the_chain),
        TEST(a_long_reason_is_cut_between_code_points),
        TEST(counters_carry_the_processors_name),
        TEST(a_counter_needs_a_proper_name),
        TEST(a_slot_belongs_to_one_processor_and_article),
        TEST(without_an_open_journal_an_append_fails),
    };

    return cmocka_run_group_tests_name("services", tests, NULL, NULL);
}
