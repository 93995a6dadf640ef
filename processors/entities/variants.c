#include "processors/entities/variants.h"

#include "base/buffer.h"

static const struct slice opening[] = {{"(", 1}, {"\xef\xbc\x88", 3}};
static const struct slice closing[] = {{")", 1}, {"\xef\xbc\x89", 3}};

static struct slice trimmed(struct slice text)
{
    while (text.length > 0 && text.data[0] == ' ')
        text = slice_of(text.data + 1, text.length - 1);
    while (text.length > 0 && text.data[text.length - 1] == ' ')
        text.length--;
    return text;
}

static const char *found(struct slice text, struct slice what)
{
    return memmem(text.data, text.length, what.data, what.length);
}

static struct slice between(const char *start, const char *end)
{
    return slice_of(start, (size_t)(end - start));
}

static struct slice joined(struct arena *arena, struct slice before, struct slice after)
{
    bool both = before.length > 0 && after.length > 0;

    return slice_of_text(arena_format(arena, "%.*s%s%.*s", SLICE_FORMAT(before), both ? " " : "",
                                      SLICE_FORMAT(after)));
}

bool variant_brackets(struct arena *arena, struct slice name, struct bracketed *ret_parts)
{
    for (size_t i = 0; i < sizeof(opening) / sizeof(opening[0]); i++) {
        const char *end = name.data + name.length;
        const char *open = found(name, opening[i]);

        if (open == NULL)
            continue;
        const char *inside = open + opening[i].length;
        const char *close = found(between(inside, end), closing[i]);

        if (close == NULL)
            continue;
        ret_parts->outside = joined(arena, trimmed(between(name.data, open)),
                                    trimmed(between(close + closing[i].length, end)));
        ret_parts->inside = arena_copy(arena, trimmed(between(inside, close)));
        return ret_parts->outside.length > 0;
    }
    return false;
}

static bool is_whole_word(struct slice name, const char *at, size_t length)
{
    const char *end = name.data + name.length;

    return (at == name.data || at[-1] == ' ') && (at + length == end || at[length] == ' ');
}

struct slice variant_spelled_out(struct arena *arena, struct slice name, struct slice shortened,
                                 struct slice full)
{
    struct buffer text = {0};
    struct slice rest = name;
    struct slice spelled = {0};

    for (const char *at; (at = found(rest, shortened)) != NULL;) {
        const char *behind = at + shortened.length;
        bool whole = is_whole_word(name, at, shortened.length);

        buffer_append(&text, between(rest.data, at));
        buffer_append(&text, whole ? full : shortened);
        rest = between(behind, name.data + name.length);
    }
    buffer_append(&text, rest);
    if (!slice_equal(buffer_slice(&text), name))
        spelled = arena_copy(arena, buffer_slice(&text));
    buffer_free(&text);
    return spelled;
}

struct slice variant_dotted(struct arena *arena, struct slice name)
{
    char text[6];

    if (name.length < 2 || name.length > 3)
        return (struct slice){0};
    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] < 'A' || name.data[i] > 'Z')
            return (struct slice){0};
        text[2 * i] = name.data[i];
        text[2 * i + 1] = '.';
    }
    return arena_copy(arena, slice_of(text, 2 * name.length));
}

struct slice variant_in_pattern(struct arena *arena, struct slice pattern, struct slice name)
{
    const char *at = found(pattern, SLICE_LITERAL("{}"));

    if (at == NULL)
        return (struct slice){0};
    struct slice after = between(at + 2, pattern.data + pattern.length);

    return slice_of_text(arena_format(arena, "%.*s%.*s%.*s",
                                      SLICE_FORMAT(between(pattern.data, at)), SLICE_FORMAT(name),
                                      SLICE_FORMAT(after)));
}
