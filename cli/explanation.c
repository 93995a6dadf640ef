#include "cli/explanation.h"

#include <stdio.h>

#include "base/memory.h"
#include "cli/screen_text.h"
#include "cli/why.h"

enum {
    LABEL_COLUMNS = 11,
    PASSAGE_INDENT = 5,
    PASSAGE_SHOWN = 480, /* code points of a passage on a page */
    HORIZONTAL_LINE = 0x2501,
    ELLIPSIS = 0x2026,
};

/* --- what is found --- */

/* One article's text, read as the processor reads it. */
struct reading {
    struct text_view_builder *builders[2];
    struct text_view headline;
    struct text_view body;
    struct fingerprint fingerprint;
};

static void build(struct reading *reading, int field, struct slice value, struct text_view *view)
{
    reading->builders[field] = text_view_builder_new();
    text_view_build(reading->builders[field], slice_is_absent(value) ? SLICE_LITERAL("") : value,
                    view);
}

static void read_text(const struct article *article, struct reading *reading)
{
    struct fingerprint_keys keys;
    struct shingle_sample sample;
    struct shingles shingles;

    build(reading, 0, article->texts[ROLE_HEADLINE], &reading->headline);
    build(reading, 1, article->texts[ROLE_BODY], &reading->body);
    uint64_t *room FREED_AT_END =
        memory_allocate(shingles_room(&reading->headline, &reading->body) * sizeof *room);

    shingles_read(&reading->headline, &reading->body, room, &shingles);
    fingerprint_make(&shingles, NULL, &reading->fingerprint, &keys, &sample);
}

static void forget(struct reading *reading)
{
    text_view_builder_free(reading->builders[0]);
    text_view_builder_free(reading->builders[1]);
}

static uint32_t words_of(const struct reading *reading)
{
    return reading->headline.token_count + reading->body.token_count;
}

void explanation_of(const struct article *first, const struct article *second,
                    struct explanation *ret_explanation)
{
    struct reading readings[2];

    ret_explanation->first = first;
    ret_explanation->second = second;
    read_text(first, &readings[0]);
    read_text(second, &readings[1]);
    const struct passage_text texts[2] = {{&readings[0].headline, &readings[0].body},
                                          {&readings[1].headline, &readings[1].body}};

    comparison_of(&readings[1].fingerprint, &readings[0].fingerprint, false,
                  &ret_explanation->comparison);
    ret_explanation->passage_count =
        passages_find(&texts[0], &texts[1], ret_explanation->passages, EXPLANATION_MOST_PASSAGES,
                      &ret_explanation->shared);
    ret_explanation->words[0] = words_of(&readings[0]);
    ret_explanation->words[1] = words_of(&readings[1]);
    forget(&readings[0]);
    forget(&readings[1]);
}

/* --- the rule --- */

enum rule {
    BY_IDENTITY = RULE_TOO_SHORT + 1, /* behind enum comparison_rule */
    BY_EXACT,
    BY_KILL,
    RULES,
};

_Static_assert(NEAR_FROM == 650 && OVERLAPS_FROM == 450 && SAME_FACTS_FROM == 600 &&
                   OTHER_NUMBERS_BELOW == 350 && OTHER_NAMES_BELOW == 200 && SHORT_TEXT == 40 &&
                   SHORT_NEAR_FROM == 800 && FINGERPRINT_MIN_SHINGLES == 8,
               "the sentences say these figures");

static const struct {
    const char *name;
    const char *sentence;
} rules[RULES] = {
    [RULE_NEAR] = {"near", "65 % or more is known, and no numbers or names tell the texts apart"},
    [RULE_BELOW] = {"below", "less than 45 % is known"},
    [RULE_PART] = {"part", "between 45 and 65 % is known"},
    [RULE_OTHER_FACTS] = {"other_facts",
                          "65 % or more is known, but numbers or names agree in less "
                          "than 60 %: news with an old text"},
    [RULE_FORM] = {"form", "a form filled in anew: numbers that agree in less than 35 %, or names "
                           "in less than 20 %, halve the similarity"},
    [RULE_SHORT] = {"short", "with 40 or fewer runs of words, near needs 80 % and no number that "
                             "the first text lacks"},
    [RULE_TOO_SHORT] = {"too_short", "under 8 runs of words only the very same text counts"},
    [BY_IDENTITY] = {"identity", "source, id and version decide before any text is compared"},
    [BY_EXACT] = {"exact", "the same words in the same order"},
    [BY_KILL] = {"kill", "its status, or that it has an id alone, makes it a kill"},
};

static unsigned rule_of(const struct explanation *explanation)
{
    const struct duplicate_result *result = explanation->second->results.duplicate;

    if (result->verdict == VERDICT_KILL)
        return BY_KILL;
    if (result->by == EVIDENCE_IDENTITY)
        return BY_IDENTITY;
    return result->verdict == VERDICT_EXACT ? BY_EXACT : explanation->comparison.rule;
}

