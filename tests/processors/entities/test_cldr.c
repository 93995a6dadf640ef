#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "processors/entities/lists.h"
#include "processors/entities/match.h"

static struct lists *lists;
static const char *const builtin[] = {"builtin"};

static int new_lists(void **state)
{
    char error[256];

    (void)state;
    lists = lists_new(builtin, 1, error, sizeof(error));
    return lists != NULL ? 0 : -1;
}

static int free_lists(void **state)
{
    (void)state;
    lists_free(lists);
    return 0;
}

/* The first entity that text names in an article of a language, as "Name id id"; "" for none. */
static const char *named(const char *tag, const char *text)
{
    static char found[256];
    const struct language_names *names = lists_for(lists, slice_of_text(tag));
    struct text_view_builder *builder = text_view_builder_new();
    struct matcher *matcher = matcher_new();
    struct text_view view;
    size_t length = 0;

    found[0] = '\0';
    text_view_build(builder, slice_of_text(text), &view);
    if (matcher_run(matcher, names, &view) > 0) {
        const struct found_entity *first = matcher_entities(matcher);
        const struct gazetteer_entity known =
            gazetteer_entity_of(names->layers[first->layer].gazetteer, first->entity);
        const struct gazetteer_entity *entity = &known;

        length = (size_t)snprintf(found, sizeof(found), "%.*s", SLICE_FORMAT(entity->name));
        for (uint32_t i = 0; i < entity->id_count; i++)
            length += (size_t)snprintf(found + length, sizeof(found) - length, " %.*s",
                                       SLICE_FORMAT(entity->ids[i]));
    }
    matcher_free(matcher);
    text_view_builder_free(builder);
    return found;
}

static void countries_regions_and_cities_have_the_ids_that_sources_state(void **state)
{
    (void)state;
    assert_string_equal(named("ar", "أذربيجان"), "Azerbaijan iso:AZ wd:Q227");
    assert_string_equal(named("de", "Westafrika"), "Western Africa m49:011");
    assert_string_equal(named("ar", "باكو"), "Baku");
    assert_string_equal(named("en", "Namibia"), "Namibia iso:NA");
}

static void zones_of_territories_name_the_territory(void **state)
{
    (void)state;
    assert_string_equal(named("ar", "مالطة"), "Malta iso:MT wd:Q233");
    assert_string_equal(named("de", "Weihnachtsinsel"), "Christmas Island iso:CX wd:Q31063");
    assert_string_equal(named("en", "Christmas"), "");
}

static void small_stations_and_pseudo_places_are_not_named(void **state)
{
    static const char *const unnamed[] = {"Troll",    "Casey", "Center",     "Unknown City",
                                          "World",    "Knox",  "Vostok",     "Easter",
                                          "Eurozone", "Wake",  "Pseudo-Bidi"};

    (void)state;
    for (size_t i = 0; i < sizeof(unnamed) / sizeof(unnamed[0]); i++)
        assert_string_equal(named("en", unnamed[i]), "");
}

static void display_names_have_their_everyday_forms(void **state)
{
    (void)state;
    assert_string_equal(named("en", "Burma"), "Myanmar (Burma) iso:MM wd:Q836");
    assert_string_equal(named("en", "Hong Kong"), "Hong Kong SAR China iso:HK wd:Q8646");
    assert_string_equal(named("en", "Saint Lucia"), "St. Lucia iso:LC wd:Q760");
    assert_string_equal(named("en", "St. Lucia"), "St. Lucia iso:LC wd:Q760");
    assert_string_equal(named("en", "the U.S. economy"), "United States iso:US wd:Q30");
    assert_string_equal(named("en", "Trinidad and Tobago"), "Trinidad & Tobago iso:TT wd:Q754");
    assert_string_equal(named("en", "Russian Federation"), "Russia iso:RU wd:Q159");
    assert_string_equal(named("ru", "Фарерские острова"), "Faroe Islands iso:FO wd:Q4628");
}

static void a_shared_name_belongs_to_neither(void **state)
{
    (void)state;
    assert_string_equal(named("de", "Kongo"), "");
    assert_string_equal(named("de", "Kongo-Kinshasa"), "Congo - Kinshasa iso:CD wd:Q974");
}

static void only_the_articles_language_and_english_names_live(void **state)
{
    (void)state;
    assert_string_equal(named("ar", "Azerbaijan"), "Azerbaijan iso:AZ wd:Q227");
    assert_string_equal(named("ar", "Aserbaidschan"), "");
    assert_string_equal(named("ar", "الروسية"), "");
    assert_string_equal(named("ar", "روسية"), "");
    assert_string_equal(named("fa", "روسیه"), "Russia iso:RU wd:Q159");
    assert_string_equal(named("und", "أذربيجان"), "");
    assert_string_equal(named("und", "Azerbaijan"), "Azerbaijan iso:AZ wd:Q227");
}

static void regions_of_a_language_share_its_names(void **state)
{
    (void)state;
    assert_string_equal(named("pt", "Moscou"), "Moscow");
    assert_string_equal(named("pt", "Moscovo"), "Moscow");
    assert_string_equal(named("pt-PT", "Moscou"), "Moscow");
}

static void scripts_of_a_language_are_kept_apart(void **state)
{
    (void)state;
    assert_string_equal(named("zh-Hant", "德國"), "Germany iso:DE wd:Q183");
    assert_string_equal(named("zh-TW", "德國"), "Germany iso:DE wd:Q183");
    assert_string_equal(named("zh", "德国"), "Germany iso:DE wd:Q183");
    assert_string_equal(named("zh-Hans", "德國"), "");
    assert_string_equal(named("sr-Latn", "Nemačka"), "Germany iso:DE wd:Q183");
    assert_string_equal(named("sr", "Немачка"), "Germany iso:DE wd:Q183");
    assert_string_equal(named("nb", "Tyskland"), "Germany iso:DE wd:Q183");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(countries_regions_and_cities_have_the_ids_that_sources_state),
        cmocka_unit_test(zones_of_territories_name_the_territory),
        cmocka_unit_test(small_stations_and_pseudo_places_are_not_named),
        cmocka_unit_test(display_names_have_their_everyday_forms),
        cmocka_unit_test(a_shared_name_belongs_to_neither),
        cmocka_unit_test(only_the_articles_language_and_english_names_live),
        cmocka_unit_test(regions_of_a_language_share_its_names),
        cmocka_unit_test(scripts_of_a_language_are_kept_apart),
    };

    return cmocka_run_group_tests(tests, new_lists, free_lists);
}
