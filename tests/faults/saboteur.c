/* A plugin that does harm when an article asks for it, for tests/faults. What an article wants is
 * in its source:
 *
 *   "saboteur crash", "saboteur hang", "saboteur reject", "saboteur large"
 *
 * Other articles it holds up for a time that is random but the same at every reading, so that
 * workers finish out of order. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "processors/processor.h"

enum { LARGE_BYTES = 256 * 1024 };

struct saboteur_options {
    int64_t delay;      /* ms, the longest */
    int64_t long_delay; /* ms */
    int64_t long_every; /* articles */
};

static const struct option options[] = {
    {.name = "delay",
     .type = OPTION_DURATION,
     .offset = offsetof(struct saboteur_options, delay),
     .default_text = "0ms",
     .min = 0,
     .max = 60000,
     .description = "How long an article is held up at most."},
    {.name = "long_delay",
     .type = OPTION_DURATION,
     .offset = offsetof(struct saboteur_options, long_delay),
     .default_text = "10s",
     .min = 0,
     .max = 600000,
     .description = "How long one in long_every is held up."},
    {.name = "long_every",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct saboteur_options, long_every),
     .default_text = "0",
     .min = 0,
     .max = 1000000,
     .unit = "articles",
     .description = "Which share is held up for long; 0: none."},
    {.name = NULL},
};

struct saboteur {
    struct processor_host *host;
    const struct processor_services *services;
    struct saboteur_options options;
};

static int saboteur_load(struct processor_host *host, const struct processor_services *services,
                         const void *given, void **ret_shared, char *ret_error, size_t error_size)
{
    struct saboteur *saboteur = calloc(1, sizeof *saboteur);

    if (saboteur == NULL) {
        snprintf(ret_error, error_size, "there is no memory left");
        return -1;
    }
    saboteur->host = host;
    saboteur->services = services;
    saboteur->options = *(const struct saboteur_options *)given;
    *ret_shared = saboteur;
    return 0;
}

static void wait_ms(uint64_t milliseconds)
{
    struct timespec left = {.tv_sec = (time_t)(milliseconds / 1000),
                            .tv_nsec = (long)(milliseconds % 1000) * 1000000};

    while (nanosleep(&left, &left) != 0)
        continue;
}

/* splitmix64 */
static uint64_t scatter(uint64_t number)
{
    number += 0x9e3779b97f4a7c15u;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
    number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
    return number ^ (number >> 31);
}

/* Of where the article stands. */
static uint64_t number_of(struct article_coordinates coordinates)
{
    return scatter((uint64_t)coordinates.offset * 31 + (uint64_t)coordinates.partition);
}

static void hold_up(const struct saboteur *saboteur, const struct article *article)
{
    const struct saboteur_options *chosen = &saboteur->options;
    uint64_t number = number_of(saboteur->services->coordinates(article));

    if (chosen->long_every > 0 && number % (uint64_t)chosen->long_every == 0)
        wait_ms((uint64_t)chosen->long_delay);
    else if (chosen->delay > 0)
        wait_ms((number >> 32) % ((uint64_t)chosen->delay + 1));
}

/* No codec makes it much smaller. */
static enum processor_outcome write_large(const struct saboteur *saboteur, struct article *article)
{
    char *json = malloc(LARGE_BYTES);

    if (json == NULL)
        return OUTCOME_RETRY;
    for (size_t i = 0; i < LARGE_BYTES; i++)
        json[i] =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"[scatter(i) % 64];
    json[0] = json[LARGE_BYTES - 1] = '"';
    int result =
        saboteur->services->set_section(saboteur->host, article, slice_of(json, LARGE_BYTES));

    free(json);
    return result == 0 ? OUTCOME_DONE : OUTCOME_FATAL;
}

static enum processor_outcome saboteur_process(void *worker, struct article *article)
{
    struct saboteur *saboteur = worker;
    struct slice wish = saboteur->services->text(article, ROLE_SOURCE);

    hold_up(saboteur, article);
    if (slice_is(wish, "saboteur crash"))
        abort();
    if (slice_is(wish, "saboteur hang"))
        for (;;)
            wait_ms(1000);
    if (slice_is(wish, "saboteur large"))
        return write_large(saboteur, article);
    if (!slice_is(wish, "saboteur reject"))
        return OUTCOME_DONE;
    saboteur->services->set_reason(article, "the article asked for it");
    return OUTCOME_REJECT;
}

static const struct processor descriptor = {
    .abi = PROCESSOR_ABI,
    .size = sizeof(struct processor),
    .name = "saboteur",
    .version = "1.0.0",
    .summary = "does harm when an article asks for it",
    .options = options,
    .options_size = sizeof(struct saboteur_options),
    .load = saboteur_load,
    .process = saboteur_process,
    .unload = free,
};

__attribute__((visibility("default"))) const struct processor *copydesk_processor(void);

const struct processor *copydesk_processor(void)
{
    return &descriptor;
}
