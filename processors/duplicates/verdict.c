#include "processors/duplicates/verdict.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/memory.h"
#include "processors/duplicates/highest.h"

enum { TEXTS_KEPT = 1 << 16, DAY_MS = 86400000 };

/* One article that shares keys with the new one. */
struct match {
    struct index_entry *entry;
    struct similarity similarity;
    unsigned overall; /* its similarity after the rules for templates and digests */
    bool same_facts;  /* neither numbers nor names tell the texts apart */
};

struct verdict_law {
    struct article_index *index;
    struct highest *highest;
    int64_t window_ms;
    struct index_entry *candidates[INDEX_CANDIDATES_MAX];
    struct match matches[INDEX_CANDIDATES_MAX];
    struct slice contains[DIGEST_MAX];
    struct slice copies[KILL_COPIES_MAX];
    struct arena texts; /* of the result at hand */
};

/* The item at hand. */
struct question {
    struct verdict_law *law;
    const struct claim *claim;
    struct slice name;
    bool digest; /* found out on the way: it contains several stories, or is a copy of such */
};

struct verdict_law *verdict_law_new(uint32_t capacity, int64_t window_ms)
{
    struct verdict_law *law = memory_zeroed(1, sizeof *law);

    law->index = article_index_new(capacity);
    law->highest = highest_new();
    law->window_ms = window_ms;
    return law;
}

void verdict_law_change(struct verdict_law *law, uint32_t capacity, int64_t window_ms)
{
    law->window_ms = window_ms;
    law->index = article_index_resize(law->index, capacity);
}

int64_t verdict_offsets_memory_ms(int64_t window_ms)
{
    return window_ms > DAY_MS / 2 ? 2 * window_ms : DAY_MS;
}

void verdict_law_free(struct verdict_law *law)
{
    if (law == NULL)
        return;
    article_index_free(law->index);
    highest_free(law->highest);
    arena_free(&law->texts);
    free(law);
}

uint32_t verdict_law_count(const struct verdict_law *law)
{
    return article_index_count(law->index);
}

/* --- identity --- */

/* Hashes of identities may meet; names tell them apart. An id too long for the claim has only its
 * hash. */
static bool names_item(const struct article_index *index, const struct index_entry *entry,
                       struct slice id)
{
    return slice_is_absent(id) || slice_equal(article_index_name(index, entry), id);
}

static struct index_entry *newest_version(struct question *question)
{
    const struct article_index *index = question->law->index;
    struct index_entry *entry =
        article_index_identity_newest(index, ENTRY_ARTICLE, question->claim->identity);

    return entry != NULL && names_item(index, entry, question->claim->id) ? entry : NULL;
}

static bool is_killed(const struct article_index *index, uint64_t identity, struct slice id)
{
    const struct index_entry *kill = article_index_identity_newest(index, ENTRY_KILL, identity);

    return kill != NULL && names_item(index, kill, id);
}

static void of_itself(struct question *question, enum duplicate_verdict verdict,
                      struct duplicate_result *result)
{
    result->verdict = verdict;
    result->of = question->name;
    result->by = EVIDENCE_IDENTITY;
}

/* What the versions before say about this one. */
struct history {
    bool retried;          /* this very version with this very text */
    bool outdated;         /* a newer version is known */
    bool newer;            /* it is newer than the latest by what both say */
    bool after_correction; /* a correction of its version, or of an unknown one, is known */
    bool original_seen;    /* something of its version that is no correction is known */
    bool text_seen;        /* its text is one of an earlier version */
};

static bool says_nothing(const struct item_version *version)
{
    return !version->has_number && version->label == 0 && !version->has_created;
}

/* Without any version a text that comes again is a retry only of the latest claim: an older text
 * that comes back is a change back. */
static bool is_retry(const struct claim *claim, const struct index_entry *entry,
                     const struct item_version *version, bool is_newest)
{
    return entry->fingerprint.exact == claim->fingerprint.exact &&
           item_version_same(&claim->version, version) && (is_newest || !says_nothing(version));
}

static void read_version(struct question *question, const struct index_entry *entry, bool is_newest,
                         struct history *history)
{
    const struct claim *claim = question->claim;
    struct item_version version;

