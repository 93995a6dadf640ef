#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cli/letters.h"
#include "cli/place.h"

static void assert_place(const char *text, enum place_kind kind, int64_t value)
{
    struct place place = {PLACE_END, -7};

    assert_int_equal(place_read(text, &place), 0);
    assert_int_equal(place.kind, kind);
    assert_int_equal(place.value, value);
}

static void offsets_and_times_are_read_as_people_write_them(void **state)
{
    (void)state;
    assert_place("start", PLACE_START, 0);
    assert_place("end", PLACE_END, 0);
    assert_place("1200", PLACE_OFFSET, 1200);
    assert_place("+1_200", PLACE_OFFSET, 1200);
    assert_place("-100", PLACE_LAST, 100);
    assert_place("@1700000000000", PLACE_TIME, 1700000000000);
    assert_place("2023-11-14", PLACE_TIME, 1699920000000);
    assert_place("2023-11-14T22:13:20Z", PLACE_TIME, 1700000000000);
    assert_place("@2023-11-14T22:13", PLACE_TIME, 1699999980000);
}

static void a_duration_is_a_time_ago(void **state)
{
    struct place place;
    int64_t now = clock_wall_ms();

    (void)state;
    assert_int_equal(place_read("2h", &place), 0);
    assert_int_equal(place.kind, PLACE_TIME);
    assert_in_range(place.value - (now - 2 * 3600 * 1000), 0, 60000);
}

static void nothing_else_is_a_place(void **state)
{
    static const char *const texts[] = {"", "now", "12x", "@", "@-1", "2023-13-01x", "--3", NULL};
    struct place place = {PLACE_END, -7};

    (void)state;
    for (size_t i = 0; texts[i] != NULL; i++)
        assert_int_equal(place_read(texts[i], &place), -1);
    assert_int_equal(place.value, -7);
}

static void conditions_on_letters_are_read(void **state)
{
    struct letters_filter filter = {.reason = NULL};
    char error[512] = "";

    (void)state;
    assert_int_equal(letters_read_filter("reason=no_body,topic=a.b,since=@5,processor=p", &filter,
                                         error, sizeof error),
                     0);
    assert_string_equal(filter.reason, "no_body");
    assert_string_equal(filter.topic, "a.b");
    assert_string_equal(filter.processor, "p");
    assert_int_equal(filter.since_ms, 5);
    assert_int_equal(letters_read_filter(NULL, &filter, error, sizeof error), 0);
    arena_free(&filter.arena);
}

static void other_conditions_are_refused_by_name(void **state)
{
    static const char *const texts[] = {"reson=x",  "reason", "reason=", "since=soon",
                                        "since=12", ",",      NULL};

    (void)state;
    for (size_t i = 0; texts[i] != NULL; i++) {
        struct letters_filter filter = {.reason = NULL};
        char error[512] = "";

        assert_int_equal(letters_read_filter(texts[i], &filter, error, sizeof error), -1);
        assert_non_null(strstr(error, "is none of reason=NAME"));
        arena_free(&filter.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_and_times_are_read_as_people_write_them),
        cmocka_unit_test(a_duration_is_a_time_ago),
        cmocka_unit_test(nothing_else_is_a_place),
        cmocka_unit_test(conditions_on_letters_are_read),
        cmocka_unit_test(other_conditions_are_refused_by_name),
    };

    return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
