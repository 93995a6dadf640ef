#include "cli/stop.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "config/exits.h"

static const char closing_hangs[] =
    "copydesk: closing takes too long; ending now. Nothing is lost: what was not committed is read "
    "again\n";

static volatile sig_atomic_t end_status = EXIT_RUNTIME;

static sigset_t stop_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

static sigset_t all_signals(void)
{
    sigset_t signals = stop_signals();

    sigaddset(&signals, SIGHUP);
    return signals;
}

void stop_block(void)
{
    sigset_t signals = stop_signals();

    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

void stop_block_reload(void)
{
    sigset_t signals = all_signals();

    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static pthread_t start_ender;

enum { START_IS_OVER = SIGUSR1 };

static void *end_start(void *nothing)
{
    sigset_t signals = stop_signals();
    int received = 0;

    (void)nothing;
    sigaddset(&signals, START_IS_OVER);
    sigwait(&signals, &received);
    if (received == START_IS_OVER)
        return NULL;
    log_event(LOG_INFO, "told to stop while starting: ending");
    _exit(EXIT_OK);
}

void stop_ends_start(void)
{
    sigset_t over;
    sigset_t before;

    sigemptyset(&over);
    sigaddset(&over, START_IS_OVER);
    pthread_sigmask(SIG_BLOCK, &over, &before);
    int failed = pthread_create(&start_ender, NULL, end_start, NULL);

    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0) {
        log_event(LOG_ERROR, "no thread can be started; raise the limit on processes");
        _exit(EXIT_RUNTIME);
    }
}

/* Not by pthread_cancel: that would end a thread that was just told to stop while it logs, and
 * leave the log locked. */
void stop_ends_start_no_more(void)
{
    pthread_kill(start_ender, START_IS_OVER);
    pthread_join(start_ender, NULL);
}

void stop_wait(void)
{
    sigset_t signals = stop_signals();
    int received = 0;

    sigwait(&signals, &received);
}

enum stop_told stop_or_reload(int64_t timeout_ms)
{
    const struct timespec patience = {.tv_sec = timeout_ms / 1000,
                                      .tv_nsec = timeout_ms % 1000 * 1000000};
    sigset_t signals = all_signals();
    int received = sigtimedwait(&signals, NULL, &patience);

    if (received == SIGHUP)
        return TOLD_TO_RELOAD;
    return received > 0 ? TOLD_TO_STOP : TOLD_NOTHING;
}

bool stop_was_told(void)
{
    const struct timespec now = {0};
    sigset_t signals = stop_signals();

    return sigtimedwait(&signals, NULL, &now) > 0;
}

void stop_request(void)
{
    kill(getpid(), SIGTERM);
}

static void end_now(int signal_number)
{
    (void)signal_number;
    if (end_status == EXIT_RUNTIME) {
        ssize_t written = write(STDERR_FILENO, closing_hangs, sizeof closing_hangs - 1);

        (void)written;
    }
    _exit((int)end_status);
}

void stop_or_end(unsigned seconds)
{
    sigset_t signals = stop_signals();

    signal(SIGALRM, end_now);
    signal(SIGTERM, end_now);
    signal(SIGINT, end_now);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    alarm(seconds);
}

void stop_freeing(int status, unsigned seconds)
{
    end_status = status;
    alarm(seconds);
}
