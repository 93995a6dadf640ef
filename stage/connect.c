#include "stage/connect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "config/exits.h"
#include "config/kafka_access.h"
#include "journal/journal_topic.h"
#include "stage/needs.h"
#include "stage/probe.h"
#include "stage/topics.h"

enum { REACH_MS = 15000, ASK_MS = 10000, FETCH_MS = 2000, MOST_TRIED = 64 << 20 };

/* One topic of the configuration. */
struct seen {
    const char *name;
    enum needed_role role;
    int partitions;
    int replicas;
    int64_t max_bytes;           /* max.message.bytes; 0: not known */
    bool is_hidden;              /* its settings may not be learnt */
    rd_kafka_resp_err_t written; /* what the try to write too much was answered with */
};

struct session {
    const struct settings *settings;
    struct buffer *report;
    struct probe input;
    struct probe output;
    struct needs needs;
    struct seen *topics;
    size_t count;
    size_t problems;
    size_t untried;
};

#define TELL(session, ...)                                                                         \
    do {                                                                                           \
        buffer_append_text((session)->report, "  ");                                               \
        buffer_append_format((session)->report, __VA_ARGS__);                                      \
        buffer_append_byte((session)->report, '\n');                                               \
    } while (0)

#define COMPLAIN(session, ...)                                                                     \
    do {                                                                                           \
        (session)->problems++;                                                                     \
        buffer_append_text((session)->report, "! ");                                               \
        buffer_append_format((session)->report, __VA_ARGS__);                                      \
        buffer_append_byte((session)->report, '\n');                                               \
    } while (0)

static struct seen *find(struct session *session, const char *name)
{
    for (size_t i = 0; i < session->count; i++)
        if (strcmp(session->topics[i].name, name) == 0)
            return &session->topics[i];
    return NULL;
}

static void add_all(struct session *session)
{
    struct needs *needs = &session->needs;

    needs_of(session->settings, NULL, needs);
    session->topics = memory_zeroed(needs->topic_count, sizeof *session->topics);
    for (size_t i = 0; i < needs->topic_count; i++)
        if (!needs->topics[i].is_open)
            session->topics[session->count++] =
                (struct seen){.name = needs->topics[i].name, .role = needs->topics[i].role};
}

/* ---- brokers, topics, partitions ---- */

static int check_topics(struct session *session)
{
    struct settings settings = *session->settings;
    const struct topics_client input = {session->input.client, &session->input.link};
    const struct topics_client output = {session->output.client, &session->output.link};
    char error[8192] = "";

    settings.topics.create = false; /* a question changes nothing */
    enum topics_answer answer =
        topics_check(&input, &output, &settings, REACH_MS, error, sizeof error);

    if (answer == TOPICS_THERE)
        return EXIT_OK;
    if (answer == TOPICS_MISSING && session->settings->topics.create) {
        TELL(session, "missing topics would be created at start");
        return EXIT_OK;
    }
    COMPLAIN(session, "%s", error);
    return answer == TOPICS_NO_BROKER ? EXIT_NO_BROKER
           : answer == TOPICS_MISSING ? EXIT_BAD_CONFIG
                                      : EXIT_RUNTIME;
}

static void note_topic(struct session *session, const struct rd_kafka_metadata_topic *topic)
{
    struct seen *seen = find(session, topic->topic);
    int leaderless = 0;

    if (seen == NULL)
        return;
    seen->partitions = topic->partition_cnt;
    for (int i = 0; i < topic->partition_cnt; i++) {
        seen->replicas = topic->partitions[i].replica_cnt;
        leaderless += topic->partitions[i].leader < 0;
    }
    if (leaderless > 0)
        COMPLAIN(session, "topic %s: %d of %d partitions have no leader: a broker is down",
                 topic->topic, leaderless, topic->partition_cnt);
}

static void look_at_metadata(struct session *session)
{
    const struct rd_kafka_metadata *metadata = NULL;

    if (rd_kafka_metadata(session->output.client, 1, NULL, &metadata, ASK_MS) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    TELL(session, "brokers: %d", metadata->broker_cnt);
    for (int i = 0; i < metadata->topic_cnt; i++)
        note_topic(session, &metadata->topics[i]);
    rd_kafka_metadata_destroy(metadata);
}

/* ---- sizes ---- */

static void note_size(struct session *session, const rd_kafka_ConfigResource_t *resource)
{
    struct seen *seen = find(session, rd_kafka_ConfigResource_name(resource));
    size_t count = 0;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);

    if (seen != NULL)
        seen->is_hidden =
            rd_kafka_ConfigResource_error(resource) == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    for (size_t i = 0; seen != NULL && i < count; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), "max.message.bytes") == 0)
            seen->max_bytes = strtoll(rd_kafka_ConfigEntry_value(entries[i]), NULL, 10);
}

