/* What the records of a journal come to. No chain and no Kafka: records in, verdicts out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "processors/duplicates/ledger.h"
#include "processors/duplicates/mix.h"

enum { WINDOW_MS = 7200000, HOUR_MS = 3600000 };

static const int64_t start_ms = INT64_C(1700000000000);

/* A journal that is read by one ledger or several. */
struct journal_so_far {
    struct ledger *ledger;
    int64_t position;
    int64_t now_ms;
    struct duplicate_result result;
};

static struct terms terms_of(int64_t window_ms, int64_t articles, uint64_t algorithm)
{
    return (struct terms){.window_ms = window_ms, .articles = articles, .algorithm = algorithm};
}

static struct terms usual_terms(void)
{
    return terms_of(WINDOW_MS, 1000, 1);
}

static struct journal_so_far begin(void)
{
    return (struct journal_so_far){.ledger = ledger_new(), .now_ms = start_ms};
}

static enum ledger_entry apply(struct journal_so_far *journal, struct buffer *record)
{
    const struct journal_record given = {journal->position++, journal->now_ms,
                                         buffer_slice(record)};
    struct claim claim;
    enum ledger_entry entry = ledger_apply(journal->ledger, &given, &claim, &journal->result);

    buffer_free(record);
    return entry;
}

static enum ledger_entry say(struct journal_so_far *journal, struct terms terms, bool rules)
{
    struct buffer record = {0};

    claim_write_terms(&terms, rules, &record);
    return apply(journal, &record);
}

static struct article_coordinates at(int64_t offset)
{
    return (struct article_coordinates){SLICE_LITERAL("raw"), 0, offset, (uint64_t)offset};
}

/* An article without id whose text is known by a number. */
static enum ledger_entry push(struct journal_so_far *journal, int64_t offset, uint64_t text,
                              uint64_t under)
{
    struct claim claim = {.type = CLAIM_ARTICLE,
                          .coordinates = at(offset),
                          .terms = under,
                          .list = -1,
                          .fingerprint = {.exact = text}};
    struct buffer record = {0};

    claim_write(&claim, &record);
    return apply(journal, &record);
}

static enum duplicate_verdict verdict(struct journal_so_far *journal, int64_t offset, uint64_t text)
{
    const struct terms terms = usual_terms();

    push(journal, offset, text, terms_id(&terms));
    return journal->result.verdict;
}

static void assert_window(const struct journal_so_far *journal, int64_t window_ms)
{
    assert_non_null(ledger_terms(journal->ledger));
    assert_true(ledger_terms(journal->ledger)->window_ms == window_ms);
}

static void without_terms_nothing_is_determined_or_remembered(void **state)
{
    struct journal_so_far journal = begin();

    (void)state;
    assert_int_equal(verdict(&journal, 0, 1), VERDICT_UNDETERMINED);
    assert_int_equal(say(&journal, usual_terms(), false), LEDGER_TERMS);
    assert_int_equal(verdict(&journal, 1, 1), VERDICT_NEW);
    assert_int_equal(verdict(&journal, 2, 1), VERDICT_EXACT);
    ledger_free(journal.ledger);
}

static void the_first_terms_hold_until_others_rule(void **state)
{
    struct journal_so_far journal = begin();

    (void)state;
    say(&journal, usual_terms(), false);
    assert_int_equal(say(&journal, terms_of(5000, 10, 1), false), LEDGER_OTHER_TERMS);
    assert_window(&journal, WINDOW_MS);
    assert_int_equal(say(&journal, usual_terms(), false), LEDGER_TERMS);
    verdict(&journal, 1, 1);
    assert_int_equal(say(&journal, terms_of(5000, 10, 1), true), LEDGER_TERMS);
    assert_window(&journal, 5000);
    /* What is remembered stays, and claims that were on their way count. */
    assert_int_equal(verdict(&journal, 2, 1), VERDICT_EXACT);
    ledger_free(journal.ledger);
}

static void another_algorithm_begins_with_an_empty_memory(void **state)
{
    struct journal_so_far journal = begin();
    const struct terms others = terms_of(WINDOW_MS, 1000, 2);

    (void)state;
    say(&journal, usual_terms(), false);
    verdict(&journal, 1, 1);
    say(&journal, others, true);
    assert_int_equal(verdict(&journal, 2, 1), VERDICT_UNDETERMINED);
    push(&journal, 3, 1, terms_id(&others));
    assert_int_equal(journal.result.verdict, VERDICT_NEW);
    ledger_free(journal.ledger);
}

static void terms_that_nobody_confirms_are_forgotten(void **state)
{
    struct journal_so_far journal = begin();

    (void)state;
    say(&journal, terms_of(5000, 10, 1), false);
    journal.now_ms += HOUR_MS - 1;
    assert_int_equal(say(&journal, usual_terms(), false), LEDGER_OTHER_TERMS);
    journal.now_ms += 1;
    assert_int_equal(say(&journal, usual_terms(), false), LEDGER_TERMS);
    assert_window(&journal, WINDOW_MS);
    ledger_free(journal.ledger);
}

