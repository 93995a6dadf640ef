#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/journal.h"

/* A processor's side: writes down what it gets, and appends once itself while it gets "again". */
struct reader {
    struct journal *journal;
    int64_t now_ms;
    char order[64]; /* first bytes of the records, in order */
    int64_t positions[64];
    int64_t times[64];
    const struct article *owns[64];
    size_t count;
    int depth;
};

static int64_t reader_clock(void *context)
{
    const struct reader *reader = context;

    return reader->now_ms;
}

static void take(void *context, const struct journal_record *record, struct article *own)
{
    struct reader *reader = context;

    assert_int_equal(reader->depth++, 0);
    reader->order[reader->count] = record->bytes.length > 0 ? record->bytes.data[0] : '-';
    reader->positions[reader->count] = record->position;
    reader->times[reader->count] = record->time_ms;
    reader->owns[reader->count] = own;
    reader->count++;
    if (slice_is(record->bytes, "again"))
        assert_int_equal(reader->journal->append(reader->journal, SLICE_LITERAL("x"), NULL), 0);
    reader->depth--;
}

static void start(struct reader *reader)
{
    *reader = (struct reader){.now_ms = 1000};
    reader->journal = journal_memory_new(take, reader, reader_clock, reader);
}

static void append(struct reader *reader, const char *bytes)
{
    assert_int_equal(reader->journal->append(reader->journal, slice_of_text(bytes), NULL), 0);
}

static void records_come_back_in_order_with_growing_positions(void **state)
{
    struct reader reader;

    (void)state;
    start(&reader);
    append(&reader, "a");
    append(&reader, "b");
    reader.journal->deliver(reader.journal);
    append(&reader, "c");
    reader.journal->deliver(reader.journal);
    assert_string_equal(reader.order, "abc");
    assert_int_equal(reader.positions[0], 0);
    assert_int_equal(reader.positions[1], 1);
    assert_int_equal(reader.positions[2], 2);
    reader.journal->free(reader.journal);
}

static void append_gives_nothing_back_by_itself(void **state)
{
    struct reader reader;

    (void)state;
    start(&reader);
    append(&reader, "a");
    assert_int_equal(reader.count, 0);
    reader.journal->free(reader.journal);
}

static void an_append_inside_apply_comes_after_what_was_appended_before(void **state)
{
    struct reader reader;

    (void)state;
    start(&reader);
    append(&reader, "again");
    append(&reader, "b");
    reader.journal->deliver(reader.journal);
    assert_string_equal(reader.order, "abx");
    reader.journal->free(reader.journal);
}

static void time_is_that_of_the_append_and_never_decreases(void **state)
{
    struct reader reader;

    (void)state;
    start(&reader);
    append(&reader, "a");
    reader.now_ms = 3000;
    append(&reader, "b");
    reader.now_ms = 2000;
    append(&reader, "c");
    reader.now_ms = 9000;
    reader.journal->deliver(reader.journal);
    assert_int_equal(reader.times[0], 1000);
    assert_int_equal(reader.times[1], 3000);
    assert_int_equal(reader.times[2], 3000);
    reader.journal->free(reader.journal);
}

static void the_article_and_the_bytes_come_back_with_their_record(void **state)
{
    struct reader reader;
    char bytes[] = "z";
    struct article *article = (struct article *)(void *)bytes; /* only compared */

    (void)state;
    start(&reader);
    assert_int_equal(reader.journal->append(reader.journal, slice_of(bytes, 1), article), 0);
    bytes[0] = '!';
    reader.journal->append(reader.journal, slice_of("", 0), NULL);
    reader.journal->deliver(reader.journal);
    assert_string_equal(reader.order, "z-");
    assert_ptr_equal(reader.owns[0], article);
    assert_null(reader.owns[1]);
    reader.journal->free(reader.journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back_in_order_with_growing_positions),
        cmocka_unit_test(append_gives_nothing_back_by_itself),
        cmocka_unit_test(an_append_inside_apply_comes_after_what_was_appended_before),
        cmocka_unit_test(time_is_that_of_the_append_and_never_decreases),
        cmocka_unit_test(the_article_and_the_bytes_come_back_with_their_record),
    };

    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
