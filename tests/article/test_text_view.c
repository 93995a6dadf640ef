#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "article/text_view.h"
#include "base/buffer.h"
#include "base/utf8.h"

enum { RANDOM_STRINGS = 20000, MAX_POINTS = 24, UNITS = 1024 };

static int set_up(void **state)
{
    *state = text_view_builder_new();
    return 0;
}

static int tear_down(void **state)
{
    text_view_builder_free(*state);
    return 0;
}

/* --- tokens as text: "folded[gap kind flags start:end]" --- */

static void append_token(struct buffer *text, const struct text_view *view, uint32_t index)
{
    static const char GAPS[] = "0_-,.";
    static const char KINDS[] = "wni";
    const struct text_token *token = &view->tokens[index];

    if (index > 0)
        buffer_append_byte(text, ' ');
    buffer_append_byte(text, GAPS[token->gap]);
    buffer_append_byte(text, KINDS[token->kind]);
    buffer_append_byte(text, ':');
    for (uint32_t i = 0; i < token->length; i++) {
        char bytes[UTF8_MAX_BYTES];

        buffer_append(text, slice_of(bytes, utf8_encode(view->points[token->first + i], bytes)));
    }
}

static void assert_tokens(void **state, const char *value, const char *expected)
{
    struct text_view view;
    struct buffer text = {0};

    text_view_build(*state, slice_of_text(value), &view);
    for (uint32_t i = 0; i < view.token_count; i++)
        append_token(&text, &view, i);
    buffer_append_byte(&text, '\0');
    assert_string_equal(text.data, expected);
    buffer_free(&text);
}

static void assert_clean(void **state, const char *value, const char *expected)
{
    struct text_view view;

    text_view_build(*state, slice_of_text(value), &view);
    if (!slice_is(view.clean, expected))
        fail_msg("clean is \"%.*s\", not \"%s\"", SLICE_FORMAT(view.clean), expected);
}

/* The source text of the token that folds to folded. */
static struct slice source_of(void **state, const char *value, uint32_t index)
{
    struct text_view view;

    text_view_build(*state, slice_of_text(value), &view);
    assert_true(index < view.token_count);
    const struct text_token *token = &view.tokens[index];

    return slice_of(value + token->start_byte, token->end_byte - token->start_byte);
}

static unsigned flags_of(void **state, const char *value, uint32_t index)
{
    struct text_view view;

    text_view_build(*state, slice_of_text(value), &view);
    assert_true(index < view.token_count);
    return view.tokens[index].flags;
}

/* --- words --- */

static void words_are_folded(void **state)
{
    assert_tokens(state, "Straße ÉCOLE", ".w:strasse _w:ecole");
    assert_tokens(state, "İstanbul ISPARTA ısı", ".w:istanbul _w:isparta _w:isi");
    assert_tokens(state, "ﬁnal ﬄ Ǆ", ".w:final _w:ffl _w:dz");
    assert_tokens(state, "ΣΊΣΥΦΟΣ ᾳ", ".w:σισυφοσ _w:α");
    assert_tokens(state, "Ёлка Йод", ".w:елка _w:иод");
    assert_tokens(state, "ＡＢＣ１２３", ".w:abc 0n:123");
    assert_tokens(state, "إِسْرَائِيلُ مُـحَمَّد", ".w:اسراييل _w:محمد");
    assert_tokens(state, "مى کی ی مدرسة ٱل", ".w:مي _w:كي _w:ي _w:مدرسه _w:ال");
    assert_tokens(state, "מִלְחָמָה", ".w:מלחמה");
    assert_tokens(state, "हिन्दी", ".w:हिन्दी");
    assert_tokens(state, "می‌خواهم", ".w:ميخواهم");
    assert_tokens(state, "co\xC2\xADoperate", ".w:cooperate");
    assert_tokens(state, "١٩٦٠ ۱۲ ๑๒", ".n:1960 _n:12 _n:12");
}

