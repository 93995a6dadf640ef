#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/duplicates/identity.h"

static uint64_t identity(const char *source, const char *id)
{
    return identity_hash(slice_of_text(source), slice_of_text(id));
}

static void identity_is_source_and_id(void **state)
{
    (void)state;
    assert_true(identity("afp", "1") == identity("afp", "1"));
    assert_true(identity("afp", "1") != identity("ap", "1"));
    assert_true(identity("afp", "1") != identity("afp", "2"));
    assert_true(identity("1", "afp") != identity("afp", "1"));
    assert_true(identity(NULL, "1") == identity("", "1"));
    assert_true(identity("afp", NULL) == 0);
    assert_true(identity("afp", "") == 0);
}

static struct item_version version_of(const char *version, const char *created)
{
    struct item_version read;

    item_version_read(slice_of_text(version), slice_of_text(created), &read);
    return read;
}

static enum version_order compare(const char *version, const char *created, const char *known,
                                  const char *known_created)
{
    struct item_version a = version_of(version, created);
    struct item_version b = version_of(known, known_created);

    return item_version_compare(&a, &b);
}

static void integers_compare_as_integers(void **state)
{
    (void)state;
    assert_int_equal(compare("10", NULL, "9", NULL), VERSION_NEWER);
    assert_int_equal(compare("9", NULL, "10", NULL), VERSION_OLDER);
    assert_int_equal(compare("02", NULL, "2", NULL), VERSION_SAME);
    /* The number decides before the time. */
    assert_int_equal(compare("2", "2024-01-01", "1", "2025-01-01"), VERSION_NEWER);
}

static void times_decide_where_numbers_do_not(void **state)
{
    (void)state;
    assert_int_equal(compare(NULL, "2024-01-01T10:00:00Z", NULL, "2024-01-01T11:00:00+02:00"),
                     VERSION_NEWER);
    assert_int_equal(compare("b", "2024-01-01", "a", "2024-01-02"), VERSION_OLDER);
    assert_int_equal(compare("3", "2024-01-02", NULL, "2024-01-01"), VERSION_NEWER);
    assert_int_equal(compare("3", "2024-01-02", "3", "2024-01-01"), VERSION_NEWER);
}

static void what_cannot_be_compared_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(compare(NULL, NULL, NULL, NULL), VERSION_UNKNOWN);
    assert_int_equal(compare("1", NULL, NULL, NULL), VERSION_UNKNOWN);
    assert_int_equal(compare("draft", NULL, "final", NULL), VERSION_UNKNOWN);
    assert_int_equal(compare("draft", NULL, "draft", NULL), VERSION_SAME);
    assert_int_equal(compare(NULL, "yesterday", NULL, "2024-01-01"), VERSION_UNKNOWN);
    assert_int_equal(compare("99999999999999999999", NULL, "3", NULL), VERSION_UNKNOWN);
}

static bool same(const char *version, const char *created, const char *other,
                 const char *other_created)
{
    struct item_version a = version_of(version, created);
    struct item_version b = version_of(other, other_created);

    return item_version_same(&a, &b);
}

static void versions_are_the_same_by_what_they_say(void **state)
{
    (void)state;
    assert_true(same("3", "2024-01-01", "3", "2024-01-02"));
    assert_true(same("draft", NULL, "draft", NULL));
    assert_true(same(NULL, NULL, NULL, NULL));
    assert_true(same(NULL, "2024-01-01", NULL, "2024-01-01T00:00:00Z"));
    assert_false(same(NULL, "2024-01-01", NULL, "2024-01-02"));
    assert_false(same("3", NULL, "4", NULL));
    assert_false(same("3", NULL, NULL, NULL));
}

static int64_t ms_of(const char *text)
{
    int64_t ms = -1;

    assert_true(timestamp_read(slice_of_text(text), &ms));
    return ms;
}

static void times_are_read_in_both_forms(void **state)
{
    (void)state;
    assert_true(ms_of("1970-01-01") == 0);
    assert_true(ms_of("2000-02-29T12:00:00Z") == INT64_C(951825600000));
    assert_true(ms_of("20000229T120000Z") == INT64_C(951825600000));
    assert_true(ms_of("2000-02-29T12:00Z") == INT64_C(951825600000));
    assert_true(ms_of("2000-02-29 12:00:00") == INT64_C(951825600000));
    assert_true(ms_of("2000-02-29T14:30:00+02:30") == INT64_C(951825600000));
    assert_true(ms_of("20000229T070000-0500") == INT64_C(951825600000));
    assert_true(ms_of("2000-02-29T07:00:00-05") == INT64_C(951825600000));
    assert_true(ms_of("2000-02-29T12:00:00.25Z") == INT64_C(951825600250));
    assert_true(ms_of("2000-02-29T12:00:00.123456789Z") == INT64_C(951825600123));
    assert_true(ms_of("1969-12-31T23:59:59Z") == -1000);
    assert_true(ms_of("9999-12-31T23:59:59Z") == INT64_C(253402300799000));
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "2024",
        "2024-13-01",
        "2024-00-01",
        "2024-01-32",
        "2024-01-01T",
        "2024-01-01T25:00",
        "2024-01-01T10:60:00Z",
        "yesterday",
        "2024-01-01X10",
        "2024-01-01T10:00:00Q",
        "2024-01-01T10:00:00+",
        "2024-01-01T10:00:00Z ",
        "-024-01-01",
        "2024-1-1",
    };
    int64_t ms = 77;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(timestamp_read(slice_of_text(wrong[i]), &ms));
    assert_false(timestamp_read(slice_of(NULL, 0), &ms));
    assert_int_equal(ms, 77);
}

static void marks_are_found_in_any_case(void **state)
{
    static const char *const texts[] = {"sig:correction", "retraction", ""};
    struct option_list marks = {.items = texts, .count = 3};

    (void)state;
    assert_true(contains_mark(slice_of_text("[\"SIG:Correction\"]"), &marks));
    assert_true(contains_mark(slice_of_text("RETRACTION"), &marks));
    assert_false(contains_mark(slice_of_text("sig:correctio"), &marks));
    assert_false(contains_mark(slice_of_text(""), &marks));
    assert_false(contains_mark(slice_of(NULL, 0), &marks));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_is_source_and_id),
        cmocka_unit_test(integers_compare_as_integers),
        cmocka_unit_test(times_decide_where_numbers_do_not),
        cmocka_unit_test(what_cannot_be_compared_is_unknown),
        cmocka_unit_test(versions_are_the_same_by_what_they_say),
        cmocka_unit_test(times_are_read_in_both_forms),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(marks_are_found_in_any_case),
    };

    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
