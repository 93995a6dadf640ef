#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "processors/language/detector.h"

static struct model model;
static struct text_view_builder *builder;

static const char french[] =
    "Le vieux pont de pierre sera rouvert à la circulation lundi matin, a annoncé la mairie. Les "
    "travaux, commencés au printemps, ont coûté moins cher que prévu. ";
static const char english[] =
    "Ferries between the island and the mainland are running again after a week of high winds. The "
    "company said that tickets bought for cancelled trips stay valid until the end of May. ";
static const char bosnian[] =
    "Kompanija je saopćila da će tokom januara organizovati historijsku izložbu, a općina će "
    "obezbijediti prostor u univerzitetu sljedeće sedmice. ";

static struct detection find_bytes(const struct detector_settings *settings, struct slice bytes,
                                   const char *hint)
{
    static struct detector detector;
    struct detection found;

    detector_init(&detector, &model, settings);
    detector_find_in_bytes(&detector, builder, bytes, hint, &found);
    return found;
}

static struct detection find(const char *text)
{
    return find_bytes(&detector_usual, slice_of_text(text), NULL);
}

static struct buffer repeat(const char *text, size_t length)
{
    struct buffer whole = {0};

    while (whole.length < length)
        buffer_append_text(&whole, text);
    return whole;
}

static void any_bytes_get_an_answer_or_none(void **state)
{
    static const char *const broken[] = {"\xc3",         "\xe2\x80",         "\xf0\x9f\x98",
                                         "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xff\xfe\x80z"};

    (void)state;
    assert_string_equal(find("").tag, "und");
    for (unsigned byte = 0; byte < 256; byte++) {
        char one = (char)byte;

        assert_string_equal(find_bytes(&detector_usual, slice_of(&one, 1), NULL).tag, "und");
    }
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_string_equal(find(broken[i]).tag, "und");
}

static void broken_bytes_and_controls_do_not_hide_the_language(void **state)
{
    struct buffer text = {0};

    (void)state;
    for (size_t i = 0; i < sizeof french - 1; i++) {
        buffer_append_byte(&text, french[i]);
        if (french[i] == ' ' && i % 3 == 0)
            buffer_append(&text, slice_of("\xff\x01\xc2\x85\0\xef\xbf\xbf ", 9));
    }
    assert_string_equal(find_bytes(&detector_usual, buffer_slice(&text), NULL).tag, "fr");
    buffer_free(&text);
}

static void twenty_megabytes_are_a_text_too(void **state)
{
    struct buffer text = repeat(french, 20 << 20);
    struct buffer noise = repeat("\xff\x80", 20 << 20);

    (void)state;
    assert_string_equal(find_bytes(&detector_usual, buffer_slice(&text), NULL).tag, "fr");
    assert_string_equal(find_bytes(&detector_usual, buffer_slice(&noise), NULL).tag, "und");
    buffer_free(&text);
    buffer_free(&noise);
}

static void assert_mixed(const struct detection *found, const char *tag, unsigned least,
                         unsigned most)
{
    assert_int_equal(found->mixed_count, 1);
    assert_string_equal(found->mixed[0].tag, tag);
    assert_in_range(found->mixed[0].thousandths, least, most);
}

static void the_second_half_of_a_bilingual_notice_is_seen(void **state)
{
    struct buffer notice = repeat(english, 4000);

    (void)state;
    for (size_t half = notice.length; notice.length < 2 * half;)
        buffer_append_text(&notice, french);
    struct detection found = find_bytes(&detector_usual, buffer_slice(&notice), NULL);

    if (strcmp(found.tag, "en") == 0)
        assert_mixed(&found, "fr", 300, 700);
    else
        assert_mixed(&found, "en", 300, 700);
    buffer_free(&notice);
}

static void halves_in_two_scripts_are_both_told(void **state)
{
    static const char russian[] =
        "Старый каменный мост снова откроют в понедельник утром, сообщила мэрия. Работы начались "
        "весной и обошлись дешевле, чем ожидалось. ";
    static const char arabic[] =
        "يعاد فتح الجسر الحجري القديم صباح يوم الاثنين كما أعلنت البلدية. بدأت الأعمال في الربيع "
        "وكلفت أقل مما كان متوقعا. ";
    struct buffer notice = {0};

    (void)state;
    buffer_append_format(&notice, "%s%s", russian, arabic);
    struct detection found = find_bytes(&detector_usual, buffer_slice(&notice), NULL);

    if (strcmp(found.tag, "ru") == 0)
        assert_mixed(&found, "ar", 300, 700);
    else
        assert_mixed(&found, "ru", 300, 700);
    buffer_free(&notice);
}

static void latin_letters_in_cyrillic_words_do_not_hide_the_language(void **state)
{
    (void)state;
    assert_string_equal(
        find("Стaри кaмeни мoст пoнoвo ћe бити oтвoрeн у пoнeдeљaк ујутру, сaoпштиo je "
             "грaд. Рaдoви су пoчeли у прoлeћe и кoштaли мaњe нeгo штo сe oчeкивaлo.")
            .tag,
        "sr-Cyrl");
}

static struct detector_settings allow(const struct detector_tag *tags, size_t count)
{
    struct detector_settings settings = detector_usual;

    settings.allowed = tags;
    settings.allowed_count = count;
    return settings;
}

