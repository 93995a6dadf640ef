/* From bytes to an article: format, roles, kind. */
#include <inttypes.h>
#include <strings.h>

#include <unicode/uchar.h>

#include "article/json_string.h"
#include "article/path_tree.h"
#include "article/scratch.h"
#include "base/utf8.h"

static bool is_blank(struct slice text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;

    for (size_t i = 0; i < text.length; i += utf8_length(bytes[i])) {
        if (!u_isUWhiteSpace((UChar32)utf8_decode(bytes + i)))
            return false;
    }
    return true;
}

/* --- json --- */

static struct slice decode_field(struct arena *arena, const struct json_field *field)
{
    if (!field->is_string)
        return field->json;
    return json_string_decode(arena, slice_of(field->json.data + 1, field->json.length - 2));
}

static void take_fields(struct article *article, const struct json_found *found)
{
    for (int role = 0; role < ROLE_COUNT; role++)
        article->texts[role] = decode_field(&article->arena, &found->fields[role]);
}

/* Where the id carries the version, as AP's guid does. */
static void take_apart(struct article *article, const struct article_paths *paths,
                       enum article_role role, const struct json_field *field)
{
    const struct id_pattern *pattern = article_paths_pattern(paths, role, field->rank);
    struct slice *version = &article->texts[ROLE_VERSION];
    struct slice found;

    if (pattern == NULL || !field->is_string ||
        !id_pattern_match(pattern, article->texts[role], &article->texts[role], &found))
        return;
    if (role == ROLE_ID && slice_is_absent(*version))
        *version = found;
}

static void take_splice(struct article *article, const struct json_found *found)
{
    article->splice.close = found->close;
    article->splice.cut_start = found->cut_start;
    article->splice.cut_end = found->cut_end;
    article->splice.empty = found->members == 0;
}

static bool is_one_of(struct slice status, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (status.length == strlen(words[i]) &&
            strncasecmp(status.data, words[i], status.length) == 0)
            return true;
    }
    return false;
}

static bool is_canceled(struct slice status, const struct article_input *input)
{
    static const char *const usual[] = {"canceled", "cancelled"};

    if (slice_is_absent(status))
        return false;
    return input->canceled != NULL
               ? is_one_of(status, input->canceled->items, input->canceled->count)
               : is_one_of(status, usual, sizeof usual / sizeof *usual);
}

static enum article_kind kind_of(const struct article *article, const struct article_input *input,
                                 const struct json_found *found)
{
    if (is_canceled(article->texts[ROLE_STATUS], input))
        return KIND_KILL;
    if (!found->has_content && !slice_is_absent(article->texts[ROLE_ID]))
        return KIND_TAKEDOWN;
    return KIND_ARTICLE;
}

static int check_body(struct article *article, const struct json_field *body)
{
    if (slice_is_absent(body->json))
        return article_reject(article, REASON_NO_BODY, NULL,
                              "the article has no body; consumer.input.body says under which "
                              "names it is looked for");
    if (!body->is_string)
        return article_reject(article, REASON_NO_BODY, NULL,
                              "the body is not a string; consumer.input.body must name one");
    if (is_blank(article->texts[ROLE_BODY]))
        return article_reject(article, REASON_NO_BODY, NULL,
                              "the body is empty; an article without text is a takedown, which has "
                              "no body at all, or a kill");
    return 0;
}

static int read_json(struct article *article, const struct article_input *input,
                     struct article_scratch *scratch)
{
    struct json_found found;
    int result = json_scan(scratch->scanner, article->content, input->paths, input->max_depth,
                           &article->arena, &found);

    take_fields(article, &found);
    take_apart(article, input->paths, ROLE_ID, &found.fields[ROLE_ID]);
    take_apart(article, input->paths, ROLE_EVOLVEDFROM, &found.fields[ROLE_EVOLVEDFROM]);
    if (result != 0)
        return article_reject(article, found.problem.reason, NULL, "%s", found.problem.text);
    take_splice(article, &found);
    article->kind = kind_of(article, input, &found);
    return article->kind == KIND_ARTICLE ? check_body(article, &found.fields[ROLE_BODY]) : 0;
}

/* --- text --- */

static struct slice without_byte_order_mark(struct slice text)
{
    bool marked = text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0;

    return marked ? slice_of(text.data + 3, text.length - 3) : text;
}

/* A record's key may be any bytes, and the id must be text. */
static struct slice text_id(struct article *article)
{
    const struct article_coordinates *coordinates = &article->coordinates;

    if (!slice_is_absent(article->fallback_id) && utf8_is_valid(article->fallback_id))
        return article->fallback_id;
    struct slice topic = coordinates->topic;

    topic.length = utf8_valid_prefix(topic);
    return slice_of_text(arena_format(&article->arena, "%.*s-%" PRId32 "-%" PRId64,
                                      SLICE_FORMAT(topic), coordinates->partition,
                                      coordinates->offset));
}

static int read_text(struct article *article)
{
    struct slice body = without_byte_order_mark(article->content);
    size_t valid = utf8_valid_prefix(body);

    article->texts[ROLE_ID] = text_id(article);
    if (valid < body.length) {
        struct utf8_place place = utf8_place_of(body, valid);

        return article_reject(article, REASON_INVALID_UTF8, NULL,
                              "line %zu, column %zu: byte 0x%02X is no UTF-8 here; send UTF-8",
                              place.line, place.column, (unsigned char)body.data[valid]);
    }
    article->texts[ROLE_BODY] = body;
    if (is_blank(body))
        return article_reject(article, REASON_NO_BODY, NULL, "the text is empty");
    return 0;
}

/* --- framing --- */

enum { CONFLUENT_FRAME = 5 };

static int take_frame(struct article *article, enum article_framing framing)
{
    size_t length = framing == FRAMING_CONFLUENT ? CONFLUENT_FRAME : 0;
    struct slice payload = article->payload;

    if (length > 0 && (payload.length < length || payload.data[0] != 0))
        return article_reject(article, REASON_FRAMING, NULL,
                              "the value does not begin with a zero byte and a schema id of four "
                              "bytes; is consumer.input.framing: confluent right for this topic?");
    article->frame = slice_of(payload.data, length);
    article->content = slice_of(payload.data + length, payload.length - length);
    return 0;
}

int article_read(struct article *article, const struct article_input *input,
                 struct article_scratch *scratch)
{
    article_scratch_begin(scratch, article);
    if (slice_is_absent(article->payload)) {
        article->kind = KIND_TOMBSTONE;
        return 0;
    }
    if (article->payload.length > input->max_bytes)
        return article_reject(article, REASON_TOO_LARGE, NULL,
                              "the record has %zu bytes; limits.article accepts %zu",
                              article->payload.length, input->max_bytes);
    if (take_frame(article, input->framing) != 0)
        return -1;
    return input->format == FORMAT_TEXT ? read_text(article) : read_json(article, input, scratch);
}
