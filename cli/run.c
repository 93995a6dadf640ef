#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/stop.h"
#include "config/config.h"
#include "stage/notify.h"
#include "stage/stage.h"
#include "stage/supervisor.h"

/* Beyond shutdown_timeout: a last commit, which waits for brokers as long as a transaction lasts,
 * leaving the group, and closing handles, which can hang. */
enum {
    CLOSING_SECONDS = 20,
    FREEING_SECONDS = 5,
    ERROR_SIZE = 16384,
    LOOK_EVERY_MS = 100,
    STATUS_EVERY_MS = 2000,
};

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

static void on_reached(void *context)
{
    (void)context;
    stop_ends_start_no_more();
}

/* The running stage, as the main thread looks after it. */
struct running {
    const struct command_line *line;
    struct stage *stage;
    bool told_ready;
    int64_t watchdog_ms;
    int64_t watchdog_due_ms;
    int64_t status_due_ms;
};

/* ---- the service manager ---- */

static void tell_ready(struct running *running)
{
    if (running->told_ready || !stage_is_ready(running->stage))
        return;
    running->told_ready = true;
    notify_service("READY=1\nSTATUS=running");
    log_event(LOG_INFO, "ready");
}

static void tell_status(struct running *running)
{
    int64_t now = clock_monotonic_ms();

    if (running->watchdog_ms > 0 && now >= running->watchdog_due_ms) {
        notify_service("WATCHDOG=1");
        running->watchdog_due_ms = now + running->watchdog_ms;
    }
    if (now < running->status_due_ms)
        return;
    const char *why = stage_why_not_ready(running->stage);

    notify_service("STATUS=%s%s%s, %zu articles in flight",
                   stage_state_name(stage_state(running->stage)), why != NULL ? ": " : "",
                   why != NULL ? why : "", stage_in_flight(running->stage));
    running->status_due_ms = now + STATUS_EVERY_MS;
}

/* ---- reload ---- */

static void put_in_force(struct running *running, const struct config *fresh)
{
    char error[ERROR_SIZE];

    if (stage_reload(running->stage, fresh, error, sizeof error) != 0) {
        log_event(LOG_ERROR, "reload refused, the old configuration stays: %s", error);
        return;
    }
    command_configure_log(running->line, config_settings(fresh));
    log_event(LOG_INFO, "reloaded: %s", config_digest(fresh));
}

static void reload(struct running *running)
{
    int status;

    notify_service("RELOADING=1\nMONOTONIC_USEC=%lld", (long long)(clock_monotonic_ns() / 1000));
    struct config *fresh = command_reload_config(running->line, &status);

    if (fresh != NULL)
        put_in_force(running, fresh);
    else
        stage_count_reload(running->stage, false);
    config_free(fresh);
    notify_service("READY=1");
}

/* ---- life ---- */

static int stop(struct running *running, const struct settings *settings)
{
    struct stage *stage = running->stage;

    log_event(LOG_INFO, "stopping: finishing what is in flight");
    notify_service("STOPPING=1\nSTATUS=draining");
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

static int run_until_signal(struct running *running, const struct settings *settings)
{
    enum stop_told told;

    log_event(LOG_INFO, "running as %s in group %s", settings->instance, settings->consumer.group);
    running->watchdog_ms = notify_watchdog_ms();
    while ((told = stop_or_reload(LOOK_EVERY_MS)) != TOLD_TO_STOP) {
        if (told == TOLD_TO_RELOAD)
            reload(running);
        tell_ready(running);
        tell_status(running);
    }
    return stop(running, settings);
}

static int run_stage(const struct command_line *line, const struct config *config,
                     struct flight *flight)
{
    struct stage_options options = {.config = config,
                                    .failed = on_failure,
                                    .worn = on_worn,
                                    .reached = on_reached,
                                    .flight = flight};
    char error[ERROR_SIZE];
    int status;

    stop_ends_start();
    notify_service("STATUS=start");
    struct running running = {.line = line};

    running.stage = stage_start(&options, &status, error, sizeof error);
    if (running.stage != NULL)
        return run_until_signal(&running, config_settings(config));
    stop_ends_start_no_more();
    log_event(LOG_ERROR, "%s", error);
    return status;
}

/* In the process that the supervisor watches over. The signals are blocked before any thread is
 * started: threads inherit it. */
static int run_supervised(void *context, struct flight *flight)
{
    const struct command_line *line = context;
    int status;
    struct config *config = command_load_config(line, &status);

    stop_block_reload();
    signal(SIGPIPE, SIG_IGN);
    if (config != NULL) {
        command_configure_log(line, config_settings(config));
        status = run_stage(line, config, flight);
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
