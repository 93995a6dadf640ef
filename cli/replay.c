#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/decisions.h"
#include "cli/progress.h"
#include "cli/reader.h"
#include "cli/replay_sink.h"
#include "cli/stop.h"
#include "config/values.h"
#include "processors/chain.h"
#include "processors/duplicates/duplicates.h"
#include "stage/input.h"

enum { ERROR_SIZE = 1024, PATIENCE_MS = 60000 };

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
    struct replay_sink *sink;
    struct reader *reader;
    const char *claims;          /* the topic that articles are looked up in; NULL: none is */
    struct decisions *decisions; /* what it says */
    int64_t now_ms;              /* of the latest record: what the processors take for the time */
    int64_t rate;                /* articles a second; 0: as fast as it goes */
    int64_t began_ms;
    int64_t read;
    int64_t written;
    int64_t tombstones;
    int64_t refused;   /* rejected or dropped: nothing is written */
    int64_t unclaimed; /* the claims topic knows nothing of them */
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

/* What the group decided when the article came; nothing of one of which nobody knows. */
static enum chain_outcome look_up(void *context, struct article *article)
{
    static const struct duplicate_result unknown = {.verdict = VERDICT_UNDETERMINED};
    struct replay *replay = context;

    switch (decisions_find(replay->decisions, &article->coordinates, &article->results.duplicate)) {
    case DECISION_VERDICT:
        return CHAIN_DONE;
    case DECISION_RETRACTED:
        return CHAIN_REJECTED;
    case DECISION_NONE:
        break;
    }
    article->results.duplicate = &unknown;
    replay->unclaimed++;
    return CHAIN_DONE;
}

/* The topic of claims of a configuration; NULL where each instance judges for itself. */
static const char *claims_topic(const struct settings *settings)
{
    const struct option_one_of *entries = settings->processors.items;
    struct journal_needs needs = {.topic = NULL};

    for (size_t i = 0; i < settings->processors.count; i++)
        if (entries[i].owner == &duplicates_processor)
            duplicates_processor.journal(entries[i].options, &needs);
    return needs.topic;
}

static int build(struct replay *replay, const struct config *config)
{
    const struct chain_journals journals = {.context = replay, .settle = look_up};

    replay->settings = config_settings(config);
    replay->digest = config_digest(config);
    replay->metrics = metrics_new();
    replay->scratch = article_scratch_new();
    replay->paths = input_paths(&replay->settings->consumer.input, replay->error, ERROR_SIZE);
    if (replay->paths != NULL)
        replay->chain = chain_new_with(config, replay->metrics, NULL, NULL,
                                       replay->claims != NULL ? &journals : NULL, replay->error,
                                       sizeof replay->error);
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
    decisions_free(replay->decisions);
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

/* ---- one record after the other ---- */

static int write_article(struct replay *replay, const struct record *record)
{
    const struct article_made_by made_by = {buffer_slice(&replay->made_by)};

    buffer_clear(&replay->line);
    if (record->article->kind != KIND_TOMBSTONE)
        article_render(record->article, replay->input.format, &made_by, &replay->line);
    replay->written += record->article->kind != KIND_TOMBSTONE;
    replay->tombstones += record->article->kind == KIND_TOMBSTONE;
    return replay_sink_write(replay->sink, record, &replay->line, replay->error, ERROR_SIZE);
}

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
    if (outcome == CHAIN_DONE)
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

static int replay_all(struct replay *replay)
{
    struct reader *reader = replay->reader;
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
            "%" PRId64 " records read: %" PRId64 " articles written, %" PRId64
            " tombstones, %" PRId64 " rejected or dropped\n",
            replay->read, replay->written, replay->tombstones, replay->refused);
    if (replay->unclaimed > 0)
        fprintf(stderr,
                "%" PRId64 " of them are undetermined: topic %s has no claim of them (any more, "
                "or yet); --without-claims compares the replayed articles with each other\n",
                replay->unclaimed, replay->claims);
    if (result != 0)
        fprintf(stderr, "copydesk replay: %s\n", replay->error);
    return result == 0 ? EXIT_OK : EXIT_RUNTIME;
}

static bool is_replayed(void *context, const struct article_coordinates *coordinates)
{
    const struct replay *replay = context;

    return reader_covers(replay->reader, coordinates->topic, coordinates->partition,
                         coordinates->offset);
}

static int read_claims(struct replay *replay, int *ret_exit)
{
    const struct decisions_options options = {replay->settings, replay->claims, is_replayed,
                                              replay};

    if (replay->claims == NULL)
        return 0;
    replay->decisions = decisions_read(&options, ret_exit, replay->error, sizeof replay->error);
    return replay->decisions != NULL ? 0 : -1;
}

static int write_all(struct replay *replay, const struct command_line *line,
                     const struct config *config)
{
    int result = -1;

    replay->sink = replay_sink_open(config, command_value(line, "to-topic"),
                                    command_value(line, "output"), replay->error, ERROR_SIZE);
    if (replay->sink != NULL)
        result = replay_all(replay);
    if (replay_sink_close(replay->sink, replay->error, ERROR_SIZE) != 0)
        result = -1;
    return tell(replay, result);
}

static int replay_range(struct replay *replay, const struct command_line *line,
                        const struct config *config, const struct reader_options *options)
{
    int status;

    replay->reader = reader_open(options, &status, replay->error, sizeof replay->error);
    if (replay->reader != NULL && read_claims(replay, &status) == 0)
        status = write_all(replay, line, config);
    else
        fprintf(stderr, "copydesk replay: %s\n", replay->error);
    reader_close(replay->reader);
    return status;
}

/* A topic that must not be written to: the input, or the claims. */
static bool is_read(const struct settings *settings, const char *topic)
{
    const char *const *inputs = settings->consumer.topics.items;
    const char *claims = claims_topic(settings);

    for (size_t i = 0; i < settings->consumer.topics.count; i++)
        if (strcmp(inputs[i], topic) == 0)
            return true;
    return claims != NULL && strcmp(claims, topic) == 0;
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
    if (!command_switch(line, "without-claims"))
        replay.claims = claims_topic(options->settings);
    stop_block();
    const char *topic = command_value(line, "to-topic");

    if (topic != NULL && is_read(options->settings, topic))
        status = command_usage(line, "%s is a topic that the stage reads", topic);
    else if (build(&replay, config) != 0)
        fprintf(stderr, "copydesk replay: %s\n", replay.error);
    else
        status = replay_range(&replay, line, config, options);
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
    {"without-claims", 0, NULL, NULL, "duplicates among the replayed articles alone"},
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