static void claims_confirm_the_terms_that_they_were_made_under(void **state)
{
    struct journal_so_far journal = begin();

    (void)state;
    say(&journal, usual_terms(), false);
    for (int64_t i = 0; i < 5; i++) {
        journal.now_ms += WINDOW_MS - 1;
        assert_int_equal(verdict(&journal, i, (uint64_t)i + 1), VERDICT_NEW);
    }
    ledger_free(journal.ledger);
}

static void a_window_ends_to_the_millisecond(void **state)
{
    struct journal_so_far journal = begin();

    (void)state;
    say(&journal, usual_terms(), false);
    verdict(&journal, 0, 1);
    verdict(&journal, 1, 2);
    journal.now_ms += WINDOW_MS - 1;
    assert_int_equal(verdict(&journal, 2, 1), VERDICT_EXACT);
    journal.now_ms += 1;
    assert_int_equal(verdict(&journal, 3, 2), VERDICT_NEW);
    ledger_free(journal.ledger);
}

static void the_same_coordinates_get_the_first_verdict_again(void **state)
{
    struct journal_so_far journal = begin();

    (void)state;
    say(&journal, usual_terms(), false);
    assert_int_equal(verdict(&journal, 0, 1), VERDICT_NEW);
    assert_int_equal(verdict(&journal, 1, 1), VERDICT_EXACT);
    assert_int_equal(verdict(&journal, 0, 1), VERDICT_NEW);
    assert_int_equal(verdict(&journal, 1, 1), VERDICT_EXACT);
    ledger_free(journal.ledger);
}

static void a_replay_that_nobody_remembers_is_undetermined(void **state)
{
    struct journal_so_far journal = begin();

    (void)state;
    say(&journal, usual_terms(), false);
    verdict(&journal, 0, 1);
    journal.now_ms += WINDOW_MS - 1;
    verdict(&journal, 1, 2);
    journal.now_ms += 1;
    assert_int_equal(verdict(&journal, 0, 1), VERDICT_UNDETERMINED);
    assert_int_equal(verdict(&journal, 2, 1), VERDICT_NEW);
    ledger_free(journal.ledger);
}

static void what_is_taken_back_is_nobodys_original(void **state)
{
    struct journal_so_far journal = begin();
    const struct article_coordinates taken_back = at(0);
    struct buffer record = {0};

    (void)state;
    say(&journal, usual_terms(), false);
    verdict(&journal, 0, 1);
    claim_write_retract(&taken_back, &record);
    assert_int_equal(apply(&journal, &record), LEDGER_RETRACTED);
    assert_int_equal(verdict(&journal, 1, 1), VERDICT_NEW);
    assert_int_equal(verdict(&journal, 2, 1), VERDICT_EXACT);
    assert_int_equal(verdict(&journal, 0, 1), VERDICT_NEW);
    ledger_free(journal.ledger);
}

/* An item of that identity, with a further one unless alias is 0, and a text of its own. */
static enum duplicate_verdict named(struct journal_so_far *journal, int64_t offset,
                                    uint64_t identity, uint64_t alias)
{
    const struct terms terms = usual_terms();
    struct claim claim = {.type = CLAIM_ARTICLE,
                          .coordinates = at(offset),
                          .terms = terms_id(&terms),
                          .list = -1,
                          .identity = identity,
                          .other_identities = {alias},
                          .other_count = alias != 0,
                          .fingerprint = {.exact = (uint64_t)offset + 1}};
    struct buffer record = {0};

    claim_write(&claim, &record);
    apply(journal, &record);
    return journal->result.verdict;
}

static void what_is_taken_back_is_not_known_by_its_further_ids(void **state)
{
    struct journal_so_far journal = begin();
    const struct article_coordinates taken_back = at(1);
    struct buffer record = {0};

    (void)state;
    say(&journal, usual_terms(), false);
    assert_int_equal(named(&journal, 0, 500, 600), VERDICT_NEW);
    assert_int_equal(named(&journal, 1, 700, 800), VERDICT_NEW);
    assert_int_equal(named(&journal, 2, 900, 1000), VERDICT_NEW);
    claim_write_retract(&taken_back, &record);
    assert_int_equal(apply(&journal, &record), LEDGER_RETRACTED);
    assert_int_equal(named(&journal, 3, 600, 0), VERDICT_REVISION);
    assert_int_equal(named(&journal, 4, 800, 0), VERDICT_NEW);
    assert_int_equal(named(&journal, 5, 1000, 0), VERDICT_REVISION);
    ledger_free(journal.ledger);
}

