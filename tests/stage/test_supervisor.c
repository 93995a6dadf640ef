#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "config/exits.h"
#include "stage/supervisor.h"

/* What the children of one test know in common. */
struct shared {
    atomic_int runs;
    atomic_int crashes_seen;
};

static struct shared *shared;

static int map_shared(void **state)
{
    (void)state;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return shared == MAP_FAILED ? -1 : 0;
}

static int unmap_shared(void **state)
{
    (void)state;
    return munmap(shared, sizeof *shared);
}

static const struct article_coordinates poison = {
    .topic = SLICE_INITIALISER("raw"), .partition = 0, .offset = 41};

/* Dies of the poison until it is told to reject it. */
static int die_of_poison(void *context, struct flight *flight)
{
    unsigned crashes = flight_crashes(flight, &poison);

    (void)context;
    atomic_fetch_add(&shared->runs, 1);
    if (crashes >= FLIGHT_CRASHES_TO_REJECT)
        return 7;
    flight_enter(flight, 0, &poison);
    raise(SIGKILL);
    return 0;
}

static void an_article_that_kills_twice_is_known_the_third_time(void **state)
{
    (void)state;
    assert_int_equal(supervise(die_of_poison, NULL), 7);
    assert_int_equal(shared->runs, 3);
}

static int die_idle(void *context, struct flight *flight)
{
    (void)context;
    (void)flight;
    atomic_fetch_add(&shared->runs, 1);
    raise(SIGKILL);
    return 0;
}

static void it_gives_up_when_no_article_is_to_blame(void **state)
{
    (void)state;
    assert_int_equal(supervise(die_idle, NULL), EXIT_RUNTIME);
    assert_int_equal(shared->runs, 3);
}

static int ask_for_another(void *context, struct flight *flight)
{
    (void)context;
    (void)flight;
    return atomic_fetch_add(&shared->runs, 1) == 0 ? (int)SUPERVISE_AGAIN : EXIT_NO_BROKER;
}

static void the_exit_status_passes_and_again_means_again(void **state)
{
    (void)state;
    assert_int_equal(supervise(ask_for_another, NULL), EXIT_NO_BROKER);
    assert_int_equal(shared->runs, 2);
}

/* Waits for TERM, which it sends to its parent itself: it comes back. Dies of it then: not started
 * again. */
static int die_when_told_to_stop(void *context, struct flight *flight)
{
    sigset_t signals;
    int received = 0;

    (void)context;
    atomic_fetch_add(&shared->runs, 1);
    flight_enter(flight, 0, &poison);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    kill(getppid(), SIGTERM);
    sigwait(&signals, &received);
    raise(SIGKILL);
    return 0;
}

static void who_was_told_to_stop_is_not_started_again(void **state)
{
    (void)state;
    assert_int_equal(supervise(die_when_told_to_stop, NULL), EXIT_RUNTIME);
    assert_int_equal(shared->runs, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_article_that_kills_twice_is_known_the_third_time,
                                        map_shared, unmap_shared),
        cmocka_unit_test_setup_teardown(it_gives_up_when_no_article_is_to_blame, map_shared,
                                        unmap_shared),
        cmocka_unit_test_setup_teardown(the_exit_status_passes_and_again_means_again, map_shared,
                                        unmap_shared),
        cmocka_unit_test_setup_teardown(who_was_told_to_stop_is_not_started_again, map_shared,
                                        unmap_shared),
    };

    return cmocka_run_group_tests_name("supervisor", tests, NULL, NULL);
}
