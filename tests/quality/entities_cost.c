/* What finding names costs, apart from everything else. Reads lines of LANGUAGE, a tab, a text;
 * with builtin and, where a file is named, that list live. Writes milliseconds to load, to build a
 * language's list, its names and bytes, and microseconds for 4 kB of text, the median of several
 * rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "processors/entities/lists.h"
#include "processors/entities/match.h"

enum { ROUNDS = 5, LANGUAGES = 64 };

struct language_cost {
    char tag[16];
    const struct language_names *names;
    double build_ms;
    double round_us[ROUNDS];
    size_t bytes;
};

static struct language_cost costs[LANGUAGES];
static size_t language_count;

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static struct language_cost *cost_of(struct lists *lists, const char *tag, size_t length)
{
    for (size_t i = 0; i < language_count; i++)
        if (strlen(costs[i].tag) == length && memcmp(costs[i].tag, tag, length) == 0)
            return &costs[i];
    if (language_count == LANGUAGES || length >= sizeof(costs[0].tag))
        exit(EXIT_FAILURE);
    struct language_cost *cost = &costs[language_count++];
    double start = cpu_us();

    memcpy(cost->tag, tag, length);
    cost->names = lists_for(lists, slice_of(tag, length));
    cost->build_ms = (cpu_us() - start) / 1e3;
    return cost;
}

static void run_text(struct language_cost *cost, struct slice text,
                     struct text_view_builder *builder, struct matcher *matcher)
{
    struct text_view view;

    text_view_build(builder, text, &view);
    for (int round = 0; round < ROUNDS; round++) {
        double start = cpu_us();

        matcher_run(matcher, cost->names, &view);
        cost->round_us[round] += cpu_us() - start;
    }
    cost->bytes += text.length;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static void show(struct language_cost *cost)
{
    const struct gazetteer *gazetteer = cost->names->layers[0].gazetteer;

    qsort(cost->round_us, ROUNDS, sizeof(double), by_size);
    printf("%-4s %6.1f us / 4 kB, %u names, %zu kB, built in %.1f ms\n", cost->tag,
           cost->round_us[ROUNDS / 2] * 4096 / (double)cost->bytes, gazetteer_name_count(gazetteer),
           gazetteer_bytes(gazetteer) / 1024, cost->build_ms);
}

int main(int count, char **files)
{
    char error[256];
    char *line = NULL;
    size_t capacity = 0;
    struct text_view_builder *builder = text_view_builder_new();
    struct matcher *matcher = matcher_new();
    double start = cpu_us();
    const char *names[2] = {"builtin", count > 1 ? files[1] : NULL};
    struct lists *lists = lists_new(names, count > 1 ? 2 : 1, error, sizeof(error));

    if (lists == NULL)
        return EXIT_FAILURE;
    printf("loaded in %.1f ms\n", (cpu_us() - start) / 1e3);
    for (ssize_t length; (length = getline(&line, &capacity, stdin)) > 0;) {
        const char *tab = memchr(line, '\t', (size_t)length);

        if (tab == NULL)
            return EXIT_FAILURE;
        size_t tag = (size_t)(tab - line);

        run_text(cost_of(lists, line, tag), slice_of(tab + 1, (size_t)length - tag - 1), builder,
                 matcher);
    }
    for (size_t i = 0; i < language_count; i++)
        show(&costs[i]);
    free(line);
    lists_free(lists);
    matcher_free(matcher);
    text_view_builder_free(builder);
    return EXIT_SUCCESS;
}