static void ask_sizes(struct session *session)
{
    rd_kafka_ConfigResource_t **wanted = memory_zeroed(session->count, sizeof *wanted);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(session->output.client);
    size_t count = 0;

    for (size_t i = 0; i < session->count; i++)
        wanted[i] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, session->topics[i].name);
    rd_kafka_DescribeConfigs(session->output.client, wanted, session->count, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, ASK_MS);
    const rd_kafka_DescribeConfigs_result_t *result =
        event != NULL ? rd_kafka_event_DescribeConfigs_result(event) : NULL;
    const rd_kafka_ConfigResource_t **resources =
        result != NULL ? rd_kafka_DescribeConfigs_result_resources(result, &count) : NULL;

    for (size_t i = 0; i < count; i++)
        note_size(session, resources[i]);
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_ConfigResource_destroy_array(wanted, session->count);
    memory_free(wanted);
}

static void tell_topic(struct session *session, const struct seen *seen)
{
    static const char *const verbs[] = {[NEEDED_INPUT] = "reads",
                                        [NEEDED_OUTPUT] = "writes",
                                        [NEEDED_DEAD_LETTERS] = "writes",
                                        [NEEDED_CLAIMS] = "claims on"};
    char size[64] = "max.message.bytes not known (no right to describe)";

    if (seen->max_bytes > 0)
        snprintf(size, sizeof size, "max.message.bytes %" PRId64, seen->max_bytes);
    TELL(session, "%s %s: %d partitions, %d replicas, %s", verbs[seen->role], seen->name,
         seen->partitions, seen->replicas, size);
}

/* It runs without, but finds out later what is too large or set wrongly. */
static void advise_hidden(struct session *session, const struct seen *seen)
{
    char text[1024];

    if (!seen->is_hidden || seen->role == NEEDED_INPUT)
        return;
    kafka_access_denied(session->settings,
                        seen->role == NEEDED_CLAIMS ? ACCESS_DESCRIBE_CLAIMS
                                                    : ACCESS_DESCRIBE_OUTPUT,
                        seen->name, text, sizeof text);
    TELL(session, "  %s", text);
}

static void tell_sizes(struct session *session)
{
    int64_t article = session->settings->limits.article;

    for (size_t i = 0; i < session->count; i++) {
        const struct seen *seen = &session->topics[i];
        bool letters = seen->role == NEEDED_DEAD_LETTERS;
        bool is_output = letters || seen->role == NEEDED_OUTPUT;

        tell_topic(session, seen);
        advise_hidden(session, seen);
        if (!is_output || seen->max_bytes == 0 || seen->max_bytes >= article)
            continue;
        TELL(session,
             "  smaller than limits.article (%" PRId64
             "): larger %s; raise it with kafka-configs.sh "
             "--alter --topic %s --add-config max.message.bytes=%" PRId64,
             article, letters ? "letters are cut" : "articles become dead letters", seen->name,
             article + (1 << 20));
    }
}

/* ---- the claims topic ---- */

static int check_claims(struct session *session)
{
    char error[4096] = "";

    if (session->needs.journal.topic == NULL)
        return EXIT_OK;
    enum journal_topic answer = journal_topic_look(session->input.client, &session->needs.journal,
                                                   session->settings, error, sizeof error);

    if (answer == JOURNAL_TOPIC_FIT)
        return EXIT_OK;
    if (answer == JOURNAL_TOPIC_MISSING && session->settings->topics.create) {
        TELL(session, "the claims topic would be created at start");
        return EXIT_OK;
    }
    COMPLAIN(session, "%s", error);
    return answer == JOURNAL_TOPIC_UNKNOWN ? EXIT_RUNTIME : EXIT_BAD_CONFIG;
}

/* ---- rights ---- */

static void complain_denied(struct session *session, enum kafka_access access, const char *name)
{
    char text[1024];

    kafka_access_denied(session->settings, access, name, text, sizeof text);
    COMPLAIN(session, "%s", text);
}

/* What joining needs is told by no question of librdkafka 2.0.2, and joining would make the group's
 * members start over. A commit is asked for the same right, and before its topic is looked at: for
 * one that does not exist nothing is written. */
static rd_kafka_resp_err_t commit_nothing(struct session *session)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

    rd_kafka_topic_partition_list_add(list, "copydesk.check.no.such.topic", 0)->offset = 0;
    rd_kafka_resp_err_t error = rd_kafka_commit(session->input.client, list, 0);

    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        error = list->elems[0].err;
    rd_kafka_topic_partition_list_destroy(list);
    return error;
}

