#include "article/id_pattern.h"

#include <stdio.h>
#include <string.h>

static const char ID[] = "{id}";
static const char VERSION[] = "{version}";

enum { MOST_DIGITS = 18 };

static struct slice part(const char *start, const char *end)
{
    return slice_of(start, (size_t)(end - start));
}

/* NULL where text has no word. */
static const char *find(struct slice text, const char *word)
{
    return text.length > 0 ? memmem(text.data, text.length, word, strlen(word)) : NULL;
}

int id_pattern_read(struct slice text, struct id_pattern *ret_pattern, char *ret_error,
                    size_t error_size)
{
    const char *end = text.data + text.length;
    const char *id = find(text, ID);
    const char *behind_id = id != NULL ? id + strlen(ID) : end;
    const char *version = find(part(behind_id, end), VERSION);

    if (id == NULL || version == NULL || version == behind_id) {
        snprintf(ret_error, error_size,
                 "behind \"as\" stand {id}, what separates them, and {version}, such as "
                 "{id}:{version}");
        return -1;
    }
    ret_pattern->before = part(text.data, id);
    ret_pattern->between = part(behind_id, version);
    ret_pattern->behind = part(version + strlen(VERSION), end);
    return 0;
}

static bool starts_with(struct slice text, struct slice start)
{
    return text.length >= start.length && memcmp(text.data, start.data, start.length) == 0;
}

static bool ends_with(struct slice text, struct slice end)
{
    return text.length >= end.length &&
           memcmp(text.data + text.length - end.length, end.data, end.length) == 0;
}

static size_t digits_at_end(struct slice text)
{
    size_t digits = 0;

    while (digits < text.length && text.data[text.length - 1 - digits] >= '0' &&
           text.data[text.length - 1 - digits] <= '9')
        digits++;
    return digits;
}

bool id_pattern_match(const struct id_pattern *pattern, struct slice id, struct slice *ret_id,
                      struct slice *ret_version)
{
    if (!starts_with(id, pattern->before) || !ends_with(id, pattern->behind) ||
        id.length < pattern->before.length + pattern->behind.length)
        return false;
    struct slice inner = slice_of(id.data + pattern->before.length,
                                  id.length - pattern->before.length - pattern->behind.length);
    size_t digits = digits_at_end(inner);
    struct slice rest = slice_of(inner.data, inner.length - digits);

    if (digits == 0 || digits > MOST_DIGITS || !ends_with(rest, pattern->between) ||
        rest.length == pattern->between.length)
        return false;
    *ret_id = slice_of(rest.data, rest.length - pattern->between.length);
    *ret_version = slice_of(inner.data + rest.length, digits);
    return true;
}
