#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "processors/language/sample.h"

enum { SAMPLE_WINDOWS = 5 };

static char sample[SAMPLE_MAX + 1];

static void short_texts_are_taken_whole(void **state)
{
    (void)state;
    size_t length = sample_take(SLICE_LITERAL("It rains."), 1, sample);

    assert_true(slice_is(slice_of(sample, length), "It rains. "));
}

static void without_text_or_windows_there_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(sample_take((struct slice){0}, SAMPLE_WINDOWS, sample), 0);
    assert_int_equal(sample_take(SLICE_LITERAL("It rains."), 0, sample), 0);
}

static void long_bodies_give_the_middle_of_each_fifth(void **state)
{
    enum { LENGTH = 100000 };
    char *body = malloc(LENGTH);

    (void)state;
    memset(body, '.', LENGTH);
    for (size_t i = 0; i < SAMPLE_WINDOWS; i++)
        body[LENGTH / (2 * SAMPLE_WINDOWS) * (2 * i + 1)] = (char)('A' + i);
    size_t length = sample_take(slice_of(body, LENGTH), SAMPLE_WINDOWS, sample);

    assert_int_equal(length, SAMPLE_WINDOWS * (SAMPLE_WINDOW + 1));
    for (size_t i = 0; i < SAMPLE_WINDOWS; i++)
        assert_int_equal(sample[i * (SAMPLE_WINDOW + 1) + SAMPLE_WINDOW / 2], 'A' + i);
    free(body);
}

static const char menu[] = "Home News Sport\nRead more\n";
static const char paragraph[] =
    "The ferry between the island and the mainland runs again after a week of wind, the company "
    "said, and tickets stay valid until May.\n";

static void short_lines_beside_paragraphs_are_left_out(void **state)
{
    struct buffer body = {0};

    (void)state;
    buffer_append(&body, SLICE_LITERAL(menu));
    buffer_append(&body, SLICE_LITERAL(paragraph));
    buffer_append(&body, SLICE_LITERAL(menu));
    size_t length = sample_take(slice_of(body.data, body.length), SAMPLE_WINDOWS, sample);

    assert_int_equal(length, sizeof paragraph - 1);
    assert_memory_equal(sample, paragraph, length - 1);
    buffer_free(&body);
}

static void windows_move_over_short_lines(void **state)
{
    struct buffer body = {0};

    (void)state;
    for (int i = 0; i < 40; i++) {
        buffer_append(&body, SLICE_LITERAL(menu));
        buffer_append(&body, SLICE_LITERAL(paragraph));
    }
    size_t length = sample_take(slice_of(body.data, body.length), SAMPLE_WINDOWS, sample);

    assert_true(length >= SAMPLE_WINDOWS * SAMPLE_WINDOW / 2);
    assert_null(memmem(sample, length, "Read more", 9));
    buffer_free(&body);
}

static void texts_of_short_lines_are_taken_all_the_same(void **state)
{
    (void)state;
    size_t length = sample_take(SLICE_LITERAL("Rain\nin the\nafternoon"), SAMPLE_WINDOWS, sample);

    assert_true(slice_is(slice_of(sample, length), "Rain\nin the\nafternoon "));
}

static void windows_never_cut_a_code_point(void **state)
{
    static const char *const letters[] = {"é", "語", "𞤀"};
    char text[4 * 1300];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        size_t size = strlen(letters[i]);

        for (size_t shift = 0; shift < 4; shift++) {
            memset(text, 'x', sizeof text);
            for (size_t at = shift; at + size <= sizeof text; at += size)
                memcpy(text + at, letters[i], size);
            struct slice whole = slice_of(text, sizeof text);
            size_t length = sample_take(whole, SAMPLE_MOST_WINDOWS, sample);

            assert_true(length <= SAMPLE_MAX / 2);
            assert_true(utf8_is_valid(slice_of(sample, length)));
            assert_true(length >= SAMPLE_MOST_WINDOWS * (SAMPLE_WINDOW - 4));
        }
    }
}

static void windows_begin_and_end_between_words(void **state)
{
    struct buffer body = {0};

    (void)state;
    while (body.length < 5000)
        buffer_append(&body, SLICE_LITERAL("seven letters "));
    size_t length = sample_take(slice_of(body.data, body.length), SAMPLE_WINDOWS, sample);

    sample[length] = '\0';
    for (char *rest = NULL, *word = strtok_r(sample, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest))
        assert_true(strcmp(word, "seven") == 0 || strcmp(word, "letters") == 0);
    buffer_free(&body);
}

static void a_text_at_the_limit_fits(void **state)
{
    char text[SAMPLE_MOST_WINDOWS * SAMPLE_WINDOW + 1];

    (void)state;
    memset(text, 'x', sizeof text);
    for (size_t less = 0; less < 2; less++)
        assert_true(sample_take(slice_of(text, sizeof text - less), SAMPLE_MOST_WINDOWS, sample) <=
                    SAMPLE_MAX / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_texts_are_taken_whole),
        cmocka_unit_test(without_text_or_windows_there_is_nothing),
        cmocka_unit_test(long_bodies_give_the_middle_of_each_fifth),
        cmocka_unit_test(short_lines_beside_paragraphs_are_left_out),
        cmocka_unit_test(windows_move_over_short_lines),
        cmocka_unit_test(texts_of_short_lines_are_taken_all_the_same),
        cmocka_unit_test(windows_never_cut_a_code_point),
        cmocka_unit_test(windows_begin_and_end_between_words),
        cmocka_unit_test(a_text_at_the_limit_fits),
    };

    return cmocka_run_group_tests_name("language_sample", tests, NULL, NULL);
}
