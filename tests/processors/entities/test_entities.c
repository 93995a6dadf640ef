#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/processors/harness.h"

static const char chain[] = "- language: {}\n- entities: {}\n";

/* The entities of an article as compact JSON; the caller frees it. */
static char *entities_of(struct harness *harness, const char *payload)
{
    return json_dumps(json_object_get(harness_enrich(harness, payload), "entities"),
                      JSON_COMPACT | JSON_SORT_KEYS);
}

static void expect(const char *processors, const char *payload, const char *expected)
{
    struct harness *harness = harness_new(processors);
    char *entities = entities_of(harness, payload);

    assert_string_equal(entities, expected);
    free(entities);
    harness_free(harness);
}

static void headline_and_body_are_searched_in_this_order(void **state)
{
    (void)state;
    expect(chain,
           "{\"id\":\"1\",\"headline\":\"Talks in Baku\",\"body\":\"The delegation reached Baku "
           "on Monday; talks about the border with Armenia will go on in the evening.\"}",
           "[{\"mentions\":[{\"end\":13,\"field\":\"headline\",\"start\":9,\"text\":\"Baku\"},"
           "{\"end\":27,\"field\":\"body\",\"start\":23,\"text\":\"Baku\"}],\"name\":\"Baku\","
           "\"type\":\"place\"},"
           "{\"id\":\"iso:AM\",\"ids\":[\"wd:Q399\"],\"mentions\":[{\"end\":74,\"field\":\"body\","
           "\"start\":67,\"text\":\"Armenia\"}],\"name\":\"Armenia\",\"type\":\"place\"}]");
}

static void an_article_that_names_nothing_has_an_empty_list(void **state)
{
    (void)state;
    expect(chain, "{\"id\":\"1\",\"body\":\"Nothing happened today in the village.\"}", "[]");
}

static void without_a_language_processor_the_declared_language_counts(void **state)
{
    const char *danish = "{\"id\":\"1\",\"language\":\"da\",\"body\":\"Tyskland.\"}";
    const char *unknown = "{\"id\":\"1\",\"body\":\"Tyskland.\"}";

    (void)state;
    expect("- entities: {}\n", danish,
           "[{\"id\":\"iso:DE\",\"ids\":[\"wd:Q183\"],\"mentions\":[{\"end\":8,\"field\":\"body\","
           "\"start\":0,\"text\":\"Tyskland\"}],\"name\":\"Germany\",\"type\":\"place\"}]");
    expect("- entities: {}\n", unknown, "[]");
}

/* A word and a digit are too little for a detector. */
static void where_the_language_is_in_doubt_the_declared_one_counts(void **state)
{
    (void)state;
    expect(chain, "{\"id\":\"1\",\"language\":\"fi\",\"body\":\"Unkari 3\"}",
           "[{\"id\":\"iso:HU\",\"ids\":[\"wd:Q28\"],\"mentions\":[{\"end\":6,\"field\":\"body\","
           "\"start\":0,\"text\":\"Unkari\"}],\"name\":\"Hungary\",\"type\":\"place\"}]");
    expect(chain, "{\"id\":\"1\",\"body\":\"Unkari 3\"}", "[]");
}

static void positions_count_code_points_of_the_decoded_value(void **state)
{
    (void)state;
    expect("- entities: {}\n",
           "{\"id\":\"1\",\"language\":\"en\",\"body\":\"<p>\\ud83d\\ude00 &amp; "
           "<b>Fran</b>ce, Oslo</p>\"}",
           "[{\"mentions\":[{\"end\":30,\"field\":\"body\",\"start\":26,\"text\":\"Oslo\"}],"
           "\"name\":\"Oslo\",\"type\":\"place\"}]");
}

static void organisations_of_states_are_organisations(void **state)
{
    (void)state;
    expect("- entities: {}\n",
           "{\"id\":\"1\",\"language\":\"en\",\"body\":\"the European Union said\"}",
           "[{\"id\":\"iso:EU\",\"mentions\":[{\"end\":18,\"field\":\"body\",\"start\":4,\"text\":"
           "\"European Union\"}],\"name\":\"European Union\",\"type\":\"organisation\"}]");
}

static void more_languages_than_a_worker_remembers_come_out_the_same(void **state)
{
    struct harness *harness = harness_new("- entities: {}\n");
    char payload[128];

    (void)state;
    for (int round = 0; round < 100; round++) {
        snprintf(payload, sizeof(payload),
                 "{\"id\":\"1\",\"language\":\"en-x-a%d\",\"body\":\"Peru\"}", round);
        char *entities = entities_of(harness, payload);

        assert_non_null(strstr(entities, "iso:PE"));
        free(entities);
    }
    harness_free(harness);
}

static void unknown_lists_and_no_list_are_refused(void **state)
{
    char *problems = harness_problems("- entities: {lists: [builtin, world]}\n");

    (void)state;
    assert_non_null(
        strstr(problems, "unknown list \"world\"; there is builtin, and files by their path"));
    free(problems);
    problems = harness_problems("- entities: {lists: []}\n");
    assert_non_null(strstr(problems, "lists: it names no list"));
    free(problems);
}

static void the_lists_version_is_in_made_by(void **state)
{
    struct harness *harness = harness_new(chain);

    (void)state;
    harness_enrich_text(harness, NULL, "Nothing.");
    assert_non_null(strstr(harness_output(harness), "cldr-"));
    harness_free(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headline_and_body_are_searched_in_this_order),
        cmocka_unit_test(an_article_that_names_nothing_has_an_empty_list),
        cmocka_unit_test(without_a_language_processor_the_declared_language_counts),
        cmocka_unit_test(where_the_language_is_in_doubt_the_declared_one_counts),
        cmocka_unit_test(positions_count_code_points_of_the_decoded_value),
        cmocka_unit_test(organisations_of_states_are_organisations),
        cmocka_unit_test(more_languages_than_a_worker_remembers_come_out_the_same),
        cmocka_unit_test(unknown_lists_and_no_list_are_refused),
        cmocka_unit_test(the_lists_version_is_in_made_by),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
