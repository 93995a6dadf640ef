#include "config/kafka_conf.h"

#include <stdbool.h>
#include <string.h>

#include "base/log.h"

static void forward_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    enum log_level ours = level <= 3 ? LOG_ERROR : level == 4 ? LOG_WARNING : LOG_DEBUG;

    (void)client;
    /* A setting of the other client under the shared `kafka` is no mistake. */
    if (strcmp(facility, "CONFWARN") == 0)
        ours = LOG_DEBUG;
    log_event(ours, "kafka: %s: %s", facility, text);
}

static bool set_all(rd_kafka_conf_t *conf, const struct kafka_setting *settings, char *ret_error,
                    size_t error_size)
{
    for (; settings->name != NULL; settings++)
        if (settings->value != NULL && rd_kafka_conf_set(conf, settings->name, settings->value,
                                                         ret_error, error_size) != RD_KAFKA_CONF_OK)
            return false;
    return true;
}

static bool set_map(rd_kafka_conf_t *conf, const struct option_map *map, char *ret_error,
                    size_t error_size)
{
    for (size_t i = 0; i < map->count; i++)
        if (rd_kafka_conf_set(conf, map->pairs[i].name, map->pairs[i].value, ret_error,
                              error_size) != RD_KAFKA_CONF_OK)
            return false;
    return true;
}

rd_kafka_conf_t *kafka_conf_new(const struct kafka_setting *defaults,
                                const struct option_map *common, const struct option_map *special,
                                const struct kafka_setting *owned, char *ret_error,
                                size_t error_size)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set_log_cb(conf, forward_log);
    if (set_all(conf, defaults, ret_error, error_size) &&
        set_map(conf, common, ret_error, error_size) &&
        set_map(conf, special, ret_error, error_size) &&
        set_all(conf, owned, ret_error, error_size))
        return conf;
    rd_kafka_conf_destroy(conf);
    return NULL;
}
