#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/pages.h"

enum { HUGE_PAGE = 2 << 20 };

static void pages_are_zeroed_aligned_and_writable_to_the_last_byte(void **state)
{
    static const size_t SIZES[] = {1, 4096, 4097, HUGE_PAGE, HUGE_PAGE + 1, 3 * HUGE_PAGE + 12345};

    (void)state;
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        unsigned char *pages = pages_new(SIZES[i]);

        assert_int_equal((uintptr_t)pages % HUGE_PAGE, 0);
        for (size_t byte = 0; byte < SIZES[i]; byte++)
            assert_int_equal(pages[byte], 0);
        pages[0] = pages[SIZES[i] - 1] = 1;
        assert_null(pages_free(pages, SIZES[i]));
    }
}

static void tables_of_their_own_do_not_overlap(void **state)
{
    unsigned char *first = pages_new(HUGE_PAGE);
    unsigned char *second = pages_new(HUGE_PAGE);

    (void)state;
    first[HUGE_PAGE - 1] = 1;
    second[0] = 2;
    assert_int_equal(first[HUGE_PAGE - 1], 1);
    pages_free(first, HUGE_PAGE);
    assert_int_equal(second[0], 2);
    pages_free(second, HUGE_PAGE);
    assert_null(pages_free(NULL, HUGE_PAGE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_zeroed_aligned_and_writable_to_the_last_byte),
        cmocka_unit_test(tables_of_their_own_do_not_overlap),
    };

    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
