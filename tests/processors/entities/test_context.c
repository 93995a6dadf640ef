#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/entities/context.h"

static struct text_view_builder *builder;
static struct language_rules *english;

static int setup(void **state)
{
    (void)state;
    builder = text_view_builder_new();
    english = language_rules_new("en_Latn");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    language_rules_free(english);
    text_view_builder_free(builder);
    return 0;
}

/* May the word number `first` of a text be a place? */
static bool allows(const struct language_rules *rules, const char *text, uint32_t first,
                   struct gazetteer_row row)
{
    struct text_view view;
    struct candidate candidate = {&view, &row, first, 1, 0, true};

    text_view_build(builder, slice_of_text(text), &view);
    assert_true(first < view.token_count);
    return context_refusal(rules, &candidate) == REFUSAL_NONE;
}

static bool allows_name(const char *text, uint32_t first)
{
    return allows(english, text, first, (struct gazetteer_row){0});
}

static bool allows_acronym(const char *text, uint32_t first)
{
    return allows(english, text, first, (struct gazetteer_row){.acronym = true});
}

static void a_stranger_before_makes_it_another_name(void **state)
{
    (void)state;
    assert_true(allows_name("he left for Jersey at night", 3));
    assert_false(allows_name("he left for New Jersey at night", 4));
    assert_false(allows_name("the vote of Jean-France was", 4));
    assert_true(allows_name("she met Ann, France said", 3));
}

static void a_stranger_after_makes_it_another_name(void **state)
{
    (void)state;
    assert_false(allows_name("as the Washington Post wrote", 2));
    assert_true(allows_name("he was in Washington. Post offices", 3));
    assert_true(allows_name("he was in Washington on Monday", 3));
}

static void a_capital_at_the_start_of_a_sentence_is_no_stranger(void **state)
{
    (void)state;
    assert_true(allows_name("In France they said", 1));
    assert_true(allows_name("They left. In France they said", 3));
    assert_true(allows_name("They said: \"When France asks\"", 3));
}

static void dates_are_no_strangers(void **state)
{
    (void)state;
    assert_true(allows_name("talks in Baghdad Tuesday were short", 2));
    assert_true(allows_name("since last March Baghdad has been calm", 3));
}

static void capitals_say_nothing_where_all_words_have_them(void **state)
{
    (void)state;
    assert_true(allows_name("Leaders From Across France Gather to Talk About Peace", 3));
    assert_false(allows_name("leaders gather to talk about peace in West France today", 8));
}

static void only_languages_with_the_rule_have_strangers(void **state)
{
    struct language_rules *german = language_rules_new("de_Latn");

    (void)state;
    assert_true(allows(german, "die Regierung Frankreich sagte", 2, (struct gazetteer_row){0}));
    language_rules_free(german);
}

static void acronyms_have_no_strangers_but_a_currency_is_no_country(void **state)
{
    (void)state;
    assert_true(allows_acronym("the US President said", 1));
    assert_false(allows_acronym("it costs US$ 40 more", 2));
    assert_false(allows_acronym("it costs US€40 more", 2));
    assert_true(allows_acronym("he is in the US", 4));
}

static void people_and_languages_are_no_places(void **state)
{
    struct language_rules *chinese = language_rules_new("zh_Hans");
    struct language_rules *vietnamese = language_rules_new("vi_Latn");
    struct text_view view;
    struct gazetteer_row row = {0};
    struct candidate candidate = {&view, &row, 0, 2, 0, true};

    (void)state;
    text_view_build(builder, SLICE_LITERAL("法国人说"), &view);
    assert_int_equal(context_refusal(chinese, &candidate), REFUSAL_PEOPLE);
    text_view_build(builder, SLICE_LITERAL("法国说"), &view);
    assert_int_equal(context_refusal(chinese, &candidate), REFUSAL_NONE);
    assert_false(allows(vietnamese, "nói tiếng Pháp", 2, row));
    assert_true(allows(vietnamese, "sang Pháp", 1, row));
    language_rules_free(chinese);
    language_rules_free(vietnamese);
}

static void a_guarded_name_is_none_at_the_start_of_a_sentence(void **state)
{
    struct gazetteer_row guarded = {.guard = GUARD_MIDDLE};

    (void)state;
    assert_false(allows(english, "Madeira is sweet", 0, guarded));
    assert_false(allows(english, "So it is. Madeira is sweet", 3, guarded));
    assert_true(allows(english, "we sail to Madeira", 3, guarded));
}

static void a_guarded_name_stands_behind_a_word_that_says_where(void **state)
{
    struct language_rules *arabic = language_rules_new("ar_Arab");
    struct gazetteer_row guarded = {.guard = GUARD_PREPOSITION};

    (void)state;
    assert_true(allows(arabic, "وصل في مالي", 2, guarded));
    assert_false(allows(arabic, "دعم مالي", 1, guarded));
    assert_false(allows(arabic, "مالي", 0, guarded));
    language_rules_free(arabic);
}

static void an_adjective_stands_behind_a_word_with_the_article(void **state)
{
    struct gazetteer_row guarded = {.guard = GUARD_NOUN};

    (void)state;
    assert_true(allows(english, "قالت السعودية", 1, guarded));
    assert_true(allows(english, "السعودية تعلن", 0, guarded));
    assert_false(allows(english, "الحكومة السعودية", 1, guarded));
    assert_false(allows(english, "والحكومة السعودية", 1, guarded));
    assert_false(allows(english, "للحكومة السعودية", 1, guarded));
    assert_true(allows(english, "أعلنت الحكومة، السعودية", 2, guarded));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_before_makes_it_another_name),
        cmocka_unit_test(a_stranger_after_makes_it_another_name),
        cmocka_unit_test(a_capital_at_the_start_of_a_sentence_is_no_stranger),
        cmocka_unit_test(dates_are_no_strangers),
        cmocka_unit_test(capitals_say_nothing_where_all_words_have_them),
        cmocka_unit_test(only_languages_with_the_rule_have_strangers),
        cmocka_unit_test(acronyms_have_no_strangers_but_a_currency_is_no_country),
        cmocka_unit_test(people_and_languages_are_no_places),
        cmocka_unit_test(a_guarded_name_is_none_at_the_start_of_a_sentence),
        cmocka_unit_test(an_adjective_stands_behind_a_word_with_the_article),
        cmocka_unit_test(a_guarded_name_stands_behind_a_word_that_says_where),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
