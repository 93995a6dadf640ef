#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "base/utf8_wide.h"

enum { SIZE = 80 };

/* What RFC 3629 says, one code point after the other. */
static bool is_valid(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t sequence = bytes[i] < 0x80 ? 1 : utf8_sequence(bytes + i, length - i);

        if (sequence == 0)
            return false;
        i += sequence;
    }
    return true;
}

static void assert_agreement(const unsigned char *bytes, size_t length)
{
    if (utf8_wide_is_valid(bytes, length) != is_valid(bytes, length))
        fail_msg("not agreed on %zu bytes that begin with %02X %02X", length, bytes[0], bytes[1]);
}

/* Where blocks of 32 bytes meet, and at both ends. */
static const size_t PLACES[] = {0, 1, 28, 29, 30, 31, 32, 33, 60, 61, 62, 63, 64, SIZE - 4};

/* The sequence stands among letters, and at the end of a text. */
static void assert_agreement_at_all_places(const unsigned char *sequence, size_t length)
{
    unsigned char bytes[SIZE];

    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        memset(bytes, 'a', sizeof bytes);
        memcpy(bytes + PLACES[i], sequence, length);
        assert_agreement(bytes, sizeof bytes);
        assert_agreement(bytes, PLACES[i] + length);
    }
}

static void two_bytes_of_any_kind_are_judged_alike(void **state)
{
    (void)state;
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        const unsigned char bytes[] = {(unsigned char)(pair >> 8), (unsigned char)pair};

        assert_agreement_at_all_places(bytes, sizeof bytes);
    }
}

/* Every byte at which a rule begins or ends. */
static const unsigned char EDGES[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                      0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
                                      0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};

static void four_bytes_at_the_edges_of_the_rules_are_judged_alike(void **state)
{
    const size_t count = sizeof EDGES;

    (void)state;
    for (size_t i = 0; i < count * count * count * count; i++) {
        const unsigned char bytes[] = {EDGES[i % count], EDGES[i / count % count],
                                       EDGES[i / count / count % count],
                                       EDGES[i / count / count / count]};

        assert_agreement_at_all_places(bytes, sizeof bytes);
    }
}

static void texts_with_one_wrong_byte_are_judged_alike(void **state)
{
    const char *text = "Ašgabat, Баку, باكو, 巴库, 🌍🌍🌍🌍. Ašgabat, Баку, باكو, 巴库, 🌍🌍🌍🌍.";
    unsigned char bytes[256];
    size_t length = strlen(text);

    (void)state;
    for (size_t at = 0; at < length; at++) {
        memcpy(bytes, text, length);
        for (size_t i = 0; i < sizeof EDGES; i++) {
            bytes[at] = EDGES[i];
            assert_agreement(bytes, length);
        }
        assert_agreement((const unsigned char *)text, at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_bytes_of_any_kind_are_judged_alike),
        cmocka_unit_test(four_bytes_at_the_edges_of_the_rules_are_judged_alike),
        cmocka_unit_test(texts_with_one_wrong_byte_are_judged_alike),
    };

    if (!utf8_wide_is_there())
        return 77;
    return cmocka_run_group_tests_name("utf8_wide", tests, NULL, NULL);
}