    article_index_version(question->law->index, entry, &version);
    enum version_order order = item_version_compare(&claim->version, &version);

    history->retried |= is_retry(claim, entry, &version, is_newest);
    history->outdated |= order == VERSION_OLDER;
    history->newer |= order == VERSION_NEWER;
    history->text_seen |= entry->fingerprint.exact == claim->fingerprint.exact;
    if (order == VERSION_SAME || order == VERSION_UNKNOWN) {
        history->after_correction |= entry->correction;
        history->original_seen |= !entry->correction;
    }
}

static void read_history(struct question *question, struct index_entry *newest,
                         struct history *ret_history)
{
    const struct article_index *index = question->law->index;
    struct index_entry *entry = newest;

    *ret_history = (struct history){0};
    for (int i = 0; i < HISTORY_MAX && entry != NULL; i++) {
        read_version(question, entry, entry == newest, ret_history);
        entry = article_index_identity_older(index, entry);
    }
}

/* After a correction, what is no correction and says no newer version is the original, late; unless
 * the original is known already, and this is another text. */
static bool is_late_original(const struct claim *claim, const struct history *history)
{
    if (claim->correction || history->newer || !history->after_correction)
        return false;
    return !history->original_seen || history->text_seen;
}

static void decide_by_history(struct question *question, const struct history *history,
                              struct duplicate_result *result)
{
    if (history->retried) {
        of_itself(question, VERDICT_EXACT, result);
        result->compared = true;
        result->similarity = 1000;
    } else if (history->outdated || is_late_original(question->claim, history)) {
        of_itself(question, VERDICT_STALE, result);
    } else if (question->claim->correction) {
        of_itself(question, VERDICT_CORRECTION, result);
    } else {
        of_itself(question, VERDICT_REVISION, result);
    }
}

/* An item that never came before it was replaced is late. */
static bool decide_by_replacement(struct question *question, struct duplicate_result *result)
{
    const struct article_index *index = question->law->index;
    const struct index_entry *by =
        article_index_identity_newest(index, ENTRY_REPLACED, question->claim->identity);

    if (by == NULL)
        return false;
    result->verdict = VERDICT_STALE;
    result->of = article_index_name(index, by);
    result->by = EVIDENCE_IDENTITY;
    return true;
}

/* It says which item it replaces, and that is known. */
static bool decide_by_evolved_from(struct question *question, struct duplicate_result *result)
{
    const struct article_index *index = question->law->index;
    const struct claim *claim = question->claim;
    const struct index_entry *old =
        article_index_identity_newest(index, ENTRY_ARTICLE, claim->evolved_from_identity);

    if (old == NULL || !names_item(index, old, claim->evolved_from))
        return false;
    result->verdict = claim->correction ? VERDICT_CORRECTION : VERDICT_REVISION;
    result->of = article_index_name(index, old);
    result->by = EVIDENCE_IDENTITY;
    result->of_killed = is_killed(index, claim->evolved_from_identity, claim->evolved_from);
    return true;
}

/* Returns false where identity says nothing. */
static bool decide_by_identity(struct question *question, struct duplicate_result *result)
{
    const struct claim *claim = question->claim;
    struct history history;

    if (is_killed(question->law->index, claim->identity, claim->id)) {
        of_itself(question, VERDICT_STALE, result);
        return true;
    }
    struct index_entry *newest = newest_version(question);

    if (newest == NULL)
        return decide_by_replacement(question, result) || decide_by_evolved_from(question, result);
    read_history(question, newest, &history);
    decide_by_history(question, &history, result);
    return true;
}

/* --- text --- */

/* A set of the text's numbers or names. */
struct set {
    uint64_t bits;
    unsigned size; /* bits that can be set */
};

static struct set numbers_of(const struct fingerprint *text)
{
    return (struct set){.bits = text->numbers >> NUMBERS_DIGITS, .size = 64 - NUMBERS_DIGITS};
}

static struct set names_of(const struct fingerprint *text)
{
    return (struct set){.bits = text->names, .size = 64};
}

