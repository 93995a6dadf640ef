/* The tokeniser's way through plain bytes: words, numbers and ideographs are read in loops of their
 * own, with all that changes kept in registers. What is not so plain is left to tokens.c, one code
 * point at a time. */
#include "article/tokens.h"

#include <string.h>

#include <unicode/uscript.h>

#include "article/ascii_letters.h"
#include "article/token_hash.h"
#include "base/utf8.h"

/* So that no cursor's address is taken: it then stays in registers. */
#define INLINE __attribute__((always_inline)) static inline
/* And each loop has the registers for itself. */
#define LOOP __attribute__((noinline))

/* What each ASCII byte is: L letter, D digit, N line break, another separator (what it is to the
 * gap); Q: it may mean more than itself. */
enum {
    L = 1 << 12,
    D = 1 << 13,
    N = 1 << 14,
    Q = 1 << 15,
    S = GAP_SEEN_SPACE,
    J = GAP_SEEN_JOINER,
    X = GAP_SEEN_EXCLAMATION,
    P = GAP_SEEN_PUNCTUATION,
    F = Q | GAP_SEEN_FULL_STOP, /* but not before a space: no address has one */
    C = Q | GAP_SEEN_PUNCTUATION,
    SEPARATORS = 0xFF
};

/* What the letters of Latin below U+0280 begin with is below it. */
enum { LATIN_END = 0xCA };

