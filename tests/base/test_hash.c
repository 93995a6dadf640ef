#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"

/* Known answers: XXH3's own test of the empty input, FIPS 180-2's of "abc". */
static void known_answers(void **state)
{
    char hex[SHA256_HEX_SIZE];

    (void)state;
    assert_true(hash_bytes(SLICE_LITERAL("")) == UINT64_C(0x2d06800538d394c2));
    assert_true(hash_bytes(slice_of(NULL, 0)) == hash_bytes(SLICE_LITERAL("")));
    hash_sha256_hex(SLICE_LITERAL("abc"), hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_answers)};

    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