static void garbage_is_skipped_and_changes_nothing(void **state)
{
    struct journal_so_far clean = begin();
    struct journal_so_far dirty = begin();
    uint64_t random = 1;

    (void)state;
    say(&clean, usual_terms(), false);
    say(&dirty, usual_terms(), false);
    for (int64_t i = 0; i < 300; i++) {
        struct buffer record = {0};

        for (int byte = 0; byte < 40; byte++)
            buffer_append_byte(&record, (char)(random = mix(random + 1)));
        record.data[0] = (char)(i % 3 == 0 ? 99 : record.data[0] | 2);
        assert_int_equal(apply(&dirty, &record), LEDGER_SKIPPED);
        clean.position = dirty.position;
        assert_int_equal(verdict(&dirty, i, (uint64_t)i / 2), verdict(&clean, i, (uint64_t)i / 2));
    }
    assert_true(ledger_digest(clean.ledger) == ledger_digest(dirty.ledger));
    assert_true(ledger_digest(clean.ledger) != 0);
    ledger_free(clean.ledger);
    ledger_free(dirty.ledger);
}

/* Whoever begins to read later has forgotten what nobody needs, and digests the same. */
static void the_digest_is_of_what_is_remembered_only(void **state)
{
    struct journal_so_far early = begin();
    struct journal_so_far late = begin();

    (void)state;
    say(&early, usual_terms(), false);
    for (int64_t i = 0; i < 2000; i++) {
        verdict(&early, i, (uint64_t)i / 3);
        early.now_ms += 10;
    }
    early.now_ms += WINDOW_MS;
    late.position = early.position;
    late.now_ms = early.now_ms;
    say(&early, usual_terms(), false);
    say(&late, usual_terms(), false);
    for (int64_t i = 2000; i < 4000; i++) {
        assert_int_equal(verdict(&early, i, (uint64_t)i / 3), verdict(&late, i, (uint64_t)i / 3));
        assert_true(ledger_digest(early.ledger) == ledger_digest(late.ledger));
    }
    ledger_free(early.ledger);
    ledger_free(late.ledger);
}

static void another_capacity_keeps_what_it_has_room_for(void **state)
{
    struct journal_so_far journal = begin();

    (void)state;
    say(&journal, usual_terms(), false);
    for (int64_t i = 0; i < 800; i++)
        verdict(&journal, i, (uint64_t)i + 1);
    say(&journal, terms_of(WINDOW_MS, 5000, 1), true);
    assert_int_equal(ledger_count(journal.ledger), 800);
    assert_int_equal(verdict(&journal, 800, 1), VERDICT_EXACT);
    say(&journal, terms_of(WINDOW_MS, 100, 1), true);
    assert_int_equal(verdict(&journal, 801, 2), VERDICT_NEW);
    assert_int_equal(verdict(&journal, 802, 790), VERDICT_EXACT);
    assert_in_range(ledger_count(journal.ledger), 90, 101);
    ledger_free(journal.ledger);
}

static void an_articles_clock_measures_the_window_on_what_articles_say(void **state)
{
    const struct terms terms = {
        .window_ms = WINDOW_MS, .articles = 1000, .clock = CLOCK_ARTICLE, .algorithm = 1};
    struct journal_so_far journal = begin();
    const int64_t created[] = {1000, 2000, 999 + WINDOW_MS, 1000 + WINDOW_MS};
    const uint64_t texts[] = {1, 2, 1, 1};
    const enum duplicate_verdict expected[] = {VERDICT_NEW, VERDICT_NEW, VERDICT_EXACT,
                                               VERDICT_EXACT};

    (void)state;
    say(&journal, terms, false);
    for (int i = 0; i < 4; i++) {
        struct claim claim = {.type = CLAIM_ARTICLE,
                              .coordinates = at(i),
                              .terms = terms_id(&terms),
                              .list = -1,
                              .version = {.has_created = true, .created_ms = created[i]},
                              .fingerprint = {.exact = texts[i]}};
        struct buffer record = {0};

        claim_write(&claim, &record);
        apply(&journal, &record);
        assert_int_equal(journal.result.verdict, expected[i]);
    }
    /* The oldest has left the window by now: the copy points at the next one. */
    assert_string_equal(journal.result.of.data, "raw-0-2");
    ledger_free(journal.ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_terms_nothing_is_determined_or_remembered),
        cmocka_unit_test(the_first_terms_hold_until_others_rule),
        cmocka_unit_test(another_algorithm_begins_with_an_empty_memory),
        cmocka_unit_test(terms_that_nobody_confirms_are_forgotten),
        cmocka_unit_test(claims_confirm_the_terms_that_they_were_made_under),
        cmocka_unit_test(a_window_ends_to_the_millisecond),
        cmocka_unit_test(the_same_coordinates_get_the_first_verdict_again),
        cmocka_unit_test(a_replay_that_nobody_remembers_is_undetermined),
        cmocka_unit_test(what_is_taken_back_is_nobodys_original),
        cmocka_unit_test(what_is_taken_back_is_not_known_by_its_further_ids),
        cmocka_unit_test(garbage_is_skipped_and_changes_nothing),
        cmocka_unit_test(the_digest_is_of_what_is_remembered_only),
        cmocka_unit_test(another_capacity_keeps_what_it_has_room_for),
        cmocka_unit_test(an_articles_clock_measures_the_window_on_what_articles_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
