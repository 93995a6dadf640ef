#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/id_pattern.h"

static struct id_pattern pattern_of(const char *text)
{
    struct id_pattern pattern;
    char error[256];

    if (id_pattern_read(slice_of_text(text), &pattern, error, sizeof error) != 0)
        fail_msg("%s: %s", text, error);
    return pattern;
}

static void assert_parts(const char *text, const char *id, const char *own, const char *version)
{
    struct id_pattern pattern = pattern_of(text);
    struct slice ret_id;
    struct slice ret_version;

    assert_true(id_pattern_match(&pattern, slice_of_text(id), &ret_id, &ret_version));
    assert_true(slice_is(ret_id, own));
    assert_true(slice_is(ret_version, version));
}

static void assert_whole(const char *text, const char *id)
{
    struct id_pattern pattern = pattern_of(text);
    struct slice ret_id;
    struct slice ret_version;

    assert_false(id_pattern_match(&pattern, slice_of_text(id), &ret_id, &ret_version));
}

static void an_id_with_its_version_is_taken_apart(void **state)
{
    (void)state;
    assert_parts("{id}:{version}", "c83a:3", "c83a", "3");
    assert_parts("{id}:{version}", "urn:newsml:agency:2026:77:12", "urn:newsml:agency:2026:77",
                 "12");
    assert_parts("tag:{id}_v{version}.xml", "tag:L8N_v2_v10.xml", "L8N_v2", "10");
    assert_parts("{id}#{version}", "1#007", "1", "007");
}

static void another_id_stays_whole(void **state)
{
    (void)state;
    assert_whole("{id}:{version}", "c83a");
    assert_whole("{id}:{version}", "c83a:");
    assert_whole("{id}:{version}", "c83a:3b");
    assert_whole("{id}:{version}", ":3");
    assert_whole("{id}:{version}", "");
    assert_whole("{id}:{version}", "12");
    assert_whole("{id}:{version}", "a:1234567890123456789");
    assert_whole("x{id}:{version}", "a:1");
    assert_whole("ab{id}:{version}bc", "ab:1b");
    assert_whole("{id}:{version}.xml", "a:1");
}

static void a_pattern_names_both_and_what_is_between(void **state)
{
    static const char *const bad[] = {"",          "{id}",           "{version}", "{id}{version}",
                                      "{id}:{no}", "{version}:{id}", "id:version"};
    struct id_pattern pattern;
    char error[256];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(id_pattern_read(slice_of_text(bad[i]), &pattern, error, sizeof error), -1);
        assert_string_equal(error, "behind \"as\" stand {id}, what separates them, and {version}, "
                                   "such as {id}:{version}");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_with_its_version_is_taken_apart),
        cmocka_unit_test(another_id_stays_whole),
        cmocka_unit_test(a_pattern_names_both_and_what_is_between),
    };

    return cmocka_run_group_tests_name("id_pattern", tests, NULL, NULL);
}
