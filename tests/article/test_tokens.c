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
        cmocka_unit_test(a_source_of_several_bytes_is_one),
        cmocka_unit_test(what_is_skipped_parts_words),
        cmocka_unit_test(flags_are_set_from_a_place_on),
    };

    return cmocka_run_group_tests_name("tokens", tests, NULL, free_store);
}
