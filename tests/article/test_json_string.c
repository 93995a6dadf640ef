#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/json_string.h"

static void assert_decodes(const char *inside, struct slice expected)
{
    struct arena arena = {0};
    struct slice decoded = json_string_decode(&arena, slice_of_text(inside));

    assert_true(slice_equal(decoded, expected));
    arena_free(&arena);
}

static void escapes_become_what_they_say(void **state)
{
    (void)state;
    assert_decodes("\\\"\\\\\\/\\b\\f\\n\\r\\t", SLICE_LITERAL("\"\\/\b\f\n\r\t"));
    assert_decodes("a\\u0041b\\u00e9\\u20AC", SLICE_LITERAL("aAbé€"));
    assert_decodes("\\ud83c\\uDF0D!", SLICE_LITERAL("🌍!"));
    assert_decodes("x\\u0000y", SLICE_LITERAL("x\0y"));
    assert_decodes("\\uffff\\ue000", SLICE_LITERAL("\uFFFF\uE000"));
    assert_decodes("\\\\u0041", SLICE_LITERAL("\\u0041"));
}

static void a_string_without_escapes_is_not_copied(void **state)
{
    struct arena arena = {0};
    struct slice inside = SLICE_LITERAL("باكو and Baku");

    (void)state;
    assert_ptr_equal(json_string_decode(&arena, inside).data, inside.data);
    assert_null(arena.first);
}

static void four_digits_are_read_or_refused(void **state)
{
    (void)state;
    assert_int_equal(json_string_hex4("00fF"), 0xFF);
    assert_int_equal(json_string_hex4("fFfF"), 0xFFFF);
    assert_true(json_string_hex4("00g0") > 0xFFFF);
    assert_true(json_string_hex4("0 00") > 0xFFFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_become_what_they_say),
        cmocka_unit_test(a_string_without_escapes_is_not_copied),
        cmocka_unit_test(four_digits_are_read_or_refused),
    };

    return cmocka_run_group_tests_name("json_string", tests, NULL, NULL);
}
