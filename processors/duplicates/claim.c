#include "processors/duplicates/claim.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "processors/duplicates/mix.h"
#include "processors/duplicates/wire.h"

enum claim_flags {
    HAS_ID = 1 << 0,
    HAS_IDENTITY = 1 << 1,
    HAS_NUMBER = 1 << 2,
    HAS_LABEL = 1 << 3,
    HAS_CREATED = 1 << 4,
    HAS_EVOLVED_FROM = 1 << 5,
    HAS_SKETCH = 1 << 6,
    IS_CORRECTION = 1 << 7,
    IS_WITHHELD = 1 << 8,
    HAS_EMBARGO = 1 << 9,
    HAS_OTHER_IDS = 1 << 10,
    HAS_DESTINATIONS = 1 << 11,
    ALL_FLAGS = (1 << 12) - 1,
};

enum { TAG_BYTES = 4 };

/* --- writing --- */

static unsigned flags_of(const struct claim *claim)
{
    unsigned flags = 0;

    flags |= !slice_is_absent(claim->id) ? HAS_ID : 0;
    flags |= claim->identity != 0 ? HAS_IDENTITY : 0;
    flags |= claim->version.has_number ? HAS_NUMBER : 0;
    flags |= claim->version.label != 0 ? HAS_LABEL : 0;
    flags |= claim->version.has_created ? HAS_CREATED : 0;
    flags |= !slice_is_absent(claim->evolved_from) ? HAS_EVOLVED_FROM : 0;
    flags |= claim->fingerprint.shingles != 0 ? HAS_SKETCH : 0;
    flags |= claim->correction ? IS_CORRECTION : 0;
    flags |= claim->withheld ? IS_WITHHELD : 0;
    flags |= claim->has_embargo ? HAS_EMBARGO : 0;
    flags |= claim->other_count > 0 ? HAS_OTHER_IDS : 0;
    flags |= !slice_is_absent(claim->destinations) ? HAS_DESTINATIONS : 0;
    return flags;
}

static void put_version(struct buffer *record, const struct item_version *version)
{
    if (version->has_number)
        put_integer(record, (uint64_t)version->number, 8);
    if (version->label != 0)
        put_integer(record, version->label, 8);
    if (version->has_created)
        put_integer(record, (uint64_t)version->created_ms, 8);
}

static void put_other_ids(struct buffer *record, const struct claim *claim)
{
    if (claim->other_count == 0)
        return;
    put_integer(record, claim->other_count, 1);
    for (uint32_t i = 0; i < claim->other_count; i++)
        put_integer(record, claim->other_identities[i], 8);
}

static void put_sketch(struct buffer *record, const struct claim *claim)
{
    put_integer(record, claim->fingerprint.shingles, 4);
    for (unsigned i = 0; i < SKETCH_WORDS; i++)
        put_integer(record, claim->fingerprint.sketch[i], 8);
    put_integer(record, claim->keys.count, 1);
    for (uint32_t i = 0; i < claim->keys.count; i++)
        put_integer(record, claim->keys.keys[i], 4);
}

static void put_text_part(struct buffer *record, const struct claim *claim)
{
    put_integer(record, (uint64_t)claim->list, 8);
    put_integer(record, claim->fingerprint.exact, 8);
    put_integer(record, claim->fingerprint.numbers, 8);
    put_integer(record, claim->fingerprint.names, 8);
    if (claim->fingerprint.shingles != 0)
        put_sketch(record, claim);
}

static void put_coordinates(struct buffer *record, const struct article_coordinates *coordinates)
{
    put_integer(record, (uint32_t)coordinates->partition, 4);
    put_integer(record, (uint64_t)coordinates->offset, 8);
    put_integer(record, coordinates->payload_hash, 8);
    put_text(record, coordinates->topic);
}

