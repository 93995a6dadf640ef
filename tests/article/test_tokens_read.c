#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "article/tokens.h"
#include "base/utf8.h"

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
            assert_int_equal(store.tokens[0].flags, TOKEN_UPPER_FIRST);
        }
    }
}

static void capitals_alone_are_told_at_every_length(void **state)
{
    static const char *const SCRIPTS[][2] = {{"A", "a"}, {"Ж", "ж"}, {"É", "é"}, {"Ḁ", "ḁ"}};

    (void)state;
    for (size_t script = 0; script < sizeof SCRIPTS / sizeof *SCRIPTS; script++) {
        for (size_t length = 1; length < 40; length++) {
            char value[256] = "";
            struct tokens tokens;

            for (size_t i = 0; i < length; i++)
                strcat(value, SCRIPTS[script][0]);
            tokens = begin(strcat(value, " x"));
            tokens_read(&tokens, tokens.length);
            assert_int_equal(store.tokens[0].flags,
                             TOKEN_UPPER_FIRST | (length > 1 ? TOKEN_UPPER_ALL : 0));
            memcpy(value + strlen(value) - 2, SCRIPTS[script][1], strlen(SCRIPTS[script][1]) + 1);
            tokens = begin(strcat(value, " x"));
            tokens_read(&tokens, tokens.length);
            assert_int_equal(store.tokens[0].flags, TOKEN_UPPER_FIRST);
        }
    }
}

/* --- the fast way and the plain way: one code point after the other through tokens.c --- */

enum { ROUNDS = 20000, MAX_VALUE = 400 };

static uint64_t random_state = 20261122;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(random_state >> 33) % limit;
}

/* Letters of each length in bytes and of each kind, and what stands between words. */
static const char *const PIECES[] = {"a",
                                     "Z",
                                     "word",
                                     "Word",
                                     "CAPITALS",
                                     "incomprehensibilities",
                                     "é",
                                     "Über",
                                     "ß",
                                     "ж",
                                     "Москва",
                                     "ى",
                                     "كتاب",
                                     "كِتاب",
                                     "ـ",
                                     "\u200C",
                                     "می\u200Cخواهد",
                                     "שלום",
                                     "हिन्दी",
                                     "क\u094D\u093C",
                                     "한국",
                                     "\u1112\u1161\u11AB",
                                     "中",
                                     "国",
                                     "か\u3099",
                                     "ก",
                                     "\u0E38\u0E48",
                                     "\u0E48\u0E38",
                                     "\u0E33",
                                     "〇",
                                     "ﬁ",
                                     "½",
                                     "Ⅳ",
                                     "①",
                                     "٣",
                                     "7",
                                     "2026",
                                     "ẹ\u0301",
                                     "\u0301",
                                     "\u00AD",
                                     "\U00020000",
                                     "\U0001F600",
                                     "Ａ",
                                     "ｶﾞ",
                                     " ",
                                     " ",
                                     " ",
                                     " ",
                                     "  ",
                                     "\n",
                                     "\t",
                                     "-",
                                     "'",
                                     "’",
                                     "/",
                                     ", ",
                                     ". ",
                                     "? ",
                                     "…",
                                     "–",
                                     "،",
                                     "。",
                                     "，",
                                     "«",
                                     "\u00A0",
                                     "(",
                                     ")",
                                     "&",
                                     ".",
                                     ":",
                                     ": ",
                                     "@",
                                     "<",
                                     "\x01",
                                     "\xC2\x85"};

static size_t random_value(char *value)
{
    size_t length = 0;

    for (uint32_t pieces = random_below(24); pieces > 0; pieces--) {
        const char *piece = PIECES[random_below(sizeof PIECES / sizeof *PIECES)];

        if (length + strlen(piece) > MAX_VALUE)
            break;
        memcpy(value + length, piece, strlen(piece));
        length += strlen(piece);
    }
    return length;
}

static void take_one(struct tokens *tokens)
{
    const unsigned char *at = tokens->bytes + tokens->byte;

    tokens_take(tokens, utf8_decode(at), utf8_length(*at), 1);
}

static struct text_view read_all(struct token_store *in, struct slice value, bool fast)
{
    struct tokens tokens;

    tokens_begin(&tokens, in, value);
    while (tokens.byte < tokens.length) {
        if (fast)
            tokens_read(&tokens, tokens.length);
        if (tokens.byte < tokens.length)
            take_one(&tokens);
    }
    tokens_close(&tokens);
    return (struct text_view){.points = in->points,
                              .starts = in->starts,
                              .ends = in->ends,
                              .point_count = tokens.point_count,
                              .tokens = in->tokens,
                              .token_count = tokens.token_count,
                              .value_points = tokens.position};
}

static void assert_same_token(const struct text_view *view, const struct text_view *other,
                              uint32_t index)
{
    const struct text_token *token = &view->tokens[index];
    const struct text_token *same = &other->tokens[index];

    assert_true(token->hash == same->hash);
    assert_memory_equal(&token->first, &same->first,
                        offsetof(struct text_token, script) + 1 -
                            offsetof(struct text_token, first));
    for (uint32_t i = 0; i < token->length; i++) {
        assert_int_equal(text_view_start(view, token, i), text_view_start(other, same, i));
        assert_int_equal(text_view_end(view, token, i), text_view_end(other, same, i));
    }
}

static void the_fast_way_reads_what_the_plain_way_reads(void **state)
{
    struct token_store plain_store = {0};

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        char *value = malloc(MAX_VALUE);
        size_t length = random_value(value);
        struct text_view plain;
        struct text_view fast;

        /* Its own size, so that a sanitizer sees what reads behind it. */
        value = realloc(value, length + 1);
        plain = read_all(&plain_store, slice_of(value, length), false);
        fast = read_all(&store, slice_of(value, length), true);
        assert_int_equal(fast.token_count, plain.token_count);
        assert_int_equal(fast.point_count, plain.point_count);
        assert_int_equal(fast.value_points, plain.value_points);
        assert_memory_equal(fast.points, plain.points, plain.point_count * sizeof *plain.points);
        for (uint32_t i = 0; i < plain.token_count; i++)
            assert_same_token(&fast, &plain, i);
        free(value);
    }
    token_store_free(&plain_store);
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
        cmocka_unit_test(capitals_alone_are_told_at_every_length),
        cmocka_unit_test(the_fast_way_reads_what_the_plain_way_reads),
    };

    return cmocka_run_group_tests_name("tokens_read", tests, NULL, free_store);
}
