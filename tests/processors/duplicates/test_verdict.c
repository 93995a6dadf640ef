/* What the cases in cases/ cannot say: windows, determinism, and sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "processors/duplicates/verdict.h"
#include "tests/processors/duplicates/texts.h"

enum { HOUR = 3600000 };

/* A stream of records with a clock of its own. */
struct stream {
    struct verdict_law *law;
    int64_t position;
    int64_t now_ms;
    struct duplicate_result result;
};

static struct stream stream_of(uint32_t capacity, int64_t window_ms)
{
    return (struct stream){.law = verdict_law_new(capacity, window_ms)};
}

static void push(struct stream *stream, struct claim *claim)
{
    struct journal_time now = {.ms = stream->now_ms, .position = stream->position};

    claim->coordinates.topic = SLICE_LITERAL("t");
    claim->coordinates.offset = stream->position++;
    verdict_decide(stream->law, claim, &now, &stream->result);
}

static struct claim article(const char *id, const char *body)
{
    struct claim claim = {.type = CLAIM_ARTICLE,
                          .id = slice_of_text(id),
                          .identity = identity_hash(slice_of(NULL, 0), slice_of_text(id)),
                          .list = -1};

    texts_fingerprint(body, &claim.fingerprint, &claim.keys);
    return claim;
}

static void push_words(struct stream *stream, const char *id, int first, int count)
{
    struct buffer text = {0};

    texts_words(&text, first, count);
    buffer_append_byte(&text, '\0');
    struct claim claim = article(id, text.data);

    push(stream, &claim);
    buffer_free(&text);
}

static void push_kill(struct stream *stream, const char *id)
{
    struct claim kill = {.type = CLAIM_KILL,
                         .id = slice_of_text(id),
                         .identity = identity_hash(slice_of(NULL, 0), slice_of_text(id))};

    push(stream, &kill);
}

static void a_copy_inside_the_window_is_exact_and_behind_it_new(void **state)
{
    struct stream stream = stream_of(100, HOUR);

    (void)state;
    push_words(&stream, "a", 0, 100);
    stream.now_ms = HOUR - 1;
    push_words(&stream, "b", 0, 100);
    assert_int_equal(stream.result.verdict, VERDICT_EXACT);
    assert_true(slice_is(stream.result.of, "a"));
    stream.now_ms = HOUR;
    push_words(&stream, "c", 0, 100);
    assert_true(slice_is(stream.result.of, "b"));
    stream.now_ms = 3 * HOUR;
    push_words(&stream, "d", 0, 100);
    assert_int_equal(stream.result.verdict, VERDICT_NEW);
    verdict_law_free(stream.law);
}

static void the_window_is_bounded_by_count_too(void **state)
{
    struct stream stream = stream_of(10, HOUR);
    char id[16];

    (void)state;
    push_words(&stream, "first", 0, 100);
    for (int i = 1; i < 10; i++) {
        snprintf(id, sizeof id, "x%d", i);
        push_words(&stream, id, 1000 * i, 100);
    }
    push_words(&stream, "copy", 0, 100);
    assert_int_equal(stream.result.verdict, VERDICT_NEW);
    assert_int_equal(verdict_law_count(stream.law), 10);
    verdict_law_free(stream.law);
}

static void of_equal_copies_the_oldest_is_named(void **state)
{
    struct stream stream = stream_of(1000, HOUR);
    char id[16];

    (void)state;
    for (int i = 0; i < 100; i++) {
        snprintf(id, sizeof id, "x%d", i);
        push_words(&stream, id, 0, 100);
    }
    assert_int_equal(stream.result.verdict, VERDICT_EXACT);
    assert_true(slice_is(stream.result.of, "x0"));
    verdict_law_free(stream.law);
}

static void an_article_without_id_is_named_by_its_coordinates(void **state)
{
    struct stream stream = stream_of(100, HOUR);

    (void)state;
    push_words(&stream, NULL, 0, 100);
    push_words(&stream, NULL, 0, 100);
    assert_int_equal(stream.result.verdict, VERDICT_EXACT);
    assert_int_equal(stream.result.by, EVIDENCE_TEXT);
    assert_true(slice_is(stream.result.of, "t-0-0"));
    verdict_law_free(stream.law);
}

