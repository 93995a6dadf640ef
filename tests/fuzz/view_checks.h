/* What holds of every text view. */
#ifndef COPYDESK_TESTS_FUZZ_VIEW_CHECKS_H
#define COPYDESK_TESTS_FUZZ_VIEW_CHECKS_H

#include <stdlib.h>

#include "article/text_view.h"
#include "base/utf8.h"

static inline void require(bool holds)
{
    if (!holds)
        abort();
}

static inline void require_sound_points(const struct text_view *view,
                                        const struct text_token *token)
{
    for (uint32_t i = 0; i < token->length; i++) {
        uint32_t start = text_view_start(view, token, i);
        uint32_t end = text_view_end(view, token, i);

        require(start < end && end <= view->value_points);
        require(i == 0 || start >= text_view_start(view, token, i - 1));
        require(i == 0 || end >= text_view_end(view, token, i - 1));
        require(view->points[token->first + i] <= UTF8_LAST_CODE_POINT);
    }
}

static inline void require_sound_token(const struct text_view *view, const struct text_token *token)
{
    const char *value = view->value.data;

    require(token->length > 0 && token->first + token->length <= view->point_count);
    require_sound_points(view, token);
    require(token->start == text_view_start(view, token, 0));
    require(token->end == text_view_end(view, token, token->length - 1));
    require(token->start_byte < token->end_byte && token->end_byte <= view->value.length);
    require(utf8_count(slice_of(value + token->start_byte, token->end_byte - token->start_byte)) ==
            token->end - token->start);
    require(token->hash == text_token_hash(view->points + token->first, token->length));
}

/* Byte and code point positions count the same places. */
static inline void require_sound_places(const struct text_view *view)
{
    uint32_t byte = 0;
    uint32_t point = 0;

    for (uint32_t i = 0; i < view->token_count; i++) {
        const struct text_token *token = &view->tokens[i];

        require(token->start_byte >= byte && token->start >= point);
        require(utf8_count(slice_of(view->value.data + byte, token->start_byte - byte)) ==
                token->start - point);
        byte = token->start_byte;
        point = token->start;
    }
}

static inline void require_sound_view(const struct text_view *view)
{
    uint32_t points = 0;

    require(view->value_points == utf8_count(view->value));
    require(utf8_is_valid(view->clean));
    for (uint32_t i = 0; i < view->token_count; i++) {
        require(view->tokens[i].first == points);
        require_sound_token(view, &view->tokens[i]);
        points += view->tokens[i].length;
    }
    require(points == view->point_count);
    require_sound_places(view);
}

#endif
