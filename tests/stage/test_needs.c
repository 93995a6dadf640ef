#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "config/config.h"
#include "processors/host.h"
#include "stage/needs.h"

static struct config *config;
static struct needs needs;

static const struct needs *needs_of_text(const char *yaml, const char *instance)
{
    struct config_problems problems = {0};

    config_free(config);
    needs_free(&needs);
    config = config_load_text(slice_of_text(yaml), "test.yaml", host_resolve, NULL, &problems);
    if (config == NULL)
        fail_msg("%s", problems.first->text);
    config_problems_free(&problems);
    needs_of(config_settings(config), instance, &needs);
    return &needs;
}

/* "Read topic raw; Write group*": all rights in their order, a star behind a prefix. */
static const char *rights_text(const struct needs *all, enum needed_by by)
{
    static char text[4096];
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < all->right_count; i++) {
        const struct needed_right *right = &all->rights[i];

        if (right->by == by)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s %s %s%s; ",
                                       needs_operation_name(right->operation),
                                       needs_resource_name(right->resource), right->name,
                                       right->is_prefix ? "*" : "");
    }
    return text;
}

#define INPUT "consumer: {topics: [raw], group: g}\n"

static void exactly_once_needs_the_id_and_the_group_on_both_sides(void **state)
{
    const struct needs *all =
        needs_of_text(INPUT "processors: [{language: {}}]\n"
                            "producer: {routes: [{topic: out}], dead_letters: dead}\n",
                      NULL);

    (void)state;
    assert_string_equal(rights_text(all, BY_CONSUMER), "Read topic raw; Read group g; ");
    assert_string_equal(rights_text(all, BY_PRODUCER),
                        "Write topic dead; DescribeConfigs topic dead; Write topic out; "
                        "DescribeConfigs topic out; Read group g; "
                        "Write transactional-id copydesk-g-*; ");
}

static void at_least_once_needs_no_id(void **state)
{
    const struct needs *all =
        needs_of_text(INPUT "processors: [{language: {}}]\n"
                            "producer: {delivery: at-least-once, routes: [{topic: out}], "
                            "dead_letters: out}\n",
                      NULL);

    (void)state;
    assert_string_equal(rights_text(all, BY_CONSUMER), "Read topic raw; Read group g; ");
    assert_string_equal(rights_text(all, BY_PRODUCER),
                        "Write topic out; DescribeConfigs topic out; ");
}

static void one_instance_needs_its_own_id_only(void **state)
{
    const struct needs *all =
        needs_of_text(INPUT "processors: [{language: {}}]\n"
                            "producer: {routes: [{topic: out}], dead_letters: out}\n",
                      "one");

    (void)state;
    assert_non_null(
        strstr(rights_text(all, BY_PRODUCER), "Write transactional-id copydesk-g-one; "));
}

static void a_group_s_claims_are_read_written_and_looked_at(void **state)
{
    const struct needs *all =
        needs_of_text(INPUT "processors: [{duplicates: {topic: c}}]\n"
                            "producer: {delivery: at-least-once, routes: [{topic: out}], "
                            "dead_letters: out}\n"
                            "topics: {create: true}\n",
                      NULL);

    (void)state;
    assert_string_equal(all->journal.topic, "c");
    assert_string_equal(rights_text(all, BY_CONSUMER),
                        "Read topic raw; Create topic raw; Read topic c; DescribeConfigs topic c; "
                        "Create topic c; AlterConfigs topic c; Read group g; ");
    assert_string_equal(rights_text(all, BY_PRODUCER),
                        "Write topic out; DescribeConfigs topic out; Create topic out; "
                        "Write topic c; ");
}

static void each_topic_of_routes_comes_once_and_an_open_route_as_its_beginning(void **state)
{
    const struct needs *all = needs_of_text(
        INPUT "processors: [{language: {}}]\n"
              "producer: {delivery: at-least-once, kills: dead, dead_letters: dead, routes: [\n"
              "  {when: {language: [ar]}, topic: \"wire.{language}.x\", allow: [ar, fr], "
              "otherwise: dead},\n"
              "  {topic: \"all.{language}\"}]}\n",
        NULL);
    static const char *const names[] = {"raw", "dead", "wire.ar.x", "wire.fr.x", "all."};

    (void)state;
    assert_int_equal(all->topic_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(all->topics[i].name, names[i]);
    assert_true(all->topics[4].is_open);
    assert_non_null(strstr(rights_text(all, BY_PRODUCER), "Write topic all.*; "));
}

static void note_setting(void *context, const char *name, const char *value)
{
    struct buffer *text = context;

    buffer_append_format(text, "%s=%s ", name, value);
}

static void the_claims_topic_keeps_what_is_needed_and_outputs_take_the_largest_article(void **state)
{
    const struct needs *all =
        needs_of_text(INPUT "processors: [{duplicates: {topic: c, window: 4d}}]\n"
                            "producer: {routes: [{topic: out}], dead_letters: out}\n"
                            "limits: {article: 2MiB}\n",
                      NULL);
    static const char claims[] =
        "message.timestamp.type=LogAppendTime cleanup.policy=delete retention.ms=1123200000 "
        "retention.bytes=-1 unclean.leader.election.enable=false ";
    static const char *const wanted[] = {"max.message.bytes=3145728 ", "max.message.bytes=3145728 ",
                                         claims};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct buffer text = {0};

        needs_settings(all, config_settings(config), &all->topics[i], 1, note_setting, &text);
        buffer_append_byte(&text, '\0');
        assert_string_equal(text.data, wanted[i]);
        buffer_free(&text);
    }
}

static int end(void **state)
{
    (void)state;
    needs_free(&needs);
    config_free(config);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_once_needs_the_id_and_the_group_on_both_sides),
        cmocka_unit_test(at_least_once_needs_no_id),
        cmocka_unit_test(one_instance_needs_its_own_id_only),
        cmocka_unit_test(a_group_s_claims_are_read_written_and_looked_at),
        cmocka_unit_test(each_topic_of_routes_comes_once_and_an_open_route_as_its_beginning),
        cmocka_unit_test(
            the_claims_topic_keeps_what_is_needed_and_outputs_take_the_largest_article),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
