#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unicode/uscript.h>

#include "article/fold.h"

static const struct fold_entry *entry_of(uint32_t point)
{
    return fold_entry_of(fold_table_get(), point);
}

static void assert_fold(uint32_t point, enum fold_kind kind, uint32_t folded)
{
    assert_int_equal(entry_of(point)->kind, kind);
    assert_int_equal(fold_point(entry_of(point), point), folded);
}

static void code_points_are_folded_and_known(void **state)
{
    (void)state;
    assert_fold('A', FOLD_WORD, 'a');
    assert_fold(0x130, FOLD_WORD, 'i');   /* I with dot */
    assert_fold(0x131, FOLD_WORD, 'i');   /* i without */
    assert_fold(0x671, FOLD_WORD, 0x627); /* alef with wasla */
    assert_fold(0x6CC, FOLD_WORD, 0x64A);
    assert_fold(0x629, FOLD_WORD, 0x647);
    assert_fold(0x6A9, FOLD_WORD, 0x643);
    assert_fold(0x664, FOLD_NUMBER, '4');
    assert_fold(0xFF11, FOLD_NUMBER, '1');
    assert_fold(0x5DF4, FOLD_IDEOGRAPH, 0x5DF4);
    assert_fold(0xF900, FOLD_IDEOGRAPH, 0x8C48);
    assert_fold(0x30FC, FOLD_IDEOGRAPH, 0x30FC); /* of no script of its own */
    assert_fold(0xAC00, FOLD_WORD, 0xAC00);
    assert_fold(0x1161, FOLD_JAMO, 0x1161);
    assert_fold(0x94D, FOLD_MARK, 0x94D);
    assert_fold(0x3099, FOLD_MARK, 0x3099);
    assert_int_equal(entry_of(0x94D)->combining, 9);
}

static void what_folds_to_nothing_is_told_apart(void **state)
{
    (void)state;
    assert_int_equal(entry_of(0x301)->kind, FOLD_DROPPED);
    assert_int_equal(entry_of(0x64E)->kind, FOLD_DROPPED);
    assert_int_equal(entry_of(0x5B0)->kind, FOLD_DROPPED);
    assert_int_equal(entry_of(0x640)->kind, FOLD_DROPPED);
    assert_int_equal(entry_of(0xFE0F)->kind, FOLD_DROPPED);
    assert_int_equal(entry_of(0xAD)->kind, FOLD_IGNORED);
    assert_int_equal(entry_of(0x200C)->kind, FOLD_IGNORED);
    assert_int_equal(entry_of(0xE0041)->kind, FOLD_IGNORED);
}

static void separators_have_their_kinds(void **state)
{
    struct {
        uint32_t point;
        enum fold_kind kind;
    } cases[] = {{' ', FOLD_SPACE},           {0xA0, FOLD_SPACE},
                 {0x3000, FOLD_SPACE},        {'\n', FOLD_LINE},
                 {0x2028, FOLD_LINE},         {'.', FOLD_FULL_STOP},
                 {'!', FOLD_EXCLAMATION},     {0x2026, FOLD_EXCLAMATION},
                 {0x3002, FOLD_SENTENCE},     {0x61F, FOLD_SENTENCE},
                 {0x964, FOLD_SENTENCE},      {'-', FOLD_JOINER},
                 {0x2019, FOLD_JOINER},       {0x387, FOLD_JOINER} /* is 0xB7 */,
                 {',', FOLD_PUNCTUATION},     {0x60C, FOLD_PUNCTUATION},
                 {0x1F30D, FOLD_PUNCTUATION}, {0xE000, FOLD_PUNCTUATION},
                 {0xFE7A, FOLD_SPACE} /* an Arabic mark on a space */};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(entry_of(cases[i].point)->kind, cases[i].kind);
}

static void flags_tell_letters_cases_and_what_is_unclean(void **state)
{
    (void)state;
    assert_int_equal(entry_of('A')->flags, FOLD_LETTER | FOLD_UPPER);
    assert_int_equal(entry_of('a')->flags, FOLD_LETTER | FOLD_LOWER);
    assert_int_equal(entry_of(0x1C5)->flags, FOLD_LETTER | FOLD_UPPER); /* title case */
    assert_int_equal(entry_of(0x628)->flags, FOLD_LETTER);
    assert_int_equal(entry_of('\n')->flags, 0);
    assert_int_equal(entry_of(0)->flags, FOLD_UNCLEAN);
    assert_int_equal(entry_of(0x85)->flags, FOLD_UNCLEAN);
    assert_int_equal(entry_of(0xFDD0)->flags, FOLD_UNCLEAN);
    assert_int_equal(entry_of(0x10FFFF)->flags, FOLD_UNCLEAN);
}

/* So that what is read again from folded text does not change, and expansions need one look-up. */
static void a_folded_point_folds_to_itself(void **state)
{
    const struct fold_table *table = fold_table_get();

    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        const struct fold_entry *entry = fold_entry_of(table, point);
        const uint32_t *expansion = table->expansions + entry->shift;

        if (entry->kind <= FOLD_IDEOGRAPH) {
            uint32_t folded = fold_point(entry, point);

            assert_fold(folded, (enum fold_kind)entry->kind, folded);
        } else if (entry->kind == FOLD_EXPANSION) {
            assert_true(expansion[0] >= 2);
            for (uint32_t i = 1; i <= expansion[0]; i++) {
                const struct fold_entry *part = fold_entry_of(table, expansion[i]);

                assert_true(part->kind <= FOLD_IDEOGRAPH || part->kind >= FOLD_SPACE);
                assert_true(part->kind > FOLD_IDEOGRAPH || part->shift == 0);
            }
        }
    }
}

static void scripts_are_icus(void **state)
{
    (void)state;
    assert_int_equal(entry_of('a')->script, USCRIPT_LATIN);
    assert_int_equal(entry_of(0x628)->script, USCRIPT_ARABIC);
    assert_int_equal(entry_of(0x5DF4)->script, USCRIPT_HAN);
    assert_int_equal(entry_of('1')->script, USCRIPT_COMMON);
}

static void the_digest_names_the_table(void **state)
{
    (void)state;
    assert_true(fold_table_digest() != 0);
    assert_true(fold_table_digest() == fold_table_digest());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_points_are_folded_and_known),
        cmocka_unit_test(what_folds_to_nothing_is_told_apart),
        cmocka_unit_test(separators_have_their_kinds),
        cmocka_unit_test(flags_tell_letters_cases_and_what_is_unclean),
        cmocka_unit_test(a_folded_point_folds_to_itself),
        cmocka_unit_test(scripts_are_icus),
        cmocka_unit_test(the_digest_names_the_table),
    };

    return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
