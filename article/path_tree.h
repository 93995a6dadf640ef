/* The paths of all roles as one tree, so that a scanner that walks down a value walks down the tree
 * beside it. Private to article/. Threads: constant once built. */
#ifndef COPYDESK_ARTICLE_PATH_TREE_H
#define COPYDESK_ARTICLE_PATH_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "article/id_pattern.h"
#include "article/paths.h"
#include "base/slice.h"

enum { PATH_NOT_WANTED = 255, PATH_MAX_STEPS = 8, PATH_MAX_ALTERNATIVES = 16 };

struct path_node {
    struct slice name; /* of a member; absent: an element of an array, */
    uint32_t index;    /* this one */
    struct path_node *sibling;
    struct path_node *child;
    uint8_t rank[ROLE_COUNT]; /* 0: the alternative that is tried first; PATH_NOT_WANTED */
    uint32_t wanted;          /* roles that end here, as bits 1 << role */
    uint32_t beneath;         /* roles that end here or further down */
};

/* The node of the top-level value. */
const struct path_node *article_paths_root(const struct article_paths *paths);

/* How the id that was found by role's alternative of that rank is taken apart; NULL: it is not. */
const struct id_pattern *article_paths_pattern(const struct article_paths *paths,
                                               enum article_role role, uint8_t rank);

/* node may be NULL; NULL where no path goes on there. */
const struct path_node *path_member(const struct path_node *node, struct slice name);
const struct path_node *path_element(const struct path_node *node, uint32_t index);

#endif
