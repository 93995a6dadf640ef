#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "config/node.h"
#include "tests/config/check_problems.h"

static struct arena arena;
static struct config_problems problems;

static struct config_node *parse(const char *yaml)
{
    return config_node_parse(&arena, slice_of_text(yaml), "f", &problems);
}

static int clean_up(void **state)
{
    (void)state;
    config_problems_free(&problems);
    arena_free(&arena);
    return 0;
}

static void every_node_knows_its_place(void **state)
{
    (void)state;
    const struct config_node *root = parse("# c\nкл: {a: 'x', b: [1,\n  y]}\n");
    const struct config_node *inner = config_node_get(root, "кл");
    const struct config_node *list = config_node_get(inner, "b");

    assert_int_equal(inner->kind, NODE_MAPPING);
    assert_int_equal(inner->key->line, 2);
    assert_int_equal(inner->key->column, 1);
    assert_int_equal(inner->column, 5); /* characters, not bytes */
    assert_string_equal(config_node_get(inner, "a")->text, "x");
    assert_int_equal(list->count, 2);
    assert_int_equal(list->first->next->line, 3);
    assert_int_equal(list->first->next->column, 3);
    assert_string_equal(list->first->next->file, "f");
    assert_null(config_node_get(root, "a"));
    assert_null(config_node_get(list, "a"));
    assert_problems(&problems, "");
}

static void nothing_is_told_from_the_word_in_quotes(void **state)
{
    (void)state;
    const struct config_node *root = parse("a:\nb: ~\nc: null\nd: 'null'\ne: ''\n");

    assert_true(config_node_get(root, "a")->is_null);
    assert_true(config_node_get(root, "b")->is_null);
    assert_true(config_node_get(root, "c")->is_null);
    assert_false(config_node_get(root, "d")->is_null);
    assert_false(config_node_get(root, "e")->is_null);
}

static void an_empty_file_is_an_empty_mapping(void **state)
{
    (void)state;
    for (const char *const *yaml = (const char *const[]){"", "\n\n", "# only this\n", NULL};
         *yaml != NULL; yaml++) {
        const struct config_node *root = parse(*yaml);

        assert_int_equal(root->kind, NODE_MAPPING);
        assert_int_equal(root->count, 0);
        assert_int_equal(root->line, 1);
    }
    assert_problems(&problems, "");
}

static void several_refusals_come_in_one_go_and_the_rest_is_read(void **state)
{
    (void)state;
    const struct config_node *root =
        parse("a: &x 1\nb: *x\nc: !!int 3\n<<: {z: 1}\na: 2\n? [k]\n: v\nd: 4\n");

    assert_string_equal(config_node_get(root, "d")->text, "4");
    assert_true(config_node_get(root, "b")->is_refused);
    assert_problems(
        &problems,
        "f:1:4: anchors (&x) are not supported; write the value where it is needed\n"
        "f:2:4: aliases (*x) are not supported; write the value where it is needed\n"
        "f:3:4: tags (tag:yaml.org,2002:int) are not supported; leave it out\n"
        "f:4:1: merge keys (<<) are not supported; write the keys where they are needed\n"
        "f:6:3: a key must be one word, not a list\n"
        "f:5:1: key \"a\" is already given at line 1; keep one of them\n");
}

static void what_is_not_yaml_is_told_in_libyamls_words(void **state)
{
    (void)state;
    assert_null(parse("a: [1, 2\nb: 3\n"));
    assert_problems(&problems, "f:2:2: this is not YAML: did not find expected ',' or ']' (while "
                               "parsing a flow sequence that began at line 1)\n");
    assert_null(parse("a: b\n  - \xc3\x28\n"));
    assert_int_equal(problems.count, 1);
    assert_int_equal(problems.first->line, 2);
    assert_int_equal(problems.first->column, 5);
}

/* n opening brackets, then as many closing ones. */
static struct config_node *parse_brackets(int n)
{
    struct buffer yaml = {0};

    for (int i = 0; i < n; i++)
        buffer_append_byte(&yaml, '[');
    for (int i = 0; i < n; i++)
        buffer_append_byte(&yaml, ']');
    struct config_node *root = config_node_parse(&arena, buffer_slice(&yaml), "f", &problems);

    buffer_free(&yaml);
    return root;
}

static void depth_is_bounded(void **state)
{
    (void)state;
    assert_non_null(parse_brackets(CONFIG_MAX_DEPTH));
    assert_null(parse_brackets(CONFIG_MAX_DEPTH + 1));
    assert_problems(&problems, "f:1:33: this is nested deeper than 32 levels\n");
    assert_null(parse_brackets(100000));
    assert_int_equal(problems.count, 1);
}

static struct config_node *parse_items(int n)
{
    struct buffer yaml = {0};

    for (int i = 0; i < n; i++)
        buffer_append_text(&yaml, "- \n");
    struct config_node *root = config_node_parse(&arena, buffer_slice(&yaml), "f", &problems);

    buffer_free(&yaml);
    return root;
}

static void the_number_of_nodes_is_bounded(void **state)
{
    (void)state;
    assert_non_null(parse_items(CONFIG_MAX_NODES - 1)); /* and the list */
    assert_null(parse_items(CONFIG_MAX_NODES));
    assert_problems(&problems, "f:100000:2: the file has more than 100000 values\n");
}

static void the_size_is_bounded(void **state)
{
    struct buffer yaml = {0};

    (void)state;
    buffer_append_text(&yaml, "a: ");
    while (yaml.length < CONFIG_MAX_BYTES)
        buffer_append_byte(&yaml, 'x');
    assert_non_null(config_node_parse(&arena, buffer_slice(&yaml), "f", &problems));
    buffer_append_byte(&yaml, 'x');
    assert_null(config_node_parse(&arena, buffer_slice(&yaml), "f", &problems));
    assert_problems(&problems, "f: the file is larger than 1 MiB\n");
    buffer_free(&yaml);
}

static void paths_lead_to_the_nearest_node(void **state)
{
    (void)state;
    const struct config_node *root = parse("a:\n  b:\n    - {c: 1}\n    - {c: 2}\n  d: x\n");

    assert_int_equal(config_node_near(root, "a.b[1].c")->line, 4);
    assert_int_equal(config_node_near(root, "a.b[1].c")->column, 11);
    assert_int_equal(config_node_near(root, "a.b[1].nope.deeper")->column, 7);
    assert_int_equal(config_node_near(root, "a.b[7]")->column, 5);
    assert_int_equal(config_node_near(root, "a.d[0]")->line, 5); /* a bare value is a list of one */
    assert_ptr_equal(config_node_near(root, "nope"), root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_node_knows_its_place, clean_up),
        cmocka_unit_test_teardown(nothing_is_told_from_the_word_in_quotes, clean_up),
        cmocka_unit_test_teardown(an_empty_file_is_an_empty_mapping, clean_up),
        cmocka_unit_test_teardown(several_refusals_come_in_one_go_and_the_rest_is_read, clean_up),
        cmocka_unit_test_teardown(what_is_not_yaml_is_told_in_libyamls_words, clean_up),
        cmocka_unit_test_teardown(depth_is_bounded, clean_up),
        cmocka_unit_test_teardown(the_number_of_nodes_is_bounded, clean_up),
        cmocka_unit_test_teardown(the_size_is_bounded, clean_up),
        cmocka_unit_test_teardown(paths_lead_to_the_nearest_node, clean_up),
    };

    return cmocka_run_group_tests_name("node", tests, NULL, NULL);
}
