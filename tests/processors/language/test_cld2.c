#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "processors/language/cld2.h"

static struct cld2_answer detect(const char *text, bool best_effort)
{
    struct cld2_answer answer;

    cld2_detect(text, strlen(text), best_effort, &answer);
    return answer;
}

static void the_full_tables_answer(void **state)
{
    (void)state;
    assert_string_equal(
        detect("Manoma a yankin sun ce ruwan sama ya makara a bana, amma suna fatan samun amfanin "
               "gona mai yawa.",
               false)
            .guesses[0]
            .code,
        "ha");
}

static void a_clear_text_is_reliable(void **state)
{
    struct cld2_answer answer =
        detect("The harbour was closed for two days after the storm damaged the old pier.", false);

    (void)state;
    assert_true(answer.reliable);
    assert_string_equal(answer.guesses[0].code, "en");
    assert_true(answer.guesses[0].percent > 90);
    assert_true(answer.guesses[0].score > 400);
}

static void noise_is_not_reliable(void **state)
{
    (void)state;
    assert_false(detect("hjkl qwrt zxcv bnmp", false).reliable);
    assert_false(detect("", false).reliable);
    assert_int_equal(detect("", true).count, 0);
    assert_int_equal(detect("12 34 %", true).count, 0);
}

static void best_effort_guesses_where_it_would_be_silent(void **state)
{
    (void)state;
    assert_int_equal(detect("hjkl qwrt zxcv bnmp", false).count, 0);
    assert_true(detect("hjkl qwrt zxcv bnmp", true).count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_full_tables_answer),
        cmocka_unit_test(a_clear_text_is_reliable),
        cmocka_unit_test(noise_is_not_reliable),
        cmocka_unit_test(best_effort_guesses_where_it_would_be_silent),
    };

    return cmocka_run_group_tests_name("language_cld2", tests, NULL, NULL);
}