/* Neither too few to say anything, nor so many that any two sets look alike. */
static bool tells(struct set set)
{
    unsigned count = (unsigned)__builtin_popcountll(set.bits);

    return count >= SET_LEAST && count + SET_OPEN <= set.size;
}

/* Returns false where the sets do not tell. */
static bool compare_sets(struct set a, struct set b, unsigned *ret_agreement)
{
    if (!tells(a) || !tells(b))
        return false;
    *ret_agreement = similarity_of_sets(a.bits, b.bits, a.size);
    return true;
}

/* Two fillings of one form (results, market closings, appointments) are different news, however
 * alike their texts are: their numbers tell, and where they have hardly any, their names. */
static void compare_facts(const struct fingerprint *text, struct match *match)
{
    const struct fingerprint *old = &match->entry->fingerprint;
    unsigned agreement;

    match->same_facts = true;
    if (compare_sets(numbers_of(text), numbers_of(old), &agreement)) {
        match->same_facts = agreement >= SAME_FACTS_FROM;
        if (agreement < OTHER_NUMBERS_BELOW)
            match->overall /= 2;
    } else if (compare_sets(names_of(text), names_of(old), &agreement)) {
        match->same_facts = agreement >= SAME_FACTS_FROM;
        if (agreement < OTHER_NAMES_BELOW)
            match->overall /= 2;
    }
}

static void compare(const struct fingerprint *text, struct index_entry *entry, struct match *match)
{
    match->entry = entry;
    similarity_of(text, &entry->fingerprint, &match->similarity);
    /* What a digest holds is not the digest's story. */
    match->overall = entry->digest ? match->similarity.resemblance : match->similarity.overall;
    compare_facts(text, match);
}

static uint32_t find_matches(struct question *question)
{
    struct verdict_law *law = question->law;
    const struct claim *claim = question->claim;
    uint32_t count = article_index_candidates(law->index, &claim->keys, law->candidates);

    for (uint32_t i = 0; i < count; i++)
        compare(&claim->fingerprint, law->candidates[i], &law->matches[i]);
    return count;
}

/* The most similar one; of equal ones the oldest, which is the last. */
static const struct match *best_match(const struct match *matches, uint32_t count)
{
    const struct match *best = &matches[0];

    for (uint32_t i = 1; i < count; i++) {
        if (matches[i].overall >= best->overall)
            best = &matches[i];
    }
    return best;
}

static unsigned smaller_size(const struct fingerprint *a, const struct fingerprint *b)
{
    return a->shingles < b->shingles ? a->shingles : b->shingles;
}

/* Short texts share a stock phrase easily: they must be very much alike, and say no other number.
 */
static bool is_near(const struct fingerprint *text, const struct match *match)
{
    const struct fingerprint *old = &match->entry->fingerprint;

    if (!match->same_facts || match->overall < NEAR_FROM)
        return false;
    if (smaller_size(text, old) > SHORT_TEXT)
        return true;
    return match->overall >= SHORT_NEAR_FROM && (text->numbers & ~old->numbers) == 0;
}

static bool is_near_killed(struct question *question, uint32_t count)
{
    const struct match *matches = question->law->matches;

    for (uint32_t i = 0; i < count; i++) {
        if (matches[i].entry->killed && is_near(&question->claim->fingerprint, &matches[i]))
            return true;
    }
    return false;
}

/* --- digests --- */

/* The match that explains most of the text beyond what is explained already. */
static const struct match *next_story(struct question *question, uint32_t count,
                                      const uint64_t explained[SKETCH_WORDS], unsigned *ret_share)
{
    const struct match *matches = question->law->matches;
    const struct match *next = NULL;

    *ret_share = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (matches[i].similarity.old_share < DIGEST_STORY_HELD)
            continue;
        unsigned share = similarity_extra_share(&question->claim->fingerprint,
                                                &matches[i].similarity, explained);

        if (share > *ret_share) {
            *ret_share = share;
            next = &matches[i];
        }
    }
    return next;
}

