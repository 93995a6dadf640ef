#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/commands.h"
#include "cli/demo_report.h"
#include "cli/embedded.h"
#include "cli/embedded_cluster.h"
#include "cli/stop.h"
#include "cli/terminal.h"
#include "processors/host.h"
#include "producer/route.h"
#include "stage/stage.h"

enum {
    PATIENCE_MS = 16000, /* for everything between start and summary */
    POLL_MS = 20,
    FLUSH_MS = 5000,
    CLOSING_SECONDS = 10,
    ERROR_SIZE = 4096,
};

/* One run of the command. */
struct demo {
    struct embedded_cluster *cluster;
    struct config *config;
    struct stage *stage;
    struct demo_report *report;
    struct terminal terminal;
    int64_t started_ms;
    bool interrupted;
};

static bool was_interrupted(struct demo *demo)
{
    demo->interrupted = demo->interrupted || stop_was_told();
    return demo->interrupted;
}

static void on_failure(void *context, const char *text)
{
    (void)context;
    (void)text;
    stop_request();
}

/* ---- setting up ---- */

static const char *input_topic(const struct demo *demo)
{
    const char *const *topics = config_settings(demo->config)->consumer.topics.items;

    return topics[0];
}

static void make_output_topic(void *context, const char *topic)
{
    struct demo *demo = context;

    embedded_cluster_topic(demo->cluster, topic);
    embedded_cluster_follow(demo->cluster, topic);
}

static void make_topics(struct demo *demo)
{
    embedded_cluster_topic(demo->cluster, input_topic(demo));
    route_topics(&config_settings(demo->config)->producer, make_output_topic, demo);
}

/* The shipped configuration takes the address from the environment. */
static struct config *load_config(const char *bootstrap)
{
    struct config_problems problems = {0};

    setenv("KAFKA_BROKERS", bootstrap, 1);
    struct config *config = config_load_text(embedded_config[0].bytes, embedded_config[0].name,
                                             host_resolve, NULL, &problems);

    command_print_problems(&problems);
    config_problems_free(&problems);
    return config;
}

/* 03-train-de-nuit.json -> train-de-nuit */
static struct slice key_of(const struct embedded_file *sample)
{
    const char *start = sample->name + strspn(sample->name, "0123456789-");

    return slice_of(start, strcspn(start, "."));
}

static int send_samples(struct demo *demo)
{
    for (size_t i = 0; i < embedded_samples_count; i++) {
        const struct embedded_file *sample = &embedded_samples[i];
        bool tombstone = sample->bytes.length == 0;

        demo_report_expect(demo->report, key_of(sample));
        if (embedded_cluster_send(demo->cluster, input_topic(demo), key_of(sample),
                                  tombstone ? slice_of(NULL, 0) : sample->bytes) != 0)
            return -1;
    }
    return embedded_cluster_flush(demo->cluster, FLUSH_MS);
}

/* ---- running ---- */

static double seconds_since(int64_t start_ms)
{
    return (double)(clock_monotonic_ms() - start_ms) / 1000;
}

static bool goes_on(struct demo *demo)
{
    return !was_interrupted(demo) && clock_monotonic_ms() - demo->started_ms < PATIENCE_MS;
}

static struct slice header_of(rd_kafka_message_t *message, const char *name)
{
    rd_kafka_headers_t *headers;
    const void *value;
    size_t size;

    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return slice_of(NULL, 0);
    return slice_of(value, size);
}

static void take_output(struct demo *demo, int timeout_ms)
{
    rd_kafka_message_t *message = embedded_cluster_read(demo->cluster, timeout_ms);

    if (message == NULL)
        return;
    const struct demo_record record = {
        .topic = slice_of_text(rd_kafka_topic_name(message->rkt)),
        .key = slice_of(message->key, message->key_len),
        .value = slice_of(message->payload, message->len),
        .reason = header_of(message, "copydesk-reason"),
        .reason_text = header_of(message, "copydesk-reason-text"),
    };

    demo_report_take(demo->report, &record);
    rd_kafka_message_destroy(message);
}

static void wait_for_assignment(struct demo *demo)
{
    int64_t start_ms = clock_monotonic_ms();

    printf("  waiting   for the group's first assignment, which the embedded broker\n"
           "            holds back for 3 s ... ");
    fflush(stdout);
    while (!stage_is_ready(demo->stage) && goes_on(demo))
        take_output(demo, POLL_MS);
    printf("%s after %.1f s\n", stage_is_ready(demo->stage) ? "ready" : "given up",
           seconds_since(start_ms));
}

