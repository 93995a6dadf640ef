/* Any bytes as a record's value, JSON and text: what is refused says why; what is accepted is the
 * same bytes with one valid key more, and comes out the same when it comes again. */
#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

#include "article/article.h"
#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/view_checks.h"

static const struct article_made_by MADE_BY = {.json = {"{\"copydesk\":\"fuzz\"}", 19}};

static struct article_paths *paths;
static struct article_scratch *scratch;

static struct article *read_article(struct slice payload, enum article_format format)
{
    struct article_input input = {
        .format = format, .paths = paths, .max_bytes = 1 << 20, .max_depth = 16};
    struct article_coordinates coordinates = {.topic = SLICE_LITERAL("raw")};
    struct article *article = article_new(payload, coordinates, payload);
    int result = article_read(article, &input, scratch);

    require((result == 0) == (article->reason == REASON_NONE));
    require(result == 0 || result == -1);
    return article;
}

static void require_good_reason(const struct article *article)
{
    struct slice text = slice_of_text(article->reason_text);

    require(text.length > 0 && utf8_is_valid(text));
    for (size_t i = 0; i < text.length; i++)
        require((unsigned char)text.data[i] >= 0x20 && text.data[i] != 0x7F);
}

static void require_good_texts(struct article *article)
{
    for (int role = 0; role < ROLE_COUNT; role++)
        require(utf8_is_valid(article->texts[role]));
    article->scratch = scratch;
    require_sound_view(article_view(article, ROLE_HEADLINE));
    require_sound_view(article_view(article, ROLE_BODY));
    article->scratch = NULL;
}

/* Valid JSON, as far as jansson takes what the contract takes. */
static void require_json(struct slice text)
{
    json_error_t error;
    json_t *value = json_loadb(text.data, text.length, JSON_ALLOW_NUL, &error);
    enum json_error_code code = json_error_code(&error);

    require(value != NULL || code == json_error_numeric_overflow ||
            code == json_error_null_byte_in_key);
    json_decref(value);
}

static bool starts_with(struct slice *text, struct slice start)
{
    if (text->length < start.length || !slice_equal(slice_of(text->data, start.length), start))
        return false;
    *text = slice_of(text->data + start.length, text->length - start.length);
    return true;
}

/* What comes out is the payload but for the one key. */
static void require_spliced(const struct article *article, struct slice out)
{
    struct slice payload = article->payload;
    size_t cut_end = article->splice.cut_end;
    size_t close = article->splice.close;
    size_t behind = payload.length - close;

    require(article->splice.cut_start <= cut_end && cut_end <= close && close < payload.length);
    require(starts_with(&out, slice_of(payload.data, article->splice.cut_start)));
    require(starts_with(&out, slice_of(payload.data + cut_end, close - cut_end)));
    require(article->splice.empty || starts_with(&out, SLICE_LITERAL(",")));
    require(starts_with(&out, SLICE_LITERAL("\"enrichment\":{")));
    require(out.length > behind && slice_equal(slice_of(out.data + out.length - behind, behind),
                                               slice_of(payload.data + close, behind)));
}

static void require_same_again(const struct article *article, struct slice out)
{
    struct article *again = read_article(out, FORMAT_JSON);
    struct buffer second = {0};

    require(again->reason == REASON_NONE && again->kind == article->kind);
    for (int role = 0; role < ROLE_COUNT; role++)
        require(slice_equal(again->texts[role], article->texts[role]));
    article_render(again, FORMAT_JSON, &MADE_BY, &second);
    require(slice_equal(buffer_slice(&second), out));
    buffer_free(&second);
    article_free(again);
}

static void check(struct slice payload, enum article_format format)
{
    struct article *article = read_article(payload, format);
    struct buffer out = {0};

    if (article->reason != REASON_NONE) {
        require_good_reason(article);
    } else {
        require_good_texts(article);
        article_render(article, format, &MADE_BY, &out);
        require_json(buffer_slice(&out));
        if (format == FORMAT_JSON)
            require_spliced(article, buffer_slice(&out));
        require_same_again(article, buffer_slice(&out));
    }
    buffer_free(&out);
    article_free(article);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice payload = slice_of((const char *)data, size);

    if (paths == NULL) {
        char error[128];

        paths = article_paths_default();
        article_paths_add(paths, ROLE_BODY, "a[1].b", error, sizeof error);
        article_paths_add(paths, ROLE_EDNOTE, "a", error, sizeof error);
        scratch = article_scratch_new();
    }
    check(payload, FORMAT_JSON);
    check(payload, FORMAT_TEXT);
    return 0;
}
