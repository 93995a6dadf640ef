#include "cli/explain_entities.h"

#include <errno.h>
#include <stdio.h>

#include "base/memory.h"
#include "cli/trial.h"
#include "processors/entities/entities.h"
#include "processors/entities/match.h"

enum { ERROR_SIZE = 1024 };

/* One article, searched. */
struct search {
    const struct command_line *line;
    struct trial *trial;
    struct article *article;
    struct lists *lists;
    const struct language_names *names;
    struct slice tag;
    struct matcher *matcher;
    struct text_view_builder *builders[MATCHER_FIELDS];
    struct text_view views[MATCHER_FIELDS];
    uint32_t match_count;
};

static const enum article_role roles[MATCHER_FIELDS] = {ROLE_HEADLINE, ROLE_BODY};
static const char *const role_names[MATCHER_FIELDS] = {"headline", "body"};

static const char *rule_text(enum match_rule rule)
{
    static const char *const texts[RULE_COUNT] = {
        [RULE_LIST] = "as the list writes it",
        [RULE_FORM] = "a form of the list's name",
        [RULE_ROLE] = "a person behind a role",
        [RULE_GIVEN] = "a person: a given name and what follows",
        [RULE_MINISTRY] = "a ministry and its portfolio",
        [RULE_BODY] = "an institution and whose it is",
        [RULE_HEAD] = "a name beside a word such as River or University",
        [RULE_TAIL] = "a place and what is written together with it",
        [RULE_SOUND] = "a person: a foreign name, parted by a middle dot",
        [RULE_ACRONYM] = "an acronym that the text defines",
        [RULE_REPEAT] = "short for a name elsewhere in the article",
    };

    return texts[rule];
}

static const char *refusal_text(enum refusal refusal)
{
    static const char *const texts[REFUSAL_COUNT] = {
        [REFUSAL_NONE] = "",
        [REFUSAL_LANGUAGE] = "a name in another language",
        [REFUSAL_CAPITALS] = "the name's capitals are not in the text",
        [REFUSAL_GUARD] = "an ordinary word too, and nothing around it says that it is the name",
        [REFUSAL_CURRENCY] = "part of a currency",
        [REFUSAL_PEOPLE] = "a people or a language",
        [REFUSAL_STRANGER] = "a word with a capital beside it makes it part of another name",
        [REFUSAL_PART] = "not a whole word",
        [REFUSAL_LIGHTER] = "another entity of this name is likelier",
        [REFUSAL_SHORTER] = "a longer name begins here",
    };

    return texts[refusal];
}

/* ---- Searching ---- */

static int read_article(struct search *search, const char *file, size_t max_bytes)
{
    struct inputs *inputs = inputs_new(&file, 1, INPUTS_AUTO, max_bytes);
    struct input input;
    int result = -1;

    if (inputs_next(inputs, &input) != INPUTS_GOT)
        fprintf(stderr, "copydesk explain: %s: it is empty or cannot be read\n", file);
    else if (trial_run(search->trial, &input, &search->article) == CHAIN_DONE)
        result = 0;
    else
        fprintf(stderr, "copydesk explain: %s: %s\n", file, search->article->reason_text);
    inputs_free(inputs);
    return result;
}

static void find_names(struct search *search)
{
    search->tag =
        entities_language(&search->article->results, search->article->texts[ROLE_LANGUAGE]);
    search->names = lists_for(search->lists, search->tag);
    search->matcher = matcher_new();
    matcher_keep_refused(search->matcher, true);
    matcher_begin(search->matcher, search->names);
    for (size_t i = 0; i < MATCHER_FIELDS; i++) {
        search->builders[i] = text_view_builder_new();
        text_view_build(search->builders[i], search->article->texts[roles[i]], &search->views[i]);
        matcher_read(search->matcher, &search->views[i]);
    }
    search->match_count = matcher_finish(search->matcher);
}

static void search_end(struct search *search)
{
    for (size_t i = 0; i < MATCHER_FIELDS; i++)
        text_view_builder_free(search->builders[i]);
    matcher_free(search->matcher);
    lists_free(search->lists);
    article_free(search->article);
    trial_free(search->trial);
}

/* ---- Writing ---- */

static struct slice text_of(const struct search *search, uint8_t field, uint32_t first,
                            uint32_t words)
{
    const struct text_view *view = &search->views[field];
    uint32_t from = view->tokens[first].start_byte;

    return slice_of(view->value.data + from, view->tokens[first + words - 1].end_byte - from);
}

