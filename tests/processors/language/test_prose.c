#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "processors/language/prose.h"

static struct prose count(const char *text)
{
    return prose_count(text, strlen(text));
}

static bool is_enough(const char *text)
{
    struct prose prose = count(text);

    return prose_is_enough(&prose);
}

static void words_are_letters_with_punctuation_around(void **state)
{
    (void)state;
    struct prose prose = count("“Don't,” said Éva (the well-known mayor) - “go.”");

    assert_int_equal(prose.words, 7);
    assert_int_equal(prose.pieces, 8);
    assert_int_equal(prose.letters, 30);
}

static void codes_numbers_and_signs_are_no_words(void **state)
{
    static const char *const pieces[] = {
        "42",      "1st",  "f(x)", "a=b", "==", "deadbeef", "AB-12", "x_y",
        "foo.bar", "@one", "#two", "a/b", "-i", "\\d",      "→",     "$x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct prose prose = count(pieces[i]);

        if (prose.words != 0 || prose.pieces != 1)
            fail_msg("%s is taken for a word", pieces[i]);
    }
}

static void news_is_enough_with_scores_and_prices(void **state)
{
    (void)state;
    assert_true(is_enough("Ayr won 38-17 on Saturday and paid £26,750 for a new stand."));
    assert_true(is_enough("Le pont rouvre lundi, dit-on."));
}

static void few_letters_or_few_words_are_not(void **state)
{
    (void)state;
    assert_false(is_enough(""));
    assert_false(is_enough("Rain at noon"));
    assert_false(is_enough("for (int i = 0; i < count; i++) { total += items[i]; }"));
    assert_false(is_enough("LHR 08:10 CDG 09:25 FRA 11:05 MUC 12:40 JFK 14:20 HND 15:00"));
}

static void broken_bytes_are_counted_too(void **state)
{
    static const char bytes[] = "\xe2\xff\x80\xc2 \xf0\x9f\x98";

    (void)state;
    for (size_t length = 0; length < sizeof bytes; length++)
        assert_true(prose_count(bytes, length).pieces <= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_letters_with_punctuation_around),
        cmocka_unit_test(codes_numbers_and_signs_are_no_words),
        cmocka_unit_test(news_is_enough_with_scores_and_prices),
        cmocka_unit_test(few_letters_or_few_words_are_not),
        cmocka_unit_test(broken_bytes_are_counted_too),
    };

    return cmocka_run_group_tests_name("language_prose", tests, NULL, NULL);
}