static void one_point_a_token_where_words_are_not_set_apart(void **state)
{
    assert_tokens(state, "巴库Baku是", ".i:巴 0i:库 0w:baku 0i:是");
    assert_tokens(state, "東京タワー", ".i:東 0i:京 0i:タ 0i:ワ 0i:ー");
    assert_tokens(state, "ﾊﾞｽ", ".i:ハ\u3099 0i:ス");
    assert_tokens(state, "バス", ".i:ハ\u3099 0i:ス");
    assert_tokens(state, "น้ำ", ".i:น\u0E49\u0E4D 0i:า");
    assert_tokens(state, "서울 한국", ".w:서울 _w:한국");
}

static void gaps_say_what_stands_between(void **state)
{
    assert_tokens(state, "mid-1990s, don't", ".w:mid -n:1990 0w:s ,w:don -w:t");
    assert_tokens(state, "U.N. Council and U.S. troops",
                  ".w:u -w:n -w:council _w:and _w:u -w:s "
                  "-w:troops");
    assert_tokens(state, "St. Louis. The end! Or? No", ".w:st -w:louis .w:the _w:end .w:or .w:no");
    assert_tokens(state, "3.14 or 1,000", ".n:3 -n:14 _w:or _n:1 ,n:000");
    assert_tokens(state, "No. 10 said no. Then", ".w:no -n:10 _w:said _w:no .w:then");
    assert_tokens(state, "in 2020. It", ".w:in _n:2020 .w:it");
    assert_tokens(state, "Yahoo! said so; e.g. this", ".w:yahoo ,w:said _w:so ,w:e -w:g -w:this");
    assert_tokens(state, "he said.” “Why", ".w:he _w:said .w:why");
    assert_tokens(state, "one -- two - three", ".w:one ,w:two ,w:three");
    assert_tokens(state, "مرحبا. نعم؟ لا", ".w:مرحبا .w:نعم .w:لا");
    assert_tokens(state, "好。好", ".i:好 .i:好");
    assert_tokens(state, "one\ntwo\r\n\r\nthree", ".w:one .w:two .w:three");
    assert_tokens(state, "½ a", ".n:1 -n:2 _w:a");
}

static void flags_tell_case_and_script(void **state)
{
    struct text_view view;

    assert_int_equal(flags_of(state, "Paris", 0), TOKEN_UPPER_FIRST);
    assert_int_equal(flags_of(state, "NATO", 0), TOKEN_UPPER_FIRST | TOKEN_UPPER_ALL);
    assert_int_equal(flags_of(state, "ÉÈ", 0), TOKEN_UPPER_FIRST | TOKEN_UPPER_ALL);
    assert_int_equal(flags_of(state, "A", 0), TOKEN_UPPER_FIRST);
    assert_int_equal(flags_of(state, "iPhone", 0), 0);
    assert_int_equal(flags_of(state, "Élan", 0), TOKEN_UPPER_FIRST);
    assert_int_equal(flags_of(state, "باكو", 0), 0);
    text_view_build(*state, slice_of_text("Baku Баку باكو 12 巴"), &view);
    assert_int_equal(view.tokens[0].script, USCRIPT_LATIN);
    assert_int_equal(view.tokens[1].script, USCRIPT_CYRILLIC);
    assert_int_equal(view.tokens[2].script, USCRIPT_ARABIC);
    assert_int_equal(view.tokens[3].script, USCRIPT_COMMON);
    assert_int_equal(view.tokens[4].script, USCRIPT_HAN);
}

static void sources_keep_their_marks_and_leave_their_neighbours(void **state)
{
    assert_true(slice_is(source_of(state, "«مُحَمَّدٌ» قال", 0), "مُحَمَّدٌ"));
    assert_true(slice_is(source_of(state, "in İzmir.", 1), "İzmir"));
    assert_true(slice_is(source_of(state, "<b>caf&eacute;</b>", 0), "caf&eacute;"));
    assert_true(slice_is(source_of(state, "e\u0301\u200C x", 0), "e\u0301"));
    assert_true(slice_is(source_of(state, "a\u200Cb", 0), "a\u200Cb"));
    assert_true(slice_is(source_of(state, "x ﷺ y", 2), "ﷺ"));
}