/* Is it asked for? Without words, everything is. */
static bool is_asked(const struct search *search, struct slice text)
{
    if (search->line->argument_count == 2)
        return true;
    for (int i = 2; i < search->line->argument_count; i++) {
        struct slice word = slice_of_text(search->line->arguments[i]);

        if (memmem(text.data, text.length, word.data, word.length) != NULL)
            return true;
    }
    return false;
}

static void append_row(const struct search *search, uint8_t layer, uint32_t row, struct buffer *out)
{
    const struct name_layer *list = &search->names->layers[layer];
    struct gazetteer_row name = gazetteer_row_of(list->gazetteer, row);
    struct gazetteer_entity entity = gazetteer_entity_of(list->gazetteer, name.entity);

    buffer_append_text(out, ",\"name\":");
    buffer_append_json_string(out, entity.name);
    uint32_t line;
    const char *table = lists_table(list->name, entity.line, &line);

    buffer_append_text(out, ",\"list\":");
    buffer_append_json_string(out, slice_of_text(table));
    buffer_append_format(out, ",\"line\":%u,\"language\":", line);
    buffer_append_json_string(out,
                              slice_of_text(gazetteer_language(list->gazetteer, name.language)));
    buffer_append_format(out, ",\"weight\":%u,\"ids\":[", entity.weight);
    for (uint32_t i = 0; i < entity.id_count; i++) {
        if (i > 0)
            buffer_append_byte(out, ',');
        buffer_append_json_string(out, entity.ids[i]);
    }
    buffer_append_byte(out, ']');
}

static void append_refused(const struct search *search, const struct refused *refused,
                           struct buffer *out)
{
    const struct text_view *view = &search->views[refused->field];

    buffer_append_format(
        out, "{\"field\":\"%s\",\"start\":%u,\"end\":%u,\"text\":", role_names[refused->field],
        view->tokens[refused->first].start, view->tokens[refused->first + refused->words - 1].end);
    buffer_append_json_string(out, text_of(search, refused->field, refused->first, refused->words));
    append_row(search, refused->layer, refused->row, out);
    buffer_append_text(out, ",\"why\":");
    buffer_append_json_string(out, slice_of_text(refusal_text((enum refusal)refused->refusal)));
    buffer_append_byte(out, '}');
}

static bool is_inside(const struct refused *refused, const struct match *match)
{
    return refused->field == match->field && refused->first >= match->first &&
           refused->first < match->first + match->words;
}

static void append_runners_up(const struct search *search, const struct match *match,
                              struct buffer *out)
{
    const struct refused *refused = matcher_refused(search->matcher);
    const char *comma = "";

    buffer_append_text(out, ",\"runners_up\":[");
    for (uint32_t i = 0; i < matcher_refused_count(search->matcher); i++) {
        if (!is_inside(&refused[i], match) || refused[i].refusal == REFUSAL_LANGUAGE)
            continue;
        buffer_append_text(out, comma);
        append_refused(search, &refused[i], out);
        comma = ",";
    }
    buffer_append_byte(out, ']');
}

static void append_match(const struct search *search, const struct match *match, struct buffer *out)
{
    struct slice text = slice_of(search->views[match->field].value.data + match->start_byte,
                                 match->end_byte - match->start_byte);

    buffer_append_format(out, "{\"field\":\"%s\",\"start\":%u,\"end\":%u,\"text\":",
                         role_names[match->field], match->start, match->end);
    buffer_append_json_string(out, text);
    buffer_append_format(
        out, ",\"type\":\"%s\",\"rule\":", entity_type_name((enum entity_type)match->type));
    buffer_append_json_string(out, slice_of_text(rule_text((enum match_rule)match->rule)));
    if (match->layer != LAYER_NONE)
        append_row(search, match->layer, match->row, out);
    append_runners_up(search, match, out);
    buffer_append_byte(out, '}');
}

static void append_matches(const struct search *search, struct buffer *out)
{
    const char *comma = "";

    for (uint32_t i = 0; i < search->match_count; i++) {
        const struct match *match = &matcher_matches(search->matcher)[i];

        if (!is_asked(search, text_of(search, match->field, match->first, match->words)))
            continue;
        buffer_append_text(out, comma);
        append_match(search, match, out);
        comma = ",\n  ";
    }
}

static const struct match *match_over(const struct search *search, uint8_t field, uint32_t word)
{
    for (uint32_t i = 0; i < search->match_count; i++) {
        const struct match *match = &matcher_matches(search->matcher)[i];

        if (match->field == field && word >= match->first && word < match->first + match->words)
            return match;
    }
    return NULL;
}

