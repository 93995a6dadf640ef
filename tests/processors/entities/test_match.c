#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "processors/entities/gazetteer_builder.h"
#include "processors/entities/match.h"

/* A gazetteer of names whose entities are called like them. */
static struct gazetteer *gazetteer_of(const char *const *names)
{
    struct gazetteer_builder *builder = gazetteer_builder_new();

    for (; *names != NULL; names++) {
        struct gazetteer_entity entity = {.kind = NAME_PLACE, .name = slice_of_text(*names)};

        gazetteer_add_name(builder, gazetteer_add_entity(builder, &entity), slice_of_text(*names),
                           GUARD_NONE);
    }
    return gazetteer_build(builder);
}

static struct language_names names_of(const struct gazetteer *gazetteer,
                                      const struct language_rules *rules)
{
    struct language_names names = {
        .layers = {{gazetteer, NULL, "test"}}, .layer_count = 1, .rules = rules};

    language_names_index(&names);
    return names;
}

/* What is found, as "start-end:text" joined by "; ". */
static const char *found_in(const char *const *names, const char *language, const char *text)
{
    static char found[1024];
    struct gazetteer *gazetteer = gazetteer_of(names);
    struct text_view_builder *builder = text_view_builder_new();
    struct language_rules *rules = language_rules_new(language);
    struct language_names layers = names_of(gazetteer, rules);
    struct matcher *matcher = matcher_new();
    struct text_view view;
    size_t length = 0;

    text_view_build(builder, slice_of_text(text), &view);
    uint32_t count = matcher_run(matcher, &layers, &view);
    const struct match *matches = matcher_matches(matcher);

    found[0] = '\0';
    for (uint32_t i = 0; i < count; i++)
        length += (size_t)snprintf(found + length, sizeof(found) - length, "%s%u-%u:%.*s",
                                   i > 0 ? "; " : "", matches[i].start, matches[i].end,
                                   (int)(matches[i].end_byte - matches[i].start_byte),
                                   text + matches[i].start_byte);
    language_names_free_index(&layers);
    language_rules_free(rules);
    matcher_free(matcher);
    text_view_builder_free(builder);
    gazetteer_free(gazetteer);
    return found;
}

#define FOUND(text, ...) found_in((const char *const[]){__VA_ARGS__, NULL}, "und", text)
#define FOUND_AR(text, ...) found_in((const char *const[]){__VA_ARGS__, NULL}, "ar", text)
#define FOUND_HE(text, ...) found_in((const char *const[]){__VA_ARGS__, NULL}, "he", text)

static void the_leftmost_longest_name_wins(void **state)
{
    (void)state;
    assert_string_equal(FOUND("In New York City Hall.", "York", "New York", "New York City"),
                        "3-16:New York City");
    assert_string_equal(FOUND("New York Times", "New York Post", "York", "New York"),
                        "0-8:New York");
    assert_string_equal(FOUND("New Yorker", "New York", "New"), "0-3:New");
}

static void only_whole_words_are_found(void **state)
{
    (void)state;
    assert_string_equal(FOUND("Romeo in Romea and xRoma", "Rome", "Roma"), "");
    assert_string_equal(FOUND("(Roma)/Roma,Roma's", "Roma"), "1-5:Roma; 7-11:Roma; 12-16:Roma");
    assert_string_equal(FOUND("приРим Рим", "Рим"), "7-10:Рим");
}

static void no_name_goes_over_a_sentence_end_or_a_comma(void **state)
{
    (void)state;
    assert_string_equal(FOUND("He moved to San. Marino was glad.", "San Marino"), "");
    assert_string_equal(FOUND("Moved to San\n\nMarino", "San Marino"), "");
    assert_string_equal(FOUND("San, Marino", "San Marino"), "");
    assert_string_equal(FOUND("San-Marino San  Marino", "San Marino"),
                        "0-10:San-Marino; 11-22:San  Marino");
}

static void capitals_of_the_name_must_be_in_the_text(void **state)
{
    (void)state;
    assert_string_equal(FOUND("turkey, Turkey, TURKEY", "Turkey"), "8-14:Turkey; 16-22:TURKEY");
    assert_string_equal(FOUND("isle of man, Isle of Man", "Isle of Man"), "13-24:Isle of Man");
    assert_string_equal(FOUND("tell us, Us, US", "US"), "13-15:US");
}

static void ideographs_need_no_spaces(void **state)
{
    (void)state;
    assert_string_equal(FOUND("他在中国和日本。", "中国", "日本"), "2-4:中国; 5-7:日本");
    assert_string_equal(FOUND("在印度尼西亚", "印度", "印度尼西亚"), "1-6:印度尼西亚");
}

