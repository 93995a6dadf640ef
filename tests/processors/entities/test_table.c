#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/entities/builtin.h"
#include "processors/entities/table.h"

static void rows_come_without_comments_and_empty_lines(void **state)
{
    struct slice rest = SLICE_LITERAL("# head\n\na\tb\n#c\td\ne\t\tf");
    struct table_row row;

    (void)state;
    assert_true(table_next(&rest, &row));
    assert_true(slice_is(row.fields[0], "a"));
    assert_true(slice_is(row.fields[1], "b"));
    assert_int_equal(row.fields[2].length, 0);
    assert_true(table_next(&rest, &row));
    assert_true(slice_is(row.fields[0], "e"));
    assert_int_equal(row.fields[1].length, 0);
    assert_true(slice_is(row.fields[2], "f"));
    assert_false(table_next(&rest, &row));
}

static void parts_end_at_the_separator_or_the_end(void **state)
{
    struct slice rest = SLICE_LITERAL("one|two");
    struct slice part;

    (void)state;
    assert_true(table_part(&rest, '|', &part));
    assert_true(slice_is(part, "one"));
    assert_true(table_part(&rest, '|', &part));
    assert_true(slice_is(part, "two"));
    assert_false(table_part(&rest, '|', &part));
}

/* A row with a missing tab would silently shift names into other languages. */
static void every_country_has_its_columns(void **state)
{
    struct slice rest = slice_of(builtin_countries, builtin_countries_size);
    struct table_row row;
    unsigned named[TABLE_FIELDS] = {0};

    (void)state;
    while (table_next(&rest, &row)) {
        assert_int_equal(row.fields[0].length, 2);
        assert_true(row.fields[1].length == 0 || row.fields[1].data[0] == 'Q');
        assert_true(row.fields[8].length == 0 || (unsigned char)row.fields[8].data[0] > 0xe0);
        for (size_t column = 0; column < TABLE_FIELDS; column++)
            named[column] += row.fields[column].length > 0;
    }
    for (size_t language = 3; language < 9; language++)
        assert_in_range(named[language], 240, 250);
    assert_int_equal(named[9], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_without_comments_and_empty_lines),
        cmocka_unit_test(parts_end_at_the_separator_or_the_end),
        cmocka_unit_test(every_country_has_its_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
