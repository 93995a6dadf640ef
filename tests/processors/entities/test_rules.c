#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "article/text_view.h"
#include "processors/entities/builtin.h"
#include "processors/entities/rules.h"
#include "processors/entities/table.h"

static void codes_stand_for_a_language_or_one_of_its_scripts(void **state)
{
    (void)state;
    assert_true(language_is("sr_Latn", SLICE_LITERAL("sr")));
    assert_true(language_is("sr_Latn", SLICE_LITERAL("sr_Latn")));
    assert_true(language_is("und", SLICE_LITERAL("und")));
    assert_false(language_is("sr_Latn", SLICE_LITERAL("sr_Cyrl")));
    assert_false(language_is("srr_Latn", SLICE_LITERAL("sr")));
    assert_false(language_is("s", SLICE_LITERAL("sr")));
}

static void a_language_has_its_own_rules_and_no_others(void **state)
{
    struct language_rules *arabic = language_rules_new("ar_Arab");
    struct language_rules *english = language_rules_new("en_Latn");
    struct language_rules *korean = language_rules_new("ko_Kore");
    struct language_rules *none = language_rules_new("und");

    (void)state;
    assert_int_equal(arabic->proclitics, PROCLITICS_ARABIC);
    assert_int_equal(arabic->ending_count, 0);
    assert_true(english->strangers_before && english->strangers_after);
    assert_int_equal(english->proclitics, PROCLITICS_NONE);
    assert_true(korean->ending_count > 10 && korean->endings[0].outside);
    assert_int_equal(none->ending_count + none->people_count + none->suffixes.count, 0);
    assert_false(none->strangers_before || none->strangers_after);
    language_rules_free(arabic);
    language_rules_free(english);
    language_rules_free(korean);
    language_rules_free(none);
}

static void words_are_known_by_their_folded_hash(void **state)
{
    struct language_rules *english = language_rules_new("en_Latn");
    const uint32_t monday[] = {'m', 'o', 'n', 'd', 'a', 'y'};

    (void)state;
    assert_true(word_set_has(&english->dates, text_token_hash(monday, 6)));
    assert_false(word_set_has(&english->dates, text_token_hash(monday, 5)));
    language_rules_free(english);
}

static bool is_known_rule(struct slice rule)
{
    static const char *const rules[] = {
        "proclitics",  "ending", "particle",  "suffix", "stranger", "people",     "place",
        "date",        "form",   "plain",     "prefix", "link",     "within",     "thing",
        "whose",       "nouns",  "adjective", "opener", "division", "heads",      "part",
        "institution", "firm",   "sound",     "front",  "counter",  "complement", "leader"};

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (slice_is(rule, rules[i]))
            return true;
    return false;
}

/* A misspelt rule would be ignored without a word. */
static void every_row_is_a_rule_that_exists(void **state)
{
    struct slice rest = slice_of(builtin_languages, builtin_languages_size);
    struct table_row row;

    (void)state;
    while (table_next(&rest, &row)) {
        assert_true(is_known_rule(row.fields[1]));
        assert_true(row.fields[2].length > 0);
        assert_int_equal(row.fields[4].length, 0);
    }
}

static bool is_fitting(const struct language_rules *rules, uint32_t number, uint32_t class)
{
    for (uint32_t i = rules->fitting_starts[class]; i < rules->fitting_starts[class + 1]; i++)
        if (rules->fitting[i] == number)
            return true;
    return false;
}

static void endings_are_found_by_the_last_point_and_those_of_nothing_by_any(void **state)
{
    struct language_rules *russian = language_rules_new("ru_Cyrl");
    uint32_t empty = 0;

    (void)state;
    assert_true(russian->ending_count > 10);
    for (uint32_t i = 0; i < russian->ending_count; i++) {
        const struct ending *ending = &russian->endings[i];
        uint32_t last = ending->text_length > 0 ? ending->text[ending->text_length - 1] : 'x';

        assert_true(is_fitting(russian, i, ending_class(last)));
        assert_int_equal(is_fitting(russian, i, ending_class(last + 1)), ending->text_length == 0);
        empty += ending->text_length == 0;
    }
    assert_true(empty > 0);
    language_rules_free(russian);
}

static void a_set_of_texts_knows_how_its_texts_begin(void **state)
{
    struct language_rules *chinese = language_rules_new("zh_Hans");

    (void)state;
    assert_true(chinese->divisions.count > 5);
    for (uint32_t i = 0; i < chinese->divisions.count; i++)
        assert_true(text_set_may_begin(&chinese->divisions, chinese->divisions.texts[i].data));
    assert_false(text_set_may_begin(&chinese->divisions, "的"));
    language_rules_free(chinese);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_stand_for_a_language_or_one_of_its_scripts),
        cmocka_unit_test(a_language_has_its_own_rules_and_no_others),
        cmocka_unit_test(words_are_known_by_their_folded_hash),
        cmocka_unit_test(endings_are_found_by_the_last_point_and_those_of_nothing_by_any),
        cmocka_unit_test(a_set_of_texts_knows_how_its_texts_begin),
        cmocka_unit_test(every_row_is_a_rule_that_exists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
