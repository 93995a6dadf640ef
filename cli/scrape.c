#include "cli/scrape.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "cli/http_get.h"

/* ---- reading ---- */

static void add(struct scrape *scrape, struct sample sample)
{
    scrape->samples = memory_resize(scrape->samples, (scrape->count + 1) * sizeof sample);
    scrape->samples[scrape->count++] = sample;
}

/* NAME{LABELS} VALUE */
static void read_line(struct scrape *scrape, struct slice line)
{
    char *text = arena_copy_text(&scrape->arena, arena_copy(&scrape->arena, line).data);
    char *value = strrchr(text, ' ');
    char *labels = strchr(text, '{');

    if (*text == '#' || value == NULL)
        return;
    *value++ = '\0';
    if (labels != NULL)
        *labels++ = '\0';
    if (labels != NULL && *labels != '\0')
        labels[strlen(labels) - 1] = '\0';
    add(scrape, (struct sample){text, labels != NULL ? labels : "", strtod(value, NULL)});
}

void scrape_read(struct slice page, struct scrape *ret_scrape)
{
    *ret_scrape = (struct scrape){.count = 0};
    while (page.length > 0) {
        const char *end = memchr(page.data, '\n', page.length);
        size_t length = end != NULL ? (size_t)(end - page.data) : page.length;

        if (length > 0)
            read_line(ret_scrape, slice_of(page.data, length));
        length += end != NULL;
        page = slice_of(page.data + length, page.length - length);
    }
}

void scrape_free(struct scrape *scrape)
{
    arena_free(&scrape->arena);
    memory_free(scrape->samples);
    *scrape = (struct scrape){.count = 0};
}

double scrape_sum(const struct scrape *scrape, const char *name, const char *part)
{
    double sum = 0;

    for (size_t i = 0; i < scrape->count; i++)
        if (strcmp(scrape->samples[i].name, name) == 0 &&
            strstr(scrape->samples[i].labels, part) != NULL)
            sum += scrape->samples[i].value;
    return sum;
}

const char *scrape_label(struct arena *arena, const struct sample *sample, const char *label)
{
    size_t length = strlen(label);

    for (const char *at = sample->labels; (at = strstr(at, label)) != NULL; at++)
        if ((at == sample->labels || at[-1] == ',') && strncmp(at + length, "=\"", 2) == 0)
            return arena_copy(arena, slice_of(at + length + 2, strcspn(at + length + 2, "\"")))
                .data;
    return NULL;
}

/* ---- fetching ---- */

int scrape_fetch(const char *address, struct scrape *ret_scrape, char *ret_error, size_t error_size)
{
    struct http_answer answer;

    if (http_get(address, "/metrics", &answer, ret_error, error_size) != 0)
        return -1;
    bool good = answer.status == 200;

    if (good)
        scrape_read(slice_of_text(answer.body), ret_scrape);
    else
        snprintf(ret_error, error_size, "%s answers, but not with metrics", address);
    http_answer_free(&answer);
    return good ? 0 : -1;
}
