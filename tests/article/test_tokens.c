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

/* Claims and lists of other builds hold hashes: these numbers never change. */
static void hashes_are_the_same_everywhere(void **state)
{
    static const uint32_t WORD[] = {0x627, 0x630, 0x631, 0x628, 0x64A, 0x62C,
                                    0x627, 0x646, 'x',   'y',   'z'};
    static const uint64_t HASHES[] = {
        UINT64_C(0x27e68ad78208e7f8), UINT64_C(0x18866c07c918eb94), UINT64_C(0xf1293dcdc881198b),
        UINT64_C(0x2c75851730733a05), UINT64_C(0xa027427ce708ec1b), UINT64_C(0x505699562195b60d),
        UINT64_C(0x39badfac026deec9), UINT64_C(0x4661d7c5c64d7fc6), UINT64_C(0x906c6499624828d8),
        UINT64_C(0x98026662eca6dd33), UINT64_C(0xd68454a9467f27d1), UINT64_C(0x31d7885c70885bde)};

    (void)state;
    for (uint32_t count = 0; count < sizeof HASHES / sizeof *HASHES; count++)
        assert_true(text_token_hash(WORD, count) == HASHES[count]);
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

static void a_source_of_several_bytes_is_one(void **state)
{
    struct tokens tokens = begin("x&eacute;y z");

    (void)state;
    tokens_read(&tokens, 1);
    tokens_take(&tokens, 0xE9, 8, 8);
    tokens_read(&tokens, tokens.length);
    tokens_close(&tokens);
    assert_int_equal(tokens.token_count, 2);
    assert_int_equal(store.tokens[0].end, 10);
    assert_int_equal(store.points[1], 'e');
    assert_int_equal(store.starts[1], 1);
    assert_int_equal(store.ends[1], 9);
}

static void what_is_skipped_parts_words(void **state)
{
    struct tokens tokens = begin("a---b---c");

    (void)state;
    tokens_read(&tokens, 1);
    tokens_skip(&tokens, 3, 2, 0);
    tokens_read(&tokens, 5);
    tokens_skip(&tokens, 3, 3, GAP_SEEN_END);
    tokens_read(&tokens, tokens.length);
    tokens_close(&tokens);
    assert_int_equal(tokens.token_count, 3);
    assert_int_equal(store.tokens[1].gap, GAP_SPACE);
    assert_int_equal(store.tokens[1].start, 3);
    assert_int_equal(store.tokens[1].start_byte, 4);
    assert_int_equal(store.tokens[2].gap, GAP_SENTENCE);
}

static void flags_are_set_from_a_place_on(void **state)
{
    struct tokens tokens = begin("a b c");

    (void)state;
    tokens_read(&tokens, tokens.length);
    assert_true(tokens.open);
    tokens_flag(&tokens, 2, TOKEN_URL);
    assert_false(store.tokens[0].flags & TOKEN_URL);
    assert_true(store.tokens[1].flags & TOKEN_URL);
    assert_true(store.tokens[2].flags & TOKEN_URL);
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
        cmocka_unit_test(hashes_are_the_same_everywhere),
        cmocka_unit_test(reading_stops_where_a_byte_may_mean_more),
        cmocka_unit_test(reading_goes_to_the_limit_and_through_all_where_literal),
        cmocka_unit_test(words_of_every_length_are_read_alike),
        cmocka_unit_test(a_source_of_several_bytes_is_one),
        cmocka_unit_test(what_is_skipped_parts_words),
        cmocka_unit_test(flags_are_set_from_a_place_on),
    };

    return cmocka_run_group_tests_name("tokens", tests, NULL, free_store);
}
