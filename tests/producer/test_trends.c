#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/memory.h"
#include "producer/trends.h"

static struct trends *trends;
static struct buffer json;

static int start(void **state)
{
    (void)state;
    trends = trends_new();
    json = (struct buffer){0};
    return 0;
}

static int finish(void **state)
{
    (void)state;
    trends_free(trends);
    buffer_free(&json);
    return 0;
}

static void name(enum entity_type type, const char *text, int64_t now_ms)
{
    const struct entity entity = {.type = type, .name = slice_of_text(text)};

    trends_count(trends, &(struct entities_result){.entities = &entity, .entity_count = 1}, now_ms);
}

static const char *top(size_t most, int64_t now_ms)
{
    buffer_clear(&json);
    trends_top(trends, most, now_ms, &json);
    buffer_append_byte(&json, '\0');
    return json.data;
}

static void the_most_frequent_come_first(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        name(ENTITY_PLACE, "Kalmor", i);
    name(ENTITY_PERSON, "Ada \"Q\" Byr", 3);
    name(ENTITY_PERSON, "Ada \"Q\" Byr", 4);
    name(ENTITY_ORGANISATION, "Kalmor", 5);
    assert_string_equal(top(2, 6), "[{\"type\":\"place\",\"name\":\"Kalmor\",\"articles\":3},"
                                   "{\"type\":\"person\",\"name\":\"Ada \\\"Q\\\" Byr\","
                                   "\"articles\":2}]");
    assert_non_null(strstr(top(3, 6), "{\"type\":\"organisation\",\"name\":\"Kalmor\""));
}

static void two_stretches_count_and_older_ones_do_not(void **state)
{
    (void)state;
    name(ENTITY_PLACE, "Kalmor", 0);
    name(ENTITY_PLACE, "Kalmor", TRENDS_STRETCH_MS + 1);
    name(ENTITY_PLACE, "Osti", TRENDS_STRETCH_MS + 1);
    assert_non_null(strstr(top(9, TRENDS_STRETCH_MS + 2), "\"Kalmor\",\"articles\":2"));
    assert_string_not_equal(top(9, 3 * TRENDS_STRETCH_MS - 1), "[]");
    assert_string_equal(top(9, 3 * TRENDS_STRETCH_MS), "[]");
}

static void what_was_only_in_the_stretch_before_is_told_too(void **state)
{
    (void)state;
    name(ENTITY_PLACE, "Kalmor", 0);
    assert_string_equal(top(9, TRENDS_STRETCH_MS + 1),
                        "[{\"type\":\"place\",\"name\":\"Kalmor\",\"articles\":1}]");
}

static void of_more_than_the_most_the_first_are_counted(void **state)
{
    char text[32];

    (void)state;
    for (int i = 0; i < 2 * TRENDS_MOST; i++) {
        snprintf(text, sizeof text, "place %d", i);
        name(ENTITY_PLACE, text, 0);
    }
    name(ENTITY_PLACE, "place 1", 0);
    assert_string_equal(top(1, 0), "[{\"type\":\"place\",\"name\":\"place 1\",\"articles\":2}]");
    top(SIZE_MAX, 0);
    size_t told = 0;

    for (const char *at = json.data; (at = strstr(at, "articles")) != NULL; at++)
        told++;
    assert_int_equal(told, TRENDS_MOST);
}

static void a_long_name_is_cut_between_code_points(void **state)
{
    char text[2 * TRENDS_NAME_BYTES + 2] = "x";

    (void)state;
    for (int i = 0; i < TRENDS_NAME_BYTES; i++)
        strcat(text, "é");
    name(ENTITY_PLACE, text, 0);
    const char *told = strstr(top(1, 0), "\"x");
    size_t length = strcspn(told + 1, "\"");

    assert_int_equal(length, TRENDS_NAME_BYTES - 1);
}

static void articles_without_entities_count_nothing(void **state)
{
    (void)state;
    trends_count(trends, NULL, 0);
    trends_count(trends, &(struct entities_result){.entity_count = 0}, 0);
    assert_string_equal(top(9, 0), "[]");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_most_frequent_come_first),
        TEST(two_stretches_count_and_older_ones_do_not),
        TEST(what_was_only_in_the_stretch_before_is_told_too),
        TEST(of_more_than_the_most_the_first_are_counted),
        TEST(a_long_name_is_cut_between_code_points),
        TEST(articles_without_entities_count_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
