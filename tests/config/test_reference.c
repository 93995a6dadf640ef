#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "config/config.h"

static const char *const colours[] = {"red", "green", "blue", NULL};
static const struct option text_element = {.type = OPTION_TEXT};
static const struct option inner_table[] = {
    {.name = "key", .type = OPTION_TEXT, .description = "Inner.", .flags = OPTION_REQUIRED},
    {0},
};
static const struct option table_element = {.type = OPTION_TABLE, .table = inner_table};

static void assert_page(const struct option *table, const char *prefix, const char *expected)
{
    struct buffer page = {0};

    config_reference(table, prefix, &page);
    buffer_append_byte(&page, '\0');
    assert_string_equal(page.data, expected);
    buffer_free(&page);
}

#define HEAD "| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n"

static void every_type_is_named_with_range_and_default(void **state)
{
    static const struct option table[] = {
        {.name = "flag", .type = OPTION_FLAG, .default_text = "true", .description = "A."},
        {.name = "count", .type = OPTION_INTEGER, .min = 1, .max = 9, .description = "B."},
        {.name = "size", .type = OPTION_SIZE, .min = 1024, .max = INT64_MAX, .description = "C."},
        {.name = "age",
         .type = OPTION_DURATION,
         .max = 60000,
         .unit = "of news",
         .description = "D."},
        {.name = "share", .type = OPTION_RATIO, .default_text = "0.5", .description = "E."},
        {.name = "colour", .type = OPTION_CHOICE, .choices = colours, .description = "F | g."},
        {.name = "names", .type = OPTION_LIST, .element = &text_element, .description = "H."},
        {.name = "token", .type = OPTION_TEXT, .flags = OPTION_SECRET, .description = "I."},
        {0},
    };

    (void)state;
    assert_page(table, "",
                HEAD "| `flag` | `true` or `false` | `true` | A. |\n"
                     "| `count` | number, 1 to 9 |  | B. |\n"
                     "| `size` | size, at least 1KiB |  | C. |\n"
                     "| `age` | duration, 0 to 1m (of news) |  | D. |\n"
                     "| `share` | ratio | `0.5` | E. |\n"
                     "| `colour` | `red`, `green` or `blue` |  | F \\| g. |\n"
                     "| `names` | list of text |  | H. |\n"
                     "| `token` | text |  | I. Never shown. |\n");
}

static void nested_keys_have_their_whole_path(void **state)
{
    static const struct option table[] = {
        {.name = "one", .type = OPTION_TABLE, .table = inner_table, .description = "A."},
        {.name = "many", .type = OPTION_LIST, .element = &table_element, .description = "B."},
        {0},
    };

    (void)state;
    assert_page(table, "a.b",
                HEAD "| `a.b.one` | mapping |  | A. |\n"
                     "| `a.b.one.key` | text | required | Inner. |\n"
                     "| `a.b.many` | list of mappings |  | B. |\n"
                     "| `a.b.many[].key` | text | required | Inner. |\n");
}

static void a_table_without_rows_says_so(void **state)
{
    static const struct option none[] = {{0}};

    (void)state;
    assert_page(none, "", "No options.\n");
    assert_page(NULL, "", "No options.\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_named_with_range_and_default),
        cmocka_unit_test(nested_keys_have_their_whole_path),
        cmocka_unit_test(a_table_without_rows_says_so),
    };

    return cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}
