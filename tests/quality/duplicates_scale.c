/* What duplicates costs when it remembers a million articles: memory, time, and how many candidates
 * a lookup compares. `duplicates_scale [--check] [ARTICLES]`, then texts as {"id", "text"} lines on
 * standard input, which are looked up in an empty memory and in a full one; without any, generated
 * ones are.
 *
 * Generated articles have some 400 words, frequent ones more often (Zipf), ids of 40 bytes; a fifth
 * are copies of the last 10,000, with a headline of their own, and a third carry the standing text
 * of one of 50 houses. The cost is CPU time of the text views, shingles, fingerprint, claim and
 * ledger; making the texts is not in it. Memory is what the resident set grew by, all tables and
 * the process's own working memory included, divided by the articles: docs/duplicates.md.
 *
 * --check: exit 1 where the full memory costs more than 1.5 of the empty one, a lookup compares
 * more than 24 texts, or an article takes more than 400 bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/memory.h"
#include "processors/duplicates/ledger.h"
#include "processors/duplicates/mix.h"
#include "processors/duplicates/story_counts.h"

enum {
    ARTICLES = 1000000,
    PROBES = 3000, /* texts that are looked up */
    WORDS = 400,
    VOCABULARY = 30000,
    RECENT = 10000,
    HOUSES = 50,
    STANDING_WORDS = 30,
    WINDOW_MS = 604800000,
    STORIES_PER_LIST = 256,
};

/* The processor's work without its host. */
struct finder {
    struct ledger *ledger;
    struct story_counts *counts;
    struct text_view_builder *headline;
    struct text_view_builder *body;
    struct buffer record;
    uint64_t *room;
    size_t room_size;
    int64_t position;
    int64_t spent_ns;
};

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

    if (file == NULL || fscanf(file, "%*s %ld", &pages) != 1)
        exit(EXIT_FAILURE);
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

/* --- the finder --- */

static enum ledger_entry apply(struct finder *finder, struct claim *ret_claim,
                               struct duplicate_result *ret_result)
{
    const struct journal_record record = {.position = finder->position,
                                          .time_ms = finder->position + 1,
                                          .bytes = buffer_slice(&finder->record)};

    finder->position++;
    return ledger_apply(finder->ledger, &record, ret_claim, ret_result);
}

static void finder_open(struct finder *finder, int64_t articles)
{
    const struct terms terms = {
        .window_ms = WINDOW_MS, .articles = articles, .algorithm = terms_algorithm(0)};
    struct duplicate_result result;
    struct claim claim;

    *finder = (struct finder){.ledger = ledger_new(),
                              .counts = story_counts_new(),
                              .headline = text_view_builder_new(),
                              .body = text_view_builder_new()};
    claim_write_terms(&terms, true, &finder->record);
    apply(finder, &claim, &result);
}

static void finder_close(struct finder *finder)
{
    ledger_free(finder->ledger);
    story_counts_free(finder->counts);
    text_view_builder_free(finder->headline);
    text_view_builder_free(finder->body);
    buffer_free(&finder->record);
    free(finder->room);
}

static void make_claim(struct finder *finder, struct slice id, struct slice headline,
                       struct slice body, struct claim *claim, struct shingle_sample *ret_sample)
{
    struct text_view views[2];
    struct shingles shingles;

    text_view_build(finder->headline, headline, &views[0]);
    text_view_build(finder->body, body, &views[1]);
    size_t needed = shingles_room(&views[0], &views[1]);

    if (needed > finder->room_size) {
        finder->room_size = needed;
        finder->room = memory_resize(finder->room, needed * sizeof *finder->room);
    }
    shingles_read(&views[0], &views[1], finder->room, &shingles);
    *claim = (struct claim){
        .type = CLAIM_ARTICLE,
        .terms = ledger_terms_id(finder->ledger),
        .coordinates = {.topic = SLICE_LITERAL("articles.raw"), .offset = finder->position},
        .id = id,
        .identity = identity_hash(SLICE_LITERAL("wire"), id),
        .list = ledger_list_position(finder->ledger)};
    fingerprint_make(&shingles, ledger_list(finder->ledger), &claim->fingerprint, &claim->keys,
                     ret_sample);
}

/* As the processor does. */
static void count_story(struct finder *finder, const struct shingle_sample *sample)
{
    struct duplicate_result result;
    struct claim claim;
    uint32_t count;

    story_counts_add(finder->counts, sample->hashes, sample->count);
    if (story_counts_stories(finder->counts) % STORIES_PER_LIST != 0)
        return;
    const uint32_t *tags = story_counts_list(finder->counts, &count);

    buffer_clear(&finder->record);
    claim_write_list(tags, count, &finder->record);
    apply(finder, &claim, &result);
}

static void find(struct finder *finder, struct slice id, struct slice headline, struct slice body)
{
    int64_t start = cpu_ns();
    struct duplicate_result result;
    struct shingle_sample sample;
    struct claim claim;

    make_claim(finder, id, headline, body, &claim, &sample);
    buffer_clear(&finder->record);
    claim_write(&claim, &finder->record);
    if (apply(finder, &claim, &result) == LEDGER_FIRST && result.verdict == VERDICT_NEW)
        count_story(finder, &sample);
    finder->spent_ns += cpu_ns() - start;
}

/* --- generated articles --- */

struct random {
    uint64_t state;
};

static uint64_t next(struct random *random)
{
    return mix(random->state += 0x9e3779b97f4a7c15U);
}

static void append_word(struct buffer *text, uint64_t word)
{
    static const char syllables[16][4] = {"ka", "to", "mi",  "re", "sul", "van", "dor", "li",
                                          "ne", "os", "tra", "pe", "gu",  "ham", "il",  "bek"};

    for (uint64_t rest = word + 16; rest > 0; rest /= 16)
        buffer_append_text(text, syllables[rest % 16]);
    buffer_append_byte(text, ' ');
}

