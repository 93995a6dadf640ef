#include "processors/entities/match.h"

#include <stdlib.h>

#include <unicode/uchar.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "processors/entities/affix.h"
#include "processors/entities/array.h"
#include "processors/entities/context.h"
#include "processors/entities/segment.h"

struct matcher {
    struct match *matches;
    uint32_t count;
    uint32_t capacity;
    struct segmenter *segmenter;
};

/* One text in one language. */
struct search {
    struct matcher *matcher;
    const struct gazetteer *gazetteer;
    const struct language_rules *rules;
    const struct text_view *view;
    uint32_t known; /* the word behind the last match; 0: none yet */
};

/* A name that begins at some word. */
struct hit {
    const struct gazetteer_row *row; /* NULL: none */
    uint32_t words;
    uint32_t skipped; /* folded points of the first word before the name */
    uint32_t dropped; /* folded points of the last word behind it */
};

/* The words that a walk has gone over. */
struct walk {
    struct gazetteer_step step;
    uint32_t words;
    uint64_t upper; /* bit i: word i begins with a capital */
    bool all_upper;
    uint32_t dropped; /* of the last word: what stays outside; nothing goes on behind it */
};

struct matcher *matcher_new(void)
{
    struct matcher *matcher = memory_zeroed(1, sizeof(*matcher));

    matcher->segmenter = segmenter_new();
    return matcher;
}

void matcher_free(struct matcher *matcher)
{
    if (matcher == NULL)
        return;
    segmenter_free(matcher->segmenter);
    free(matcher->matches);
    free(matcher);
}

void matcher_clear(struct matcher *matcher)
{
    matcher->count = 0;
}

const struct match *matcher_matches(const struct matcher *matcher)
{
    return matcher->matches;
}

/* ---- Walking ---- */

/* Goes on by a word whose hash, or that of the name it is a form of, is given. */
static bool walk_as(const struct search *search, struct walk *walk, const struct text_token *token,
                    uint64_t hash)
{
    if (!gazetteer_walk(search->gazetteer, walk->step.state, hash, (enum token_gap)token->gap,
                        &walk->step))
        return false;
    if ((token->flags & TOKEN_UPPER_FIRST) != 0)
        walk->upper |= 1ULL << walk->words;
    if ((token->flags & TOKEN_UPPER_ALL) == 0)
        walk->all_upper = false;
    walk->words++;
    return true;
}

/* A name does not begin with a small letter in scripts that have capitals; folded letters of these
 * are all below the Hebrew ones. */
static bool may_begin_form(const struct search *search, const struct text_token *token)
{
    return search->view->points[token->first] >= 0x590 ||
           (token->flags & (TOKEN_UPPER_FIRST | TOKEN_UPPER_ALL)) != 0;
}

static uint32_t stems_of(const struct search *search, const struct text_token *token, bool first,
                         struct affix_stem stems[AFFIX_STEMS])
{
    if (token->kind != TOKEN_WORD || (first && !may_begin_form(search, token)) ||
        word_set_has(&search->rules->plain, token->hash))
        return 0;
    return affix_stems(search->rules, search->view->points + token->first, token->length, first,
                       stems);
}

/* Is a cut before this point, inside of its word, inside one source character that folds to several
 * (a ligature)? Then no position tells the two sides apart. */
static bool splits_character(const struct text_view *view, uint32_t point)
{
    return view->starts[point] < view->ends[point - 1];
}

static bool is_cut_cleanly(const struct text_view *view, const struct text_token *token,
                           const struct affix_stem *stem)
{
    return (stem->skipped == 0 || !splits_character(view, token->first + stem->skipped)) &&
           (stem->dropped == 0 ||
            !splits_character(view, token->first + token->length - stem->dropped));
}

/* Goes on by a word behind the first: as it is, else as a form. */
static bool walk_over(const struct search *search, struct walk *walk,
                      const struct text_token *token)
{
    struct affix_stem stems[AFFIX_STEMS];

    if (walk_as(search, walk, token, token->hash))
        return true;
    uint32_t count = stems_of(search, token, false, stems);

    for (uint32_t i = 0; i < count; i++) {
        walk->dropped = stems[i].dropped;
        if (is_cut_cleanly(search->view, token, &stems[i]) &&
            walk_as(search, walk, token, text_token_hash(stems[i].points, stems[i].length)))
            return true;
    }
    return false;
}

static bool is_whole(const struct search *search, uint32_t first, uint32_t count)
{
    const struct text_view *view = search->view;

    return (view->tokens[first].kind != TOKEN_IDEOGRAPH &&
            view->tokens[first + count - 1].kind != TOKEN_IDEOGRAPH) ||
           segmenter_is_whole(search->matcher->segmenter, view, first, count);
}

static bool is_meant(const struct search *search, uint32_t first, const struct walk *walk)
{
    const struct gazetteer_row *row = gazetteer_row_of(search->gazetteer, walk->step);
    struct candidate candidate = {search->view, row, first, walk->words, search->known};

    if ((row->upper & ~walk->upper) != 0 || (row->acronym && !walk->all_upper))
        return false;
    return context_allows(search->rules, &candidate) && is_whole(search, first, walk->words);
}

