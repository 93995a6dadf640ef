#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "config/options.h"
#include "tests/config/check_problems.h"

struct inner {
    int64_t depth;
    const char *name;
};

struct outer {
    bool flag;
    int64_t integer;
    int64_t size;
    int64_t duration;
    int64_t ratio;
    const char *text;
    const char *secret;
    int choice;
    struct option_list texts;
    struct option_list numbers;
    struct option_list tables;
    struct inner inner;
    struct option_map map;
    struct option_one_of one_of;
    const struct config_node *node;
};

static const struct option inner_table[] = {
    {.name = "depth",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct inner, depth),
     .default_text = "7"},
    {.name = "name",
     .type = OPTION_TEXT,
     .offset = offsetof(struct inner, name),
     .flags = OPTION_REQUIRED,
     .description = "a name"},
    {0},
};

static const char *const colours[] = {"red", "green", NULL};
static const struct option text_element = {.type = OPTION_TEXT};
static const struct option number_element = {.type = OPTION_INTEGER, .min = 1, .max = 9};
static const struct option table_element = {.type = OPTION_TABLE, .table = inner_table};

#define ROW(field, kind) .name = #field, .type = kind, .offset = offsetof(struct outer, field)

static const struct option outer_table[] = {
    {ROW(flag, OPTION_FLAG), .default_text = "true"},
    {ROW(integer, OPTION_INTEGER), .default_text = "5", .min = -3, .max = 10},
    {ROW(size, OPTION_SIZE), .default_text = "1MiB", .min = 1024, .max = INT64_MAX},
    {ROW(duration, OPTION_DURATION), .default_text = "2s"},
    {ROW(ratio, OPTION_RATIO), .default_text = "0.5"},
    {ROW(text, OPTION_TEXT)},
    {ROW(secret, OPTION_DURATION), .flags = OPTION_SECRET},
    {ROW(choice, OPTION_CHOICE), .default_text = "green", .choices = colours},
    {ROW(texts, OPTION_LIST), .default_text = "[a, b]", .element = &text_element},
    {ROW(numbers, OPTION_LIST), .element = &number_element},
    {ROW(tables, OPTION_LIST), .element = &table_element, .size = sizeof(struct inner)},
    {ROW(map, OPTION_MAP), .default_text = "{x.y: '1', z: '2'}"},
    {ROW(one_of, OPTION_ONE_OF)},
    {ROW(node, OPTION_NODE)},
    {0},
};

static struct arena arena;
static struct config_problems problems;

static struct outer read(const char *yaml)
{
    struct options_reader reader = {.arena = &arena, .problems = &problems};
    struct outer values = {0};

    options_read(&reader, outer_table,
                 config_node_parse(&arena, slice_of_text(yaml), "f", &problems), "", true, &values);
    return values;
}

static int clean_up(void **state)
{
    (void)state;
    config_problems_free(&problems);
    arena_free(&arena);
    return 0;
}

static const char *text_at(const struct option_list *list, size_t index)
{
    return ((const char *const *)list->items)[index];
}

static void defaults_fill_what_is_not_written(void **state)
{
    (void)state;
    struct outer values = read("");

    assert_true(values.flag);
    assert_int_equal(values.integer, 5);
    assert_int_equal(values.size, 1 << 20);
    assert_int_equal(values.duration, 2000);
    assert_int_equal(values.ratio, 500);
    assert_null(values.text);
    assert_int_equal(values.choice, 1);
    assert_int_equal(values.texts.count, 2);
    assert_string_equal(text_at(&values.texts, 1), "b");
    assert_int_equal(values.tables.count, 0);
    assert_int_equal(values.map.count, 2);
    assert_null(values.one_of.name);
    assert_int_equal(values.node->count, 0);
    assert_problems(&problems, "");
}

static void every_type_is_read(void **state)
{
    (void)state;
    struct outer values = read("flag: false\ninteger: -3\nsize: 1KiB\nduration: 1h\nratio: 1\n"
                               "text: 1.0\nchoice: red\ntexts: [c]\nnumbers: [1, 9]\n"
                               "tables: [{name: n}, {name: m, depth: 1}]\none_of: {k: v}\n"
                               "node: [1, 2, 3]\n");
    const struct inner *tables = values.tables.items;

    assert_problems(&problems, "");
    assert_false(values.flag);
    assert_int_equal(values.integer, -3);
    assert_int_equal(values.size, 1024);
    assert_int_equal(values.duration, 3600000);
    assert_int_equal(values.ratio, 1000);
    assert_string_equal(values.text, "1.0");
    assert_int_equal(values.choice, 0);
    assert_int_equal(values.texts.count, 1);
    assert_string_equal(text_at(&values.texts, 0), "c");
    assert_int_equal(((const int64_t *)values.numbers.items)[1], 9);
    assert_int_equal(values.tables.count, 2);
    assert_int_equal(tables[0].depth, 7);
    assert_string_equal(tables[1].name, "m");
    assert_string_equal(values.one_of.name, "k");
    assert_string_equal(values.one_of.value->text, "v");
    assert_int_equal(values.one_of.key->column, 10);
    assert_int_equal(values.node->count, 3);
}