static bool names_entity(const struct search *search, const struct refused *refused)
{
    const struct gazetteer *gazetteer = search->names->layers[refused->layer].gazetteer;

    return gazetteer_row_of(gazetteer, refused->row).kind <= NAME_PLACE;
}

static void append_all_refused(const struct search *search, struct buffer *out)
{
    const struct refused *refused = matcher_refused(search->matcher);
    const char *comma = "";

    for (uint32_t i = 0; i < matcher_refused_count(search->matcher); i++) {
        struct slice text = text_of(search, refused[i].field, refused[i].first, refused[i].words);

        if (match_over(search, refused[i].field, refused[i].first) != NULL ||
            refused[i].refusal >= REFUSAL_LIGHTER || !names_entity(search, &refused[i]) ||
            !is_asked(search, text) ||
            (refused[i].refusal == REFUSAL_LANGUAGE && search->line->argument_count == 2))
            continue;
        buffer_append_text(out, comma);
        append_refused(search, &refused[i], out);
        comma = ",\n  ";
    }
}

static bool was_refused(const struct search *search, uint8_t field, uint32_t word)
{
    const struct refused *refused = matcher_refused(search->matcher);

    for (uint32_t i = 0; i < matcher_refused_count(search->matcher); i++)
        if (refused[i].field == field && word >= refused[i].first &&
            word < refused[i].first + refused[i].words)
            return true;
    return false;
}

/* Words that no name has: with a capital, or those asked for. */
static void append_unknown(const struct search *search, struct buffer *out)
{
    const char *comma = "";
    bool asked = search->line->argument_count > 2;

    for (uint8_t field = 0; field < (uint8_t)MATCHER_FIELDS; field++)
        for (uint32_t i = 0; i < search->views[field].token_count; i++) {
            const struct text_token *token = &search->views[field].tokens[i];
            struct slice text = text_of(search, field, i, 1);

            if ((!asked && (token->flags & TOKEN_UPPER_FIRST) == 0) || !is_asked(search, text) ||
                match_over(search, field, i) != NULL || was_refused(search, field, i))
                continue;
            buffer_append_format(out,
                                 "%s{\"field\":\"%s\",\"start\":%u,\"end\":%u,\"text\":", comma,
                                 role_names[field], token->start, token->end);
            buffer_append_json_string(out, text);
            buffer_append_text(out, ",\"why\":\"no list has a name like this, and no rule makes "
                                    "it one\"}");
            comma = ",\n  ";
        }
}

/* JSON in both forms; on several lines for people. */
static void write_all(const struct search *search, struct buffer *out)
{
    buffer_append_text(out, "{\"language\":");
    buffer_append_json_string(out, search->tag);
    buffer_append_text(out, ",\n\"lists\":");
    buffer_append_json_string(out, slice_of_text(lists_version(search->lists)));
    buffer_append_text(out, ",\n\"tagged\":[\n  ");
    append_matches(search, out);
    buffer_append_text(out, "],\n\"refused\":[\n  ");
    append_all_refused(search, out);
    buffer_append_text(out, "],\n\"unknown\":[\n  ");
    append_unknown(search, out);
    buffer_append_text(out, "]}\n");
}

/* Line breaks stand between the parts only, never inside of a string. */
static void join_lines(struct buffer *out)
{
    for (size_t i = 0; i + 1 < out->length; i++)
        if (out->data[i] == '\n')
            out->data[i] = ' ';
}

int explain_entities(const struct command_line *line, const struct config *config)
{
    char error[ERROR_SIZE];
    struct search search = {.line = line};
    struct buffer out = {0};
    const struct option_list *lists = entities_lists(config_settings(config));
    int status = EXIT_RUNTIME;

    if (lists == NULL) {
        fprintf(stderr, "copydesk explain: the configuration has no processor named entities\n");
        return EXIT_BAD_CONFIG;
    }
    search.trial = trial_new(config, error, sizeof(error));
    search.lists = lists_new((const char *const *)lists->items, lists->count, error, sizeof(error));
    if (search.trial == NULL || search.lists == NULL)
        fprintf(stderr, "copydesk explain: %s\n", error);
    else if (read_article(&search, line->arguments[1],
                          (size_t)config_settings(config)->limits.article) == 0) {
        find_names(&search);
        write_all(&search, &out);
        if (command_switch(line, "json"))
            join_lines(&out);
        status = fwrite(out.data, 1, out.length, stdout) == out.length ? EXIT_OK : EXIT_RUNTIME;
    }
    buffer_free(&out);
    search_end(&search);
    return status;
}
