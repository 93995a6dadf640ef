#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "processors/duplicates/claim.h"
#include "processors/duplicates/mix.h"

static struct claim full_claim(void)
{
    struct claim claim = {
        .type = CLAIM_ARTICLE,
        .coordinates = {.topic = SLICE_LITERAL("articles.raw"),
                        .partition = -3,
                        .offset = INT64_C(0x123456789abc),
                        .payload_hash = 0xfedcba9876543210U},
        .id = SLICE_LITERAL("urn:newsml:agency.example:1"),
        .terms = 0x8877665544332211U,
        .identity = 0x1111222233334444U,
        .version = {.has_number = true, .number = 7, .has_created = true, .created_ms = -5},
        .correction = true,
        .evolved_from = SLICE_LITERAL("urn:newsml:agency.example:0"),
        .evolved_from_identity = 9,
        .other_identities = {11, 12},
        .other_count = 2,
        .withheld = true,
        .has_embargo = true,
        .embargo_ms = INT64_C(1767225600000),
        .destinations = SLICE_LITERAL("to articles.fr"),
        .list = 12345,
        .fingerprint = {.exact = 1, .numbers = 2, .names = 3, .shingles = 300},
        .keys = {.keys = {10, 20, 30}, .count = 3},
    };

    for (unsigned i = 0; i < SKETCH_WORDS; i++)
        claim.fingerprint.sketch[i] = mix(i + 1);
    return claim;
}

static void assert_same_item(const struct claim *read, const struct claim *claim)
{
    assert_int_equal(read->type, claim->type);
    assert_true(slice_equal(read->coordinates.topic, claim->coordinates.topic));
    assert_int_equal(read->coordinates.partition, claim->coordinates.partition);
    assert_true(read->coordinates.offset == claim->coordinates.offset);
    assert_true(read->coordinates.payload_hash == claim->coordinates.payload_hash);
    assert_true(slice_equal(read->id, claim->id));
    assert_int_equal(slice_is_absent(read->id), slice_is_absent(claim->id));
    assert_true(read->terms == claim->terms);
    assert_true(read->identity == claim->identity);
    assert_int_equal(read->version.has_number, claim->version.has_number);
    assert_true(read->version.number == claim->version.number);
    assert_true(read->version.label == claim->version.label);
    assert_int_equal(read->version.has_created, claim->version.has_created);
    assert_true(read->version.created_ms == claim->version.created_ms);
    assert_int_equal(read->correction, claim->correction);
    assert_true(slice_equal(read->evolved_from, claim->evolved_from));
    assert_true(read->evolved_from_identity == claim->evolved_from_identity);
    assert_int_equal(read->other_count, claim->other_count);
    assert_memory_equal(read->other_identities, claim->other_identities,
                        sizeof claim->other_identities);
    assert_int_equal(read->withheld, claim->withheld);
    assert_int_equal(read->has_embargo, claim->has_embargo);
    assert_true(read->embargo_ms == claim->embargo_ms);
    assert_true(slice_equal(read->destinations, claim->destinations));
    assert_int_equal(slice_is_absent(read->destinations), slice_is_absent(claim->destinations));
}

static void a_claim_is_read_as_it_was_written(void **state)
{
    struct claim claim = full_claim();
    struct buffer record = {0};
    struct claim read;

    (void)state;
    claim_write(&claim, &record);
    assert_int_equal(claim_read(buffer_slice(&record), &read), 0);
    assert_same_item(&read, &claim);
    assert_true(read.list == 12345);
    assert_memory_equal(read.fingerprint.sketch, claim.fingerprint.sketch,
                        sizeof claim.fingerprint.sketch);
    assert_true(read.fingerprint.exact == 1 && read.fingerprint.numbers == 2);
    assert_true(read.fingerprint.names == 3 && read.fingerprint.shingles == 300);
    assert_int_equal(read.keys.count, 3);
    assert_memory_equal(read.keys.keys, claim.keys.keys, 3 * sizeof(uint32_t));
    buffer_free(&record);
}

static void a_bare_claim_is_small_and_read_as_written(void **state)
{
    struct claim claim = {.type = CLAIM_ARTICLE,
                          .coordinates = {.topic = SLICE_LITERAL("t")},
                          .list = -1,
                          .fingerprint = {.exact = 5}};
    struct buffer record = {0};
    struct claim read;

    (void)state;
    claim_write(&claim, &record);
    assert_in_range(record.length, 1, 72);
    assert_int_equal(claim_read(buffer_slice(&record), &read), 0);
    assert_same_item(&read, &claim);
    assert_true(read.list == -1);
    assert_int_equal(read.keys.count, 0);
    buffer_free(&record);
}

static void a_kill_carries_no_text(void **state)
{
    struct claim claim = full_claim();
    struct buffer record = {0};
    struct claim read;

    (void)state;
    claim.type = CLAIM_KILL;
    claim.fingerprint = (struct fingerprint){0};
    claim_write(&claim, &record);
    assert_in_range(record.length, 1, 220);
    assert_int_equal(claim_read(buffer_slice(&record), &read), 0);
    assert_same_item(&read, &claim);
    assert_int_equal(read.fingerprint.shingles, 0);
    buffer_free(&record);
}

static void a_list_is_read_as_it_was_written(void **state)
{
    uint32_t tags[3] = {1, 0x80000000U, 77};
    struct buffer record = {0};
    struct claim read;

    (void)state;
    claim_write_list(tags, 3, &record);
    assert_int_equal(claim_read(buffer_slice(&record), &read), 0);
    assert_int_equal(read.type, CLAIM_LIST);
    assert_int_equal(read.tags.length, 12);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(claim_tag(&read, i), tags[i]);
    buffer_free(&record);
}

