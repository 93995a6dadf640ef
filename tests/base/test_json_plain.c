#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_plain.h"

enum { SIZE = 70 };

static bool is_plain(int byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

static void every_byte_is_judged_at_every_place(void **state)
{
    char bytes[SIZE];
    bool ascii;

    (void)state;
    for (size_t at = 0; at < SIZE; at++) {
        for (int byte = 0; byte < 256; byte++) {
            memset(bytes, 'a', sizeof bytes);
            bytes[at] = (char)byte;
            size_t length = json_plain_length(bytes, sizeof bytes, &ascii);

            assert_int_equal(length, is_plain(byte) ? SIZE : at);
            assert_int_equal(ascii, byte < 0x80);
        }
    }
}

static void what_is_behind_the_run_does_not_make_it_less_ascii(void **state)
{
    char bytes[SIZE];
    bool ascii;

    (void)state;
    memset(bytes, 'a', sizeof bytes);
    for (size_t at = 0; at + 1 < SIZE; at++) {
        bytes[at] = '"';
        bytes[at + 1] = (char)0xC3;
        assert_int_equal(json_plain_length(bytes, sizeof bytes, &ascii), at);
        assert_true(ascii);
        bytes[at] = 'a';
        bytes[at + 1] = 'a';
    }
}

static void a_run_ends_with_the_text_at_any_length(void **state)
{
    char bytes[SIZE];
    bool ascii;

    (void)state;
    memset(bytes, 'a', sizeof bytes);
    for (size_t length = 0; length <= SIZE; length++)
        assert_int_equal(json_plain_length(bytes + SIZE - length, length, &ascii), length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_judged_at_every_place),
        cmocka_unit_test(what_is_behind_the_run_does_not_make_it_less_ascii),
        cmocka_unit_test(a_run_ends_with_the_text_at_any_length),
    };

    return cmocka_run_group_tests_name("json_plain", tests, NULL, NULL);
}
