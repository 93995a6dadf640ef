#include "cli/claims_json.h"

#include <inttypes.h>

static void append_hex(struct buffer *json, struct slice bytes)
{
    static const char digits[] = "0123456789abcdef";

    buffer_append_byte(json, '"');
    for (size_t i = 0; i < bytes.length; i++) {
        buffer_append_byte(json, digits[(unsigned char)bytes.data[i] >> 4]);
        buffer_append_byte(json, digits[(unsigned char)bytes.data[i] & 15]);
    }
    buffer_append_byte(json, '"');
}

static void append_text(struct buffer *json, const char *name, struct slice text)
{
    if (slice_is_absent(text))
        return;
    buffer_append_format(json, ",\"%s\":", name);
    buffer_append_json_string(json, text);
}

static void append_coordinates(struct buffer *json, const struct article_coordinates *coordinates)
{
    append_text(json, "topic", coordinates->topic);
    buffer_append_format(json, ",\"partition\":%" PRId32 ",\"input_offset\":%" PRId64,
                         coordinates->partition, coordinates->offset);
    buffer_append_format(json, ",\"payload\":\"%016" PRIx64 "\"", coordinates->payload_hash);
}

static void append_marks(struct buffer *json, const char *name, const struct option_list *marks)
{
    const char *const *items = marks->items;

    buffer_append_format(json, ",\"%s\":[", name);
    for (size_t i = 0; i < marks->count; i++) {
        buffer_append_text(json, i > 0 ? "," : "");
        buffer_append_json_string(json, slice_of_text(items[i]));
    }
    buffer_append_byte(json, ']');
}

void claims_json_terms(const struct terms *terms, struct buffer *json)
{
    buffer_append_format(json,
                         "{\"id\":\"%016" PRIx64 "\",\"algorithm\":\"%016" PRIx64
                         "\",\"window_ms\":%" PRId64 ",\"articles\":%" PRId64 ",\"clock\":\"%s\"",
                         terms_id(terms), terms->algorithm, terms->window_ms, terms->articles,
                         terms->clock == CLOCK_ARTICLE ? "article" : "log");
    append_marks(json, "signal", &terms->signal);
    append_marks(json, "ednote", &terms->ednote);
    buffer_append_byte(json, '}');
}

static void append_item(struct buffer *json, const struct claim *claim)
{
    append_coordinates(json, &claim->coordinates);
    append_text(json, "id", claim->id);
    buffer_append_format(json, ",\"terms\":\"%016" PRIx64 "\"", claim->terms);
    if (claim->type == CLAIM_ARTICLE)
        buffer_append_format(json, ",\"list\":%" PRId64 ",\"shingles\":%u", claim->list,
                             claim->fingerprint.shingles);
}

static void append_terms(struct buffer *json, const struct claim *claim)
{
    struct arena arena = {.first = NULL};
    struct terms terms;

    buffer_append_format(json, ",\"rules\":%s", claim->rules ? "true" : "false");
    if (terms_read(claim->terms_bytes, &arena, &terms) == 0) {
        buffer_append_text(json, ",\"terms\":");
        claims_json_terms(&terms, json);
    }
    arena_free(&arena);
}

static void append_content(struct buffer *json, const struct claim *claim)
{
    static const char *const types[] = {[CLAIM_ARTICLE] = "article",
                                        [CLAIM_KILL] = "kill",
                                        [CLAIM_LIST] = "list",
                                        [CLAIM_TERMS] = "terms",
                                        [CLAIM_RETRACT] = "retraction"};

    buffer_append_format(json, ",\"type\":\"%s\"", types[claim->type]);
    if (claim->type == CLAIM_ARTICLE || claim->type == CLAIM_KILL)
        append_item(json, claim);
    else if (claim->type == CLAIM_LIST)
        buffer_append_format(json, ",\"shingles\":%zu", claim->tags.length / sizeof(uint32_t));
    else if (claim->type == CLAIM_TERMS)
        append_terms(json, claim);
    else
        append_coordinates(json, &claim->coordinates);
}

void claims_json_record(const struct journal_record *record, struct slice key, struct buffer *json)
{
    struct claim claim;

    buffer_append_format(json, "{\"offset\":%" PRId64 ",\"time\":%" PRId64, record->position,
                         record->time_ms);
    if (claim_read(record->bytes, &claim) == 0)
        append_content(json, &claim);
    else
        buffer_append_text(json, ",\"type\":\"unreadable\"");
    buffer_append_text(json, ",\"key\":");
    append_hex(json, key);
    buffer_append_text(json, ",\"record\":");
    append_hex(json, record->bytes);
    buffer_append_byte(json, '}');
}

static void append_ids(struct buffer *json, const char *name, const struct slice *ids,
                       uint32_t count)
{
    buffer_append_format(json, ",\"%s\":[", name);
    for (uint32_t i = 0; i < count; i++) {
        buffer_append_text(json, i > 0 ? "," : "");
        buffer_append_json_string(json, ids[i]);
    }
    buffer_append_byte(json, ']');
}

void claims_json_verdict(const struct journal_record *record, const struct claim *claim,
                         const struct duplicate_result *result, struct buffer *json)
{
    buffer_append_format(json, "{\"offset\":%" PRId64 ",\"time\":%" PRId64, record->position,
                         record->time_ms);
    append_coordinates(json, &claim->coordinates);
    append_text(json, "id", claim->id);
    buffer_append_format(json, ",\"verdict\":\"%s\"", duplicate_verdict_name(result->verdict));
    append_text(json, "of", result->of);
    if (result->compared) {
        buffer_append_text(json, ",\"similarity\":");
        buffer_append_thousandths(json, result->similarity, true);
    }
    if (result->contains_count > 0)
        append_ids(json, "contains", result->contains, result->contains_count);
    if (result->of_killed)
        buffer_append_text(json, ",\"of_killed\":true");
    buffer_append_byte(json, '}');
}
