/* A processor that counts an article's words and tells how many minutes it takes to read: the
 * smallest one that does something useful. `copydesk plugins new NAME` prints it with that name, to
 * begin with; docs/plugins.md leads on.
 *
 * In the enrichment: "example": {"words": 412, "minutes": 3} */
#include <stdio.h>
#include <stdlib.h>

#include "processors/processor.h"

/* The options as the host fills them in. */
struct example_options {
    int64_t words_per_minute;
};

static const struct option options[] = {
    {.name = "words_per_minute",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct example_options, words_per_minute),
     .default_text = "200",
     .min = 50,
     .max = 2000,
     .unit = "words",
     .description = "How fast your readers read."},
    {.name = NULL},
};

/* What all workers share: made once, then only read. */
struct example {
    struct processor_host *host;
    const struct processor_services *services;
    int64_t words_per_minute;
};

static int example_load(struct processor_host *host, const struct processor_services *services,
                        const void *given, void **ret_shared, char *ret_error, size_t error_size)
{
    const struct example_options *chosen = given;
    struct example *example = calloc(1, sizeof *example);

    if (example == NULL) {
        snprintf(ret_error, error_size, "there is no memory left");
        return -1;
    }
    example->host = host;
    example->services = services;
    example->words_per_minute = chosen->words_per_minute;
    *ret_shared = example;
    return 0;
}

/* Ideographs are counted one by one, as editors in Chinese and Japanese do. */
static int64_t count_words(const struct text_view *view)
{
    int64_t words = 0;

    for (uint32_t i = 0; i < view->token_count; i++)
        words += view->tokens[i].kind != TOKEN_NUMBER;
    return words;
}

static enum processor_outcome example_process(void *worker, struct article *article)
{
    struct example *example = worker; /* there is no `open`: workers get what `load` made */
    const struct processor_services *services = example->services;
    char json[80];

    int64_t words = count_words(services->view(article, ROLE_HEADLINE));
    words += count_words(services->view(article, ROLE_BODY));
    int64_t minutes = (words + example->words_per_minute - 1) / example->words_per_minute;

    int length = snprintf(json, sizeof json, "{\"words\":%lld,\"minutes\":%lld}", (long long)words,
                          (long long)minutes);
    if (services->set_section(example->host, article, slice_of(json, (size_t)length)) != 0)
        return OUTCOME_FATAL;
    return OUTCOME_DONE;
}

static void example_unload(void *shared)
{
    free(shared);
}

static const struct processor descriptor = {
    .abi = PROCESSOR_ABI,
    .size = sizeof(struct processor),
    .name = "example",
    .version = "1.0.0",
    .summary = "counts words and tells the reading time",
    .options = options,
    .options_size = sizeof(struct example_options),
    .load = example_load,
    .process = example_process,
    .unload = example_unload,
};

/* The one symbol that a plugin exports. */
__attribute__((visibility("default"))) const struct processor *copydesk_processor(void);

const struct processor *copydesk_processor(void)
{
    return &descriptor;
}