const char *explanation_rule(const struct explanation *explanation)
{
    return rules[rule_of(explanation)].name;
}

const char *explanation_sentence(const struct explanation *explanation)
{
    return rules[rule_of(explanation)].sentence;
}

static struct slice id_of(const struct article *article)
{
    struct slice id = article->texts[ROLE_ID];

    return slice_is_absent(id) ? article->fallback_id : id;
}

static struct slice text_of(const struct article *article, const struct passage_place *place)
{
    return slice_of(article->texts[place->field].data + place->start_byte,
                    place->end_byte - place->start_byte);
}

/* --- JSON --- */

static void append_figure(struct buffer *out, const char *key, unsigned thousandths)
{
    buffer_append_format(out, ",\"%s\":", key);
    buffer_append_thousandths(out, thousandths, true);
}

static void append_text(struct buffer *out, const char *key, struct slice text)
{
    if (slice_is_absent(text))
        return;
    buffer_append_format(out, ",\"%s\":", key);
    buffer_append_json_string(out, text);
}

static void append_article(struct buffer *out, const char *key, const struct article *article,
                           uint32_t words)
{
    buffer_append_format(out, "\"%s\":{\"id\":", key);
    buffer_append_json_string(out, id_of(article));
    append_text(out, "source", article->texts[ROLE_SOURCE]);
    append_text(out, "version", article->texts[ROLE_VERSION]);
    buffer_append_format(out, ",\"words\":%u},", words);
}

static void append_verdict(struct buffer *out, const struct explanation *explanation)
{
    const struct duplicate_result *result = explanation->second->results.duplicate;

    buffer_append_format(out, "\"verdict\":\"%s\"", duplicate_verdict_name(result->verdict));
    append_text(out, "of", result->of);
    if (result->by != EVIDENCE_NONE)
        buffer_append_format(out, ",\"by\":\"%s\"",
                             result->by == EVIDENCE_IDENTITY ? "identity" : "text");
    buffer_append_format(out, ",\"rule\":\"%s\"", explanation_rule(explanation));
    append_text(out, "why", slice_of_text(explanation_sentence(explanation)));
}

static void append_comparison(struct buffer *out, const struct comparison *comparison)
{
    append_figure(out, "similarity", comparison->overall);
    append_figure(out, "second_known", comparison->similarity.new_share);
    append_figure(out, "first_known", comparison->similarity.old_share);
    append_figure(out, "resemblance", comparison->similarity.resemblance);
    if (comparison->facts != FACTS_NONE)
        append_figure(out, comparison->facts == FACTS_NUMBERS ? "numbers_agree" : "names_agree",
                      comparison->agreement);
}

static void append_place(struct buffer *out, const char *key, const struct passage_place *place)
{
    buffer_append_format(out, ",\"%s\":{\"field\":\"%s\",\"start\":%u,\"end\":%u}", key,
                         article_role_name(place->field), place->start, place->end);
}

static void append_passages(struct buffer *out, const struct explanation *explanation)
{
    buffer_append_text(out, ",\"passages\":[");
    for (uint32_t i = 0; i < explanation->passage_count; i++) {
        const struct passage *passage = &explanation->passages[i];

        buffer_append_format(out, "%s{\"words\":%u", i > 0 ? "," : "", passage->tokens);
        append_place(out, "first", &passage->first);
        append_place(out, "second", &passage->second);
        append_text(out, "text", text_of(explanation->second, &passage->second));
        buffer_append_byte(out, '}');
    }
    buffer_append_byte(out, ']');
}

void explanation_append_json(const struct explanation *explanation, struct buffer *out)
{
    buffer_append_byte(out, '{');
    append_article(out, "first", explanation->first, explanation->words[0]);
    append_article(out, "second", explanation->second, explanation->words[1]);
    append_verdict(out, explanation);
    append_comparison(out, &explanation->comparison);
    buffer_append_format(out, ",\"shared_words\":%u", explanation->shared);
    append_passages(out, explanation);
    buffer_append_text(out, "}\n");
}

/* --- the page --- */

struct page {
    const struct explanation *explanation;
    const struct view_options *options;
    struct buffer *out;
    struct screen_text text; /* the part being composed */
};

static void write_part(struct page *page, const char *label, unsigned indent)
{
    const struct screen_layout layout = {.columns = page->options->columns,
                                         .indent = indent,
                                         .label = label,
                                         .colour = page->options->colour};

    screen_text_wrap(&page->text, &layout, page->out);
    screen_text_clear(&page->text);
}

static void write_heading(struct page *page)
{
    screen_text_fill(&page->text, HORIZONTAL_LINE, 2, SCREEN_DIM);
    screen_text_point(&page->text, ' ', SCREEN_PLAIN);
    screen_text_add(&page->text, id_of(page->explanation->second), SCREEN_BOLD);
    screen_text_format(&page->text, SCREEN_PLAIN, " after ");
    screen_text_add(&page->text, id_of(page->explanation->first), SCREEN_BOLD);
    screen_text_point(&page->text, ' ', SCREEN_PLAIN);
    screen_text_cut(&page->text, page->options->columns - 2);
    screen_text_fill(&page->text, HORIZONTAL_LINE, page->options->columns, SCREEN_DIM);
    write_part(page, NULL, 0);
}

