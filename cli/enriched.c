#include "cli/enriched.h"

#include <jansson.h>

/* Absent where the key is missing or no string. */
static struct slice copy_text(struct arena *arena, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_string(value)
               ? arena_copy(arena, slice_of(json_string_value(value), json_string_length(value)))
               : slice_of(NULL, 0);
}

static unsigned thousandths_of(const json_t *object, const char *key)
{
    return (unsigned)(json_number_value(json_object_get(object, key)) * 1000 + 0.5);
}

static uint32_t integer_of(const json_t *object, const char *key)
{
    return (uint32_t)json_integer_value(json_object_get(object, key));
}

static struct slice *copy_list(struct arena *arena, const json_t *list, uint32_t *ret_count)
{
    struct slice *items = arena_allocate(arena, (json_array_size(list) + 1) * sizeof *items);
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item) items[index] =
        arena_copy(arena, slice_of(json_string_value(item), json_string_length(item)));
    *ret_count = (uint32_t)json_array_size(list);
    return items;
}

static void read_language(struct article *article, const json_t *object)
{
    struct language_result *language = arena_allocate(&article->arena, sizeof *language);

    language->tag = copy_text(&article->arena, object, "tag");
    language->script = copy_text(&article->arena, object, "script");
    language->confidence = thousandths_of(object, "confidence");
    language->declared = copy_text(&article->arena, object, "declared");
    language->agrees = json_is_true(json_object_get(object, "agrees"));
    article->results.language = language;
}

static enum duplicate_verdict verdict_of(struct slice name)
{
    int verdict = VERDICT_NEW;

    while (verdict < VERDICT_UNDETERMINED &&
           !slice_is(name, duplicate_verdict_name((enum duplicate_verdict)verdict)))
        verdict++;
    return (enum duplicate_verdict)verdict;
}

static void read_duplicate(struct article *article, const json_t *object)
{
    struct duplicate_result *duplicate = arena_allocate(&article->arena, sizeof *duplicate);
    struct arena *arena = &article->arena;

    duplicate->verdict = verdict_of(copy_text(arena, object, "verdict"));
    duplicate->of = copy_text(arena, object, "of");
    duplicate->compared = json_object_get(object, "similarity") != NULL;
    duplicate->similarity = thousandths_of(object, "similarity");
    duplicate->by =
        slice_is(copy_text(arena, object, "by"), "text") ? EVIDENCE_TEXT : EVIDENCE_IDENTITY;
    duplicate->copies = copy_list(arena, json_object_get(object, "copies"), &duplicate->copy_count);
    duplicate->copies_total = integer_of(object, "copies_total");
    duplicate->of_killed = json_is_true(json_object_get(object, "of_killed"));
    duplicate->withheld = json_is_true(json_object_get(object, "withheld"));
    duplicate->embargoed = json_is_true(json_object_get(object, "embargoed"));
    duplicate->of_withheld = json_is_true(json_object_get(object, "of_withheld"));
    duplicate->of_embargoed = json_is_true(json_object_get(object, "of_embargoed"));
    duplicate->contains =
        copy_list(arena, json_object_get(object, "contains"), &duplicate->contains_count);
    article->results.duplicate = duplicate;
}

static enum entity_type type_of(struct slice name)
{
    return slice_is(name, "place")          ? ENTITY_PLACE
           : slice_is(name, "organisation") ? ENTITY_ORGANISATION
                                            : ENTITY_PERSON;
}

static void read_mentions(struct arena *arena, const json_t *list, struct entity *entity)
{
    struct entity_mention *mentions =
        arena_allocate(arena, (json_array_size(list) + 1) * sizeof *mentions);
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item)
    {
        bool in_headline = slice_is(copy_text(arena, item, "field"), "headline");

        mentions[index].field = in_headline ? ROLE_HEADLINE : ROLE_BODY;
        mentions[index].start = integer_of(item, "start");
        mentions[index].end = integer_of(item, "end");
        mentions[index].text = copy_text(arena, item, "text");
    }
    entity->mentions = mentions;
    entity->mention_count = (uint32_t)json_array_size(list);
}

/* The first of `ids` is `id`. */
static void read_ids(struct arena *arena, const json_t *object, struct entity *entity)
{
    const json_t *others = json_object_get(object, "ids");
    struct slice first = copy_text(arena, object, "id");
    struct slice *ids = arena_allocate(arena, (json_array_size(others) + 1) * sizeof *ids);
    uint32_t count = 0;

    if (slice_is_absent(first))
        return;
    ids[0] = first;
    memcpy(ids + 1, copy_list(arena, others, &count), json_array_size(others) * sizeof *ids);
    entity->ids = ids;
    entity->id_count = count + 1;
}

static void read_entities(struct article *article, const json_t *list)
{
    struct arena *arena = &article->arena;
    struct entities_result *result = arena_allocate(arena, sizeof *result);
    struct entity *entities = arena_allocate(arena, (json_array_size(list) + 1) * sizeof *entities);
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item)
    {
        entities[index].type = type_of(copy_text(arena, item, "type"));
        entities[index].name = copy_text(arena, item, "name");
        read_ids(arena, item, &entities[index]);
        read_mentions(arena, json_object_get(item, "mentions"), &entities[index]);
    }
    result->entities = entities;
    result->entity_count = (uint32_t)json_array_size(list);
    article->results.entities = result;
}

/* jansson reads only what copydesk wrote: the rest of an article may hold numbers and texts that it
 * refuses. */
static json_t *load_enrichment(const struct article *article)
{
    const char *start = article->content.data + article->splice.cut_start;
    const char *end = article->content.data + article->splice.cut_end;
    struct buffer text = {0};

    if (article->splice.cut_end == 0)
        return json_object();
    while (start < end && *start != '"')
        start++;
    while (end > start && end[-1] != '}')
        end--;
    buffer_append_byte(&text, '{');
    buffer_append(&text, slice_of(start, (size_t)(end - start)));
    buffer_append_byte(&text, '}');
    json_t *root = json_loadb(text.data, text.length, JSON_ALLOW_NUL, NULL);

    buffer_free(&text);
    return root;
}

static int read_enrichment(struct article *article)
{
    json_t *root = load_enrichment(article);
    const json_t *enrichment = json_object_get(root, "enrichment");
    const json_t *part;

    if ((part = json_object_get(enrichment, "language")) != NULL)
        read_language(article, part);
    if ((part = json_object_get(enrichment, "duplicate")) != NULL)
        read_duplicate(article, part);
    if ((part = json_object_get(enrichment, "entities")) != NULL)
        read_entities(article, part);
    int result = json_is_object(enrichment) ? 0 : -1;

    json_decref(root);
    return result;
}

/* Finds the texts. A kill has no body, and that is no fault here. */
static void read_texts(struct article *article)
{
    struct article_paths *paths = article_paths_default();
    struct article_scratch *scratch = article_scratch_new();
    const struct article_input input = {.format = FORMAT_JSON,
                                        .paths = paths,
                                        .max_bytes = article->payload.length,
                                        .max_depth = 64};

    article_read(article, &input, scratch);
    article_scratch_free(scratch);
    article_paths_free(paths);
}

struct article *enriched_read(struct slice json)
{
    struct article *article = article_new(
        json, (struct article_coordinates){.topic = SLICE_LITERAL("")}, slice_of(NULL, 0));

    read_texts(article);
    if (read_enrichment(article) == 0)
        return article;
    article_free(article);
    return NULL;
}
