/* Any bytes as a journal of claims: each record is read or skipped, what is read can be written and
 * read again, and every verdict is a sound one. Input: a byte for how many milliseconds pass, two
 * for the record's length, the record; and so on. */
#include <stdlib.h>

#include "processors/duplicates/ledger.h"
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

static void take(struct ledger *ledger, const struct journal_record *record)
{
    struct duplicate_result result;
    struct claim claim;

    switch (ledger_apply(ledger, record, &claim, &result)) {
    case LEDGER_FIRST:
    case LEDGER_AGAIN:
        require_rewritable(&claim);
        require_sound(&result);
        break;
    case LEDGER_TERMS:
        require(ledger_terms(ledger) != NULL);
        break;
    case LEDGER_SKIPPED:
    case LEDGER_LIST:
    case LEDGER_OTHER_TERMS:
    case LEDGER_RETRACTED:
        break;
    }
    require(ledger_count(ledger) <= (2 + CLAIM_MAX_OTHER_IDS) * CAPACITY);
}

/* Small ones, so that memory is full soon; what the input says of terms comes on top. */
static void say_terms(struct ledger *ledger)
{
    const struct terms terms = {
        .window_ms = WINDOW_MS, .articles = CAPACITY, .algorithm = terms_algorithm(0)};
    struct journal_record record = {.position = 0};
    struct buffer bytes = {0};

    claim_write_terms(&terms, true, &bytes);
    record.bytes = buffer_slice(&bytes);
    take(ledger, &record);
    buffer_free(&bytes);
}

/* Terms of the input's own could ask for more memory than a fuzzer has. */
static int is_terms(const struct journal_record *record)
{
    return record->bytes.length > 1 && record->bytes.data[1] == CLAIM_TERMS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ledger *ledger = ledger_new();
    struct journal_record record = {.position = 1};

    say_terms(ledger);
    for (size_t at = 0; at + 3 <= size; record.position++) {
        size_t length = data[at + 1] | (size_t)data[at + 2] << 8;

        record.time_ms += data[at];
        at += 3;
        if (length > size - at)
            length = size - at;
        record.bytes = slice_of((const char *)data + at, length);
        if (!is_terms(&record))
            take(ledger, &record);
        at += length;
    }
    ledger_free(ledger);
    return 0;
}
