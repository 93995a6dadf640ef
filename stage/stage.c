#include "stage/stage.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "config/exits.h"
#include "consumer/consumer.h"
#include "journal/journal_topic.h"
#include "producer/publisher.h"
#include "stage/input.h"
#include "stage/internal.h"
#include "stage/status.h"
#include "stage/topics.h"

enum { REACH_BROKERS_MS = 15000, PROBE_MS = 500, MAX_WORKERS = 128 };

/* ---- what the parts tell each other ---- */

static void part_failed(void *context, const char *text)
{
    struct stage *stage = context;

    log_event(LOG_ERROR, "%s", text);
    atomic_store(&stage->failed, true);
    if (stage->options.failed != NULL)
        stage->options.failed(stage->options.context, text);
}

static void hand_over(void *context, struct record *const *records, size_t count)
{
    struct stage *stage = context;

    if (stage->settler != NULL)
        settler_hand_over(stage->settler, records, count);
    else
        publisher_hand_over(stage->publisher, records, count);
}

static void on_worn(void *context, const char *why)
{
    struct stage *stage = context;

    if (stage->options.worn != NULL)
        stage->options.worn(stage->options.context, why);
}

static void on_settled(void *context, struct article *article, enum chain_outcome outcome)
{
    struct stage *stage = context;

    settler_settled(stage->settler, article, outcome);
}

static void retract(void *context, const struct article_coordinates *coordinates)
{
    struct stage *stage = context;

    settler_retract(stage->settler, coordinates);
}

/* ---- building ---- */

static struct journal *make_journal(void *context, const struct journal_needs *needs,
                                    journal_apply apply, void *apply_context, char *ret_error,
                                    size_t error_size)
{
    struct stage *stage = context;
    const struct kafka_journal_options options = {stage->settings, stage->metrics};

    stage->journal =
        kafka_journal_new(&options, needs, apply, apply_context, ret_error, error_size);
    return stage->journal != NULL ? kafka_journal_interface(stage->journal) : NULL;
}

static bool build_chain(struct stage *stage, char *ret_error, size_t error_size)
{
    stage->paths = input_paths(&stage->settings->consumer.input, ret_error, error_size);
    if (stage->paths == NULL)
        return false;
    const struct chain_journals journals = {.make = make_journal, .context = stage};

    stage->chain = chain_new_with(stage->options.config, stage->metrics, on_settled, stage,
                                  &journals, ret_error, error_size);
    if (stage->chain == NULL)
        return false;
    chain_made_by(stage->chain, config_digest(stage->options.config), &stage->made_by);
    return true;
}

static bool build_clients(struct stage *stage, char *ret_error, size_t error_size)
{
    const struct consumer_options consumer = {
        .settings = stage->settings,
        .metrics = stage->metrics,
        .window = stage->window,
        .work = stage->work,
        .failed = part_failed,
        .context = stage,
        .remembers_alone = chain_remembers_alone(stage->chain),
    };
    struct publisher_options publisher = {
        .settles = stage->journal == NULL,
        .config = stage->options.config,
        .metrics = stage->metrics,
        .chain = stage->chain,
        .window = stage->window,
        .retract = retract,
        .made_by = {buffer_slice(&stage->made_by)},
        .failed = part_failed,
        .context = stage,
    };

    stage->consumer = consumer_new(&consumer, ret_error, error_size);
    if (stage->consumer == NULL)
        return false;
    publisher.consumer = stage->consumer;
    stage->publisher = publisher_new(&publisher, ret_error, error_size);
    return stage->publisher != NULL;
}

static void build_settler(struct stage *stage)
{
    const struct settler_options options = {
        .chain = stage->chain,
        .journal = stage->journal,
        .publisher = stage->publisher,
        .failed = part_failed,
        .lost = on_worn,
        .context = stage,
    };

    if (stage->journal != NULL)
        stage->settler = settler_new(&options);
}

static int check_journal(struct stage *stage, char *ret_error, size_t error_size)
{
    if (stage->journal == NULL)
        return EXIT_OK;
    switch (journal_topic_check(stage->journal, stage->settings, ret_error, error_size)) {
    case JOURNAL_TOPIC_FIT:
        return EXIT_OK;
    case JOURNAL_TOPIC_UNFIT:
    case JOURNAL_TOPIC_MISSING:
        return EXIT_BAD_CONFIG;
    case JOURNAL_TOPIC_UNKNOWN:
        break;
    }
    return EXIT_RUNTIME;
}

