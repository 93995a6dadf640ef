/* The enriched article: the input's bytes with one key more. docs/article.md shows the form. */
#include "article/article.h"

static void append_key(struct buffer *out, const char *key)
{
    buffer_append_byte(out, '"');
    buffer_append_text(out, key);
    buffer_append_text(out, "\":");
}

static void append_comma_unless_first(struct buffer *out, uint32_t index)
{
    if (index > 0)
        buffer_append_byte(out, ',');
}

/* key: with its comma. */
static void append_string_member(struct buffer *out, const char *key, struct slice value)
{
    if (slice_is_absent(value))
        return;
    buffer_append_byte(out, ',');
    append_key(out, key);
    buffer_append_json_string(out, value);
}

static void append_strings(struct buffer *out, const struct slice *strings, uint32_t count)
{
    buffer_append_byte(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        append_comma_unless_first(out, i);
        buffer_append_json_string(out, strings[i]);
    }
    buffer_append_byte(out, ']');
}

/* --- language --- */

static void append_guesses(struct buffer *out, const struct language_guess *guesses, uint32_t count,
                           const char *figure)
{
    buffer_append_byte(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        append_comma_unless_first(out, i);
        buffer_append_text(out, "{\"tag\":");
        buffer_append_json_string(out, guesses[i].tag);
        buffer_append_byte(out, ',');
        append_key(out, figure);
        buffer_append_thousandths(out, guesses[i].thousandths, false);
        buffer_append_byte(out, '}');
    }
    buffer_append_byte(out, ']');
}

static void append_language(struct buffer *out, const struct language_result *language)
{
    buffer_append_text(out, ",\"language\":{\"tag\":");
    buffer_append_json_string(out, language->tag);
    append_string_member(out, "script", language->script);
    buffer_append_text(out, ",\"confidence\":");
    buffer_append_thousandths(out, language->confidence, false);
    buffer_append_text(out, ",\"alternatives\":");
    append_guesses(out, language->alternatives, language->alternative_count, "confidence");
    if (!slice_is_absent(language->declared)) {
        append_string_member(out, "declared", language->declared);
        buffer_append_text(out, language->agrees ? ",\"agrees\":true" : ",\"agrees\":false");
    }
    if (language->mixed_count > 0) {
        buffer_append_text(out, ",\"mixed\":");
        append_guesses(out, language->mixed, language->mixed_count, "share");
    }
    buffer_append_byte(out, '}');
}

/* --- duplicate --- */

static void append_evidence(struct buffer *out, enum duplicate_evidence by)
{
    if (by != EVIDENCE_NONE)
        buffer_append_text(out,
                           by == EVIDENCE_IDENTITY ? ",\"by\":\"identity\"" : ",\"by\":\"text\"");
}

static void append_copies(struct buffer *out, const struct duplicate_result *duplicate)
{
    if (duplicate->verdict != VERDICT_KILL && duplicate->copies_total == 0)
        return;
    buffer_append_text(out, ",\"copies\":");
    append_strings(out, duplicate->copies, duplicate->copy_count);
    buffer_append_text(out, ",\"copies_total\":");
    buffer_append_integer(out, duplicate->copies_total);
}

/* Only where it is set. */
static void append_mark(struct buffer *out, const char *key, bool set)
{
    if (!set)
        return;
    buffer_append_byte(out, ',');
    append_key(out, key);
    buffer_append_text(out, "true");
}

static void append_duplicate(struct buffer *out, const struct duplicate_result *duplicate)
{
    buffer_append_text(out, ",\"duplicate\":{\"verdict\":\"");
    buffer_append_text(out, duplicate_verdict_name(duplicate->verdict));
    buffer_append_byte(out, '"');
    append_string_member(out, "of", duplicate->of);
    if (duplicate->compared) {
        buffer_append_text(out, ",\"similarity\":");
        buffer_append_thousandths(out, duplicate->similarity, true);
    }
    append_evidence(out, duplicate->by);
    append_copies(out, duplicate);
    append_mark(out, "of_killed", duplicate->of_killed);
    if (duplicate->contains_count > 0) {
        buffer_append_text(out, ",\"contains\":");
        append_strings(out, duplicate->contains, duplicate->contains_count);
    }
    append_mark(out, "withheld", duplicate->withheld);
    append_mark(out, "embargoed", duplicate->embargoed);
    append_mark(out, "of_withheld", duplicate->of_withheld);
    append_mark(out, "of_embargoed", duplicate->of_embargoed);
    buffer_append_byte(out, '}');
}

