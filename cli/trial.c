#include "cli/trial.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "stage/input.h"

struct trial {
    struct article_paths *paths;
    struct article_input input;
    struct metrics *metrics;
    struct chain *chain;
    struct chain_worker *worker;
    struct article_scratch *scratch;
    struct buffer made_by;
};

struct trial *trial_new(const struct config *config, char *ret_error, size_t error_size)
{
    const struct settings *settings = config_settings(config);
    struct trial *trial = memory_zeroed(1, sizeof *trial);

    trial->metrics = metrics_new();
    trial->scratch = article_scratch_new();
    trial->paths = input_paths(&settings->consumer.input, ret_error, error_size);
    if (trial->paths != NULL)
        trial->chain = chain_new(config, trial->metrics, NULL, NULL, ret_error, error_size);
    if (trial->chain != NULL)
        trial->worker = chain_worker_new(trial->chain, ret_error, error_size);
    if (trial->worker == NULL) {
        trial_free(trial);
        return NULL;
    }
    trial->input = input_of(settings, trial->paths);
    chain_made_by(trial->chain, config_digest(config), &trial->made_by);
    return trial;
}

void trial_free(struct trial *trial)
{
    if (trial == NULL)
        return;
    chain_worker_free(trial->worker);
    chain_free(trial->chain);
    article_paths_free(trial->paths);
    article_scratch_free(trial->scratch);
    metrics_free(trial->metrics);
    buffer_free(&trial->made_by);
    memory_free(trial);
}

static struct slice base_name(const char *file)
{
    const char *slash = strrchr(file, '/');

    return slice_of_text(slash != NULL ? slash + 1 : file);
}

/* Every input is a record of its own: two that are alike are not one that was delivered twice. */
static struct article *article_of(const struct input *input)
{
    const struct article_coordinates coordinates = {.topic = SLICE_LITERAL("try"),
                                                    .offset = input->number};

    return article_new(input->bytes, coordinates, base_name(input->file));
}

static int read_article(struct trial *trial, const struct input *input, struct article *article)
{
    trial->input.format = input->format;
    if (input->too_large)
        return article_reject(article, REASON_TOO_LARGE, NULL,
                              "larger than limits.article, which is %zu bytes",
                              trial->input.max_bytes);
    return article_read(article, &trial->input, trial->scratch);
}

struct article *trial_read(struct trial *trial, const struct input *input)
{
    struct article *article = article_of(input);

    read_article(trial, input, article);
    return article;
}

enum chain_outcome trial_run(struct trial *trial, const struct input *input,
                             struct article **ret_article)
{
    struct article *article = *ret_article = article_of(input);

    if (read_article(trial, input, article) != 0)
        return CHAIN_REJECTED;
    article->scratch = trial->scratch;
    enum chain_outcome outcome = chain_process(trial->worker, article);

    article->scratch = NULL;
    return outcome == CHAIN_DONE ? chain_settle(trial->chain, article) : outcome;
}

void trial_append_place(const struct input *input, struct buffer *text)
{
    buffer_append_text(text, input->file);
    buffer_append_byte(text, ':');
    buffer_append_integer(text, input->line);
}

/* In valid JSON a raw line break stands between values, never in one. */
static void replace_line_breaks(struct buffer *line, size_t start)
{
    for (size_t i = start; i < line->length; i++)
        if (line->data[i] == '\n' || line->data[i] == '\r')
            line->data[i] = ' ';
}

/* File names need not be UTF-8, a line of JSON must be. */
static void append_place_as_json(const struct input *input, struct buffer *line)
{
    struct buffer place = {0};

    trial_append_place(input, &place);
    for (size_t i = utf8_valid_prefix(buffer_slice(&place)); i < place.length;
         i += utf8_valid_prefix(slice_of(place.data + i, place.length - i)))
        place.data[i] = '?';
    buffer_append_json_string(line, buffer_slice(&place));
    buffer_free(&place);
}

static void append_refused(const struct input *input, const struct article *article,
                           enum chain_outcome outcome, struct buffer *line)
{
    struct slice id = article->texts[ROLE_ID];

    buffer_append_text(line, "{\"id\": ");
    if (slice_is_absent(id))
        buffer_append_text(line, "null");
    else
        buffer_append_json_string(line, id);
    if (outcome == CHAIN_REJECTED)
        buffer_append_format(line, ", \"rejected\": {\"reason\": \"%s\", \"text\": ",
                             article_reason_name(article->reason));
    else
        buffer_append_text(line, ", \"dropped\": {\"text\": ");
    buffer_append_json_string(line, slice_of_text(article->reason_text));
    buffer_append_text(line, ", \"at\": ");
    append_place_as_json(input, line);
    buffer_append_text(line, "}}");
}

void trial_append_line(const struct trial *trial, const struct input *input,
                       const struct article *article, enum chain_outcome outcome,
                       struct buffer *line)
{
    const struct article_made_by made_by = {buffer_slice(&trial->made_by)};
    size_t start = line->length;

    if (outcome == CHAIN_DONE)
        article_render(article, input->format, &made_by, line);
    else
        append_refused(input, article, outcome, line);
    replace_line_breaks(line, start);
    buffer_append_byte(line, '\n');
}
