#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/duplicates/comparison.h"

#define ALL_BINS 0x1111111111111111U

enum { TEN_NUMBERS = 0x3ff };

/* Of `size` shingles; the sketches of two of them agree in `agreeing` words of 16 bins. */
static struct fingerprint text(unsigned size, unsigned agreeing, uint64_t own, uint64_t numbers)
{
    struct fingerprint fingerprint = {.shingles = size, .numbers = numbers << NUMBERS_DIGITS};

    for (unsigned i = 0; i < SKETCH_WORDS; i++)
        fingerprint.sketch[i] = ALL_BINS * (i < agreeing ? 1 : own);
    return fingerprint;
}

static struct comparison compare(const struct fingerprint *new_text,
                                 const struct fingerprint *old_text)
{
    struct comparison comparison;

    comparison_of(new_text, old_text, false, &comparison);
    return comparison;
}

static void how_much_is_known_decides(void **state)
{
    struct fingerprint old = text(300, SKETCH_WORDS, 1, 0);
    static const struct {
        unsigned agreeing;
        enum comparison_rule rule;
    } cases[] = {
        {16, RULE_NEAR}, {10, RULE_NEAR}, {7, RULE_PART}, {4, RULE_BELOW}, {0, RULE_BELOW}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fingerprint new_text = text(300, cases[i].agreeing, 2, 0);

        assert_int_equal(compare(&new_text, &old).rule, cases[i].rule);
    }
}

static void other_numbers_make_it_a_form(void **state)
{
    struct fingerprint old = text(300, 16, 1, TEN_NUMBERS);
    struct fingerprint same = text(300, 16, 1, TEN_NUMBERS);
    struct fingerprint half = text(300, 16, 1, 0x1f | (uint64_t)0x1f << 20);
    struct fingerprint other = text(300, 16, 1, (uint64_t)TEN_NUMBERS << 20);

    (void)state;
    assert_int_equal(compare(&same, &old).rule, RULE_NEAR);
    assert_int_equal(compare(&half, &old).rule, RULE_OTHER_FACTS);
    struct comparison comparison = compare(&other, &old);

    assert_int_equal(comparison.rule, RULE_FORM);
    assert_int_equal(comparison.facts, FACTS_NUMBERS);
    assert_int_equal(comparison.before, 1000);
    assert_int_equal(comparison.overall, 500);
}

static void names_tell_where_numbers_do_not(void **state)
{
    struct fingerprint old = text(300, 16, 1, 1);
    struct fingerprint other = text(300, 16, 1, 2);

    (void)state;
    assert_int_equal(compare(&other, &old).facts, FACTS_NONE);
    assert_int_equal(compare(&other, &old).agreement, 1000);
    old.names = 0xff;
    other.names = 0xff00;
    assert_int_equal(compare(&other, &old).facts, FACTS_NAMES);
    assert_int_equal(compare(&other, &old).rule, RULE_FORM);
}

static void a_short_text_with_a_number_of_its_own_is_not_near(void **state)
{
    struct fingerprint old = text(SHORT_TEXT, 16, 1, 1);
    struct fingerprint same = text(SHORT_TEXT, 16, 1, 1);
    struct fingerprint other = text(SHORT_TEXT, 16, 1, 3);
    struct fingerprint longer = text(SHORT_TEXT + 1, 16, 1, 3);

    (void)state;
    assert_int_equal(compare(&same, &old).rule, RULE_NEAR);
    assert_int_equal(compare(&other, &old).rule, RULE_SHORT);
    old.shingles++;
    assert_int_equal(compare(&longer, &old).rule, RULE_NEAR);
}

static void what_has_no_sketch_is_too_short(void **state)
{
    struct fingerprint old = text(300, 16, 1, 0);
    struct fingerprint none = {.exact = 1};

    (void)state;
    assert_int_equal(compare(&none, &old).rule, RULE_TOO_SHORT);
    assert_int_equal(compare(&old, &none).rule, RULE_TOO_SHORT);
    assert_int_equal(compare(&none, &old).overall, 0);
}

static void what_a_digest_holds_is_not_its_own(void **state)
{
    struct fingerprint digest = text(1200, 16, 1, 0);
    struct fingerprint story = text(300, 4, 2, 0);
    struct comparison comparison;

    (void)state;
    comparison_of(&story, &digest, false, &comparison);
    assert_int_equal(comparison.rule, RULE_NEAR);
    comparison_of(&story, &digest, true, &comparison);
    assert_int_equal(comparison.rule, RULE_BELOW);
    assert_int_equal(comparison.overall, comparison.similarity.resemblance);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_much_is_known_decides),
        cmocka_unit_test(other_numbers_make_it_a_form),
        cmocka_unit_test(names_tell_where_numbers_do_not),
        cmocka_unit_test(a_short_text_with_a_number_of_its_own_is_not_near),
        cmocka_unit_test(what_has_no_sketch_is_too_short),
        cmocka_unit_test(what_a_digest_holds_is_not_its_own),
    };

    return cmocka_run_group_tests_name("duplicates comparison", tests, NULL, NULL);
}
