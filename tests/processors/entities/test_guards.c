#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/entities/builtin.h"
#include "processors/entities/guards.h"
#include "processors/entities/table.h"

static void names_are_guarded_in_their_language_alone(void **state)
{
    struct guards russian = guards_new("ru_Cyrl", false);
    struct guards arabic = guards_new("ar_Arab", false);
    enum gazetteer_guard guard;

    (void)state;
    assert_true(guards_allow(&russian, SLICE_LITERAL("Того"), &guard));
    assert_int_equal(guard, GUARD_MIDDLE);
    assert_true(guards_allow(&arabic, SLICE_LITERAL("Того"), &guard));
    assert_int_equal(guard, GUARD_NONE);
    assert_true(guards_allow(&arabic, SLICE_LITERAL("السعودية"), &guard));
    assert_int_equal(guard, GUARD_NOUN);
    assert_true(guards_allow(&arabic, SLICE_LITERAL("مالي"), &guard));
    assert_int_equal(guard, GUARD_PREPOSITION);
    guards_free(&russian);
    guards_free(&arabic);
}

static void some_names_are_never_looked_for(void **state)
{
    struct guards english = guards_new("en_Latn", false);
    enum gazetteer_guard guard;

    (void)state;
    assert_false(guards_allow(&english, SLICE_LITERAL("Regina"), &guard));
    guards_free(&english);
}

static void some_are_ambiguous_abroad_only(void **state)
{
    struct guards at_home = guards_new("en_Latn", false);
    struct guards abroad = guards_new("en_Latn", true);
    enum gazetteer_guard guard;

    (void)state;
    assert_true(guards_allow(&at_home, SLICE_LITERAL("Jordan"), &guard));
    assert_false(guards_allow(&abroad, SLICE_LITERAL("Jordan"), &guard));
    guards_free(&at_home);
    guards_free(&abroad);
}

static void every_row_says_when(void **state)
{
    struct slice rest = slice_of(builtin_ambiguous, builtin_ambiguous_size);
    struct table_row row;

    (void)state;
    while (table_next(&rest, &row)) {
        assert_true(slice_is(row.fields[2], "never") || slice_is(row.fields[2], "middle") ||
                    slice_is(row.fields[2], "preposition") || slice_is(row.fields[2], "foreign") ||
                    slice_is(row.fields[2], "noun"));
        assert_true(row.fields[1].length > 0 && row.fields[3].length > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_guarded_in_their_language_alone),
        cmocka_unit_test(some_names_are_never_looked_for),
        cmocka_unit_test(some_are_ambiguous_abroad_only),
        cmocka_unit_test(every_row_says_when),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
