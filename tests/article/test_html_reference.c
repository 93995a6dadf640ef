#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/html_reference.h"

static void references_are_decoded(void **state)
{
    struct {
        const char *text;
        size_t bytes;
        uint32_t point;
    } cases[] = {{"&amp;x", 5, '&'},           {"&AElig;", 7, 0xC6},         {"&zwnj;", 6, 0x200C},
                 {"&thetasym;", 10, 0x3D1},    {"&apos;", 6, '\''},          {"&yuml;", 6, 0xFF},
                 {"&#233;", 6, 0xE9},          {"&#xe9;", 6, 0xE9},          {"&#XE9;", 6, 0xE9},
                 {"&#1114111;", 10, 0x10FFFF}, {"&#x10FFFF;", 10, 0x10FFFF}, {"&#146;", 6, 0x2019},
                 {"&#x80;", 6, 0x20AC},        {"&#0000065;", 10, 'A'}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t point = 0;

        assert_int_equal(html_reference(slice_of_text(cases[i].text), &point), cases[i].bytes);
        assert_int_equal(point, cases[i].point);
    }
}

static void what_is_no_reference_stays_text(void **state)
{
    static const char *const TEXTS[] = {
        "&",          "&;",          "&amp",   "&amp x;", "&nosuch;", "&AMP;",
        "&#;",        "&#x;",        "&#12a;", "&#xG;",   "&#0;",     "&#xD800;",
        "&#1114112;", "&#12345678;", "&#x81;", "&#-1;",   "& amp;",   "&averyverylongname;"};

    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        uint32_t point;

        assert_int_equal(html_reference(slice_of_text(TEXTS[i]), &point), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_decoded),
        cmocka_unit_test(what_is_no_reference_stays_text),
    };

    return cmocka_run_group_tests_name("html_reference", tests, NULL, NULL);
}
