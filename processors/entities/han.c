/* Chinese writes a place and what it is of in one run: an address from the largest to the smallest,
 * a place and its kind, an institution behind the place that it is in. */
#include "processors/entities/finding.h"

enum {
    IDEOGRAPH_BYTES = 3,
    SMALLER_NAME = 3,     /* ideographs of a place that no list has */
    INSTITUTION_NAME = 6, /* of what stands between a place and a word for an institution */
    SOUND_NAME = 2,       /* of a name that is easily part of a longer one */
    PERSON_PART = 8,      /* of one of a person's names */
};

static bool is_place_in_run(const struct finding *finding, const struct match *match)
{
    return match->type == ENTITY_PLACE &&
           finding_view(finding)->tokens[match->first].kind == TOKEN_IDEOGRAPH;
}

static struct slice behind(const struct finding *finding, const struct match *match)
{
    struct slice value = finding_view(finding)->value;

    return slice_of(value.data + match->end_byte, value.length - match->end_byte);
}

static bool begins_with(struct slice text, struct slice start)
{
    return text.length >= start.length && memcmp(text.data, start.data, start.length) == 0;
}

/* Takes so many ideographs behind a match into it. */
static void widen(const struct finding *finding, struct match *match, uint32_t ideographs)
{
    uint32_t words = match->words + ideographs;

    if (ideographs == 0)
        return;
    const struct text_token *last = &finding_view(finding)->tokens[match->first + words - 1];

    match->words = words;
    match->end = last->end;
    match->end_byte = last->end_byte;
    match->rule = RULE_TAIL;
}

/* Are so many words behind a match ideographs of its run? */
static bool run_goes_on(const struct finding *finding, const struct match *match, uint32_t words)
{
    const struct text_view *view = finding_view(finding);

    for (uint32_t i = match->first + match->words; i < match->first + match->words + words; i++)
        if (i >= view->token_count || view->tokens[i].kind != TOKEN_IDEOGRAPH ||
            view->tokens[i].gap != GAP_NONE)
            return false;
    return true;
}

/* The ideographs of a word for a kind of place that stands so many of them behind a match; 0: none
 * does. */
static uint32_t part_behind(const struct finding *finding, const struct match *match,
                            const struct text_set *parts, uint32_t distance)
{
    struct slice rest = behind(finding, match);
    size_t skipped = (size_t)distance * IDEOGRAPH_BYTES;

    if (rest.length < skipped + IDEOGRAPH_BYTES || !text_set_may_begin(parts, rest.data + skipped))
        return 0;
    rest = slice_of(rest.data + skipped, rest.length - skipped);
    for (uint32_t i = 0; i < parts->count; i++) {
        uint32_t words = (uint32_t)parts->texts[i].length / IDEOGRAPH_BYTES;

        if (begins_with(rest, parts->texts[i]) && run_goes_on(finding, match, distance + words))
            return words;
    }
    return 0;
}

static bool is_whole(const struct finding *finding, uint32_t first, uint32_t words)
{
    return segmenter_is_whole(finding->segmenter, finding_view(finding), first, words);
}

static bool is_country(const struct finding *finding, const struct match *match)
{
    const struct gazetteer *gazetteer = finding->names->layers[match->layer].gazetteer;

    uint32_t entity = gazetteer_row_of(gazetteer, match->row).entity;

    return gazetteer_standing_of(gazetteer, entity).weight >= NAME_WEIGHT_COUNTRY;
}

/* Not where it is a part of a longer word. */
static bool is_function_word(const struct finding *finding, uint32_t token)
{
    return word_set_has(&finding->names->rules->openers,
                        finding_view(finding)->tokens[token].hash) &&
           is_whole(finding, token, 1);
}

static bool has_function_word(const struct finding *finding, uint32_t first, uint32_t words)
{
    for (uint32_t i = 0; i < words; i++) {
        if (is_function_word(finding, first + i))
            return true;
    }
    return false;
}

/* A smaller place that no list has, in an address: "(Kalmor province) Aldora city". What costs
 * most, words, is asked last. */
