#include "processors/entities/rules.h"

#include <stdlib.h>

#include "article/text_view.h"
#include "base/memory.h"
#include "processors/entities/array.h"
#include "processors/entities/builtin.h"
#include "processors/entities/table.h"

bool language_is(const char *language, struct slice code)
{
    return strncmp(language, code.data, code.length) == 0 &&
           (language[code.length] == '_' || language[code.length] == '\0');
}

bool word_set_has(const struct word_set *set, uint64_t hash)
{
    if ((set->filter[hash / 64 % 4] >> (hash % 64) & 1) == 0)
        return false;
    for (uint32_t i = 0; i < set->count; i++)
        if (set->hashes[i] == hash)
            return true;
    return false;
}

bool rules_have_forms(const struct language_rules *rules)
{
    return rules->proclitics != PROCLITICS_NONE || rules->prefix_count > 0 ||
           rules->ending_count > 0;
}

/* An ending's folded points; "-" stands for nothing. */
static uint32_t fold_ending(struct text_view_builder *views, struct slice text,
                            uint32_t ret_points[ENDING_POINTS])
{
    struct text_view view;

    if (slice_is(text, "-"))
        return 0;
    text_view_build(views, text, &view);
    uint32_t count = view.point_count < ENDING_POINTS ? view.point_count : ENDING_POINTS;

    if (count > 0)
        memcpy(ret_points, view.points, count * sizeof(*ret_points));
    return count;
}

static void add_endings(struct language_rules *rules, struct text_view_builder *views,
                        struct slice texts, struct slice name, bool outside)
{
    struct slice text;

    while (table_part(&texts, '|', &text)) {
        rules->endings = array_grown(rules->endings, rules->ending_count, &rules->ending_capacity,
                                     sizeof(*rules->endings));
        struct ending *ending = &rules->endings[rules->ending_count++];

        *ending = (struct ending){.outside = outside};
        ending->text_length = fold_ending(views, text, ending->text);
        ending->name_length = fold_ending(views, name, ending->name);
    }
}

static void add_prefixes(struct language_rules *rules, struct text_view_builder *views,
                         struct slice texts)
{
    struct slice text;

    while (table_part(&texts, '|', &text)) {
        rules->prefixes = array_grown(rules->prefixes, rules->prefix_count, &rules->prefix_capacity,
                                      sizeof(*rules->prefixes));
        struct prefix *prefix = &rules->prefixes[rules->prefix_count++];

        prefix->length = fold_ending(views, text, prefix->text);
        uint32_t start = prefix->length > 0 ? prefix->text[0] : 0;

        rules->first_points[start / 64 % 4] |= 1ULL << start % 64;
    }
}

static void add_people(struct language_rules *rules, struct slice where, struct slice text)
{
    rules->peoples = array_grown(rules->peoples, rules->people_count, &rules->people_capacity,
                                 sizeof(*rules->peoples));
    rules->peoples[rules->people_count++] = (struct people_word){text, slice_is(where, "after")};
}

static void add_texts(struct text_set *set, struct slice texts)
{
    struct slice text;

    while (table_part(&texts, '|', &text)) {
        set->texts = array_grown(set->texts, set->count, &set->capacity, sizeof(*set->texts));
        set->texts[set->count++] = text;
        if (text.length >= 3)
            set->starts[text_set_start(text.data) / 64] |= 1ULL << text_set_start(text.data) % 64;
    }
}

static void add_words(struct word_set *set, struct text_view_builder *views, struct slice words)
{
    struct slice word;
    struct text_view view;

    while (table_part(&words, '|', &word)) {
        text_view_build(views, word, &view);
        if (view.token_count != 1)
            continue;
        set->hashes = array_grown(set->hashes, set->count, &set->capacity, sizeof(*set->hashes));
        uint64_t hash = view.tokens[0].hash;

        set->hashes[set->count++] = hash;
        set->filter[hash / 64 % 4] |= 1ULL << (hash % 64);
    }
}

