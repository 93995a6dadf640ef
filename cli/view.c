#include "cli/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "article/html_markup.h"
#include "article/html_reference.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "cli/screen_text.h"
#include "cli/why.h"

enum {
    LABEL_COLUMNS = 11, /* the left margin of the head */
    BODY_INDENT = 2,
    LIST_TYPE_COLUMN = 2,
    LIST_COUNT_COLUMN = 18,
    LIST_NAME_COLUMN = 24,
    LIST_ID_COLUMN = 48,
    LIST_TEXT_COLUMN = 64,
    HORIZONTAL_LINE = 0x2501,
    NAME_SIZE = 256,
};

struct mark {
    uint32_t open;
    uint32_t close;
    enum screen_style style;
};

static const struct mark marks[] = {
    [ENTITY_PERSON] = {0x27EA, 0x27EB, SCREEN_PERSON},
    [ENTITY_ORGANISATION] = {0x27E8, 0x27E9, SCREEN_ORGANISATION},
    [ENTITY_PLACE] = {0x27E6, 0x27E7, SCREEN_PLACE},
};

static const enum entity_type list_order[] = {ENTITY_PLACE, ENTITY_ORGANISATION, ENTITY_PERSON};

struct page {
    const struct article *article;
    const struct view_options *options;
    struct buffer *out;
    struct screen_text text; /* the part being composed */
};

static void write_part(struct page *page, const char *label, unsigned indent)
{
    struct screen_layout layout = {.columns = page->options->columns,
                                   .indent = indent,
                                   .label = label,
                                   .colour = page->options->colour};

    screen_text_wrap(&page->text, &layout, page->out);
    screen_text_clear(&page->text);
}

static void write_gap(struct page *page)
{
    buffer_append_byte(page->out, '\n');
}

static void write_heading(struct page *page, struct slice name)
{
    screen_text_fill(&page->text, HORIZONTAL_LINE, 2, SCREEN_DIM);
    screen_text_point(&page->text, ' ', SCREEN_PLAIN);
    screen_text_add(&page->text, name, SCREEN_BOLD);
    screen_text_point(&page->text, ' ', SCREEN_PLAIN);
    screen_text_cut(&page->text, page->options->columns - 2);
    screen_text_fill(&page->text, HORIZONTAL_LINE, page->options->columns, SCREEN_DIM);
    write_part(page, NULL, 0);
}

