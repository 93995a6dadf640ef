#include "consumer/share.h"

/* 0: it is not known. */
static int partitions_of(rd_kafka_t *client, const char *name, int timeout_ms)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, name, NULL);
    int partitions = 0;

    if (topic == NULL)
        return 0;
    if (rd_kafka_metadata(client, 0, topic, &metadata, timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (metadata->topic_cnt == 1)
            partitions = metadata->topics[0].partition_cnt;
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(topic);
    return partitions;
}

static int assigned_to(rd_kafka_t *client)
{
    rd_kafka_topic_partition_list_t *list = NULL;

    if (rd_kafka_assignment(client, &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    int assigned = list->cnt;

    rd_kafka_topic_partition_list_destroy(list);
    return assigned;
}

bool share_ask(rd_kafka_t *client, const struct option_list *topics, int timeout_ms,
               struct share *ret_share)
{
    const char *const *names = topics->items;

    *ret_share = (struct share){.assigned = assigned_to(client)};
    for (size_t i = 0; i < topics->count; i++) {
        int partitions = partitions_of(client, names[i], timeout_ms);

        if (partitions == 0)
            return false;
        ret_share->partitions += partitions;
    }
    return true;
}
