#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/node.h"
#include "tests/config/check_problems.h"

static const char least[] =
    "consumer: {topics: [articles.raw]}\n"
    "producer: {routes: [{topic: articles.out}], dead_letters: articles.rejected}\n";

static struct config *load(const char *yaml)
{
    struct config_problems problems = {0};
    struct config *config = config_load_text(slice_of_text(yaml), "f", NULL, NULL, &problems);

    assert_problems(&problems, "");
    assert_non_null(config);
    return config;
}

static void a_file_is_loaded_and_named_in_problems(void **state)
{
    struct config_problems problems = {0};
    char path[] = "/tmp/copydesk-config-XXXXXX";
    char expected[128];
    int fd = mkstemp(path);

    (void)state;
    assert_int_equal(write(fd, least, sizeof least - 1), sizeof least - 1);
    struct config *config = config_load(path, NULL, NULL, &problems);

    assert_non_null(config);
    assert_string_equal(config_settings(config)->producer.dead_letters, "articles.rejected");
    config_free(config);
    assert_int_equal(write(fd, "x: 1\n", 5), 5);
    close(fd);
    assert_null(config_load(path, NULL, NULL, &problems));
    snprintf(expected, sizeof expected, "%s:3:1: unknown key \"x\"\n", path);
    assert_problems(&problems, expected);
    unlink(path);
}

static void a_file_that_cannot_be_read_is_a_problem(void **state)
{
    struct config_problems problems = {0};

    (void)state;
    assert_null(config_load("/nonexistent.yaml", NULL, NULL, &problems));
    assert_null(config_load("/", NULL, NULL, &problems));
    assert_problems(&problems, "/nonexistent.yaml: cannot be read: No such file or directory\n"
                               "/: cannot be read: Is a directory\n");
}

static void endless_files_are_not_read_to_their_end(void **state)
{
    struct config_problems problems = {0};

    (void)state;
    assert_null(config_load("/dev/zero", NULL, NULL, &problems));
    assert_problems(&problems, "/dev/zero: the file is larger than 1 MiB\n");
}

static void problems_of_all_parts_come_sorted(void **state)
{
    struct config_problems problems = {0};

    (void)state;
    assert_null(config_load_text(SLICE_LITERAL("http: {listen: x}\n"
                                               "kafka: {nope: 1}\n"
                                               "limits: {window: 0}\n"
                                               "consumer: {topics: ['a b']}\n"
                                               "producer: {routes: [{topic: b}], dead_letters: "
                                               "'${COPYDESK_TEST_UNSET}'}\n"),
                                 "f", NULL, NULL, &problems));
    assert_int_equal(problems.count, 5);
    int line = 1;

    for (const struct config_problem *p = problems.first; p != NULL; p = p->next)
        assert_int_equal(p->line, line++);
    config_problems_free(&problems);
}

static void problems_from_before_are_kept_and_not_counted_against_a_file(void **state)
{
    struct config_problems problems = {0};

    (void)state;
    config_problem_in(&problems, "other", 1, 1, "x");
    struct config *config = config_load_text(slice_of_text(least), "f", NULL, NULL, &problems);

    assert_non_null(config);
    config_free(config);
    assert_problems(&problems, "other:1:1: x\n");
}

static void the_instance_is_the_hosts_name_unless_it_is_named(void **state)
{
    char host[256] = "";

    (void)state;
    gethostname(host, sizeof host - 1);
    struct config *config = load(least);

    assert_string_equal(config_settings(config)->instance, host);
    config_free(config);
}

static void routes_know_whether_they_have_conditions(void **state)
{
    (void)state;
    struct config *config = load("consumer: {topics: a}\n"
                                 "producer:\n"
                                 "  routes: [{topic: b, when: {language: fr}}, {topic: c}]\n"
                                 "  dead_letters: d\n"
                                 "processors: [language: {}]\n");
    const struct route_settings *routes = config_settings(config)->producer.routes.items;

    assert_true(routes[0].has_when);
    assert_false(routes[1].has_when);
    assert_int_equal(routes[0].when.language.count, 1);
    config_free(config);
}

/* A processor's options, read by its own table. */
struct window_options {
    int64_t window;
};

