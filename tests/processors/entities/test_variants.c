#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/entities/variants.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void brackets_are_taken_apart(void **state)
{
    struct bracketed parts;

    (void)state;
    assert_true(variant_brackets(&arena, SLICE_LITERAL("Myanmar (Burma)"), &parts));
    assert_true(slice_is(parts.outside, "Myanmar"));
    assert_true(slice_is(parts.inside, "Burma"));
    assert_true(variant_brackets(&arena, SLICE_LITERAL("Cocos (Keeling) Islands"), &parts));
    assert_true(slice_is(parts.outside, "Cocos Islands"));
    assert_true(slice_is(parts.inside, "Keeling"));
    assert_true(variant_brackets(&arena, SLICE_LITERAL("緬甸（缅甸）"), &parts));
    assert_true(slice_is(parts.outside, "緬甸"));
}

static void a_name_without_whole_brackets_has_no_parts(void **state)
{
    struct bracketed parts;

    (void)state;
    assert_false(variant_brackets(&arena, SLICE_LITERAL("Burma"), &parts));
    assert_false(variant_brackets(&arena, SLICE_LITERAL("Burma (old"), &parts));
    assert_false(variant_brackets(&arena, SLICE_LITERAL(")Burma("), &parts));
    assert_false(variant_brackets(&arena, SLICE_LITERAL("(Burma)"), &parts));
}

static struct slice spelled_out(const char *name, const char *shortened, const char *full)
{
    return variant_spelled_out(&arena, slice_of_text(name), slice_of_text(shortened),
                               slice_of_text(full));
}

static void abbreviations_are_spelled_out_as_whole_words_only(void **state)
{
    (void)state;
    assert_true(slice_is(spelled_out("St. Lucia", "St.", "Saint"), "Saint Lucia"));
    assert_true(slice_is(spelled_out("A & B & C", "&", "and"), "A and B and C"));
    assert_true(slice_is(spelled_out("острова о-в", "о-в", "остров"), "острова остров"));
    assert_true(slice_is_absent(spelled_out("о-ва Кука", "о-в", "остров")));
    assert_true(slice_is_absent(spelled_out("Lucia", "St.", "Saint")));
}

static void acronyms_get_their_stops(void **state)
{
    (void)state;
    assert_true(slice_is(variant_dotted(&arena, SLICE_LITERAL("US")), "U.S."));
    assert_true(slice_is(variant_dotted(&arena, SLICE_LITERAL("UAE")), "U.A.E."));
    assert_true(slice_is_absent(variant_dotted(&arena, SLICE_LITERAL("Us"))));
    assert_true(slice_is_absent(variant_dotted(&arena, SLICE_LITERAL("A"))));
    assert_true(slice_is_absent(variant_dotted(&arena, SLICE_LITERAL("NATO"))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(brackets_are_taken_apart, free_arena),
        cmocka_unit_test_teardown(a_name_without_whole_brackets_has_no_parts, free_arena),
        cmocka_unit_test_teardown(abbreviations_are_spelled_out_as_whole_words_only, free_arena),
        cmocka_unit_test_teardown(acronyms_get_their_stops, free_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
