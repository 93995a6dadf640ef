#include "cli/stop.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

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

void stop_block(void)
{
    sigset_t signals = stop_signals();

    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

void stop_wait(void)
{
    sigset_t signals = stop_signals();
    int received = 0;

    sigwait(&signals, &received);
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
