#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "processors/language/sample.h"

static char sample[SAMPLE_MAX];

static void short_texts_are_taken_whole(void **state)
{
    (void)state;
    size_t length = sample_take(SLICE_LITERAL("Rain"), SLICE_LITERAL("It rains."), sample);

    assert_true(slice_is(slice_of(sample, length), "Rain It rains. "));
}

static void absent_texts_leave_nothing(void **state)
{
    (void)state;
    size_t length = sample_take((struct slice){0}, (struct slice){0}, sample);

    assert_true(slice_is(slice_of(sample, length), "  "));
}

static void long_bodies_give_start_middle_and_end(void **state)
{
    enum { LENGTH = 100001 };
    char *body = malloc(LENGTH);

    (void)state;
    memset(body, '.', LENGTH);
    body[0] = 'S';
    body[LENGTH / 2] = 'M';
    body[LENGTH - 1] = 'E';
    size_t length = sample_take((struct slice){0}, slice_of(body, LENGTH), sample);

    assert_int_equal(length, 1 + SAMPLE_WINDOWS * (SAMPLE_WINDOW + 1));
    assert_int_equal(sample[1], 'S');
    assert_non_null(memchr(sample, 'M', length));
    assert_int_equal(sample[length - 2], 'E');
    free(body);
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
            size_t length = sample_take(whole, whole, sample);

            assert_true(length <= SAMPLE_MAX);
            assert_true(utf8_is_valid(slice_of(sample, length)));
            assert_true(length > SAMPLE_MAX - 32);
        }
    }
}

static void a_text_at_the_limit_fits(void **state)
{
    char text[SAMPLE_WINDOWS * SAMPLE_WINDOW + 1];

    (void)state;
    memset(text, 'x', sizeof text);
    for (size_t less = 0; less < 2; less++)
        assert_true(sample_take(slice_of(text, SAMPLE_WINDOW + less),
                                slice_of(text, sizeof text - less), sample) <= SAMPLE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_texts_are_taken_whole),
        cmocka_unit_test(absent_texts_leave_nothing),
        cmocka_unit_test(long_bodies_give_start_middle_and_end),
        cmocka_unit_test(windows_never_cut_a_code_point),
        cmocka_unit_test(a_text_at_the_limit_fits),
    };

    return cmocka_run_group_tests_name("language_sample", tests, NULL, NULL);
}
