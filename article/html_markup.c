#include "article/html_markup.h"

#include <stdlib.h>
#include <strings.h>

enum tag_kind { TAG_UNKNOWN, TAG_INLINE, TAG_BLOCK, TAG_SCRIPT, TAG_STYLE };

enum { NAME_SIZE = 12 };

struct tag_name {
    char name[NAME_SIZE];
    unsigned char kind;
};

/* In the order of strcmp. */
static const struct tag_name TAGS[] = {
    {"a", TAG_INLINE},        {"abbr", TAG_INLINE},     {"acronym", TAG_INLINE},
    {"address", TAG_BLOCK},   {"area", TAG_INLINE},     {"article", TAG_BLOCK},
    {"aside", TAG_BLOCK},     {"audio", TAG_INLINE},    {"b", TAG_INLINE},
    {"base", TAG_INLINE},     {"bdi", TAG_INLINE},      {"bdo", TAG_INLINE},
    {"big", TAG_INLINE},      {"block", TAG_BLOCK},     {"blockquote", TAG_BLOCK},
    {"body", TAG_BLOCK},      {"br", TAG_BLOCK},        {"button", TAG_INLINE},
    {"byline", TAG_BLOCK},    {"canvas", TAG_INLINE},   {"caption", TAG_BLOCK},
    {"center", TAG_BLOCK},    {"cite", TAG_INLINE},     {"code", TAG_INLINE},
    {"col", TAG_INLINE},      {"colgroup", TAG_INLINE}, {"data", TAG_INLINE},
    {"datalist", TAG_INLINE}, {"dateline", TAG_BLOCK},  {"dd", TAG_BLOCK},
    {"del", TAG_INLINE},      {"details", TAG_BLOCK},   {"dfn", TAG_INLINE},
    {"dialog", TAG_BLOCK},    {"dir", TAG_BLOCK},       {"div", TAG_BLOCK},
    {"dl", TAG_BLOCK},        {"dt", TAG_BLOCK},        {"em", TAG_INLINE},
    {"embed", TAG_INLINE},    {"fieldset", TAG_BLOCK},  {"figcaption", TAG_BLOCK},
    {"figure", TAG_BLOCK},    {"font", TAG_INLINE},     {"footer", TAG_BLOCK},
    {"form", TAG_BLOCK},      {"frame", TAG_INLINE},    {"frameset", TAG_INLINE},
    {"h1", TAG_BLOCK},        {"h2", TAG_BLOCK},        {"h3", TAG_BLOCK},
    {"h4", TAG_BLOCK},        {"h5", TAG_BLOCK},        {"h6", TAG_BLOCK},
    {"head", TAG_BLOCK},      {"header", TAG_BLOCK},    {"hgroup", TAG_BLOCK},
    {"hl1", TAG_BLOCK},       {"hl2", TAG_BLOCK},       {"hr", TAG_BLOCK},
    {"html", TAG_BLOCK},      {"i", TAG_INLINE},        {"iframe", TAG_INLINE},
    {"img", TAG_INLINE},      {"input", TAG_INLINE},    {"ins", TAG_INLINE},
    {"kbd", TAG_INLINE},      {"label", TAG_INLINE},    {"legend", TAG_BLOCK},
    {"li", TAG_BLOCK},        {"link", TAG_INLINE},     {"main", TAG_BLOCK},
    {"map", TAG_INLINE},      {"mark", TAG_INLINE},     {"menu", TAG_BLOCK},
    {"meta", TAG_INLINE},     {"meter", TAG_INLINE},    {"nav", TAG_BLOCK},
    {"noscript", TAG_INLINE}, {"object", TAG_INLINE},   {"ol", TAG_BLOCK},
    {"optgroup", TAG_BLOCK},  {"option", TAG_BLOCK},    {"output", TAG_INLINE},
    {"p", TAG_BLOCK},         {"param", TAG_INLINE},    {"picture", TAG_INLINE},
    {"pre", TAG_BLOCK},       {"progress", TAG_INLINE}, {"q", TAG_INLINE},
    {"rp", TAG_INLINE},       {"rt", TAG_INLINE},       {"ruby", TAG_INLINE},
    {"s", TAG_INLINE},        {"samp", TAG_INLINE},     {"script", TAG_SCRIPT},
    {"section", TAG_BLOCK},   {"select", TAG_BLOCK},    {"small", TAG_INLINE},
    {"source", TAG_INLINE},   {"span", TAG_INLINE},     {"strike", TAG_INLINE},
    {"strong", TAG_INLINE},   {"style", TAG_STYLE},     {"sub", TAG_INLINE},
    {"summary", TAG_BLOCK},   {"sup", TAG_INLINE},      {"svg", TAG_INLINE},
    {"table", TAG_BLOCK},     {"tbody", TAG_BLOCK},     {"td", TAG_BLOCK},
    {"template", TAG_INLINE}, {"textarea", TAG_INLINE}, {"tfoot", TAG_BLOCK},
    {"th", TAG_BLOCK},        {"thead", TAG_BLOCK},     {"time", TAG_INLINE},
    {"title", TAG_BLOCK},     {"tr", TAG_BLOCK},        {"track", TAG_INLINE},
    {"tt", TAG_INLINE},       {"u", TAG_INLINE},        {"ul", TAG_BLOCK},
    {"var", TAG_INLINE},      {"video", TAG_INLINE},    {"wbr", TAG_INLINE}};

/* What follows a tag's name. */
struct tag_rest {
    size_t end;     /* behind the >; 0: there is none */
    bool bare;      /* nothing but white space and a slash */
    bool attribute; /* an = outside quotation marks */
};