static void a_bare_value_is_a_list_of_one(void **state)
{
    (void)state;
    struct outer values = read("texts: c\nnumbers: 3\ntables: {name: n}\n");

    assert_problems(&problems, "");
    assert_int_equal(values.texts.count, 1);
    assert_int_equal(*(const int64_t *)values.numbers.items, 3);
    assert_string_equal(((const struct inner *)values.tables.items)->name, "n");
}

static const struct option_pair *pair_of(const struct option_map *map, const char *name)
{
    for (size_t i = 0; i < map->count; i++)
        if (slice_is(slice_of_text(map->pairs[i].name), name))
            return &map->pairs[i];
    return NULL;
}

static void a_map_overrides_its_defaults_name_by_name(void **state)
{
    (void)state;
    struct outer values = read("map:\n  a: 3\n  z: new\n");

    assert_problems(&problems, "");
    assert_int_equal(values.map.count, 3);
    assert_string_equal(pair_of(&values.map, "x.y")->value, "1");
    assert_string_equal(pair_of(&values.map, "z")->value, "new");
    assert_int_equal(pair_of(&values.map, "z")->line, 3);
    assert_int_equal(pair_of(&values.map, "z")->column, 3);
    assert_string_equal(pair_of(&values.map, "z")->file, "f");
}

static void ranges_are_told_in_the_options_unit(void **state)
{
    (void)state;
    read("integer: 11\nsize: 1\nratio: 1.001\nnumbers: [0, 5, 10]\nduration: 1\n");
    assert_problems(&problems,
                    "f:1:10: integer: 11 is out of range; it must be from -3 to 10\n"
                    "f:2:7: size: 1 is out of range; it must be at least 1KiB\n"
                    "f:5:11: duration: \"1\" is not a duration, such as 100ms, 30s, 5m, 12h or 7d\n"
                    "f:3:8: ratio: 1.001 is out of range; it must be from 0 to 1\n"
                    "f:4:11: numbers[0]: 0 is out of range; it must be from 1 to 9\n"
                    "f:4:17: numbers[2]: 10 is out of range; it must be from 1 to 9\n");
}

static void a_wrong_value_leaves_the_default(void **state)
{
    (void)state;
    struct outer values = read("integer: 11\nchoice: blue\ntexts: ~\n");

    assert_int_equal(problems.count, 3);
    assert_int_equal(values.integer, 5);
    assert_int_equal(values.choice, 1);
    assert_int_equal(values.texts.count, 2);
}

static void secrets_are_not_shown(void **state)
{
    (void)state;
    read("secret: hunter2\n");
    assert_problems(&problems, "f:1:9: secret: a secret does not stand in a configuration; write "
                               "${NAME} for an environment variable or ${file:/path} for a file\n");
}

static void a_misspelt_required_key_is_one_problem(void **state)
{
    (void)state;
    read("tables: [{depth: 1}, {nmae: x}]\n");
    assert_problems(&problems, "f:1:10: required key \"tables[0].name\" is missing: a name\n"
                               "f:1:23: unknown key \"nmae\"; did you mean \"name\"?\n");
}

static void resolve(void *context, struct option_one_of *entry)
{
    *(const char **)context = entry->name;
    entry->owner = context;
}

static void one_of_is_resolved_by_who_knows_its_keys(void **state)
{
    const char *seen = NULL;
    struct options_reader reader = {
        .arena = &arena, .problems = &problems, .resolve = resolve, .context = &seen};
    struct outer values = {0};

    (void)state;
    options_read(&reader, outer_table,
                 config_node_parse(&arena, SLICE_LITERAL("one_of: {language: {}}"), "f", &problems),
                 "", true, &values);
    assert_string_equal(seen, "language");
    assert_ptr_equal(values.one_of.owner, &seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(defaults_fill_what_is_not_written, clean_up),
        cmocka_unit_test_teardown(every_type_is_read, clean_up),
        cmocka_unit_test_teardown(a_bare_value_is_a_list_of_one, clean_up),
        cmocka_unit_test_teardown(a_map_overrides_its_defaults_name_by_name, clean_up),
        cmocka_unit_test_teardown(ranges_are_told_in_the_options_unit, clean_up),
        cmocka_unit_test_teardown(a_wrong_value_leaves_the_default, clean_up),
        cmocka_unit_test_teardown(secrets_are_not_shown, clean_up),
        cmocka_unit_test_teardown(a_misspelt_required_key_is_one_problem, clean_up),
        cmocka_unit_test_teardown(one_of_is_resolved_by_who_knows_its_keys, clean_up),
    };

    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
