/* Any bytes as a journal of claims: each record is read or skipped, what is read can be written and
 * read again, and every verdict is a sound one. Input: a byte for how many milliseconds pass, two
 * for the record's length, the record; and so on. */
#include <stdlib.h>

#include "processors/duplicates/verdict.h"
#include "tests/fuzz/fuzz.h"

enum { CAPACITY = 20, WINDOW_MS = 1000 };

static void require(int holds)
{
    if (!holds)
        abort();
}

static void require_rewritable(const struct claim *claim)
{
    struct buffer record = {0};
    struct claim again;

    claim_write(claim, &record);
    require(claim_read(buffer_slice(&record), &again) == 0);
    require(again.identity == claim->identity && again.type == claim->type);
    require(slice_equal(again.id, claim->id));
    require(again.fingerprint.exact == claim->fingerprint.exact);
    require(claim_coordinates_hash(&again) == claim_coordinates_hash(claim));
    buffer_free(&record);
}

static void require_sound(const struct duplicate_result *result)
{
    require(result->verdict < VERDICT_COUNT);
    require(result->similarity <= 1000);
    require(slice_is_absent(result->of) == (result->by == EVIDENCE_NONE));
    require(result->contains_count <= DIGEST_MAX && result->copy_count <= KILL_COPIES_MAX);
    require(result->copies_total >= result->copy_count);
    require((result->verdict != VERDICT_NEW) || slice_is_absent(result->of));
}

static void decide(struct verdict_law *law, struct slice record, const struct journal_time *now)
{
    struct duplicate_result result;
    struct claim claim;

    if (claim_read(record, &claim) != 0 || claim.type == CLAIM_LIST)
        return;
    require_rewritable(&claim);
    verdict_decide(law, &claim, now, &result);
    require_sound(&result);
    require(verdict_law_count(law) <= 2 * CAPACITY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct verdict_law *law = verdict_law_new(CAPACITY, WINDOW_MS);
    struct journal_time now = {0};

    for (size_t at = 0; at + 3 <= size; now.position++) {
        size_t length = data[at + 1] | (size_t)data[at + 2] << 8;

        now.ms += data[at];
        at += 3;
        if (length > size - at)
            length = size - at;
        decide(law, slice_of((const char *)data + at, length), &now);
        at += length;
    }
    verdict_law_free(law);
    return 0;
}
