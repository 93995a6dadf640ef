#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/address.h"

static void assert_url(const char *text, const char *url)
{
    size_t length = address_url(slice_of_text(text));

    if (!slice_is(slice_of(text, length), url))
        fail_msg("%s: %zu bytes", text, length);
}

static void urls_end_before_what_closes_the_sentence(void **state)
{
    (void)state;
    assert_url("http://example.org", "http://example.org");
    assert_url("HTTPS://Example.org/a?b=c&d#e x", "HTTPS://Example.org/a?b=c&d#e");
    assert_url("ftp://example.org/a. Next", "ftp://example.org/a");
    assert_url("www.example.org, and", "www.example.org");
    assert_url("http://example.org/a_(b))", "http://example.org/a_(b))");
    assert_url("http://example.org/a).", "http://example.org/a");
    assert_url("http://example.org]!", "http://example.org");
    assert_url("http://example.org\"x", "http://example.org");
    assert_url("http://example.org查看", "http://example.org");
}

static void what_has_no_host_is_no_url(void **state)
{
    (void)state;
    assert_url("http://", "");
    assert_url("http:// x", "");
    assert_url("www. x", "");
    assert_url("http:/x", "");
    assert_url("mailto:x", "");
    assert_url("", "");
}

static void assert_email(const char *text, const char *email)
{
    struct slice all = slice_of_text(text);
    size_t at = (size_t)(strchr(text, '@') - text);
    size_t start = 0;
    size_t end = address_email(all, at, &start);

    if (!slice_is(slice_of(text + start, end - start), email))
        fail_msg("%s: %zu to %zu", text, start, end);
}

static void an_email_is_found_around_its_at_sign(void **state)
{
    (void)state;
    assert_email("<jo.smith+news@desk.example.org>.", "jo.smith+news@desk.example.org");
    assert_email("jo@example.org.", "jo@example.org");
    assert_email("é jo@example.org-", "jo@example.org");
}

static void what_has_no_domain_or_name_is_no_email(void **state)
{
    (void)state;
    assert_email("5@", "");
    assert_email("@home.org", "");
    assert_email("a@b", "");
    assert_email("a@.b", "");
    assert_email("a @b.c", "");
    assert_email("a@ b.c", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_end_before_what_closes_the_sentence),
        cmocka_unit_test(what_has_no_host_is_no_url),
        cmocka_unit_test(an_email_is_found_around_its_at_sign),
        cmocka_unit_test(what_has_no_domain_or_name_is_no_email),
    };

    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