static const struct option window_table[] = {
    {.name = "window",
     .type = OPTION_DURATION,
     .offset = offsetof(struct window_options, window),
     .default_text = "7d"},
    {0},
};

static void resolve(void *context, struct config *config, struct option_one_of *entry,
                    struct config_problems *problems)
{
    struct window_options *options = arena_allocate(config_arena(config), sizeof *options);

    entry->owner = context;
    entry->options = options;
    config_read_options(config, window_table, entry->value, options, problems);
}

static void processors_are_resolved_by_their_own_tables(void **state)
{
    static const char yaml[] = "consumer: {topics: a}\n"
                               "producer: {routes: [{topic: b}], dead_letters: d}\n"
                               "processors: [{one: {window: 1d}}, {two: }]\n";
    struct config_problems problems = {0};
    int owner;

    (void)state;
    struct config *config = config_load_text(slice_of_text(yaml), "f", resolve, &owner, &problems);

    assert_problems(&problems, "");
    const struct option_one_of *entries = config_settings(config)->processors.items;

    assert_int_equal(config_settings(config)->processors.count, 2);
    assert_ptr_equal(entries[0].owner, &owner);
    assert_int_equal(((const struct window_options *)entries[0].options)->window, 86400000);
    assert_string_equal(entries[1].name, "two");
    assert_int_equal(((const struct window_options *)entries[1].options)->window, 604800000);
    config_free(config);
}

static void what_a_processors_table_refuses_is_reported_at_its_place(void **state)
{
    static const char yaml[] = "consumer: {topics: a}\n"
                               "producer: {routes: [{topic: b}], dead_letters: d}\n"
                               "processors: [{one: {windw: 1d}}, {two: {window: 1}}, {three: x}]\n";
    struct config_problems problems = {0};

    (void)state;
    assert_null(config_load_text(slice_of_text(yaml), "f", resolve, NULL, &problems));
    assert_problems(&problems,
                    "f:3:21: unknown key \"windw\"; did you mean \"window\"?\n"
                    "f:3:49: two.window: \"1\" is not a duration, such as 100ms, 30s, 5m, 12h or "
                    "7d\n"
                    "f:3:62: three must be a mapping (keys with values), not one value\n");
}

static void the_default_has_all_three_processors_and_no_topics(void **state)
{
    struct config_problems problems = {0};

    (void)state;
    struct config *config = config_default(NULL, NULL, &problems);
    const struct settings *settings = config_settings(config);
    const struct option_one_of *entries = settings->processors.items;

    assert_problems(&problems, "");
    assert_int_equal(settings->processors.count, 3);
    assert_string_equal(entries[0].name, "language");
    assert_string_equal(entries[1].name, "entities");
    assert_string_equal(entries[2].name, "duplicates");
    assert_string_equal(config_node_get(entries[2].value, "scope")->text, "instance");
    assert_int_equal(settings->consumer.topics.count, 0);
    assert_int_equal(settings->limits.article, 8 << 20);
    config_free(config);
}

static void a_place_is_found_for_problems_of_others(void **state)
{
    (void)state;
    struct config *config = load(least);

    assert_int_equal(config_place(config, "producer.routes[0].topic")->column, 29);
    assert_int_equal(config_place(config, "consumer.input.body[1]")->line, 1);
    assert_int_equal(config_place(config, "consumer.input.body[1]")->column, 11);
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_loaded_and_named_in_problems),
        cmocka_unit_test(a_file_that_cannot_be_read_is_a_problem),
        cmocka_unit_test(endless_files_are_not_read_to_their_end),
        cmocka_unit_test(problems_of_all_parts_come_sorted),
        cmocka_unit_test(problems_from_before_are_kept_and_not_counted_against_a_file),
        cmocka_unit_test(the_instance_is_the_hosts_name_unless_it_is_named),
        cmocka_unit_test(routes_know_whether_they_have_conditions),
        cmocka_unit_test(processors_are_resolved_by_their_own_tables),
        cmocka_unit_test(what_a_processors_table_refuses_is_reported_at_its_place),
        cmocka_unit_test(the_default_has_all_three_processors_and_no_topics),
        cmocka_unit_test(a_place_is_found_for_problems_of_others),
    };

    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
