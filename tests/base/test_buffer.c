#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"

static void assert_content(const struct buffer *buffer, const char *expected)
{
    assert_int_equal(buffer->length, strlen(expected));
    assert_memory_equal(buffer_slice(buffer).data, expected, buffer->length);
}

static void grows_and_keeps_what_was_written(void **state)
{
    struct buffer buffer = {0};

    (void)state;
    for (int i = 0; i < 1000; i++)
        buffer_append_text(&buffer, "0123456789");
    assert_int_equal(buffer.length, 10000);
    assert_memory_equal(buffer.data + 9990, "0123456789", 10);
    buffer_free(&buffer);
}

static void a_write_over_the_ceiling_changes_nothing(void **state)
{
    struct buffer buffer = {.ceiling = 8};

    (void)state;
    buffer_append_text(&buffer, "12345678");
    assert_false(buffer.overflow);
    buffer_append_byte(&buffer, '9');
    assert_true(buffer.overflow);
    assert_content(&buffer, "12345678");
    buffer_clear(&buffer);
    buffer_append_text(&buffer, "again");
    assert_content(&buffer, "again");
    buffer_free(&buffer);
}

static void json_strings_escape_what_json_wants(void **state)
{
    struct buffer buffer = {0};

    (void)state;
    buffer_append_json_string(&buffer, slice_of("a\"\\\n\t\x01\0é", 9));
    assert_content(&buffer, "\"a\\\"\\\\\\n\\t\\u0001\\u0000é\"");
    buffer_free(&buffer);
}

static void thousandths_are_short_or_fixed(void **state)
{
    struct {
        unsigned value;
        bool fixed;
        const char *text;
    } cases[] = {{990, false, "0.99"},  {0, false, "0"},     {1000, false, "1"},
                 {873, false, "0.873"}, {500, false, "0.5"}, {500, true, "0.500"},
                 {1000, true, "1.000"}, {7, true, "0.007"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer buffer = {0};

        buffer_append_thousandths(&buffer, cases[i].value, cases[i].fixed);
        assert_content(&buffer, cases[i].text);
        buffer_free(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_keeps_what_was_written),
        cmocka_unit_test(a_write_over_the_ceiling_changes_nothing),
        cmocka_unit_test(json_strings_escape_what_json_wants),
        cmocka_unit_test(thousandths_are_short_or_fixed),
    };

    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
