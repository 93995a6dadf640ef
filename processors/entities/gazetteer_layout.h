/* The bytes of a compiled list: a header, then the sections that it names, each at a multiple of 8
 * bytes. Little-endian; a machine of the other kind refuses the file by its byte order mark.
 * Private to gazetteer*.c. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_GAZETTEER_LAYOUT_H
#define COPYDESK_PROCESSORS_ENTITIES_GAZETTEER_LAYOUT_H

#include "processors/entities/gazetteer.h"

#define GAZETTEER_MAGIC "copydesk names\n"

enum { GAZETTEER_VERSION = 3, GAZETTEER_BYTE_ORDER = 0x01020304, LANGUAGE_BYTES = 16 };

enum gazetteer_section {
    SECTION_LANGUAGES, /* LANGUAGE_BYTES each: BCP 47, NUL-padded */
    SECTION_SMALL,     /* blocks of struct gazetteer_states */
    SECTION_OTHER,     /* the same */
    SECTION_DIRECTORY, /* uint32_t: the first row whose state's upper bits are at least the index;
                          one more behind the last */
    SECTION_ROWS,      /* struct packed_row */
    SECTION_ENTITIES,  /* struct packed_entity */
    SECTION_TEXTS,     /* of entities: length of the name in two bytes, the name, number of ids,
                          for each its length in one byte, the id */
    SECTION_COUNT
};

struct gazetteer_header {
    char magic[16];
    uint32_t byte_order;
    uint32_t version;
    uint64_t size;     /* of the whole, bytes */
    uint64_t checksum; /* XXH3 of everything behind this field */
    uint64_t folding;  /* fold_table_digest where it was built: words are hashed as folded there */
    uint64_t sections[SECTION_COUNT]; /* where each begins */
    uint32_t languages;
    uint32_t entities;
    uint32_t rows;
    uint32_t names;          /* different ones */
    uint32_t small_bits;     /* the set's blocks are 1 << this */
    uint32_t other_bits;     /* the same */
    uint32_t directory_bits; /* upper bits of a state that the directory is by */
    char as_of[12];
};

enum {
    ROW_UPPER = 0xff, /* bit i: word i begins with a capital */
    ROW_ACRONYM = 1 << 8,
    ROW_GUARD_SHIFT = 9,
    ROW_GUARD = 7, /* behind the shift */
    ROW_KIND_SHIFT = 12,
};

struct packed_row {
    uint64_t state; /* that the name ends in */
    uint32_t entity;
    uint16_t language;
    uint16_t bits;
};

struct packed_entity {
    uint32_t text; /* in SECTION_TEXTS */
    uint32_t weight;
    uint32_t line;
    uint8_t kind;
    char country[2];
    uint8_t unused;
};

struct gazetteer {
    const struct gazetteer_header *header;
    const char *languages;
    struct gazetteer_states states;
    const uint32_t *directory;
    const struct packed_row *rows;
    const struct packed_entity *entities;
    const unsigned char *texts;
    unsigned directory_shift;
    void *bytes;
    bool mapped;
};

/* The bytes of a set of states with 1 << bits blocks. */
static inline uint64_t gazetteer_set_bytes(uint32_t bits)
{
    return sizeof(uint64_t) << bits;
}

/* A gazetteer over bytes whose header is sound. They become its own. */
struct gazetteer *gazetteer_over(void *bytes, bool mapped);

#endif
