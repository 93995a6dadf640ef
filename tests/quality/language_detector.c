/* The processor `language` as a command: a text a line in, a tag and its confidence a line out. At
 * the end it says on standard error how long the processor took to load, and what an article cost,
 * without reading it and building its view. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <time.h>

#include "article/article.h"
#include "processors/chain.h"
#include "processors/host.h"

static const char yaml[] = "consumer: {topics: [a]}\n"
                           "producer: {routes: [{topic: b}], dead_letters: c}\n"
                           "processors: [{language: {}}]\n";

struct detector {
    struct config *config;
    struct metrics *metrics;
    struct chain *chain;
    struct chain_worker *worker;
    struct article_scratch *scratch;
    struct article_input input;
    int64_t load_ns;
    int64_t process_ns;
    int64_t texts;
};

/* CPU time: the machine has other work too. */
static int64_t cpu_ns(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static int detector_open(struct detector *detector)
{
    struct config_problems problems = {0};
    char error[512] = "";

    detector->config = config_load_text(slice_of_text(yaml), "yaml", host_resolve, NULL, &problems);
    if (detector->config == NULL) {
        fprintf(stderr, "%s\n", problems.first->text);
        return -1;
    }
    detector->metrics = metrics_new();
    int64_t start = cpu_ns();

    detector->chain =
        chain_new(detector->config, detector->metrics, NULL, NULL, error, sizeof error);
    detector->load_ns = cpu_ns() - start;
    if (detector->chain != NULL)
        detector->worker = chain_worker_new(detector->chain, error, sizeof error);
    detector->scratch = article_scratch_new();
    detector->input = (struct article_input){.format = FORMAT_TEXT,
                                             .paths = article_paths_default(),
                                             .max_bytes = 8 << 20,
                                             .max_depth = 64};
    if (detector->worker == NULL)
        fprintf(stderr, "%s\n", error);
    return detector->worker != NULL ? 0 : -1;
}

static void detector_close(struct detector *detector)
{
    chain_worker_free(detector->worker);
    chain_free(detector->chain);
    article_scratch_free(detector->scratch);
    article_paths_free(detector->input.paths);
    metrics_free(detector->metrics);
    config_free(detector->config);
}

static void process(struct detector *detector, struct article *article)
{
    article->scratch = detector->scratch;
    article_view(article, ROLE_HEADLINE);
    article_view(article, ROLE_BODY);
    int64_t start = cpu_ns();

    chain_process(detector->worker, article);
    detector->process_ns += cpu_ns() - start;
    detector->texts++;
    article->scratch = NULL;
}

static void detect(struct detector *detector, struct slice line)
{
    struct article *article = article_new(
        line, (struct article_coordinates){.topic = SLICE_LITERAL("a")}, SLICE_LITERAL("a-0-0"));

    if (article_read(article, &detector->input, detector->scratch) == 0)
        process(detector, article);
    const struct language_result *result = article->results.language;
    struct slice tag = result != NULL ? result->tag : SLICE_LITERAL("und");
    unsigned confidence = result != NULL ? result->confidence : 0;

    printf("%.*s\t%u.%03u\n", SLICE_FORMAT(tag), confidence / 1000, confidence % 1000);
    article_free(article);
}

int main(void)
{
    struct detector detector = {0};
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    if (detector_open(&detector) != 0)
        return 1;
    while ((length = getline(&line, &size, stdin)) > 0)
        detect(&detector, slice_of(line, (size_t)length - (line[length - 1] == '\n')));
    if (detector.texts > 0)
        fprintf(stderr, "load_ms %.1f\nus_a_text %.1f\n", (double)detector.load_ns / 1e6,
                (double)detector.process_ns / 1000 / (double)detector.texts);
    free(line);
    detector_close(&detector);
    return 0;
}
