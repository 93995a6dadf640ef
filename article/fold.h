/* How one code point is folded and what it is to a tokeniser: one table for all of Unicode, built
 * from ICU's data at first use, so that a look-up is two loads.
 *
 * The folding: canonical decomposition, NFKC case folding (UAX #31), canonical decomposition again
 * but for Hangul syllables, then copydesk's own filters (text_view.h names them). Where ICU's data
 * is the same, so is the table, on every machine; fold_table_digest says whether it is.
 * Private to article/, but for the digest. Threads: any. */
#ifndef COPYDESK_ARTICLE_FOLD_H
#define COPYDESK_ARTICLE_FOLD_H

#include <stddef.h>
#include <stdint.h>

enum fold_kind {
    FOLD_WORD,      /* part of a word */
    FOLD_MARK,      /* a combining mark that is kept: part of the token before it */
    FOLD_JAMO,      /* part of a word: a medial or final jamo, which composes with what precedes */
    FOLD_NUMBER,    /* part of a number */
    FOLD_IDEOGRAPH, /* a token of its own: Han, Kana, Thai, Lao, Khmer, Myanmar */
    FOLD_EXPANSION, /* several points, some of them letters or digits */
    FOLD_DROPPED,   /* a mark or tatweel: folds to nothing, belongs to the token before it */
    FOLD_IGNORED,   /* a default-ignorable code point: folds to nothing */
    FOLD_SPACE,
    FOLD_LINE,        /* a line break */
    FOLD_FULL_STOP,   /* ends a sentence before a space, joins otherwise */
    FOLD_EXCLAMATION, /* ends a sentence before a space, parts otherwise */
    FOLD_SENTENCE,    /* ends a sentence whatever follows */
    FOLD_JOINER,
    FOLD_PUNCTUATION
};

enum fold_flags {
    FOLD_LETTER = 1 << 0, /* the source is a letter */
    FOLD_UPPER = 1 << 1,  /* in upper or title case */
    FOLD_LOWER = 1 << 2,  /* in lower case */
    FOLD_UNCLEAN = 1 << 3 /* a control or non-character: a space in clean text */
};

struct fold_entry {
    int32_t shift;     /* from the code point to its folded point; of an expansion: its index */
    uint8_t kind;      /* enum fold_kind */
    uint8_t flags;     /* enum fold_flags */
    uint8_t script;    /* UScriptCode; 255: above 254 */
    uint8_t combining; /* canonical combining class of the folded point */
};

enum { FOLD_BLOCK = 256, FOLD_BLOCKS = 0x110000 / FOLD_BLOCK };

/* Letters below U+0800 that fold to one letter, nearly all of Latin, Greek, Cyrillic, Armenian,
 * Hebrew and Arabic, in one word each: the folded point, the script, and the flags below. 0: look
 * at the entry. */
enum {
    FOLD_SHORT_LETTERS = 0x800,
    FOLD_SHORT_POINT = 0x1FFFFF,
    FOLD_SHORT_SCRIPT = 21, /* the script's lowest bit */
    FOLD_SHORT_LOWER = 1 << 29,
    FOLD_SHORT_UPPER = 1 << 30
};

struct fold_table {
    uint32_t short_letters[FOLD_SHORT_LETTERS];
    uint16_t block_of[FOLD_BLOCKS];   /* by code point / FOLD_BLOCK */
    const struct fold_entry *entries; /* FOLD_BLOCK of them a block */
    const uint32_t *expansions;       /* at shift: how many points, then they */
};

/* The table, built at the first call. */
const struct fold_table *fold_table_get(void);

/* A hash of all that the table says: two machines with the same digest fold alike. */
uint64_t fold_table_digest(void);

/* code_point: at most U+10FFFF. */
static inline const struct fold_entry *fold_entry_of(const struct fold_table *table,
                                                     uint32_t code_point)
{
    return table->entries + (size_t)table->block_of[code_point / FOLD_BLOCK] * FOLD_BLOCK +
           code_point % FOLD_BLOCK;
}

/* code_point's folded point; not for expansions and what folds to nothing. */
static inline uint32_t fold_point(const struct fold_entry *entry, uint32_t code_point)
{
    return code_point + (uint32_t)entry->shift;
}

/* A letter's entry as in short_letters; 0 where it does not fold to one. */
static inline uint32_t fold_letter(const struct fold_entry *entry, uint32_t code_point)
{
    uint32_t flags = (entry->flags & FOLD_UPPER ? FOLD_SHORT_UPPER : 0) |
                     (entry->flags & FOLD_LOWER ? FOLD_SHORT_LOWER : 0);

    if (entry->kind != FOLD_WORD || (entry->flags & FOLD_LETTER) == 0)
        return 0;
    return fold_point(entry, code_point) | (uint32_t)entry->script << FOLD_SHORT_SCRIPT | flags;
}

#endif