static void wait_for_output(struct demo *demo)
{
    int64_t start_ms = clock_monotonic_ms();

    while (!demo_report_is_complete(demo->report) && goes_on(demo))
        take_output(demo, POLL_MS);
    printf("  enriched  %zu of %zu, %.1f s later\n\n", demo_report_arrived(demo->report),
           demo_report_expected(demo->report), seconds_since(start_ms));
}

static void print_report(const struct demo *demo)
{
    const struct view_options options = {.columns = demo->terminal.columns,
                                         .colour = demo->terminal.colour};
    struct buffer out = {0};

    demo_report_table(demo->report, &options, &out);
    buffer_append_byte(&out, '\n');
    demo_report_page(demo->report, SLICE_LITERAL("ar"), &options, &out);
    demo_report_summary(demo->report, &options, &out);
    fwrite(out.data, 1, out.length, stdout);
    fflush(stdout);
    buffer_free(&out);
}

static void print_commands(const struct demo *demo)
{
    const char *bootstrap = embedded_cluster_bootstrap(demo->cluster);

    printf("\nStill running; Ctrl-C ends it. Look in from another terminal:\n\n"
           "  kcat -b %s -L\n"
           "  kcat -b %s -t articles.ar -e -q\n"
           "  kcat -b %s -t articles.rejected -e -q -f '%%h\\n%%s\\n'\n"
           "  kcat -b %s -t %s -P yours.json\n\n",
           bootstrap, bootstrap, bootstrap, bootstrap, input_topic(demo));
    fflush(stdout);
}

static void wait_for_interrupt(struct demo *demo)
{
    print_commands(demo);
    if (!demo->interrupted)
        stop_wait();
    demo->interrupted = true;
}

static int run_stage(struct demo *demo)
{
    const struct stage_options options = {.config = demo->config, .failed = on_failure};
    char error[ERROR_SIZE];
    int status;

    demo->stage = stage_start(&options, &status, error, sizeof error);
    if (demo->stage == NULL) {
        fprintf(stderr, "copydesk demo: %s\n", error);
        return status;
    }
    wait_for_assignment(demo);
    wait_for_output(demo);
    print_report(demo);
    return demo_report_is_complete(demo->report) ? EXIT_OK : EXIT_RUNTIME;
}

static int fill_and_run(struct demo *demo, const struct command_line *line)
{
    demo->config = load_config(embedded_cluster_bootstrap(demo->cluster));
    if (demo->config == NULL)
        return EXIT_BAD_CONFIG;
    command_configure_log(line, config_settings(demo->config));
    make_topics(demo);
    if (send_samples(demo) != 0) {
        fprintf(stderr, "copydesk demo: the embedded cluster does not take the articles\n");
        return EXIT_RUNTIME;
    }
    printf("copydesk demo: the whole stage, on a Kafka inside this process\n\n"
           "  broker    %s\n"
           "  sent      %zu articles to %s\n",
           embedded_cluster_bootstrap(demo->cluster), demo_report_expected(demo->report),
           input_topic(demo));
    return run_stage(demo);
}

static void close_demo(struct demo *demo)
{
    stop_or_end(CLOSING_SECONDS);
    if (demo->stage != NULL)
        stage_stop(demo->stage);
    stage_free(demo->stage);
    config_free(demo->config);
    embedded_cluster_stop(demo->cluster);
    demo_report_free(demo->report);
}

static int run_demo(const struct command_line *line)
{
    struct demo demo = {.terminal = terminal_of_output(), .started_ms = clock_monotonic_ms()};
    char error[ERROR_SIZE];

    stop_block();
    demo.cluster = embedded_cluster_start(error, sizeof error);
    if (demo.cluster == NULL) {
        fprintf(stderr, "copydesk demo: the embedded cluster does not start: %s\n", error);
        return EXIT_RUNTIME;
    }
    demo.report = demo_report_new();
    int status = fill_and_run(&demo, line);

    if (status == EXIT_OK && command_switch(line, "keep"))
        wait_for_interrupt(&demo);
    close_demo(&demo);
    return status;
}

static const struct command_flag flags[] = {
    {"keep", 0, NULL, NULL, "stay up, and tell how to look in"},
    {0},
};

const struct command command_demo = {
    .name = "demo",
    .summary = "shows the whole stage at work, on a Kafka inside the process",
    .example = "copydesk demo",
    .flags = flags,
    .run = run_demo,
};
