#include <strings.h>

#include "config/internal.h"

/* Does every article for which `value` holds also fulfil `broader`? */
typedef bool covering(const char *broader, const char *value);

static bool is_same(const char *broader, const char *value)
{
    return strcmp(broader, value) == 0;
}

/* fr covers fr-CA. */
static bool tag_covers(const char *broader, const char *value)
{
    size_t length = strlen(broader);

    return strncasecmp(broader, value, length) == 0 &&
           (value[length] == '\0' || value[length] == '-');
}

/* name covers name=value. */
static bool header_covers(const char *broader, const char *value)
{
    size_t length = strlen(broader);

    return is_same(broader, value) ||
           (strchr(broader, '=') == NULL && strncmp(broader, value, length) == 0 &&
            value[length] == '=');
}

static bool any_covers(const struct option_list *broader, const char *value, covering *covers)
{
    const char *const *texts = broader->items;

    for (size_t i = 0; i < broader->count; i++)
        if (texts[i] != NULL && value != NULL && covers(texts[i], value))
            return true;
    return false;
}

/* Does `broader` hold whenever `narrower` does? A condition that is not written always holds. */
static bool list_covers(const struct option_list *broader, const struct option_list *narrower,
                        covering *covers)
{
    const char *const *texts = narrower->items;

    if (broader->count == 0)
        return true;
    for (size_t i = 0; i < narrower->count; i++)
        if (!any_covers(broader, texts[i], covers))
            return false;
    return narrower->count > 0;
}

static bool when_covers(const struct route_condition *broader,
                        const struct route_condition *narrower)
{
    return list_covers(&broader->language, &narrower->language, tag_covers) &&
           list_covers(&broader->duplicate, &narrower->duplicate, is_same) &&
           list_covers(&broader->entity, &narrower->entity, is_same) &&
           list_covers(&broader->source, &narrower->source, is_same) &&
           list_covers(&broader->header, &narrower->header, header_covers);
}

/* Are all its conditions understood? One that is misspelt or empty has a problem of its own, and
 * would make the route look broader than it is meant. */
static bool is_whole(const struct route_condition *when, const struct config_node *route)
{
    const struct config_node *node = config_node_get(route, "when");
    size_t understood = (size_t)(when->language.count > 0) + (when->duplicate.count > 0) +
                        (when->entity.count > 0) + (when->source.count > 0) +
                        (when->header.count > 0);

    return node != NULL && understood > 0 && node->count == understood;
}

static void check_route(const struct config *config, size_t index, const struct config_node *first,
                        const struct config_node *node, struct config_problems *problems)
{
    const struct route_settings *routes = config->settings.producer.routes.items;

    for (size_t i = 0; i < index; i++, first = first->next) {
        if (!is_whole(&routes[i].when, first) || !is_whole(&routes[index].when, node) ||
            !when_covers(&routes[i].when, &routes[index].when))
            continue;
        config_problem_at(problems, node,
                          "this route is never reached: route %zu (counted from 1) takes every "
                          "article that it could take",
                          i + 1);
        return;
    }
}

static bool has_processor(const struct settings *settings, const char *name)
{
    const struct option_one_of *entries = settings->processors.items;

    for (size_t i = 0; i < settings->processors.count; i++)
        if (entries[i].name == NULL || strcmp(entries[i].name, name) == 0 ||
            strcmp(entries[i].name, "plugin") == 0)
            return true; /* one without a name has a problem of its own; a plugin may find it too */
    return false;
}

/* without: what is true of every article where the processor does not run; NULL: nothing. */
static void check_condition(const struct config *config, const struct config_node *node,
                            const struct option_list *values, const char *processor,
                            const char *without, struct config_problems *problems)
{
    if (node == NULL || values->count == 0 || has_processor(&config->settings, processor))
        return;
    if (without == NULL || !any_covers(values, without, is_same))
        config_problem_at(problems, node->key,
                          "this never holds: the processor %s is not among the processors",
                          processor);
}

static void check_conditions(const struct config *config, const struct route_settings *route,
                             const struct config_node *node, struct config_problems *problems)
{
    const struct config_node *when = config_node_get(node, "when");

    check_condition(config, config_node_get(when, "language"), &route->when.language, "language",
                    "und", problems);
    check_condition(config, config_node_get(when, "duplicate"), &route->when.duplicate,
                    "duplicates", "new", problems);
    check_condition(config, config_node_get(when, "entity"), &route->when.entity, "entities", NULL,
                    problems);
}

void config_check_reach(const struct config *config, struct config_problems *problems)
{
    const struct option_list *list = &config->settings.producer.routes;
    const struct route_settings *routes = list->items;
    const struct config_node *node =
        config_node_get(config_node_get(config->root, "producer"), "routes");

    node = node != NULL && node->kind == NODE_SEQUENCE ? node->first : node;
    const struct config_node *first = node;

    for (size_t i = 0; i < list->count && node != NULL; i++, node = node->next) {
        check_conditions(config, &routes[i], node, problems);
        check_route(config, i, first, node, problems);
    }
}