static uint32_t smaller_place_behind(const struct finding *finding, const struct match *match)
{
    for (uint32_t name = 1; name <= SMALLER_NAME && run_goes_on(finding, match, name); name++) {
        uint32_t part = part_behind(finding, match, &finding->names->rules->divisions, name);

        if (part > 0)
            return has_function_word(finding, match->first + match->words, name) ? 0 : name + part;
    }
    return 0;
}

static bool ends_with(struct slice text, struct slice end)
{
    return text.length >= end.length &&
           memcmp(text.data + text.length - end.length, end.data, end.length) == 0;
}

static struct slice text_of(const struct finding *finding, const struct match *match)
{
    return slice_of(finding_view(finding)->value.data + match->start_byte,
                    match->end_byte - match->start_byte);
}

static bool ends_in_division(const struct finding *finding, const struct match *match)
{
    const struct text_set *divisions = &finding->names->rules->divisions;
    struct slice text = text_of(finding, match);

    for (uint32_t i = 0; i < divisions->count; i++)
        if (ends_with(text, divisions->texts[i]))
            return true;
    return false;
}

/* "North Kalmor": the word before it, if it is one of its own. */
static void take_front(const struct finding *finding, struct match *match, uint32_t known)
{
    const struct text_token *tokens = finding_view(finding)->tokens;
    uint32_t first = match->first;

    if (first == known || tokens[first].gap != GAP_NONE ||
        !word_set_has(&finding->names->rules->fronts, tokens[first - 1].hash) ||
        !is_whole(finding, first - 1, match->words + 1))
        return;
    match->first--;
    match->words++;
    match->start = tokens[first - 1].start;
    match->start_byte = tokens[first - 1].start_byte;
    match->rule = RULE_TAIL;
}

/* A country has no kind that is written in one character. What ends in a kind has it already. */
static uint32_t kind_behind(const struct finding *finding, const struct match *match)
{
    uint32_t words = part_behind(finding, match, &finding->names->rules->parts, 0);
    struct slice kind = slice_of(behind(finding, match).data, (size_t)words * IDEOGRAPH_BYTES);

    if (words == 0 || (words == 1 && is_country(finding, match)) ||
        ends_with(text_of(finding, match), kind) ||
        !is_whole(finding, match->first, match->words + words))
        return 0;
    return words;
}

/* "Kalmor" + "province", and the smaller places behind it. */
static void take_parts(const struct finding *finding, struct match *match, bool followed)
{
    uint32_t words = 0;

    if (!followed)
        widen(finding, match, kind_behind(finding, match));
    if (is_country(finding, match) || !ends_in_division(finding, match))
        return;
    while ((words = smaller_place_behind(finding, match)) > 0)
        widen(finding, match, words);
}

/* The ideographs of a word for an institution that stands so many of them behind a match; 0: none
 * does. What is only said to be a country's ("a Kalmor company") has no name. */
static uint32_t body_behind(const struct finding *finding, const struct match *match,
                            uint32_t distance)
{
    const struct language_rules *rules = finding->names->rules;
    uint32_t words = part_behind(finding, match, &rules->bodies, distance);

    if (words == 0 && (distance > 0 || !is_country(finding, match)))
        words = part_behind(finding, match, &rules->firms, distance);
    return words;
}

/* How many ideographs behind the match end in a word for an institution, without a function word
 * before that; 0: none do. What costs most, words, is asked last. */
static uint32_t institution_behind(const struct finding *finding, const struct match *match)
{
    uint32_t end = match->first + match->words;
    uint32_t asked = 0; /* so many ideographs behind the match are no function words */

    for (uint32_t distance = 0; distance <= INSTITUTION_NAME; distance++) {
        uint32_t words = body_behind(finding, match, distance);

        if (words > 0) {
            if (has_function_word(finding, end + asked, distance - asked))
                return 0;
            if (is_whole(finding, match->first, match->words + distance + words))
                return distance + words;
            asked = distance;
        }
        if (!run_goes_on(finding, match, distance + 1))
            return 0;
    }
    return 0;
}

