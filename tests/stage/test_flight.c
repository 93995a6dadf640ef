#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "stage/flight.h"

static struct article_coordinates record(int64_t offset)
{
    return (struct article_coordinates){
        .topic = SLICE_LITERAL("raw"), .partition = 1, .offset = offset};
}

static void only_what_was_in_flight_is_suspected(void **state)
{
    struct flight *flight = flight_new();
    struct article_coordinates done = record(1);
    struct article_coordinates busy = record(2);
    struct article_coordinates other = record(3);
    char text[200];

    (void)state;
    flight_enter(flight, 0, &done);
    flight_leave(flight, 0);
    flight_enter(flight, 0, &busy);
    flight_enter(flight, 7, &other);
    assert_int_equal(flight_blame(flight, text, sizeof text), 2);
    assert_string_equal(text, "raw-1@2, raw-1@3");
    assert_int_equal(flight_crashes(flight, &done), 0);
    assert_int_equal(flight_crashes(flight, &busy), 1);
    assert_int_equal(flight_crashes(flight, &other), 1);
    flight_free(flight);
}

static void blame_adds_up_and_is_taken_once(void **state)
{
    struct flight *flight = flight_new();
    struct article_coordinates poison = record(5);
    char text[200];

    (void)state;
    for (unsigned i = 1; i <= FLIGHT_CRASHES_TO_REJECT; i++) {
        flight_enter(flight, 3, &poison);
        assert_int_equal(flight_blame(flight, text, sizeof text), 1);
        assert_int_equal(flight_blame(flight, text, sizeof text), 0);
        assert_int_equal(flight_crashes(flight, &poison), i);
    }
    flight_free(flight);
}

struct visit {
    struct flight *flight;
    struct article_coordinates record;
    atomic_bool inside;
};

static void *enter_and_leave(void *context)
{
    struct visit *visit = context;

    flight_enter(visit->flight, 1, &visit->record);
    atomic_store(&visit->inside, true);
    flight_leave(visit->flight, 1);
    return NULL;
}

static void a_suspect_runs_alone(void **state)
{
    struct flight *flight = flight_new();
    struct article_coordinates suspect = record(9);
    struct visit visit = {.flight = flight, .record = record(10)};
    char text[200];
    pthread_t thread;

    (void)state;
    flight_enter(flight, 0, &suspect);
    flight_blame(flight, text, sizeof text);
    flight_enter(flight, 0, &suspect);
    pthread_create(&thread, NULL, enter_and_leave, &visit);
    /* However long it lasts: nobody else is inside while the suspect is. */
    for (int i = 0; i < 1000; i++) {
        sched_yield();
        assert_false(atomic_load(&visit.inside));
    }
    flight_leave(flight, 0);
    pthread_join(thread, NULL);
    assert_true(atomic_load(&visit.inside));
    flight_free(flight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_in_flight_is_suspected),
        cmocka_unit_test(blame_adds_up_and_is_taken_once),
        cmocka_unit_test(a_suspect_runs_alone),
    };

    return cmocka_run_group_tests_name("flight", tests, NULL, NULL);
}