static void a_kill_names_a_thousand_copies_and_counts_all(void **state)
{
    enum { COPIES = 1200 };
    struct stream stream = stream_of(10000, HOUR);
    char id[16];

    (void)state;
    push_words(&stream, "original", 0, 100);
    for (int i = 0; i < COPIES; i++) {
        snprintf(id, sizeof id, "x%d", i);
        push_words(&stream, id, 0, 100 + i % 3);
    }
    push_words(&stream, "other", 5000, 100);
    push_kill(&stream, "original");
    assert_int_equal(stream.result.verdict, VERDICT_KILL);
    assert_true(slice_is(stream.result.of, "original"));
    assert_int_equal(stream.result.copies_total, COPIES);
    assert_int_equal(stream.result.copy_count, KILL_COPIES_MAX);
    assert_true(slice_is(stream.result.copies[0], "x0"));
    assert_true(slice_is(stream.result.copies[999], "x999"));
    verdict_law_free(stream.law);
}

static void a_kill_is_remembered_behind_any_number_of_retries(void **state)
{
    struct stream stream = stream_of(10000, HOUR);

    (void)state;
    push_kill(&stream, "a");
    assert_true(slice_is_absent(stream.result.of));
    for (int i = 0; i < 3 * HISTORY_MAX; i++) {
        push_words(&stream, "a", 0, 100);
        assert_int_equal(stream.result.verdict, VERDICT_STALE);
    }
    verdict_law_free(stream.law);
}

static void a_redelivered_kill_names_the_copies_from_before_it(void **state)
{
    struct stream stream = stream_of(100, HOUR);
    struct claim kill = {.type = CLAIM_KILL,
                         .id = SLICE_LITERAL("a"),
                         .identity = identity_hash(slice_of(NULL, 0), SLICE_LITERAL("a"))};
    struct journal_time later;

    (void)state;
    push_words(&stream, "a", 0, 100);
    push_words(&stream, "b", 0, 100);
    push(&stream, &kill);
    push_words(&stream, "c", 0, 100);
    assert_true(stream.result.of_killed);
    later = (struct journal_time){.ms = 5, .position = stream.position++};
    assert_false(verdict_decide(stream.law, &kill, &later, &stream.result));
    assert_int_equal(stream.result.verdict, VERDICT_KILL);
    assert_int_equal(stream.result.copies_total, 1);
    assert_true(slice_is(stream.result.copies[0], "b"));
    verdict_law_free(stream.law);
}

static void hashes_that_meet_do_not_make_one_item_of_two(void **state)
{
    struct stream stream = stream_of(100, HOUR);
    struct claim first = article("a", "one two three");
    struct claim second = article("b", "four five six");

    (void)state;
    second.identity = first.identity;
    push(&stream, &first);
    push(&stream, &second);
    assert_int_equal(stream.result.verdict, VERDICT_NEW);
    verdict_law_free(stream.law);
}

/* The same records give the same verdicts, whatever was asked before. */
static void verdicts_are_a_function_of_the_records(void **state)
{
    struct stream streams[2] = {stream_of(300, HOUR), stream_of(300, HOUR)};
    char id[16];

    (void)state;
    for (int i = 0; i < 2000; i++) {
        int story = i * i % 37;

        snprintf(id, sizeof id, "x%d", i % 700);
        for (int s = 0; s < 2; s++) {
            streams[s].now_ms += 10000;
            push_words(&streams[s], id, 500 * story, 50 + i % 90);
        }
        assert_int_equal(streams[0].result.verdict, streams[1].result.verdict);
        assert_int_equal(streams[0].result.similarity, streams[1].result.similarity);
        assert_true(slice_equal(streams[0].result.of, streams[1].result.of));
    }
    verdict_law_free(streams[0].law);
    verdict_law_free(streams[1].law);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_inside_the_window_is_exact_and_behind_it_new),
        cmocka_unit_test(the_window_is_bounded_by_count_too),
        cmocka_unit_test(of_equal_copies_the_oldest_is_named),
        cmocka_unit_test(an_article_without_id_is_named_by_its_coordinates),
        cmocka_unit_test(a_kill_names_a_thousand_copies_and_counts_all),
        cmocka_unit_test(a_kill_is_remembered_behind_any_number_of_retries),
        cmocka_unit_test(a_redelivered_kill_names_the_copies_from_before_it),
        cmocka_unit_test(hashes_that_meet_do_not_make_one_item_of_two),
        cmocka_unit_test(verdicts_are_a_function_of_the_records),
    };

    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
