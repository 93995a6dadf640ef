/* The tokeniser under the text view: code points go in, folded points and tokens come out. It reads
 * plain text by itself and stops where a byte may mean more than itself (markup, an HTML reference,
 * an address, a control); text_view.c decides there.
 *
 * Marks keep the order that Unicode's canonical ordering gives them and conjoining jamo are
 * composed, so that canonically equivalent texts have equal tokens.
 * Private to article/. Threads: one at a time. */
#ifndef COPYDESK_ARTICLE_TOKENS_H
#define COPYDESK_ARTICLE_TOKENS_H

#include <stdbool.h>

#include "article/fold.h"
#include "article/text_view.h"

/* What was seen since the last token. */
enum gap_seen {
    GAP_SEEN_SPACE = 1 << 0,
    GAP_SEEN_JOINER = 1 << 1,
    GAP_SEEN_DASH = 1 << 2, /* two joiners */
    GAP_SEEN_PUNCTUATION = 1 << 3,
    GAP_SEEN_FULL_STOP = 1 << 4,
    GAP_SEEN_EXCLAMATION = 1 << 5,
    GAP_SEEN_SPACE_AFTER = 1 << 6, /* after a full stop or exclamation */
    GAP_SEEN_END = 1 << 7,         /* the sentence is over in any case */
    GAP_SEEN_IGNORED = 1 << 8      /* a code point that folds to nothing */
};

/* What a separator of that kind is to the gap. line_is_space: HTML, where only tags part
 * paragraphs.
 */
static inline unsigned gap_seen_of(enum fold_kind kind, bool line_is_space)
{
    static const uint8_t SEEN[] = {[FOLD_SPACE] = GAP_SEEN_SPACE,
                                   [FOLD_LINE] = GAP_SEEN_END,
                                   [FOLD_FULL_STOP] = GAP_SEEN_FULL_STOP,
                                   [FOLD_EXCLAMATION] = GAP_SEEN_EXCLAMATION,
                                   [FOLD_SENTENCE] = GAP_SEEN_END,
                                   [FOLD_JOINER] = GAP_SEEN_JOINER,
                                   [FOLD_PUNCTUATION] = GAP_SEEN_PUNCTUATION};

    return kind == FOLD_LINE && line_is_space ? GAP_SEEN_SPACE : SEEN[kind];
}

/* The gap after one more separator. A second joiner is a dash, a second full stop an exclamation:
 * the next bit. */
static inline unsigned gap_after(unsigned gap, unsigned seen)
{
    if (seen == GAP_SEEN_SPACE && (gap & (GAP_SEEN_FULL_STOP | GAP_SEEN_EXCLAMATION)) != 0)
        seen |= GAP_SEEN_SPACE_AFTER;
    if ((seen & (GAP_SEEN_JOINER | GAP_SEEN_FULL_STOP) & gap) != 0)
        seen <<= 1;
    return gap | seen;
}

/* Arrays that grow and stay. Behind the last point TOKEN_SLACK more can be written. */
enum { TOKEN_SLACK = 64 };

struct token_store {
    uint32_t *points;
    uint32_t *starts; /* of points of tokens that are TOKEN_MAPPED */
    uint32_t *ends;
    size_t point_capacity;
    struct text_token *tokens;
    size_t token_capacity;
    uint32_t *spare; /* for sorting */
    size_t spare_capacity;
};

struct tokens {
    struct token_store *store;
    const struct fold_table *table;
    const unsigned char *bytes; /* the value */
    size_t length;
    size_t byte;       /* where reading is, */
    uint32_t position; /* the same in code points */
    uint32_t point_count;
    uint32_t token_count;
    bool line_is_space; /* see gap_seen_of */
    bool literal;       /* inside an address: no byte means more than itself */

    bool open;                /* the token that is being read: */
    bool disordered;          /* its marks must be sorted */
    bool all_upper;           /* its letters so far */
    uint8_t last_combining;   /* class of its last point */
    struct text_token *token; /* where it will stand in the store */
    uint32_t letters;

    unsigned gap; /* enum gap_seen, since the last point */
};

/* value: valid UTF-8, outlives tokens. */
void tokens_begin(struct tokens *tokens, struct token_store *store, struct slice value);

/* Reads up to limit (a byte offset), or to a byte that may mean more than itself. */
void tokens_read(struct tokens *tokens, size_t limit);

/* Reads `bytes` bytes, `points` code points of the value, as the one code point that they stand
 * for. */
void tokens_take(struct tokens *tokens, uint32_t code_point, size_t bytes, size_t points);

/* Leaves out `bytes` bytes, `points` code points; seen: what they are to the gap. */
void tokens_skip(struct tokens *tokens, size_t bytes, size_t points, unsigned seen);

/* What stands between the last token and one that begins here. lower: its first letter is in lower
 * case. */
enum token_gap tokens_gap(const struct tokens *tokens, enum token_kind kind, bool lower);

/* Ends the open token, if any. */
void tokens_close(struct tokens *tokens);

/* Flags the tokens, the open one too, that start at or behind a byte offset. */
void tokens_flag(struct tokens *tokens, size_t start, unsigned flags);

void token_store_free(struct token_store *store);

#endif