/* A rank r about 1 / r as often as the first one: half of the bits decide how many bits r has. */
static uint64_t zipf(struct random *random)
{
    uint64_t bits = next(random);
    uint64_t magnitude = 1 + (bits & 0xffff) * 15 / 0xffff;

    return (bits >> 16) % ((uint64_t)1 << magnitude) % VOCABULARY;
}

static void append_words(struct buffer *text, uint64_t seed, unsigned count)
{
    struct random random = {seed * 0x2545f4914f6cdd1dU};

    for (unsigned i = 0; i < count; i++)
        append_word(text, zipf(&random));
}

struct generated {
    struct buffer headline;
    struct buffer body;
    char id[41];
};

static void generate(struct generated *article, uint64_t number)
{
    struct random random = {~number};
    bool copy = number > RECENT && next(&random) % 5 == 0;
    uint64_t story = copy ? number - 1 - next(&random) % RECENT : number;

    buffer_clear(&article->headline);
    buffer_clear(&article->body);
    append_words(&article->headline, number + (UINT64_C(1) << 40), 8);
    append_words(&article->body, story, WORDS);
    if (next(&random) % 3 == 0)
        append_words(&article->body, (UINT64_C(1) << 41) + next(&random) % HOUSES, STANDING_WORDS);
    snprintf(article->id, sizeof article->id, "urn:newsml:wire.example:2026:%011llu",
             (unsigned long long)number);
}

static void find_generated(struct finder *finder, uint64_t first, uint64_t count)
{
    struct generated article = {.id = ""};

    for (uint64_t i = first; i < first + count; i++) {
        generate(&article, i);
        find(finder, slice_of_text(article.id), buffer_slice(&article.headline),
             buffer_slice(&article.body));
    }
    buffer_free(&article.headline);
    buffer_free(&article.body);
}

/* --- texts from outside --- */

struct probes {
    json_t *texts; /* a list of {"id", "text"}; empty: generated ones are looked up */
};

static void read_probes(struct probes *probes)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    probes->texts = json_array();
    while (!isatty(STDIN_FILENO) && (length = getline(&line, &size, stdin)) > 0) {
        json_t *text = json_loadb(line, (size_t)length, 0, NULL);

        if (json_is_string(json_object_get(text, "text")))
            json_array_append(probes->texts, text);
        json_decref(text);
    }
    free(line);
}

static struct slice member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return slice_of(json_string_value(value), json_string_length(value));
}

/* Returns microseconds a text. */
static double look_up(struct finder *finder, const struct probes *probes)
{
    size_t count = json_array_size(probes->texts);

    finder->spent_ns = 0;
    for (size_t i = 0; i < count; i++) {
        const json_t *text = json_array_get(probes->texts, i);

        find(finder, member(text, "id"), SLICE_LITERAL(""), member(text, "text"));
    }
    if (count == 0)
        find_generated(finder, UINT64_C(1) << 36, count = PROBES);
    return (double)finder->spent_ns / 1e3 / (double)count;
}

/* --- the measure --- */

struct figures {
    double us_empty;
    double us_full;
    double us_filling;
    double compared;
    double bytes;
};

static void measure(const struct probes *probes, int64_t articles, struct figures *ret_figures)
{
    struct finder finder;
    uint64_t lookups;
    uint64_t compared;

    finder_open(&finder, articles);
    look_up(&finder, probes); /* tables that are made at first use, caches */
    finder_close(&finder);
    finder_open(&finder, articles);
    ret_figures->us_empty = look_up(&finder, probes);
    finder_close(&finder);
    long before = resident_bytes();

    finder_open(&finder, articles);
    find_generated(&finder, 0, (uint64_t)articles);
    ret_figures->us_filling = (double)finder.spent_ns / 1e3 / (double)articles;
    ret_figures->bytes = (double)(resident_bytes() - before) / (double)articles;
    ledger_work(finder.ledger, &lookups, &compared);
    ret_figures->compared = (double)compared / (double)(lookups > 0 ? lookups : 1);
    ret_figures->us_full = look_up(&finder, probes);
    finder_close(&finder);
}

static int check(const struct figures *figures)
{
    if (figures->us_full <= 1.5 * figures->us_empty && figures->compared <= 24 &&
        figures->bytes <= 400)
        return EXIT_SUCCESS;
    fprintf(stderr, "more than 1.5 of the empty memory's cost, 24 candidates or 400 bytes\n");
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    bool checks = argc > 1 && strcmp(argv[1], "--check") == 0;
    const char *count = argc > 1 + checks ? argv[1 + checks] : NULL;
    int64_t articles = count != NULL ? strtoll(count, NULL, 10) : ARTICLES;
    struct probes probes;
    struct figures figures;

    if (articles < 1 || articles > INDEX_MAX_CAPACITY) {
        fprintf(stderr, "usage: duplicates_scale [--check] [ARTICLES] < TEXTS\n");
        return 2;
    }
    read_probes(&probes);
    measure(&probes, articles, &figures);
    printf("{\"articles\": %lld, \"us_a_text_empty\": %.1f, \"us_a_text_full\": %.1f, "
           "\"full_of_empty\": %.2f, \"us_a_generated_text\": %.1f, "
           "\"compared_a_lookup\": %.2f, \"bytes_an_article\": %.1f}\n",
           (long long)articles, figures.us_empty, figures.us_full,
           figures.us_full / figures.us_empty, figures.us_filling, figures.compared, figures.bytes);
    json_decref(probes.texts);
    return checks ? check(&figures) : EXIT_SUCCESS;
}
