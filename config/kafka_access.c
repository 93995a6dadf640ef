#include "config/kafka_access.h"

#include <stdio.h>
#include <string.h>

static const char *find(const struct option_map *map, const char *name, const char *otherwise)
{
    for (size_t i = map->count; i > 0; i--)
        if (strcmp(map->pairs[i - 1].name, name) == 0)
            return map->pairs[i - 1].value;
    return otherwise;
}

const char *kafka_setting_of(const struct settings *settings, const struct option_map *special,
                             const char *name, const char *otherwise)
{
    return find(special, name, find(&settings->kafka, name, otherwise));
}

void kafka_access_denied(const struct settings *settings, enum kafka_access access,
                         const char *name, char *ret_text, size_t text_size)
{
    static const struct {
        const char *may_not;
        const char *flags;
    } words[] = {
        [ACCESS_READ_TOPIC] = {"read topic", "--operation Read --topic"},
        [ACCESS_READ_GROUP] = {"be a member of group", "--operation Read --group"},
        [ACCESS_WRITE_TOPIC] = {"write to topic", "--operation Write --topic"},
        [ACCESS_TRANSACT] = {"use transactional id", "--operation Write --transactional-id"},
        [ACCESS_DESCRIBE_OUTPUT] = {"learn the settings of topic",
                                    "--operation DescribeConfigs --topic"},
        [ACCESS_DESCRIBE_CLAIMS] = {"learn the settings of topic",
                                    "--operation DescribeConfigs --topic"},
    };
    bool reads = access == ACCESS_READ_TOPIC || access == ACCESS_READ_GROUP ||
                 access == ACCESS_DESCRIBE_CLAIMS;
    const struct option_map *special =
        reads ? &settings->consumer.kafka : &settings->producer.kafka;
    const char *user = kafka_setting_of(settings, special, "sasl.username", NULL);

    snprintf(ret_text, text_size,
             "%s%s may not %s %s; allow it: kafka-acls.sh --bootstrap-server %s --add "
             "--allow-principal User:%s %s %s",
             user != NULL ? "user " : "this user", user != NULL ? user : "", words[access].may_not,
             name, kafka_setting_of(settings, special, "bootstrap.servers", "localhost:9092"),
             user != NULL ? user : "NAME", words[access].flags, name);
}
