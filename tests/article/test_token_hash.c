#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/text_view.h"
#include "article/token_hash.h"

/* Claims and lists of other builds hold hashes: these numbers never change. */
static void hashes_are_the_same_everywhere(void **state)
{
    static const uint32_t WORD[] = {0x627, 0x630, 0x631, 0x628, 0x64A, 0x62C,
                                    0x627, 0x646, 'x',   'y',   'z'};
    static const uint64_t HASHES[] = {
        UINT64_C(0x27e68ad78208e7f8), UINT64_C(0x18866c07c918eb94), UINT64_C(0xf1293dcdc881198b),
        UINT64_C(0x2c75851730733a05), UINT64_C(0xa027427ce708ec1b), UINT64_C(0x505699562195b60d),
        UINT64_C(0x39badfac026deec9), UINT64_C(0x4661d7c5c64d7fc6), UINT64_C(0x906c6499624828d8),
        UINT64_C(0x98026662eca6dd33), UINT64_C(0xd68454a9467f27d1), UINT64_C(0x31d7885c70885bde)};

    (void)state;
    for (uint32_t count = 0; count < sizeof HASHES / sizeof *HASHES; count++)
        assert_true(text_token_hash(WORD, count) == HASHES[count]);
}

static void what_stands_behind_a_word_is_not_hashed(void **state)
{
    const uint32_t word[] = {'a', 'b', 'c'};

    (void)state;
    for (uint32_t count = 0; count <= 3; count++) {
        uint32_t padded[3 + TOKEN_HASH_PADDING] = {'a', 'b', 'c', 'x', 'y', 'z', 'x', 'y', 'z'};

        assert_true(token_hash_padded(padded, count) == text_token_hash(word, count));
        assert_true(count != 1 || token_hash_one('a') == text_token_hash(word, 1));
    }
}

static void length_and_order_count(void **state)
{
    uint32_t points[] = {'a', 'b', 'a', 'b', 'a', 'b', 'a', 'b'};

    (void)state;
    for (uint32_t count = 2; count <= 8; count++) {
        assert_true(text_token_hash(points, count) != text_token_hash(points, count - 1));
        assert_true(text_token_hash(points, count - 1) != text_token_hash(points + 1, count - 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_the_same_everywhere),
        cmocka_unit_test(what_stands_behind_a_word_is_not_hashed),
        cmocka_unit_test(length_and_order_count),
    };

    return cmocka_run_group_tests_name("token_hash", tests, NULL, NULL);
}
