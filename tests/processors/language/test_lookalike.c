#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "processors/language/lookalike.h"

static void assert_becomes(const char *text, const char *expected)
{
    char changed[200];
    size_t length = lookalike_to_cyrillic(text, strlen(text), changed);

    assert_true(length <= 2 * strlen(text));
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(changed, expected, length);
}

static void latin_letters_in_cyrillic_words_become_cyrillic(void **state)
{
    (void)state;
    assert_becomes("Нa мoсту je Maja", "На мосту је Maja");
    assert_becomes("Toм, CAД!", "Том, САД!");
}

static void words_of_other_latin_letters_stay(void **state)
{
    (void)state;
    assert_becomes("Reuters, в NATO", "Reuters, в NATO");
    assert_becomes("кофе-break", "кофе-break");
}

static void any_bytes_are_copied(void **state)
{
    (void)state;
    assert_becomes("", "");
    assert_becomes("\xff\xd0 12 \x80", "\xff\xd0 12 \x80");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latin_letters_in_cyrillic_words_become_cyrillic),
        cmocka_unit_test(words_of_other_latin_letters_stay),
        cmocka_unit_test(any_bytes_are_copied),
    };

    return cmocka_run_group_tests_name("language_lookalike", tests, NULL, NULL);
}
