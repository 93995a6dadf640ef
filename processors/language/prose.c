#include "processors/language/prose.h"

enum {
    LEAST_LETTERS = 20,
    WORDS_IN_FOUR = 3, /* of four pieces, and more; news, with scores and prices, has nine in ten */
    HEX_DIGITS = 8,    /* a word of so many that are all a to f is a number */
};

enum kind { SIGN, LETTER, INNER, OUTER, SPACE };

enum { ASCII = 128 };

/* What a code point is to a word: a letter, a mark that may stand inside (' -), or only around it,
 * or none of it. */
static enum kind kind_of_ascii(unsigned char byte)
{
    static const unsigned char kinds[ASCII] = {
        ['\''] = INNER, ['-'] = INNER, ['.'] = OUTER, [','] = OUTER, ['!'] = OUTER, ['?'] = OUTER,
        [':'] = OUTER,  [';'] = OUTER, ['('] = OUTER, [')'] = OUTER, ['"'] = OUTER,
    };
    unsigned char lower = byte | 0x20;

    if (lower >= 'a' && lower <= 'z')
        return LETTER;
    if (byte <= ' ')
        return SPACE;
    return kinds[byte] != 0 ? (enum kind)kinds[byte] : SIGN;
}

/* The same beyond ASCII, of a first byte. */
static enum kind kind_of(const unsigned char *at, const unsigned char *end)
{
    if (*at == 0xC2)
        return OUTER;
    /* U+2000 to U+2FFF but for the letters near the end: quotation marks, dashes, signs. */
    if (*at == 0xE2 && end - at > 1 && at[1] < 0xB0)
        return at[1] == 0x80 ? INNER : SIGN;
    return LETTER;
}

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* One piece on its way. */
struct piece {
    unsigned letters;
    unsigned hex;   /* letters a to f among them */
    bool has_sign;  /* it is no word */
    bool has_outer; /* behind letters: letters that follow make it none */
    bool begun;
};

static void end_piece(struct prose *prose, struct piece *piece)
{
    bool is_number = piece->hex == piece->letters && piece->hex >= HEX_DIGITS;

    if (piece->begun)
        prose->pieces++;
    if (piece->letters > 0 && !piece->has_sign && !is_number) {
        prose->words++;
        prose->letters += piece->letters;
    }
    *piece = (struct piece){0};
}

static bool is_small_letter(unsigned char byte)
{
    return byte >= 'a' && byte <= 'z';
}

static void add_letter(struct piece *piece, unsigned char byte)
{
    piece->begun = true;
    piece->letters++;
    piece->hex += (byte | 0x20) <= 'f';
}

static void add_to_piece(struct piece *piece, enum kind kind, unsigned char byte)
{
    piece->begun = true;
    piece->has_sign |= kind == SIGN || (kind == LETTER && piece->has_outer) ||
                       (byte == '-' && piece->letters == 0);
    piece->has_outer |= kind == OUTER && piece->letters > 0;
}

struct prose prose_count(const char *text, size_t length)
{
    const unsigned char *end = (const unsigned char *)text + length;
    struct prose prose = {0};
    struct piece piece = {0};

    for (const unsigned char *at = (const unsigned char *)text; at < end; at++) {
        if (is_continuation(*at))
            continue;
        if (is_small_letter(*at) && !piece.has_outer) { /* most of them, in Latin letters */
            add_letter(&piece, *at);
            continue;
        }
        enum kind kind = *at < ASCII ? kind_of_ascii(*at) : kind_of(at, end);

        if (kind == LETTER && !piece.has_outer)
            add_letter(&piece, *at);
        else if (kind == SPACE)
            end_piece(&prose, &piece);
        else
            add_to_piece(&piece, kind, *at);
    }
    end_piece(&prose, &piece);
    return prose;
}

bool prose_is_words(const struct prose *prose)
{
    return prose->words * 4 > prose->pieces * WORDS_IN_FOUR;
}

bool prose_is_enough(const struct prose *prose)
{
    return prose->letters >= LEAST_LETTERS && prose_is_words(prose);
}
