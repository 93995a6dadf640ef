#include "article/article.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "article/scratch.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"

struct article_scratch *article_scratch_new(void)
{
    struct article_scratch *scratch = memory_zeroed(1, sizeof *scratch);

    scratch->scanner = json_scanner_new();
    for (int i = 0; i < ARTICLE_VIEWS; i++)
        scratch->builders[i] = text_view_builder_new();
    return scratch;
}

void article_scratch_free(struct article_scratch *scratch)
{
    if (scratch == NULL)
        return;
    json_scanner_free(scratch->scanner);
    for (int i = 0; i < ARTICLE_VIEWS; i++)
        text_view_builder_free(scratch->builders[i]);
    free(scratch);
}

void article_scratch_begin(struct article_scratch *scratch, const struct article *article)
{
    scratch->owner = article;
    memset(scratch->built, 0, sizeof scratch->built);
}

/* What an article that is done with may keep, and the steps in which room for the payload grows. */
enum { KEPT_ROOM = 64 << 10, KEPT_ARENA = 64 << 10, ROOM_STEP = 4 << 10, ARENA_BLOCK = 8 << 10 };

/* One allocation for the struct and the payload behind it; all but the room and the arena's blocks
 * is zeroed. */
static struct article *empty_article(struct article *used, size_t length)
{
    struct article *article = used;
    struct arena arena = {.block_size = ARENA_BLOCK};

    if (used != NULL && used->room < length) {
        article_free(used);
        article = NULL;
    }
    size_t room = article != NULL ? article->room : (length / ROOM_STEP + 1) * ROOM_STEP;

    if (article == NULL)
        article = memory_allocate(sizeof *article + room);
    else
        arena = article->arena;
    memset(article, 0, sizeof *article);
    arena_reset(&arena, KEPT_ARENA);
    article->arena = arena;
    article->room = room;
    return article;
}

struct article *article_renew(struct article *used, struct slice payload,
                              struct article_coordinates coordinates, struct slice fallback_id)
{
    struct article *article = empty_article(used, payload.length);

    if (!slice_is_absent(payload)) {
        char *copy = (char *)(article + 1);

        memcpy(copy, payload.data, payload.length);
        article->payload = slice_of(copy, payload.length);
    }
    article->coordinates = coordinates;
    article->coordinates.topic = arena_copy(&article->arena, coordinates.topic);
    article->coordinates.payload_hash = hash_bytes(article->payload);
    article->fallback_id = arena_copy(&article->arena, fallback_id);
    return article;
}

struct article *article_new(struct slice payload, struct article_coordinates coordinates,
                            struct slice fallback_id)
{
    return article_renew(NULL, payload, coordinates, fallback_id);
}

struct article *article_trim(struct article *used)
{
    if (used->room > KEPT_ROOM) {
        article_free(used);
        return NULL;
    }
    arena_reset(&used->arena, KEPT_ARENA);
    return used;
}

size_t article_bytes(const struct article *article)
{
    return sizeof *article + article->room + arena_bytes(&article->arena);
}

void article_free(struct article *article)
{
    if (article == NULL)
        return;
    arena_free(&article->arena);
    free(article);
}

const struct text_view *article_view(struct article *article, enum article_role role)
{
    static const struct text_view EMPTY;
    struct article_scratch *scratch = article->scratch;
    int place = role == ROLE_HEADLINE ? 0 : 1;

    if (scratch == NULL || (role != ROLE_HEADLINE && role != ROLE_BODY))
        return &EMPTY;
    if (scratch->owner != article)
        article_scratch_begin(scratch, article);
    if (!scratch->built[place]) {
        text_view_build(scratch->builders[place], article->texts[role], &scratch->views[place]);
        scratch->built[place] = true;
    }
    return &scratch->views[place];
}

int article_reject(struct article *article, enum article_reason reason, const char *processor,
                   const char *format, ...)
{
    char *text = article->reason_text;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof article->reason_text, format, arguments);
    va_end(arguments);
    text[utf8_valid_prefix(slice_of_text(text))] = '\0';
    article->reason = reason;
    article->reason_processor = processor;
    return -1;
}

const char *article_reason_name(enum article_reason reason)
{
    static const char *const NAMES[REASON_COUNT] = {
        [REASON_NONE] = "none",
        [REASON_MALFORMED_JSON] = "malformed_json",
        [REASON_NOT_AN_OBJECT] = "not_an_object",
        [REASON_INVALID_UTF8] = "invalid_utf8",
        [REASON_DUPLICATE_KEY] = "duplicate_key",
        [REASON_NO_BODY] = "no_body",
        [REASON_TOO_LARGE] = "too_large",
        [REASON_TOO_DEEP] = "too_deep",
        [REASON_TOO_SLOW] = "too_slow",
        [REASON_FRAMING] = "framing",
        [REASON_REJECTED] = "rejected",
        [REASON_CRASHED] = "crashed",
        [REASON_OUTPUT_TOO_LARGE] = "output_too_large",
    };

    return NAMES[reason];
}
