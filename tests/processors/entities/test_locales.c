#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/entities/locales.h"

static struct arena arena;
static struct locales locales;

static int setup(void **state)
{
    (void)state;
    locales = locales_new(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const char *language_of(const char *tag)
{
    static char language[LANGUAGE_SIZE];

    locales_language(&locales, slice_of_text(tag), language);
    return language;
}

static void regions_share_a_language(void **state)
{
    (void)state;
    assert_string_equal(language_of("pt"), "pt_Latn");
    assert_string_equal(language_of("pt-BR"), "pt_Latn");
    assert_string_equal(language_of("fa-AF"), "fa_Arab");
}

static void scripts_are_told_apart(void **state)
{
    (void)state;
    assert_string_equal(language_of("zh"), "zh_Hans");
    assert_string_equal(language_of("zh-TW"), "zh_Hant");
    assert_string_equal(language_of("sr-Latn"), "sr_Latn");
    assert_string_equal(language_of("sr"), "sr_Cyrl");
}

static void bokmal_is_where_icu_keeps_norwegian(void **state)
{
    (void)state;
    assert_string_equal(language_of("nb"), "no_Latn");
    assert_string_equal(language_of("no"), "no_Latn");
    assert_string_equal(language_of("nn"), "nn_Latn");
}

static void what_no_locale_has_is_unknown(void **state)
{
    static const char *const tags[] = {
        "",         "und",
        "und-Arab", "tlh",
        "x-own",    "not a tag",
        "-",        "a-very-long-tag-that-nobody-would-ever-send-in-an-article"};

    (void)state;
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
        assert_string_equal(language_of(tags[i]), LANGUAGE_UNKNOWN);
    assert_string_equal(language_of(NULL), LANGUAGE_UNKNOWN);
}

static void every_locale_has_its_language(void **state)
{
    (void)state;
    assert_true(locales.count > 500);
    for (uint32_t i = 0; i < locales.count; i++)
        assert_string_not_equal(locales.items[i].language, LANGUAGE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_share_a_language),
        cmocka_unit_test(scripts_are_told_apart),
        cmocka_unit_test(bokmal_is_where_icu_keeps_norwegian),
        cmocka_unit_test(what_no_locale_has_is_unknown),
        cmocka_unit_test(every_locale_has_its_language),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
