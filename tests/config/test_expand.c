#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/expand.h"
#include "tests/config/check_problems.h"

/* The value of the key `a` once expanded; report: the problems that there must be. */
static void assert_expanded(const char *yaml, const char *value, const char *report)
{
    struct arena arena = {0};
    struct config_problems problems = {0};
    struct config_node *root = config_node_parse(&arena, slice_of_text(yaml), "f", &problems);

    config_expand(&arena, root, &problems);
    if (value != NULL)
        assert_string_equal(config_node_get(root, "a")->text, value);
    assert_int_equal(config_node_get(root, "a")->is_refused, *report != '\0');
    assert_problems(&problems, report);
    arena_free(&arena);
}

static int set_variables(void **state)
{
    (void)state;
    setenv("COPYDESK_TEST_SET", "broker:9092", 1);
    setenv("COPYDESK_TEST_EMPTY", "", 1);
    setenv("COPYDESK_TEST_YAML", "x, b: [y]", 1);
    setenv("COPYDESK_TEST_AGAIN", "${COPYDESK_TEST_SET}", 1);
    setenv("COPYDESK_TEST_LATIN1", "caf\xe9", 1);
    unsetenv("COPYDESK_TEST_UNSET");
    return 0;
}

static void variables_are_filled_in_wherever_they_stand(void **state)
{
    (void)state;
    assert_expanded("a: ${COPYDESK_TEST_SET}", "broker:9092", "");
    assert_expanded("a: 'x${COPYDESK_TEST_SET}y${COPYDESK_TEST_SET}'", "xbroker:9092ybroker:9092",
                    "");
    assert_expanded("a: \"${COPYDESK_TEST_EMPTY}\"", "", "");
}

static void a_default_is_used_where_a_variable_is_unset_or_empty(void **state)
{
    (void)state;
    assert_expanded("a: ${COPYDESK_TEST_UNSET:-x-1}", "x-1", "");
    assert_expanded("a: ${COPYDESK_TEST_EMPTY:-x}", "x", "");
    assert_expanded("a: ${COPYDESK_TEST_SET:-x}", "broker:9092", "");
    assert_expanded("a: ${COPYDESK_TEST_UNSET:-}", "", "");
}

static void dollars_can_be_written(void **state)
{
    (void)state;
    assert_expanded("a: pa$$word", "pa$word", "");
    assert_expanded("a: $${HOME}", "${HOME}", "");
    assert_expanded("a: 5$ or $x", "5$ or $x", "");
    assert_expanded("a: $", "$", "");
}

static void what_a_variable_holds_stays_a_value(void **state)
{
    (void)state;
    assert_expanded("a: ${COPYDESK_TEST_YAML}", "x, b: [y]", "");
    assert_expanded("a: ${COPYDESK_TEST_AGAIN}", "${COPYDESK_TEST_SET}", "");
}

static char *write_secret(struct slice bytes)
{
    static char path[64];

    snprintf(path, sizeof path, "/tmp/copydesk-secret-XXXXXX");
    int fd = mkstemp(path);

    assert_int_equal(write(fd, bytes.data, bytes.length), bytes.length);
    close(fd);
    return path;
}

/* report: what is wrong with the file, "" for nothing. */
static void assert_from_file(struct slice content, const char *value, const char *report)
{
    char yaml[128];
    char expected[256] = "";
    char *path = write_secret(content);

    snprintf(yaml, sizeof yaml, "a: ${file:%s}", path);
    if (*report != '\0')
        snprintf(expected, sizeof expected, "f:1:4: the file %s %s\n", path, report);
    assert_expanded(yaml, value, expected);
    unlink(path);
}

static void files_are_filled_in_without_their_last_line_break(void **state)
{
    (void)state;
    assert_from_file(SLICE_LITERAL("s3cret\n"), "s3cret", "");
    assert_from_file(SLICE_LITERAL("s3cret\r\n"), "s3cret", "");
    assert_from_file(SLICE_LITERAL("two\nlines"), "two\nlines", "");
    assert_from_file(SLICE_LITERAL("${HOME}"), "${HOME}", "");
    assert_from_file(SLICE_LITERAL(""), "", "");
}

