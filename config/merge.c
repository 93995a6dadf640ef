#include "config/merge.h"

#include <stdlib.h>

static struct config_node **link_of(struct config_node *mapping, const char *key)
{
    struct config_node **link = &mapping->first;

    while (*link != NULL && strcmp((*link)->key->text, key) != 0)
        link = &(*link)->next;
    return link;
}

/* In place of the value of the same key, or behind the last one. */
static void put(struct config_node *mapping, struct config_node *value)
{
    struct config_node **link = link_of(mapping, value->key->text);

    value->next = *link != NULL ? (*link)->next : NULL;
    mapping->count += *link == NULL;
    *link = value;
}

void config_merge(struct config_node *root, struct config_node *over)
{
    struct config_node *next;

    for (struct config_node *value = over->first; value != NULL; value = next) {
        struct config_node *old = *link_of(root, value->key->text);

        next = value->next;
        if (old != NULL && old->kind == NODE_MAPPING && value->kind == NODE_MAPPING)
            config_merge(old, value);
        else
            put(root, value);
    }
}

/* ---- PATH=VALUE ---- */

struct setting {
    struct arena *arena;
    struct config_problems *problems;
    const char *argument;
    const char *at; /* in argument */
    int ordinal;
};

static int column_of(const struct setting *setting, const char *place)
{
    int column = 1;

    for (const char *byte = setting->argument; byte < place; byte++)
        column += ((unsigned char)*byte & 0xc0) != 0x80;
    return column;
}

#define REFUSE(setting, ...)                                                                       \
    config_problem_in((setting)->problems, "-s", (setting)->ordinal,                               \
                      column_of(setting, (setting)->at), __VA_ARGS__)

static struct config_node *node_at(const struct setting *setting, const char *place,
                                   enum config_node_kind kind)
{
    struct config_node *node = arena_allocate(setting->arena, sizeof *node);

    node->kind = kind;
    node->file = "-s";
    node->line = setting->ordinal;
    node->column = column_of(setting, place);
    return node;
}

/* One name, quoted where it has dots of its own. Returns its key and stands behind it, or NULL. */
static const struct config_node *read_key(struct setting *setting)
{
    bool quoted = *setting->at == '"';
    const char *start = setting->at + quoted;
    size_t length = strcspn(start, quoted ? "\"" : ".[=\"");
    struct config_node *key = node_at(setting, setting->at, NODE_SCALAR);

    key->text = arena_copy(setting->arena, slice_of(start, length)).data;
    if (length == 0 || (quoted && start[length] != '"')) {
        REFUSE(setting, "\"%s\" must be PATH=VALUE, such as producer.commit_interval=50ms",
               setting->argument);
        return NULL;
    }
    setting->at = start + length + quoted;
    return key;
}

/* Places that the value can take: whose `next` and `key` stay. */
struct slot {
    struct config_node *parent; /* NULL: the whole file */
    struct config_node **link;
    const struct config_node *key; /* NULL: an item of a list */
};

static struct config_node *as_mapping(const struct setting *setting, const struct slot *slot)
{
    struct config_node *node = *slot->link;

    if (node != NULL && node->kind == NODE_MAPPING)
        return node;
    struct config_node *mapping = node_at(setting, setting->at, NODE_MAPPING);

    mapping->key = slot->key;
    mapping->next = node != NULL ? node->next : NULL;
    if (slot->parent != NULL)
        slot->parent->count += node == NULL;
    *slot->link = mapping;
    return mapping;
}

static bool step_to_item(struct setting *setting, struct slot *slot)
{
    char *end = NULL;
    long index = strtol(setting->at + 1, &end, 10);
    struct config_node *list = *slot->link;

    if (end == setting->at + 1 || *end != ']' || index < 0) {
        REFUSE(setting, "an item of a list is written [0], [1] and so on");
        return false;
    }
    if (list == NULL || list->kind != NODE_SEQUENCE || (size_t)index >= list->count) {
        REFUSE(setting, "there is no item %ld; write the whole list: PATH=[VALUE, VALUE]", index);
        return false;
    }
    slot->parent = list;
    slot->key = NULL;
    slot->link = &list->first;
    while (index-- > 0)
        slot->link = &(*slot->link)->next;
    setting->at = end + 1;
    return true;
}

static bool step_to_key(struct setting *setting, struct slot *slot)
{
    struct config_node *mapping = as_mapping(setting, slot);
    const struct config_node *key = read_key(setting);

    if (key == NULL)
        return false;
    *slot = (struct slot){.parent = mapping, .link = link_of(mapping, key->text), .key = key};
    return true;
}

static bool walk(struct setting *setting, struct slot *slot)
{
    if (!step_to_key(setting, slot))
        return false;
    while (*setting->at != '=') {
        bool item = *setting->at == '[';

        if (!item && *setting->at != '.') {
            REFUSE(setting, "\"%s\" has no =; write PATH=VALUE", setting->argument);
            return false;
        }
        setting->at += !item;
        if (item ? !step_to_item(setting, slot) : !step_to_key(setting, slot))
            return false;
    }
    setting->at++;
    return true;
}

/* Line breaks and blanks before it give the value its place. */
static struct config_node *parse_value(struct setting *setting)
{
    struct buffer yaml = {.ceiling = CONFIG_MAX_BYTES};

    for (int i = 1; i < setting->ordinal; i++)
        buffer_append_byte(&yaml, '\n');
    for (int i = column_of(setting, setting->at); i > 1; i--)
        buffer_append_byte(&yaml, ' ');
    buffer_append_text(&yaml, setting->at);
    struct config_node *value =
        config_node_parse(setting->arena, buffer_slice(&yaml), "-s", setting->problems);

    buffer_free(&yaml);
    return value;
}

void config_set(struct arena *arena, struct config_node *root, const char *argument, int ordinal,
                struct config_problems *problems)
{
    struct setting setting = {arena, problems, argument, argument, ordinal};
    struct slot slot = {.link = &root};

    if (!walk(&setting, &slot))
        return;
    if (*setting.at == '\0') {
        REFUSE(&setting, "\"%s\" has no value; write \"\" in quotes for an empty text", argument);
        return;
    }
    struct config_node *value = parse_value(&setting);
    struct config_node *old = *slot.link;

    if (value == NULL)
        return;
    value->key = slot.key;
    value->next = old != NULL ? old->next : NULL;
    slot.parent->count += old == NULL;
    *slot.link = value;
}
