#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/ascii_letters.h"

enum { ROUNDS = 100000 };

static void letters_are_counted_up_to_the_first_other_byte(void **state)
{
    uint32_t points[ASCII_LETTERS];
    struct ascii_letters found =
        ascii_letters_plain((const unsigned char *)"NaTo-Letters....", points);

    (void)state;
    assert_int_equal(found.count, 4);
    assert_int_equal(found.capital, 5);
    assert_int_equal(points[0], 'n');
    assert_int_equal(points[3], 'o');
    found = ascii_letters_plain((const unsigned char *)"abcdefghijklmnoP", points);
    assert_int_equal(found.count, 16);
    assert_int_equal(found.capital, 1 << 15);
    assert_int_equal(points[15], 'p');
}

static void every_byte_is_a_letter_or_not(void **state)
{
    uint32_t points[ASCII_LETTERS];

    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        unsigned char bytes[ASCII_LETTERS] = {(unsigned char)byte};
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');

        assert_int_equal(ascii_letters_plain(bytes, points).count, letter);
    }
}

/* Mostly letters, so that runs of all lengths come. */
static void random_bytes(uint64_t *random, unsigned char *bytes)
{
    static const unsigned char OTHERS[] = "@[`{ .\x80\xC1\xE1\xFA\xFF";

    for (int i = 0; i < ASCII_LETTERS; i++) {
        *random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
        uint32_t chosen = (uint32_t)(*random >> 40);

        bytes[i] = chosen % 9 == 0 ? OTHERS[chosen / 9 % (sizeof OTHERS - 1)]
                                   : (unsigned char)("Aa"[chosen / 64 % 2] + chosen / 128 % 26);
    }
}

static void vectors_say_what_registers_say(void **state)
{
    uint64_t random = 7;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        unsigned char bytes[ASCII_LETTERS];
        uint32_t points[ASCII_LETTERS];
        uint32_t chosen_points[ASCII_LETTERS];

        random_bytes(&random, bytes);
        struct ascii_letters plain = ascii_letters_plain(bytes, points);
        struct ascii_letters chosen = ascii_letters_read(bytes, chosen_points);

        assert_int_equal(chosen.count, plain.count);
        assert_int_equal(chosen.capital, plain.capital);
        assert_memory_equal(chosen_points, points, plain.count * sizeof *points);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_are_counted_up_to_the_first_other_byte),
        cmocka_unit_test(every_byte_is_a_letter_or_not),
        cmocka_unit_test(vectors_say_what_registers_say),
    };

    return cmocka_run_group_tests_name("ascii_letters", tests, NULL, NULL);
}
