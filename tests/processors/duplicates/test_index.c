#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/memory.h"
#include "processors/duplicates/index.h"
#include "processors/duplicates/mix.h"

enum { HOUR = 3600000 };

static const struct duplicate_result is_new = {.verdict = VERDICT_NEW};

/* An article of text `exact`, found by keys[0] to keys[count - 1], added at its number as time and
 * position. */
static struct index_entry *add(struct article_index *index, int64_t number, uint64_t identity,
                               uint64_t exact, uint32_t key)
{
    struct claim claim = {.type = CLAIM_ARTICLE,
                          .coordinates = {.topic = SLICE_LITERAL("t"), .offset = number},
                          .identity = identity,
                          .fingerprint = {.exact = exact, .shingles = 8},
                          .keys = {.keys = {key}, .count = key != 0}};
    struct journal_time time = {.ms = number, .position = number};
    char name[32];

    snprintf(name, sizeof name, "a%lld", (long long)number);
    return article_index_add(index, ENTRY_ARTICLE, claim.identity, &claim, slice_of_text(name),
                             &time, &is_new);
}

static uint64_t coordinates_of(int64_t number)
{
    struct claim claim = {.coordinates = {.topic = SLICE_LITERAL("t"), .offset = number}};

    return claim_coordinates_hash(&claim);
}

static void expire(struct article_index *index, int64_t now, int64_t window)
{
    struct journal_time time = {.ms = now, .position = now};

    article_index_expire(index, &time, window);
}

static void an_article_is_found_by_all_it_is_known_by(void **state)
{
    struct article_index *index = article_index_new(100);
    struct fingerprint_keys keys = {.keys = {5, 6}, .count = 2};
    struct index_entry *candidates[INDEX_CANDIDATES_MAX];

    (void)state;
    add(index, 1, 10, 100, 5);
    struct index_entry *entry = add(index, 2, 20, 200, 6);

    assert_ptr_equal(article_index_by_coordinates(index, coordinates_of(2)), entry);
    assert_ptr_equal(article_index_text_oldest(index, 200), entry);
    assert_ptr_equal(article_index_identity_newest(index, ENTRY_ARTICLE, 20), entry);
    assert_true(slice_is(article_index_name(index, entry), "a2"));
    assert_int_equal(article_index_candidates(index, &keys, candidates), 2);
    assert_ptr_equal(candidates[0], entry); /* newest first */
    assert_null(article_index_by_coordinates(index, coordinates_of(3)));
    assert_null(article_index_text_oldest(index, 300));
    assert_null(article_index_identity_newest(index, ENTRY_ARTICLE, 30));
    assert_null(article_index_identity_newest(index, ENTRY_KILL, 20));
    article_index_free(index);
}

static void an_article_without_identity_is_nobodys_version(void **state)
{
    struct article_index *index = article_index_new(100);

    (void)state;
    add(index, 1, 0, 100, 5);
    assert_null(article_index_identity_newest(index, ENTRY_ARTICLE, 0));
    article_index_free(index);
}

static void groups_are_walked_in_order_of_age(void **state)
{
    struct article_index *index = article_index_new(1000);
    struct index_entry *added[50];

    (void)state;
    for (int i = 0; i < 50; i++)
        added[i] = add(index, i, 7, 100, 0);
    struct index_entry *entry = article_index_text_oldest(index, 100);

    for (int i = 0; i < 50; i++, entry = article_index_text_newer(index, entry))
        assert_ptr_equal(entry, added[i]);
    assert_null(entry);
    entry = article_index_identity_newest(index, ENTRY_ARTICLE, 7);
    for (int i = 49; i >= 0; i--, entry = article_index_identity_older(index, entry))
        assert_ptr_equal(entry, added[i]);
    assert_null(entry);
    article_index_free(index);
}

static void the_window_ends_to_the_millisecond(void **state)
{
    struct article_index *index = article_index_new(10 * HOUR);

    (void)state;
    add(index, 1000, 1, 100, 5);
    expire(index, 1000 + HOUR - 1, HOUR);
    assert_int_equal(article_index_count(index), 1);
    expire(index, 1000 + HOUR, HOUR);
    assert_int_equal(article_index_count(index), 0);
    assert_null(article_index_text_oldest(index, 100));
    article_index_free(index);
}

static void the_window_ends_to_the_article(void **state)
{
    struct article_index *index = article_index_new(3);

    (void)state;
    for (int i = 0; i < 3; i++)
        add(index, i, 1, 100, 5);
    expire(index, 2, HOUR);
    assert_int_equal(article_index_count(index), 3);
    expire(index, 3, HOUR);
    assert_int_equal(article_index_count(index), 2);
    assert_true(slice_is(article_index_name(index, article_index_text_oldest(index, 100)), "a1"));
    article_index_free(index);
}

