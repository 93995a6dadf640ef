#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "processors/language/second.h"

static struct model model;

static struct second read_text(const char *text)
{
    struct second second = {.model = &model};

    second_begin(&second, text, strlen(text), true);
    return second;
}

static void assert_guess(const char *text, const char *hint, const char *tag)
{
    struct second second = read_text(text);
    unsigned strength = 0;
    const char *found = second_guess(&second, hint, &strength);

    assert_string_equal(found != NULL ? found : "none", tag);
}

static void assert_among_rivals(const char *text, const char *answer, const char *tag)
{
    struct second second = read_text(text);
    unsigned strength = 0;

    assert_string_equal(second_among_rivals(&second, answer, NULL, &strength), tag);
}

static void languages_that_cld2_lacks_are_known(void **state)
{
    (void)state;
    assert_guess("Dukɔa ƒe dziɖuɖua gblɔ be woatu suku yeyewo ɖe dua me le ƒe si gbɔna me.", NULL,
                 "ee");
    assert_guess("Serokê bajêr got ku dê ji bo zarokan dibistaneke nû di sala bê de bê vekirin.",
                 NULL, "ku");
    assert_guess(
        "Ìjọba ìpínlẹ̀ náà ti sọ pé àwọn yóò kọ́ ilé ìwé tuntun fún àwọn ọmọ ní ọdún tó ń bọ̀.", NULL,
        "yo");
}

static void close_languages_are_told_apart_by_their_words(void **state)
{
    (void)state;
    assert_among_rivals(
        "Kompanija je saopćila da će tokom januara organizovati historijsku izložbu, "
        "a općina će obezbijediti prostor u univerzitetu sljedeće sedmice.",
        "hr", "bs");
    assert_among_rivals("Tvrtka je priopćila da će tijekom siječnja u kazalištu prirediti izložbu, "
                        "a tko želi doći, neka se javi sveučilištu ovoga tjedna.",
                        "bs", "hr");
    assert_among_rivals("佢哋話聽日唔會返嚟，因為喺嗰度嘅嘢仲未搞掂。", "zh-Hant", "yue");
    assert_among_rivals("他們說明天不會回來，因為在那裡的事情還沒有做完。", "zh-Hant", "zh-Hant");
}

static void without_rivals_the_answer_stays(void **state)
{
    (void)state;
    assert_false(second_has_rivals("en"));
    assert_among_rivals("Serokê bajêr got", "en", "en");
}

static void nothing_stands_out_of_noise(void **state)
{
    (void)state;
    assert_guess("", NULL, "none");
    assert_guess("xqzt vbnw kkjp ttrq wwzx plmk qqas zxcv bnmp hjkl qwrt ppkj zzxw vvbn", NULL,
                 "none");
    assert_guess("90d1d737f0acad0af0b9556632c044f0 ab9a94845d000f28a30f3262a008f55b", NULL, "none");
}

static void a_damaged_model_is_refused(void **state)
{
    struct model opened;
    char short_one[16] = "cdlm\x01";

    (void)state;
    assert_int_equal(model_open(short_one, sizeof short_one, &opened), -1);
    assert_int_equal(model_label(&model, "no such"), -1);
    assert_string_equal(model.tags[model_label(&model, "yue")].text, "yue");
}

static int open_model(void **state)
{
    (void)state;
    return model_open_own(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_that_cld2_lacks_are_known),
        cmocka_unit_test(close_languages_are_told_apart_by_their_words),
        cmocka_unit_test(without_rivals_the_answer_stays),
        cmocka_unit_test(nothing_stands_out_of_noise),
        cmocka_unit_test(a_damaged_model_is_refused),
    };

    return cmocka_run_group_tests_name("language_second", tests, open_model, NULL);
}
