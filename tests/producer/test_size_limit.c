#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "producer/size_limit.h"

enum { LIMIT = 100000 };

static char same[2 * LIMIT];
static char noise[2 * LIMIT];

static int fill(void **state)
{
    uint64_t seed = 1;

    (void)state;
    memset(same, 'a', sizeof same);
    for (size_t i = 0; i < sizeof noise; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        noise[i] = (char)(seed >> 56);
    }
    return 0;
}

static void the_frame_and_the_rest_count(void **state)
{
    struct size_limit limit = {.bytes = LIMIT};

    (void)state;
    assert_true(size_limit_fits(&limit, slice_of(noise, LIMIT - 128), 0));
    assert_false(size_limit_fits(&limit, slice_of(noise, LIMIT - 127), 0));
    assert_true(size_limit_fits(&limit, slice_of(noise, LIMIT - 1128), 1000));
    assert_false(size_limit_fits(&limit, slice_of(noise, LIMIT - 1128), 1001));
}

static void what_compresses_is_measured_as_the_broker_sees_it(void **state)
{
    struct size_limit plain = {.bytes = LIMIT};
    struct size_limit compressed = {.bytes = LIMIT, .compresses = true};

    (void)state;
    assert_false(size_limit_fits(&plain, slice_of(same, sizeof same), 0));
    assert_true(size_limit_fits(&compressed, slice_of(same, sizeof same), 0));
    assert_false(size_limit_fits(&compressed, slice_of(noise, sizeof noise), 0));
}

static void an_unknown_limit_is_none(void **state)
{
    struct size_limit limit = {.bytes = SIZE_MAX};

    (void)state;
    assert_true(size_limit_fits(&limit, slice_of(noise, sizeof noise), SIZE_MAX / 2));
}

static void a_batch_fits_even_where_it_does_not_compress(void **state)
{
    struct size_limit limit = {.bytes = SIZE_MAX, .batch = LIMIT};
    struct size_limit unknown = {.bytes = SIZE_MAX, .batch = SIZE_MAX};

    struct size_limit usual = {.bytes = SIZE_MAX, .batch = 1048588};

    (void)state;
    assert_int_equal(size_limit_batch(&limit), LIMIT - LIMIT / 32);
    assert_int_equal(size_limit_batch(&usual), 0);
    assert_int_equal(size_limit_batch(&unknown), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_frame_and_the_rest_count),
        cmocka_unit_test(what_compresses_is_measured_as_the_broker_sees_it),
        cmocka_unit_test(an_unknown_limit_is_none),
        cmocka_unit_test(a_batch_fits_even_where_it_does_not_compress),
    };

    return cmocka_run_group_tests_name("size_limit", tests, fill, NULL);
}
