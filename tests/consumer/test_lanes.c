#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "consumer/lanes.h"

static rd_kafka_topic_partition_list_t *list_of(const char *topic, int32_t partition)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

    rd_kafka_topic_partition_list_add(list, topic, partition);
    return list;
}

static void a_partition_that_comes_back_gets_a_new_lane(void **state)
{
    struct lanes *lanes = lanes_new();
    struct lane *old = lane_hold(lanes_open(lanes, "a", 1));

    (void)state;
    lanes_open(lanes, "a", 2);
    assert_ptr_equal(lanes_find(lanes, "a", 1), old);
    assert_null(lanes_find(lanes, "b", 1));
    lanes_close(lanes, "a", 1);
    assert_true(old->closed);
    assert_null(lanes_find(lanes, "a", 1));
    assert_ptr_not_equal(lanes_open(lanes, "a", 1), old);
    assert_false(lanes_find(lanes, "a", 1)->closed);
    lane_release(old);
    lanes_free(lanes);
}

static void a_position_is_taken_once_and_only_when_it_grew(void **state)
{
    struct lanes *lanes = lanes_new();
    struct lane *lane = lanes_open(lanes, "a", 3);

    (void)state;
    lanes_open(lanes, "a", 4);
    assert_null(lanes_take_positions(lanes));
    lane->position = 0;
    rd_kafka_topic_partition_list_t *list = lanes_take_positions(lanes);

    assert_int_equal(list->cnt, 1);
    assert_int_equal(list->elems[0].partition, 3);
    assert_int_equal(list->elems[0].offset, 0);
    rd_kafka_topic_partition_list_destroy(list);
    assert_null(lanes_take_positions(lanes));
    lanes_untake(lanes, "a", 3);
    list = lanes_take_positions(lanes);
    assert_int_equal(list->cnt, 1);
    rd_kafka_topic_partition_list_destroy(list);
    lanes_free(lanes);
}

static void lanes_are_home_when_the_brokers_have_every_position(void **state)
{
    struct lanes *lanes = lanes_new();
    struct lane *lane = lanes_open(lanes, "a", 3);

    (void)state;
    lanes_open(lanes, "a", 4);
    assert_true(lanes_are_home(lanes));
    lane->position = 7;
    assert_false(lanes_are_home(lanes));
    lanes_note_home(lanes, "a", 3, 6);
    lanes_note_home(lanes, "a", 4, 7);
    lanes_note_home(lanes, "b", 3, 7);
    assert_false(lanes_are_home(lanes));
    lanes_note_home(lanes, "a", 3, 7);
    lanes_note_home(lanes, "a", 3, 5);
    assert_true(lanes_are_home(lanes));
    lanes_free(lanes);
}

static void lanes_are_empty_when_no_record_is_in_flight(void **state)
{
    struct lanes *lanes = lanes_new();

    (void)state;
    assert_true(lanes_are_empty(lanes));
    lanes_open(lanes, "a", 1);
    struct lane *lane = lanes_open(lanes, "a", 2);

    assert_true(lanes_are_empty(lanes));
    lane->in_flight = 1;
    assert_false(lanes_are_empty(lanes));
    lanes_free(lanes);
}

static void in_flight_counts_only_the_partitions_asked_for(void **state)
{
    struct lanes *lanes = lanes_new();
    rd_kafka_topic_partition_list_t *list = list_of("a", 1);

    (void)state;
    lanes_open(lanes, "a", 1)->in_flight = 3;
    lanes_open(lanes, "a", 2)->in_flight = 5;
    assert_int_equal(lanes_in_flight(lanes, list), 3);
    rd_kafka_topic_partition_list_destroy(list);
    lanes_free(lanes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_that_comes_back_gets_a_new_lane),
        cmocka_unit_test(lanes_are_home_when_the_brokers_have_every_position),
        cmocka_unit_test(lanes_are_empty_when_no_record_is_in_flight),
        cmocka_unit_test(a_position_is_taken_once_and_only_when_it_grew),
        cmocka_unit_test(in_flight_counts_only_the_partitions_asked_for),
    };

    return cmocka_run_group_tests_name("lanes", tests, NULL, NULL);
}
