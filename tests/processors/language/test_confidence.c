#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/language/confidence.h"

static unsigned confidence(enum ground ground, unsigned letters, unsigned strength)
{
    return confidence_of(
        &(struct evidence){.ground = ground, .strength = strength, .letters = letters});
}

static void it_never_exceeds_certainty_and_never_is_none(void **state)
{
    (void)state;
    for (int ground = 0; ground < GROUND_COUNT; ground++) {
        for (unsigned letters = 0; letters < 1000; letters += 20) {
            for (unsigned strength = 0; strength <= 1000; strength += 50) {
                unsigned found = confidence((enum ground)ground, letters, strength);

                assert_in_range(found, 300, 999);
            }
        }
    }
}

static void what_stands_out_more_is_no_less_likely(void **state)
{
    (void)state;
    for (int ground = 0; ground < GROUND_COUNT; ground++) {
        for (unsigned strength = 50; strength <= 1000; strength += 50)
            assert_true(confidence((enum ground)ground, 500, strength) >=
                        confidence((enum ground)ground, 500, strength - 50));
    }
}

static void long_clear_texts_are_nearly_certain(void **state)
{
    (void)state;
    assert_true(confidence(GROUND_CLD2, 500, 1000) > 980);
    assert_true(confidence(GROUND_SCRIPT, 500, 1000) > 980);
    assert_true(confidence(GROUND_CLD2, 500, 100) < 950);
}

static void the_last_class_is_open(void **state)
{
    (void)state;
    assert_int_equal(confidence_length_class(0), 0);
    assert_int_equal(confidence_length_class(UINT32_MAX), CONFIDENCE_LENGTHS - 1);
    assert_int_equal(confidence_strength_class(1000), CONFIDENCE_STRENGTHS - 1);
    assert_int_equal(confidence_strength_class(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_never_exceeds_certainty_and_never_is_none),
        cmocka_unit_test(what_stands_out_more_is_no_less_likely),
        cmocka_unit_test(long_clear_texts_are_nearly_certain),
        cmocka_unit_test(the_last_class_is_open),
    };

    return cmocka_run_group_tests_name("language_confidence", tests, NULL, NULL);
}
