/* The text view: one field of an article, read once, for every processor. docs/text-view.md says
 * why it is as it is.
 *
 * From the decoded value it makes, in a single pass,
 *   - `clean`: UTF-8 in original case without tags, comments, URLs and e-mail addresses (a space or
 *     line break stands for each), HTML references decoded, controls and non-characters replaced by
 *     a space. For detectors that read text.
 *   - `points`: the folded code points: NFKC case folding, then canonical decomposition (Hangul
 *     syllables stay whole), without default-ignorable code points, without the marks of Latin,
 *     Greek, Cyrillic, Arabic and Hebrew, without tatweel; alef with wasla to alef, alef maksura
 *     and Farsi and Kurdish ya to ya, ta marbuta and the heh forms to heh, keheh to kaf; dotless i
 *     to i; decimal digits to ASCII. Tags are out, HTML references decoded. For each folded point
 *     where it came from. Canonically equivalent values have equal points.
 *   - `tokens`: words over the folded points. Letters and digits are separate tokens; a Han, Kana,
 *     Thai, Lao, Khmer or Myanmar code point, with the marks on it, is a token of its own
 *     (TOKEN_IDEOGRAPH).
 *
 * Positions count Unicode code points of the decoded value, tags included, so that
 * value[start:end] is the source of a token. They come through folding unharmed: where one source
 * point folds to several, all of them carry its span, also where it parts into several tokens
 * (one half: 1, 2); where a source point folds to none, it belongs to the token that it stands in.
 * Starts never decrease, nor do ends. Nearly every token is folded point by point, so that its
 * start says where each of its points stands; only for others (TOKEN_MAPPED) places are kept, and
 * text_view_start and text_view_end know both.
 *
 * Part of the plugin ABI: fields are only appended. Ownership: everything belongs to the view; a
 * view that a processor gets is valid until its `process` returns. Threads: one at a time. */
#ifndef COPYDESK_ARTICLE_TEXT_VIEW_H
#define COPYDESK_ARTICLE_TEXT_VIEW_H

#include <stdint.h>

#include "base/slice.h"

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_IDEOGRAPH };

/* What stands between a token and the one before it, the strongest of it; before the first one of a
 * value: GAP_SENTENCE. */
enum token_gap {
    GAP_NONE,        /* nothing: letters then digits, ideographs */
    GAP_SPACE,       /* white space, an ignorable, or a tag that is not a block's */
    GAP_JOINER,      /* hyphen, apostrophe, full stop, slash, middle dot, alone between the two; or
                        a full stop and space that end no sentence (St. Louis, J. Smith) */
    GAP_PUNCTUATION, /* comma, quotation mark, bracket, colon, a dash ... */
    GAP_SENTENCE, /* sentence end: . ! ? or ellipsis before a space, unless the next word begins in
                     lower case or an initial or abbreviation stands before the full stop; the full
                     stops of other scripts; a block tag (p, br, div, li, h1 ...); a line break,
                     since feeds set one paragraph a line, but not behind a block tag */
};

enum token_flags {
    TOKEN_UPPER_FIRST = 1 << 0, /* its first letter is upper or title case in the source */
    TOKEN_UPPER_ALL = 1 << 1,   /* at least two letters, all of them upper case */
    TOKEN_URL = 1 << 2,         /* inside a URL or e-mail address */
    TOKEN_MAPPED = 1 << 3,      /* its points are not one for each code point from its start on */
};

struct text_token {
    uint64_t hash;   /* of the folded points: the same word has the same hash in every article */
    uint32_t first;  /* index of its first folded point */
    uint32_t length; /* folded points */
    uint32_t start;  /* in the value, code points */
    uint32_t end;    /* behind its last code point, trailing marks included */
    uint32_t start_byte; /* the same place in the UTF-8 value */
    uint32_t end_byte;
    uint8_t kind;  /* enum token_kind */
    uint8_t gap;   /* enum token_gap, before this token */
    uint8_t flags; /* enum token_flags */
    uint8_t
        script; /* ICU's UScriptCode of its first letter, 0 (common) for numbers; 255: above 254 */
};

struct text_view {
    struct slice value; /* the decoded field: what positions count in */
    uint32_t value_points;

    struct slice clean;

    const uint32_t *points; /* folded code points of all tokens, one after the other */
    const uint32_t *starts; /* of points of mapped tokens only: see text_view_start */
    const uint32_t *ends;
    uint32_t point_count;

    const struct text_token *tokens;
    uint32_t token_count;
};

/* Where a token's point i (0 to length - 1) begins in the value, and where its source ends, marks
 * that fold away included; code points. */
static inline uint32_t text_view_start(const struct text_view *view, const struct text_token *token,
                                       uint32_t i)
{
    return token->flags & TOKEN_MAPPED ? view->starts[token->first + i] : token->start + i;
}

static inline uint32_t text_view_end(const struct text_view *view, const struct text_token *token,
                                     uint32_t i)
{
    return token->flags & TOKEN_MAPPED ? view->ends[token->first + i] : token->start + i + 1;
}

/* The hash of a word given by its folded points, as text_token.hash. */
uint64_t text_token_hash(const uint32_t *points, uint32_t count);

/* Working memory that views are built in; reused from article to article, grows to the largest. */
struct text_view_builder;

struct text_view_builder *text_view_builder_new(void);
void text_view_builder_free(struct text_view_builder *builder);

/* Builds the view of value, which must be valid UTF-8 and outlive the view. ret_view points into
 * the builder: it is valid until the builder's next use. Also used for the names of lists, so that
 * both sides of a comparison are folded alike. */
void text_view_build(struct text_view_builder *builder, struct slice value,
                     struct text_view *ret_view);

#endif