static bool is_story_of_digest(const struct fingerprint *text, unsigned share)
{
    unsigned bins = text->shingles < SKETCH_BINS ? text->shingles : SKETCH_BINS;

    return share >= DIGEST_STORY_FROM && share * bins >= 1000 * DIGEST_STORY_BINS;
}

/* Stories that match separately: each explains a part of the text that those before it do not.
 * Returns how many; 0 where one of them is most of the text. */
static uint32_t find_stories(struct question *question, uint32_t count,
                             struct index_entry *ret_stories[DIGEST_MAX])
{
    uint64_t explained[SKETCH_WORDS] = {0};
    uint32_t stories = 0;

    while (stories < DIGEST_MAX) {
        unsigned share;
        const struct match *story = next_story(question, count, explained, &share);

        if (story == NULL || !is_story_of_digest(&question->claim->fingerprint, share))
            return stories;
        if (stories == 0 && share >= NEAR_FROM)
            return 0;
        ret_stories[stories++] = story->entry;
        for (unsigned i = 0; i < SKETCH_WORDS; i++)
            explained[i] |= story->similarity.agreeing[i];
    }
    return stories;
}

/* From the oldest on. */
static void sort_stories(const struct article_index *index, struct index_entry **stories,
                         uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct index_entry *story = stories[i];
        uint32_t at = i;

        for (; at > 0 && article_index_is_older(index, story, stories[at - 1]); at--)
            stories[at] = stories[at - 1];
        stories[at] = story;
    }
}

static bool decide_digest(struct question *question, uint32_t count,
                          struct duplicate_result *result)
{
    struct verdict_law *law = question->law;
    struct index_entry *stories[DIGEST_MAX];

    result->contains_count = find_stories(question, count, stories);
    if (result->contains_count < 2) {
        result->contains_count = 0;
        return false;
    }
    sort_stories(law->index, stories, result->contains_count);
    for (uint32_t i = 0; i < result->contains_count; i++)
        law->contains[i] = article_index_name(law->index, stories[i]);
    result->verdict = VERDICT_NEW;
    result->contains = law->contains;
    question->digest = true;
    return true;
}

/* --- text, continued --- */

static void of_text(struct question *question, const struct index_entry *entry,
                    enum duplicate_verdict verdict, unsigned similarity,
                    struct duplicate_result *result)
{
    result->verdict = verdict;
    result->of = article_index_name(question->law->index, entry);
    result->by = EVIDENCE_TEXT;
    result->compared = true;
    result->similarity = similarity;
    question->digest = entry->digest && verdict != VERDICT_OVERLAPS;
}

static bool decide_exact(struct question *question, struct duplicate_result *result)
{
    const struct article_index *index = question->law->index;
    const struct index_entry *oldest =
        article_index_text_oldest(index, question->claim->fingerprint.exact);
    const struct index_entry *entry = oldest;

    if (oldest == NULL)
        return false;
    of_text(question, oldest, VERDICT_EXACT, 1000, result);
    for (int i = 0; i < HISTORY_MAX && entry != NULL; i++) {
        result->of_killed |= entry->killed;
        entry = article_index_text_newer(index, entry);
    }
    return true;
}

static void decide_by_text(struct question *question, struct duplicate_result *result)
{
    if (decide_exact(question, result))
        return;
    uint32_t count = find_matches(question);

    if (count == 0)
        return;
    const struct match *best = best_match(question->law->matches, count);

    if (best->overall < OVERLAPS_FROM) {
        decide_digest(question, count, result);
        return;
    }
    if (!best->entry->digest && decide_digest(question, count, result))
        return;
    bool near = is_near(&question->claim->fingerprint, best);

    of_text(question, best->entry, near ? VERDICT_NEAR : VERDICT_OVERLAPS, best->overall, result);
    result->of_killed = best->entry->killed || is_near_killed(question, count);
}

/* A correction is much like what it corrects, and never its duplicate. */
static void make_correction(struct duplicate_result *result)
{
    result->verdict = VERDICT_CORRECTION;
    result->contains = NULL;
    result->contains_count = 0;
}

static void decide_article(struct question *question, struct duplicate_result *result)
{
    if (decide_by_identity(question, result))
        return;
    decide_by_text(question, result);
    if (question->claim->correction)
        make_correction(result);
}