static void make_organisation(const struct finding *finding, struct match *match, uint32_t words)
{
    widen(finding, match, words);
    match->type = ENTITY_ORGANISATION;
    match->layer = LAYER_NONE;
    match->key = 0;
    for (uint32_t i = 0; i < match->words; i++)
        match->key = match->key * 31 + finding_view(finding)->tokens[match->first + i].hash;
}

/* The smaller place has what the larger one before it was given. */
static bool joins(const struct finding *finding, const struct match *before,
                  const struct match *match)
{
    return is_place_in_run(finding, before) && is_place_in_run(finding, match) &&
           !is_country(finding, match) && before->first + before->words == match->first &&
           finding_view(finding)->tokens[match->first].gap == GAP_NONE;
}

static struct match joined(const struct match *before, const struct match *match)
{
    struct match whole = *match;

    whole.start = before->start;
    whole.start_byte = before->start_byte;
    whole.first = before->first;
    whole.words = before->words + match->words;
    whole.rule = RULE_TAIL;
    return whole;
}

/* ---- Foreign names ---- */

static bool is_sound(const struct finding *finding, uint32_t token)
{
    return finding_view(finding)->tokens[token].kind == TOKEN_IDEOGRAPH &&
           word_set_has(&finding->names->rules->sounds, finding_view(finding)->tokens[token].hash);
}

/* Does a middle dot alone part an ideograph from the one before it? */
static bool is_dotted(const struct text_view *view, uint32_t token)
{
    static const char *const dots[] = {"\xc2\xb7", "\xe3\x83\xbb", "\xe2\x80\xa7", "\xe2\x80\xa2"};

    if (token == 0 || token >= view->token_count || view->tokens[token].gap != GAP_JOINER ||
        view->tokens[token].kind != TOKEN_IDEOGRAPH ||
        view->tokens[token - 1].kind != TOKEN_IDEOGRAPH)
        return false;
    uint32_t from = view->tokens[token - 1].end_byte;
    struct slice gap = slice_of(view->value.data + from, view->tokens[token].start_byte - from);

    for (size_t i = 0; i < sizeof(dots) / sizeof(dots[0]); i++)
        if (slice_is(gap, dots[i]))
            return true;
    return false;
}

/* Behind the sounds from a word on. */
static uint32_t end_of_sounds(const struct finding *finding, uint32_t first)
{
    const struct text_view *view = finding_view(finding);
    uint32_t end = first;

    while (end < view->token_count && end - first < PERSON_PART && is_sound(finding, end) &&
           (end == first || view->tokens[end].gap == GAP_NONE))
        end++;
    return end;
}

static uint32_t start_of_sounds(const struct finding *finding, uint32_t end)
{
    const struct text_view *view = finding_view(finding);
    uint32_t first = end;

    while (first > 0 && end - first < PERSON_PART && is_sound(finding, first - 1) &&
           (first == end || view->tokens[first].gap == GAP_NONE))
        first--;
    return first;
}

/* The person whose first two names the dot before `word` parts. Returns the word to go on with. */
static uint32_t add_person(struct finding *finding, uint32_t word)
{
    const struct text_view *view = finding_view(finding);
    uint32_t first = start_of_sounds(finding, word);
    uint32_t end = end_of_sounds(finding, word);

    while (end > word && is_dotted(view, end) && is_sound(finding, end)) {
        word = end;
        end = end_of_sounds(finding, word);
    }
    while (end > word + 2 && !is_whole(finding, word, end - word))
        end--;
    if (first == word || end < word + 2)
        return word + 1;
    struct match match = finding_span(finding, finding->field_count - 1, first, end - first);

    match.type = ENTITY_PERSON;
    match.rule = RULE_SOUND;
    for (uint32_t i = first; i < end; i++)
        match.key = match.key * 31 + view->tokens[i].hash;
    finding_add_match(finding, &match);
    return end;
}

/* "Jane·Doe", in characters that foreign names are spelled with. */
static void add_persons(struct finding *finding)
{
    const struct text_view *view = finding_view(finding);

    for (uint32_t word = 1; word < view->token_count;)
        word = is_dotted(view, word) ? add_person(finding, word) : word + 1;
}

