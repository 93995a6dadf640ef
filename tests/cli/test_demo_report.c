#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/demo_report.h"

static const struct view_options plain = {.columns = 80};

/* SLICE_LITERAL, for objects of static storage. */
#define TEXT(literal)                                                                              \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

static const struct demo_record copy = {
    .topic = TEXT("articles.duplicates"),
    .key = TEXT("two"),
    .value = TEXT(
        "{\"id\":\"wire-2\",\"body\":\"x\",\"enrichment\":{\"language\":{\"tag\":\"ar\"},"
        "\"duplicate\":{\"verdict\":\"exact\",\"of\":\"wire-1\",\"by\":\"text\"},\"entities\":["
        "{\"type\":\"place\",\"name\":\"Baku\",\"mentions\":[]},{\"type\":\"place\",\"name\":"
        "\"Paris\",\"mentions\":[]}]}}"),
};

static const struct demo_record dead = {
    .topic = TEXT("articles.rejected"),
    .key = TEXT("one"),
    .value = TEXT("{"),
    .reason = TEXT("malformed_json"),
    .reason_text = TEXT("it ends too early"),
};

static const struct demo_record tombstone = {.topic = TEXT("articles.other"), .key = TEXT("three")};

static struct demo_report *report_of_three(void)
{
    struct demo_report *report = demo_report_new();

    demo_report_expect(report, SLICE_LITERAL("one"));
    demo_report_expect(report, SLICE_LITERAL("two"));
    demo_report_expect(report, SLICE_LITERAL("three"));
    return report;
}

static void the_table_is_in_order_of_sending_and_says_why(void **state)
{
    struct demo_report *report = report_of_three();
    struct buffer table = {0};

    (void)state;
    demo_report_take(report, &copy);
    demo_report_take(report, &tombstone);
    demo_report_take(report, &dead);
    demo_report_table(report, &plain, &table);
    buffer_append_byte(&table, '\0');
    assert_string_equal(table.data,
                        " #  article                   language  duplicate    went to\n"
                        " 1  one                       -         rejected     articles.rejected\n"
                        "    malformed_json: it ends too early\n"
                        " 2  wire-2                    ar        exact        articles.duplicates\n"
                        "    the same text as wire-1; places: Baku, Paris\n"
                        " 3  three                     -         tombstone    articles.other\n"
                        "    a NULL value: passed on untouched\n");
    buffer_free(&table);
    demo_report_free(report);
}

static void assert_summary(const struct demo_report *report, const char *expected)
{
    struct buffer summary = {0};

    demo_report_summary(report, &plain, &summary);
    buffer_append_byte(&summary, '\0');
    assert_string_equal(summary.data, expected);
    buffer_free(&summary);
}

static void the_summary_counts_what_went_where(void **state)
{
    struct demo_report *report = report_of_three();

    (void)state;
    demo_report_take(report, &copy);
    demo_report_take(report, &tombstone);
    assert_false(demo_report_is_complete(report));
    assert_summary(report, "3 in, 2 out: 1 to articles.duplicates, 1 to articles.other. 1 missing, "
                           "0 too\nmany.\n");
    demo_report_take(report, &dead);
    assert_true(demo_report_is_complete(report));
    assert_summary(report, "3 in, 3 out: 1 to articles.rejected, 1 to articles.duplicates, 1 to\n"
                           "articles.other. Nothing lost, nothing twice.\n");
    demo_report_free(report);
}

static void what_comes_twice_or_was_never_sent_is_told(void **state)
{
    struct demo_report *report = demo_report_new();

    (void)state;
    demo_report_expect(report, copy.key);
    demo_report_take(report, &copy);
    demo_report_take(report, &copy);
    demo_report_take(report, &dead);
    assert_summary(report, "1 in, 1 out: 1 to articles.duplicates. 0 missing, 2 too many.\n");
    demo_report_free(report);
}

static void the_page_of_a_language_is_its_first_article(void **state)
{
    struct demo_report *report = report_of_three();
    struct buffer page = {0};

    (void)state;
    demo_report_take(report, &copy);
    demo_report_page(report, SLICE_LITERAL("fr"), &plain, &page);
    assert_int_equal(page.length, 0);
    demo_report_page(report, SLICE_LITERAL("ar"), &plain, &page);
    buffer_append_byte(&page, '\0');
    assert_non_null(strstr(page.data, "━━ wire-2 ━"));
    buffer_free(&page);
    demo_report_free(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_in_order_of_sending_and_says_why),
        cmocka_unit_test(the_summary_counts_what_went_where),
        cmocka_unit_test(what_comes_twice_or_was_never_sent_is_told),
        cmocka_unit_test(the_page_of_a_language_is_its_first_article),
    };

    return cmocka_run_group_tests_name("demo_report", tests, NULL, NULL);
}
