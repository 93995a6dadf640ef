/* A YAML document as a tree in which every node knows its place, read with libyaml's event parser.
 * What copydesk has no use for is refused with its place: anchors, aliases, merge keys, tags,
 * duplicate keys, several documents. Ownership: nodes live in the arena that they were parsed into.
 * Threads: one at a time; constant once parsed. */
#ifndef COPYDESK_CONFIG_NODE_H
#define COPYDESK_CONFIG_NODE_H

#include <stdbool.h>

#include "base/arena.h"
#include "config/config.h"

enum { CONFIG_MAX_BYTES = 1 << 20, CONFIG_MAX_DEPTH = 32, CONFIG_MAX_NODES = 100000 };

enum config_node_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };

struct config_node {
    enum config_node_kind kind;
    bool is_refused;   /* reported already: what follows from it needs no problem of its own */
    bool is_null;      /* a scalar without quotes that is empty, ~ or null */
    bool is_looked_up; /* its text came, at least in part, by ${NAME} or ${file:...} */
    bool is_from_file; /* its text came, at least in part, by ${file:...} */
    const char *file;  /* as problems name it */
    int line;          /* 1-based */
    int column;        /* 1-based, in characters */
    const char *text;  /* of a scalar: valid UTF-8 without NUL; else NULL */
    const struct config_node *key; /* of a mapping's value; else NULL */
    struct config_node *first;     /* items of a sequence, values of a mapping, in order */
    struct config_node *next;      /* the sibling behind this one */
    size_t count;                  /* of children */
};

/* Parses one document. yaml: at most CONFIG_MAX_BYTES. file: copied. An empty document is an empty
 * mapping. Returns NULL when nothing can be made of it; what is refused is reported either way. */
struct config_node *config_node_parse(struct arena *arena, struct slice yaml, const char *file,
                                      struct config_problems *problems);

/* The value behind a key of a mapping; NULL where there is none, or where mapping is NULL or of
 * another kind. */
const struct config_node *config_node_get(const struct config_node *mapping, const char *key);

/* The node at a path of keys and indexes, `producer.routes[2].topic`, or the nearest one above it
 * that is there: where a problem is best shown. */
const struct config_node *config_node_near(const struct config_node *root, const char *path);

/* "a list", "a mapping", "one value", "nothing": for sentences. */
const char *config_node_kind_name(const struct config_node *node);

#endif