static void terms_and_what_is_taken_back_are_read_as_written(void **state)
{
    const char *const marks[] = {"sig:correction", ""};
    const struct terms terms = {.window_ms = 5, .articles = 9, .signal = {marks, 2}};
    const struct claim claim = full_claim();
    struct buffer record = {0};
    struct claim read;

    (void)state;
    claim_write_terms(&terms, true, &record);
    assert_int_equal(claim_read(buffer_slice(&record), &read), 0);
    assert_int_equal(read.type, CLAIM_TERMS);
    assert_true(read.rules);
    assert_true(read.terms_bytes.length > 0);
    buffer_clear(&record);
    claim_write_retract(&claim.coordinates, &record);
    assert_int_equal(claim_read(buffer_slice(&record), &read), 0);
    assert_int_equal(read.type, CLAIM_RETRACT);
    assert_true(claim_coordinates_hash(&read) == claim_coordinates_hash(&claim));
    buffer_free(&record);
}

static void names_that_are_no_text_are_refused(void **state)
{
    struct claim claim = full_claim();
    struct buffer record = {0};
    struct claim read;

    (void)state;
    claim.id = SLICE_LITERAL("\xff\xfe");
    claim_write(&claim, &record);
    assert_int_equal(claim_read(buffer_slice(&record), &read), -1);
    buffer_free(&record);
}

static void every_cut_of_a_record_is_refused(void **state)
{
    struct claim claim = full_claim();
    struct buffer record = {0};
    struct claim read;

    (void)state;
    claim_write(&claim, &record);
    for (size_t length = 0; length < record.length; length++) {
        /* A copy of just that size, so that reading on is seen by the sanitizers. */
        char *cut FREED_AT_END = memory_allocate(length + 1);

        memcpy(cut, record.data, length);
        assert_int_equal(claim_read(slice_of(cut, length), &read), -1);
    }
    buffer_append_byte(&record, 0);
    assert_int_equal(claim_read(buffer_slice(&record), &read), -1);
    buffer_free(&record);
}

static void other_forms_and_types_are_refused(void **state)
{
    struct claim claim = full_claim();
    struct buffer record = {0};
    struct claim read;

    (void)state;
    claim_write(&claim, &record);
    record.data[0] = CLAIM_FORM + 1;
    assert_int_equal(claim_read(buffer_slice(&record), &read), -1);
    record.data[0] = CLAIM_FORM;
    record.data[1] = 77;
    assert_int_equal(claim_read(buffer_slice(&record), &read), -1);
    buffer_free(&record);
}

static void limits_are_kept_by_the_reader(void **state)
{
    struct claim claim = full_claim();
    char text[CLAIM_MAX_TEXT + 1];
    struct buffer record = {0};
    struct claim read;

    (void)state;
    memset(text, 'x', sizeof text);
    claim.id = slice_of(text, sizeof text);
    claim_write(&claim, &record);
    assert_int_equal(claim_read(buffer_slice(&record), &read), -1);
    claim = full_claim();
    claim.keys.count = FINGERPRINT_MAX_KEYS;
    claim.fingerprint.shingles = SHINGLE_MAX_TOKENS + 1;
    buffer_clear(&record);
    claim_write(&claim, &record);
    assert_int_equal(claim_read(buffer_slice(&record), &read), -1);
    buffer_free(&record);
}

static void random_bytes_are_read_without_harm(void **state)
{
    struct claim claim = full_claim();
    struct buffer record = {0};
    struct claim read;
    uint64_t random = 1;

    (void)state;
    claim_write(&claim, &record);
    for (int round = 0; round < 20000; round++) {
        char *copy FREED_AT_END = memory_allocate(record.length);

        memcpy(copy, record.data, record.length);
        for (int change = 0; change < 3; change++) {
            random = mix(random + 1);
            copy[random % record.length] = (char)(random >> 32);
        }
        if (claim_read(slice_of(copy, record.length), &read) == 0)
            assert_in_range(read.keys.count, 0, FINGERPRINT_MAX_KEYS);
    }
    buffer_free(&record);
}

static void coordinates_are_told_apart(void **state)
{
    struct claim claim = full_claim();
    uint64_t hash = claim_coordinates_hash(&claim);

    (void)state;
    claim.coordinates.offset++;
    assert_true(claim_coordinates_hash(&claim) != hash);
    claim = full_claim();
    claim.coordinates.partition++;
    assert_true(claim_coordinates_hash(&claim) != hash);
    claim = full_claim();
    claim.coordinates.payload_hash++;
    assert_true(claim_coordinates_hash(&claim) != hash);
    claim = full_claim();
    claim.coordinates.topic = SLICE_LITERAL("articles");
    assert_true(claim_coordinates_hash(&claim) != hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_claim_is_read_as_it_was_written),
        cmocka_unit_test(a_bare_claim_is_small_and_read_as_written),
        cmocka_unit_test(a_kill_carries_no_text),
        cmocka_unit_test(a_list_is_read_as_it_was_written),
        cmocka_unit_test(terms_and_what_is_taken_back_are_read_as_written),
        cmocka_unit_test(names_that_are_no_text_are_refused),
        cmocka_unit_test(every_cut_of_a_record_is_refused),
        cmocka_unit_test(other_forms_and_types_are_refused),
        cmocka_unit_test(limits_are_kept_by_the_reader),
        cmocka_unit_test(random_bytes_are_read_without_harm),
        cmocka_unit_test(coordinates_are_told_apart),
    };

    return cmocka_run_group_tests_name("claim", tests, NULL, NULL);
}
