#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/effective.h"
#include "tests/config/check_problems.h"

#define BASE                                                                                       \
    "instance: desk-1\nconsumer: {topics: articles.raw}\n"                                         \
    "producer: {dead_letters: articles.rejected, routes: [{topic: articles.out}]}\n"

struct word_options {
    int64_t words;
    const char *token;
};

static const struct option word_table[] = {
    {.name = "words",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct word_options, words),
     .default_text = "1_000"},
    {.name = "token",
     .type = OPTION_TEXT,
     .offset = offsetof(struct word_options, token),
     .flags = OPTION_SECRET},
    {0},
};

static const struct option *table_of(struct arena *arena, const struct option_one_of *entry)
{
    (void)arena;
    return *entry->name == 'w' ? word_table : NULL;
}

static void write_effective(const char *yaml, struct buffer *out)
{
    struct config_problems problems = {0};
    struct config *config = config_load_text(slice_of_text(yaml), "f", NULL, NULL, &problems);

    assert_problems(&problems, "");
    config_effective(config, table_of, out);
    buffer_append_byte(out, '\0');
    config_free(config);
}

static void assert_has(const char *yaml, const char *part)
{
    struct buffer out = {0};

    write_effective(yaml, &out);
    if (strstr(out.data, part) == NULL)
        fail_msg("no \"%s\" in\n%s", part, out.data);
    buffer_free(&out);
}

static void assert_has_not(const char *yaml, const char *part)
{
    struct buffer out = {0};

    write_effective(yaml, &out);
    if (strstr(out.data, part) != NULL)
        fail_msg("\"%s\" is in\n%s", part, out.data);
    buffer_free(&out);
}

static void defaults_stand_beside_what_is_written(void **state)
{
    (void)state;
    assert_has(BASE "limits: {window: 7}\n", "limits:\n  memory: 512MiB\n  window: 7\n");
    assert_has(BASE, "instance: desk-1\n");
    assert_has(BASE, "  topics: [articles.raw]\n  group: copydesk\n");
    assert_has(BASE "kafka: {client.id: a}\n",
               "kafka:\n  bootstrap.servers: \"localhost:9092\"\n  client.id: a\n");
    assert_has_not(BASE, "kills");
    assert_has_not(BASE, "when");
}

static void processors_show_their_own_options(void **state)
{
    (void)state;
    assert_has(BASE "processors: [{w: {}}, {other: {}}]\n",
               "processors:\n  - w:\n      words: 1_000\n  - other: {}\n");
    assert_has(BASE "processors: []\n", "processors: []\n");
}

static void secrets_are_masked(void **state)
{
    const char *yaml = BASE "kafka: {sasl.password: \"${COPYDESK_TEST_SECRET}\"}\n"
                            "processors: [{w: {token: \"${COPYDESK_TEST_SECRET}\"}}]\n";

    (void)state;
    setenv("COPYDESK_TEST_SECRET", "hunter2", 1);
    assert_has_not(yaml, "hunter2");
    assert_has(yaml, "  sasl.password: \"***\"\n");
    assert_has(yaml, "      token: \"***\"\n");
}

static void what_comes_from_a_file_counts_as_a_secret(void **state)
{
    char path[] = "/tmp/copydesk-secret-XXXXXX";
    char yaml[512];
    int fd = mkstemp(path);

    (void)state;
    assert_int_equal(write(fd, "hunter2", 7), 7);
    close(fd);
    snprintf(yaml, sizeof yaml, BASE "kafka: {client.id: \"a-${file:%s}\"}\n", path);
    assert_has_not(yaml, "hunter2");
    assert_has(yaml, "  client.id: \"***\"\n");
    unlink(path);
}

/* What another reader of YAML would take for a number, a flag or nothing is quoted. */
static void texts_stay_texts(void **state)
{
    (void)state;
    assert_has(BASE "kafka: {client.id: 'no'}\n", "client.id: \"no\"\n");
    assert_has(BASE "kafka: {client.id: '12'}\n", "client.id: \"12\"\n");
    assert_has(BASE "kafka: {client.id: \"a\\n\\\"b\"}\n", "client.id: \"a\\n\\\"b\"\n");
}

static void the_result_says_the_same(void **state)
{
    const char *yaml = BASE "log: {level: debug}\nlimits: {memory: 1024MiB}\n"
                            "kafka: {linger.ms: 5, client.id: \"x: y\"}\n";
    struct buffer once = {0};
    struct buffer twice = {0};

    (void)state;
    write_effective(yaml, &once);
    write_effective(once.data, &twice);
    assert_string_equal(once.data, twice.data);
    buffer_free(&once);
    buffer_free(&twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_stand_beside_what_is_written),
        cmocka_unit_test(processors_show_their_own_options),
        cmocka_unit_test(secrets_are_masked),
        cmocka_unit_test(what_comes_from_a_file_counts_as_a_secret),
        cmocka_unit_test(texts_stay_texts),
        cmocka_unit_test(the_result_says_the_same),
    };

    return cmocka_run_group_tests_name("effective", tests, NULL, NULL);
}
