#include "producer/headers.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "base/hash.h"

static const char OURS[] = "copydesk-";

static void add(rd_kafka_headers_t *headers, const char *name, struct slice value)
{
    rd_kafka_header_add(headers, name, -1, value.data != NULL ? value.data : "",
                        (ssize_t)value.length);
}

static void add_text(rd_kafka_headers_t *headers, const char *name, const char *text)
{
    add(headers, name, slice_of_text(text));
}

static void add_number(rd_kafka_headers_t *headers, const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, number);
    add_text(headers, name, text);
}

/* A NULL value stays NULL: it is not the empty one. */
static rd_kafka_headers_t *copy_foreign(const rd_kafka_headers_t *from)
{
    size_t count = from != NULL ? rd_kafka_header_cnt(from) : 0;
    rd_kafka_headers_t *headers = rd_kafka_headers_new(count + 8);
    const char *name = NULL;
    const void *value = NULL;
    size_t length = 0;

    for (size_t i = 0; i < count; i++) {
        rd_kafka_header_get_all(from, i, &name, &value, &length);
        if (strncasecmp(name, OURS, sizeof OURS - 1) != 0)
            rd_kafka_header_add(headers, name, -1, value, (ssize_t)length);
    }
    return headers;
}

static void add_origin(rd_kafka_headers_t *headers, const char *config_digest, int64_t original_ms)
{
    add_text(headers, "copydesk-config", config_digest);
    if (original_ms >= 0)
        add_number(headers, "copydesk-timestamp", original_ms);
}

rd_kafka_headers_t *headers_of_article(const struct record *record, const char *config_digest,
                                       int64_t original_ms)
{
    rd_kafka_headers_t *headers = copy_foreign(record->headers);
    const struct article_results *results = &record->article->results;

    if (results->language != NULL)
        add(headers, "copydesk-language", results->language->tag);
    if (results->duplicate != NULL) {
        add_text(headers, "copydesk-duplicate",
                 duplicate_verdict_name(results->duplicate->verdict));
        if (!slice_is_absent(results->duplicate->of))
            add(headers, "copydesk-duplicate-of", results->duplicate->of);
    }
    add_text(headers, "copydesk-version", COPYDESK_VERSION);
    add_origin(headers, config_digest, original_ms);
    return headers;
}

rd_kafka_headers_t *headers_of_dead_letter(const struct record *record, const char *config_digest,
                                           int64_t original_ms)
{
    rd_kafka_headers_t *headers = copy_foreign(record->headers);
    const struct article *article = record->article;

    add_text(headers, "copydesk-reason", article_reason_name(article->reason));
    add_text(headers, "copydesk-reason-text", article->reason_text);
    if (article->reason_processor != NULL)
        add_text(headers, "copydesk-processor", article->reason_processor);
    add(headers, "copydesk-source-topic", article->coordinates.topic);
    add_number(headers, "copydesk-source-partition", article->coordinates.partition);
    add_number(headers, "copydesk-source-offset", article->coordinates.offset);
    add_number(headers, "copydesk-attempts", record->attempts);
    add_origin(headers, config_digest, original_ms);
    if (record->cut > 0) {
        char hex[SHA256_HEX_SIZE];

        hash_sha256_hex(article->payload, hex);
        add_text(headers, "copydesk-sha256", hex);
        add_number(headers, "copydesk-length", (int64_t)article->payload.length);
    }
    return headers;
}
