#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unicode/uscript.h>

#include "processors/language/tag.h"

static void assert_canonical(const char *given, const char *expected)
{
    char tag[TAG_SIZE] = "";

    if (tag_canonical(slice_of_text(given), tag) != 0)
        fail_msg("%s is refused", given);
    assert_string_equal(tag, expected);
}

static void aliases_stand_for_one_language(void **state)
{
    static const char *const pairs[][2] = {
        {"tl", "fil"},    {"no", "nb"},       {"kmr", "ku"},          {"cmn", "zh"},
        {"prs", "fa-AF"}, {"mey", "ar"},      {"sh", "sr-Latn"},      {"iw", "he"},
        {"jw", "jv"},     {"in", "id"},       {"mo", "ro"},           {"eng", "en"},
        {"arb", "ar"},    {"no-NO", "nb-NO"}, {"cmn-Hans", "zh-Hans"}};

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_canonical(pairs[i][0], pairs[i][1]);
}

static void case_and_separators_are_those_of_bcp_47(void **state)
{
    (void)state;
    assert_canonical("AR", "ar");
    assert_canonical("EN_us", "en-US");
    assert_canonical("zh-hant-tw", "zh-Hant-TW");
    assert_canonical("sr_latn", "sr-Latn");
    assert_canonical("ckb", "ckb");
}

static void what_names_no_language_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",   "English", "xx",
        "e",  "fr ",     "en us",
        "12", "null",    "en-english-and-so-on-and-so-on-and-so-on-and-so-on-and-so"};
    char tag[TAG_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (tag_canonical(slice_of_text(wrong[i]), tag) == 0)
            fail_msg("\"%s\" became %s", wrong[i], tag);
    }
    assert_int_equal(tag_canonical(slice_of("en\0", 3), tag), -1);
}

static void assert_with_script(const char *code, int script, const char *expected)
{
    char tag[TAG_SIZE] = "";

    assert_int_equal(tag_with_script(code, script, tag), 0);
    assert_string_equal(tag, expected);
}

static void the_script_stands_where_a_language_has_two(void **state)
{
    (void)state;
    assert_with_script("sr", USCRIPT_CYRILLIC, "sr-Cyrl");
    assert_with_script("sr", USCRIPT_LATIN, "sr-Latn");
    assert_with_script("sr-ME", USCRIPT_LATIN, "sr-Latn");
    assert_with_script("az", USCRIPT_LATIN, "az");
    assert_with_script("az", USCRIPT_ARABIC, "az-Arab");
    assert_with_script("uz", USCRIPT_CYRILLIC, "uz-Cyrl");
    assert_with_script("zh", USCRIPT_HAN, "zh-Hans");
    assert_with_script("zh-Hant", USCRIPT_HAN, "zh-Hant");
}

static void the_script_is_left_out_where_a_language_has_one(void **state)
{
    (void)state;
    assert_with_script("ar", USCRIPT_ARABIC, "ar");
    assert_with_script("en", USCRIPT_ARABIC, "en");
    assert_with_script("iw", USCRIPT_HEBREW, "he");
    assert_with_script("jw", USCRIPT_LATIN, "jv");
    assert_with_script("no", USCRIPT_LATIN, "nb");
    assert_with_script("ru", USCRIPT_CYRILLIC, "ru");
}

static void codes_of_no_language_have_no_tag(void **state)
{
    static const char *const codes[] = {"", "un", "xxx", "xx-Copt", "zzb"};
    char tag[TAG_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_int_equal(tag_with_script(codes[i], USCRIPT_LATIN, tag), -1);
}

static void kurdish_is_told_apart_by_its_script(void **state)
{
    (void)state;
    assert_with_script("ku", USCRIPT_ARABIC, "ckb");
    assert_with_script("ku", USCRIPT_LATIN, "ku");
}

static void primary_is_the_first_subtag(void **state)
{
    (void)state;
    assert_true(slice_is(tag_primary("sr-Latn-RS"), "sr"));
    assert_true(slice_is(tag_primary("fil"), "fil"));
}

static void close_languages_are_close_both_ways(void **state)
{
    (void)state;
    assert_true(tag_are_close("hr", "bs"));
    assert_true(tag_are_close("bs", "hr"));
    assert_true(tag_are_close("sr-Latn", "hr"));
    assert_true(tag_are_close("sr-Cyrl", "mk"));
    assert_true(tag_are_close("en", "en-GB"));
    assert_false(tag_are_close("en", "fr"));
    assert_false(tag_are_close("ru", "uk"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aliases_stand_for_one_language),
        cmocka_unit_test(case_and_separators_are_those_of_bcp_47),
        cmocka_unit_test(what_names_no_language_is_refused),
        cmocka_unit_test(the_script_stands_where_a_language_has_two),
        cmocka_unit_test(the_script_is_left_out_where_a_language_has_one),
        cmocka_unit_test(codes_of_no_language_have_no_tag),
        cmocka_unit_test(kurdish_is_told_apart_by_its_script),
        cmocka_unit_test(primary_is_the_first_subtag),
        cmocka_unit_test(close_languages_are_close_both_ways),
    };

    return cmocka_run_group_tests_name("language_tag", tests, NULL, NULL);
}
