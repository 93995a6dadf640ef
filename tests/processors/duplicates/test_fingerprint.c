#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "tests/processors/duplicates/texts.h"

static uint64_t exact_of(const char *headline, const char *body)
{
    struct shingles shingles;

    texts_shingles(headline, body, &shingles);
    texts_free_shingles(&shingles);
    return shingles.exact;
}

static uint32_t count_of(const char *body)
{
    struct shingles shingles;

    texts_shingles("", body, &shingles);
    texts_free_shingles(&shingles);
    return shingles.count;
}

static void texts_that_read_the_same_are_exact(void **state)
{
    (void)state;
    assert_true(exact_of("", "The MINISTER said: \"No.\"") == exact_of("", "the minister said no"));
    assert_true(exact_of("", "<p>Rain &amp; wind</p>") == exact_of("", "Rain & wind"));
    assert_true(exact_of("", "Über 12 Jahre") == exact_of("", "U\xcc\x88"
                                                              "ber 12 Jahre"));
    assert_true(exact_of("Storm", "It rained.") == exact_of("", "Storm\nIt rained."));
}

static void texts_that_read_otherwise_are_not_exact(void **state)
{
    (void)state;
    assert_true(exact_of("", "rain in spain") != exact_of("", "spain in rain"));
    assert_true(exact_of("", "rain in spain") != exact_of("", "rain in spain again"));
    assert_true(exact_of("", "seen at http://a.example/1") !=
                exact_of("", "seen at http://a.example/2"));
}

static void texts_of_signs_alone_equal_only_themselves(void **state)
{
    (void)state;
    assert_true(exact_of("", "***") != exact_of("", "!!!"));
    assert_true(exact_of("", "***") == exact_of("", "***"));
    assert_true(exact_of("***", "") != exact_of("", "***"));
}

static void shingles_are_three_words_or_six_ideographs(void **state)
{
    (void)state;
    assert_int_equal(count_of("one two"), 0);
    assert_int_equal(count_of("one two three"), 1);
    assert_int_equal(count_of("one two three four"), 2);
    assert_int_equal(count_of("一二三四五"), 0);
    assert_int_equal(count_of("一二三四五六七"), 2);
}

static void urls_make_no_shingles(void **state)
{
    (void)state;
    assert_int_equal(count_of("one two three http://www.example.org/a/b/c four"), 2);
}

static void a_book_is_cut(void **state)
{
    struct buffer text = {0};

    (void)state;
    texts_words(&text, 0, SHINGLE_MAX_TOKENS + 500);
    buffer_append_byte(&text, '\0');
    assert_int_equal(count_of(text.data), SHINGLE_MAX_TOKENS - SHINGLE_WORDS + 1);
    buffer_free(&text);
}

static uint64_t numbers_of(const char *body)
{
    struct shingles shingles;

    texts_shingles("", body, &shingles);
    texts_free_shingles(&shingles);
    return shingles.numbers;
}

static void numbers_are_marked(void **state)
{
    (void)state;
    assert_true(numbers_of("no number at all") == 0);
    assert_true(numbers_of("3 of 7 goals") == (1U << 3 | 1U << 7));
    assert_true(numbers_of("it cost 12 million") >> NUMBERS_DIGITS != 0);
    assert_true(numbers_of("it cost 12 million") != numbers_of("it cost 97 million"));
    assert_true(numbers_of("at ١٢ noon") == numbers_of("at 12 noon"));
    /* What is written as one number is one. */
    assert_int_equal(__builtin_popcountll(numbers_of("1,024.5 at 12:30")), 2);
    assert_true(numbers_of("a score of 3-1") != numbers_of("a score of 3 1"));
    assert_int_equal(__builtin_popcountll(numbers_of("12 000")), 2);
}

static void names_are_marked(void **state)
{
    struct shingles a;
    struct shingles b;

    (void)state;
    /* Neither headlines, nor the beginning of a sentence, nor a capital that stands alone. */
    texts_shingles("In The Headline", "Yesterday the Mayor met Anna Berg. Nobody else came.", &a);
    texts_shingles("", "Yesterday the Mayor met Paul Wolf. Everybody came.", &b);
    assert_int_equal(__builtin_popcountll(a.names), 2);
    assert_int_equal(__builtin_popcountll(b.names), 2);
    assert_true(a.names != b.names);
    texts_free_shingles(&a);
    texts_free_shingles(&b);
}

