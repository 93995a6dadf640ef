#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "cli/stop.h"
#include "config/exits.h"

/* The exit status of a process of its own that runs hang(), which does not return. */
static int status_of(void (*hang)(void))
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        stop_block();
        hang();
        _exit(EXIT_BAD_CONFIG);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void wait_for_ever(void)
{
    for (;;)
        pause();
}

static void hang_while_closing(void)
{
    stop_or_end(1);
    wait_for_ever();
}

static void hang_while_freeing(void)
{
    stop_or_end(60);
    stop_freeing(EXIT_OK, 1);
    wait_for_ever();
}

static void be_told_again_while_closing(void)
{
    stop_or_end(60);
    stop_request();
    wait_for_ever();
}

static void be_told_while_starting(void)
{
    stop_ends_start();
    stop_request();
    wait_for_ever();
}

static void be_told_after_the_start(void)
{
    stop_ends_start();
    stop_ends_start_no_more();
    stop_request();
    stop_wait();
    _exit(EXIT_RUNTIME);
}

static void closing_that_hangs_is_a_failure(void **state)
{
    (void)state;
    assert_int_equal(status_of(hang_while_closing), EXIT_RUNTIME);
}

static void freeing_that_hangs_ends_as_if_it_had_not(void **state)
{
    (void)state;
    assert_int_equal(status_of(hang_while_freeing), EXIT_OK);
}

static void a_second_signal_ends_at_once(void **state)
{
    (void)state;
    assert_int_equal(status_of(be_told_again_while_closing), EXIT_RUNTIME);
}

static void a_stop_while_starting_ends_at_once(void **state)
{
    (void)state;
    assert_int_equal(status_of(be_told_while_starting), EXIT_OK);
}

static void a_stop_after_the_start_is_left_to_who_waits_for_it(void **state)
{
    (void)state;
    assert_int_equal(status_of(be_told_after_the_start), EXIT_RUNTIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closing_that_hangs_is_a_failure),
        cmocka_unit_test(freeing_that_hangs_ends_as_if_it_had_not),
        cmocka_unit_test(a_second_signal_ends_at_once),
        cmocka_unit_test(a_stop_while_starting_ends_at_once),
        cmocka_unit_test(a_stop_after_the_start_is_left_to_who_waits_for_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