static const uint16_t ASCII[0x100] = {
    Q, Q, Q, Q, Q, Q, Q, Q, Q, S, N, Q, Q, N, Q, Q, /* */
    Q, Q, Q, Q, Q, Q, Q, Q, Q, Q, Q, Q, Q, Q, Q, Q, /* */
    S, X, P, P, P, P, Q, J, P, P, P, P, P, J, F, J, /*  !"#$%&'()*+,-./ */
    D, D, D, D, D, D, D, D, D, D, C, P, Q, P, P, X, /* 0123456789:;<=>? */
    Q, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* @A */
    L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, J, /* P [\]^_ */
    P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* `a */
    L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, Q, /* p {|}~ */
};

/* struct tokens while plain bytes are read. */
struct cursor {
    const struct fold_table *table;
    const unsigned char *bytes; /* the value */
    const unsigned char *at;
    const unsigned char *end;
    const uint32_t *first_point;
    uint32_t *points;         /* where the next one goes */
    struct text_token *token; /* where the next one goes, or the open one stands */
    struct text_token *token_end;
    uint32_t folded; /* bytes up to the token, or what stands behind it, less code points */
    unsigned gap;    /* enum gap_seen */
    bool open;       /* what comes next may belong to the token */
    /* Of the token that is read: */
    uint32_t *first;
    uint32_t marks;
    uint32_t upper; /* FOLD_SHORT_UPPER while all letters are */
    uint8_t last_combining;
};

INLINE struct cursor cursor_begin(const struct tokens *tokens, size_t limit)
{
    const struct token_store *store = tokens->store;

    return (struct cursor){.table = tokens->table,
                           .bytes = tokens->bytes,
                           .at = tokens->bytes + tokens->byte,
                           .end = tokens->bytes + limit,
                           .first_point = store->points,
                           .points = store->points + tokens->point_count,
                           .token = store->tokens + tokens->token_count,
                           .token_end = store->tokens + store->token_capacity,
                           .folded = (uint32_t)tokens->byte - tokens->position,
                           .gap = tokens->gap};
}

INLINE uint32_t byte_of(const struct cursor *cursor)
{
    return (uint32_t)(cursor->at - cursor->bytes);
}

INLINE bool has_room(const struct cursor *cursor)
{
    return cursor->at < cursor->end && cursor->token < cursor->token_end;
}

/* The token stays open, for tokens.c to go on with. */
INLINE void leave_open(struct tokens *tokens, const struct cursor *cursor)
{
    tokens->open = true;
    tokens->token = cursor->token;
    tokens->disordered = false;
    tokens->letters = (uint32_t)(cursor->points - cursor->first) - cursor->marks;
    tokens->all_upper = (cursor->upper & FOLD_SHORT_UPPER) != 0;
    tokens->last_combining = cursor->last_combining;
}

INLINE void cursor_end(struct tokens *tokens, const struct cursor *cursor)
{
    tokens->byte = byte_of(cursor);
    tokens->position = byte_of(cursor) - cursor->folded;
    tokens->point_count = (uint32_t)(cursor->points - cursor->first_point);
    tokens->token_count = (uint32_t)(cursor->token - tokens->store->tokens);
    tokens->gap = cursor->gap;
    if (cursor->open)
        leave_open(tokens, cursor);
}

/* --- what stands here --- */

INLINE const struct fold_entry *entry_here(const struct cursor *cursor)
{
    return fold_entry_of(cursor->table, utf8_decode(cursor->at));
}

/* The same, of three bytes. */
INLINE const struct fold_entry *long_entry_here(const struct cursor *cursor)
{
    return fold_entry_of(cursor->table, utf8_decode_three(cursor->at));
}

INLINE bool is_ideograph(const struct fold_entry *entry)
{
    return entry->kind == FOLD_IDEOGRAPH && (entry->flags & FOLD_LETTER) != 0;
}

INLINE bool is_separator(const struct fold_entry *entry)
{
    return entry->kind >= FOLD_SPACE && (entry->flags & FOLD_UNCLEAN) == 0;
}

/* A mark that stands where it belongs among others. */
INLINE bool is_ordered_mark(const struct fold_entry *entry, uint8_t last_combining)
{
    return entry->kind == FOLD_MARK && (entry->flags & FOLD_LETTER) == 0 &&
           (entry->combining == 0 || entry->combining >= last_combining);
}

/* Nothing that stands here can belong to the token before. */
INLINE bool is_closed_here(const struct cursor *cursor)
{
    if (cursor->at == cursor->end)
        return false;
    return *cursor->at < 0x80 ? (ASCII[*cursor->at] & Q) == 0 : is_separator(entry_here(cursor));
}

INLINE bool skip_separator(const struct tokens *tokens, struct cursor *cursor)
{
    const struct fold_entry *entry = entry_here(cursor);
    uint32_t length = (uint32_t)utf8_length(*cursor->at);

    if (!is_separator(entry) || (ASCII[*cursor->at] & Q) != 0)
        return false;
    cursor->gap =
        gap_after(cursor->gap, gap_seen_of((enum fold_kind)entry->kind, tokens->line_is_space));
    cursor->at += length;
    cursor->folded += length - 1;
    return true;
}

/* --- tokens --- */

INLINE enum token_gap gap_here(struct tokens *tokens, const struct cursor *cursor,
                               enum token_kind kind, bool lower)
{
    if (cursor->gap == GAP_SEEN_SPACE)
        return GAP_SPACE;
    if (cursor->gap == 0)
        return GAP_NONE;
    tokens->gap = cursor->gap;
    tokens->token_count = (uint32_t)(cursor->token - tokens->store->tokens);
    return tokens_gap(tokens, kind, lower);
}

/* letter: of the first one, as in short_letters. */
INLINE void begin_token(struct tokens *tokens, struct cursor *cursor, enum token_kind kind,
                        uint32_t letter)
{
    uint8_t gap = (uint8_t)gap_here(tokens, cursor, kind, (letter & FOLD_SHORT_LOWER) != 0);
    struct text_token *token = cursor->token;

    token->first = (uint32_t)(cursor->points - cursor->first_point);
    token->start_byte = byte_of(cursor);
    token->start = byte_of(cursor) - cursor->folded;
    token->kind = (uint8_t)kind;
    token->gap = gap;
    token->flags = letter & FOLD_SHORT_UPPER ? TOKEN_UPPER_FIRST : 0;
    token->script = (uint8_t)(letter >> FOLD_SHORT_SCRIPT);
    cursor->gap = 0;
    cursor->first = cursor->points;
    cursor->marks = 0;
    cursor->upper = letter;
    cursor->last_combining = 0;
}

/* Behind the last letter; each has given one point. */
INLINE void end_token(struct cursor *cursor, uint64_t hash)
{
    struct text_token *token = cursor->token++;
    uint32_t length = (uint32_t)(cursor->points - cursor->first);

    token->hash = hash;
    token->length = length;
    token->end = token->start + length;
    token->end_byte = byte_of(cursor);
    cursor->folded = token->end_byte - token->end;
}

/* What stands here may belong to the token. */
INLINE void leave_token(struct cursor *cursor)
{
    struct text_token *token = cursor->token;

    token->end = token->start + (uint32_t)(cursor->points - cursor->first);
    token->end_byte = byte_of(cursor);
    cursor->folded = token->end_byte - token->end;
    cursor->open = true;
}

/* --- words --- */

/* The letter below U+0800 that stands here, as in short_letters; 0 where none does. */
INLINE uint32_t short_letter_here(const struct cursor *cursor)
{
    unsigned char byte = *cursor->at;

    if (byte < 0x80)
        return cursor->table->short_letters[byte];
    return byte < 0xE0 ? cursor->table->short_letters[(byte & 0x1Fu) << 6 | (cursor->at[1] & 0x3Fu)]
                       : 0;
}

/* The same, up to U+FFFF. */
INLINE uint32_t letter_here(const struct cursor *cursor)
{
    if (*cursor->at < 0xE0)
        return short_letter_here(cursor);
    return *cursor->at < 0xF0 ? fold_letter(entry_here(cursor), utf8_decode(cursor->at)) : 0;
}

/* Takes the code point of three bytes here as it folds. */
INLINE void take_long(struct cursor *cursor, const struct fold_entry *entry)
{
    *cursor->points++ = fold_point(entry, utf8_decode_three(cursor->at));
    cursor->last_combining = entry->combining;
    cursor->at += 3;
}

/* Letters and marks of three bytes, as long as they come. */
INLINE void read_long_letters(struct cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at & 0xF0) == 0xE0) {
        const struct fold_entry *entry = long_entry_here(cursor);

        if (entry->kind == FOLD_WORD && (entry->flags & FOLD_LETTER) != 0)
            cursor->upper &= (uint32_t)entry->flags * (FOLD_SHORT_UPPER / FOLD_UPPER);
        else if (is_ordered_mark(entry, cursor->last_combining))
            cursor->marks++;
        else
            break;
        take_long(cursor, entry);
    }
}

/* Letters of two bytes, likewise. */
INLINE void read_two_byte_letters(struct cursor *cursor)
{
    while (cursor->at < cursor->end && *cursor->at >= 0xC2 && *cursor->at < 0xE0) {
        uint32_t letter =
            cursor->table
                ->short_letters[cursor->at[0] * 0x40u + cursor->at[1] - (0xC0 * 0x40 + 0x80)];

        if (letter == 0)
            break;
        *cursor->points++ = letter & FOLD_SHORT_POINT;
        cursor->upper &= letter;
        cursor->at += 2;
    }
}

/* Letters of one and two bytes, likewise. */
INLINE void read_short_letters(struct cursor *cursor)
{
    const uint32_t *before = cursor->points;

    read_two_byte_letters(cursor);
    while (cursor->at < cursor->end && (ASCII[*cursor->at] & L) != 0) {
        uint32_t letter = cursor->table->short_letters[*cursor->at++];

        *cursor->points++ = letter & FOLD_SHORT_POINT;
        cursor->upper &= letter;
        read_two_byte_letters(cursor);
    }
    if (cursor->points != before)
        cursor->last_combining = 0;
}

/* What the ASCII separator at a byte is to the gap; 0 where there is none. */
INLINE unsigned separator_at(const struct tokens *tokens, const struct cursor *cursor,
                             const unsigned char *at)
{
    unsigned what = ASCII[*at];

    if ((what & Q) != 0 && (cursor->end - at < 2 || at[1] != ' '))
        return 0;
    return what & N ? gap_seen_of(FOLD_LINE, tokens->line_is_space) : what & SEPARATORS;
}

/* Goes behind a separator, and behind the space where one follows. */
INLINE void skip_seen(struct cursor *cursor, unsigned seen)
{
    cursor->gap = gap_after(cursor->gap, seen);
    cursor->at++;
    if (seen != GAP_SEEN_SPACE && cursor->at < cursor->end && *cursor->at == ' ') {
        cursor->gap = gap_after(cursor->gap, GAP_SEEN_SPACE);
        cursor->at++;
    }
}

INLINE void end_word(struct cursor *cursor)
{
    uint32_t length = (uint32_t)(cursor->points - cursor->first);

    if ((cursor->upper & FOLD_SHORT_UPPER) != 0 && length - cursor->marks > 1)
        cursor->token->flags |= TOKEN_UPPER_ALL;
    end_token(cursor, token_hash_padded(cursor->first, length));
}

/* Any word; false where it may go on. */
INLINE bool read_word(struct tokens *tokens, struct cursor *cursor, uint32_t letter)
{
    const unsigned char *before;

    begin_token(tokens, cursor, TOKEN_WORD, letter);
    do {
        before = cursor->at;
        read_short_letters(cursor);
        read_long_letters(cursor);
    } while (cursor->at > before);
    if (!is_closed_here(cursor)) {
        leave_token(cursor);
        return false;
    }
    end_word(cursor);
    return true;
}

/* Words and the separators around them, up to a word that begins with a letter of less than three
 * bytes. */
LOOP static void read_words(struct tokens *tokens, size_t limit)
{
    struct cursor cursor = cursor_begin(tokens, limit);
    bool more = true;

    while (more && has_room(&cursor)) {
        uint32_t letter = letter_here(&cursor);

        if (letter != 0 && *cursor.at < 0xE0 && cursor.at > tokens->bytes + tokens->byte)
            break;
        more = letter != 0 ? read_word(tokens, &cursor, letter) : skip_separator(tokens, &cursor);
    }
    cursor_end(tokens, &cursor);
}

/* The separator that stands here, if any. */
INLINE bool skip_any_separator(const struct tokens *tokens, struct cursor *cursor)
{
    unsigned seen;

    if (*cursor->at >= 0x80)
        return skip_separator(tokens, cursor);
    seen = separator_at(tokens, cursor, cursor->at);
    if (seen != 0)
        skip_seen(cursor, seen);
    return seen != 0;
}

INLINE bool has_ascii_to_read(const struct cursor *cursor)
{
    return *cursor->at < 0x80 && cursor->end - cursor->at > ASCII_LETTERS;
}

/* As it was before a word that may go on. */
INLINE void go_back(struct cursor *cursor, const struct cursor *before)
{
    cursor->at = before->at;
    cursor->points = before->points;
    cursor->gap = before->gap;
}

/* Ends the word that began at `before`, and skips the ASCII separator behind it. False where it may
 * go on; all is then as it was. */
INLINE bool end_if_closed(const struct tokens *tokens, struct cursor *cursor,
                          const struct cursor *before)
{
    unsigned seen = cursor->at < cursor->end ? separator_at(tokens, cursor, cursor->at) : 0;

    if (seen == 0 && !is_closed_here(cursor)) {
        go_back(cursor, before);
        return false;
    }
    end_word(cursor);
    if (seen != 0)
        skip_seen(cursor, seen);
    return true;
}

/* Words of letters of one and two bytes and the separators between them: most of what there is in
 * Cyrillic, Arabic, Greek, Hebrew. Up to a word of ASCII, which is read faster elsewhere. */
LOOP static void read_short_words(struct tokens *tokens, size_t limit)
{
    struct cursor cursor = cursor_begin(tokens, limit);
    bool more = true;

    while (more && has_room(&cursor)) {
        const struct cursor before = cursor;
        uint32_t letter = short_letter_here(&cursor);

        if (letter == 0) {
            more = skip_any_separator(tokens, &cursor);
            continue;
        }
        if (has_ascii_to_read(&cursor))
            break;
        begin_token(tokens, &cursor, TOKEN_WORD, letter);
        read_short_letters(&cursor);
        more = end_if_closed(tokens, &cursor, &before);
    }
    cursor_end(tokens, &cursor);
}

/* The same for letters of three bytes: Hangul, the scripts of India, Georgian. */
LOOP static void read_long_words(struct tokens *tokens, size_t limit)
{
    struct cursor cursor = cursor_begin(tokens, limit);
    bool more = true;

    while (more && has_room(&cursor)) {
        const struct cursor before = cursor;
        uint32_t letter = *cursor.at >= 0xE0 ? letter_here(&cursor) : 0;

        if (letter == 0) {
            more = skip_any_separator(tokens, &cursor);
            continue;
        }
        begin_token(tokens, &cursor, TOKEN_WORD, letter);
        read_long_letters(&cursor);
        if (cursor.at < cursor.end && (ASCII[*cursor.at] & L) != 0) {
            go_back(&cursor, &before);
            break;
        }
        more = end_if_closed(tokens, &cursor, &before);
    }
    cursor_end(tokens, &cursor);
}

/* An ASCII word of `count` letters that begins here. */
INLINE void put_ascii_word(struct tokens *tokens, struct cursor *cursor,
                           const struct ascii_letters *found)
{
    uint32_t byte = byte_of(cursor);
    uint32_t first = (uint32_t)(cursor->points - cursor->first_point);
    bool upper = (found->capital & 1) != 0;
    uint8_t gap = (uint8_t)gap_here(tokens, cursor, TOKEN_WORD, !upper);
    uint8_t flags = upper ? TOKEN_UPPER_FIRST : 0;

    if (upper && found->count > 1 && found->capital + 1 == 1U << found->count)
        flags |= TOKEN_UPPER_ALL;
    *cursor->token++ = (struct text_token){.hash = token_hash_padded(cursor->points, found->count),
                                           .first = first,
                                           .length = found->count,
                                           .start = byte - cursor->folded,
                                           .end = byte - cursor->folded + found->count,
                                           .start_byte = byte,
                                           .end_byte = byte + found->count,
                                           .kind = TOKEN_WORD,
                                           .gap = gap,
                                           .flags = flags,
                                           .script = USCRIPT_LATIN};
    cursor->points += found->count;
    cursor->at += found->count;
}

/* Letters of ASCII, as long as they come. */
INLINE void read_ascii_letters(struct cursor *cursor)
{
    struct ascii_letters found = {.count = ASCII_LETTERS};

    while (found.count == ASCII_LETTERS && cursor->end - cursor->at > ASCII_LETTERS) {
        found = ascii_letters_read(cursor->at, cursor->points);
        cursor->at += found.count;
        cursor->points += found.count;
        if (found.capital + 1 != 1U << found.count)
            cursor->upper = 0;
    }
    if (cursor->end - cursor->at <= ASCII_LETTERS)
        read_short_letters(cursor);
}

/* A word of Latin letters, not all of them short words of ASCII, and the ASCII separator behind it.
 */
INLINE void read_latin_word(struct tokens *tokens, struct cursor *cursor, uint32_t letter)
{
    const unsigned char *at;
    unsigned seen;

    begin_token(tokens, cursor, TOKEN_WORD, letter);
    do {
        at = cursor->at;
        read_ascii_letters(cursor);
        read_two_byte_letters(cursor);
        if (cursor->at > at)
            cursor->last_combining = 0;
        read_long_letters(cursor);
    } while (cursor->at > at);
    seen = cursor->at < cursor->end ? separator_at(tokens, cursor, cursor->at) : 0;
    if (seen == 0 && !is_closed_here(cursor)) {
        leave_token(cursor);
        return;
    }
    end_word(cursor);
    if (seen != 0)
        skip_seen(cursor, seen);
}

/* Where no short word of ASCII stands: another word, and separators. A loop of its own, so that the
 * one below has the registers for itself. Returns whether it may go on behind what was read. */
LOOP static bool read_other_latin(struct tokens *tokens, size_t limit)
{
    struct cursor cursor = cursor_begin(tokens, limit);
    const unsigned char *start = cursor.at;
    uint32_t letter = *cursor.at < LATIN_END ? short_letter_here(&cursor) : 0;
    bool more = true;

    if (letter != 0)
        read_latin_word(tokens, &cursor, letter);
    else
        more = skip_any_separator(tokens, &cursor);
    while (more && !cursor.open && cursor.at < cursor.end && *cursor.at >= 0x80)
        more = skip_separator(tokens, &cursor);
    cursor_end(tokens, &cursor);
    return !cursor.open && cursor.at > start;
}

/* Words of Latin letters and the separators between them; those of less than 16 letters of ASCII,
 * which most of them are, sixteen bytes at a time. */
LOOP static void read_latin_words(struct tokens *tokens, size_t limit)
{
    struct cursor cursor = cursor_begin(tokens, limit);

    while (cursor.end - cursor.at > ASCII_LETTERS && cursor.token < cursor.token_end) {
        struct ascii_letters found = ascii_letters_read(cursor.at, cursor.points);
        const unsigned char *behind = cursor.at + found.count;
        unsigned seen = *behind == ' ' ? GAP_SEEN_SPACE : separator_at(tokens, &cursor, behind);

        if (seen == 0) {
            if (found.count == 0 && *behind < 0x80)
                break;
            cursor_end(tokens, &cursor);
            if (!read_other_latin(tokens, limit))
                return;
            cursor = cursor_begin(tokens, limit);
            continue;
        }
        if (found.count > 0) {
            put_ascii_word(tokens, &cursor, &found);
            cursor.gap = 0;
        }
        if (seen == GAP_SEEN_SPACE && cursor.gap == 0) {
            cursor.gap = GAP_SEEN_SPACE;
            cursor.at++;
        } else {
            skip_seen(&cursor, seen);
        }
    }
    cursor_end(tokens, &cursor);
}

/* --- numbers and ideographs --- */

INLINE void try_end_token(struct cursor *cursor, bool closed)
{
    uint32_t length = (uint32_t)(cursor->points - cursor->first);

    if (closed)
        end_token(cursor, length == 1 ? token_hash_one(*cursor->first)
                                      : token_hash_padded(cursor->first, length));
    else
        leave_token(cursor);
}

LOOP static void read_number(struct tokens *tokens, size_t limit)
{
    struct cursor cursor = cursor_begin(tokens, limit);

    if (!has_room(&cursor))
        return;
    begin_token(tokens, &cursor, TOKEN_NUMBER, 0);
    while (cursor.at < cursor.end && *cursor.at >= '0' && *cursor.at <= '9')
        *cursor.points++ = *cursor.at++;
    cursor.marks = (uint32_t)(cursor.points - cursor.first); /* no letters, that is */
    try_end_token(&cursor, is_closed_here(&cursor));
    cursor_end(tokens, &cursor);
}

/* The entry of the code point of three bytes that stands here; NULL where none does. */
INLINE const struct fold_entry *long_entry_or_null(const struct cursor *cursor)
{
    return cursor->at < cursor->end && (*cursor->at & 0xF0) == 0xE0 ? long_entry_here(cursor)
                                                                    : NULL;
}

/* The ideograph that stands here, with the marks on it. Returns the entry of what stands behind it,
 * as above. */
INLINE const struct fold_entry *read_ideograph(struct tokens *tokens, struct cursor *cursor,
                                               const struct fold_entry *entry)
{
    begin_token(tokens, cursor, TOKEN_IDEOGRAPH, (uint32_t)entry->script << FOLD_SHORT_SCRIPT);
    take_long(cursor, entry);
    entry = long_entry_or_null(cursor);
    while (entry != NULL && is_ordered_mark(entry, cursor->last_combining)) {
        take_long(cursor, entry);
        cursor->marks++;
        entry = long_entry_or_null(cursor);
    }
    try_end_token(cursor, entry != NULL ? is_ideograph(entry) || is_separator(entry)
                                        : is_closed_here(cursor));
    return entry;
}

/* Ideographs and the separators between them. */
LOOP static void read_ideographs(struct tokens *tokens, size_t limit)
{
    struct cursor cursor = cursor_begin(tokens, limit);
    const struct fold_entry *entry = long_entry_or_null(&cursor);

    while (entry != NULL && has_room(&cursor) && !cursor.open) {
        if (is_ideograph(entry)) {
            entry = read_ideograph(tokens, &cursor, entry);
        } else {
            if (!skip_separator(tokens, &cursor))
                break;
            entry = long_entry_or_null(&cursor);
        }
    }
    cursor_end(tokens, &cursor);
}

/* The code point of three bytes that stands there; 0, which is neither ideograph nor separator,
 * where none does. */
INLINE uint32_t long_point_at(const unsigned char *at, const unsigned char *end)
{
    return at < end && (*at & 0xF0) == 0xE0 ? utf8_decode_three(at) : 0;
}

/* The ideograph here, that nothing can be added to. */
INLINE void put_ideograph(struct tokens *tokens, struct cursor *cursor, uint32_t point,
                          uint8_t script)
{
    uint8_t gap = (uint8_t)gap_here(tokens, cursor, TOKEN_IDEOGRAPH, false);
    struct text_token *token = cursor->token++;
    uint32_t byte = byte_of(cursor);
    uint32_t start = byte - cursor->folded;

    token->hash = token_hash_one(point);
    token->first = (uint32_t)(cursor->points - cursor->first_point);
    token->length = 1;
    token->start = start;
    token->end = start + 1;
    token->start_byte = byte;
    token->end_byte = byte + 3;
    token->kind = TOKEN_IDEOGRAPH;
    token->gap = gap;
    token->flags = 0;
    token->script = script;
    *cursor->points++ = point;
    cursor->gap = 0;
}

/* Ideographs without marks, and separators of three bytes between them: nearly all of Chinese. */
LOOP static void read_plain_ideographs(struct tokens *tokens, size_t limit)
{
    struct cursor cursor = cursor_begin(tokens, limit);
    uint32_t code_point = long_point_at(cursor.at, cursor.end);
    const struct fold_entry *entry = fold_entry_of(cursor.table, code_point);

    while (code_point != 0 && cursor.token < cursor.token_end) {
        uint32_t next_point = long_point_at(cursor.at + 3, cursor.end);
        const struct fold_entry *next = fold_entry_of(cursor.table, next_point);

        if (is_ideograph(entry)) {
            if (!is_ideograph(next) && !is_separator(next))
                break;
            put_ideograph(tokens, &cursor, fold_point(entry, code_point), entry->script);
        } else {
            if (!is_separator(entry))
                break;
            cursor.gap = gap_after(cursor.gap,
                                   gap_seen_of((enum fold_kind)entry->kind, tokens->line_is_space));
        }
        cursor.at += 3;
        cursor.folded += 2;
        code_point = next_point;
        entry = next;
    }
    cursor_end(tokens, &cursor);
}

/* --- the way --- */

/* What begins with three bytes. */
static void read_long(struct tokens *tokens, size_t limit)
{
    uint32_t code_point = utf8_decode(tokens->bytes + tokens->byte);
    const struct fold_entry *entry = fold_entry_of(tokens->table, code_point);

    if (entry->kind < FOLD_IDEOGRAPH) {
        read_long_words(tokens, limit);
        return;
    }
    if (entry->script != USCRIPT_THAI) /* where every other letter has a mark */
        read_plain_ideographs(tokens, limit);
    read_ideographs(tokens, limit);
}

/* No token is open. Returns whether anything was read. */
static bool read_plain(struct tokens *tokens, size_t limit)
{
    unsigned char byte = tokens->bytes[tokens->byte];
    size_t before = tokens->byte;

    if (byte >= 0xE0)
        read_long(tokens, limit);
    else if (byte >= 0x80)
        read_short_words(tokens, limit);
    else if (ASCII[byte] == D)
        read_number(tokens, limit);
    else
        read_latin_words(tokens, limit);
    if (tokens->byte == before && ASCII[byte] != D)
        read_words(tokens, limit);
    return tokens->byte > before;
}

/* Takes one code point. False where it may mean more than itself. */
static bool read_one(struct tokens *tokens)
{
    const unsigned char *bytes = tokens->bytes + tokens->byte;
    uint32_t code_point = utf8_decode(bytes);

    if (bytes[0] < 0x80 ? (ASCII[bytes[0]] & Q) != 0 && !tokens->literal
                        : (fold_entry_of(tokens->table, code_point)->flags & FOLD_UNCLEAN) != 0)
        return false;
    tokens_take(tokens, code_point, utf8_length(bytes[0]), 1);
    return true;
}

/* No letter, digit or ideograph belongs to the ideograph before it. */
static bool ends_ideograph(const struct tokens *tokens)
{
    uint32_t code_point = utf8_decode(tokens->bytes + tokens->byte);
    uint8_t kind = fold_entry_of(tokens->table, code_point)->kind;

    return tokens->token->kind == TOKEN_IDEOGRAPH &&
           (kind == FOLD_IDEOGRAPH || kind == FOLD_WORD || kind == FOLD_NUMBER);
}

void tokens_read(struct tokens *tokens, size_t limit)
{
    while (tokens->byte < limit) {
        if (tokens->open && ends_ideograph(tokens))
            tokens_close(tokens);
        if (!tokens->open && read_plain(tokens, limit))
            continue;
        if (!read_one(tokens))
            return;
    }
}