static size_t wanted_workers(const struct settings *settings)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = settings->limits.workers > 0 ? (size_t)settings->limits.workers
                    : cores > 0                  ? (size_t)cores
                                                 : 1;

    return wanted < MAX_WORKERS ? wanted : MAX_WORKERS;
}

static bool start_workers(struct stage *stage, char *ret_error, size_t error_size)
{
    const struct watch_options options = {
        .worker =
            {
                .chain = stage->chain,
                .input = input_of(stage->settings, stage->paths),
                .work = stage->work,
                .hand_over = hand_over,
                .context = stage,
                .flight = stage->options.flight,
            },
        .workers = wanted_workers(stage->settings),
        .limit_ms = stage->settings->limits.processor_time,
        .worn = on_worn,
        .context = stage,
    };

    stage->watch = watch_start(&options, ret_error, error_size);
    return stage->watch != NULL;
}

static int prepare(struct stage *stage, char *ret_error, size_t error_size)
{
    int status = check_journal(stage, ret_error, error_size);

    if (status == EXIT_OK && publisher_prepare(stage->publisher, ret_error, error_size) != 0)
        status = EXIT_RUNTIME;
    return status;
}

static int reach_kafka(struct stage *stage, char *ret_error, size_t error_size)
{
    struct producer *producer = publisher_producer(stage->publisher);
    const struct topics_client input = {consumer_client(stage->consumer),
                                        consumer_link(stage->consumer)};
    const struct topics_client output = {producer_client(producer), producer_link(producer)};

    switch (
        topics_check(&input, &output, stage->settings, REACH_BROKERS_MS, ret_error, error_size)) {
    case TOPICS_THERE:
        return prepare(stage, ret_error, error_size);
    case TOPICS_NO_BROKER:
        return EXIT_NO_BROKER;
    case TOPICS_MISSING:
        return EXIT_BAD_CONFIG;
    case TOPICS_FAILED:
        break;
    }
    return EXIT_RUNTIME;
}

static bool start_http(struct stage *stage, char *ret_error, size_t error_size)
{
    const char *listen = stage->settings->http.listen;

    if (listen[0] == '\0')
        return true;
    stage->http = http_start(listen, stage, ret_error, error_size);
    if (stage->http == NULL)
        return false;
    log_event(LOG_INFO, "http: listening on %s, port %d", listen, http_port(stage->http));
    return true;
}

static int build(struct stage *stage, char *ret_error, size_t error_size)
{
    stage->work = queue_new();
    if (!build_chain(stage, ret_error, error_size))
        return EXIT_BAD_CONFIG;
    if (!build_clients(stage, ret_error, error_size))
        return EXIT_RUNTIME;
    build_settler(stage);
    return reach_kafka(stage, ret_error, error_size);
}

/* ---- threads ---- */

/* The group is joined only when the claims are restored. */
static void *run_intake(void *context)
{
    struct stage *stage = context;

    if (stage->settler == NULL || settler_wait_restored(stage->settler))
        consumer_run(stage->consumer);
    return NULL;
}

static void *run_settler(void *stage)
{
    settler_run(((struct stage *)stage)->settler);
    return NULL;
}

static void *run_publisher(void *stage)
{
    publisher_run(((struct stage *)stage)->publisher);
    return NULL;
}

static void start_thread(pthread_t *thread, const char *name, void *(*run)(void *), void *argument)
{
    if (pthread_create(thread, NULL, run, argument) != 0) {
        log_event(LOG_ERROR, "no thread can be started (%s); raise the limit on processes", name);
        _exit(EXIT_RUNTIME);
    }
    pthread_setname_np(*thread, name);
}

static void start_threads(struct stage *stage)
{
    start_thread(&stage->publisher_thread, "publisher", run_publisher, stage);
    if (stage->settler != NULL)
        start_thread(&stage->settler_thread, "claims", run_settler, stage);
    start_thread(&stage->intake_thread, "intake", run_intake, stage);
}

/* Also where intake waits for a restore that nobody needs any more. */
static void stop_intake(struct stage *stage)
{
    consumer_stop(stage->consumer);
    if (stage->settler != NULL && !settler_is_restored(stage->settler))
        settler_stop(stage->settler);
    pthread_join(stage->intake_thread, NULL);
}

static void stop_settler(struct stage *stage)
{
    if (stage->settler == NULL)
        return;
    settler_stop(stage->settler);
    pthread_join(stage->settler_thread, NULL);
}

/* ---- life ---- */

