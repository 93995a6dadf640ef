#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "processors/duplicates/identity.h"
#include "processors/duplicates/other_ids.h"

enum { MOST = 4 };

static const struct slice source = SLICE_INITIALISER("ntb");

static uint64_t identity(const char *id)
{
    return identity_hash(source, slice_of_text(id));
}

/* ids: ends with NULL. */
static void assert_ids(const char *value, const char *const *ids)
{
    uint64_t identities[MOST];
    uint32_t count =
        other_ids_read(source, slice_of_text(value), identity("own"), MOST, identities);
    uint32_t expected = 0;

    for (; ids[expected] != NULL; expected++) {
        assert_true(expected < count);
        assert_true(identities[expected] == identity(ids[expected]));
    }
    assert_int_equal(count, expected);
}

#define ASSERT_IDS(value, ...) assert_ids(value, (const char *const[]){__VA_ARGS__})

static void ids_are_read_in_every_shape(void **state)
{
    (void)state;
    ASSERT_IDS("NTB-17", "NTB-17", NULL);
    ASSERT_IDS("[\"a\", \"b\"]", "a", "b", NULL);
    ASSERT_IDS("[{\"role\": \"GUID\", \"value\": \"a\"}, {\"role\": \"DOC\", \"value\": \"b\"}]",
               "a", "b", NULL);
    ASSERT_IDS("{\"role\": \"GUID\", \"value\": \"a\\u00e9\"}", "a\u00e9", NULL);
    ASSERT_IDS("[\"a\", {\"value\": \"b\"}]", "a", "b", NULL);
}

static void what_is_no_id_is_passed_over(void **state)
{
    (void)state;
    ASSERT_IDS("[7, null, {\"value\": 9}, {\"role\": \"x\"}, [\"deep\"], \"\", \"a\"]", "a", NULL);
    ASSERT_IDS("[]", NULL);
    ASSERT_IDS("{}", NULL);
    ASSERT_IDS("", NULL);
}

static void its_own_id_and_repeats_count_once(void **state)
{
    (void)state;
    ASSERT_IDS("[\"own\", \"a\", \"a\", \"own\", \"b\"]", "a", "b", NULL);
}

static void only_the_first_ones_count(void **state)
{
    (void)state;
    ASSERT_IDS("[\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]", "a", "b", "c", "d", NULL);
}

static void a_bracket_may_begin_an_id(void **state)
{
    (void)state;
    ASSERT_IDS("[Reuters 5", "[Reuters 5", NULL);
}

static void a_value_that_is_too_long_says_nothing(void **state)
{
    char *value FREED_AT_END = memory_allocate(OTHER_IDS_MAX_BYTES + 2);
    uint64_t identities[MOST];

    (void)state;
    memset(value, 'x', OTHER_IDS_MAX_BYTES + 1);
    assert_int_equal(
        other_ids_read(source, slice_of(value, OTHER_IDS_MAX_BYTES + 1), 0, MOST, identities), 0);
    assert_int_equal(
        other_ids_read(source, slice_of(value, OTHER_IDS_MAX_BYTES), 0, MOST, identities), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_read_in_every_shape),
        cmocka_unit_test(what_is_no_id_is_passed_over),
        cmocka_unit_test(its_own_id_and_repeats_count_once),
        cmocka_unit_test(only_the_first_ones_count),
        cmocka_unit_test(a_bracket_may_begin_an_id),
        cmocka_unit_test(a_value_that_is_too_long_says_nothing),
    };

    return cmocka_run_group_tests_name("duplicates other_ids", tests, NULL, NULL);
}