static void an_expansion_carries_its_source_in_all_its_points(void **state)
{
    struct text_view view;

    text_view_build(*state, slice_of_text("x ﷺ"), &view);
    assert_int_equal(view.point_count, 16);
    assert_int_equal(view.token_count, 5);
    for (uint32_t i = 1; i < view.token_count; i++) {
        for (uint32_t point = 0; point < view.tokens[i].length; point++) {
            assert_int_equal(text_view_start(&view, &view.tokens[i], point), 2);
            assert_int_equal(text_view_end(&view, &view.tokens[i], point), 3);
        }
    }
}

/* --- markup --- */

static void tags_are_out(void **state)
{
    assert_tokens(state, "<p>One</p><p>Two <b>three</b></p>", ".w:one .w:two _w:three");
    assert_tokens(state, "a<br/>b<BR>c", ".w:a .w:b .w:c");
    assert_tokens(state, "<p class=\"x > y\" id='<'>in</p> out", ".w:in .w:out");
    assert_tokens(state, "x<script>var a = '<p>';</script>y", ".w:x _w:y");
    assert_tokens(state, "x<STYLE type=\"a\">p{}</Style >y", ".w:x _w:y");
    assert_tokens(state, "x<!-- no <p> > -->y<!DOCTYPE html>z", ".w:x _w:y _w:z");
    assert_tokens(state, "<![CDATA[in]]>", ".w:in");
    assert_tokens(state, "<p>One\ntwo</p>", ".w:one _w:two");
    assert_tokens(state, "<foo:bar>x</foo:bar>", ".w:x");
    assert_clean(state, "<p>One</p>two<i>three", "\nOne\ntwo three");
}

static void what_only_looks_like_markup_stays(void **state)
{
    assert_tokens(state, "a < b > c", ".w:a ,w:b ,w:c");
    assert_tokens(state, "if a<b and c>d", ".w:if _w:a ,w:b _w:and _w:c ,w:d");
    assert_tokens(state, "I <3 you", ".w:i ,n:3 _w:you");
    assert_tokens(state, "5 &c AT&T &nosuch; &#xD800;",
                  ".n:5 ,w:c _w:at -w:t ,w:nosuch ,w:xd 0n:800");
    assert_tokens(state, "x <!-- open", ".w:x ,w:open");
    assert_tokens(state, "x <script> open", ".w:x _w:open");
    assert_tokens(state, "x <p", ".w:x ,w:p");
    assert_clean(state, "a < b & c", "a < b & c");
}

static void references_are_decoded_with_their_whole_span(void **state)
{
    assert_tokens(state, "caf&eacute; &#1041;&#x430;&#X43A;&#1091;", ".w:cafe _w:баку");
    assert_tokens(state, "a&nbsp;b&shy;c", ".w:a _w:bc");
    assert_tokens(state, "don&#146;t", ".w:don -w:t");
    assert_clean(state, "1 &lt; 2 &amp;&#8364;&apos;&#1;.", "1 < 2 &€' .");
}

static void addresses_are_flagged_and_left_out_of_clean(void **state)
{
    const char *value = "See https://example.org/a?b=c. Or (www.example.com), mail jo@example.org!";
    struct text_view view;

    text_view_build(*state, slice_of_text(value), &view);
    assert_true(slice_is(view.clean, "See  . Or ( ), mail  !"));
    for (uint32_t i = 0; i < view.token_count; i++) {
        struct slice word = slice_of(value + view.tokens[i].start_byte,
                                     view.tokens[i].end_byte - view.tokens[i].start_byte);
        bool plain = slice_is(word, "See") || slice_is(word, "Or") || slice_is(word, "mail");

        assert_int_equal((view.tokens[i].flags & TOKEN_URL) == 0, plain);
    }
}

static void what_only_looks_like_an_address_stays(void **state)
{
    assert_clean(state, "at http: //x, @home a@b 5@ www. x", "at http: //x, @home a@b 5@ www. x");
    assert_int_equal(flags_of(state, "http: x", 0), 0);
}

