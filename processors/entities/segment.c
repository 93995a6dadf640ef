#include "processors/entities/segment.h"

#include <stdlib.h>

#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include "base/memory.h"

enum { AROUND = 8, WINDOW_UNITS = 2048 };

struct segmenter {
    UBreakIterator *words; /* NULL: ICU has none */
    UChar window[WINDOW_UNITS];
};

struct segmenter *segmenter_new(void)
{
    struct segmenter *segmenter = memory_zeroed(1, sizeof(*segmenter));
    UErrorCode error = U_ZERO_ERROR;

    segmenter->words = ubrk_open(UBRK_WORD, "", NULL, 0, &error);
    if (U_FAILURE(error))
        segmenter->words = NULL;
    return segmenter;
}

void segmenter_free(struct segmenter *segmenter)
{
    if (segmenter == NULL)
        return;
    ubrk_close(segmenter->words);
    free(segmenter);
}

static bool runs_on(const struct text_view *view, uint32_t index)
{
    return view->tokens[index].kind == TOKEN_IDEOGRAPH && view->tokens[index].gap == GAP_NONE;
}

/* The unspaced run around a token, cut at AROUND. */
static uint32_t run_start(const struct text_view *view, uint32_t first)
{
    uint32_t start = first;

    while (start > 0 && first - start < AROUND && runs_on(view, start))
        start--;
    return start;
}

static uint32_t run_end(const struct text_view *view, uint32_t end)
{
    uint32_t to = end;

    while (to < view->token_count && to - end < AROUND && runs_on(view, to))
        to++;
    return to;
}

/* Appends the text's bytes from .. to as UTF-16; returns the new length, or -1 where it is full. */
static int32_t append_units(struct segmenter *segmenter, int32_t length,
                            const struct text_view *view, uint32_t from, uint32_t to)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t added = 0;

    if (length < 0)
        return -1;
    u_strFromUTF8(segmenter->window + length, WINDOW_UNITS - length, &added,
                  view->value.data + from, (int32_t)(to - from), &error);
    return U_SUCCESS(error) ? length + added : -1;
}

bool segmenter_is_whole(struct segmenter *segmenter, const struct text_view *view, uint32_t first,
                        uint32_t count)
{
    const struct text_token *tokens = view->tokens;
    uint32_t last = first + count - 1;
    uint32_t start_byte = tokens[run_start(view, first)].start_byte;
    uint32_t end_byte = tokens[run_end(view, last + 1) - 1].end_byte;
    UErrorCode error = U_ZERO_ERROR;
    int32_t start = append_units(segmenter, 0, view, start_byte, tokens[first].start_byte);
    int32_t end =
        append_units(segmenter, start, view, tokens[first].start_byte, tokens[last].end_byte);
    int32_t length = append_units(segmenter, end, view, tokens[last].end_byte, end_byte);

    if (segmenter->words == NULL || length < 0)
        return true;
    ubrk_setText(segmenter->words, segmenter->window, length, &error);
    return U_FAILURE(error) ||
           (ubrk_isBoundary(segmenter->words, start) && ubrk_isBoundary(segmenter->words, end));
}
