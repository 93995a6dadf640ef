#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unicode/uscript.h>

#include "processors/language/script.h"

static struct script_found find(const char *text)
{
    struct text_view_builder *builder = text_view_builder_new();
    struct script_counts counts = {0};
    struct text_view view;

    text_view_build(builder, slice_of_text(text), &view);
    script_count(&counts, &view);
    struct script_found found = script_dominant(&counts);

    text_view_builder_free(builder);
    return found;
}

static void assert_script(const char *text, const char *name)
{
    assert_string_equal(script_name(find(text).script), name);
}

static void the_script_with_most_letters_wins(void **state)
{
    (void)state;
    assert_script("Rain", "Latn");
    assert_script("أمطار في القاهرة (Reuters)", "Arab");
    assert_script("Дождь в Москве, BBC", "Cyrl");
    assert_script("Βροχή στην Αθήνα", "Grek");
    assert_script("בירושלים יורד גשם", "Hebr");
    assert_script("दिल्ली में बारिश", "Deva");
    assert_script("አዲስ አበባ ዝናብ", "Ethi");
}

static void numbers_and_signs_have_no_script(void **state)
{
    static const char *const texts[] = {"", "12 345,6 %", "😀 🎉 ☂", "— … !?"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(find(texts[i]).script, USCRIPT_UNKNOWN);
        assert_int_equal(find(texts[i]).letters, 0);
    }
    assert_null(script_name(USCRIPT_UNKNOWN));
}

static void han_with_kana_is_japanese(void **state)
{
    (void)state;
    assert_script("東京で雨が降った", "Jpan");
    assert_script("カラオケ", "Jpan");
    assert_int_equal(find("東京で雨が降った").share, 1000);
}

static void a_kana_in_a_chinese_text_is_only_a_name(void **state)
{
    (void)state;
    assert_script("上海一家名为「の」的小店昨日开业，吸引众多市民前来排队购买", "Hani");
}

static void hangul_with_or_without_han_is_korean(void **state)
{
    (void)state;
    assert_script("서울에 비가 내렸다", "Kore");
    assert_script("尹 대통령, 美 방문", "Kore");
}

static void han_with_a_korean_name_stays_han(void **state)
{
    (void)state;
    assert_script("韩国歌手（아이유）将于下个月在北京举行演唱会，门票今天开始发售", "Hani");
}

static void share_is_in_thousandths_of_all_letters(void **state)
{
    (void)state;
    assert_int_equal(find("ab вг").share, 500);
    assert_int_equal(find("abc в").share, 750);
}

static void some_scripts_have_one_news_language(void **state)
{
    (void)state;
    assert_string_equal(script_only_language(USCRIPT_GREEK), "el");
    assert_string_equal(script_only_language(USCRIPT_KOREAN), "ko");
    assert_string_equal(script_only_language(USCRIPT_JAPANESE), "ja");
    assert_string_equal(script_only_language(USCRIPT_HAN), "zh");
    assert_null(script_only_language(USCRIPT_LATIN));
    assert_null(script_only_language(USCRIPT_ARABIC));
    assert_null(script_only_language(USCRIPT_UNKNOWN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_script_with_most_letters_wins),
        cmocka_unit_test(numbers_and_signs_have_no_script),
        cmocka_unit_test(han_with_kana_is_japanese),
        cmocka_unit_test(a_kana_in_a_chinese_text_is_only_a_name),
        cmocka_unit_test(hangul_with_or_without_han_is_korean),
        cmocka_unit_test(han_with_a_korean_name_stays_han),
        cmocka_unit_test(share_is_in_thousandths_of_all_letters),
        cmocka_unit_test(some_scripts_have_one_news_language),
    };

    return cmocka_run_group_tests_name("language_script", tests, NULL, NULL);
}
