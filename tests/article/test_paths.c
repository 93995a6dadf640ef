#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/path_tree.h"

static int set_up(void **state)
{
    *state = article_paths_new();
    return 0;
}

static int tear_down(void **state)
{
    article_paths_free(*state);
    return 0;
}

static void add(void **state, enum article_role role, const char *path)
{
    char error[128];

    if (article_paths_add(*state, role, path, error, sizeof error) != 0)
        fail_msg("%s: %s", path, error);
}

static void assert_refused(void **state, const char *path, const char *why)
{
    char error[128];

    assert_int_equal(article_paths_add(*state, ROLE_ID, path, error, sizeof error), -1);
    assert_string_equal(error, why);
}

static const struct path_node *member(const struct path_node *node, const char *name)
{
    return path_member(node, slice_of_text(name));
}

static void a_path_leads_through_members_and_elements(void **state)
{
    add(state, ROLE_BODY, "bodies[12].value.text");
    const struct path_node *root = article_paths_root(*state);
    const struct path_node *bodies = member(root, "bodies");
    const struct path_node *text = member(member(path_element(bodies, 12), "value"), "text");

    assert_non_null(text);
    assert_int_equal(text->wanted, 1u << ROLE_BODY);
    assert_int_equal(text->rank[ROLE_BODY], 0);
    assert_int_equal(bodies->wanted, 0);
    assert_int_equal(bodies->beneath, 1u << ROLE_BODY);
    assert_null(path_element(bodies, 1));
    assert_null(member(bodies, "12"));
    assert_null(member(root, "body"));
}

static void quoted_names_may_have_any_character(void **state)
{
    add(state, ROLE_ID, "\"a.b[0]\".c");
    add(state, ROLE_ID, "nitf:body content");
    add(state, ROLE_ID, "\"\"");
    const struct path_node *root = article_paths_root(*state);

    assert_non_null(member(member(root, "a.b[0]"), "c"));
    assert_non_null(member(root, "nitf:body content"));
    assert_int_equal(member(root, "")->rank[ROLE_ID], 2);
}

static void only_ids_are_taken_apart(void **state)
{
    char error[128];

    add(state, ROLE_ID, "guid");
    add(state, ROLE_ID, "sent as it was");
    add(state, ROLE_ID, "\"a.b\" as {id}:{version}");
    add(state, ROLE_EVOLVEDFROM, "old as {id}/{version}");
    assert_null(article_paths_pattern(*state, ROLE_ID, 0));
    assert_null(article_paths_pattern(*state, ROLE_ID, 1));
    assert_non_null(member(article_paths_root(*state), "sent as it was"));
    assert_non_null(member(article_paths_root(*state), "a.b"));
    assert_true(slice_is(article_paths_pattern(*state, ROLE_ID, 2)->between, ":"));
    assert_true(slice_is(article_paths_pattern(*state, ROLE_EVOLVEDFROM, 0)->between, "/"));
    assert_int_equal(
        article_paths_add(*state, ROLE_BODY, "body as {id}:{version}", error, sizeof error), -1);
    assert_string_equal(error, "only paths of id and evolvedfrom can be taken apart");
}

static void alternatives_keep_their_order_and_roles_may_share_a_path(void **state)
{
    add(state, ROLE_ID, "uri");
    add(state, ROLE_ID, "id");
    add(state, ROLE_ID, "uri");
    add(state, ROLE_SOURCE, "uri");
    const struct path_node *uri = member(article_paths_root(*state), "uri");

    assert_int_equal(uri->rank[ROLE_ID], 0);
    assert_int_equal(uri->rank[ROLE_SOURCE], 0);
    assert_int_equal(uri->rank[ROLE_BODY], PATH_NOT_WANTED);
    assert_int_equal(uri->wanted, 1u << ROLE_ID | 1u << ROLE_SOURCE);
    assert_int_equal(member(article_paths_root(*state), "id")->rank[ROLE_ID], 1);
}

static void what_is_no_path_is_refused_with_its_place(void **state)
{
    assert_refused(state, "", "a name is missing at character 1");
    assert_refused(state, "a.", "a name is missing at character 3");
    assert_refused(state, "a..b", "a name is missing at character 3");
    assert_refused(state, "[0]", "a name is missing at character 1");
    assert_refused(state, "a[", "an index such as [0] is expected at character 2");
    assert_refused(state, "a[]", "an index such as [0] is expected at character 2");
    assert_refused(state, "a[x]", "an index such as [0] is expected at character 2");
    assert_refused(state, "a[1", "an index such as [0] is expected at character 2");
    assert_refused(state, "a[12345678901]", "an index such as [0] is expected at character 2");
    assert_refused(state, "a[0]b", "a full stop or [ is expected at character 5");
    assert_refused(state, "a]", "a full stop or [ is expected at character 2");
    assert_refused(state, "\"a", "the quotation mark at character 1 is not closed");
    assert_refused(state, "a.b.c.d.e.f.g.h.i", "the path has more than 8 steps");
    assert_refused(state, "a as {version}",
                   "behind \"as\" stand {id}, what separates them, and {version}, such as "
                   "{id}:{version}");
    assert_refused(state, "caf\xE9", "the path is not valid UTF-8");
    assert_null(article_paths_root(*state)->child);
}

static void there_are_sixteen_alternatives_at_most(void **state)
{
    for (int i = 0; i < PATH_MAX_ALTERNATIVES; i++)
        add(state, ROLE_ID, "id");
    assert_refused(state, "id", "id has more than 16 paths");
}

static void the_defaults_are_the_contracts(void **state)
{
    struct article_paths *paths = article_paths_default();
    const struct path_node *root = article_paths_root(paths);

    (void)state;
    assert_int_equal(member(root, "guid")->rank[ROLE_ID], 2);
    assert_int_equal(member(root, "title")->rank[ROLE_HEADLINE], 1);
    assert_int_equal(member(root, "text")->rank[ROLE_BODY], 2);
    assert_int_equal(member(root, "versionCreated")->rank[ROLE_VERSIONCREATED], 1);
    assert_int_equal(member(root, "pubStatus")->rank[ROLE_STATUS], 1);
    for (int role = 0; role < ROLE_COUNT; role++)
        assert_true(root->beneath & 1u << role);
    article_paths_free(paths);
}

static void role_names_are_the_keys_of_the_configuration(void **state)
{
    (void)state;
    assert_string_equal(article_role_name(ROLE_VERSIONCREATED), "versioncreated");
    assert_string_equal(article_role_name(ROLE_STATUS), "status");
    for (int role = 0; role < ROLE_COUNT; role++)
        assert_non_null(article_role_name((enum article_role)role));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_path_leads_through_members_and_elements, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(quoted_names_may_have_any_character, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_ids_are_taken_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(alternatives_keep_their_order_and_roles_may_share_a_path,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_path_is_refused_with_its_place, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(there_are_sixteen_alternatives_at_most, set_up, tear_down),
        cmocka_unit_test(the_defaults_are_the_contracts),
        cmocka_unit_test(role_names_are_the_keys_of_the_configuration),
    };

    return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