/* The longest name from word `first` on, which is read as the hash says: as itself, or as the name
 * that it is a form of. */
static struct hit longest_name_as(const struct search *search, uint32_t first, uint64_t hash,
                                  const struct affix_stem *stem)
{
    struct walk walk = {.all_upper = true, .dropped = stem != NULL ? stem->dropped : 0};
    const struct text_token *tokens = &search->view->tokens[first];
    struct hit longest = {0};
    bool on =
        gazetteer_may_begin(search->gazetteer, hash) && walk_as(search, &walk, &tokens[0], hash);

    while (on) {
        if (walk.step.row != 0 && is_meant(search, first, &walk))
            longest = (struct hit){gazetteer_row_of(search->gazetteer, walk.step), walk.words,
                                   stem != NULL ? stem->skipped : 0, walk.dropped};
        on = walk.step.state != GAZETTEER_ROOT && walk.dropped == 0 &&
             first + walk.words < search->view->token_count &&
             walk_over(search, &walk, &tokens[walk.words]);
    }
    return longest;
}

/* A word as it is comes before what it may be a form of. */
static struct hit longest_name(const struct search *search, uint32_t first)
{
    const struct text_token *token = &search->view->tokens[first];
    struct affix_stem stems[AFFIX_STEMS];
    struct hit hit = longest_name_as(search, first, token->hash, NULL);
    uint32_t count = hit.row == NULL ? stems_of(search, token, true, stems) : 0;

    for (uint32_t i = 0; hit.row == NULL && i < count; i++)
        if (is_cut_cleanly(search->view, token, &stems[i]))
            hit = longest_name_as(search, first, text_token_hash(stems[i].points, stems[i].length),
                                  &stems[i]);
    return hit;
}

/* ---- Positions ---- */

static uint32_t bytes_of_points(const char *text, uint32_t points)
{
    uint32_t bytes = 0;

    for (; points > 0; points--)
        bytes += (uint32_t)utf8_length((unsigned char)text[bytes]);
    return bytes;
}

/* The stop of "U.S." is part of it. */
static bool ends_in_stop(const struct text_view *view, uint32_t first, const struct hit *hit)
{
    const struct text_token *last = &view->tokens[first + hit->words - 1];

    return hit->words > 1 && last->length == 1 && last->kind == TOKEN_WORD &&
           last->gap == GAP_JOINER && last->end_byte < view->value.length &&
           view->value.data[last->end_byte] == '.';
}

static struct match positions_of(const struct text_view *view, uint32_t first,
                                 const struct hit *hit)
{
    const struct text_token *from = &view->tokens[first];
    const struct text_token *to = &view->tokens[first + hit->words - 1];
    uint32_t stop = ends_in_stop(view, first, hit) ? 1 : 0;
    struct match match = {hit->row->entity, from->start, to->end + stop, from->start_byte,
                          to->end_byte + stop};

    if (hit->skipped > 0) {
        match.start = view->ends[from->first + hit->skipped - 1];
        match.start_byte +=
            bytes_of_points(view->value.data + from->start_byte, match.start - from->start);
    }
    if (hit->dropped > 0) {
        match.end = view->starts[to->first + to->length - hit->dropped];
        match.end_byte = to->start_byte +
                         bytes_of_points(view->value.data + to->start_byte, match.end - to->start);
    }
    return match;
}

static bool is_word_end(struct slice value, size_t at)
{
    return at == value.length ||
           !u_isalnum((UChar32)utf8_decode((const unsigned char *)value.data + at));
}

/* "UN-a" (of the UN, in Croatian) is one word. */
static void take_suffix(const struct search *search, struct match *match)
{
    struct slice value = search->view->value;
    size_t left = value.length - match->end_byte;

    for (uint32_t i = 0; i < search->rules->suffixes.count; i++) {
        struct slice suffix = search->rules->suffixes.texts[i];

        if (suffix.length > left ||
            memcmp(value.data + match->end_byte, suffix.data, suffix.length) != 0 ||
            !is_word_end(value, match->end_byte + suffix.length))
            continue;
        match->end_byte += (uint32_t)suffix.length;
        match->end += (uint32_t)utf8_count(suffix);
        return;
    }
}

static void add_match(struct matcher *matcher, struct match match)
{
    matcher->matches = array_grown(matcher->matches, matcher->count, &matcher->capacity,
                                   sizeof(*matcher->matches));
    matcher->matches[matcher->count++] = match;
}

uint32_t matcher_run(struct matcher *matcher, const struct gazetteer *gazetteer,
                     const struct language_rules *rules, const struct text_view *view)
{
    struct search search = {matcher, gazetteer, rules, view, 0};
    uint32_t before = matcher->count;

    for (uint32_t i = 0; i < view->token_count;) {
        struct hit hit = {0};

        if ((view->tokens[i].flags & TOKEN_URL) == 0)
            hit = longest_name(&search, i);
        if (hit.row != NULL) {
            struct match match = positions_of(view, i, &hit);

            take_suffix(&search, &match);
            add_match(matcher, match);
            search.known = i + hit.words;
        }
        i += hit.row != NULL ? hit.words : 1;
    }
    return matcher->count - before;
}