/* --- entities --- */

static void append_mention(struct buffer *out, const struct entity_mention *mention)
{
    buffer_append_text(out, "{\"field\":\"");
    buffer_append_text(out, article_role_name(mention->field));
    buffer_append_text(out, "\",\"start\":");
    buffer_append_integer(out, mention->start);
    buffer_append_text(out, ",\"end\":");
    buffer_append_integer(out, mention->end);
    buffer_append_text(out, ",\"text\":");
    buffer_append_json_string(out, mention->text);
    buffer_append_byte(out, '}');
}

static void append_ids(struct buffer *out, const struct entity *entity)
{
    if (entity->id_count > 0)
        append_string_member(out, "id", entity->ids[0]);
    if (entity->id_count > 1) {
        buffer_append_text(out, ",\"ids\":");
        append_strings(out, entity->ids + 1, entity->id_count - 1);
    }
}

static void append_entity(struct buffer *out, const struct entity *entity)
{
    buffer_append_text(out, "{\"type\":\"");
    buffer_append_text(out, entity_type_name(entity->type));
    buffer_append_byte(out, '"');
    append_string_member(out, "name", entity->name);
    append_ids(out, entity);
    buffer_append_text(out, ",\"mentions\":[");
    for (uint32_t i = 0; i < entity->mention_count; i++) {
        append_comma_unless_first(out, i);
        append_mention(out, &entity->mentions[i]);
    }
    buffer_append_text(out, "]}");
}

static void append_entities(struct buffer *out, const struct entities_result *entities)
{
    buffer_append_text(out, ",\"entities\":[");
    for (uint32_t i = 0; i < entities->entity_count; i++) {
        append_comma_unless_first(out, i);
        append_entity(out, &entities->entities[i]);
    }
    buffer_append_byte(out, ']');
}

/* --- the whole --- */

static void append_sections(struct buffer *out, const struct article_results *results)
{
    for (uint32_t i = 0; i < results->section_count; i++) {
        const struct plugin_section *section = &results->sections[i];

        if (slice_is_absent(section->json))
            continue;
        buffer_append_byte(out, ',');
        buffer_append_json_string(out, section->name);
        buffer_append_byte(out, ':');
        buffer_append(out, section->json);
    }
}

void article_render_enrichment(const struct article *article, const struct article_made_by *made_by,
                               struct buffer *out)
{
    const struct article_results *results = &article->results;

    buffer_append_text(out, "{\"version\":1");
    if (results->language != NULL)
        append_language(out, results->language);
    if (results->duplicate != NULL)
        append_duplicate(out, results->duplicate);
    if (results->entities != NULL)
        append_entities(out, results->entities);
    append_sections(out, results);
    buffer_append_text(out, ",\"made_by\":");
    buffer_append(out, made_by->json);
    buffer_append_byte(out, '}');
}

static void render_json(const struct article *article, const struct article_made_by *made_by,
                        struct buffer *out)
{
    const char *bytes = article->content.data;
    size_t cut_start = article->splice.cut_start;
    size_t cut_end = article->splice.cut_end;
    size_t close = article->splice.close;

    buffer_append(out, slice_of(bytes, cut_start));
    buffer_append(out, slice_of(bytes + cut_end, close - cut_end));
    if (!article->splice.empty)
        buffer_append_byte(out, ',');
    append_key(out, "enrichment");
    article_render_enrichment(article, made_by, out);
    buffer_append(out, slice_of(bytes + close, article->content.length - close));
}

static void render_text(const struct article *article, const struct article_made_by *made_by,
                        struct buffer *out)
{
    buffer_append_text(out, "{\"id\":");
    buffer_append_json_string(out, article->texts[ROLE_ID]);
    append_string_member(out, "body", article->texts[ROLE_BODY]);
    buffer_append_text(out, ",\"enrichment\":");
    article_render_enrichment(article, made_by, out);
    buffer_append_byte(out, '}');
}

void article_render(const struct article *article, enum article_format format,
                    const struct article_made_by *made_by, struct buffer *out)
{
    if (article->kind == KIND_TOMBSTONE)
        return;
    buffer_append(out, article->frame);
    if (format == FORMAT_TEXT)
        render_text(article, made_by, out);
    else
        render_json(article, made_by, out);
}