static void controls_are_spaces_in_clean_text(void **state)
{
    assert_clean(state,
                 "a\x01z\x7F\tb\n\xC2\x85"
                 "c\uFFFEd",
                 "a z \tb\n c d");
    assert_clean(state, "nothing to do", "nothing to do");
}

static void an_empty_value_has_an_empty_view(void **state)
{
    struct text_view view;

    text_view_build(*state, (struct slice){0}, &view);
    assert_int_equal(view.token_count, 0);
    assert_int_equal(view.point_count, 0);
    assert_int_equal(view.clean.length, 0);
}

static void a_hash_is_of_the_folded_points_alone(void **state)
{
    struct text_view view;
    uint64_t hash;

    text_view_build(*state, slice_of_text("BAKU"), &view);
    hash = view.tokens[0].hash;
    assert_true(hash == text_token_hash(view.points, view.point_count));
    text_view_build(*state, slice_of_text("<p>in b&#97;ku"), &view);
    assert_true(hash == view.tokens[1].hash);
    text_view_build(*state, slice_of_text("bakub"), &view);
    assert_true(hash != view.tokens[0].hash);
}

/* --- against ICU --- */

static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % limit;
}

/* Code points where folding is hard. */
static uint32_t random_point(void)
{
    static const uint32_t RANGES[][2] = {
        {0x20, 0x7E},      {0xA0, 0x24F},    {0x300, 0x36F},   {0x370, 0x3FF},
        {0x400, 0x4FF},    {0x590, 0x5F4},   {0x600, 0x6FF},   {0x900, 0x97F},
        {0xE01, 0xE5B},    {0xF00, 0xFBC},   {0x1000, 0x109F}, {0x1100, 0x11FF},
        {0x1780, 0x17F9},  {0x1E00, 0x1FFF}, {0x2000, 0x206F}, {0x2100, 0x218F},
        {0x3040, 0x30FF},  {0x3131, 0x318E}, {0x3300, 0x33FF}, {0xAC00, 0xD7A3},
        {0xF900, 0xFAFF},  {0xFB00, 0xFDFF}, {0xFE00, 0xFFEF}, {0x1D160, 0x1D7FF},
        {0x1F300, 0x1F6FF}};
    uint32_t pick = random_below(sizeof RANGES / sizeof *RANGES + 2);

    if (pick < sizeof RANGES / sizeof *RANGES)
        return RANGES[pick][0] + random_below(RANGES[pick][1] - RANGES[pick][0] + 1);
    return 0x1161 + random_below(0x62);
}

static int32_t random_string(UChar *units)
{
    int32_t length = 0;
    uint32_t points = 1 + random_below(MAX_POINTS);

    for (uint32_t i = 0; i < points; i++) {
        uint32_t point = random_point();

        if (point != '<' && point != '&' && point != '@' && point != ':' && point != '.')
            U16_APPEND_UNSAFE(units, length, point);
    }
    return length;
}

static struct slice to_utf8(const UChar *units, int32_t length, char *bytes, int32_t size)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t written;

    u_strToUTF8(bytes, size, &written, units, length, &error);
    assert_true(U_SUCCESS(error));
    return slice_of(bytes, (size_t)written);
}

static int32_t normalize(const UNormalizer2 *form, const UChar *units, int32_t length,
                         UChar *result)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t written = unorm2_normalize(form, units, length, result, UNITS, &error);

    assert_true(U_SUCCESS(error));
    return written;
}