void claim_write(const struct claim *claim, struct buffer *record)
{
    put_integer(record, CLAIM_FORM, 1);
    put_integer(record, claim->type, 1);
    put_integer(record, flags_of(claim), 2);
    put_integer(record, claim->terms, 8);
    put_coordinates(record, &claim->coordinates);
    if (!slice_is_absent(claim->id))
        put_text(record, claim->id);
    if (claim->identity != 0)
        put_integer(record, claim->identity, 8);
    put_version(record, &claim->version);
    if (!slice_is_absent(claim->evolved_from)) {
        put_integer(record, claim->evolved_from_identity, 8);
        put_text(record, claim->evolved_from);
    }
    put_other_ids(record, claim);
    if (claim->has_embargo)
        put_integer(record, (uint64_t)claim->embargo_ms, 8);
    if (!slice_is_absent(claim->destinations))
        put_text(record, claim->destinations);
    if (claim->type == CLAIM_ARTICLE)
        put_text_part(record, claim);
}

void claim_write_list(const uint32_t *tags, uint32_t count, struct buffer *record)
{
    put_integer(record, CLAIM_FORM, 1);
    put_integer(record, CLAIM_LIST, 1);
    put_integer(record, count, 4);
    for (uint32_t i = 0; i < count; i++)
        put_integer(record, tags[i], TAG_BYTES);
}

void claim_write_terms(const struct terms *terms, bool rules, struct buffer *record)
{
    put_integer(record, CLAIM_FORM, 1);
    put_integer(record, CLAIM_TERMS, 1);
    put_integer(record, rules, 1);
    terms_write(terms, record);
}

void claim_write_retract(const struct article_coordinates *coordinates, struct buffer *record)
{
    put_integer(record, CLAIM_FORM, 1);
    put_integer(record, CLAIM_RETRACT, 1);
    put_coordinates(record, coordinates);
}

/* --- reading --- */

/* Names go out again in `of`: only valid UTF-8 may come in. */
static struct slice take_name(struct reader *reader)
{
    struct slice name = take_text(reader, CLAIM_MAX_TEXT);

    reader->failed |= utf8_valid_prefix(name) != name.length;
    return name;
}

static void take_version(struct reader *reader, unsigned flags, struct item_version *version)
{
    version->has_number = (flags & HAS_NUMBER) != 0;
    version->has_created = (flags & HAS_CREATED) != 0;
    if (version->has_number)
        version->number = (int64_t)take_integer(reader, 8);
    if ((flags & HAS_LABEL) != 0)
        version->label = take_integer(reader, 8);
    if (version->has_created)
        version->created_ms = (int64_t)take_integer(reader, 8);
}

static void take_sketch(struct reader *reader, struct claim *claim)
{
    claim->fingerprint.shingles = (uint32_t)take_integer(reader, 4);
    for (unsigned i = 0; i < SKETCH_WORDS; i++)
        claim->fingerprint.sketch[i] = take_integer(reader, 8);
    claim->keys.count = (uint32_t)take_integer(reader, 1);
    if (claim->keys.count > FINGERPRINT_MAX_KEYS ||
        claim->fingerprint.shingles > SHINGLE_MAX_TOKENS ||
        claim->fingerprint.shingles < FINGERPRINT_MIN_SHINGLES) {
        claim->keys.count = 0;
        reader->failed = true;
    }
    for (uint32_t i = 0; i < claim->keys.count; i++)
        claim->keys.keys[i] = (uint32_t)take_integer(reader, 4);
}

static void take_text_part(struct reader *reader, unsigned flags, struct claim *claim)
{
    claim->list = (int64_t)take_integer(reader, 8);
    claim->fingerprint.exact = take_integer(reader, 8);
    claim->fingerprint.numbers = take_integer(reader, 8);
    claim->fingerprint.names = take_integer(reader, 8);
    if ((flags & HAS_SKETCH) != 0)
        take_sketch(reader, claim);
}

static void take_other_ids(struct reader *reader, struct claim *claim)
{
    claim->other_count = (uint32_t)take_integer(reader, 1);
    if (claim->other_count == 0 || claim->other_count > CLAIM_MAX_OTHER_IDS) {
        claim->other_count = 0;
        reader->failed = true;
    }
    for (uint32_t i = 0; i < claim->other_count; i++)
        claim->other_identities[i] = take_integer(reader, 8);
}

