#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/processors/harness.h"

/* EXAMPLE_PLUGIN comes from the build. */

static json_int_t example_number(json_t *enrichment, const char *key)
{
    return json_integer_value(json_object_get(json_object_get(enrichment, "example"), key));
}

static void words_of_headline_and_body_are_counted(void **state)
{
    struct harness *harness = harness_new("- plugin: {file: " EXAMPLE_PLUGIN "}\n");
    json_t *enrichment =
        harness_enrich_text(harness, "Rain again", "It will <b>rain</b> for 3 days.");

    (void)state;
    assert_int_equal(example_number(enrichment, "words"), 7);
    assert_int_equal(example_number(enrichment, "minutes"), 1);
    harness_free(harness);
}

static void an_article_without_words_takes_no_time(void **state)
{
    struct harness *harness = harness_new("- plugin: {file: " EXAMPLE_PLUGIN "}\n");

    (void)state;
    assert_int_equal(example_number(harness_enrich_text(harness, NULL, "1 2 3"), "minutes"), 0);
    harness_free(harness);
}

static void the_readers_speed_is_an_option(void **state)
{
    struct harness *harness = harness_new("- plugin:\n    file: " EXAMPLE_PLUGIN "\n"
                                          "    options: {words_per_minute: 50}\n");
    struct buffer body = {0};

    (void)state;
    for (int i = 0; i < 101; i++)
        buffer_append_text(&body, "word ");
    buffer_append_byte(&body, '\0');
    json_t *enrichment = harness_enrich_text(harness, NULL, body.data);

    assert_int_equal(example_number(enrichment, "words"), 101);
    assert_int_equal(example_number(enrichment, "minutes"), 3);
    buffer_free(&body);
    harness_free(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_headline_and_body_are_counted),
        cmocka_unit_test(an_article_without_words_takes_no_time),
        cmocka_unit_test(the_readers_speed_is_an_option),
    };

    return cmocka_run_group_tests_name("example", tests, NULL, NULL);
}