static void only_allowed_languages_are_answered(void **state)
{
    static const struct detector_tag tags[] = {{"en"}, {"zh"}, {"hr"}};
    struct detector_settings settings = allow(tags, 3);
    struct detection found = find_bytes(&settings, slice_of_text(french), NULL);

    (void)state;
    assert_string_equal(found.tag, "und");
    assert_int_equal(found.confidence, 0);
    assert_string_equal(found.alternatives[0].tag, "fr");
    assert_true(found.alternatives[0].thousandths > 900);
    assert_string_equal(find_bytes(&settings, slice_of_text(english), NULL).tag, "en");
    assert_string_equal(
        find_bytes(&settings, slice_of_text("他們說明天不會回來，因為在那裡的事情還沒有做完。"),
                   NULL)
            .tag,
        "zh-Hant");
    assert_string_equal(find_bytes(&settings, slice_of_text(bosnian), NULL).tag, "hr");
}

static void less_than_the_least_confidence_is_undetermined(void **state)
{
    struct detector_settings settings = detector_usual;

    (void)state;
    settings.least_confidence = 1000;
    struct detection found = find_bytes(&settings, slice_of_text(french), NULL);

    assert_string_equal(found.tag, "und");
    assert_string_equal(found.alternatives[0].tag, "fr");
    settings.least_confidence = 500;
    assert_string_equal(find_bytes(&settings, slice_of_text(french), NULL).tag, "fr");
}

static void fields_without_weight_are_not_read(void **state)
{
    static struct detector detector;
    struct text_view_builder *other = text_view_builder_new();
    struct detector_settings settings = {.headline_windows = 1};
    struct text_view headline;
    struct text_view body;
    struct detection found;

    (void)state;
    text_view_build(other, slice_of_text(english), &headline);
    text_view_build(builder, slice_of_text(french), &body);
    detector_init(&detector, &model, &settings);
    detector_find(&detector, &headline, &body, NULL, &found);
    assert_string_equal(found.tag, "en");
    settings = (struct detector_settings){.body_windows = 5};
    detector_find(&detector, &headline, &body, NULL, &found);
    assert_string_equal(found.tag, "fr");
    text_view_builder_free(other);
}

static void a_hint_decides_what_the_text_leaves_open(void **state)
{
    static const char open[] = "Vrijeme je lijepo i ljudi su na ulici sretni.";
    static const char brief[] = "Pluie demain";

    (void)state;
    assert_string_equal(find_bytes(&detector_usual, slice_of_text(open), "bs").tag, "bs");
    assert_string_equal(find_bytes(&detector_usual, slice_of_text(open), "hr").tag, "hr");
    assert_string_equal(find_bytes(&detector_usual, slice_of_text(brief), NULL).tag, "und");
    assert_string_equal(find_bytes(&detector_usual, slice_of_text(brief), "fr").tag, "fr");
}

static void a_hint_does_not_outweigh_the_text(void **state)
{
    (void)state;
    assert_string_equal(find_bytes(&detector_usual, slice_of_text(french), "en").tag, "fr");
    assert_string_equal(find_bytes(&detector_usual, slice_of_text("3-1 0-0 2-2"), "en").tag, "und");
    assert_string_equal(
        find_bytes(&detector_usual, slice_of_text("for (i = 0; i < n; i++) { s += a[i]; }"), "en")
            .tag,
        "und");
}

static void program_text_is_in_no_language(void **state)
{
    (void)state;
    assert_string_equal(
        find("for (size_t i = 0; i < count; i++) { total += items[i].price; } return total;").tag,
        "und");
    assert_string_equal(find("LHR 08:10 CDG 09:25 FRA 11:05 MUC 12:40 JFK 14:20").tag, "und");
}

static void english_around_a_text_is_not_its_language(void **state)
{
    struct buffer page = {0};

    (void)state;
    buffer_append_text(&page, "<nav>Home News Sport Business</nav><p>Skip to main content</p>");
    for (int i = 0; i < 6; i++)
        buffer_append_format(&page, "<p>%s</p><p>Sign up for our newsletter</p>", french);
    buffer_append_text(&page, "<footer>All rights reserved. Contact us. About us.</footer>");
    assert_string_equal(find_bytes(&detector_usual, buffer_slice(&page), NULL).tag, "fr");
    buffer_free(&page);
}

static int set_up(void **state)
{
    (void)state;
    builder = text_view_builder_new();
    return model_open_own(&model);
}

static int tear_down(void **state)
{
    (void)state;
    text_view_builder_free(builder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bytes_get_an_answer_or_none),
        cmocka_unit_test(broken_bytes_and_controls_do_not_hide_the_language),
        cmocka_unit_test(twenty_megabytes_are_a_text_too),
        cmocka_unit_test(the_second_half_of_a_bilingual_notice_is_seen),
        cmocka_unit_test(halves_in_two_scripts_are_both_told),
        cmocka_unit_test(latin_letters_in_cyrillic_words_do_not_hide_the_language),
        cmocka_unit_test(only_allowed_languages_are_answered),
        cmocka_unit_test(less_than_the_least_confidence_is_undetermined),
        cmocka_unit_test(fields_without_weight_are_not_read),
        cmocka_unit_test(a_hint_decides_what_the_text_leaves_open),
        cmocka_unit_test(a_hint_does_not_outweigh_the_text),
        cmocka_unit_test(program_text_is_in_no_language),
        cmocka_unit_test(english_around_a_text_is_not_its_language),
    };

    return cmocka_run_group_tests_name("language_detector", tests, set_up, tear_down);
}
