#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/html_markup.h"
#include "base/buffer.h"

/* The markup that text begins with is `bytes` long. */
static void assert_markup(const char *text, size_t bytes, bool block)
{
    struct html_memory memory = {0};
    bool is_block;
    size_t found = html_markup(slice_of_text(text), &memory, &is_block);

    if (found != bytes || (found != 0 && is_block != block))
        fail_msg("%s: %zu bytes, block %d", text, found, is_block);
}

static void tags_are_markup(void **state)
{
    (void)state;
    assert_markup("<p>x", 3, true);
    assert_markup("<B>x", 3, false);
    assert_markup("</Div >x", 7, true);
    assert_markup("<br/>x", 5, true);
    assert_markup("<br / >x", 7, true);
    assert_markup("<a href=\"x>y\">z", 14, false);
    assert_markup("<a href = 'x<y'>z", 16, false);
    assert_markup("<p class=x>z", 11, true);
    assert_markup("<video controls>z", 16, false);
    assert_markup("<p\n>z", 4, true);
    assert_markup("<foo>z", 5, false);
    assert_markup("<foo:bar-baz_1.2 x=\"1\">z", 23, false);
}

static void other_markup_is_markup(void **state)
{
    (void)state;
    assert_markup("<!-- <p> -- > -->x", 17, false);
    assert_markup("<!---->x", 7, false);
    assert_markup("<!DOCTYPE html>x", 15, false);
    assert_markup("<?xml version=\"1.0\"?>x", 21, false);
    assert_markup("<![CDATA[x", 9, false);
    assert_markup("<script>a < b</script>x", 22, false);
    assert_markup("<STYLE media='x'>a</style\n>x", 27, false);
}

static void what_is_not_closed_or_no_tag_is_text(void **state)
{
    static const char *const TEXTS[] = {
        "<",         "< p>",      "<3",         "<p",      "<p <b>", "<p class='",  "<b and c>",
        "<y and z>", "<j@e.org>", "<http://x>", "<!-- x",  "<!---",  "<!>",         "</>",
        "</3>",      "</p x>",    "<?>",        "<foo: >", "<-p>",   "<p class=\">"};

    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        assert_markup(TEXTS[i], 0, false);
}

static void an_element_that_is_not_closed_is_its_tag_alone(void **state)
{
    (void)state;
    assert_markup("<script>a</style>", 8, false);
    assert_markup("<script>a</script", 17, false);
}

static void a_tag_has_an_end_within_bounds(void **state)
{
    struct buffer text = {0};
    struct html_memory memory = {0};
    bool block;

    (void)state;
    buffer_append_text(&text, "<img src=\"");
    while (text.length < HTML_MAX_TAG - 2)
        buffer_append_byte(&text, 'x');
    buffer_append_text(&text, "\">");
    assert_int_equal(html_markup(buffer_slice(&text), &memory, &block), HTML_MAX_TAG);
    buffer_clear(&text);
    buffer_append_text(&text, "<img src=\"");
    while (text.length < HTML_MAX_TAG - 1)
        buffer_append_byte(&text, 'x');
    buffer_append_text(&text, "\">");
    assert_int_equal(html_markup(buffer_slice(&text), &memory, &block), 0);
    buffer_free(&text);
}

static void what_never_ends_is_searched_for_once(void **state)
{
    struct html_memory memory = {0};
    bool block;

    (void)state;
    assert_int_equal(html_markup(SLICE_LITERAL("<!-- x <!-- y"), &memory, &block), 0);
    assert_true(memory.no_comment_end);
    assert_int_equal(html_markup(SLICE_LITERAL("<script>x"), &memory, &block), 8);
    assert_true(memory.no_script_end);
    assert_false(memory.no_style_end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_are_markup),
        cmocka_unit_test(other_markup_is_markup),
        cmocka_unit_test(what_is_not_closed_or_no_tag_is_text),
        cmocka_unit_test(an_element_that_is_not_closed_is_its_tag_alone),
        cmocka_unit_test(a_tag_has_an_end_within_bounds),
        cmocka_unit_test(what_never_ends_is_searched_for_once),
    };

    return cmocka_run_group_tests_name("html_markup", tests, NULL, NULL);
}