static void katakana_words_are_whole(void **state)
{
    (void)state;
    assert_string_equal(FOUND("マリアとマリ、アマリ", "マリ"), "4-6:マリ");
    assert_string_equal(FOUND("マリ・共和国のマリー", "マリ"), "0-2:マリ");
}

static void arabic_proclitics_stay_outside_and_the_article_inside(void **state)
{
    (void)state;
    assert_string_equal(FOUND_AR("وفرنسا", "فرنسا"), "1-6:فرنسا");
    assert_string_equal(FOUND_AR("وبالعراق", "العراق"), "2-8:العراق");
    assert_string_equal(FOUND_AR("وللعراق", "العراق"), "2-7:لعراق");
    assert_string_equal(FOUND_AR("لكوريا الجنوبية", "كوريا الجنوبية"), "1-15:كوريا الجنوبية");
    assert_string_equal(FOUND("وفرنسا", "فرنسا"), "");
}

static void a_bare_name_beats_a_stripped_one(void **state)
{
    (void)state;
    assert_string_equal(FOUND_AR("بوليفيا", "بوليفيا", "وليفيا"), "0-7:بوليفيا");
    assert_string_equal(FOUND_AR("لبنان", "لبنان", "بنان"), "0-5:لبنان");
}

static void marks_of_a_proclitic_stay_outside_with_it(void **state)
{
    (void)state;
    assert_string_equal(FOUND_AR("وَفَرَنْسَا", "فرنسا"), "2-11:فَرَنْسَا");
}

/* U+FEFB is lam and alef in one character. */
static void a_character_is_not_divided(void **state)
{
    (void)state;
    assert_string_equal(FOUND_AR("بلاتفيا", "لاتفيا"), "1-7:لاتفيا");
    assert_string_equal(FOUND_AR("بﻻتفيا", "لاتفيا"), "1-6:ﻻتفيا");
    assert_string_equal(FOUND_AR("ﻻسلام", "اسلام"), "");
}

static void hebrew_proclitics_stay_outside(void **state)
{
    (void)state;
    assert_string_equal(FOUND_HE("ובלונדון", "לונדון"), "2-8:לונדון");
    assert_string_equal(FOUND("ובלונדון", "לונדון"), "");
}

static void addresses_are_not_searched(void **state)
{
    (void)state;
    assert_string_equal(
        FOUND("See https://example.org/Paris or info@Paris.example, Paris", "Paris"),
        "53-58:Paris");
}

static void names_inside_of_longer_ones_count_where_asked(void **state)
{
    static const char *const names[] = {"New Kalmor", "Kalmor", "New Kalmor Bay", "Bay Aldora",
                                        NULL};
    struct gazetteer *gazetteer = gazetteer_of(names);
    struct language_rules *rules = language_rules_new("und");
    struct language_names layers = names_of(gazetteer, rules);
    struct text_view_builder *builder = text_view_builder_new();
    struct matcher *matcher = matcher_new();
    static const uint32_t places[][2] = {{0, 14}, {0, 10}, {4, 10}};
    struct text_view view;

    (void)state;
    text_view_build(builder, SLICE_LITERAL("New Kalmor Bay Aldora"), &view);
    assert_int_equal(matcher_run(matcher, &layers, &view), 1);
    matcher_keep_inner(matcher, true);
    assert_int_equal(matcher_run(matcher, &layers, &view), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(matcher_matches(matcher)[i].start, places[i][0]);
        assert_int_equal(matcher_matches(matcher)[i].end, places[i][1]);
    }
    language_names_free_index(&layers);
    matcher_free(matcher);
    text_view_builder_free(builder);
    language_rules_free(rules);
    gazetteer_free(gazetteer);
}

static void empty_texts_have_no_names(void **state)
{
    (void)state;
    assert_string_equal(FOUND("", "Paris"), "");
    assert_string_equal(FOUND(" \n", "Paris"), "");
}

/* ---- Positions, on random texts ---- */

static uint64_t random_state = 0x2545f4914f6cdd1dULL;

static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % bound;
}

/* What folding makes longer, shorter, or moves. None of it can continue a word of Latin letters
 * into a name, nor end a sentence. */
static const char *const pieces[] = {
    "😀",         "👩‍👩‍👧",
    "e\u0301 ",  "İ ",
    "ß ",        "ﬁ ",
    "\u200c",    "\u200d",
    "ＡＢＣ ",   "１２ ",
    "مُحَمَّد ",     "\ufdfa ",
    "של ",       "q\u0323\u0307 ",
    "한국 ",     "ﷲ ",
    "漢字",      "ǆ ",
    "\u00ad",    "x ",
    "&amp; ",    "<b>",
    "</b>",      "\u2028",
    "ａ\u0308 ", "𝔘𝔫𝔦 ",
    "ก็ ",        "\r\n",
    "\ufeff ",
};

