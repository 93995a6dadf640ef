#include "processors/duplicates/verdict.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/memory.h"
#include "processors/duplicates/highest.h"

enum { TEXTS_KEPT = 1 << 16, DAY_MS = 86400000 };

/* One article that shares keys with the new one. */
struct match {
    struct index_entry *entry;
    struct comparison comparison;
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
    uint64_t lookups;
    uint64_t compared;
};

/* The item at hand. */
struct question {
    struct verdict_law *law;
    const struct claim *claim;
    struct slice name;
    const struct journal_time *now;
    /* Found out on the way: */
    bool digest; /* it contains several stories, or is a copy of such */
    bool killed; /* it was killed before it came */
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

void verdict_law_work(const struct verdict_law *law, uint64_t *ret_lookups, uint64_t *ret_compared)
{
    *ret_lookups = law->lookups;
    *ret_compared = law->compared;
}

uint32_t verdict_law_count(const struct verdict_law *law)
{
    return article_index_count(law->index);
}

size_t verdict_law_bytes(const struct verdict_law *law)
{
    return article_index_bytes(law->index);
}

/* --- identity --- */

/* Hashes of identities may meet; names tell them apart. An id too long for the claim has only its
 * hash. */
static bool names_item(const struct article_index *index, const struct index_entry *entry,
                       struct slice id)
{
    return slice_is_absent(id) || slice_equal(article_index_name(index, entry), id);
}

/* The ways in which an item may be known: under its own id, as a further id of another one, and
 * under its further ids. */
enum { WAYS = 2 + CLAIM_MAX_OTHER_IDS };

struct known_item {
    struct index_entry *newest[WAYS]; /* its newest version that is known in that way */
    unsigned count;
};

static struct index_entry *newest_version(const struct question *question)
{
    const struct article_index *index = question->law->index;
    struct index_entry *entry =
        article_index_identity_newest(index, ENTRY_ARTICLE, question->claim->identity);

    return entry != NULL && names_item(index, entry, question->claim->id) ? entry : NULL;
}

static void add_known(struct known_item *known, struct index_entry *newest)
{
    if (newest != NULL)
        known->newest[known->count++] = newest;
}

/* Further ids are only compared with what others say of themselves first: newsrooms also write a
 * desk's or a series' number there, which many items share. */
static void find_known(const struct question *question, struct known_item *ret_known)
{
    const struct article_index *index = question->law->index;
    const struct claim *claim = question->claim;

    ret_known->count = 0;
    add_known(ret_known, newest_version(question));
    add_known(ret_known, article_index_identity_newest(index, ENTRY_ALIAS, claim->identity));
    for (uint32_t i = 0; i < claim->other_count; i++)
        add_known(ret_known,
                  article_index_identity_newest(index, ENTRY_ARTICLE, claim->other_identities[i]));
}

static bool is_killed(const struct article_index *index, uint64_t identity, struct slice id)
{
    const struct index_entry *kill = article_index_identity_newest(index, ENTRY_KILL, identity);

    return (kill != NULL && names_item(index, kill, id)) ||
           article_index_identity_newest(index, ENTRY_KILL_ALIAS, identity) != NULL;
}

/* Under any of its ids. */
static const struct index_entry *find_kill(const struct question *question)
{
    const struct article_index *index = question->law->index;
    const struct claim *claim = question->claim;

    for (uint32_t i = 0; i < claim->other_count; i++) {
        const struct index_entry *kill =
            article_index_identity_newest(index, ENTRY_KILL, claim->other_identities[i]);

        if (kill != NULL)
            return kill;
    }
    return article_index_identity_newest(index, ENTRY_KILL_ALIAS, claim->identity);
}

static void of_item(struct question *question, const struct index_entry *entry,
                    enum duplicate_verdict verdict, struct duplicate_result *result)
{
    bool own = entry->type != ENTRY_ALIAS && entry->identity == question->claim->identity;

    result->verdict = verdict;
    result->of = own ? question->name : article_index_name(question->law->index, entry);
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

/* What was withheld or under embargo and is not any more is news, however old its text is. */
static bool same_marks(const struct question *question, const struct index_entry *entry)
{
    const struct claim *claim = question->claim;
    int64_t until_ms;
    bool has_embargo = article_index_embargo(question->law->index, entry, &until_ms);

    return claim->withheld == entry->withheld && claim->has_embargo == has_embargo &&
           (!has_embargo || claim->embargo_ms == until_ms);
}

/* Without any version a text that comes again is a retry only of the latest claim: an older text
 * that comes back is a change back. */
static bool is_retry(const struct question *question, const struct index_entry *entry,
                     const struct item_version *version, bool is_newest)
{
    const struct claim *claim = question->claim;

    return entry->fingerprint.exact == claim->fingerprint.exact &&
           item_version_same(&claim->version, version) && (is_newest || !says_nothing(version)) &&
           same_marks(question, entry);
}

static void read_version(struct question *question, const struct index_entry *entry, bool is_newest,
                         struct history *history)
{
    const struct claim *claim = question->claim;
    struct item_version version;

