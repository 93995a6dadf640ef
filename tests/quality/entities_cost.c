/* What finding names costs, apart from everything else. Reads lines of LANGUAGE, a tab, a text;
 * with builtin and, where a file is named, that list live. Writes milliseconds to load, to build a
 * language's list, its names and bytes, and microseconds for 4 kB of text, the median of several
 * rounds: of the processor alone, and of the text view, which all processors of the chain share.
 * Texts are measured a batch at a time, since a look at the clock costs a microsecond. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "processors/entities/lists.h"
#include "processors/entities/match.h"

enum { ROUNDS = 5, LANGUAGES = 64, BATCH = 4 };

struct language_cost {
    char tag[16];
    const struct language_names *names;
    double build_ms;
    double round_us[ROUNDS];
    double view_us[ROUNDS];
    size_t bytes;
    size_t matches;
};

/* Texts of one language that are measured together. */
struct batch {
    struct text_view_builder *builders[BATCH];
    char *lines[BATCH];
    struct slice texts[BATCH];
    struct text_view views[BATCH];
    uint32_t count;
    struct language_cost *cost;
    struct matcher *matcher;
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

static void run_round(struct batch *batch, int round)
{
    double start = cpu_us();

    for (uint32_t i = 0; i < batch->count; i++)
        text_view_build(batch->builders[i], batch->texts[i], &batch->views[i]);
    double built = cpu_us();
    size_t matches = 0;

    for (uint32_t i = 0; i < batch->count; i++)
        matches += matcher_run(batch->matcher, batch->cost->names, &batch->views[i]);
    batch->cost->view_us[round] += built - start;
    batch->cost->round_us[round] += cpu_us() - built;
    batch->cost->matches += round == 0 ? matches : 0;
}

static void run_batch(struct batch *batch)
{
    for (int round = 0; round < ROUNDS; round++)
        run_round(batch, round);
    for (uint32_t i = 0; i < batch->count; i++) {
        batch->cost->bytes += batch->texts[i].length;
        free(batch->lines[i]);
    }
    batch->count = 0;
}

/* Takes line. */
static void add_text(struct batch *batch, struct language_cost *cost, char *line, struct slice text)
{
    if (batch->count == BATCH || (batch->count > 0 && batch->cost != cost))
        run_batch(batch);
    batch->cost = cost;
    batch->lines[batch->count] = line;
    batch->texts[batch->count++] = text;
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

    double share = 4096 / (double)cost->bytes;

    qsort(cost->round_us, ROUNDS, sizeof(double), by_size);
    qsort(cost->view_us, ROUNDS, sizeof(double), by_size);
    printf("%-4s %6.1f us / 4 kB, and the view %.1f; %zu matches, %u names, %zu kB, built in %.1f "
           "ms\n",
           cost->tag, cost->round_us[ROUNDS / 2] * share, cost->view_us[ROUNDS / 2] * share,
           cost->matches, gazetteer_name_count(gazetteer), gazetteer_bytes(gazetteer) / 1024,
           cost->build_ms);
}

/* Returns false where a line has no tab. */
static bool read_texts(struct lists *lists, struct batch *batch)
{
    char *line = NULL;
    size_t capacity = 0;

    for (ssize_t length; (length = getline(&line, &capacity, stdin)) > 0;) {
        const char *tab = memchr(line, '\t', (size_t)length);

        if (tab == NULL)
            break;
        size_t tag = (size_t)(tab - line);

        add_text(batch, cost_of(lists, line, tag), line,
                 slice_of(tab + 1, (size_t)length - tag - 1));
        line = NULL;
        capacity = 0;
    }
    free(line);
    run_batch(batch);
    return feof(stdin);
}

int main(int count, char **files)
{
    char error[256];
    struct batch batch = {.matcher = matcher_new()};
    double start = cpu_us();
    const char *names[2] = {"builtin", count > 1 ? files[1] : NULL};
    struct lists *lists = lists_new(names, count > 1 ? 2 : 1, error, sizeof(error));

    if (lists == NULL)
        return EXIT_FAILURE;
    printf("loaded in %.1f ms\n", (cpu_us() - start) / 1e3);
    for (size_t i = 0; i < BATCH; i++)
        batch.builders[i] = text_view_builder_new();
    bool read = read_texts(lists, &batch);

    for (size_t i = 0; i < language_count; i++)
        show(&costs[i]);
    for (size_t i = 0; i < BATCH; i++)
        text_view_builder_free(batch.builders[i]);
    lists_free(lists);
    matcher_free(batch.matcher);
    return read ? EXIT_SUCCESS : EXIT_FAILURE;
}
