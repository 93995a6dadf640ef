#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "processors/language/ngram.h"

enum { MOST = 256 };

static void assert_alike(const char *one, const char *other)
{
    uint32_t hashes[2][MOST];
    size_t count = ngram_hashes(one, strlen(one), true, hashes[0], MOST);

    assert_int_equal(ngram_hashes(other, strlen(other), true, hashes[1], MOST), count);
    assert_memory_equal(hashes[0], hashes[1], count * sizeof **hashes);
}

static size_t count_of(const char *text)
{
    uint32_t hashes[MOST];

    return ngram_hashes(text, strlen(text), true, hashes, MOST);
}

static void case_composition_and_apostrophes_do_not_matter(void **state)
{
    (void)state;
    assert_alike("Ọ́YỌ́", "ọ\xCC\x81yọ\xCC\x81");
    assert_alike("fa\xE2\x80\x99"
                 "a",
                 "fa'a");
    assert_alike("rain, (rain)", "rain rain");
}

static void every_run_up_to_four_and_the_whole_word_count(void **state)
{
    (void)state;
    /* " a ": " a", " a ", "a", "a ". */
    assert_int_equal(count_of("a"), 4);
    /* " abc " has 3 + 4 + 3 + 2 - 1 runs that do not begin behind it, and itself. */
    assert_int_equal(count_of("abc"), 13);
}

static void codes_digits_and_broken_bytes_are_no_words(void **state)
{
    (void)state;
    assert_int_equal(count_of("90d1d737f0acad0a 12 -- 3,5 \xFF\xC3"), 0);
    assert_alike("rain\xFFrain", "rain rain");
    assert_true(count_of("2020年") > 0);
}

static void no_more_than_asked_for_is_written(void **state)
{
    uint32_t hashes[3] = {0, 0, 42};

    (void)state;
    assert_int_equal(ngram_hashes("rain and wind", 13, true, hashes, 2), 2);
    assert_int_equal(hashes[2], 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_composition_and_apostrophes_do_not_matter),
        cmocka_unit_test(every_run_up_to_four_and_the_whole_word_count),
        cmocka_unit_test(codes_digits_and_broken_bytes_are_no_words),
        cmocka_unit_test(no_more_than_asked_for_is_written),
    };

    return cmocka_run_group_tests_name("language_ngram", tests, NULL, NULL);
}
