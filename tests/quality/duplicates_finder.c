/* The processor `duplicates` as a command: {"id", "text"} a line in, {"id", "verdict",
 * "duplicate_of", "similarity"} a line out. At the end it says on standard error what an article
 * cost in the processor: its text view, fingerprint, claim, and verdict, without reading the JSON;
 * and how much memory an article took (the growth of the resident set, divided by the articles). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "article/article.h"
#include "processors/chain.h"
#include "processors/host.h"

static const char yaml[] = "consumer: {topics: [a]}\n"
                           "producer: {routes: [{topic: b}], dead_letters: c}\n"
                           "processors: [{duplicates: {}}]\n";

struct finder {
    struct config *config;
    struct metrics *metrics;
    struct chain *chain;
    struct chain_worker *worker;
    struct article_scratch *scratch;
    struct article_input input;
    int64_t process_ns;
    int64_t texts;
};

static int finder_open(struct finder *finder)
{
    struct config_problems problems = {0};
    char error[512] = "";

    finder->config = config_load_text(slice_of_text(yaml), "yaml", host_resolve, NULL, &problems);
    if (finder->config == NULL) {
        fprintf(stderr, "%s\n", problems.first->text);
        return -1;
    }
    finder->metrics = metrics_new();
    finder->chain = chain_new(finder->config, finder->metrics, NULL, NULL, error, sizeof error);
    if (finder->chain != NULL)
        finder->worker = chain_worker_new(finder->chain, error, sizeof error);
    finder->scratch = article_scratch_new();
    finder->input = (struct article_input){.format = FORMAT_JSON,
                                           .paths = article_paths_default(),
                                           .max_bytes = 8 << 20,
                                           .max_depth = 64};
    if (finder->worker == NULL)
        fprintf(stderr, "%s\n", error);
    return finder->worker != NULL ? 0 : -1;
}

static void finder_close(struct finder *finder)
{
    chain_worker_free(finder->worker);
    chain_free(finder->chain);
    article_scratch_free(finder->scratch);
    article_paths_free(finder->input.paths);
    metrics_free(finder->metrics);
    config_free(finder->config);
}

/* CPU time: the machine has other work too. */
static int64_t cpu_ns(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static long resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0;

    if (file == NULL)
        return 0;
    if (fscanf(file, "%*s %ld", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static void process(struct finder *finder, struct article *article)
{
    int64_t start = cpu_ns();

    article->scratch = finder->scratch;
    chain_process(finder->worker, article);
    article->scratch = NULL;
    chain_settle(finder->chain, article);
    finder->process_ns += cpu_ns() - start;
    finder->texts++;
}

static bool is_duplicate(enum duplicate_verdict verdict)
{
    return verdict == VERDICT_EXACT || verdict == VERDICT_NEAR || verdict == VERDICT_OVERLAPS;
}

static void write_result(const struct article *article, struct buffer *out)
{
    const struct duplicate_result *result = article->results.duplicate;

    buffer_clear(out);
    buffer_append_text(out, "{\"id\":");
    buffer_append_json_string(out, article->texts[ROLE_ID]);
    if (result != NULL) {
        buffer_append_format(out, ",\"verdict\":\"%s\"", duplicate_verdict_name(result->verdict));
        buffer_append_text(out, ",\"duplicate_of\":");
        if (is_duplicate(result->verdict))
            buffer_append_json_string(out, result->of);
        else
            buffer_append_text(out, "null");
        buffer_append_text(out, ",\"similarity\":");
        buffer_append_thousandths(out, result->similarity, true);
    }
    buffer_append_text(out, "}\n");
    fwrite(out->data, 1, out->length, stdout);
}

/* Tables that are made at first use are nobody's cost. */
static void warm_up(struct finder *finder)
{
    struct article *article = article_new(SLICE_LITERAL("{\"body\": \"x\"}"),
                                          (struct article_coordinates){0}, SLICE_LITERAL("a"));

    if (article_read(article, &finder->input, finder->scratch) == 0) {
        article->scratch = finder->scratch;
        article_view(article, ROLE_BODY);
    }
    article_free(article);
}

static void find(struct finder *finder, struct slice line, struct buffer *out)
{
    struct article_coordinates coordinates = {.topic = SLICE_LITERAL("a"), .offset = finder->texts};
    struct article *article = article_new(line, coordinates, SLICE_LITERAL("a"));

    if (article_read(article, &finder->input, finder->scratch) == 0) {
        process(finder, article);
        write_result(article, out);
    }
    article_free(article);
}

int main(void)
{
    struct finder finder = {0};
    struct buffer out = {0};
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    if (finder_open(&finder) != 0)
        return 1;
    warm_up(&finder);
    long empty = resident_bytes();

    while ((length = getline(&line, &size, stdin)) > 0)
        find(&finder, slice_of(line, (size_t)length), &out);
    double texts = (double)(finder.texts > 0 ? finder.texts : 1);

    fprintf(stderr, "bytes_a_text %.1f us_a_text %.1f\n",
            (double)(resident_bytes() - empty) / texts, (double)finder.process_ns / 1e3 / texts);
    free(line);
    buffer_free(&out);
    finder_close(&finder);
    return 0;
}