static bool is_letter(char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool is_name_byte(char byte)
{
    return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '-' || byte == ':' ||
           byte == '_' || byte == '.';
}

static bool begins_with(struct slice text, const char *start)
{
    size_t length = strlen(start);

    return text.length >= length && memcmp(text.data, start, length) == 0;
}

static int compare_names(const void *name, const void *entry)
{
    return strcmp(name, ((const struct tag_name *)entry)->name);
}

static enum tag_kind kind_of(struct slice name)
{
    char lower[NAME_SIZE] = {0};

    if (name.length >= sizeof lower)
        return TAG_UNKNOWN;
    for (size_t i = 0; i < name.length; i++)
        lower[i] = (char)(is_letter(name.data[i]) ? name.data[i] | 0x20 : name.data[i]);
    const struct tag_name *found =
        bsearch(lower, TAGS, sizeof TAGS / sizeof *TAGS, sizeof *TAGS, compare_names);

    return found != NULL ? (enum tag_kind)found->kind : TAG_UNKNOWN;
}

static size_t name_length(struct slice text, size_t from)
{
    size_t i = from;

    while (i < text.length && is_name_byte(text.data[i]))
        i++;
    return i - from;
}

/* Reads from behind the name to the >. A quotation mark counts only as the start of a value; a <
 * outside of one says that this was no tag, which also keeps the work linear. */
static struct tag_rest rest_of_tag(struct slice text, size_t from)
{
    struct tag_rest rest = {.bare = true};
    size_t limit = text.length < HTML_MAX_TAG ? text.length : HTML_MAX_TAG;
    char quote = 0;
    char before = 0;

    for (size_t i = from; i < limit; i++) {
        char byte = text.data[i];

        if (quote != 0) {
            quote = byte == quote ? 0 : quote;
        } else if (byte == '>') {
            rest.end = i + 1;
            return rest;
        } else if (byte == '<') {
            return rest;
        } else if ((byte == '"' || byte == '\'') && before == '=') {
            quote = byte;
        } else if (!is_space(byte)) {
            rest.attribute |= byte == '=';
            rest.bare &= byte == '/';
            before = byte;
        }
    }
    return rest;
}

static bool looks_like_a_tag(struct slice name, enum tag_kind kind, const struct tag_rest *rest)
{
    return rest->end != 0 && is_letter(name.data[0]) && name.data[name.length - 1] != ':' &&
           (rest->bare || rest->attribute || (kind != TAG_UNKNOWN && name.length > 1));
}

/* Where text's first </name begins, or text.length. */
static size_t closing_tag(struct slice text, struct slice name)
{
    const char *at = text.data;
    const char *end = text.data + text.length;

    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        if ((size_t)(end - at) >= name.length + 2 && at[1] == '/' &&
            strncasecmp(at + 2, name.data, name.length) == 0)
            return (size_t)(at - text.data);
        at++;
    }
    return text.length;
}

/* From the start tag, which ends at `from`, to behind the end tag; only the start tag where the
 * element is not closed. */
static size_t element(struct slice text, struct slice name, size_t from, bool *no_end)
{
    struct slice content = slice_of(text.data + from, text.length - from);
    size_t length = *no_end ? content.length : closing_tag(content, name);

    if (length == content.length) {
        *no_end = true;
        return from;
    }
    const char *close = memchr(content.data + length, '>', content.length - length);

    return close == NULL ? text.length : (size_t)(close - text.data) + 1;
}

static size_t start_tag(struct slice text, struct html_memory *memory, bool *ret_block)
{
    struct slice name = slice_of(text.data + 1, name_length(text, 1));
    enum tag_kind kind = kind_of(name);
    struct tag_rest rest = rest_of_tag(text, 1 + name.length);

    if (!looks_like_a_tag(name, kind, &rest))
        return 0;
    *ret_block = kind == TAG_BLOCK;
    if (kind == TAG_SCRIPT)
        return element(text, name, rest.end, &memory->no_script_end);
    if (kind == TAG_STYLE)
        return element(text, name, rest.end, &memory->no_style_end);
    return rest.end;
}

static size_t end_tag(struct slice text, bool *ret_block)
{
    struct slice name = slice_of(text.data + 2, name_length(text, 2));
    struct tag_rest rest = rest_of_tag(text, 2 + name.length);

    if (name.length == 0 || !is_letter(name.data[0]) || !rest.bare)
        return 0;
    *ret_block = kind_of(name) == TAG_BLOCK;
    return rest.end;
}

static size_t comment(struct slice text, struct html_memory *memory)
{
    const char *end = memory->no_comment_end || text.length < 7
                          ? NULL
                          : memmem(text.data + 4, text.length - 4, "-->", 3);

    memory->no_comment_end |= end == NULL;
    return end != NULL ? (size_t)(end - text.data) + 3 : 0;
}

static size_t declaration(struct slice text, struct html_memory *memory)
{
    static const char CDATA[] = "<![CDATA[";

    if (begins_with(text, "<!--"))
        return comment(text, memory);
    if (begins_with(text, CDATA))
        return sizeof CDATA - 1;
    return text.length > 2 && is_letter(text.data[2]) ? rest_of_tag(text, 2).end : 0;
}

size_t html_markup(struct slice text, struct html_memory *memory, bool *ret_block)
{
    *ret_block = false;
    if (text.length < 3)
        return 0;
    switch (text.data[1]) {
    case '!':
        return declaration(text, memory);
    case '?':
        return is_letter(text.data[2]) ? rest_of_tag(text, 2).end : 0;
    case '/':
        return end_tag(text, ret_block);
    default:
        return is_letter(text.data[1]) ? start_tag(text, memory, ret_block) : 0;
    }
}
