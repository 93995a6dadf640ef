#include "processors/entities/resource.h"

#include <unicode/ustring.h>

enum { NAME_SIZE = 512 };

UResourceBundle *resource_table(const char *package, const char *locale, const char *table)
{
    UErrorCode error = U_ZERO_ERROR;
    UResourceBundle *bundle = ures_openDirect(package, locale, &error);
    UResourceBundle *opened = ures_getByKey(bundle, table, NULL, &error);

    ures_close(bundle);
    if (U_SUCCESS(error))
        return opened;
    ures_close(opened);
    return NULL;
}

static struct slice utf8(struct arena *arena, const UChar *text, int32_t length)
{
    char bytes[NAME_SIZE];
    int32_t written = 0;
    UErrorCode error = U_ZERO_ERROR;

    u_strToUTF8(bytes, sizeof(bytes), &written, text, length, &error);
    if (U_FAILURE(error))
        return (struct slice){0};
    return arena_copy(arena, slice_of(bytes, (size_t)written));
}

struct slice resource_converted(struct arena *arena, const UTransliterator *converter,
                                struct slice text)
{
    UChar units[NAME_SIZE];
    int32_t length = 0;
    int32_t limit;
    UErrorCode error = U_ZERO_ERROR;

    u_strFromUTF8(units, NAME_SIZE, &length, text.data, (int32_t)text.length, &error);
    limit = length;
    utrans_transUChars(converter, units, &length, NAME_SIZE, 0, &limit, &error);
    return U_SUCCESS(error) ? utf8(arena, units, length) : text;
}

struct slice resource_text(struct arena *arena, const UResourceBundle *table, const char *key)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t length = 0;
    const UChar *text = ures_getStringByKey(table, key, &length, &error);

    return U_SUCCESS(error) ? utf8(arena, text, length) : (struct slice){0};
}

struct slice resource_city(struct arena *arena, const UResourceBundle *zones, const char *key)
{
    UErrorCode error = U_ZERO_ERROR;
    UResourceBundle *zone = ures_getByKey(zones, key, NULL, &error);
    struct slice city = U_SUCCESS(error) ? resource_text(arena, zone, "ec") : (struct slice){0};

    ures_close(zone);
    return city;
}

struct slice resource_entry(struct arena *arena, const UResourceBundle *table, int32_t index,
                            const char **ret_key)
{
    UErrorCode error = U_ZERO_ERROR;
    UResourceBundle *entry = ures_getByIndex(table, index, NULL, &error);
    int32_t length = 0;
    const UChar *units = ures_getString(entry, &length, &error);
    struct slice text = U_SUCCESS(error) ? utf8(arena, units, length) : (struct slice){0};

    *ret_key = arena_copy_text(arena, U_SUCCESS(error) ? ures_getKey(entry) : "");
    ures_close(entry);
    return text;
}

UTransliterator *resource_converter(const char *id)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar units[32];

    u_uastrncpy(units, id, 32);
    UTransliterator *converter = utrans_openU(units, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);

    return U_SUCCESS(error) ? converter : NULL;
}
