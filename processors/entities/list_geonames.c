#include "processors/entities/list_geonames.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "processors/entities/array.h"
#include "processors/entities/table.h"

enum {
    PLACE_FIELDS = 19,
    PLACE_ID = 0,
    PLACE_NAME = 1,
    PLACE_CODE = 7,
    PLACE_COUNTRY = 8,
    PLACE_POPULATION = 14,
    NAME_FIELDS_LEAST = 4, /* older dumps leave out the empty ones behind */
    NAME_FIELDS = 10,
    NAME_PLACE_ID = 1,
    NAME_LANGUAGE = 2,
    NAME_TEXT = 3,
    NAME_HISTORIC = 7,
    ID_SIZE = 24,
};

struct dump_place {
    uint32_t id;
    uint32_t wikidata; /* 0: not stated */
    uint32_t weight;
    uint32_t line;
    uint32_t entity;
    char country[2];
    struct slice name;
};

struct dump_name {
    uint32_t place;
    uint32_t line;
    char language[16];
    struct slice text;
};

struct dump {
    struct list_import *import;
    struct arena arena;
    struct dump_place *places;
    uint32_t place_count;
    uint32_t place_capacity;
    struct dump_name *names;
    uint32_t name_count;
    uint32_t name_capacity;
};

/* ---- Lines ---- */

static uint32_t split(struct slice line, struct slice *fields, uint32_t most)
{
    uint32_t count = 0;

    while (count < most) {
        const char *tab = memchr(line.data, '\t', line.length);

        fields[count++] =
            slice_of(line.data, tab != NULL ? (size_t)(tab - line.data) : line.length);
        if (tab == NULL)
            return count;
        line = slice_of(tab + 1, line.length - (size_t)(tab + 1 - line.data));
    }
    return most + 1;
}

static bool read_number(struct slice text, uint64_t *ret_number)
{
    uint64_t number = 0;

    if (text.length == 0 || text.length > 18)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        number = 10 * number + (uint64_t)(text.data[i] - '0');
    }
    *ret_number = number;
    return true;
}

/* Calls read with each line; lines are numbered for messages. */
static void read_lines(struct dump *dump, FILE *file, void (*read)(struct dump *, struct slice))
{
    char *line = NULL;
    size_t capacity = 0;

    dump->import->line = 0;
    for (ssize_t length; (length = getline(&line, &capacity, file)) >= 0;) {
        dump->import->line++;
        if (length > 0 && line[length - 1] == '\n')
            length--;
        if (utf8_is_valid(slice_of(line, (size_t)length)))
            read(dump, slice_of(line, (size_t)length));
        else
            list_report(dump->import, LIST_ERROR, "is not UTF-8");
    }
    free(line);
}

/* ---- Places ---- */

static bool matches_class(struct slice code, struct slice class)
{
    if (class.length > 0 && class.data[class.length - 1] == '*')
        return code.length >= class.length - 1 &&
               memcmp(code.data, class.data, class.length - 1) == 0;
    return slice_equal(code, class);
}

static bool wants_class(const struct list_import *import, struct slice code)
{
    const struct list_filter *filter = import->filter;
    struct slice classes = slice_of_text(
        filter != NULL && filter->classes != NULL ? filter->classes : LIST_GEONAMES_CLASSES);
    struct slice class;

    while (table_part(&classes, ',', &class))
        if (matches_class(code, class))
            return true;
    return false;
}

static uint32_t weight_of(struct slice code, uint64_t population)
{
    uint64_t most = NAME_WEIGHT_LISTED - 1;
    uint32_t people = (uint32_t)(population < most ? population : most);

    if (code.length >= 3 && memcmp(code.data, "PCL", 3) == 0)
        return NAME_WEIGHT_COUNTRY + people / 10;
    return slice_is(code, "PPLC") ? NAME_WEIGHT_CAPITAL + people / 10 : people;
}

static bool is_worth_it(const struct list_import *import, struct slice code, uint64_t population)
{
    bool always = slice_is(code, "PPLC") || (code.length >= 3 && !memcmp(code.data, "PCL", 3));

    return wants_class(import, code) &&
           (always || import->filter == NULL || population >= import->filter->least_population);
}

static void read_place(struct dump *dump, struct slice line)
{
    struct slice fields[PLACE_FIELDS];
    uint64_t id;
    uint64_t population = 0;
    uint32_t count = split(line, fields, PLACE_FIELDS);

    if (count != PLACE_FIELDS) {
        list_report(dump->import, LIST_ERROR, "%u fields where GeoNames' places have %d", count,
                    (int)PLACE_FIELDS);
        return;
    }
    if (!read_number(fields[PLACE_ID], &id) || id > UINT32_MAX ||
        (fields[PLACE_POPULATION].length > 0 &&
         !read_number(fields[PLACE_POPULATION], &population))) {
        list_report(dump->import, LIST_ERROR, "geonameid or population is no number");
        return;
    }
    if (!is_worth_it(dump->import, fields[PLACE_CODE], population))
        return;
    struct dump_place place = {
        .id = (uint32_t)id,
        .weight = weight_of(fields[PLACE_CODE], population),
        .line = dump->import->line,
        .name = arena_copy(&dump->arena, fields[PLACE_NAME]),
    };

    if (fields[PLACE_COUNTRY].length == 2)
        memcpy(place.country, fields[PLACE_COUNTRY].data, 2);
    dump->places =
        array_grown(dump->places, dump->place_count, &dump->place_capacity, sizeof(place));
    dump->places[dump->place_count++] = place;
}

