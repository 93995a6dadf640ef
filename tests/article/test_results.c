#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/results.h"

static void verdicts_have_the_contracts_names(void **state)
{
    static const char *const NAMES[VERDICT_COUNT] = {"new",      "exact",    "near",
                                                     "overlaps", "revision", "correction",
                                                     "kill",     "stale",    "undetermined"};

    (void)state;
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
        assert_string_equal(duplicate_verdict_name((enum duplicate_verdict)verdict),
                            NAMES[verdict]);
}

static void entity_types_have_the_contracts_names(void **state)
{
    (void)state;
    assert_string_equal(entity_type_name(ENTITY_PERSON), "person");
    assert_string_equal(entity_type_name(ENTITY_ORGANISATION), "organisation");
    assert_string_equal(entity_type_name(ENTITY_PLACE), "place");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_have_the_contracts_names),
        cmocka_unit_test(entity_types_have_the_contracts_names),
    };

    return cmocka_run_group_tests_name("results", tests, NULL, NULL);
}
