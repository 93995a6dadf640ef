#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/tokens.h"

static struct token_store store;

static struct tokens begin(const char *value)
{
    struct tokens tokens;

    tokens_begin(&tokens, &store, slice_of_text(value));
    return tokens;
}

static void reading_stops_where_a_byte_may_mean_more(void **state)
{
    static const char *const STOPS[] = {"ab<c", "ab&c", "ab@c", "ab:c", "ab.c", "ab\x01", "ab\x7F"};

    (void)state;
    for (size_t i = 0; i < sizeof STOPS / sizeof *STOPS; i++) {
        struct tokens tokens = begin(STOPS[i]);

        tokens_read(&tokens, tokens.length);
        assert_int_equal(tokens.byte, 2);
        assert_true(tokens.open);
    }
    struct tokens tokens = begin("ب\xC2\x85");

    tokens_read(&tokens, tokens.length);
    assert_int_equal(tokens.byte, 2);
}

static void reading_goes_to_the_limit_and_through_all_where_literal(void **state)
{
    struct tokens tokens = begin("a.b@c:d/e f");

    (void)state;
    tokens.literal = true;
    tokens_read(&tokens, 9);
    tokens_close(&tokens);
    assert_int_equal(tokens.byte, 9);
    assert_int_equal(tokens.position, 9);
    assert_int_equal(tokens.token_count, 5);
}

static void words_of_every_length_are_read_alike(void **state)
{
    static const char LETTERS[] = "AbcdefghijklmnopqrstuvwxyZABCDEFG";

    (void)state;
    for (size_t before = 0; before < 9; before++) {
        for (size_t length = 1; length < sizeof LETTERS; length++) {
            char value[64] = "        ";
            struct tokens tokens;

            memset(value, ' ', before);
            memcpy(value + before, LETTERS, length);
            tokens_begin(&tokens, &store, slice_of(value, before + length));
            tokens_read(&tokens, tokens.length);
            tokens_close(&tokens);
            assert_int_equal(tokens.token_count, 1);
            assert_int_equal(store.tokens[0].length, length);
            assert_int_equal(store.tokens[0].start, before);
            assert_int_equal(store.tokens[0].end_byte, before + length);
            assert_int_equal(store.points[length - 1], LETTERS[length - 1] | 0x20);
            assert_int_equal(tokens.upper_letters, length < 26 ? 1 : length - 24);
        }
    }
}

static int free_store(void **state)
{
    (void)state;
    token_store_free(&store);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_stops_where_a_byte_may_mean_more),
        cmocka_unit_test(reading_goes_to_the_limit_and_through_all_where_literal),
        cmocka_unit_test(words_of_every_length_are_read_alike),
    };

    return cmocka_run_group_tests_name("tokens_read", tests, NULL, free_store);
}