static void add_units(struct screen_text *text, const UChar *units, int32_t length)
{
    char utf8[3 * NAME_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    int32_t bytes = 0;

    u_strToUTF8(utf8, sizeof utf8, &bytes, units, length, &status);
    if (U_SUCCESS(status))
        screen_text_add(text, slice_of(utf8, (size_t)bytes), SCREEN_PLAIN);
}

/* The language's English name by CLDR, or the tag itself where it has none. */
static void add_language_name(struct screen_text *text, struct slice tag)
{
    char locale[ULOC_FULLNAME_CAPACITY] = "";
    char terminated[ULOC_FULLNAME_CAPACITY] = "";
    UChar name[NAME_SIZE];
    UErrorCode status = U_ZERO_ERROR;

    if (slice_is(tag, "und") || tag.length >= sizeof terminated) {
        screen_text_add(text, SLICE_LITERAL("unknown"), SCREEN_PLAIN);
        return;
    }
    memcpy(terminated, tag.data, tag.length);
    uloc_forLanguageTag(terminated, locale, sizeof locale, NULL, &status);
    int32_t length = uloc_getDisplayName(locale, "en", name, NAME_SIZE, &status);

    if (U_FAILURE(status))
        screen_text_add(text, tag, SCREEN_PLAIN);
    else
        add_units(text, name, length);
}

static void add_script_name(struct screen_text *text, struct slice script)
{
    char locale[16];
    UChar name[NAME_SIZE];
    UErrorCode status = U_ZERO_ERROR;

    if (script.length != 4)
        return;
    snprintf(locale, sizeof locale, "und_%.4s", script.data);
    int32_t length = uloc_getDisplayScript(locale, "en", name, NAME_SIZE, &status);

    screen_text_format(text, SCREEN_PLAIN, ", ");
    if (U_SUCCESS(status))
        add_units(text, name, length);
    screen_text_format(text, SCREEN_PLAIN, " script (%.4s)", script.data);
}

static void add_declared(struct screen_text *text, const struct language_result *language)
{
    if (slice_is_absent(language->declared))
        return;
    screen_text_format(text, SCREEN_PLAIN, "; declared ");
    screen_text_add(text, language->declared, SCREEN_PLAIN);
    if (!language->agrees)
        screen_text_format(text, SCREEN_WARNING, ", which it is not");
}

static void add_mixed(struct screen_text *text, const struct language_result *language)
{
    for (uint32_t i = 0; i < language->mixed_count; i++) {
        screen_text_format(text, SCREEN_PLAIN, "%s", i == 0 ? "; mixed with " : ", ");
        add_language_name(text, language->mixed[i].tag);
        screen_text_format(text, SCREEN_PLAIN, " %u %%", language->mixed[i].thousandths / 10);
    }
}

static void write_language(struct page *page)
{
    const struct language_result *language = page->article->results.language;
    struct buffer confidence = {0};

    if (language == NULL)
        return;
    add_language_name(&page->text, language->tag);
    screen_text_format(&page->text, SCREEN_PLAIN, " (");
    screen_text_add(&page->text, language->tag, SCREEN_BOLD);
    screen_text_format(&page->text, SCREEN_PLAIN, ")");
    add_script_name(&page->text, language->script);
    buffer_append_thousandths(&confidence, language->confidence, false);
    screen_text_format(&page->text, SCREEN_PLAIN, ", confidence ");
    screen_text_add(&page->text, buffer_slice(&confidence), SCREEN_PLAIN);
    buffer_free(&confidence);
    add_declared(&page->text, language);
    add_mixed(&page->text, language);
    write_part(page, "language", LABEL_COLUMNS);
}

static void write_verdict(struct page *page)
{
    const struct duplicate_result *duplicate = page->article->results.duplicate;
    struct buffer why = {0};

    if (duplicate == NULL)
        return;
    screen_text_format(&page->text, SCREEN_BOLD, "%s", duplicate_verdict_name(duplicate->verdict));
    why_duplicate(duplicate, &why);
    screen_text_format(&page->text, SCREEN_PLAIN, ": ");
    screen_text_add(&page->text, buffer_slice(&why), SCREEN_PLAIN);
    buffer_free(&why);
    write_part(page, "duplicate", LABEL_COLUMNS);
}

static void write_sections(struct page *page)
{
    for (uint32_t i = 0; i < page->article->results.section_count; i++) {
        const struct plugin_section *section = &page->article->results.sections[i];

        screen_text_add(&page->text, section->name, SCREEN_BOLD);
        screen_text_format(&page->text, SCREEN_PLAIN, ": ");
        screen_text_add(&page->text, section->json, SCREEN_PLAIN);
        write_part(page, "plugin", LABEL_COLUMNS);
    }
}

/* Mentions of one field in the order of the text. */
struct spans {
    struct span {
        uint32_t start;
        uint32_t end;
        enum entity_type type;
    } * items;
    size_t count;
};

static int compare_spans(const void *a, const void *b)
{
    const struct span *left = a;
    const struct span *right = b;

    return left->start < right->start ? -1 : left->start > right->start;
}

static size_t count_mentions(const struct entities_result *entities)
{
    size_t count = 0;

    for (uint32_t i = 0; i < entities->entity_count; i++)
        count += entities->entities[i].mention_count;
    return count;
}

static void add_spans(struct spans *spans, const struct entity *entity, enum article_role field)
{
    for (uint32_t i = 0; i < entity->mention_count; i++) {
        const struct entity_mention *mention = &entity->mentions[i];

        if (mention->field == field)
            spans->items[spans->count++] =
                (struct span){mention->start, mention->end, entity->type};
    }
}

static struct spans spans_of(const struct article *article, enum article_role field)
{
    const struct entities_result *entities = article->results.entities;
    struct spans spans = {0};

    if (entities == NULL || entities->entity_count == 0)
        return spans;
    spans.items = memory_zeroed(count_mentions(entities) + 1, sizeof *spans.items);
    for (uint32_t i = 0; i < entities->entity_count; i++)
        add_spans(&spans, &entities->entities[i], field);
    qsort(spans.items, spans.count, sizeof *spans.items, compare_spans);
    return spans;
}

/* A field on its way to the screen. */
struct marking {
    struct screen_text *text;
    struct slice value;
    const struct spans *spans;
    enum screen_style base;
    size_t next;               /* span */
    const struct mark *inside; /* of span `next`; NULL: outside */
    uint32_t position;         /* in the value, code points */
    struct html_memory html;
};

/* A mention inside another one is not marked again. */
static void put_marks(struct marking *marking)
{
    const struct spans *spans = marking->spans;

    if (marking->inside != NULL && marking->position >= spans->items[marking->next].end) {
        screen_text_point(marking->text, marking->inside->close, marking->inside->style);
        marking->inside = NULL;
    }
    while (marking->inside == NULL && marking->next < spans->count &&
           spans->items[marking->next].start < marking->position)
        marking->next++;
    if (marking->inside == NULL && marking->next < spans->count &&
        spans->items[marking->next].start == marking->position) {
        marking->inside = &marks[spans->items[marking->next].type];
        screen_text_point(marking->text, marking->inside->open, marking->inside->style);
    }
}

/* Shows what stands at `rest`, a letter, a character reference or markup, and returns its bytes. */
static size_t put_next(struct marking *marking, struct slice rest)
{
    enum screen_style style = marking->inside != NULL ? marking->inside->style : marking->base;
    const unsigned char *bytes = (const unsigned char *)rest.data;
    bool block = false;
    uint32_t point = 0;
    size_t length = *rest.data == '<' ? html_markup(rest, &marking->html, &block) : 0;

    if (length > 0) {
        if (block)
            screen_text_point(marking->text, '\n', SCREEN_PLAIN);
        return length;
    }
    length = *rest.data == '&' ? html_reference(rest, &point) : 0;
    screen_text_point(marking->text, length > 0 ? point : utf8_decode(bytes), style);
    return length > 0 ? length : utf8_length(bytes[0]);
}

/* Markup is left out, but for the ends of paragraphs. */
static void add_marked(struct marking *marking)
{
    struct slice rest = marking->value;

    while (rest.length > 0) {
        put_marks(marking);
        size_t taken = put_next(marking, rest);

        marking->position += (uint32_t)utf8_count(slice_of(rest.data, taken));
        rest = slice_of(rest.data + taken, rest.length - taken);
    }
    if (marking->inside != NULL)
        screen_text_point(marking->text, marking->inside->close, marking->inside->style);
}

static void write_field(struct page *page, enum article_role role, enum screen_style style)
{
    struct slice value = page->article->texts[role];

    if (value.length == 0)
        return;
    write_gap(page);
    struct spans spans = spans_of(page->article, role);
    struct marking marking = {.text = &page->text, .value = value, .spans = &spans, .base = style};

    add_marked(&marking);
    write_part(page, NULL, BODY_INDENT);
    free(spans.items);
}

static int compare_entities(const void *a, const void *b)
{
    const struct entity *left = *(const struct entity *const *)a;
    const struct entity *right = *(const struct entity *const *)b;

    if (left->mention_count != right->mention_count)
        return left->mention_count > right->mention_count ? -1 : 1;
    return left < right ? -1 : left > right;
}

/* How it stands in the text, where that is not its name. */
static void add_as_written(struct screen_text *text, const struct entity *entity)
{
    if (entity->mention_count == 0 || slice_equal(entity->mentions[0].text, entity->name))
        return;
    screen_text_pad(text, LIST_TEXT_COLUMN);
    screen_text_add(text, entity->mentions[0].text, SCREEN_PLAIN);
}

static void add_cut(struct page *page, struct slice utf8, unsigned column, unsigned end,
                    enum screen_style style)
{
    screen_text_pad(&page->text, column);
    screen_text_add(&page->text, utf8, style);
    screen_text_cut(&page->text, end - 1);
}

static void write_row(struct page *page, const struct entity *entity, bool first)
{
    const struct mark *mark = &marks[entity->type];

    screen_text_pad(&page->text, LIST_TYPE_COLUMN);
    if (first) {
        screen_text_point(&page->text, mark->open, mark->style);
        screen_text_format(&page->text, mark->style, "%s", entity_type_name(entity->type));
        screen_text_point(&page->text, mark->close, mark->style);
    }
    screen_text_pad(&page->text, LIST_COUNT_COLUMN);
    screen_text_format(&page->text, SCREEN_PLAIN, "%u", entity->mention_count);
    add_cut(page, entity->name, LIST_NAME_COLUMN, LIST_ID_COLUMN, mark->style);
    if (entity->id_count > 0)
        add_cut(page, entity->ids[0], LIST_ID_COLUMN, LIST_TEXT_COLUMN, SCREEN_PLAIN);
    add_as_written(&page->text, entity);
    screen_text_cut(&page->text, page->options->columns);
    write_part(page, NULL, 0);
}

static void write_entities_of(struct page *page, const struct entity **entities, size_t count,
                              enum entity_type type)
{
    bool first = true;

    for (size_t i = 0; i < count; i++) {
        if (entities[i]->type != type)
            continue;
        write_row(page, entities[i], first);
        first = false;
    }
}

static void write_entities(struct page *page)
{
    const struct entities_result *result = page->article->results.entities;

    if (result == NULL || result->entity_count == 0)
        return;
    FREED_AT_END const struct entity **entities =
        memory_zeroed(result->entity_count, sizeof *entities);

    for (uint32_t i = 0; i < result->entity_count; i++)
        entities[i] = &result->entities[i];
    qsort(entities, result->entity_count, sizeof *entities, compare_entities);
    write_gap(page);
    for (size_t i = 0; i < sizeof list_order / sizeof list_order[0]; i++)
        write_entities_of(page, entities, result->entity_count, list_order[i]);
}

static struct slice name_of(const struct article *article, struct slice otherwise)
{
    return article->texts[ROLE_ID].length > 0 ? article->texts[ROLE_ID] : otherwise;
}

void view_article(const struct article *article, const struct view_options *options,
                  struct buffer *out)
{
    struct page page = {.article = article, .options = options, .out = out};

    write_heading(&page, name_of(article, SLICE_LITERAL("without id")));
    write_language(&page);
    write_verdict(&page);
    write_sections(&page);
    write_field(&page, ROLE_HEADLINE, SCREEN_BOLD);
    write_field(&page, ROLE_BODY, SCREEN_PLAIN);
    write_entities(&page);
    write_gap(&page);
    screen_text_free(&page.text);
}

static void write_labelled(struct page *page, const char *label, const char *value,
                           enum screen_style style)
{
    screen_text_format(&page->text, style, "%s", value);
    write_part(page, label, LABEL_COLUMNS);
}

void view_refused(const struct article *article, const char *at, const struct view_options *options,
                  struct buffer *out)
{
    struct page page = {.article = article, .options = options, .out = out};
    bool rejected = article->reason != REASON_NONE;

    write_heading(&page, name_of(article, slice_of_text(at)));
    write_labelled(&page, rejected ? "rejected" : "dropped",
                   rejected ? article_reason_name(article->reason) : "by a processor",
                   SCREEN_WARNING);
    write_labelled(&page, "why", article->reason_text, SCREEN_PLAIN);
    write_labelled(&page, "at", at, SCREEN_PLAIN);
    write_gap(&page);
    screen_text_free(&page.text);
}