/* --- kills --- */

/* The texts of a killed item, the newest ones. */
struct killed {
    struct index_entry *texts[KILLED_TEXTS_MAX];
    unsigned count;
};

static void add_killed_text(struct killed *killed, struct index_entry *entry)
{
    for (unsigned i = 0; i < killed->count; i++) {
        if (killed->texts[i]->fingerprint.exact == entry->fingerprint.exact)
            return;
    }
    if (killed->count < KILLED_TEXTS_MAX)
        killed->texts[killed->count++] = entry;
}

static void find_killed(struct question *question, struct killed *ret_killed)
{
    struct index_entry *entry = newest_version(question);

    ret_killed->count = 0;
    for (int i = 0; i < HISTORY_MAX && entry != NULL; i++) {
        entry->killed = true;
        add_killed_text(ret_killed, entry);
        entry = article_index_identity_older(question->law->index, entry);
    }
}

static bool is_copy_of(struct index_entry *older, const struct index_entry *newer)
{
    struct match match;

    if (older->fingerprint.exact == newer->fingerprint.exact)
        return true;
    compare(&newer->fingerprint, older, &match);
    return is_near(&newer->fingerprint, &match);
}

static bool is_copy_of_killed(const struct article_index *index, const struct killed *killed,
                              struct index_entry *entry)
{
    for (unsigned i = 0; i < killed->count; i++) {
        struct index_entry *text = killed->texts[i];
        bool before = article_index_is_older(index, entry, text);

        if (is_copy_of(before ? entry : text, before ? text : entry))
            return true;
    }
    return false;
}

/* A copy that came in several versions is named once. */
static bool is_first_of_item(const struct article_index *index, const struct killed *killed,
                             struct index_entry *entry)
{
    struct index_entry *older = entry;

    for (int i = 0; entry->identity != 0 && i < HISTORY_MAX; i++) {
        older = article_index_identity_older(index, older);
        if (older == NULL)
            return true;
        if (is_copy_of_killed(index, killed, older))
            return false;
    }
    return true;
}

/* Looks at each article of the window, up to `end` where that is not NULL: a kill is rare. */
static void find_copies(struct question *question, const struct killed *killed,
                        const struct index_entry *end, struct duplicate_result *result)
{
    struct verdict_law *law = question->law;
    struct index_entry *entry = article_index_oldest(law->index);

    result->copies = law->copies;
    for (; entry != NULL && entry != end; entry = article_index_next(law->index, entry)) {
        if (entry->type != ENTRY_ARTICLE || entry->identity == question->claim->identity ||
            !is_copy_of_killed(law->index, killed, entry))
            continue;
        entry->killed = true;
        if (!is_first_of_item(law->index, killed, entry))
            continue;
        if (result->copy_count < KILL_COPIES_MAX)
            law->copies[result->copy_count++] = article_index_name(law->index, entry);
        result->copies_total++;
    }
}

/* Retries and what came too late went elsewhere than the article itself. */
static bool went_as_article(const struct index_entry *entry)
{
    return entry->by != EVIDENCE_IDENTITY ||
           (entry->verdict != VERDICT_EXACT && entry->verdict != VERDICT_STALE);
}

/* A kill goes where the killed article went: its newest version, before `end` where that is not
 * NULL. */
static void find_destinations(struct question *question, const struct index_entry *end,
                              struct duplicate_result *result)
{
    const struct article_index *index = question->law->index;
    const struct index_entry *entry = newest_version(question);

    for (int i = 0; i < HISTORY_MAX && entry != NULL; i++) {
        bool counts = end == NULL || article_index_is_older(index, entry, end);

        if (counts && went_as_article(entry)) {
            result->destinations = article_index_destinations(index, entry);
            result->killed_verdict = (enum duplicate_verdict)entry->verdict;
            return;
        }
        entry = article_index_identity_older(index, entry);
    }
}

