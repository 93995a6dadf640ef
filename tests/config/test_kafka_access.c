#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "config/kafka_access.h"

static const struct option_pair common[] = {
    {.name = "bootstrap.servers", .value = "kafka:9092"},
    {.name = "sasl.username", .value = "desk"},
    {.name = "client.id", .value = "first"},
    {.name = "client.id", .value = "second"},
};
static const struct option_pair for_consumer[] = {{.name = "sasl.username", .value = "reader"}};

static struct settings settings(void)
{
    return (struct settings){
        .kafka = {common, sizeof common / sizeof *common},
        .consumer = {.kafka = {for_consumer, sizeof for_consumer / sizeof *for_consumer}},
    };
}

static void the_special_setting_counts_then_the_common_one_then_the_default(void **state)
{
    const struct settings given = settings();
    const struct option_map *consumer = &given.consumer.kafka;
    const struct option_map *producer = &given.producer.kafka;

    (void)state;
    assert_string_equal(kafka_setting_of(&given, consumer, "sasl.username", "-"), "reader");
    assert_string_equal(kafka_setting_of(&given, producer, "sasl.username", "-"), "desk");
    assert_string_equal(kafka_setting_of(&given, producer, "client.id", "-"), "second");
    assert_string_equal(kafka_setting_of(&given, producer, "linger.ms", "-"), "-");
}

static void assert_said(const struct settings *given, enum kafka_access access, const char *name,
                        const char *expected)
{
    char text[512];

    kafka_access_denied(given, access, name, text, sizeof text);
    assert_string_equal(text, expected);
}

static void what_is_denied_is_told_with_the_command_of_the_client_concerned(void **state)
{
    const struct settings given = settings();

    (void)state;
    assert_said(&given, ACCESS_READ_TOPIC, "raw",
                "user reader may not read topic raw; allow it: kafka-acls.sh --bootstrap-server "
                "kafka:9092 --add --allow-principal User:reader --operation Read --topic raw");
    assert_said(&given, ACCESS_READ_GROUP, "g",
                "user reader may not be a member of group g; allow it: kafka-acls.sh "
                "--bootstrap-server kafka:9092 --add --allow-principal User:reader --operation "
                "Read --group g");
    assert_said(&given, ACCESS_WRITE_TOPIC, "out",
                "user desk may not write to topic out; allow it: kafka-acls.sh --bootstrap-server "
                "kafka:9092 --add --allow-principal User:desk --operation Write --topic out");
    assert_said(&given, ACCESS_TRANSACT, "id",
                "user desk may not use transactional id id; allow it: kafka-acls.sh "
                "--bootstrap-server kafka:9092 --add --allow-principal User:desk --operation "
                "Write --transactional-id id");
    assert_said(&given, ACCESS_DESCRIBE_OUTPUT, "out",
                "user desk may not learn the settings of topic out; allow it: kafka-acls.sh "
                "--bootstrap-server kafka:9092 --add --allow-principal User:desk --operation "
                "DescribeConfigs --topic out");
    assert_said(&given, ACCESS_DESCRIBE_CLAIMS, "c",
                "user reader may not learn the settings of topic c; allow it: kafka-acls.sh "
                "--bootstrap-server kafka:9092 --add --allow-principal User:reader --operation "
                "DescribeConfigs --topic c");
}

static void where_the_user_is_not_known_a_place_is_left_for_the_name(void **state)
{
    const struct settings given = {.instance = "one"};

    (void)state;
    assert_said(&given, ACCESS_WRITE_TOPIC, "out",
                "this user may not write to topic out; allow it: kafka-acls.sh --bootstrap-server "
                "localhost:9092 --add --allow-principal User:NAME --operation Write --topic out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_special_setting_counts_then_the_common_one_then_the_default),
        cmocka_unit_test(what_is_denied_is_told_with_the_command_of_the_client_concerned),
        cmocka_unit_test(where_the_user_is_not_known_a_place_is_left_for_the_name),
    };

    return cmocka_run_group_tests_name("kafka_access", tests, NULL, NULL);
}
