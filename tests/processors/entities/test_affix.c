#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "article/text_view.h"
#include "processors/entities/affix.h"

/* Stems of a word, joined by spaces as "skipped:length". */
static const char *stems_of(const char *language, const char *word)
{
    static char text[128];
    struct affix_stem stems[AFFIX_STEMS];
    struct text_view_builder *builder = text_view_builder_new();
    struct language_rules *rules = language_rules_new(language);
    struct text_view view;
    size_t length = 0;

    text_view_build(builder, slice_of_text(word), &view);
    assert_int_equal(view.token_count, 1);
    uint32_t count = affix_stems(rules, view.points, view.tokens[0].length, true, stems);

    text[0] = '\0';
    for (uint32_t i = 0; i < count; i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%u:%u",
                                   i > 0 ? " " : "", stems[i].skipped, stems[i].length);
    language_rules_free(rules);
    text_view_builder_free(builder);
    return text;
}

static void arabic_conjunction_and_preposition_come_off_in_this_order(void **state)
{
    (void)state;
    assert_string_equal(stems_of("ar", "وفرنسا"), "1:5");
    assert_string_equal(stems_of("ar", "وبباريس"), "1:6 2:5");
    assert_string_equal(stems_of("ar", "فلروما"), "1:5 2:4");
    assert_string_equal(stems_of("ar", "بموسكو"), "1:5");
    assert_string_equal(stems_of("ar", "موسكو"), "");
}

static void the_articles_alef_comes_back_after_li(void **state)
{
    struct affix_stem stems[AFFIX_STEMS];
    const uint32_t lil_iraq[] = {0x644, 0x644, 0x639, 0x631, 0x627, 0x642};
    const uint32_t al_iraq[] = {0x627, 0x644, 0x639, 0x631, 0x627, 0x642};

    struct language_rules *rules = language_rules_new("ar");

    (void)state;
    assert_int_equal(affix_stems(rules, lil_iraq, 6, true, stems), 1);
    assert_int_equal(stems[0].skipped, 1);
    assert_int_equal(stems[0].length, 6);
    assert_memory_equal(stems[0].points, al_iraq, sizeof(al_iraq));
    assert_int_equal(affix_stems(rules, lil_iraq, 6, false, stems), 0);
    language_rules_free(rules);
}

static void a_stem_has_at_least_three_letters(void **state)
{
    (void)state;
    assert_string_equal(stems_of("ar", "بدبي"), "1:3");
    assert_string_equal(stems_of("ar", "وبد"), "");
    assert_string_equal(stems_of("ar", "للو"), "");
}

static void hebrew_loses_up_to_three_letters(void **state)
{
    (void)state;
    assert_string_equal(stems_of("he", "ובלונדון"), "1:7 2:6 3:5");
    assert_string_equal(stems_of("he", "בפריז"), "1:4");
    assert_string_equal(stems_of("he", "פריז"), "");
}

static void words_without_a_family_or_too_long_have_no_stems(void **state)
{
    struct affix_stem stems[AFFIX_STEMS];
    uint32_t word[AFFIX_STEM_POINTS + 1];

    struct language_rules *none = language_rules_new("und");
    struct language_rules *arabic = language_rules_new("ar");

    (void)state;
    for (size_t i = 0; i < AFFIX_STEM_POINTS + 1; i++)
        word[i] = 0x644;
    assert_int_equal(affix_stems(none, word, 5, true, stems), 0);
    assert_int_equal(affix_stems(arabic, word, 0, true, stems), 0);
    assert_int_equal(affix_stems(arabic, word, AFFIX_STEM_POINTS + 1, true, stems), 0);
    assert_int_equal(affix_stems(arabic, word, AFFIX_STEM_POINTS, true, stems), 1);
    assert_int_equal(stems[0].length, AFFIX_STEM_POINTS);
    language_rules_free(none);
    language_rules_free(arabic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arabic_conjunction_and_preposition_come_off_in_this_order),
        cmocka_unit_test(the_articles_alef_comes_back_after_li),
        cmocka_unit_test(a_stem_has_at_least_three_letters),
        cmocka_unit_test(hebrew_loses_up_to_three_letters),
        cmocka_unit_test(words_without_a_family_or_too_long_have_no_stems),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