/* The index against what a list of all articles says, over many turns of the ring. */
static void nothing_is_lost_or_kept_too_long(void **state)
{
    enum { CAPACITY = 700, ARTICLES = 5000, KINDS = 300 };
    struct article_index *index = article_index_new(CAPACITY);
    struct index_entry *candidates[INDEX_CANDIDATES_MAX];

    (void)state;
    for (int i = 0; i < ARTICLES; i++) {
        uint32_t kind = (uint32_t)(mix((uint64_t)i) % KINDS) + 1;
        int newest = -1;
        int oldest = -1;
        unsigned alive = 0;

        expire(index, i, INT64_MAX);
        for (int j = i - 1; j > i - CAPACITY && j >= 0; j--) {
            if (mix((uint64_t)j) % KINDS + 1 != kind)
                continue;
            newest = newest < 0 ? j : newest;
            oldest = j;
            alive++;
        }
        struct index_entry *text = article_index_text_oldest(index, kind);
        struct index_entry *version = article_index_identity_newest(index, ENTRY_ARTICLE, kind);
        struct fingerprint_keys keys = {.keys = {kind}, .count = 1};

        assert_true(text == NULL ? oldest < 0 : (int)text->position == oldest);
        assert_true(version == NULL ? newest < 0 : (int)version->position == newest);
        assert_int_equal(article_index_candidates(index, &keys, candidates),
                         alive < INDEX_CANDIDATES_MAX ? alive : INDEX_CANDIDATES_MAX);
        add(index, i, kind, kind, kind);
    }
    assert_int_equal(article_index_count(index), CAPACITY);
    article_index_free(index);
}

static void of_a_common_key_the_newest_stay(void **state)
{
    struct article_index *index = article_index_new(1000);
    struct fingerprint_keys keys = {.keys = {5}, .count = 1};
    struct index_entry *candidates[INDEX_CANDIDATES_MAX];

    (void)state;
    for (int i = 0; i < 100; i++)
        add(index, i, 0, (uint64_t)i, 5);
    assert_int_equal(article_index_candidates(index, &keys, candidates), INDEX_CANDIDATES_MAX);
    for (int i = 0; i < INDEX_CANDIDATES_MAX; i++)
        assert_int_equal(candidates[i]->position, 99 - i);
    article_index_free(index);
}

static void of_many_candidates_those_with_the_rarest_key_come_first(void **state)
{
    struct article_index *index = article_index_new(1000);
    struct fingerprint_keys keys = {.keys = {5, 6, 7}, .count = 3};
    struct index_entry *candidates[INDEX_CANDIDATES_MAX];

    (void)state;
    for (int i = 0; i < 2; i++)
        add(index, i, 0, (uint64_t)i, 6);
    for (int i = 2; i < 12; i++)
        add(index, i, 0, (uint64_t)i, 7);
    for (int i = 12; i < 100; i++)
        add(index, i, 0, (uint64_t)i, 5);
    assert_int_equal(article_index_candidates(index, &keys, candidates), INDEX_CANDIDATES_MAX);
    for (int i = 0; i < INDEX_CANDIDATES_MAX; i++)
        assert_int_equal(candidates[i]->position, i < 12 ? 99 - i : 23 - i);
    article_index_free(index);
}

static void fetching_changes_nothing(void **state)
{
    struct article_index *index = article_index_new(100);
    struct claim claim = {.keys = {.keys = {5, 8}, .count = 2}};

    (void)state;
    article_index_fetch(index, &claim);
    for (int i = 0; i < 300; i++) {
        struct journal_time now = {.position = i};

        article_index_expire(index, &now, INT64_MAX);
        uint64_t digest = article_index_digest(index);

        article_index_fetch(index, &claim);
        assert_true(article_index_digest(index) == digest);
        add(index, i, 7, 3, 5);
    }
    assert_int_equal(article_index_count(index), 100);
    article_index_free(index);
}

static void kills_are_not_pushed_out_by_versions(void **state)
{
    struct article_index *index = article_index_new(10000);
    struct claim kill = {.type = CLAIM_KILL, .identity = 7};
    struct journal_time time = {0};

    (void)state;
    article_index_add(index, ENTRY_KILL, kill.identity, &kill, SLICE_LITERAL("a"), &time, &is_new);
    for (int i = 1; i < 5000; i++)
        add(index, i, 7, 100, 5);
    assert_non_null(article_index_identity_newest(index, ENTRY_KILL, 7));
    article_index_free(index);
}

static void verdicts_and_versions_are_given_back(void **state)
{
    struct article_index *index = article_index_new(100);
    struct claim claim = {
        .type = CLAIM_ARTICLE,
        .version = {
            .has_number = true, .number = 3, .has_created = true, .created_ms = 99, .label = 0}};
    struct slice contains[DIGEST_MAX] = {SLICE_LITERAL("one"), SLICE_LITERAL("two")};
    struct duplicate_result given = {.verdict = VERDICT_NEAR,
                                     .of = SLICE_LITERAL("other"),
                                     .by = EVIDENCE_TEXT,
                                     .compared = true,
                                     .similarity = 873,
                                     .of_killed = true,
                                     .contains = contains,
                                     .contains_count = 2};
    struct slice room[DIGEST_MAX];
    struct duplicate_result result;
    struct item_version version;
    struct journal_time time = {0};

    (void)state;
    struct index_entry *entry = article_index_add(index, ENTRY_ARTICLE, claim.identity, &claim,
                                                  SLICE_LITERAL("name"), &time, &given);

    article_index_result(index, entry, room, &result);
    assert_int_equal(result.verdict, VERDICT_NEAR);
    assert_true(slice_is(result.of, "other"));
    assert_int_equal(result.by, EVIDENCE_TEXT);
    assert_true(result.compared && result.of_killed);
    assert_int_equal(result.similarity, 873);
    assert_int_equal(result.contains_count, 2);
    assert_true(slice_is(result.contains[1], "two"));
    article_index_version(index, entry, &version);
    assert_true(version.has_number && version.number == 3);
    assert_true(version.has_created && version.created_ms == 99);
    assert_true(slice_is(article_index_name(index, entry), "name"));
    article_index_free(index);
}

