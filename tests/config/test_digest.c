#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/config/check_problems.h"

enum { DIGEST_SIZE = 72 };

#define BASE                                                                                       \
    "consumer: {topics: [articles.raw]}\n"                                                         \
    "producer: {routes: [{topic: articles.out}], dead_letters: articles.rejected}\n"

struct limit_options {
    int64_t limit;
    const char *token;
};

static const struct option limit_table[] = {
    {.name = "limit",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct limit_options, limit),
     .default_text = "3"},
    {.name = "token",
     .type = OPTION_TEXT,
     .offset = offsetof(struct limit_options, token),
     .flags = OPTION_SECRET},
    {0},
};

static void resolve(void *context, struct config *config, struct option_one_of *entry,
                    struct config_problems *problems)
{
    struct limit_options options = {0}; /* may be gone before the digest is asked for */

    (void)context;
    config_read_options(config, limit_table, entry->value, &options, problems);
}

static const char *digest_of(const char *yaml, char digest[DIGEST_SIZE])
{
    struct config_problems problems = {0};
    struct config *config = config_load_text(slice_of_text(yaml), "f", resolve, NULL, &problems);

    assert_problems(&problems, "");
    snprintf(digest, DIGEST_SIZE, "%s", config_digest(config));
    config_free(config);
    return digest;
}

static bool same(const char *a, const char *b)
{
    char digest_a[DIGEST_SIZE];
    char digest_b[DIGEST_SIZE];

    return strcmp(digest_of(a, digest_a), digest_of(b, digest_b)) == 0;
}

static void it_is_a_named_sha256(void **state)
{
    char digest[DIGEST_SIZE];

    (void)state;
    digest_of(BASE, digest);
    assert_memory_equal(digest, "sha256:", 7);
    assert_int_equal(strspn(digest + 7, "0123456789abcdef"), 64);
    assert_int_equal(strlen(digest), 71);
}

static void spelling_order_and_written_defaults_do_not_matter(void **state)
{
    (void)state;
    assert_true(same(BASE, "# note\nproducer:\n  dead_letters: 'articles.rejected'\n"
                           "  routes: {topic: articles.out}\n"
                           "consumer:\n  group: copydesk\n  topics: articles.raw\n"));
    assert_true(same(BASE "limits: {memory: 1GiB}\n", BASE "limits: {memory: 1024MiB}\n"));
    assert_true(same(BASE "kafka: {client.id: a, linger.ms: 5}\n",
                     BASE "kafka: {linger.ms: 5, client.id: a}\n"));
}

static void what_differs_from_instance_to_instance_does_not_matter(void **state)
{
    (void)state;
    assert_true(same(BASE "instance: a\n", BASE "instance: b\n"));
    assert_true(same(BASE, BASE "http: {listen: 0.0.0.0:80}\nlog: {level: debug}\n"));
}

static void secrets_do_not_matter(void **state)
{
    (void)state;
    assert_true(same(BASE "kafka: {sasl.password: \"${HOME}\"}\n",
                     BASE "kafka: {sasl.password: \"${PATH}\"}\n"));
    assert_true(same(BASE "processors: [{p: {token: \"${HOME}\"}}]\n",
                     BASE "processors: [{p: {token: \"${PATH}\"}}]\n"));
}

static void everything_else_matters(void **state)
{
    static const char *const others[] = {
        BASE "kafka: {client.id: b}\n",
        BASE "kafka: {sasl.password: \"${PATH}\"}\n",
        BASE "limits: {window: 999}\n",
        BASE "topics: {create: true}\n",
        NULL,
    };

    (void)state;
    for (size_t i = 0; others[i] != NULL; i++)
        assert_false(same(BASE, others[i]));
    assert_false(same(BASE, "consumer: {topics: [articles.new]}\nproducer: {routes: [{topic: "
                            "articles.out}], dead_letters: articles.rejected}\n"));
    assert_false(same("consumer: {topics: [a]}\nproducer: {routes: [{topic: b, when: {source: x}}, "
                      "{topic: c}], dead_letters: d}\n",
                      "consumer: {topics: [a]}\nproducer: {routes: [{topic: b, when: {source: y}}, "
                      "{topic: c}], dead_letters: d}\n"));
}

static void processors_and_their_options_matter(void **state)
{
    (void)state;
    assert_false(same(BASE, BASE "processors: [{p: {}}]\n"));
    assert_false(same(BASE "processors: [{p: {}}]\n", BASE "processors: [{q: {}}]\n"));
    assert_false(same(BASE "processors: [{p: {limit: 4}}]\n", BASE "processors: [{p: {}}]\n"));
    assert_true(same(BASE "processors: [{p: {limit: 3}}]\n", BASE "processors: [{p: {}}]\n"));
    assert_false(
        same(BASE "processors: [{p: {}}, {q: {}}]\n", BASE "processors: [{q: {}}, {p: {}}]\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_a_named_sha256),
        cmocka_unit_test(spelling_order_and_written_defaults_do_not_matter),
        cmocka_unit_test(what_differs_from_instance_to_instance_does_not_matter),
        cmocka_unit_test(secrets_do_not_matter),
        cmocka_unit_test(everything_else_matters),
        cmocka_unit_test(processors_and_their_options_matter),
    };

    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
