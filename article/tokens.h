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

/* Arrays that grow and stay. */
struct token_store {
    uint32_t *points;
    uint32_t *starts;
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
    bool line_is_space; /* HTML: only tags part paragraphs */
    bool literal;       /* inside an address: no byte means more than itself */

    bool open;                /* the token that is being read: */
    bool disordered;          /* its marks must be sorted */
    uint8_t last_combining;   /* class of its last point */
    struct text_token *token; /* where it will stand in the store */
    uint32_t letters;
    uint32_t upper_letters;

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

/* Opens a token here; none is open. lower: its first letter is in lower case. */
void tokens_open(struct tokens *tokens, enum token_kind kind, bool lower);

/* White space stands here; no token is open. */
void tokens_see_space(struct tokens *tokens);

/* Ends the open token, if any. */
void tokens_close(struct tokens *tokens);

/* Flags the tokens, the open one too, that start at or behind a byte offset. */
void tokens_flag(struct tokens *tokens, size_t start, unsigned flags);

void token_store_free(struct token_store *store);

#endif