static bool reference_drops(UChar32 point)
{
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(point, &error);

    if (point == 0x640 || u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
        return true;
    if ((U_GET_GC_MASK(point) & U_GC_M_MASK) == 0)
        return false;
    return script == USCRIPT_LATIN || script == USCRIPT_GREEK || script == USCRIPT_CYRILLIC ||
           script == USCRIPT_ARABIC || script == USCRIPT_HEBREW ||
           (script == USCRIPT_INHERITED &&
            (point < 0x700 || (point >= 0x1AB0 && point < 0x1B00) ||
             (point >= 0x1DC0 && point < 0x1E00) || (point >= 0x20D0 && point < 0x2100) ||
             (point >= 0xFE20 && point < 0xFE30)));
}

static UChar32 reference_letter(UChar32 point)
{
    static const UChar32 PAIRS[][2] = {{0x671, 0x627}, {0x649, 0x64A}, {0x6CC, 0x64A},
                                       {0x6CE, 0x64A}, {0x6D0, 0x64A}, {0x629, 0x647},
                                       {0x6BE, 0x647}, {0x6C1, 0x647}, {0x6C3, 0x647},
                                       {0x6D5, 0x647}, {0x6A9, 0x643}, {0x131, 'i'}};

    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        if (PAIRS[i][0] == point)
            return PAIRS[i][1];
    }
    return u_charType(point) == U_DECIMAL_DIGIT_NUMBER ? '0' + u_charDigitValue(point) : point;
}

static bool is_in_words(UChar32 point)
{
    uint32_t category = U_GET_GC_MASK(point);

    return (category & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0 || u_isUAlphabetic(point);
}

static int32_t compose_hangul(const UChar *units, int32_t length, UChar *result)
{
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);
    int32_t kept = 0;

    for (int32_t i = 0; i < length; i++) {
        UChar32 pair = kept > 0 ? unorm2_composePair(nfc, result[kept - 1], units[i]) : -1;

        if (pair >= 0xAC00 && pair <= 0xD7A3)
            result[kept - 1] = (UChar)pair;
        else
            result[kept++] = units[i];
    }
    return kept;
}

/* The reference folding of a whole string, with ICU and without tables; a space stands for all that
 * is in no word. */
static int32_t reference_fold(const UChar *units, int32_t length, UChar *result)
{
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&error);
    UChar first[UNITS];
    UChar second[UNITS];
    int32_t kept = 0;

    length = normalize(nfd, units, length, first);
    for (int32_t i = 0; i < length; i++) {
        if (first[i] != 0x345)
            second[kept++] = first[i];
    }
    length = normalize(unorm2_getNFKCCasefoldInstance(&error), second, kept, first);
    length = normalize(nfd, first, length, second);
    kept = 0;
    for (int32_t i = 0; i < length;) {
        UChar32 point;

        U16_NEXT(second, i, length, point);
        if (reference_drops(point))
            continue;
        point = is_in_words(point) ? reference_letter(point) : ' ';
        U16_APPEND_UNSAFE(first, kept, point);
    }
    length = normalize(nfd, first, kept, second);
    return compose_hangul(second, length, result);
}

/* All tokens' points, without what stands between them. */
static void assert_folds_like(const struct text_view *view, const UChar *expected, int32_t length)
{
    uint32_t at = 0;

    for (int32_t i = 0; i < length;) {
        UChar32 point;

        U16_NEXT(expected, i, length, point);
        if (point == ' ')
            continue;
        assert_true(at < view->point_count);
        assert_int_equal(view->points[at++], point);
    }
    assert_int_equal(at, view->point_count);
}

static uint32_t bytes_to_points(struct slice value, uint32_t byte)
{
    return (uint32_t)utf8_count(slice_of(value.data, byte));
}

/* Starts and ends of all points, which never decrease. */
static void assert_places(const struct text_view *view)
{
    uint32_t start = 0;
    uint32_t end = 0;

    for (uint32_t i = 0; i < view->token_count; i++) {
        const struct text_token *token = &view->tokens[i];

        for (uint32_t point = 0; point < token->length; point++) {
            assert_true(text_view_start(view, token, point) >= start);
            assert_true(text_view_end(view, token, point) >= end);
            start = text_view_start(view, token, point);
            end = text_view_end(view, token, point);
            assert_true(start < end && end <= view->value_points);
        }
    }
}

