#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"

static void every_code_point_comes_back(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= UTF8_LAST_CODE_POINT; point++) {
        char bytes[UTF8_MAX_BYTES];

        if (point >= 0xD800 && point <= 0xDFFF)
            continue;
        size_t length = utf8_encode(point, bytes);

        assert_int_equal(utf8_length((unsigned char)bytes[0]), length);
        assert_int_equal(utf8_decode((const unsigned char *)bytes), point);
        assert_true(utf8_is_valid(slice_of(bytes, length)));
        assert_false(utf8_is_valid(slice_of(bytes, length - 1)) && length > 1);
        assert_int_equal(utf8_count(slice_of(bytes, length)), 1);
    }
}

static void what_is_no_utf8_is_refused_where_it_begins(void **state)
{
    struct {
        const char *bytes;
        size_t valid;
    } cases[] = {
        {"abc\x80", 3},          /* a continuation alone */
        {"\xC0\xAF", 0},         /* overlong / */
        {"\xC1\xBF", 0},         /* overlong */
        {"\xE0\x9F\xBF", 0},     /* overlong */
        {"\xF0\x8F\xBF\xBF", 0}, /* overlong */
        {"é\xED\xA0\x80", 2},    /* a surrogate */
        {"é\xED\xBF\xBF", 2},    /* a surrogate */
        {"\xF4\x90\x80\x80", 0}, /* above U+10FFFF */
        {"\xF5\x80\x80\x80", 0}, /* no such first byte */
        {"12345678\xFF", 8},     /* no such byte, behind a fast run */
        {"日\xE6\x97", 3},       /* cut */
        {"日本\xF0\x9F\x98", 6}, /* cut */
        {"a\xE6"
         "bc",
         1},                             /* a letter inside */
        {"\xF0\x9F\x98\x80 whole", 10},  /* nothing wrong */
        {"\xEF\xBF\xBF\xEF\xBB\xBF", 6}, /* non-characters are valid */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(utf8_valid_prefix(slice_of_text(cases[i].bytes)), cases[i].valid);
}

static void code_points_are_counted_at_any_length(void **state)
{
    const char *text = "Ašgabat, Баку, باكو, 巴库, 🌍🌍🌍🌍.";
    size_t points = 0;

    (void)state;
    for (size_t i = 0; text[i] != '\0'; points++) {
        assert_int_equal(utf8_count(slice_of(text, i)), points);
        i += utf8_length((unsigned char)text[i]);
    }
    assert_int_equal(utf8_count(slice_of_text(text)), points);
    assert_int_equal(utf8_count((struct slice){0}), 0);
}

static void places_count_lines_and_code_points(void **state)
{
    struct slice text = SLICE_LITERAL("é,x\n\nبا!");
    struct {
        size_t at, line, column;
    } cases[] = {{0, 1, 1}, {2, 1, 2}, {4, 1, 4}, {5, 2, 1}, {6, 3, 1}, {10, 3, 3}, {11, 3, 4}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct utf8_place place = utf8_place_of(text, cases[i].at);

        assert_int_equal(place.line, cases[i].line);
        assert_int_equal(place.column, cases[i].column);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_comes_back),
        cmocka_unit_test(what_is_no_utf8_is_refused_where_it_begins),
        cmocka_unit_test(code_points_are_counted_at_any_length),
        cmocka_unit_test(places_count_lines_and_code_points),
    };

    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
