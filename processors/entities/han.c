/* Chinese writes a place and what it is of in one run: an address from the largest to the smallest,
 * a place and its kind, an institution behind the place that it is in. */
#include "processors/entities/finding.h"

enum { INSTITUTION_BYTES = 27, IDEOGRAPH_BYTES = 3, SMALLER_NAME = 3 };

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

    if (rest.length < skipped)
        return 0;
    rest = slice_of(rest.data + skipped, rest.length - skipped);
    for (uint32_t i = 0; i < parts->count; i++) {
        uint32_t words = (uint32_t)parts->texts[i].length / IDEOGRAPH_BYTES;

        if (begins_with(rest, parts->texts[i]) && run_goes_on(finding, match, distance + words))
            return words;
    }
    return 0;
}

static bool is_function_word(const struct finding *finding, uint32_t token)
{
    return word_set_has(&finding->names->rules->openers, finding_view(finding)->tokens[token].hash);
}

/* A smaller place that no list has, in an address: "(Kalmor province) Aldora city". */
static uint32_t smaller_place_behind(const struct finding *finding, const struct match *match)
{
    for (uint32_t name = 1; name <= SMALLER_NAME; name++) {
        if (!run_goes_on(finding, match, name) ||
            is_function_word(finding, match->first + match->words + name - 1))
            return 0;
        uint32_t part = part_behind(finding, match, &finding->names->rules->divisions, name);

        if (part > 0)
            return name + part;
    }
    return 0;
}

static bool ends_with(struct slice text, struct slice end)
{
    return text.length >= end.length &&
           memcmp(text.data + text.length - end.length, end.data, end.length) == 0;
}

static bool ends_in_division(const struct finding *finding, const struct match *match)
{
    const struct text_set *divisions = &finding->names->rules->divisions;
    struct slice text = slice_of(finding_view(finding)->value.data + match->start_byte,
                                 match->end_byte - match->start_byte);

    for (uint32_t i = 0; i < divisions->count; i++)
        if (ends_with(text, divisions->texts[i]))
            return true;
    return false;
}

static bool is_country(const struct finding *finding, const struct match *match)
{
    const struct gazetteer *gazetteer = finding->names->layers[match->layer].gazetteer;

    uint32_t entity = gazetteer_row_of(gazetteer, match->row).entity;

    return gazetteer_standing_of(gazetteer, entity).weight >= NAME_WEIGHT_COUNTRY;
}

/* "Kalmor" + "province", and the smaller places behind it. */
static void take_parts(const struct finding *finding, struct match *match, bool followed)
{
    const struct text_set *parts = &finding->names->rules->parts;
    uint32_t words = 0;

    if (is_country(finding, match))
        return;
    if (!followed)
        words = part_behind(finding, match, parts, 0);
    widen(finding, match, words);
    if (!ends_in_division(finding, match))
        return;
    while ((words = smaller_place_behind(finding, match)) > 0)
        widen(finding, match, words);
}

/* How many ideographs behind the match end in a word for an institution; 0: none do. */
static uint32_t institution_behind(const struct finding *finding, const struct match *match)
{
    const struct text_set *bodies = &finding->names->rules->bodies;
    struct slice rest = behind(finding, match);

    for (size_t at = 0; at < INSTITUTION_BYTES && at < rest.length; at += IDEOGRAPH_BYTES) {
        if (!run_goes_on(finding, match, (uint32_t)(at / IDEOGRAPH_BYTES) + 1))
            return 0;
        for (uint32_t i = 0; i < bodies->count; i++) {
            size_t end = at + bodies->texts[i].length;
            uint32_t words = (uint32_t)(end / IDEOGRAPH_BYTES);

            if (begins_with(slice_of(rest.data + at, rest.length - at), bodies->texts[i]) &&
                run_goes_on(finding, match, words))
                return words;
        }
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

void join_han(struct finding *finding, uint32_t from)
{
    struct match *matches = finding->matches;
    uint32_t kept = from;

    if (finding->names->rules->parts.count == 0)
        return;
    for (uint32_t i = from; i < finding->match_count; i++) {
        struct match match = matches[i];

        if (kept > from && matches[kept - 1].end > match.start)
            continue;
        if (is_place_in_run(finding, &match))
            take_parts(finding, &match,
                       i + 1 < finding->match_count &&
                           matches[i + 1].first == match.first + match.words);
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
