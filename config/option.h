/* An option table: one array that drives parsing, defaults, ranges, --help, the reference page and,
 * later, the JSON Schema. Processors (also plugins) describe their options with the same struct.
 *
 * Values are written to a zeroed struct at `offset`, as the C type that the option type names:
 *
 *   OPTION_FLAG      bool                      true | false
 *   OPTION_INTEGER   int64_t                   42; 1_000
 *   OPTION_SIZE      int64_t, bytes            8MiB, 512KiB, 1GB, 4096
 *   OPTION_DURATION  int64_t, milliseconds     100ms, 30s, 5m, 12h, 7d
 *   OPTION_RATIO     int64_t, thousandths      0.65
 *   OPTION_TEXT      const char *              NULL where neither given nor defaulted
 *   OPTION_CHOICE    int                       index into `choices`
 *   OPTION_LIST      struct option_list        sequence of `element`; a bare value is a list of one
 *   OPTION_TABLE     the nested struct itself  mapping described by `table`
 *   OPTION_MAP       struct option_map         mapping of free names to texts (librdkafka's)
 *   OPTION_ONE_OF    struct option_one_of      mapping with exactly one key; which key, and its
 *                                              value, is described by whoever knows the keys
 *   OPTION_NODE      const struct config_node * as it stands, for another table to read; an
 *                                              empty mapping where not given
 *
 * Everything that a value points to belongs to the configuration and lives as long as it.
 * Fields are only appended: this struct is part of the plugin ABI. Threads: tables are constant. */
#ifndef COPYDESK_CONFIG_OPTION_H
#define COPYDESK_CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_type {
    OPTION_FLAG = 1,
    OPTION_INTEGER,
    OPTION_SIZE,
    OPTION_DURATION,
    OPTION_RATIO,
    OPTION_TEXT,
    OPTION_CHOICE,
    OPTION_LIST,
    OPTION_TABLE,
    OPTION_MAP,
    OPTION_ONE_OF,
    OPTION_NODE,
};

enum option_flags {
    OPTION_REQUIRED = 1 << 0,
    OPTION_SECRET = 1 << 1,    /* masked wherever shown */
    OPTION_NO_RELOAD = 1 << 2, /* takes effect only at start */
};

struct option {
    const char *name; /* as in YAML; the last entry of a table has NULL */
    enum option_type type;
    size_t offset;                /* into the struct that the table describes */
    const char *default_text;     /* as a person would write it in YAML; NULL: none */
    int64_t min;                  /* of INTEGER, SIZE, DURATION, RATIO in their units */
    int64_t max;                  /* 0 with min 0: no limits but the type's */
    const char *const *choices;   /* of CHOICE; ends with NULL */
    const char *unit;             /* for the reference; NULL where the type says it */
    const char *description;      /* one sentence or two for the reference and --help */
    unsigned flags;               /* enum option_flags */
    const struct option *table;   /* of TABLE */
    const struct option *element; /* of LIST: one option without name and offset */
    size_t size;                  /* of LIST of TABLE: bytes of one element's struct */
};

struct option_list {
    const void *items; /* an array of the element's C type */
    size_t count;
};

struct option_pair {
    const char *name;
    const char *value;
    int line; /* 1-based, in the file where it was written */
    int column;
    const char *file;
};

struct option_map {
    const struct option_pair *pairs; /* in the order of the file */
    size_t count;
};

struct config_node; /* a parsed YAML node: config/node.h, not for plugins */

struct option_one_of {
    const char *name; /* the key */
    const struct config_node *key;
    const struct config_node *value; /* what stands behind it */
    const void *options; /* the filled options struct, set by who knows the key's table */
    void *owner;         /* what that one keeps (a processor's descriptor) */
};

#endif
