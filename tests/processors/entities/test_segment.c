#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "processors/entities/segment.h"

/* Are `count` code points of an unspaced text, from `first` on, whole words? */
static bool is_whole(const char *text, uint32_t first, uint32_t count)
{
    struct text_view_builder *builder = text_view_builder_new();
    struct segmenter *segmenter = segmenter_new();
    struct text_view view;

    text_view_build(builder, slice_of_text(text), &view);
    bool whole = segmenter_is_whole(segmenter, &view, first, count);

    segmenter_free(segmenter);
    text_view_builder_free(builder);
    return whole;
}

static void words_end_where_the_dictionary_ends_them(void **state)
{
    (void)state;
    assert_true(is_whole("他在日本工作", 2, 2));
    assert_false(is_whole("在北印度洋上", 2, 2));
    assert_false(is_whole("南海地区", 1, 2));
    assert_true(is_whole("ในญี่ปุ่น", 2, 7));
}

static void words_that_no_dictionary_has_are_whole(void **state)
{
    (void)state;
    assert_true(is_whole("在巴庫和", 1, 2));
}

static void a_text_of_nothing_else_is_whole(void **state)
{
    (void)state;
    assert_true(is_whole("日本", 0, 2));
}

static void words_beside_do_not_matter(void **state)
{
    (void)state;
    assert_true(is_whole("Tokyo 日本 Tokyo", 1, 2));
}

static void far_into_a_long_run_the_answer_is_the_same(void **state)
{
    struct buffer text = {0};

    (void)state;
    for (int i = 0; i < 100; i++)
        buffer_append_text(&text, "我們說");
    buffer_append_text(&text, "在北印度洋上他在日本工作");
    buffer_append_byte(&text, '\0');
    assert_false(is_whole(text.data, 302, 2));
    assert_true(is_whole(text.data, 308, 2));
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_end_where_the_dictionary_ends_them),
        cmocka_unit_test(words_that_no_dictionary_has_are_whole),
        cmocka_unit_test(a_text_of_nothing_else_is_whole),
        cmocka_unit_test(words_beside_do_not_matter),
        cmocka_unit_test(far_into_a_long_run_the_answer_is_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
