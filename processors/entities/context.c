#include "processors/entities/context.h"

#include <unicode/uchar.h>

#include "base/utf8.h"

enum { SENTENCE_WORDS = 20, LONG_WORD = 4, ARABIC_ALEF = 0x627, ARABIC_LAM = 0x644 };

static const struct text_token *token_at(const struct candidate *candidate, uint32_t index)
{
    return &candidate->view->tokens[index];
}

static bool begins_sentence(const struct text_view *view, uint32_t index)
{
    return index == 0 || view->tokens[index].gap == GAP_SENTENCE ||
           view->tokens[index].gap == GAP_PUNCTUATION;
}

/* al-, also behind wa-, fa-, bi-, ka-, or lil-. */
static bool has_arabic_article(const struct candidate *candidate, uint32_t index)
{
    static const uint32_t proclitics[] = {0x648, 0x641, 0x628, 0x643};
    const struct text_token *token = token_at(candidate, index);
    const uint32_t *points = candidate->view->points + token->first;

    if (token->length < 4)
        return false;
    for (size_t i = 0; i < sizeof(proclitics) / sizeof(proclitics[0]); i++)
        if (points[0] == proclitics[i]) {
            points++;
            break;
        }
    return (points[0] == ARABIC_ALEF || points[0] == ARABIC_LAM) && points[1] == ARABIC_LAM;
}

static bool is_guarded(const struct language_rules *rules, const struct candidate *candidate)
{
    uint32_t first = candidate->first;

    switch (candidate->row->guard) {
    case GUARD_NONE:
    case GUARD_HOME:
        return false;
    case GUARD_MIDDLE:
        return begins_sentence(candidate->view, first);
    case GUARD_NOUN:
        return first > 0 && candidate->known != first && has_arabic_article(candidate, first - 1) &&
               token_at(candidate, first)->gap == GAP_SPACE;
    case GUARD_PREPOSITION:
        return begins_sentence(candidate->view, first) ||
               !word_set_has(&rules->places, token_at(candidate, first - 1)->hash);
    }
    return false;
}

/* US$ */
static bool is_currency(const struct candidate *candidate)
{
    struct slice value = candidate->view->value;
    size_t at = token_at(candidate, candidate->first + candidate->count - 1)->end_byte;

    if (!candidate->row->acronym || at == value.length)
        return false;
    return u_charType((UChar32)utf8_decode((const unsigned char *)value.data + at)) ==
           U_CURRENCY_SYMBOL;
}

static bool begins_with(struct slice text, struct slice start)
{
    return text.length >= start.length && memcmp(text.data, start.data, start.length) == 0;
}

static bool ends_with(struct slice text, struct slice end)
{
    return text.length >= end.length &&
           memcmp(text.data + text.length - end.length, end.data, end.length) == 0;
}

/* With a space or nothing between. */
static bool is_people(const struct language_rules *rules, const struct candidate *candidate)
{
    struct slice value = candidate->view->value;
    uint32_t start = token_at(candidate, candidate->first)->start_byte;
    uint32_t end = token_at(candidate, candidate->first + candidate->count - 1)->end_byte;
    struct slice after = slice_of(value.data + end, value.length - end);
    struct slice before = slice_of(value.data, start);

    if (before.length > 0 && before.data[before.length - 1] == ' ')
        before.length--;
    if (after.length > 0 && after.data[0] == ' ')
        after = slice_of(after.data + 1, after.length - 1);
    for (uint32_t i = 0; i < rules->people_count; i++)
        if (rules->peoples[i].after ? begins_with(after, rules->peoples[i].text)
                                    : ends_with(before, rules->peoples[i].text))
            return true;
    return false;
}

static bool has_capital(const struct text_token *token)
{
    return (token->flags & TOKEN_UPPER_FIRST) != 0;
}

static bool is_stranger(const struct language_rules *rules, const struct text_token *token)
{
    return token->kind == TOKEN_WORD && has_capital(token) &&
           !word_set_has(&rules->dates, token->hash);
}

static bool is_hyphen_before(const struct candidate *candidate)
{
    uint32_t start = token_at(candidate, candidate->first)->start_byte;

    return candidate->view->value.data[start - 1] == '-';
}

/* "New Jersey", "Jean-France"; but a capital at the start of a sentence says nothing, and "Paris"
 * in "Baku Paris" is not Baku's. */
static bool has_stranger_before(const struct language_rules *rules,
                                const struct candidate *candidate)
{
    uint32_t first = candidate->first;

    if (!rules->strangers_before || first == 0 || candidate->known == first ||
        begins_sentence(candidate->view, first - 1))
        return false;
    bool adjacent = token_at(candidate, first)->gap == GAP_SPACE ||
                    (token_at(candidate, first)->gap == GAP_JOINER && is_hyphen_before(candidate));

    return adjacent && is_stranger(rules, token_at(candidate, first - 1));
}

/* "Washington Post" */
static bool has_stranger_after(const struct language_rules *rules,
                               const struct candidate *candidate)
{
    uint32_t next = candidate->first + candidate->count;

    return rules->strangers_after && next < candidate->view->token_count &&
           token_at(candidate, next)->gap == GAP_SPACE &&
           is_stranger(rules, token_at(candidate, next));
}

/* Short words do not count: headlines leave them small. */
bool context_is_title_case(const struct text_view *view, uint32_t first, uint32_t count)
{
    uint32_t from = first;
    uint32_t to = first + count;
    uint32_t words = 0;
    uint32_t capitals = 0;

    while (from > 0 && first - from < SENTENCE_WORDS && view->tokens[from].gap != GAP_SENTENCE)
        from--;
    while (to < view->token_count && to - first < SENTENCE_WORDS &&
           view->tokens[to].gap != GAP_SENTENCE)
        to++;
    for (uint32_t i = from; i < to; i++) {
        if (view->tokens[i].length < LONG_WORD || view->tokens[i].kind != TOKEN_WORD)
            continue;
        words++;
        capitals += has_capital(&view->tokens[i]);
    }
    return words > 3 && 10 * capitals >= 8 * words;
}

static bool is_part_of_other_name(const struct language_rules *rules,
                                  const struct candidate *candidate)
{
    return !candidate->row->acronym &&
           (has_stranger_before(rules, candidate) || has_stranger_after(rules, candidate)) &&
           !context_is_title_case(candidate->view, candidate->first, candidate->count);
}

enum refusal context_refusal(const struct language_rules *rules, const struct candidate *candidate)
{
    if (is_guarded(rules, candidate))
        return REFUSAL_GUARD;
    if (!candidate->place)
        return REFUSAL_NONE;
    if (is_currency(candidate))
        return REFUSAL_CURRENCY;
    if (is_people(rules, candidate))
        return REFUSAL_PEOPLE;
    return is_part_of_other_name(rules, candidate) ? REFUSAL_STRANGER : REFUSAL_NONE;
}
