#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/reader.h"
#include "cli/stop.h"
#include "config/config.h"
#include "config/kafka_conf.h"
#include "config/values.h"
#include "consumer/record.h"
#include "processors/chain.h"
#include "producer/headers.h"
#include "stage/input.h"

enum { ERROR_SIZE = 1024, PATIENCE_MS = 60000, FLUSH_MS = 60000 };

/* Where replayed articles go: a topic, or lines of a file. */
struct sink {
    rd_kafka_t *producer; /* NULL: into the file */
    const char *topic;
    FILE *file;
    int failures; /* deliveries that failed */
};

struct replay {
    const struct settings *settings;
    const char *digest;
    struct article_paths *paths;
    struct article_input input;
    struct metrics *metrics;
    struct chain *chain;
    struct chain_worker *worker;
    struct article_scratch *scratch;
    struct buffer made_by;
    struct buffer line;
    struct sink sink;
    int64_t now_ms; /* of the latest record: what the processors take for the time */
    int64_t rate;   /* articles a second; 0: as fast as it goes */
    int64_t began_ms;
    int64_t read;
    int64_t written;
    int64_t refused; /* rejected, dropped or withdrawn: nothing is written */
    char error[ERROR_SIZE];
};

/* ---- time ---- */

static int64_t record_time_ms(void *context)
{
    return ((struct replay *)context)->now_ms;
}

static int64_t monotonic_ns(void *context)
{
    (void)context;
    return clock_monotonic_ns();
}

static void wait_ms(void *context, int64_t ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    (void)context;
    nanosleep(&pause, NULL);
}

/* Not sooner than the rate allows. */
static void keep_rate(const struct replay *replay)
{
    int64_t due_ms = replay->rate > 0 ? replay->began_ms + replay->read * 1000 / replay->rate : 0;
    int64_t left_ms = due_ms - clock_monotonic_ms();

    if (left_ms > 0)
        wait_ms(NULL, left_ms);
}

/* ---- the chain ---- */

static int build(struct replay *replay, const struct config *config)
{
    replay->settings = config_settings(config);
    replay->digest = config_digest(config);
    replay->metrics = metrics_new();
    replay->scratch = article_scratch_new();
    replay->paths = input_paths(&replay->settings->consumer.input, replay->error, ERROR_SIZE);
    if (replay->paths != NULL)
        replay->chain =
            chain_new(config, replay->metrics, NULL, NULL, replay->error, sizeof replay->error);
    if (replay->chain == NULL)
        return -1;
    chain_use_clock(replay->chain,
                    &(struct chain_clock){record_time_ms, monotonic_ns, wait_ms, replay});
    replay->worker = chain_worker_new(replay->chain, replay->error, sizeof replay->error);
    replay->input = input_of(replay->settings, replay->paths);
    chain_made_by(replay->chain, replay->digest, &replay->made_by);
    return replay->worker != NULL ? 0 : -1;
}

static void take_apart(struct replay *replay)
{
    chain_worker_free(replay->worker);
    chain_free(replay->chain);
    article_paths_free(replay->paths);
    article_scratch_free(replay->scratch);
    metrics_free(replay->metrics);
    buffer_free(&replay->made_by);
    buffer_free(&replay->line);
}

static enum chain_outcome process(struct replay *replay, struct article *article)
{
    if (article_read(article, &replay->input, replay->scratch) != 0)
        return CHAIN_REJECTED;
    article->scratch = replay->scratch;
    enum chain_outcome outcome = chain_process(replay->worker, article);

    article->scratch = NULL;
    return outcome == CHAIN_DONE ? chain_settle(replay->chain, article) : outcome;
}

/* ---- the sink ---- */

static void on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    struct sink *sink = opaque;

    (void)client;
    sink->failures += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_t *producer_new(struct replay *replay)
{
    const struct kafka_setting defaults[] = {{"bootstrap.servers", "localhost:9092"},
                                             {"linger.ms", "5"},
                                             {"compression.codec", "lz4"},
                                             {"message.max.bytes", "1000000000"},
                                             {"partitioner", "murmur2_random"},
                                             {NULL, NULL}};
    const struct kafka_setting owned[] = {
        {"enable.idempotence", "true"}, {"acks", "all"}, {NULL, NULL}};
    rd_kafka_conf_t *conf =
        kafka_conf_new(defaults, &replay->settings->kafka, &replay->settings->producer.kafka, owned,
                       replay->error, sizeof replay->error);

    if (conf == NULL)
        return NULL;
    rd_kafka_conf_set_opaque(conf, &replay->sink);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    rd_kafka_t *producer =
        rd_kafka_new(RD_KAFKA_PRODUCER, conf, replay->error, sizeof replay->error);

    if (producer == NULL)
        rd_kafka_conf_destroy(conf);
    return producer;
}