static void files_that_are_no_texts_are_refused_and_not_shown(void **state)
{
    (void)state;
    assert_from_file(SLICE_LITERAL("a\0b"), NULL, "must not contain the character NUL");
    assert_from_file(SLICE_LITERAL("caf\xe9"), NULL, "is not UTF-8");
    assert_expanded("a: ${file:/nonexistent/x}", NULL,
                    "f:1:4: the file /nonexistent/x cannot be read: No such file or directory\n");
    assert_expanded("a: ${file:/dev/zero}", NULL,
                    "f:1:4: the file /dev/zero cannot be read: it is no plain file\n");
    assert_expanded("a: ${file:}", NULL, "f:1:4: ${file:} names no file; write ${file:/path}\n");
}

static void where_a_value_came_from_is_known(void **state)
{
    struct arena arena = {0};
    struct config_problems problems = {0};
    struct config_node *root = config_node_parse(
        &arena,
        SLICE_LITERAL("[x, $$, '${COPYDESK_TEST_UNSET:-x}', '${COPYDESK_TEST_SET}', "
                      "'a${file:/dev/null}']"),
        "f", &problems);

    (void)state;
    config_expand(&arena, root, &problems);
    const char *looked_up = "00011";

    for (const struct config_node *item = root->first; item != NULL; item = item->next)
        assert_int_equal(item->is_looked_up, *looked_up++ == '1');
    config_problems_free(&problems);
    arena_free(&arena);
}

static void mistakes_are_reported_once_at_their_value(void **state)
{
    (void)state;
    assert_expanded("a: ${COPYDESK_TEST_UNSET}", NULL,
                    "f:1:4: the environment variable COPYDESK_TEST_UNSET is not set; set it, or "
                    "write ${COPYDESK_TEST_UNSET:-default}\n");
    assert_expanded("a: ${A", NULL, "f:1:4: ${ without }; write $$ for a dollar sign\n");
    assert_expanded("a: ${1A}${1A}", NULL,
                    "f:1:4: \"1A\" is not the name of an environment variable; write ${NAME}, "
                    "${NAME:-default} or ${file:/path}, and $$ for a dollar sign\n");
    assert_expanded("a: ${COPYDESK_TEST_LATIN1}", NULL,
                    "f:1:4: the environment variable COPYDESK_TEST_LATIN1 is not UTF-8\n");
}

static void a_value_is_bounded(void **state)
{
    struct buffer large = {0};

    (void)state;
    for (size_t i = 0; i < CONFIG_MAX_EXPANDED; i++)
        buffer_append_byte(&large, 'x');
    buffer_append_byte(&large, '\0');
    setenv("COPYDESK_TEST_LARGE", large.data, 1);
    assert_expanded("a: ${COPYDESK_TEST_LARGE}", large.data, "");
    assert_expanded("a: ${COPYDESK_TEST_LARGE}y", NULL,
                    "f:1:4: this value is longer than 64 KiB once its variables are filled in\n");
    buffer_free(&large);
}

static void keys_are_left_alone_and_all_values_are_reached(void **state)
{
    struct arena arena = {0};
    struct config_problems problems = {0};
    static const char yaml[] = "${COPYDESK_TEST_SET}: [[x, {b: ${COPYDESK_TEST_SET}}]]\n";
    static const char quoted[] = "${COPYDESK_TEST_SET}: [[x, {b: '${COPYDESK_TEST_SET}'}]]\n";

    (void)state;
    assert_null(config_node_parse(&arena, slice_of_text(yaml), "f", &problems));
    config_problems_free(&problems);
    struct config_node *root = config_node_parse(&arena, slice_of_text(quoted), "f", &problems);

    config_expand(&arena, root, &problems);
    const struct config_node *list = config_node_get(root, "${COPYDESK_TEST_SET}");

    assert_non_null(list);
    assert_string_equal(config_node_get(list->first->first->next, "b")->text, "broker:9092");
    assert_problems(&problems, "");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_are_filled_in_wherever_they_stand),
        cmocka_unit_test(a_default_is_used_where_a_variable_is_unset_or_empty),
        cmocka_unit_test(dollars_can_be_written),
        cmocka_unit_test(what_a_variable_holds_stays_a_value),
        cmocka_unit_test(files_are_filled_in_without_their_last_line_break),
        cmocka_unit_test(files_that_are_no_texts_are_refused_and_not_shown),
        cmocka_unit_test(where_a_value_came_from_is_known),
        cmocka_unit_test(mistakes_are_reported_once_at_their_value),
        cmocka_unit_test(a_value_is_bounded),
        cmocka_unit_test(keys_are_left_alone_and_all_values_are_reached),
    };

    return cmocka_run_group_tests_name("expand", tests, set_variables, NULL);
}
