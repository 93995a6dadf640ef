#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "config/internal.h"
#include "tests/config/check_problems.h"

static void assert_checked(const char *yaml, const char *report)
{
    struct arena arena = {0};
    struct config_problems problems = {0};

    config_check_kafka(config_node_parse(&arena, slice_of_text(yaml), "f", &problems), "kafka",
                       &problems);
    assert_problems(&problems, report);
    arena_free(&arena);
}

static void librdkafkas_settings_pass(void **state)
{
    (void)state;
    assert_checked("{bootstrap.servers: 'a:1,b:2', linger.ms: 5, compression.type: lz4, "
                   "debug: 'broker,topic', sasl.username: x, fetch.wait.max.ms: 100}",
                   "");
}

static void librdkafkas_words_stand_at_the_value(void **state)
{
    (void)state;
    assert_checked("message.max.bytes: 1\n",
                   "f:1:20: kafka.message.max.bytes: Configuration property \"message.max.bytes\" "
                   "value 1 is outside allowed range 1000..1000000000\n");
}

static void unknown_names_stand_at_the_key_with_what_was_meant(void **state)
{
    (void)state;
    assert_checked("{fetch.wait.max.mss: 1}", "f:1:2: kafka: No such configuration property: "
                                              "\"fetch.wait.max.mss\"; did you mean "
                                              "\"fetch.wait.max.ms\"?\n");
    assert_checked("{quite.another.thing: 1}",
                   "f:1:2: kafka: No such configuration property: \"quite.another.thing\"\n");
}

static void every_setting_of_the_stage_is_refused(void **state)
{
    static const char *const names[] = {"enable.auto.commit",
                                        "enable.auto.offset.store",
                                        "isolation.level",
                                        "transactional.id",
                                        "enable.idempotence",
                                        "acks",
                                        "group.id",
                                        "group.instance.id",
                                        "auto.commit.enable",
                                        "request.required.acks",
                                        "partition.assignment.strategy",
                                        NULL};

    (void)state;
    for (size_t i = 0; names[i] != NULL; i++) {
        struct arena arena = {0};
        struct config_problems problems = {0};
        const char *yaml = arena_format(&arena, "%s: '1'", names[i]);

        config_check_kafka(config_node_parse(&arena, slice_of_text(yaml), "f", &problems), "kafka",
                           &problems);
        const char *begin =
            arena_format(&arena, "f:1:1: kafka: the stage sets \"%s\" itself: ", names[i]);

        assert_int_equal(problems.count, 1);
        assert_memory_equal(problems.first->text, begin, slice_of_text(begin).length);
        config_problems_free(&problems);
        arena_free(&arena);
    }
}

static void secrets_are_known_by_their_names(void **state)
{
    (void)state;
    for (const char *const *name =
             (const char *const[]){"sasl.password", "ssl.key.password", "ssl.keystore.password",
                                   "ssl.key.pem", "sasl.oauthbearer.client.secret",
                                   "sasl.oauthbearer.config", "sasl.jaas.config", NULL};
         *name != NULL; name++)
        assert_true(config_kafka_is_secret(*name));
    for (const char *const *name = (const char *const[]){"bootstrap.servers", "sasl.username",
                                                         "ssl.ca.location", "linger.ms", NULL};
         *name != NULL; name++)
        assert_false(config_kafka_is_secret(*name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(librdkafkas_settings_pass),
        cmocka_unit_test(librdkafkas_words_stand_at_the_value),
        cmocka_unit_test(unknown_names_stand_at_the_key_with_what_was_meant),
        cmocka_unit_test(every_setting_of_the_stage_is_refused),
        cmocka_unit_test(secrets_are_known_by_their_names),
    };

    return cmocka_run_group_tests_name("kafka_settings", tests, NULL, NULL);
}
