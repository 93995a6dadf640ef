#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "config/values.h"

static void flags_are_true_and_false_and_nothing_else(void **state)
{
    bool flag = false;

    (void)state;
    assert_true(value_flag("true", &flag) && flag);
    assert_true(value_flag("false", &flag) && !flag);
    for (const char *const *text = (const char *const[]){"yes", "True", "1", "", "truest", NULL};
         *text != NULL; text++)
        assert_false(value_flag(*text, &flag));
}

typedef bool parse(const char *text, int64_t *ret_value);

struct spelling {
    const char *text;
    int64_t value;
};

static void assert_read(parse *read, const struct spelling *spellings)
{
    for (; spellings->text != NULL; spellings++) {
        int64_t value = -77;

        if (!read(spellings->text, &value))
            fail_msg("\"%s\" is refused", spellings->text);
        assert_int_equal(value, spellings->value);
    }
}

static void assert_refused(parse *read, const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        int64_t value = -77;

        if (read(*texts, &value))
            fail_msg("\"%s\" is read as %lld", *texts, (long long)value);
        assert_int_equal(value, -77);
    }
}

static void integers_may_have_a_sign_and_underscores(void **state)
{
    (void)state;
    assert_read(value_integer, (const struct spelling[]){{"0", 0},
                                                         {"42", 42},
                                                         {"-1", -1},
                                                         {"+7", 7},
                                                         {"1_000_000", 1000000},
                                                         {"9223372036854775807", INT64_MAX},
                                                         {NULL, 0}});
    assert_refused(value_integer,
                   (const char *const[]){"", "-", "_1", "1_", "1__0", "1.0", "0x1", "1e3", " 1",
                                         "9223372036854775808", "18446744073709551617", NULL});
}

static void sizes_have_binary_and_decimal_units(void **state)
{
    (void)state;
    assert_read(value_size, (const struct spelling[]){{"0", 0},
                                                      {"4096", 4096},
                                                      {"1B", 1},
                                                      {"512KiB", 512 << 10},
                                                      {"8MiB", 8 << 20},
                                                      {"1GiB", 1 << 30},
                                                      {"1TiB", 1LL << 40},
                                                      {"3kB", 3000},
                                                      {"1GB", 1000000000},
                                                      {NULL, 0}});
    assert_refused(value_size, (const char *const[]){"", "MiB", "8M", "8mb", "8 MiB", "-1",
                                                     "1.5GiB", "8388608TiB", NULL});
}

static void durations_need_a_unit_unless_they_are_nothing(void **state)
{
    (void)state;
    assert_read(value_duration, (const struct spelling[]){{"0", 0},
                                                          {"100ms", 100},
                                                          {"30s", 30000},
                                                          {"5m", 300000},
                                                          {"12h", 43200000},
                                                          {"7d", 604800000},
                                                          {NULL, 0}});
    assert_refused(value_duration, (const char *const[]){"", "10", "s", "1.5s", "1h30m", "-1s",
                                                         "1S", "106751991168d", NULL});
}

static void ratios_have_three_decimals_at_most(void **state)
{
    (void)state;
    assert_read(value_ratio, (const struct spelling[]){{"0", 0},
                                                       {"1", 1000},
                                                       {"0.65", 650},
                                                       {"0.005", 5},
                                                       {"1.000", 1000},
                                                       {"12.5", 12500},
                                                       {NULL, 0}});
    assert_refused(value_ratio, (const char *const[]){"", ".5", "1.", "0.1234", "0,5", "65%",
                                                      "-0.1", "9223372036854775807", NULL});
}

static void assert_shown(void (*append)(struct buffer *, int64_t), int64_t value, const char *text)
{
    struct buffer out = {0};

    append(&out, value);
    assert_true(slice_is(buffer_slice(&out), text));
    buffer_free(&out);
}

static void values_are_shown_in_their_largest_whole_unit(void **state)
{
    (void)state;
    assert_shown(value_append_size, 8 << 20, "8MiB");
    assert_shown(value_append_size, (8 << 20) + 1024, "8193KiB");
    assert_shown(value_append_size, 1000, "1000");
    assert_shown(value_append_size, 0, "0");
    assert_shown(value_append_duration, 90000, "90s");
    assert_shown(value_append_duration, 604800000, "7d");
    assert_shown(value_append_duration, 1, "1ms");
    assert_shown(value_append_duration, 0, "0");
    assert_shown(value_append_ratio, 650, "0.65");
    assert_shown(value_append_ratio, 1000, "1");
    assert_shown(value_append_ratio, 5, "0.005");
    assert_shown(value_append_ratio, 1500, "1.5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_are_true_and_false_and_nothing_else),
        cmocka_unit_test(integers_may_have_a_sign_and_underscores),
        cmocka_unit_test(sizes_have_binary_and_decimal_units),
        cmocka_unit_test(durations_need_a_unit_unless_they_are_nothing),
        cmocka_unit_test(ratios_have_three_decimals_at_most),
        cmocka_unit_test(values_are_shown_in_their_largest_whole_unit),
    };

    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