static void append_pieces(struct buffer *text)
{
    for (uint32_t count = random_below(6); count > 0; count--)
        buffer_append_text(text, pieces[random_below(sizeof(pieces) / sizeof(pieces[0]))]);
    buffer_append_byte(text, ' ');
}

static uint32_t points_before(struct slice text, uint32_t byte)
{
    uint32_t points = 0;

    for (uint32_t i = 0; i < byte; i++)
        points += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return points;
}

static void planted_names_are_found_exactly_where_they_stand(void **state)
{
    static const char *const names[] = {"São Tomé", "İstanbul", "Großenhain",
                                        "東京",     "Ｏｓｌｏ", NULL};
    struct gazetteer *gazetteer = gazetteer_of(names);
    struct language_rules *rules = language_rules_new("und");
    struct language_names layers = names_of(gazetteer, rules);
    struct text_view_builder *builder = text_view_builder_new();
    struct matcher *matcher = matcher_new();

    (void)state;
    for (uint32_t round = 0; round < 60000; round++) {
        const char *name = names[random_below(5)];
        struct buffer text = {0};
        struct text_view view;

        append_pieces(&text);
        uint32_t start = (uint32_t)text.length;

        buffer_append_text(&text, name);
        uint32_t end = (uint32_t)text.length;

        buffer_append_byte(&text, ' ');
        append_pieces(&text);
        text_view_build(builder, buffer_slice(&text), &view);
        assert_int_equal(matcher_run(matcher, &layers, &view), 1);
        const struct match *match = matcher_matches(matcher);

        assert_int_equal(match->start_byte, start);
        assert_int_equal(match->end_byte, end);
        assert_int_equal(match->start, points_before(view.value, start));
        assert_int_equal(match->end, points_before(view.value, end));
        buffer_free(&text);
    }
    language_names_free_index(&layers);
    matcher_free(matcher);
    text_view_builder_free(builder);
    language_rules_free(rules);
    gazetteer_free(gazetteer);
}

/* Whatever is found in whatever language, bytes and code points name the same place, in order. */
static void positions_in_bytes_and_code_points_agree(void **state)
{
    static const char *const names[] = {"ABC", "محمد", "漢字",  "한국", "qn",
                                        "uni", "1 X",  "Abc X", "X",    NULL};
    static const char *const languages[] = {"ar", "he", "ko", "hr", "zh_Hant", "en", "bn", "und"};
    struct gazetteer *gazetteer = gazetteer_of(names);
    struct text_view_builder *builder = text_view_builder_new();
    struct matcher *matcher = matcher_new();
    uint32_t found = 0;

    (void)state;
    for (uint32_t round = 0; round < 60000; round++) {
        static struct language_rules *rules[8];
        struct buffer text = {0};
        struct text_view view;
        uint32_t behind = 0;

        if (rules[round % 8] == NULL)
            rules[round % 8] = language_rules_new(languages[round % 8]);
        append_pieces(&text);
        append_pieces(&text);
        text_view_build(builder, buffer_slice(&text), &view);
        struct language_names layers = names_of(gazetteer, rules[round % 8]);
        uint32_t count = matcher_run(matcher, &layers, &view);

        for (uint32_t i = 0; i < count; i++, found++) {
            const struct match *match = &matcher_matches(matcher)[i];

            assert_true(behind <= match->start && match->start < match->end);
            assert_int_equal(match->start, points_before(view.value, match->start_byte));
            assert_int_equal(match->end, points_before(view.value, match->end_byte));
            behind = match->end;
        }
        buffer_free(&text);
        language_names_free_index(&layers);
        if (round >= 60000 - 8)
            language_rules_free(rules[round % 8]);
    }
    assert_true(found > 1000);
    matcher_free(matcher);
    text_view_builder_free(builder);
    gazetteer_free(gazetteer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_leftmost_longest_name_wins),
        cmocka_unit_test(only_whole_words_are_found),
        cmocka_unit_test(no_name_goes_over_a_sentence_end_or_a_comma),
        cmocka_unit_test(capitals_of_the_name_must_be_in_the_text),
        cmocka_unit_test(ideographs_need_no_spaces),
        cmocka_unit_test(katakana_words_are_whole),
        cmocka_unit_test(arabic_proclitics_stay_outside_and_the_article_inside),
        cmocka_unit_test(a_bare_name_beats_a_stripped_one),
        cmocka_unit_test(marks_of_a_proclitic_stay_outside_with_it),
        cmocka_unit_test(a_character_is_not_divided),
        cmocka_unit_test(hebrew_proclitics_stay_outside),
        cmocka_unit_test(addresses_are_not_searched),
        cmocka_unit_test(empty_texts_have_no_names),
        cmocka_unit_test(names_inside_of_longer_ones_count_where_asked),
        cmocka_unit_test(planted_names_are_found_exactly_where_they_stand),
        cmocka_unit_test(positions_in_bytes_and_code_points_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
