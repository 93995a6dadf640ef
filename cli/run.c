#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/commands.h"
#include "stage/stage.h"

/* Beyond shutdown_timeout: leaving the group and closing handles. librdkafka's close can hang. */
enum { CLOSING_SECONDS = 15, ERROR_SIZE = 8192 };

static const char closing_hangs[] =
    "copydesk: closing takes too long; ending now. Nothing is lost: what was not committed is read "
    "again\n";

static void end_now(int signal_number)
{
    (void)signal_number;
    ssize_t written = write(STDERR_FILENO, closing_hangs, sizeof closing_hangs - 1);

    (void)written;
    _exit(EXIT_RUNTIME);
}

static sigset_t stop_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

/* Wakes the main thread, which waits for a signal. */
static void on_failure(void *context, const char *text)
{
    (void)context;
    (void)text;
    kill(getpid(), SIGTERM);
}

/* A second signal, or a close that hangs, ends the program at once. */
static void arm_watchdog(const struct settings *settings)
{
    sigset_t signals = stop_signals();

    signal(SIGALRM, end_now);
    signal(SIGTERM, end_now);
    signal(SIGINT, end_now);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    alarm((unsigned)(settings->shutdown_timeout / 1000 + CLOSING_SECONDS));
}

static int run_until_signal(struct stage *stage, const struct settings *settings)
{
    sigset_t signals = stop_signals();
    int received = 0;

    log_event(LOG_INFO, "running as %s in group %s", settings->instance, settings->consumer.group);
    sigwait(&signals, &received);
    log_event(LOG_INFO, "stopping: finishing what is in flight");
    arm_watchdog(settings);
    stage_stop(stage);
    int status = stage_has_failed(stage) ? EXIT_RUNTIME : EXIT_OK;

    stage_free(stage);
    log_event(LOG_INFO, "stopped");
    return status;
}

static int run_stage(const struct command_line *line, const struct config *config)
{
    struct stage_options options = {.config = config, .failed = on_failure};
    sigset_t signals = stop_signals();
    char error[ERROR_SIZE];
    int status;

    command_configure_log(line, config_settings(config));
    signal(SIGPIPE, SIG_IGN);
    /* Before any thread is started: they inherit it. */
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    struct stage *stage = stage_start(&options, &status, error, sizeof error);

    if (stage != NULL)
        return run_until_signal(stage, config_settings(config));
    log_event(LOG_ERROR, "%s", error);
    return status;
}

static int run_run(const struct command_line *line)
{
    int status;
    struct config *config = command_load_config(line, &status);

    if (config != NULL)
        status = run_stage(line, config);
    config_free(config);
    return status;
}

static const struct command_flag flags[] = {COMMAND_FLAG_CONFIG, {0}};

const struct command command_run = {
    .name = "run",
    .summary = "consumes, enriches and republishes until it is told to stop",
    .example = "copydesk run -c copydesk.yaml",
    .flags = flags,
    .run = run_run,
};