static void check_group(struct session *session)
{
    const char *group = session->settings->consumer.group;
    rd_kafka_resp_err_t error = commit_nothing(session);

    if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        complain_denied(session, ACCESS_READ_GROUP, group);
    else if (error != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART &&
             error != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        COMPLAIN(session, "group %s: %s", group, rd_kafka_err2str(error));
    else
        TELL(session, "group %s: may be joined", group);
}

/* Fetches at the end, without the group: a denied topic is told at once. */
static void check_reading(struct session *session, const struct seen *seen)
{
    rd_kafka_t *client = session->input.client;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    int64_t end = clock_monotonic_ms() + FETCH_MS;
    bool denied = false;

    rd_kafka_topic_partition_list_add(list, seen->name, 0)->offset = RD_KAFKA_OFFSET_END;
    rd_kafka_assign(client, list);
    while (!denied && clock_monotonic_ms() < end) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, 100);

        if (message == NULL)
            continue;
        denied = message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
        rd_kafka_message_destroy(message);
    }
    rd_kafka_assign(client, NULL);
    rd_kafka_topic_partition_list_destroy(list);
    if (denied)
        complain_denied(session, ACCESS_READ_TOPIC, seen->name);
}

static void on_delivered(void *context, const rd_kafka_message_t *message)
{
    (void)context;
    *(rd_kafka_resp_err_t *)message->_private = message->err;
}

/* A broker looks at rights before sizes: a record that is too large for the topic is refused for
 * the one reason or the other, and never written. */
static void try_too_large(struct session *session, struct seen *seen)
{
    size_t bytes = (size_t)seen->max_bytes + 1;

    if (seen->max_bytes <= 0 || bytes > MOST_TRIED)
        return;
    void *nothing = memory_zeroed(1, bytes);

    seen->written = RD_KAFKA_RESP_ERR__IN_PROGRESS;
    rd_kafka_producev(session->output.client, RD_KAFKA_V_TOPIC(seen->name), RD_KAFKA_V_PARTITION(0),
                      RD_KAFKA_V_VALUE(nothing, bytes), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                      RD_KAFKA_V_OPAQUE(&seen->written), RD_KAFKA_V_END);
    memory_free(nothing);
    rd_kafka_flush(session->output.client, ASK_MS);
}

static void check_writing(struct session *session, struct seen *seen)
{
    try_too_large(session, seen);
    if (seen->written == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        complain_denied(session, ACCESS_WRITE_TOPIC, seen->name);
    else if (seen->written != RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && ++session->untried > 0)
        TELL(session, "%s: whether it may be written to could not be tried", seen->name);
}

static void check_topic_rights(struct session *session, struct seen *seen)
{
    if (seen->partitions == 0)
        return; /* told above */
    if (seen->role == NEEDED_INPUT || seen->role == NEEDED_CLAIMS)
        check_reading(session, seen);
    if (seen->role != NEEDED_INPUT)
        check_writing(session, seen);
}

static void check_rights(struct session *session)
{
    size_t before = session->problems;

    check_group(session);
    for (size_t i = 0; i < session->count; i++)
        check_topic_rights(session, &session->topics[i]);
    if (session->problems == before)
        TELL(session, "rights: %s",
             session->untried > 0 ? "nothing that could be tried is missing"
                                  : "reading and writing are allowed");
}

/* ---- readers ---- */

static void tell_readers(struct session *session)
{
    int64_t largest = 0;

    for (size_t i = 0; i < session->count; i++)
        if (session->topics[i].role != NEEDED_INPUT && session->topics[i].role != NEEDED_CLAIMS &&
            session->topics[i].max_bytes > largest)
            largest = session->topics[i].max_bytes;
    if (session->settings->producer.delivery == DELIVERY_EXACTLY_ONCE)
        TELL(session, "readers of the written topics must set isolation.level=read_committed "
                      "(Java's default is read_uncommitted), or they see aborted copies");
    else
        TELL(session, "readers of the written topics must expect an article twice after a crash "
                      "(producer.delivery: at-least-once)");
    if (largest > 0)
        TELL(session,
             "readers should take records of %" PRId64 " bytes: max.partition.fetch.bytes (Java), "
             "fetch.message.max.bytes and receive.message.max.bytes (librdkafka)",
             largest);
}

/* ---- all of it ---- */

static int look(struct session *session)
{
    int status = check_topics(session);

    if (status != EXIT_OK)
        return status;
    look_at_metadata(session);
    ask_sizes(session);
    tell_sizes(session);
    status = check_claims(session);
    check_rights(session);
    tell_readers(session);
    return session->problems == 0 ? EXIT_OK : status != EXIT_OK ? status : EXIT_RUNTIME;
}

int connect_check(const struct settings *settings, struct buffer *report)
{
    struct session session = {.settings = settings, .report = report};
    char error[1024];
    int status = EXIT_RUNTIME;

    add_all(&session);
    if (probe_consumer(settings, &session.input, error, sizeof error) != 0) {
        COMPLAIN(&session, "%s", error);
    } else {
        if (probe_producer(settings, on_delivered, NULL, &session.output, error, sizeof error) !=
            0) {
            COMPLAIN(&session, "%s", error);
        } else {
            status = look(&session);
            probe_close(&session.output);
        }
        probe_close(&session.input);
    }
    memory_free(session.topics);
    needs_free(&session.needs);
    return status;
}
