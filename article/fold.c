#include "article/fold.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "base/hash.h"
#include "base/memory.h"

enum {
    MAX_FOLDED = 32, /* the longest folding, of U+FDFA, has 18 points */
    UNITS = 4 * MAX_FOLDED,
    HANGUL_FIRST = 0xAC00,
    HANGUL_LAST = 0xD7A3,
    JAMO_VOWEL_FIRST = 0x1161,
    JAMO_TRAILING_LAST = 0x11C2,
    TATWEEL = 0x640,
    YPOGEGRAMMENI =
        0x345, /* the Greek iota below: a mark here, though case folding spells it out */
    ENTRIES_AT_FIRST = 256 * FOLD_BLOCK,
};

/* The table while it is built. */
struct construction {
    struct fold_table table;
    struct fold_entry *entries;
    size_t block_count;
    size_t block_capacity;
    uint32_t *expansions;
    size_t expansion_count;
    size_t expansion_capacity;
    const UNormalizer2 *decompose;
    const UNormalizer2 *case_fold;
};

struct folded {
    uint32_t points[MAX_FOLDED];
    int32_t count;
};

static struct fold_table built_table;
static uint64_t built_digest;

/* --- one code point's folding --- */

static bool is_mark(uint32_t point)
{
    return (U_GET_GC_MASK((UChar32)point) & U_GC_M_MASK) != 0;
}

static UScriptCode script_of(uint32_t point)
{
    UErrorCode error = U_ZERO_ERROR;

    return uscript_getScript((UChar32)point, &error);
}

/* Marks without a script of their own that stand on Latin, Greek, Cyrillic, Arabic and Hebrew. */
static bool is_general_mark(uint32_t point)
{
    return point < 0x700 || (point >= 0x1AB0 && point <= 0x1AFF) ||
           (point >= 0x1DC0 && point <= 0x1DFF) || (point >= 0x20D0 && point <= 0x20FF) ||
           (point >= 0xFE20 && point <= 0xFE2F);
}