static bool is_input(const struct settings *settings, const char *topic)
{
    const char *const *inputs = settings->consumer.topics.items;

    for (size_t i = 0; i < settings->consumer.topics.count; i++)
        if (strcmp(inputs[i], topic) == 0)
            return true;
    return false;
}

static int open_sink(struct replay *replay, const struct command_line *line)
{
    const char *file = command_value(line, "output");

    replay->sink.topic = command_value(line, "to-topic");
    if (replay->sink.topic != NULL) {
        replay->sink.producer = producer_new(replay);
        return replay->sink.producer != NULL ? 0 : -1;
    }
    replay->sink.file = strcmp(file, "-") == 0 ? stdout : fopen(file, "we");
    if (replay->sink.file != NULL)
        return 0;
    snprintf(replay->error, ERROR_SIZE, "%s: %s", file, strerror(errno));
    return -1;
}

/* Returns 0, or -1 where something was not written. */
static int close_sink(struct replay *replay)
{
    struct sink *sink = &replay->sink;
    int result = 0;

    if (sink->producer != NULL) {
        if (rd_kafka_flush(sink->producer, FLUSH_MS) != RD_KAFKA_RESP_ERR_NO_ERROR ||
            sink->failures > 0) {
            snprintf(replay->error, ERROR_SIZE, "topic %s did not take everything", sink->topic);
            result = -1;
        }
        rd_kafka_destroy(sink->producer);
    } else if (sink->file != NULL && (fflush(sink->file) != 0 || ferror(sink->file))) {
        snprintf(replay->error, ERROR_SIZE, "the output cannot be written: %s", strerror(errno));
        result = -1;
    }
    if (sink->file != NULL && sink->file != stdout)
        fclose(sink->file);
    return result;
}

static rd_kafka_resp_err_t send_once(struct replay *replay, const struct record *record)
{
    rd_kafka_headers_t *headers = headers_of_article(record, replay->digest, -1);
    rd_kafka_resp_err_t error = rd_kafka_producev(
        replay->sink.producer, RD_KAFKA_V_TOPIC(replay->sink.topic),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY((void *)(uintptr_t)record->key.data, record->key.length),
        RD_KAFKA_V_VALUE(replay->line.data, replay->line.length), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_TIMESTAMP(record->timestamp_ms > 0 ? record->timestamp_ms : 0), RD_KAFKA_V_END);

    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_headers_destroy(headers);
    return error;
}

