#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "article/json_cursor.h"

static struct json_problem problem;

static struct json_cursor at_start(const char *text)
{
    problem = (struct json_problem){0};
    return (struct json_cursor){
        .bytes = (const unsigned char *)text, .length = strlen(text), .problem = &problem};
}

static void strings_of_every_length_are_gone_over(void **state)
{
    static const char *const SPECIALS[] = {"",  "\\n", "\\\"", "\\u00e9", "\\ud83c\\udf0d",
                                           "é", "日",  "🌍"};

    (void)state;
    for (size_t i = 0; i < sizeof SPECIALS / sizeof *SPECIALS; i++) {
        for (int before = 0; before < 20; before++) {
            char text[96];
            int length =
                snprintf(text, sizeof text, "\"%.*s%s%.*s\",", before, "abcdefghijklmnopqrst",
                         SPECIALS[i], before, "abcdefghijklmnopqrst");
            struct json_cursor cursor = at_start(text);

            assert_int_equal(json_skip_string(&cursor), 0);
            assert_int_equal(cursor.at, length - 1);
        }
    }
}

static void what_may_not_stand_in_a_string_is_found_wherever_it_is(void **state)
{
    struct {
        const char *bytes;
        enum article_reason reason;
    } cases[] = {{"\x1F", REASON_MALFORMED_JSON},  {"\\x", REASON_MALFORMED_JSON},
                 {"\\u12", REASON_MALFORMED_JSON}, {"\\ud83c", REASON_INVALID_UTF8},
                 {"\\udf0d", REASON_INVALID_UTF8}, {"\x80", REASON_INVALID_UTF8},
                 {"\xC3", REASON_INVALID_UTF8},    {"\xED\xA0\x80", REASON_INVALID_UTF8}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int before = 0; before < 20; before++) {
            char text[96];

            snprintf(text, sizeof text, "\"%.*s%s\"            ", before, "abcdefghijklmnopqrst",
                     cases[i].bytes);
            struct json_cursor cursor = at_start(text);

            assert_int_equal(json_skip_string(&cursor), -1);
            assert_int_equal(problem.reason, cases[i].reason);
            assert_int_equal(cursor.at, before + 1);
        }
    }
}

static void numbers_are_of_any_size_and_one_form(void **state)
{
    static const char *const NUMBERS[] = {
        "0", "-0", "10", "1.50", "1e999", "-1.5E-3", "123456789012345678901234567890", "0e+0"};
    static const char *const OTHERS[] = {"-", "1.", "1e", "1e+", "-a", "1.e3"};

    (void)state;
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
        struct json_cursor cursor = at_start(NUMBERS[i]);

        assert_int_equal(json_skip_number(&cursor), 0);
        assert_int_equal(cursor.at, cursor.length);
    }
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        struct json_cursor cursor = at_start(OTHERS[i]);

        assert_int_equal(json_skip_number(&cursor), -1);
    }
}

static void words_and_spaces_are_exact(void **state)
{
    struct json_cursor cursor = at_start(" \t\r\ntrue\v");

    (void)state;
    json_skip_space(&cursor);
    assert_int_equal(cursor.at, 4);
    assert_int_equal(json_skip_word(&cursor, "true"), 0);
    json_skip_space(&cursor);
    assert_int_equal(cursor.at, 8);
    cursor = at_start("tru");
    assert_int_equal(json_skip_word(&cursor, "true"), -1);
    assert_string_equal(problem.text, "line 1, column 1: a value is expected, but there is t");
}

static void a_problem_says_where_in_lines_and_code_points(void **state)
{
    struct json_cursor cursor = at_start("{\n\"é\" ?");

    (void)state;
    assert_int_equal(json_problem_at(&cursor, 7, REASON_TOO_DEEP, "no %s", "more"), -1);
    assert_string_equal(problem.text, "line 2, column 5: no more");
    assert_int_equal(problem.reason, REASON_TOO_DEEP);
    cursor.at = cursor.length;
    json_expected(&cursor, "a colon");
    assert_string_equal(problem.text, "line 2, column 6: a colon is expected, but the text ends");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_of_every_length_are_gone_over),
        cmocka_unit_test(what_may_not_stand_in_a_string_is_found_wherever_it_is),
        cmocka_unit_test(numbers_are_of_any_size_and_one_form),
        cmocka_unit_test(words_and_spaces_are_exact),
        cmocka_unit_test(a_problem_says_where_in_lines_and_code_points),
    };

    return cmocka_run_group_tests_name("json_cursor", tests, NULL, NULL);
}