static int by_id(const void *a, const void *b)
{
    const struct dump_place *x = a;
    const struct dump_place *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

static struct dump_place *place_of(const struct dump *dump, uint64_t id)
{
    struct dump_place key = {.id = (uint32_t)id};

    return id > UINT32_MAX || dump->place_count == 0
               ? NULL
               : bsearch(&key, dump->places, dump->place_count, sizeof(key), by_id);
}

/* ---- Names ---- */

static void take_wikidata(struct dump *dump, struct dump_place *place, struct slice text)
{
    uint64_t number;

    if (text.length > 1 && text.data[0] == 'Q' &&
        read_number(slice_of(text.data + 1, text.length - 1), &number) && number <= UINT32_MAX)
        place->wikidata = (uint32_t)number;
    else
        list_report(dump->import, LIST_WARNING, "\"%.*s\" is no Wikidata item", SLICE_FORMAT(text));
}

/* What GeoNames writes as a language but is none has four letters (link, post, iata, wkdt ...) or
 * an underscore. */
static bool is_name_language(struct slice language)
{
    return language.length >= 2 && language.length < 16 && list_is_language(language) &&
           !slice_is(language, "any");
}

static void read_name(struct dump *dump, struct slice line)
{
    struct slice fields[NAME_FIELDS];
    uint64_t id;
    uint32_t count = split(line, fields, NAME_FIELDS);

    if (count < NAME_FIELDS_LEAST || count > NAME_FIELDS ||
        !read_number(fields[NAME_PLACE_ID], &id)) {
        list_report(dump->import, LIST_ERROR, "is no row of GeoNames' alternate names");
        return;
    }
    struct dump_place *place = place_of(dump, id);
    bool historic = count > NAME_HISTORIC && slice_is(fields[NAME_HISTORIC], "1");

    if (place == NULL || historic)
        return;
    if (slice_is(fields[NAME_LANGUAGE], "wkdt")) {
        take_wikidata(dump, place, fields[NAME_TEXT]);
        return;
    }
    if (!is_name_language(fields[NAME_LANGUAGE]) ||
        !list_wants_language(dump->import, fields[NAME_LANGUAGE]))
        return;
    struct dump_name name = {
        .place = (uint32_t)(place - dump->places),
        .line = dump->import->line,
        .text = arena_copy(&dump->arena, fields[NAME_TEXT]),
    };

    memcpy(name.language, fields[NAME_LANGUAGE].data, fields[NAME_LANGUAGE].length);
    dump->names = array_grown(dump->names, dump->name_count, &dump->name_capacity, sizeof(name));
    dump->names[dump->name_count++] = name;
}

/* ---- Both together ---- */

static void add_place(struct dump *dump, struct dump_place *place)
{
    char ids[2][ID_SIZE];
    struct gazetteer_entity entity = {.kind = NAME_PLACE,
                                      .weight = place->weight,
                                      .name = place->name,
                                      .country = {place->country[0], place->country[1]}};

    snprintf(ids[0], ID_SIZE, "gn:%u", place->id);
    entity.ids[entity.id_count++] = slice_of_text(ids[0]);
    if (place->wikidata != 0) {
        snprintf(ids[1], ID_SIZE, "wd:Q%u", place->wikidata);
        entity.ids[entity.id_count++] = slice_of_text(ids[1]);
    }
    dump->import->line = place->line;
    place->entity = list_take_entity(dump->import, &entity);
    list_take_name(dump->import, &(struct added_name){.entity = place->entity, .text = place->name},
                   SLICE_LITERAL("en"));
}

static void add_name(struct dump *dump, const struct dump_name *name)
{
    dump->import->line = name->line;
    list_take_name(
        dump->import,
        &(struct added_name){.entity = dump->places[name->place].entity, .text = name->text},
        slice_of_text(name->language));
}

void list_read_geonames(struct list_import *import, FILE *places, FILE *names,
                        const char *names_path)
{
    struct dump dump = {.import = import, .arena = {.block_size = 1 << 20}};

    read_lines(&dump, places, read_place);
    if (dump.place_count > 0)
        qsort(dump.places, dump.place_count, sizeof(*dump.places), by_id);
    const char *places_path = import->file;

    if (names != NULL) {
        import->file = names_path;
        read_lines(&dump, names, read_name);
    }
    import->file = places_path;
    for (uint32_t i = 0; i < dump.place_count; i++)
        add_place(&dump, &dump.places[i]);
    import->file = names_path;
    for (uint32_t i = 0; i < dump.name_count; i++)
        add_name(&dump, &dump.names[i]);
    import->file = places_path;
    free(dump.places);
    free(dump.names);
    arena_free(&dump.arena);
}
