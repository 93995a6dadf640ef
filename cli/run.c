#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/stop.h"
#include "stage/stage.h"
#include "stage/supervisor.h"

/* Beyond shutdown_timeout: leaving the group and closing handles. librdkafka's close can hang. */
enum { CLOSING_SECONDS = 15, FREEING_SECONDS = 5, ERROR_SIZE = 8192 };

/* Wakes the main thread, which waits for a signal. */
static void on_failure(void *context, const char *text)
{
    (void)context;
    (void)text;
    stop_request();
}

static atomic_bool worn;

static void on_worn(void *context, const char *why)
{
    (void)context;
    log_event(LOG_WARNING, "%s; ending in good order to start again", why);
    atomic_store(&worn, true);
    stop_request();
}

static int run_until_signal(struct stage *stage, const struct settings *settings)
{
    log_event(LOG_INFO, "running as %s in group %s", settings->instance, settings->consumer.group);
    stop_wait();
    log_event(LOG_INFO, "stopping: finishing what is in flight");
    stop_or_end((unsigned)(settings->shutdown_timeout / 1000 + CLOSING_SECONDS));
    stage_stop(stage);
    int status = stage_has_failed(stage) ? EXIT_RUNTIME
                 : atomic_load(&worn)    ? (int)SUPERVISE_AGAIN
                                         : EXIT_OK;

    stop_freeing(status, FREEING_SECONDS);
    stage_free(stage);
    log_event(LOG_INFO, "stopped");
    return status;
}

static int run_stage(const struct config *config, struct flight *flight)
{
    struct stage_options options = {
        .config = config, .failed = on_failure, .worn = on_worn, .flight = flight};
    char error[ERROR_SIZE];
    int status;

    struct stage *stage = stage_start(&options, &status, error, sizeof error);

    if (stage != NULL)
        return run_until_signal(stage, config_settings(config));
    log_event(LOG_ERROR, "%s", error);
    return status;
}

/* In the process that the supervisor watches over. The stop signals are blocked before any thread
 * is started: threads inherit it. */
static int run_supervised(void *context, struct flight *flight)
{
    const struct command_line *line = context;
    int status;
    struct config *config = command_load_config(line, &status);

    stop_block();
    signal(SIGPIPE, SIG_IGN);
    if (config != NULL) {
        command_configure_log(line, config_settings(config));
        status = run_stage(config, flight);
    }
    config_free(config);
    return status;
}

static int run_run(const struct command_line *line)
{
    return supervise(run_supervised, (void *)(uintptr_t)line);
}

static const struct command_flag flags[] = {COMMAND_FLAGS_CONFIG, {0}};

const struct command command_run = {
    .name = "run",
    .summary = "consumes, enriches and republishes until it is told to stop",
    .example = "copydesk run -c copydesk.yaml",
    .flags = flags,
    .run = run_run,
};
