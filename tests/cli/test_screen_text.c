#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/screen_text.h"

static void assert_wrapped(struct slice utf8, unsigned columns, unsigned indent,
                           const char *expected)
{
    struct screen_text text = {0};
    struct buffer out = {0};
    struct screen_layout layout = {.columns = columns, .indent = indent};

    screen_text_add(&text, utf8, SCREEN_PLAIN);
    screen_text_wrap(&text, &layout, &out);
    buffer_append_byte(&out, '\0');
    assert_string_equal(out.data, expected);
    buffer_free(&out);
    screen_text_free(&text);
}

static void lines_break_between_words(void **state)
{
    (void)state;
    assert_wrapped(SLICE_LITERAL("the port of Mombasa opened"), 12, 0,
                   "the port of\nMombasa\nopened\n");
}

static void a_word_that_is_too_long_is_cut(void **state)
{
    (void)state;
    assert_wrapped(SLICE_LITERAL("a Donaudampfschiff"), 8, 0, "a\nDonaudam\npfschiff\n");
}

static void every_line_is_indented_and_the_first_carries_the_label(void **state)
{
    struct screen_text text = {0};
    struct buffer out = {0};
    struct screen_layout layout = {.columns = 16, .indent = 8, .label = "why"};

    (void)state;
    screen_text_add(&text, SLICE_LITERAL("one two three"), SCREEN_PLAIN);
    screen_text_wrap(&text, &layout, &out);
    buffer_append_byte(&out, '\0');
    assert_string_equal(out.data, "why     one two\n        three\n");
    buffer_free(&out);
    screen_text_free(&text);
}

static void line_breaks_of_the_text_are_kept_and_empty_lines_shown_once(void **state)
{
    (void)state;
    assert_wrapped(SLICE_LITERAL("\n\none\n\n\n\ntwo\r\nthree\xE2\x80\xA9"
                                 "four\n\n"),
                   20, 0, "one\n\ntwo\nthree\nfour\n\n");
}

static void wide_characters_take_two_columns(void **state)
{
    (void)state;
    assert_wrapped(SLICE_LITERAL("上海港今年"), 6, 0, "上海港\n今年\n");
    assert_wrapped(SLICE_LITERAL("上海港今年"), 5, 0, "上海\n港今\n年\n");
}

static void marks_take_no_column_and_stay_with_their_letter(void **state)
{
    (void)state;
    assert_int_equal(screen_columns(0x0301), 0);
    assert_int_equal(screen_columns(0x064B), 0);
    assert_int_equal(screen_columns(0x200D), 0);
    assert_int_equal(screen_columns(0x1161), 0);
    assert_int_equal(screen_columns(0xAC00), 2);
    assert_int_equal(screen_columns(0x1F4F0), 2);
    assert_wrapped(SLICE_LITERAL("e\xCC\x81"
                                 "e\xCC\x81"
                                 "e\xCC\x81"),
                   2, 0,
                   "e\xCC\x81"
                   "e\xCC\x81"
                   "\ne\xCC\x81\n");
}

static void right_to_left_text_keeps_its_order(void **state)
{
    (void)state;
    assert_wrapped(SLICE_LITERAL("أعلنت لجنة الإغاثة في القاهرة"), 20, 2,
                   "  أعلنت لجنة الإغاثة\n  في القاهرة\n");
}

static void controls_become_pictures_and_never_reach_the_terminal(void **state)
{
    (void)state;
    assert_wrapped(slice_of("a\x1b[31mb\a\0c\x7f", 11), 40, 0, "a␛[31mb␇␀c␡\n");
    assert_wrapped(SLICE_LITERAL("a\xC2\x9B"
                                 "31m"),
                   40, 0,
                   "a\xEF\xBF\xBD"
                   "31m\n");
    assert_wrapped(SLICE_LITERAL("a\xFF"
                                 "b"),
                   40, 0,
                   "a\xEF\xBF\xBD"
                   "b\n");
}

static void overrides_of_direction_are_left_out_but_marks_are_kept(void **state)
{
    (void)state;
    assert_wrapped(SLICE_LITERAL("a\xE2\x80\xAE"
                                 "b\xE2\x81\xA6"
                                 "c"),
                   40, 0, "abc\n");
    assert_wrapped(SLICE_LITERAL("\xE2\x80\x8F"
                                 "باكو"),
                   40, 0,
                   "\xE2\x80\x8F"
                   "باكو\n");
}

static void colour_ends_with_the_line_and_begins_again_on_the_next(void **state)
{
    struct screen_text text = {0};
    struct buffer out = {0};
    struct screen_layout layout = {.columns = 8, .colour = true};

    (void)state;
    screen_text_add(&text, SLICE_LITERAL("in "), SCREEN_PLAIN);
    screen_text_add(&text, SLICE_LITERAL("New York"), SCREEN_PLACE);
    screen_text_wrap(&text, &layout, &out);
    buffer_append_byte(&out, '\0');
    assert_string_equal(out.data, "in \x1b[36mNew\x1b[0m\n\x1b[36mYork\x1b[0m\n");
    buffer_free(&out);
    screen_text_free(&text);
}

static void cutting_gives_one_line_with_an_ellipsis(void **state)
{
    struct screen_text text = {0};

    (void)state;
    screen_text_add(&text, SLICE_LITERAL("北京\nBeijing"), SCREEN_PLAIN);
    screen_text_cut(&text, 12);
    assert_int_equal(text.count, 10);
    screen_text_cut(&text, 6);
    assert_int_equal(screen_text_columns(&text), 6);
    assert_int_equal(text.points[text.count - 1], 0x2026);
    assert_int_equal(text.points[2], ' ');
    screen_text_free(&text);
}

static void padding_counts_columns(void **state)
{
    struct screen_text text = {0};

    (void)state;
    screen_text_add(&text, SLICE_LITERAL("北京"), SCREEN_PLAIN);
    screen_text_pad(&text, 10);
    assert_int_equal(screen_text_columns(&text), 10);
    screen_text_pad(&text, 3);
    assert_int_equal(screen_text_columns(&text), 11);
    screen_text_fill(&text, '-', 15, SCREEN_PLAIN);
    assert_int_equal(screen_text_columns(&text), 15);
    screen_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_break_between_words),
        cmocka_unit_test(a_word_that_is_too_long_is_cut),
        cmocka_unit_test(every_line_is_indented_and_the_first_carries_the_label),
        cmocka_unit_test(line_breaks_of_the_text_are_kept_and_empty_lines_shown_once),
        cmocka_unit_test(wide_characters_take_two_columns),
        cmocka_unit_test(marks_take_no_column_and_stay_with_their_letter),
        cmocka_unit_test(right_to_left_text_keeps_its_order),
        cmocka_unit_test(controls_become_pictures_and_never_reach_the_terminal),
        cmocka_unit_test(overrides_of_direction_are_left_out_but_marks_are_kept),
        cmocka_unit_test(colour_ends_with_the_line_and_begins_again_on_the_next),
        cmocka_unit_test(cutting_gives_one_line_with_an_ellipsis),
        cmocka_unit_test(padding_counts_columns),
    };

    return cmocka_run_group_tests_name("screen_text", tests, NULL, NULL);
}