static void assert_positions(const struct text_view *view)
{
    uint32_t points = 0;

    assert_int_equal(view->value_points, utf8_count(view->value));
    assert_places(view);
    for (uint32_t i = 0; i < view->token_count; i++) {
        const struct text_token *token = &view->tokens[i];

        assert_int_equal(token->first, points);
        assert_true(token->length > 0);
        assert_int_equal(token->start, text_view_start(view, token, 0));
        assert_int_equal(token->end, text_view_end(view, token, token->length - 1));
        assert_int_equal(token->start, bytes_to_points(view->value, token->start_byte));
        assert_int_equal(token->end, bytes_to_points(view->value, token->end_byte));
        assert_true(token->hash == text_token_hash(view->points + token->first, token->length));
        points += token->length;
    }
    assert_int_equal(points, view->point_count);
    assert_true(utf8_is_valid(view->clean));
}

static void assert_string_folds(void **state, const UChar *units, int32_t length,
                                const UChar *expected, int32_t expected_length)
{
    char bytes[4 * UNITS];
    struct text_view view;

    text_view_build(*state, to_utf8(units, length, bytes, sizeof bytes), &view);
    assert_positions(&view);
    assert_folds_like(&view, expected, expected_length);
}

static void folding_is_what_icu_says_also_of_equivalent_strings(void **state)
{
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&error);
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);

    random_state = 20201110;
    for (int round = 0; round < RANDOM_STRINGS; round++) {
        UChar units[UNITS];
        UChar other[UNITS];
        UChar expected[UNITS];
        int32_t length = random_string(units);
        int32_t expected_length = reference_fold(units, length, expected);
        int32_t other_length;

        assert_string_folds(state, units, length, expected, expected_length);
        other_length = normalize(nfd, units, length, other);
        assert_string_folds(state, other, other_length, expected, expected_length);
        other_length = normalize(nfc, units, length, other);
        assert_string_folds(state, other, other_length, expected, expected_length);
    }
}

static void a_long_run_of_marks_is_put_in_order(void **state)
{
    enum { PAIRS = 5000 };
    struct buffer value = {0};
    struct text_view view;

    buffer_append_text(&value, "ก");
    for (int i = 0; i < PAIRS; i++)
        buffer_append_text(&value, "\u0E48\u0E38"); /* classes 107 and 103 */
    text_view_build(*state, buffer_slice(&value), &view);
    assert_int_equal(view.token_count, 1);
    assert_int_equal(view.point_count, 1 + 2 * PAIRS);
    assert_int_equal(view.points[1], 0xE38);
    assert_int_equal(view.points[PAIRS], 0xE38);
    assert_int_equal(view.points[PAIRS + 1], 0xE48);
    assert_positions(&view);
    buffer_free(&value);
}

static void a_value_of_expansions_alone_stays_bounded(void **state)
{
    enum { COUNT = 400000 };
    struct buffer value = {0};
    struct text_view view;

    for (int i = 0; i < COUNT; i++)
        buffer_append_text(&value, "ﷺ");
    text_view_build(*state, buffer_slice(&value), &view);
    assert_int_equal(view.value_points, COUNT);
    assert_true(view.point_count > 1 << 20);
    assert_true(view.point_count < value.length + (1 << 20) + 32);
    text_view_build(*state, SLICE_LITERAL("ﷺ"), &view);
    assert_int_equal(view.point_count, 15);
    buffer_free(&value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_are_folded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_point_a_token_where_words_are_not_set_apart, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(gaps_say_what_stands_between, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flags_tell_case_and_script, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sources_keep_their_marks_and_leave_their_neighbours, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_expansion_carries_its_source_in_all_its_points, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(tags_are_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_only_looks_like_markup_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(references_are_decoded_with_their_whole_span, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(addresses_are_flagged_and_left_out_of_clean, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_only_looks_like_an_address_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(controls_are_spaces_in_clean_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_value_has_an_empty_view, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hash_is_of_the_folded_points_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folding_is_what_icu_says_also_of_equivalent_strings, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_value_of_expansions_alone_stays_bounded, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_long_run_of_marks_is_put_in_order, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("text_view", tests, NULL, NULL);
}