/* Article i of many: five have a text and an identity, and five others a key. */
static void many_are_found(struct article_index *index, struct index_entry *const *added,
                           uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        struct fingerprint_keys keys = {.keys = {1 + i % 10000}, .count = 1};
        struct index_entry *candidates[INDEX_CANDIDATES_MAX];
        uint32_t place = 0;

        assert_ptr_equal(article_index_by_coordinates(index, coordinates_of(i)), added[i]);
        assert_ptr_equal(article_index_text_oldest(index, 1 + i / 5), added[i / 5 * 5]);
        assert_ptr_equal(article_index_identity_newest(index, ENTRY_ARTICLE, 1 + i / 5),
                         added[i / 5 * 5 + 4]);
        uint32_t count = article_index_candidates(index, &keys, candidates);

        for (uint32_t other = end - 10000 + i % 10000; place < count; other -= 10000)
            assert_ptr_equal(candidates[place++], added[other]);
        assert_int_equal(count, (end - first) / 10000);
    }
}

static void tables_grow_and_every_chain_stays_as_it_was(void **state)
{
    enum { MANY = 50000, OLD = 20000 };
    struct article_index *index = article_index_new(60000);
    struct index_entry **added = memory_zeroed(MANY, sizeof(struct index_entry *));

    (void)state;
    for (uint32_t i = 0; i < MANY; i++)
        added[i] = add(index, i, 1 + i / 5, 1 + i / 5, 1 + i % 10000);
    many_are_found(index, added, 0, MANY);
    expire(index, OLD + MANY - 1, MANY);
    assert_int_equal(article_index_count(index), MANY - OLD);
    many_are_found(index, added, OLD, MANY);
    assert_null(article_index_by_coordinates(index, coordinates_of(OLD - 1)));
    assert_null(article_index_text_oldest(index, 1));
    assert_null(article_index_identity_newest(index, ENTRY_ARTICLE, 1));
    article_index_free(index);
    memory_free(added);
}

static void where_tables_grow_the_newest_of_a_key_stay(void **state)
{
    enum { FULL = 4096, MORE = 20 };
    struct article_index *index = article_index_new(60000);
    struct fingerprint_keys keys = {.keys = {7}, .count = 1};
    struct index_entry *candidates[INDEX_CANDIDATES_MAX];
    struct index_entry *added[FULL + MORE];

    (void)state;
    for (int i = 0; i < FULL + MORE; i++)
        added[i] = add(index, i, 0, 1, i < FULL - INDEX_POSTINGS_MAX ? 0 : 7);
    assert_int_equal(article_index_candidates(index, &keys, candidates), INDEX_CANDIDATES_MAX);
    for (int i = 0; i < INDEX_CANDIDATES_MAX; i++)
        assert_ptr_equal(candidates[i], added[FULL + MORE - 1 - i]);
    article_index_free(index);
}

static void all_entries_are_walked_from_the_oldest(void **state)
{
    struct article_index *index = article_index_new(5);
    int64_t expected = 7;

    (void)state;
    assert_null(article_index_oldest(index));
    for (int i = 0; i < 12; i++) {
        expire(index, i, INT64_MAX);
        add(index, i, 0, 1, 0);
    }
    for (struct index_entry *entry = article_index_oldest(index); entry != NULL;
         entry = article_index_next(index, entry))
        assert_int_equal(entry->position, expected++);
    assert_int_equal(expected, 12);
    article_index_free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_article_is_found_by_all_it_is_known_by),
        cmocka_unit_test(an_article_without_identity_is_nobodys_version),
        cmocka_unit_test(groups_are_walked_in_order_of_age),
        cmocka_unit_test(the_window_ends_to_the_millisecond),
        cmocka_unit_test(the_window_ends_to_the_article),
        cmocka_unit_test(nothing_is_lost_or_kept_too_long),
        cmocka_unit_test(of_a_common_key_the_newest_stay),
        cmocka_unit_test(of_many_candidates_those_with_the_rarest_key_come_first),
        cmocka_unit_test(fetching_changes_nothing),
        cmocka_unit_test(kills_are_not_pushed_out_by_versions),
        cmocka_unit_test(verdicts_and_versions_are_given_back),
        cmocka_unit_test(tables_grow_and_every_chain_stays_as_it_was),
        cmocka_unit_test(where_tables_grow_the_newest_of_a_key_stay),
        cmocka_unit_test(all_entries_are_walked_from_the_oldest),
    };

    return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
