#include "base/utf8.h"
#include "processors/entities/builtin.h"
#include "processors/entities/names.h"
#include "processors/entities/rules.h"
#include "processors/entities/table.h"
#include "processors/entities/variants.h"

enum { ACRONYM_LETTERS = 3 };

static bool begins_with(struct slice text, struct slice start)
{
    return text.length >= start.length && memcmp(text.data, start.data, start.length) == 0;
}

/* "Congo" of "Congo (DRC)" is no name where there is also a Congo-Brazzaville. */
static bool is_shared(const struct names *names, uint32_t count, uint32_t place, struct slice name)
{
    for (uint32_t i = 0; i < count; i++)
        if (names->items[i].place != place && begins_with(names->items[i].text, name))
            return true;
    return false;
}

static bool is_one_word(struct slice text)
{
    return memchr(text.data, ' ', text.length) == NULL;
}

/* What stands in brackets is a second name ("Myanmar (Burma)") where both are single words, and a
 * description ("Hong Kong (SAR China)", "Congo (Republic)") or an acronym elsewhere. */
static bool is_second_name(const struct found_name *name, const struct bracketed *parts)
{
    return !name->variant && is_one_word(parts->outside) && is_one_word(parts->inside) &&
           utf8_count(parts->inside) > ACRONYM_LETTERS;
}

static void find_bracketed(struct names *names, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct found_name name = names->items[i];
        struct bracketed parts;

        if (!variant_brackets(&names->arena, name.text, &parts) ||
            is_shared(names, count, name.place, parts.outside))
            continue;
        names_add(names, name.place, parts.outside, false);
        if (is_second_name(&name, &parts))
            names_add(names, name.place, parts.inside, false);
    }
}

static void find_spelled_out(const char *language, struct names *names, uint32_t count)
{
    struct slice rest = slice_of(builtin_abbreviations, builtin_abbreviations_size);
    struct table_row row;

    while (table_next(&rest, &row))
        for (uint32_t i = 0; language_is(language, row.fields[0]) && i < count; i++)
            names_add(names, names->items[i].place,
                      variant_spelled_out(&names->arena, names->items[i].text, row.fields[1],
                                          row.fields[2]),
                      false);
}

static void find_dotted(struct names *names, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        names_add(names, names->items[i].place, variant_dotted(&names->arena, names->items[i].text),
                  false);
}

static bool is_of_kind(const struct place *place, struct slice kind)
{
    return slice_is(kind, "city") ? place->weight < REGION_WEIGHT : place->weight == COUNTRY_WEIGHT;
}

/* Other forms of names by the language's patterns: {} stands for the name. */
static void find_forms(const struct places *places, const char *language, struct names *names,
                       uint32_t count)
{
    struct slice rest = slice_of(builtin_languages, builtin_languages_size);
    struct table_row row;

    while (table_next(&rest, &row)) {
        if (!slice_is(row.fields[1], "form") || !language_is(language, row.fields[0]))
            continue;
        for (uint32_t i = 0; i < count; i++)
            if (is_of_kind(&places->items[names->items[i].place], row.fields[2]))
                names_add(names, names->items[i].place,
                          variant_in_pattern(&names->arena, row.fields[3], names->items[i].text),
                          false);
    }
}

void names_add_forms(const struct places *places, const char *language, struct names *names)
{
    uint32_t count = names->count;

    find_bracketed(names, count);
    find_spelled_out(language, names, count);
    find_forms(places, language, names, count);
    find_dotted(names, count);
}