static void decide_kill(struct question *question, struct duplicate_result *result)
{
    struct killed killed;

    result->verdict = VERDICT_KILL;
    find_killed(question, &killed);
    if (killed.count == 0)
        return;
    of_itself(question, VERDICT_KILL, result);
    find_copies(question, &killed, NULL, result);
    find_destinations(question, NULL, result);
}

/* --- the verdict --- */

static struct slice name_of(struct verdict_law *law, const struct claim *claim)
{
    const struct article_coordinates *coordinates = &claim->coordinates;

    if (!slice_is_absent(claim->id))
        return claim->id;
    return slice_of_text(arena_format(&law->texts, "%.*s-%d-%lld", SLICE_FORMAT(coordinates->topic),
                                      (int)coordinates->partition, (long long)coordinates->offset));
}

/* Names in the index move when it grows. */
static void keep_texts(struct verdict_law *law, struct duplicate_result *result)
{
    result->of = arena_copy(&law->texts, result->of);
    for (uint32_t i = 0; i < result->contains_count; i++)
        law->contains[i] = arena_copy(&law->texts, law->contains[i]);
    for (uint32_t i = 0; i < result->copy_count; i++)
        law->copies[i] = arena_copy(&law->texts, law->copies[i]);
}

/* The same record again: the first verdict again. A kill names the copies from before it. */
static void repeat(struct question *question, const struct index_entry *seen,
                   struct duplicate_result *result)
{
    struct killed killed;

    article_index_result(question->law->index, seen, question->law->contains, result);
    if (seen->type != ENTRY_KILL)
        return;
    find_killed(question, &killed);
    find_copies(question, &killed, seen, result);
    find_destinations(question, seen, result);
}

static void remember(struct question *question, const struct journal_time *now,
                     const struct duplicate_result *result)
{
    struct article_index *index = question->law->index;
    const struct claim *claim = question->claim;
    enum entry_type type = claim->type == CLAIM_KILL ? ENTRY_KILL : ENTRY_ARTICLE;
    struct index_entry *entry = article_index_add(index, type, claim, question->name, now, result);

    entry->digest = question->digest;
    entry->killed = type == ENTRY_ARTICLE && is_killed(index, claim->identity, claim->id);
    if (claim->evolved_from_identity != 0 && claim->evolved_from_identity != claim->identity)
        article_index_add(index, ENTRY_REPLACED, claim, question->name, now, result);
}

/* Nobody remembers whether it was new when it came first. A kill says what it is by itself. */
static bool is_beyond_memory(const struct verdict_law *law, const struct claim *claim,
                             const struct journal_time *now)
{
    return claim->type == CLAIM_ARTICLE &&
           highest_is_past(law->highest, &claim->coordinates, now->ms,
                           verdict_offsets_memory_ms(law->window_ms));
}

bool verdict_decide(struct verdict_law *law, const struct claim *claim,
                    const struct journal_time *now, struct duplicate_result *ret_result)
{
    arena_reset(&law->texts, TEXTS_KEPT);
    struct question question = {.law = law, .claim = claim, .name = name_of(law, claim)};

    *ret_result = (struct duplicate_result){.verdict = VERDICT_NEW};
    article_index_expire(law->index, now, law->window_ms);
    const struct index_entry *seen =
        article_index_by_coordinates(law->index, claim_coordinates_hash(claim));

    if (seen != NULL) {
        repeat(&question, seen, ret_result);
        return false;
    }
    if (is_beyond_memory(law, claim, now)) {
        ret_result->verdict = VERDICT_UNDETERMINED;
        return false;
    }
    highest_note(law->highest, &claim->coordinates, now->ms);
    if (claim->type == CLAIM_KILL)
        decide_kill(&question, ret_result);
    else
        decide_article(&question, ret_result);
    keep_texts(law, ret_result);
    remember(&question, now, ret_result);
    return true;
}

bool verdict_retract(struct verdict_law *law, const struct claim *retraction)
{
    struct index_entry *entry =
        article_index_by_coordinates(law->index, claim_coordinates_hash(retraction));

    if (entry == NULL || entry->retracted)
        return false;
    article_index_retract(law->index, entry);
    return true;
}

uint64_t verdict_law_digest(const struct verdict_law *law)
{
    return article_index_digest(law->index);
}