static void short_texts_have_no_sketch(void **state)
{
    struct fingerprint fingerprint;
    struct fingerprint_keys keys;

    (void)state;
    texts_fingerprint("a b c d e f g h i", &fingerprint, &keys); /* 7 shingles */
    assert_int_equal(fingerprint.shingles, 0);
    assert_int_equal(keys.count, 0);
    texts_fingerprint("a b c d e f g h i j", &fingerprint, &keys);
    assert_int_equal(fingerprint.shingles, 8);
    assert_in_range(keys.count, 1, FINGERPRINT_MAX_KEYS);
}

static void a_text_that_contains_another_shares_its_keys(void **state)
{
    struct fingerprint fingerprint;
    struct fingerprint_keys whole;
    struct fingerprint_keys part;
    struct buffer text = {0};
    unsigned shared = 0;

    (void)state;
    texts_words(&text, 0, 600);
    buffer_append_byte(&text, '\0');
    texts_fingerprint(text.data, &fingerprint, &whole);
    text.data[text.length / 2] = '\0';
    texts_fingerprint(text.data, &fingerprint, &part);
    for (uint32_t i = 0; i < part.count; i++) {
        for (uint32_t j = 0; j < whole.count; j++)
            shared += part.keys[i] == whole.keys[j];
    }
    assert_in_range(shared, 2, FINGERPRINT_MAX_KEYS);
    buffer_free(&text);
}

static void boilerplate_is_left_out(void **state)
{
    struct boilerplate list = {0};
    struct fingerprint with;
    struct fingerprint without;
    struct fingerprint_keys keys;
    struct shingle_sample sample;
    struct shingles shingles;
    uint32_t tags[10];

    (void)state;
    texts_shingles("", "a b c d e f g h i j k l m n o p q r s t", &shingles);
    for (int i = 0; i < 10; i++)
        tags[i] = boilerplate_tag(shingles.hashes[i]);
    boilerplate_set(&list, tags, 10);
    fingerprint_make(&shingles, NULL, &without, &keys, &sample);
    assert_in_range(sample.count, 12, 18); /* some share a bin */
    fingerprint_make(&shingles, &list, &with, &keys, &sample);
    assert_in_range(sample.count, 16, 18); /* what is left out still counts */
    assert_int_equal(without.shingles, 18);
    assert_int_equal(with.shingles, 8);
    assert_true(with.exact == without.exact);
    boilerplate_clear(&list);
    texts_free_shingles(&shingles);
}

/* Claims of other builds and machines must mean the same: these numbers never change under form 1.
 */
static void fingerprints_are_the_same_everywhere(void **state)
{
    struct fingerprint fingerprint;
    struct fingerprint_keys keys;

    (void)state;
    texts_fingerprint("Eleven trawlers stayed in port on 7 May as the gale off the cape went on, "
                      "and the harbour master told crews to double their lines.",
                      &fingerprint, &keys);
    uint64_t sketch =
        hash_bytes(slice_of((const char *)fingerprint.sketch, sizeof fingerprint.sketch));

    assert_int_equal(fingerprint.shingles, 24);
    assert_true(fingerprint.exact == 0x1e7c65fe50ebd8b6U);
    assert_true(fingerprint.numbers == 1U << 7);
    assert_true(sketch == 0xcafb231e5c0e6124U);
    assert_int_equal(keys.keys[0], 0x302459a9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_that_read_the_same_are_exact),
        cmocka_unit_test(texts_that_read_otherwise_are_not_exact),
        cmocka_unit_test(texts_of_signs_alone_equal_only_themselves),
        cmocka_unit_test(shingles_are_three_words_or_six_ideographs),
        cmocka_unit_test(urls_make_no_shingles),
        cmocka_unit_test(a_book_is_cut),
        cmocka_unit_test(numbers_are_marked),
        cmocka_unit_test(names_are_marked),
        cmocka_unit_test(short_texts_have_no_sketch),
        cmocka_unit_test(a_text_that_contains_another_shares_its_keys),
        cmocka_unit_test(boilerplate_is_left_out),
        cmocka_unit_test(fingerprints_are_the_same_everywhere),
    };

    return cmocka_run_group_tests_name("fingerprint", tests, NULL, NULL);
}