/* Is a name part of a longer foreign one? A country's name is not where only what follows is
 * spelled so: that is a place in it. known: the word behind the match before; next: the one after
 * it, of all that is left. */
static bool is_spelled_on(const struct finding *finding, const struct match *match, uint32_t known,
                          const struct match *next)
{
    const struct text_view *view = finding_view(finding);
    uint32_t end = match->first + match->words;

    if (is_dotted(view, match->first) || is_dotted(view, end))
        return true;
    if (match->words > SOUND_NAME || end_of_sounds(finding, match->first) < end)
        return false;
    if (match->first > known && view->tokens[match->first].gap == GAP_NONE &&
        is_sound(finding, match->first - 1))
        return true;
    return !is_country(finding, match) && (next == NULL || next->first != end) &&
           end < view->token_count && view->tokens[end].gap == GAP_NONE && is_sound(finding, end);
}

/* "26 days of Japan's" is written like "the 26th, this". */
static bool is_counted(const struct finding *finding, const struct match *match)
{
    const struct text_token *token = &finding_view(finding)->tokens[match->first];

    return match->first > 0 && token->gap == GAP_NONE && token[-1].kind == TOKEN_NUMBER &&
           word_set_has(&finding->names->rules->counters, token->hash);
}

/* "The foreign minister", who is written like "the head of the foreign ministry". */
static bool is_led(const struct finding *finding, const struct match *match)
{
    const struct text_view *view = finding_view(finding);
    uint32_t end = match->first + match->words;

    return match->type == ENTITY_ORGANISATION && end < view->token_count &&
           view->tokens[end].gap == GAP_NONE &&
           word_set_has(&finding->names->rules->leaders, view->tokens[end].hash);
}

static bool is_part_of_other(struct finding *finding, const struct match *match, uint32_t known,
                             const struct match *next)
{
    if (finding_view(finding)->tokens[match->first].kind != TOKEN_IDEOGRAPH ||
        (!is_spelled_on(finding, match, known, next) && !is_counted(finding, match) &&
         !is_led(finding, match)))
        return false;
    const struct refused refused = {.first = match->first,
                                    .words = match->words,
                                    .row = match->row,
                                    .layer = match->layer,
                                    .refusal = REFUSAL_PART};

    finding_note_refused(finding, &refused);
    return true;
}

/* A match on its way: with what belongs to it. */
static struct match completed(const struct finding *finding, const struct match *match,
                              uint32_t known, const struct match *next)
{
    struct match whole = *match;

    if (!is_place_in_run(finding, match))
        return whole;
    take_parts(finding, &whole, next != NULL && next->first == match->first + match->words);
    take_front(finding, &whole, known);
    return whole;
}

static void join_places(struct finding *finding, uint32_t from)
{
    struct match *matches = finding->matches;
    uint32_t kept = from;

    for (uint32_t i = from; i < finding->match_count; i++) {
        const struct match *next = i + 1 < finding->match_count ? &matches[i + 1] : NULL;
        uint32_t known = kept > from ? matches[kept - 1].first + matches[kept - 1].words : 0;

        if ((kept > from && matches[kept - 1].end > matches[i].start) ||
            is_part_of_other(finding, &matches[i], known, next))
            continue;
        struct match match = completed(finding, &matches[i], known, next);

        if (kept > from && joins(finding, &matches[kept - 1], &match))
            match = joined(&matches[--kept], &match);
        uint32_t institution =
            is_place_in_run(finding, &match) ? institution_behind(finding, &match) : 0;

        if (institution > 0)
            make_organisation(finding, &match, institution);
        matches[kept++] = match;
    }
    finding->match_count = kept;
}

void join_han(struct finding *finding, uint32_t from)
{
    if (finding->names->rules->parts.count == 0)
        return;
    join_places(finding, from);
    uint32_t places = finding->match_count;

    add_persons(finding);
    if (finding->match_count > places)
        finding_settle(finding, from);
}