    article_index_version(question->law->index, entry, &version);
    enum version_order order = item_version_compare(&claim->version, &version);

    history->retried |= is_retry(question, entry, &version, is_newest);
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

/* of: the item's newest version. A correction that comes again is told again: a correction too many
 * is better than one that a route keeps with the copies. */
static void decide_by_history(struct question *question, const struct history *history,
                              const struct index_entry *of, struct duplicate_result *result)
{
    bool correction = question->claim->correction;

    if (history->retried && !correction) {
        of_item(question, of, VERDICT_EXACT, result);
        result->compared = true;
        result->similarity = 1000;
    } else if (history->outdated || is_late_original(question->claim, history)) {
        of_item(question, of, VERDICT_STALE, result);
    } else {
        of_item(question, of, correction ? VERDICT_CORRECTION : VERDICT_REVISION, result);
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

static bool decide_by_kill(struct question *question, struct duplicate_result *result)
{
    const struct article_index *index = question->law->index;
    const struct claim *claim = question->claim;
    bool own = is_killed(index, claim->identity, claim->id);
    const struct index_entry *kill = own ? NULL : find_kill(question);

    if (!own && kill == NULL)
        return false;
    question->killed = true;
    result->verdict = VERDICT_STALE;
    result->of = own ? question->name : article_index_name(index, kill);
    result->by = EVIDENCE_IDENTITY;
    return true;
}

/* Returns false where identity says nothing. */
static bool decide_by_identity(struct question *question, struct duplicate_result *result)
{
    struct known_item known;
    struct history history;

    if (decide_by_kill(question, result))
        return true;
    find_known(question, &known);
    if (known.count == 0)
        return decide_by_replacement(question, result) || decide_by_evolved_from(question, result);
    read_history(question, known.newest[0], &history);
    decide_by_history(question, &history, known.newest[0], result);
    return true;
}

/* --- text --- */

static void compare(const struct fingerprint *text, struct index_entry *entry, struct match *match)
{
    match->entry = entry;
    comparison_of(text, &entry->fingerprint, entry->digest, &match->comparison);
}

static uint32_t find_matches(struct question *question)
{
    struct verdict_law *law = question->law;
    const struct claim *claim = question->claim;
    uint32_t count = article_index_candidates(law->index, &claim->keys, law->candidates);

    for (uint32_t i = 0; i < count; i++)
        compare(&claim->fingerprint, law->candidates[i], &law->matches[i]);
    law->lookups++;
    law->compared += count;
    return count;
}

/* The most similar one; of equal ones the oldest, which is the last. */
static const struct match *best_match(const struct match *matches, uint32_t count)
{
    const struct match *best = &matches[0];

    for (uint32_t i = 1; i < count; i++) {
        if (matches[i].comparison.overall >= best->comparison.overall)
            best = &matches[i];
    }
    return best;
}

static bool is_near_killed(const struct question *question, uint32_t count)
{
    const struct match *matches = question->law->matches;

    for (uint32_t i = 0; i < count; i++) {
        if (matches[i].entry->killed && matches[i].comparison.rule == RULE_NEAR)
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
        if (matches[i].comparison.similarity.old_share < DIGEST_STORY_HELD)
            continue;
        unsigned share = similarity_extra_share(&question->claim->fingerprint,
                                                &matches[i].comparison.similarity, explained);

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
            explained[i] |= story->comparison.similarity.agreeing[i];
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

static bool is_embargoed(const struct question *question, const struct index_entry *entry)
{
    int64_t until_ms;

    return article_index_embargo(question->law->index, entry, &until_ms) &&
           until_ms > question->now->ms;
}

/* What the newsroom says of the other item by now. */
static void mark_of(const struct question *question, const struct index_entry *entry,
                    struct duplicate_result *result)
{
    const struct index_entry *newest =
        article_index_identity_newest(question->law->index, ENTRY_ARTICLE, entry->identity);

    if (newest == NULL)
        newest = entry;
    result->of_withheld = newest->withheld;
    result->of_embargoed = is_embargoed(question, newest);
}

static void of_text(struct question *question, const struct index_entry *entry,
                    enum duplicate_verdict verdict, unsigned similarity,
                    struct duplicate_result *result)
{
    mark_of(question, entry, result);
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

    if (best->comparison.overall < OVERLAPS_FROM) {
        decide_digest(question, count, result);
        return;
    }
    if (!best->entry->digest && decide_digest(question, count, result))
        return;
    bool near = best->comparison.rule == RULE_NEAR;

    of_text(question, best->entry, near ? VERDICT_NEAR : VERDICT_OVERLAPS, best->comparison.overall,
            result);
    result->of_killed = best->entry->killed || is_near_killed(question, count);
}

/* Is it said to take another one's place? That one may come later, or never. */
static bool is_replacement(const struct claim *claim)
{
    return claim->evolved_from_identity != 0 && claim->evolved_from_identity != claim->identity;
}

static bool is_duplicate(enum duplicate_verdict verdict)
{
    return verdict == VERDICT_EXACT || verdict == VERDICT_NEAR || verdict == VERDICT_OVERLAPS;
}

/* A correction is much like what it corrects, and a replacement like what it replaces: never its
 * duplicate. */
static void keep_from_duplicates(const struct claim *claim, struct duplicate_result *result)
{
    if (claim->correction) {
        result->verdict = VERDICT_CORRECTION;
        result->contains = NULL;
        result->contains_count = 0;
    } else if (is_replacement(claim) && is_duplicate(result->verdict)) {
        result->verdict = VERDICT_REVISION;
    }
}

static void decide_article(struct question *question, struct duplicate_result *result)
{
    const struct claim *claim = question->claim;

    result->withheld = claim->withheld;
    result->embargoed = claim->has_embargo && claim->embargo_ms > question->now->ms;
    if (decide_by_identity(question, result))
        return;
    decide_by_text(question, result);
    keep_from_duplicates(claim, result);
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

static void find_killed_versions(struct question *question, struct index_entry *entry,
                                 struct killed *killed)
{
    for (int i = 0; i < HISTORY_MAX && entry != NULL; i++) {
        entry->killed = true;
        add_killed_text(killed, entry);
        entry = article_index_identity_older(question->law->index, entry);
    }
}

static void find_killed(struct question *question, const struct known_item *known,
                        struct killed *ret_killed)
{
    ret_killed->count = 0;
    for (unsigned i = 0; i < known->count; i++)
        find_killed_versions(question, known->newest[i], ret_killed);
}

static bool is_copy_of(struct index_entry *older, const struct index_entry *newer)
{
    struct match match;

    if (older->fingerprint.exact == newer->fingerprint.exact)
        return true;
    compare(&newer->fingerprint, older, &match);
    return match.comparison.rule == RULE_NEAR;
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

/* The newest version before `end`, where that is not NULL, that is neither. */
static const struct index_entry *last_gone(const struct question *question,
                                           const struct index_entry *entry,
                                           const struct index_entry *end)
{
    const struct article_index *index = question->law->index;

    for (int i = 0; i < HISTORY_MAX && entry != NULL; i++) {
        if ((end == NULL || article_index_is_older(index, entry, end)) && went_as_article(entry))
            return entry;
        entry = article_index_identity_older(index, entry);
    }
    return NULL;
}

/* A kill goes where the killed article went. */
static void find_destinations(struct question *question, const struct known_item *known,
                              const struct index_entry *end, struct duplicate_result *result)
{
    const struct index_entry *entry = NULL;

    for (unsigned i = 0; i < known->count && entry == NULL; i++)
        entry = last_gone(question, known->newest[i], end);
    if (entry == NULL)
        return;
    result->destinations = article_index_destinations(question->law->index, entry);
    result->killed_verdict = (enum duplicate_verdict)entry->verdict;
}

/* The copies from before `end`, where that is not NULL, and where the killed article went. */
static void find_killed_and_copies(struct question *question, const struct known_item *known,
                                   const struct index_entry *end, struct duplicate_result *result)
{
    struct killed killed;

    find_killed(question, known, &killed);
    if (killed.count > 0)
        find_copies(question, &killed, end, result);
    find_destinations(question, known, end, result);
}

static void decide_kill(struct question *question, struct duplicate_result *result)
{
    struct known_item known;

    result->verdict = VERDICT_KILL;
    find_known(question, &known);
    if (known.count == 0)
        return;
    of_item(question, known.newest[0], VERDICT_KILL, result);
    find_killed_and_copies(question, &known, NULL, result);
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
    struct known_item known;

    article_index_result(question->law->index, seen, question->law->contains, result);
    if (seen->type != ENTRY_KILL)
        return;
    find_known(question, &known);
    find_killed_and_copies(question, &known, seen, result);
}

static void remember(struct question *question, const struct duplicate_result *result)
{
    struct article_index *index = question->law->index;
    const struct claim *claim = question->claim;
    bool is_kill = claim->type == CLAIM_KILL;
    struct index_entry *entry =
        article_index_add(index, is_kill ? ENTRY_KILL : ENTRY_ARTICLE, claim->identity, claim,
                          question->name, question->now, result);

    entry->digest = question->digest;
    entry->killed = question->killed;
    if (is_replacement(claim))
        article_index_add(index, ENTRY_REPLACED, claim->evolved_from_identity, claim,
                          question->name, question->now, result);
    for (uint32_t i = 0; i < claim->other_count; i++)
        article_index_add(index, is_kill ? ENTRY_KILL_ALIAS : ENTRY_ALIAS,
                          claim->other_identities[i], claim, question->name, question->now, result);
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
    struct question question = {
        .law = law, .claim = claim, .name = name_of(law, claim), .now = now};

    *ret_result = (struct duplicate_result){.verdict = VERDICT_NEW};
    article_index_fetch(law->index, claim);
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
    remember(&question, ret_result);
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