static int send_article(struct replay *replay, const struct record *record)
{
    rd_kafka_resp_err_t error;

    while ((error = send_once(replay, record)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        rd_kafka_poll(replay->sink.producer, 100);
    rd_kafka_poll(replay->sink.producer, 0);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    snprintf(replay->error, ERROR_SIZE, "topic %s: %s", replay->sink.topic,
             rd_kafka_err2str(error));
    return -1;
}

/* In valid JSON a raw line break stands between values, never in one. */
static void write_line(struct replay *replay)
{
    for (size_t i = 0; i < replay->line.length; i++)
        if (replay->line.data[i] == '\n' || replay->line.data[i] == '\r')
            replay->line.data[i] = ' ';
    buffer_append_byte(&replay->line, '\n');
    fwrite(replay->line.data, 1, replay->line.length, replay->sink.file);
}

static int write_article(struct replay *replay, const struct record *record)
{
    const struct article_made_by made_by = {buffer_slice(&replay->made_by)};

    buffer_clear(&replay->line);
    article_render(record->article, replay->input.format, &made_by, &replay->line);
    replay->written++;
    if (replay->sink.producer != NULL)
        return send_article(replay, record);
    write_line(replay);
    return 0;
}

/* ---- one record after the other ---- */

static int replay_record(struct replay *replay, struct record *record)
{
    struct article *article = record->article;

    if (record->timestamp_ms > replay->now_ms)
        replay->now_ms = record->timestamp_ms;
    enum chain_outcome outcome = process(replay, article);

    if (outcome == CHAIN_FATAL) {
        snprintf(replay->error, ERROR_SIZE, "%s", article->reason_text);
        return -1;
    }
    if (outcome == CHAIN_DONE && article->kind != KIND_TOMBSTONE)
        return write_article(replay, record);
    replay->refused++;
    return 0;
}

static int replay_message(struct replay *replay, rd_kafka_message_t *message)
{
    struct lane *lane = lane_new(rd_kafka_topic_name(message->rkt), message->partition);
    struct record *record = record_new(NULL, message, lane);
    int result = replay_record(replay, record);

    record_free(record);
    lane_release(lane);
    return result;
}

static int replay_all(struct replay *replay, struct reader *reader)
{
    struct progress progress = progress_begin("replayed", reader_total(reader));
    rd_kafka_message_t *message;
    int result = 0;

    replay->began_ms = clock_monotonic_ms();
    while (result == 0 && !stop_was_told() &&
           (message = reader_next(reader, PATIENCE_MS)) != NULL) {
        keep_rate(replay);
        result = replay_message(replay, message);
        rd_kafka_message_destroy(message);
        replay->read++;
        progress_show(&progress, reader_passed(reader));
    }
    progress_end(&progress, reader_passed(reader));
    if (result == 0 && reader_error(reader) != NULL) {
        snprintf(replay->error, ERROR_SIZE, "%s", reader_error(reader));
        return -1;
    }
    return result;
}

/* ---- the command ---- */

static int tell(struct replay *replay, int result)
{
    fprintf(stderr,
            "%" PRId64 " records read, %" PRId64 " written, %" PRId64
            " rejected, dropped or withdrawn\n",
            replay->read, replay->written, replay->refused);
    if (result != 0)
        fprintf(stderr, "copydesk replay: %s\n", replay->error);
    return result == 0 ? EXIT_OK : EXIT_RUNTIME;
}

static int replay_range(struct replay *replay, const struct command_line *line,
                        const struct reader_options *options)
{
    int status;
    struct reader *reader = reader_open(options, &status, replay->error, sizeof replay->error);
    int result = -1;

    if (reader == NULL) {
        fprintf(stderr, "copydesk replay: %s\n", replay->error);
        return status;
    }
    if (open_sink(replay, line) == 0) {
        result = replay_all(replay, reader);
        int closed = close_sink(replay);

        result = result == 0 ? closed : result;
    }
    reader_close(reader);
    return tell(replay, result);
}

static int run_with(const struct command_line *line, const struct config *config,
                    struct reader_options *options, int64_t rate)
{
    struct replay replay = {.rate = rate};
    int status = EXIT_BAD_CONFIG;

    options->settings = config_settings(config);
    options->topics = options->settings->consumer.topics.items;
    options->topic_count = options->settings->consumer.topics.count;
    command_configure_log(line, options->settings);
    stop_block();
    const char *topic = command_value(line, "to-topic");

    if (topic != NULL && is_input(options->settings, topic))
        status = command_usage(line, "%s is the topic that is replayed", topic);
    else if (build(&replay, config) != 0)
        fprintf(stderr, "copydesk replay: %s\n", replay.error);
    else
        status = replay_range(&replay, line, options);
    take_apart(&replay);
    return status;
}

static bool read_number(const struct command_line *line, const char *flag, int64_t *ret_value)
{
    const char *text = command_value(line, flag);

    return text == NULL || (value_integer(text, ret_value) && *ret_value >= 0);
}

static int run_replay(const struct command_line *line)
{
    struct reader_options options = {.partition = -1};
    int64_t partition = -1;
    int64_t rate = 0;
    int status;

    if (place_read(command_value(line, "from"), &options.from) != 0 ||
        place_read(command_value(line, "to"), &options.to) != 0)
        return command_usage(line, "--from and --to are %s", place_forms);
    if (!read_number(line, "partition", &partition) || !read_number(line, "rate", &rate) ||
        partition > INT32_MAX)
        return command_usage(line, "--partition and --rate are whole numbers");
    if ((command_value(line, "to-topic") == NULL) == (command_value(line, "output") == NULL))
        return command_usage(line, "say where to: --to-topic TOPIC or --output FILE");
    options.partition = (int32_t)partition;
    struct config *config = command_load_config(line, &status);

    if (config != NULL)
        status = run_with(line, config, &options, rate);
    config_free(config);
    return status;
}

static const struct command_flag flags[] = {
    COMMAND_FLAGS_CONFIG,
    {"from", 0, "PLACE", "start", "an offset, -100, 2026-11-22, 2h"},
    {"to", 0, "PLACE", "end", "up to, without it; as --from"},
    {"partition", 'p', "NUMBER", NULL, "only this one"},
    {"rate", 0, "NUMBER", NULL, "articles a second at most"},
    {"to-topic", 't', "TOPIC", NULL, "where the articles go"},
    {"output", 'o', "FILE", NULL, "one line an article instead; - is standard output"},
    {0},
};

const struct command command_replay = {
    .name = "replay",
    .summary = "runs a range of the input through the processors again",
    .example = "copydesk replay -c copydesk.yaml --from 2h --to-topic articles.replayed",
    .flags = flags,
    .run = run_replay,
};
