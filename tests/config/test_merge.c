#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/merge.h"
#include "tests/config/check_problems.h"

static struct arena arena;
static struct config_problems problems;

static struct config_node *parse(const char *yaml, const char *file)
{
    return config_node_parse(&arena, slice_of_text(yaml), file, &problems);
}

/* The tree in flow style, without blanks. */
static void append_tree(struct buffer *out, const struct config_node *node)
{
    static const char *const ends[] = {[NODE_SEQUENCE] = "[]", [NODE_MAPPING] = "{}"};
    size_t count = 0;

    if (node->kind == NODE_SCALAR) {
        buffer_append_text(out, node->text);
        return;
    }
    buffer_append_byte(out, ends[node->kind][0]);
    for (const struct config_node *child = node->first; child != NULL; child = child->next) {
        buffer_append_format(out, "%s%s%s", count++ > 0 ? "," : "",
                             child->key != NULL ? child->key->text : "",
                             child->key != NULL ? ":" : "");
        append_tree(out, child);
    }
    buffer_append_byte(out, ends[node->kind][1]);
    assert_int_equal(node->count, count);
}

static void assert_tree(const struct config_node *root, const char *expected)
{
    struct buffer text = {0};

    append_tree(&text, root);
    buffer_append_byte(&text, '\0');
    assert_string_equal(text.data, expected);
    buffer_free(&text);
}

static void assert_merged(const char *yaml, const char *over, const char *expected)
{
    struct config_node *root = parse(yaml, "f");

    config_merge(root, parse(over, "g"));
    assert_tree(root, expected);
}

static int clean_up(void **state)
{
    (void)state;
    config_problems_free(&problems);
    arena_free(&arena);
    return 0;
}

static void mappings_merge_and_everything_else_is_replaced(void **state)
{
    (void)state;
    assert_merged("a: {b: 1, c: 2}", "a: {c: 3, d: 4}", "{a:{b:1,c:3,d:4}}");
    assert_merged("a: [1, 2]", "a: [3]", "{a:[3]}");
    assert_merged("a: 1\nb: 2", "a: {x: y}", "{a:{x:y},b:2}");
    assert_merged("a: {x: y}\nb: 2", "a: 1", "{a:1,b:2}");
    assert_merged("{}", "a: 1", "{a:1}");
    assert_merged("a: 1", "{}", "{a:1}");
}

static void every_value_keeps_its_place(void **state)
{
    struct config_node *root = parse("a: {b: 1}\n", "f");

    (void)state;
    config_merge(root, parse("\na:\n  c: 2\n", "g"));
    assert_string_equal(config_node_near(root, "a.b")->file, "f");
    assert_string_equal(config_node_near(root, "a.c")->file, "g");
    assert_int_equal(config_node_near(root, "a.c")->line, 3);
}

static void assert_set(const char *yaml, const char *argument, const char *expected)
{
    struct config_node *root = parse(yaml, "f");

    config_set(&arena, root, argument, 1, &problems);
    assert_tree(root, expected);
    assert_problems(&problems, "");
}

static void one_value_is_set_by_its_path(void **state)
{
    (void)state;
    assert_set("a: {b: 1}", "a.b=2", "{a:{b:2}}");
    assert_set("a: {b: 1}", "a.c=x=y", "{a:{b:1,c:x=y}}");
    assert_set("{}", "a.b.c=[1, 2]", "{a:{b:{c:[1,2]}}}");
    assert_set("a: 1", "a.b=2", "{a:{b:2}}");
    assert_set("a: [1, {b: 2}, 3]", "a[1].b=x", "{a:[1,{b:x},3]}");
    assert_set("a: [1, 2]", "a[1]=x", "{a:[1,x]}");
    assert_set("{}", "kafka.\"client.id\"=desk", "{kafka:{client.id:desk}}");
    assert_set("{}", "a={b: {c: d}}", "{a:{b:{c:d}}}");
}

static void assert_refused(const char *argument, const char *report)
{
    config_set(&arena, parse("a: [1]", "f"), argument, 2, &problems);
    assert_problems(&problems, report);
}

static void mistakes_have_their_place_in_the_argument(void **state)
{
    (void)state;
    assert_refused("", "-s:2:1: \"\" must be PATH=VALUE, such as producer.commit_interval=50ms\n");
    assert_refused("a", "-s:2:2: \"a\" has no =; write PATH=VALUE\n");
    assert_refused("a.b", "-s:2:4: \"a.b\" has no =; write PATH=VALUE\n");
    assert_refused("a=", "-s:2:3: \"a=\" has no value; write \"\" in quotes for an empty text\n");
    assert_refused("a[1]=x", "-s:2:2: there is no item 1; write the whole list: PATH=[VALUE, "
                             "VALUE]\n");
    assert_refused("a[x]=x", "-s:2:2: an item of a list is written [0], [1] and so on\n");
    assert_refused("\"a=x", "-s:2:1: \"\"a=x\" must be PATH=VALUE, such as "
                            "producer.commit_interval=50ms\n");
}

static void values_have_their_place_in_the_argument(void **state)
{
    struct config_node *root = parse("{}", "f");

    (void)state;
    config_set(&arena, root, "a.é=[1, 2]", 3, &problems);
    const struct config_node *second = config_node_near(root, "a.é[1]");

    assert_string_equal(second->text, "2");
    assert_string_equal(second->file, "-s");
    assert_int_equal(second->line, 3);
    assert_int_equal(second->column, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(mappings_merge_and_everything_else_is_replaced, clean_up),
        cmocka_unit_test_teardown(every_value_keeps_its_place, clean_up),
        cmocka_unit_test_teardown(one_value_is_set_by_its_path, clean_up),
        cmocka_unit_test_teardown(mistakes_have_their_place_in_the_argument, clean_up),
        cmocka_unit_test_teardown(values_have_their_place_in_the_argument, clean_up),
    };

    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