struct stage *stage_start(const struct stage_options *options, int *ret_exit, char *ret_error,
                          size_t error_size)
{
    struct stage *stage = memory_zeroed(1, sizeof *stage);

    stage->options = *options;
    stage->settings = config_settings(options->config);
    stage->config = config_hold(options->config);
    stage->metrics = metrics_new();
    pthread_mutex_init(&stage->config_lock, NULL);
    /* Half of the memory for what is in flight; the rest is prefetch, librdkafka's output queue and
     * the processors' models. */
    stage->window = window_new((size_t)stage->settings->limits.window,
                               (size_t)stage->settings->limits.memory / 2);
    *ret_exit = start_http(stage, ret_error, error_size) ? EXIT_OK : EXIT_BAD_CONFIG;
    if (*ret_exit == EXIT_OK)
        *ret_exit = build(stage, ret_error, error_size);
    if (*ret_exit == EXIT_OK && !start_workers(stage, ret_error, error_size))
        *ret_exit = EXIT_RUNTIME;
    if (*ret_exit != EXIT_OK) {
        stage_free(stage);
        return NULL;
    }
    if (options->reached != NULL)
        options->reached(options->context);
    start_threads(stage);
    atomic_store(&stage->phase, PHASE_RUN);
    return stage;
}

void stage_stop(struct stage *stage)
{
    atomic_store(&stage->phase, PHASE_DRAIN);
    /* Intake drains what is in flight while it leaves the group: workers and publisher go on till
     * then. */
    stop_intake(stage);
    queue_close(stage->work);
    watch_stop(stage->watch);
    stop_settler(stage);
    publisher_stop(stage->publisher);
    pthread_join(stage->publisher_thread, NULL);
}

void stage_free(struct stage *stage)
{
    if (stage == NULL)
        return;
    http_stop(stage->http);
    settler_free(stage->settler);
    publisher_free(stage->publisher);
    consumer_free(stage->consumer);
    bool in_use = stage->watch != NULL && watch_stuck(stage->watch) > 0;

    /* The workers go before the chain that they look into; a processor that hangs keeps it. */
    watch_free(stage->watch);
    if (!in_use)
        chain_free(stage->chain);
    article_paths_free(stage->paths);
    queue_free(stage->work);
    window_free(stage->window);
    buffer_free(&stage->made_by);
    metrics_free(stage->metrics);
    config_free(stage->config);
    pthread_mutex_destroy(&stage->config_lock);
    memory_free(stage);
}

const char *stage_waits_for_claims(const struct stage *stage)
{
    if (stage->journal == NULL)
        return NULL;
    switch (kafka_journal_look(stage->journal)) {
    case JOURNAL_RESTORING:
        return "restoring claims";
    case JOURNAL_SILENT:
        return "the claims topic is silent";
    case JOURNAL_LOST:
    case JOURNAL_FAILED:
        return "the claims topic is lost";
    case JOURNAL_LIVE:
        break;
    }
    return NULL;
}

/* Of a hash: a floating point number holds 53 bits. */
static int64_t low_bits(uint64_t hash)
{
    return (int64_t)(hash & ((UINT64_C(1) << 48) - 1));
}

/* Two numbers that belong together: how far claims were applied, and what is remembered there. */
static void note_claims(struct stage *stage)
{
    struct chain_progress progress = chain_progress(stage->chain);

    metric_set(metrics_gauge(stage->metrics, "copydesk_claims_offset",
                             "The claim that was applied last.", ""),
               progress.position);
    metric_set(metrics_gauge(stage->metrics, "copydesk_claims_hash",
                             "Hash of what is remembered there. The lowest 48 bits.", ""),
               low_bits(progress.digest));
    metric_set(metrics_gauge(stage->metrics, "copydesk_claims_checkpoint_offset",
                             "The last claim whose offset 1,024 divides.", ""),
               progress.checkpoint);
    metric_set(metrics_gauge(stage->metrics, "copydesk_claims_checkpoint_hash",
                             "Hash of what is remembered there: the same in every instance that "
                             "has come so far. The lowest 48 bits.",
                             ""),
               low_bits(progress.checkpoint_digest));
}

bool stage_reaches_kafka(const struct stage *stage)
{
    return kafka_link_is_up(consumer_link(stage->consumer), consumer_client(stage->consumer),
                            PROBE_MS);
}

bool stage_has_failed(const struct stage *stage)
{
    return atomic_load(&stage->failed);
}

size_t stage_in_flight(struct stage *stage)
{
    return window_fill(stage->window).count;
}

void stage_metrics(struct stage *stage, struct buffer *text)
{
    status_metrics(stage);
    if (atomic_load(&stage->phase) != PHASE_START && stage->journal != NULL)
        note_claims(stage);
    metrics_render(stage->metrics, text);
}