static void write_verdict(struct page *page)
{
    const struct duplicate_result *result = page->explanation->second->results.duplicate;
    struct buffer why = {0};

    why_duplicate(result, &why);
    screen_text_format(&page->text, SCREEN_BOLD, "%s", duplicate_verdict_name(result->verdict));
    screen_text_format(&page->text, SCREEN_PLAIN, ": ");
    screen_text_add(&page->text, buffer_slice(&why), SCREEN_PLAIN);
    buffer_free(&why);
    write_part(page, "verdict", LABEL_COLUMNS);
    screen_text_format(&page->text, SCREEN_PLAIN, "%s: %s", explanation_rule(page->explanation),
                       explanation_sentence(page->explanation));
    write_part(page, "rule", LABEL_COLUMNS);
}

static void add_percent(struct page *page, unsigned thousandths, const char *behind)
{
    screen_text_format(&page->text, SCREEN_PLAIN, "%u.%u %%%s", thousandths / 10, thousandths % 10,
                       behind);
}

static void write_similarity(struct page *page)
{
    const struct comparison *comparison = &page->explanation->comparison;

    if (comparison->rule == RULE_TOO_SHORT)
        return;
    screen_text_format(&page->text, SCREEN_BOLD, "%u.%u %%", comparison->overall / 10,
                       comparison->overall % 10);
    screen_text_format(&page->text, SCREEN_PLAIN, ", by the sketches: ");
    add_percent(page, comparison->similarity.new_share, " of the second is in the first, ");
    add_percent(page, comparison->similarity.old_share,
                " of the first in the second; of all that ");
    screen_text_format(&page->text, SCREEN_PLAIN, "is in either, ");
    add_percent(page, comparison->similarity.resemblance, " is in both");
    write_part(page, "similarity", LABEL_COLUMNS);
}

static void write_facts(struct page *page)
{
    const struct comparison *comparison = &page->explanation->comparison;

    if (comparison->facts == FACTS_NONE || comparison->rule == RULE_TOO_SHORT)
        return;
    add_percent(page, comparison->agreement, " of the smaller set, beyond chance, is in the other");
    write_part(page, comparison->facts == FACTS_NUMBERS ? "numbers" : "names", LABEL_COLUMNS);
}

static void write_shared(struct page *page)
{
    const struct explanation *explanation = page->explanation;

    if (explanation->passage_count == 0)
        screen_text_format(&page->text, SCREEN_PLAIN, "no three words in a row");
    else
        screen_text_format(&page->text, SCREEN_PLAIN,
                           "%u of %u words of the second, in %u passage%s, of the %u words of the "
                           "first",
                           explanation->shared, explanation->words[1], explanation->passage_count,
                           explanation->passage_count == 1 ? "" : "s", explanation->words[0]);
    write_part(page, "shared", LABEL_COLUMNS);
}

/* Without its markup; the end of a long one is left out. */
static void write_text(struct page *page, struct slice text)
{
    struct text_view_builder *builder = text_view_builder_new();
    struct text_view view;

    text_view_build(builder, text, &view);
    screen_text_add(&page->text, view.clean, SCREEN_PLAIN);
    if (page->text.count > PASSAGE_SHOWN) {
        page->text.count = PASSAGE_SHOWN;
        screen_text_point(&page->text, ' ', SCREEN_PLAIN);
        screen_text_point(&page->text, ELLIPSIS, SCREEN_DIM);
    }
    write_part(page, NULL, PASSAGE_INDENT);
    text_view_builder_free(builder);
}

static void write_passage(struct page *page, uint32_t number)
{
    const struct passage *passage = &page->explanation->passages[number];
    char label[16];

    snprintf(label, sizeof label, "%3u", number + 1);
    buffer_append_byte(page->out, '\n');
    screen_text_format(
        &page->text, SCREEN_DIM, "%u words; first: %s %u-%u, second: %s %u-%u", passage->tokens,
        article_role_name(passage->first.field), passage->first.start, passage->first.end,
        article_role_name(passage->second.field), passage->second.start, passage->second.end);
    write_part(page, label, PASSAGE_INDENT);
    write_text(page, text_of(page->explanation->second, &passage->second));
}

void explanation_append_page(const struct explanation *explanation,
                             const struct view_options *options, struct buffer *out)
{
    struct page page = {.explanation = explanation, .options = options, .out = out};

    write_heading(&page);
    write_verdict(&page);
    write_similarity(&page);
    write_facts(&page);
    write_shared(&page);
    for (uint32_t i = 0; i < explanation->passage_count; i++)
        write_passage(&page, i);
    buffer_append_byte(out, '\n');
    screen_text_free(&page.text);
}