/* Rules for names that no list has. */
static void add_person_rule(struct language_rules *rules, struct text_view_builder *views,
                            struct slice rule, struct slice a)
{
    if (slice_is(rule, "link"))
        add_words(&rules->links, views, a);
    else if (slice_is(rule, "within"))
        add_words(&rules->particles, views, a);
    else if (slice_is(rule, "thing"))
        add_words(&rules->things, views, a);
    else if (slice_is(rule, "opener"))
        add_words(&rules->openers, views, a);
    else if (slice_is(rule, "part"))
        add_texts(&rules->parts, a);
    else if (slice_is(rule, "division"))
        add_texts(&rules->divisions, a);
    else if (slice_is(rule, "institution"))
        add_texts(&rules->bodies, a);
    else if (slice_is(rule, "complement"))
        add_texts(&rules->complements, a);
    else if (slice_is(rule, "firm"))
        add_texts(&rules->firms, a);
    else if (slice_is(rule, "sound"))
        add_words(&rules->sounds, views, a);
    else if (slice_is(rule, "leader"))
        add_words(&rules->leaders, views, a);
    else if (slice_is(rule, "front"))
        add_words(&rules->fronts, views, a);
    else if (slice_is(rule, "counter"))
        add_words(&rules->counters, views, a);
    else if (slice_is(rule, "whose"))
        *(slice_is(a, "before") ? &rules->whose_before : &rules->whose_after) = true;
    else if (slice_is(rule, "heads"))
        rules->heads_last = true;
    else if (slice_is(rule, "nouns"))
        rules->nouns_have_capitals = true;
}

static void add_rule(struct language_rules *rules, struct text_view_builder *views,
                     const struct table_row *row)
{
    struct slice rule = row->fields[1];
    struct slice a = row->fields[2];
    struct slice b = row->fields[3];

    if (slice_is(rule, "proclitics"))
        rules->proclitics = slice_is(a, "ar") ? PROCLITICS_ARABIC : PROCLITICS_HEBREW;
    else if (slice_is(rule, "ending") || slice_is(rule, "particle"))
        add_endings(rules, views, a, b, slice_is(rule, "particle"));
    else if (slice_is(rule, "stranger"))
        *(slice_is(a, "before") ? &rules->strangers_before : &rules->strangers_after) = true;
    else if (slice_is(rule, "people"))
        add_people(rules, a, b);
    else if (slice_is(rule, "prefix"))
        add_prefixes(rules, views, a);
    else if (slice_is(rule, "plain"))
        add_words(&rules->plain, views, a);
    else if (slice_is(rule, "suffix"))
        add_texts(&rules->suffixes, a);
    else if (slice_is(rule, "place"))
        add_words(&rules->places, views, a);
    else if (slice_is(rule, "date"))
        add_words(&rules->dates, views, a);
    else
        add_person_rule(rules, views, rule, a);
}

/* An ending of nothing fits all words. */
static bool fits(const struct ending *ending, uint32_t class)
{
    return ending->text_length == 0 || ending_class(ending->text[ending->text_length - 1]) == class;
}

static void sort_endings(struct language_rules *rules)
{
    uint32_t count = 0;

    rules->fitting =
        memory_zeroed((size_t)rules->ending_count * ENDING_CLASSES + 1, sizeof(*rules->fitting));
    for (uint32_t class = 0; class < ENDING_CLASSES; class ++) {
        rules->fitting_starts[class] = count;
        for (uint32_t i = 0; i < rules->ending_count; i++)
            if (fits(&rules->endings[i], class))
                rules->fitting[count++] = (uint16_t)i;
    }
    rules->fitting_starts[ENDING_CLASSES] = count;
}

struct language_rules *language_rules_new(const char *language)
{
    struct language_rules *rules = memory_zeroed(1, sizeof(*rules));
    struct text_view_builder *views = text_view_builder_new();
    struct slice rest = slice_of(builtin_languages, builtin_languages_size);
    struct table_row row;

    while (table_next(&rest, &row))
        if (language_is(language, row.fields[0]))
            add_rule(rules, views, &row);
    sort_endings(rules);
    text_view_builder_free(views);
    return rules;
}

void language_rules_free(struct language_rules *rules)
{
    if (rules == NULL)
        return;
    free(rules->prefixes);
    free(rules->plain.hashes);
    free(rules->endings);
    free(rules->fitting);
    free(rules->peoples);
    free(rules->suffixes.texts);
    free(rules->places.hashes);
    free(rules->dates.hashes);
    free(rules->links.hashes);
    free(rules->particles.hashes);
    free(rules->things.hashes);
    free(rules->openers.hashes);
    free(rules->parts.texts);
    free(rules->divisions.texts);
    free(rules->bodies.texts);
    free(rules->complements.texts);
    free(rules->firms.texts);
    free(rules->sounds.hashes);
    free(rules->fronts.hashes);
    free(rules->leaders.hashes);
    free(rules->counters.hashes);
    free(rules);
}
