/* A chain in a box, for the tests of processors: options in, articles in, results out. No Kafka, no
 * threads, no sleeps; time stands still unless a test moves it. Whatever goes wrong that is not the
 * test's subject fails the running test. */
#ifndef COPYDESK_TESTS_PROCESSORS_HARNESS_H
#define COPYDESK_TESTS_PROCESSORS_HARNESS_H

#include <jansson.h>

#include "article/article.h"
#include "base/metrics.h"
#include "processors/chain.h"

struct harness;

/* processors: the YAML list, e.g. "- language: {}\n- duplicates: {window: 1d}\n". */
struct harness *harness_new(const char *processors);
/* The same with a resolver of the test's own, for processors that only the test knows. */
struct harness *harness_new_with(const char *processors, config_resolver resolver);
void harness_free(struct harness *harness);

/* Why the chain of a list that is well written cannot be loaded; the caller frees it. */
char *harness_load_error(const char *processors, config_resolver resolver);

/* All problems of a list that must not load, one a line; the caller frees it. */
char *harness_problems(const char *processors);

/* Reads one article (JSON; NULL: a tombstone), processes and settles it. Offsets count up from 0 in
 * partition 0 of topic "articles". An article that cannot be read is CHAIN_REJECTED. */
enum chain_outcome harness_push(struct harness *harness, const char *payload);
enum chain_outcome harness_push_bytes(struct harness *harness, struct slice payload);

/* The two halves of harness_push, for tests with several articles in flight. The article is the
 * caller's to article_free, before the harness. */
struct article *harness_process(struct harness *harness, struct slice payload,
                                enum chain_outcome *ret_outcome);
enum chain_outcome harness_settle(struct harness *harness, struct article *article);

/* Another place where articles have a role, e.g. ROLE_BODY in "bodies[0].value". Before the first
 * article. */
void harness_add_path(struct harness *harness, enum article_role role, const char *path);

/* The coordinates of the next article; those after it count up from there. */
void harness_next_offset(struct harness *harness, const char *topic, int32_t partition,
                         int64_t offset);

/* Moves the clock of journals and retries forward. */
void harness_advance_ms(struct harness *harness, int64_t ms);

/* What retries have waited until now, ms. */
int64_t harness_waited_ms(const struct harness *harness);

/* The article that was pushed last; valid until the next push. */
const struct article *harness_article(const struct harness *harness);

/* Its enrichment; valid until the next push. */
json_t *harness_enrichment(struct harness *harness);

/* Its whole output, NUL-terminated; valid until the next push. */
const char *harness_output(struct harness *harness);

/* Pushes an article that must come through, and returns its enrichment. */
json_t *harness_enrich(struct harness *harness, const char *payload);

/* The same with only a headline (may be NULL) and a body, plain text. */
json_t *harness_enrich_text(struct harness *harness, const char *headline, const char *body);

/* A copydesk_processor_articles_total. */
int64_t harness_count(struct harness *harness, const char *processor, const char *outcome);

struct metrics *harness_metrics(struct harness *harness);

/* For workers of the test's own, in threads of its own. */
struct chain *harness_chain(struct harness *harness);

#endif
