#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "producer/headers.h"

static struct article article;
static struct record record;

static int fresh_record(void **state)
{
    (void)state;
    article = (struct article){
        .payload = SLICE_LITERAL("abc"),
        .coordinates = {.topic = SLICE_LITERAL("raw"), .partition = 2, .offset = 77}};
    record = (struct record){.article = &article, .attempts = 1};
    record.headers = rd_kafka_headers_new(4);
    return 0;
}

static int drop_headers(void **state)
{
    (void)state;
    rd_kafka_headers_destroy(record.headers);
    return 0;
}

static void assert_header(const rd_kafka_headers_t *headers, const char *name, const char *expected)
{
    const void *value = NULL;
    size_t length = 0;

    assert_int_equal(rd_kafka_header_get_last(headers, name, &value, &length),
                     RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(value, expected, length);
}

static void assert_no_header(const rd_kafka_headers_t *headers, const char *name)
{
    const void *value = NULL;
    size_t length = 0;

    assert_int_equal(rd_kafka_header_get_last(headers, name, &value, &length),
                     RD_KAFKA_RESP_ERR__NOENT);
}

static void foreign_headers_survive_in_order_with_doubles_null_and_empty(void **state)
{
    const char *name = NULL;
    const void *value = NULL;
    size_t length = 0;

    (void)state;
    rd_kafka_header_add(record.headers, "b", -1, "1", 1);
    rd_kafka_header_add(record.headers, "a", -1, NULL, 0);
    rd_kafka_header_add(record.headers, "b", -1, "", 0);
    rd_kafka_header_add(record.headers, "b", -1, "3\0x", 3);
    rd_kafka_headers_t *headers = headers_of_article(&record, "sha256:0", -1);

    rd_kafka_header_get_all(headers, 0, &name, &value, &length);
    assert_string_equal(name, "b");
    rd_kafka_header_get_all(headers, 1, &name, &value, &length);
    assert_string_equal(name, "a");
    assert_null(value);
    rd_kafka_header_get_all(headers, 2, &name, &value, &length);
    assert_non_null(value);
    assert_int_equal(length, 0);
    rd_kafka_header_get_all(headers, 3, &name, &value, &length);
    assert_int_equal(length, 3);
    assert_memory_equal(value, "3\0x", 3);
    rd_kafka_headers_destroy(headers);
}

static void ours_are_replaced_never_doubled(void **state)
{
    const struct language_result language = {.tag = SLICE_LITERAL("ar")};
    const struct duplicate_result duplicate = {.verdict = VERDICT_NEAR,
                                               .of = SLICE_LITERAL("afp-1")};

    (void)state;
    rd_kafka_header_add(record.headers, "copydesk-language", -1, "xx", 2);
    rd_kafka_header_add(record.headers, "Copydesk-Reason", -1, "old", 3);
    article.results.language = &language;
    article.results.duplicate = &duplicate;
    rd_kafka_headers_t *headers = headers_of_article(&record, "sha256:0", 99);

    assert_header(headers, "copydesk-language", "ar");
    assert_header(headers, "copydesk-duplicate", "near");
    assert_header(headers, "copydesk-duplicate-of", "afp-1");
    assert_header(headers, "copydesk-version", COPYDESK_VERSION);
    assert_header(headers, "copydesk-config", "sha256:0");
    assert_header(headers, "copydesk-timestamp", "99");
    assert_no_header(headers, "Copydesk-Reason");
    assert_int_equal(rd_kafka_header_cnt(headers), 6);
    rd_kafka_headers_destroy(headers);
}

static void a_dead_letter_says_why_and_where_from(void **state)
{
    (void)state;
    article.reason = REASON_NO_BODY;
    strcpy(article.reason_text, "no body");
    article.reason_processor = "language";
    rd_kafka_headers_t *headers = headers_of_dead_letter(&record, "sha256:0", -1);

    assert_header(headers, "copydesk-reason", "no_body");
    assert_header(headers, "copydesk-reason-text", "no body");
    assert_header(headers, "copydesk-processor", "language");
    assert_header(headers, "copydesk-source-topic", "raw");
    assert_header(headers, "copydesk-source-partition", "2");
    assert_header(headers, "copydesk-source-offset", "77");
    assert_header(headers, "copydesk-attempts", "1");
    assert_header(headers, "copydesk-config", "sha256:0");
    assert_no_header(headers, "copydesk-sha256");
    rd_kafka_headers_destroy(headers);
}

static void a_cut_dead_letter_names_the_whole(void **state)
{
    (void)state;
    record.cut = 1;
    rd_kafka_headers_t *headers = headers_of_dead_letter(&record, "sha256:0", -1);

    assert_header(headers, "copydesk-sha256",
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_header(headers, "copydesk-length", "3");
    rd_kafka_headers_destroy(headers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            foreign_headers_survive_in_order_with_doubles_null_and_empty, fresh_record,
            drop_headers),
        cmocka_unit_test_setup_teardown(ours_are_replaced_never_doubled, fresh_record,
                                        drop_headers),
        cmocka_unit_test_setup_teardown(a_dead_letter_says_why_and_where_from, fresh_record,
                                        drop_headers),
        cmocka_unit_test_setup_teardown(a_cut_dead_letter_names_the_whole, fresh_record,
                                        drop_headers),
    };

    return cmocka_run_group_tests_name("headers", tests, NULL, NULL);
}
