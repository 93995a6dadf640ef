#include "stage/supervisor.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/exits.h"

enum {
    MAX_DEATHS_WITHOUT_ARTICLE = 3,
    MAX_DEATHS = 10,
    DEATH_SPAN_MS = 60000,
    TEXT_SIZE = 2048,
};

struct supervisor {
    struct flight *flight;
    bool stopping;                 /* told to: a child that dies is not started again */
    int deaths_without_article;    /* in a row */
    int64_t deaths_ms[MAX_DEATHS]; /* a ring */
    size_t deaths;
};

static sigset_t watched_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    return signals;
}

static pid_t start_child(int (*run)(void *context, struct flight *flight), void *context,
                         struct flight *flight)
{
    pid_t parent = getpid();
    pid_t child = fork();

    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before it could be noticed */
        _exit(EXIT_RUNTIME);
    int status = run(context, flight);

    fflush(NULL);
    _exit(status); /* not exit: a client that cannot be closed may still use what that frees */
}

/* A terminal's Ctrl-C reaches the child by itself. */
static void hand_on(struct supervisor *supervisor, pid_t child, const siginfo_t *info)
{
    if (info->si_signo == SIGTERM || info->si_signo == SIGINT)
        supervisor->stopping = true;
    if (info->si_signo != SIGINT || info->si_code != SI_KERNEL)
        kill(child, info->si_signo);
}

static int wait_for_child(struct supervisor *supervisor, pid_t child)
{
    sigset_t signals = watched_signals();
    int status = 0;

    for (;;) {
        siginfo_t info;

        if (sigwaitinfo(&signals, &info) < 0)
            continue;
        if (info.si_signo == SIGCHLD) {
            if (waitpid(child, &status, WNOHANG) == child)
                return status;
        } else {
            hand_on(supervisor, child, &info);
        }
    }
}

static bool dies_too_often(struct supervisor *supervisor)
{
    int64_t now = clock_monotonic_ms();
    int64_t *slot = &supervisor->deaths_ms[supervisor->deaths % MAX_DEATHS];
    bool too_often = supervisor->deaths >= MAX_DEATHS && now - *slot < DEATH_SPAN_MS;

    *slot = now;
    supervisor->deaths++;
    return too_often;
}

/* Whether it makes sense to start again. */
static bool take_death(struct supervisor *supervisor, int signal_number)
{
    char articles[TEXT_SIZE];
    size_t count = flight_blame(supervisor->flight, articles, sizeof articles);

    log_event(LOG_ERROR, "the stage was killed by signal %d (%s) while it worked on: %s",
              signal_number, strsignal(signal_number), count > 0 ? articles : "nothing");
    supervisor->deaths_without_article = count > 0 ? 0 : supervisor->deaths_without_article + 1;
    if (dies_too_often(supervisor) ||
        supervisor->deaths_without_article == MAX_DEATHS_WITHOUT_ARTICLE) {
        log_event(LOG_ERROR,
                  "giving up: starting again does not help. Nothing is lost; look at the "
                  "processors and at the machine's memory");
        return false;
    }
    log_event(LOG_WARNING, "starting again; these articles run alone now, and one that kills the "
                           "stage again is rejected as `crashed`");
    return true;
}

static bool starts_again(struct supervisor *supervisor, int status)
{
    if (supervisor->stopping)
        return false;
    if (WIFSIGNALED(status))
        return take_death(supervisor, WTERMSIG(status));
    return WEXITSTATUS(status) == SUPERVISE_AGAIN;
}

int supervise(int (*run)(void *context, struct flight *flight), void *context)
{
    struct supervisor supervisor = {.flight = flight_new()};
    sigset_t signals = watched_signals();
    int status;

    if (supervisor.flight == NULL) {
        log_event(LOG_ERROR, "no memory can be mapped for the supervisor's page");
        return EXIT_RUNTIME;
    }
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    do {
        pid_t child = start_child(run, context, supervisor.flight);

        if (child < 0) {
            log_event(LOG_ERROR, "no process can be started; raise the limit on processes");
            return EXIT_RUNTIME;
        }
        status = wait_for_child(&supervisor, child);
    } while (starts_again(&supervisor, status));
    flight_free(supervisor.flight);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_RUNTIME;
}
