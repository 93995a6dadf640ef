/* Preloaded into an instance by tests/faults: after so many milliseconds of its life it dies by
 * SIGKILL, with its supervisor, at the next call of one function of librdkafka's. Which one, is the
 * point:
 *
 *   claim    a claim was appended, its echo has not come
 *   echo     the verdict is there, its output is not yet produced
 *   output   outputs are produced, their offsets are not committed
 *
 * COPYDESK_FAIL_POINT names it, COPYDESK_FAIL_AFTER_MS says when. */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <librdkafka/rdkafka.h>

#define EXPORTED __attribute__((visibility("default")))

static long long begin_ms;

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

__attribute__((constructor)) static void note_begin(void)
{
    begin_ms = now_ms();
}

static void pass(const char *point)
{
    const char *wanted = getenv("COPYDESK_FAIL_POINT");
    const char *after = getenv("COPYDESK_FAIL_AFTER_MS");

    if (wanted == NULL || after == NULL || strcmp(wanted, point) != 0 ||
        now_ms() - begin_ms < atoll(after))
        return;
    kill(getppid(), SIGKILL);
    kill(getpid(), SIGKILL);
}

/* Only the journal produces by this function. */
EXPORTED int rd_kafka_produce(rd_kafka_topic_t *topic, int32_t partition, int flags, void *payload,
                              size_t length, const void *key, size_t key_length, void *opaque)
{
    int (*next)(rd_kafka_topic_t *, int32_t, int, void *, size_t, const void *, size_t, void *);

    *(void **)&next = dlsym(RTLD_NEXT, "rd_kafka_produce");
    int result = next(topic, partition, flags, payload, length, key, key_length, opaque);

    pass("claim");
    return result;
}

/* Each output gets headers of its own just before it is produced. */
EXPORTED rd_kafka_resp_err_t rd_kafka_header_add(rd_kafka_headers_t *headers, const char *name,
                                                 ssize_t name_size, const void *value,
                                                 ssize_t value_size)
{
    rd_kafka_resp_err_t (*next)(rd_kafka_headers_t *, const char *, ssize_t, const void *, ssize_t);

    pass("echo");
    *(void **)&next = dlsym(RTLD_NEXT, "rd_kafka_header_add");
    return next(headers, name, name_size, value, value_size);
}

EXPORTED rd_kafka_error_t *
rd_kafka_send_offsets_to_transaction(rd_kafka_t *client,
                                     const rd_kafka_topic_partition_list_t *offsets,
                                     const rd_kafka_consumer_group_metadata_t *group, int timeout)
{
    rd_kafka_error_t *(*next)(rd_kafka_t *, const rd_kafka_topic_partition_list_t *,
                              const rd_kafka_consumer_group_metadata_t *, int);

    pass("output");
    *(void **)&next = dlsym(RTLD_NEXT, "rd_kafka_send_offsets_to_transaction");
    return next(client, offsets, group, timeout);
}

EXPORTED rd_kafka_resp_err_t rd_kafka_offsets_store(rd_kafka_t *client,
                                                    rd_kafka_topic_partition_list_t *offsets)
{
    rd_kafka_resp_err_t (*next)(rd_kafka_t *, rd_kafka_topic_partition_list_t *);

    pass("output");
    *(void **)&next = dlsym(RTLD_NEXT, "rd_kafka_offsets_store");
    return next(client, offsets);
}