static bool is_dropped(uint32_t point)
{
    if (point == TATWEEL || u_hasBinaryProperty((UChar32)point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
        return true;
    if (!is_mark(point))
        return false;
    UScriptCode script = script_of(point);

    return script == USCRIPT_LATIN || script == USCRIPT_GREEK || script == USCRIPT_CYRILLIC ||
           script == USCRIPT_ARABIC || script == USCRIPT_HEBREW ||
           (script == USCRIPT_INHERITED && is_general_mark(point));
}

/* Letters that writers and keyboards interchange, and digits of all scripts. */
static uint32_t unify(uint32_t point)
{
    switch (point) {
    case 0x671: /* alef with wasla */
        return 0x627;
    case 0x649: /* alef maksura */
    case 0x6CC: /* Farsi ya */
    case 0x6CE: /* Kurdish ya */
    case 0x6D0: /* e */
        return 0x64A;
    case 0x629: /* ta marbuta */
    case 0x6BE: /* heh doachashmee */
    case 0x6C1: /* heh goal */
    case 0x6C3: /* ta marbuta goal */
    case 0x6D5: /* ae */
        return 0x647;
    case 0x6A9: /* keheh */
        return 0x643;
    case 0x131: /* dotless i */
        return 'i';
    default:
        break;
    }
    if (u_charType((UChar32)point) != U_DECIMAL_DIGIT_NUMBER)
        return point;
    return (uint32_t)('0' + u_charDigitValue((UChar32)point));
}

static int32_t without_ypogegrammeni(UChar *units, int32_t length)
{
    int32_t kept = 0;

    for (int32_t i = 0; i < length; i++) {
        if (units[i] != YPOGEGRAMMENI)
            units[kept++] = units[i];
    }
    return kept;
}

/* NFD, NFKC_Casefold, NFD. Every buffer holds any code point's result: ICU's longest is 18. */
static int32_t normalize(const struct construction *made, uint32_t point, UChar *ret_units)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar source[2];
    UChar first[UNITS];
    UChar second[UNITS];
    int32_t length = 0;

    U16_APPEND_UNSAFE(source, length, point);
    length = unorm2_normalize(made->decompose, source, length, first, UNITS, &error);
    length = without_ypogegrammeni(first, length);
    length = unorm2_normalize(made->case_fold, first, length, second, UNITS, &error);
    length = unorm2_normalize(made->decompose, second, length, ret_units, UNITS, &error);
    return U_SUCCESS(error) ? length : 0;
}

static struct folded fold(const struct construction *made, uint32_t point)
{
    struct folded folded = {0};
    UChar units[UNITS];
    int32_t length = normalize(made, point, units);

    for (int32_t i = 0; i < length && folded.count < MAX_FOLDED;) {
        UChar32 next;

        U16_NEXT(units, i, length, next);
        if (!is_dropped((uint32_t)next))
            folded.points[folded.count++] = unify((uint32_t)next);
    }
    return folded;
}

/* --- what a code point is --- */

static bool is_script_of_ideographs(uint32_t point)
{
    static const UScriptCode SCRIPTS[] = {USCRIPT_HAN,    USCRIPT_HIRAGANA, USCRIPT_KATAKANA,
                                          USCRIPT_THAI,   USCRIPT_LAO,      USCRIPT_KHMER,
                                          USCRIPT_MYANMAR};

    for (size_t i = 0; i < sizeof SCRIPTS / sizeof *SCRIPTS; i++) {
        if (uscript_hasScript((UChar32)point, SCRIPTS[i]))
            return true;
    }
    return false;
}

static enum fold_kind punctuation_kind(uint32_t point)
{
    switch (point) {
    case '.':
    case 0xFF0E: /* full-width full stop */
        return FOLD_FULL_STOP;
    case '!':
    case '?':
    case 0x2026: /* ellipsis */
        return FOLD_EXCLAMATION;
    case '-':
    case '\'':
    case '/':
    case '&':
    case '_':
    case 0xB7:   /* middle dot */
    case 0x5F3:  /* geresh */
    case 0x5F4:  /* gershayim */
    case 0xF0B:  /* Tibetan tsek */
    case 0x2010: /* hyphen */
    case 0x2011: /* non-breaking hyphen */
    case 0x2019: /* apostrophe */
    case 0x2044: /* fraction slash */
    case 0x30FB: /* Katakana middle dot */
    case 0xFF65: /* the same, half-width */
        return FOLD_JOINER;
    default:
        return u_hasBinaryProperty((UChar32)point, UCHAR_S_TERM) ? FOLD_SENTENCE : FOLD_PUNCTUATION;
    }
}

static enum fold_kind space_kind(uint32_t point)
{
    return (point >= '\n' && point <= '\r') || point == 0x85 || point == 0x2028 || point == 0x2029
               ? FOLD_LINE
               : FOLD_SPACE;
}

/* What a folded point, or a source that holds no letter, is. */
static enum fold_kind kind_of(uint32_t point)
{
    uint32_t category = U_GET_GC_MASK((UChar32)point);

    if (category & U_GC_M_MASK)
        return FOLD_MARK;
    if ((category & U_GC_L_MASK || category == U_GC_NL_MASK) && is_script_of_ideographs(point))
        return FOLD_IDEOGRAPH;
    if (category & U_GC_N_MASK)
        return FOLD_NUMBER;
    if (point >= JAMO_VOWEL_FIRST && point <= JAMO_TRAILING_LAST)
        return FOLD_JAMO;
    if (u_isUAlphabetic((UChar32)point) || category & U_GC_L_MASK)
        return FOLD_WORD;
    if (category & (U_GC_Z_MASK | U_GC_CC_MASK))
        return space_kind(point);
    return punctuation_kind(point);
}

static bool is_part_of_token(enum fold_kind kind)
{
    return kind <= FOLD_IDEOGRAPH;
}

/* The code point that point's canonical decomposition begins with. */
static uint32_t canonical_start(const struct construction *made, uint32_t point)
{
    UChar units[UNITS];
    int32_t length = unorm2_getRawDecomposition(made->decompose, (UChar32)point, units, UNITS,
                                                &(UErrorCode){U_ZERO_ERROR});
    UChar32 first = (UChar32)point;

    if (length > 0)
        U16_GET(units, 0, 0, length, first);
    return (uint32_t)first;
}

/* What has no part of a token in it is what it looks like, but for letters such as the isolated
 * forms of Arabic marks, which fold to a space alone. */
static enum fold_kind kind_of_separator(const struct construction *made, uint32_t point,
                                        uint32_t folded)
{
    enum fold_kind kind = kind_of(canonical_start(made, point));

    return is_part_of_token(kind) ? kind_of(folded) : kind;
}

static bool has_token_part(const struct folded *folded)
{
    for (int32_t i = 0; i < folded->count; i++) {
        if (is_part_of_token(kind_of(folded->points[i])))
            return true;
    }
    return false;
}

static bool is_unclean(uint32_t point)
{
    bool control = u_charType((UChar32)point) == U_CONTROL_CHAR && point != '\t' && point != '\n' &&
                   point != '\r';

    return control || U_IS_UNICODE_NONCHAR((UChar32)point);
}

static uint8_t flags_of(uint32_t point)
{
    uint32_t category = U_GET_GC_MASK((UChar32)point);

    return (uint8_t)((category & U_GC_L_MASK ? FOLD_LETTER : 0) |
                     (category & (U_GC_LU_MASK | U_GC_LT_MASK) ? FOLD_UPPER : 0) |
                     (category & U_GC_LL_MASK ? FOLD_LOWER : 0) |
                     (is_unclean(point) ? FOLD_UNCLEAN : 0));
}

/* --- the table --- */

static int32_t expansion_add(struct construction *made, const struct folded *folded)
{
    size_t at = made->expansion_count;

    if (made->expansion_capacity - at < MAX_FOLDED + 1) {
        made->expansion_capacity = 2 * made->expansion_capacity + 4096;
        made->expansions =
            memory_resize(made->expansions, made->expansion_capacity * sizeof *made->expansions);
    }
    made->expansions[at] = (uint32_t)folded->count;
    memcpy(made->expansions + at + 1, folded->points,
           (size_t)folded->count * sizeof *folded->points);
    made->expansion_count = at + 1 + (size_t)folded->count;
    return (int32_t)at;
}

static struct fold_entry entry_of_folded(struct construction *made, uint32_t point,
                                         const struct folded *folded)
{
    struct fold_entry entry = {0};

    if (folded->count == 0) {
        entry.kind = is_mark(point) || point == TATWEEL ? FOLD_DROPPED : FOLD_IGNORED;
    } else if (!has_token_part(folded)) {
        entry.kind = (uint8_t)kind_of_separator(made, point, folded->points[0]);
    } else if (folded->count == 1) {
        entry.kind = (uint8_t)kind_of(folded->points[0]);
        entry.shift = (int32_t)(folded->points[0] - point);
        entry.combining = u_getCombiningClass((UChar32)folded->points[0]);
    } else {
        entry.kind = FOLD_EXPANSION;
        entry.shift = expansion_add(made, folded);
    }
    return entry;
}

static struct fold_entry entry_of(struct construction *made, uint32_t point)
{
    struct fold_entry entry = {0};
    UScriptCode script = script_of(point);

    if (u_hasBinaryProperty((UChar32)point, UCHAR_UNIFIED_IDEOGRAPH)) {
        entry.kind = FOLD_IDEOGRAPH;
    } else if (point >= HANGUL_FIRST && point <= HANGUL_LAST) {
        entry.kind = FOLD_WORD;
    } else {
        struct folded folded = fold(made, point);

        entry = entry_of_folded(made, point, &folded);
    }
    entry.flags = flags_of(point);
    entry.script = script >= 0 && script < 255 ? (uint8_t)script : 255;
    return entry;
}

/* Blocks of which every code point is unassigned or for private use are all the same. */
static bool is_block_of_nothing(uint32_t first)
{
    for (uint32_t point = first; point < first + FOLD_BLOCK; point++) {
        int8_t type = u_charType((UChar32)point);

        if ((type != U_UNASSIGNED && type != U_PRIVATE_USE_CHAR && type != U_SURROGATE) ||
            u_hasBinaryProperty((UChar32)point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
            is_unclean(point))
            return false;
    }
    return true;
}

static void fill_with_nothing(struct fold_entry *block)
{
    for (int i = 0; i < FOLD_BLOCK; i++)
        block[i] = (struct fold_entry){.kind = FOLD_PUNCTUATION, .script = USCRIPT_UNKNOWN};
}

static struct fold_entry *next_block(struct construction *made)
{
    if (made->block_count == made->block_capacity) {
        made->block_capacity = made->block_capacity * 2 + 64;
        made->entries =
            memory_resize(made->entries, made->block_capacity * FOLD_BLOCK * sizeof *made->entries);
    }
    return made->entries + made->block_count * FOLD_BLOCK;
}

/* The block that was just filled: kept, or the one before it where they are equal. */
static uint16_t keep_block(struct construction *made)
{
    size_t size = FOLD_BLOCK * sizeof *made->entries;
    const struct fold_entry *block = made->entries + made->block_count * FOLD_BLOCK;

    if (made->block_count > 1 && memcmp(block, block - FOLD_BLOCK, size) == 0)
        return (uint16_t)(made->block_count - 1);
    return (uint16_t)made->block_count++;
}

static void build_block(struct construction *made, uint32_t first)
{
    if (is_block_of_nothing(first)) {
        made->table.block_of[first / FOLD_BLOCK] = 0;
        return;
    }
    struct fold_entry *block = next_block(made);

    for (uint32_t i = 0; i < FOLD_BLOCK; i++)
        block[i] = entry_of(made, first + i);
    made->table.block_of[first / FOLD_BLOCK] = keep_block(made);
}

static uint64_t digest_of(const struct construction *made)
{
    uint64_t parts[] = {
        hash_bytes(slice_of((const char *)made->table.block_of, sizeof made->table.block_of)),
        hash_bytes(slice_of((const char *)made->entries,
                            made->block_count * FOLD_BLOCK * sizeof *made->entries)),
        hash_bytes(slice_of((const char *)made->expansions,
                            made->expansion_count * sizeof *made->expansions))};

    return hash_bytes(slice_of((const char *)parts, sizeof parts));
}

static void keep_short_letters(struct fold_table *table)
{
    for (uint32_t point = 0; point < FOLD_SHORT_LETTERS; point++)
        table->short_letters[point] = fold_letter(fold_entry_of(table, point), point);
}

static void build(void)
{
    UErrorCode error = U_ZERO_ERROR;
    struct construction made = {.decompose = unorm2_getNFDInstance(&error),
                                .case_fold = unorm2_getNFKCCasefoldInstance(&error)};

    fill_with_nothing(next_block(&made));
    made.block_count = 1;
    for (uint32_t first = 0; first < 0x110000; first += FOLD_BLOCK)
        build_block(&made, first);
    built_digest = digest_of(&made);
    made.table.entries = made.entries;
    made.table.expansions = made.expansions;
    keep_short_letters(&made.table);
    built_table = made.table;
}

static void build_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, build);
}

const struct fold_table *fold_table_get(void)
{
    build_once();
    return &built_table;
}

uint64_t fold_table_digest(void)
{
    build_once();
    return built_digest;
}
