#include "processors/entities/match.h"

#include <stdlib.h>

#include "base/memory.h"

/* A name found at some word. */
struct hit {
    const struct gazetteer_row *row; /* NULL: none */
    uint32_t words;
};

/* The words that a walk has gone over. */
struct walk {
    const struct text_view *view;
    uint32_t first;
    uint32_t words;
    uint64_t upper; /* bit i: word i begins with a capital */
    bool all_upper;
};

static void walk_over(struct walk *walk, const struct text_token *token)
{
    if ((token->flags & TOKEN_UPPER_FIRST) != 0)
        walk->upper |= 1ULL << walk->words;
    if ((token->flags & TOKEN_UPPER_ALL) == 0)
        walk->all_upper = false;
    walk->words++;
}

static bool is_katakana(const struct text_view *view, uint32_t index)
{
    uint32_t point = view->points[view->tokens[index].first];

    return point >= 0x30a1 && point <= 0x30fe;
}

/* Katakana words are written together: no name ends or begins inside of one. */
static bool splits_word(const struct text_view *view, uint32_t index)
{
    return index > 0 && index < view->token_count && view->tokens[index].gap == GAP_NONE &&
           view->tokens[index].kind == TOKEN_IDEOGRAPH && is_katakana(view, index) &&
           is_katakana(view, index - 1);
}

static bool is_meant(const struct walk *walk, const struct gazetteer_row *row)
{
    if ((row->upper & ~walk->upper) != 0 || (row->acronym && !walk->all_upper))
        return false;
    return !splits_word(walk->view, walk->first) &&
           !splits_word(walk->view, walk->first + walk->words);
}

/* The longest name from word `first` on, whose own hash is given: it may have lost its proclitics.
 */
static struct hit longest_name(const struct gazetteer *gazetteer, const struct text_view *view,
                               uint32_t first, uint64_t hash)
{
    struct walk walk = {.view = view, .first = first, .all_upper = true};
    struct gazetteer_step step = {0};
    struct hit longest = {0};

    while (
        gazetteer_walk(gazetteer, step.state, hash, view->tokens[first + walk.words].gap, &step)) {
        walk_over(&walk, &view->tokens[first + walk.words]);
        if (step.row != 0 && is_meant(&walk, gazetteer_row_of(gazetteer, step)))
            longest = (struct hit){gazetteer_row_of(gazetteer, step), walk.words};
        if (step.state == GAZETTEER_ROOT || first + walk.words == view->token_count)
            break;
        hash = view->tokens[first + walk.words].hash;
    }
    return longest;
}

static uint32_t bytes_of_points(const char *text, uint32_t points)
{
    uint32_t bytes = 0;

    for (; points > 0; points--)
        do
            bytes++;
        while (((unsigned char)text[bytes] & 0xc0) == 0x80);
    return bytes;
}

static void add_match(struct matches *matches, const struct text_view *view, uint32_t first,
                      struct hit hit, uint32_t skipped)
{
    const struct text_token *from = &view->tokens[first];
    const struct text_token *to = &view->tokens[first + hit.words - 1];
    uint32_t start = skipped > 0 ? view->ends[from->first + skipped - 1] : from->start;

    if (matches->count == matches->capacity) {
        matches->capacity = matches->capacity != 0 ? 2 * matches->capacity : 64;
        matches->items = memory_resize(matches->items, matches->capacity * sizeof(*matches->items));
    }
    matches->items[matches->count++] = (struct match){
        .entity = hit.row->entity,
        .start = start,
        .end = to->end,
        .start_byte = from->start_byte +
                      bytes_of_points(view->value.data + from->start_byte, start - from->start),
        .end_byte = to->end_byte,
    };
}

/* Returns how many words it took. */
static uint32_t match_bare(const struct gazetteer *gazetteer, const struct text_view *view,
                           uint32_t first, struct matches *matches)
{
    const struct text_token *token = &view->tokens[first];

    if (!gazetteer_may_begin(gazetteer, token->hash))
        return 0;
    struct hit hit = longest_name(gazetteer, view, first, token->hash);

    if (hit.row != NULL)
        add_match(matches, view, first, hit, 0);
    return hit.words;
}

static uint32_t match_stems(const struct gazetteer *gazetteer, enum affix_family family,
                            const struct text_view *view, uint32_t first, struct matches *matches)
{
    const struct text_token *token = &view->tokens[first];
    struct affix_stem stems[AFFIX_STEMS];
    uint32_t count = affix_stems(family, view->points + token->first, token->length, stems);

    for (uint32_t i = 0; i < count; i++) {
        uint64_t hash = text_token_hash(stems[i].points, stems[i].length);

        if (!gazetteer_may_begin(gazetteer, hash))
            continue;
        struct hit hit = longest_name(gazetteer, view, first, hash);

        if (hit.row != NULL) {
            add_match(matches, view, first, hit, stems[i].skipped);
            return hit.words;
        }
    }
    return 0;
}

void match_names(const struct gazetteer *gazetteer, enum affix_family family,
                 const struct text_view *view, struct matches *matches)
{
    for (uint32_t i = 0; i < view->token_count;) {
        uint32_t taken = 0;

        if ((view->tokens[i].flags & TOKEN_URL) == 0) {
            taken = match_bare(gazetteer, view, i, matches);
            if (taken == 0 && family != AFFIX_NONE)
                taken = match_stems(gazetteer, family, view, i, matches);
        }
        i += taken > 0 ? taken : 1;
    }
}

void matches_clear(struct matches *matches)
{
    matches->count = 0;
}

void matches_free(struct matches *matches)
{
    free(matches->items);
    *matches = (struct matches){0};
}