static void take_coordinates(struct reader *reader, struct article_coordinates *coordinates)
{
    coordinates->partition = (int32_t)take_integer(reader, 4);
    coordinates->offset = (int64_t)take_integer(reader, 8);
    coordinates->payload_hash = take_integer(reader, 8);
    coordinates->topic = take_name(reader);
    reader->failed |= coordinates->offset < 0;
}

static void take_item(struct reader *reader, struct claim *claim)
{
    unsigned flags = (unsigned)take_integer(reader, 2);

    reader->failed |= (flags & ~(unsigned)ALL_FLAGS) != 0;

    claim->terms = take_integer(reader, 8);
    take_coordinates(reader, &claim->coordinates);
    claim->correction = (flags & IS_CORRECTION) != 0;
    if ((flags & HAS_ID) != 0)
        claim->id = take_name(reader);
    if ((flags & HAS_IDENTITY) != 0)
        claim->identity = take_integer(reader, 8);
    take_version(reader, flags, &claim->version);
    if ((flags & HAS_EVOLVED_FROM) != 0) {
        claim->evolved_from_identity = take_integer(reader, 8);
        claim->evolved_from = take_name(reader);
    }
    if ((flags & HAS_OTHER_IDS) != 0)
        take_other_ids(reader, claim);
    claim->withheld = (flags & IS_WITHHELD) != 0;
    claim->has_embargo = (flags & HAS_EMBARGO) != 0;
    if (claim->has_embargo)
        claim->embargo_ms = (int64_t)take_integer(reader, 8);
    if ((flags & HAS_DESTINATIONS) != 0)
        claim->destinations = take_text(reader, CLAIM_MAX_TEXT);
    if (claim->type == CLAIM_ARTICLE)
        take_text_part(reader, flags, claim);
}

static void take_list(struct reader *reader, struct claim *claim)
{
    size_t count = take_integer(reader, 4);

    reader->failed |= count > BOILERPLATE_MAX;
    if (!reader->failed)
        claim->tags = take_bytes(reader, count * TAG_BYTES);
}

static void take_terms(struct reader *reader, struct claim *claim)
{
    unsigned rules = (unsigned)take_integer(reader, 1);

    reader->failed |= rules > 1;
    claim->rules = rules == 1;
    claim->terms_bytes = take_bytes(reader, reader->rest.length);
}

static void take_content(struct reader *reader, struct claim *claim)
{
    switch (claim->type) {
    case CLAIM_ARTICLE:
    case CLAIM_KILL:
        take_item(reader, claim);
        return;
    case CLAIM_LIST:
        take_list(reader, claim);
        return;
    case CLAIM_TERMS:
        take_terms(reader, claim);
        return;
    case CLAIM_RETRACT:
        take_coordinates(reader, &claim->coordinates);
        return;
    }
    reader->failed = true;
}

int claim_read(struct slice record, struct claim *ret_claim)
{
    struct reader reader = {.rest = record, .failed = record.length > CLAIM_MAX_BYTES};
    unsigned form = (unsigned)take_integer(&reader, 1);
    unsigned type = (unsigned)take_integer(&reader, 1);

    *ret_claim = (struct claim){.type = (enum claim_type)type, .list = -1};
    if (form != CLAIM_FORM || reader.failed)
        return -1;
    take_content(&reader, ret_claim);
    return reader.failed || reader.rest.length != 0 ? -1 : 0;
}

uint32_t claim_tag(const struct claim *claim, size_t i)
{
    struct reader reader = {.rest = slice_of(claim->tags.data + i * TAG_BYTES, TAG_BYTES)};

    return (uint32_t)take_integer(&reader, TAG_BYTES);
}

uint64_t claim_coordinates_hash(const struct claim *claim)
{
    const struct article_coordinates *coordinates = &claim->coordinates;
    uint64_t hash = hash_bytes(coordinates->topic);

    hash = mix(hash ^ (uint32_t)coordinates->partition);
    hash = mix(hash ^ (uint64_t)coordinates->offset);
    hash = mix(hash ^ coordinates->payload_hash);
    return hash != 0 ? hash : 1;
}
