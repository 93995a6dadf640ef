#include "producer/route.h"

#include <strings.h>

static const char PLACEHOLDER[] = "{language}";

struct slice route_primary_subtag(struct slice tag)
{
    const char *hyphen = tag.length > 0 ? memchr(tag.data, '-', tag.length) : NULL;

    return hyphen != NULL ? slice_of(tag.data, (size_t)(hyphen - tag.data)) : tag;
}

static struct slice language_of(const struct article *article)
{
    const struct language_result *language = article->results.language;

    return language != NULL ? language->tag : SLICE_LITERAL("und");
}

/* ---- conditions ---- */

typedef bool (*value_holds)(const struct record *record, const char *value);

static bool any_holds(const struct option_list *values, const struct record *record,
                      value_holds holds)
{
    const char *const *items = values->items;

    if (values->count == 0)
        return true; /* not asked for */
    for (size_t i = 0; i < values->count; i++)
        if (holds(record, items[i]))
            return true;
    return false;
}

/* fr holds for fr and fr-CA; fr-CA only for itself. */
static bool language_holds(const struct record *record, const char *value)
{
    struct slice tag = language_of(record->article);
    size_t length = strlen(value);

    return tag.length >= length && strncasecmp(tag.data, value, length) == 0 &&
           (tag.length == length || tag.data[length] == '-');
}

static bool entity_is(const struct entity *entity, const char *value)
{
    for (uint32_t i = 0; i < entity->id_count; i++)
        if (slice_is(entity->ids[i], value))
            return true;
    return slice_is(entity->name, value);
}

static bool entity_holds(const struct record *record, const char *value)
{
    const struct entities_result *found = record->article->results.entities;

    for (uint32_t i = 0; found != NULL && i < found->entity_count; i++)
        if (entity_is(&found->entities[i], value))
            return true;
    return false;
}

static bool source_holds(const struct record *record, const char *value)
{
    return slice_is(record->article->texts[ROLE_SOURCE], value);
}

/* value: "name" (the header is there) or "name=value" (one of that name has that value). */
static bool header_holds(const struct record *record, const char *value)
{
    const char *equals = strchr(value, '=');
    size_t name_length = equals != NULL ? (size_t)(equals - value) : strlen(value);
    const char *name = NULL;
    const void *bytes = NULL;
    size_t length = 0;

    for (size_t i = 0;
         record->headers != NULL && rd_kafka_header_get_all(record->headers, i, &name, &bytes,
                                                            &length) == RD_KAFKA_RESP_ERR_NO_ERROR;
         i++) {
        if (strlen(name) != name_length || memcmp(name, value, name_length) != 0)
            continue;
        if (equals == NULL || slice_is(slice_of(bytes, length), equals + 1))
            return true;
    }
    return false;
}

/* But for the verdict. */
static bool rest_holds(const struct route_settings *route, const struct record *record)
{
    const struct route_condition *when = &route->when;

    return !route->has_when || (any_holds(&when->language, record, language_holds) &&
                                any_holds(&when->entity, record, entity_holds) &&
                                any_holds(&when->source, record, source_holds) &&
                                any_holds(&when->header, record, header_holds));
}

enum { ALL_VERDICTS = (1 << VERDICT_COUNT) - 1 };

/* A bit for each verdict that the route asks for. */
static unsigned verdicts_of(const struct route_settings *route)
{
    const struct option_list *asked = &route->when.duplicate;
    const char *const *names = asked->items;
    unsigned verdicts = 0;

    if (!route->has_when || asked->count == 0)
        return ALL_VERDICTS;
    for (size_t i = 0; i < asked->count; i++)
        for (unsigned verdict = 0; verdict < VERDICT_COUNT; verdict++)
            if (strcmp(names[i], duplicate_verdict_name(verdict)) == 0)
                verdicts |= 1U << verdict;
    return verdicts;
}

static bool route_holds(const struct route_settings *route, const struct record *record)
{
    const struct duplicate_result *duplicate = record->article->results.duplicate;
    enum duplicate_verdict verdict = duplicate != NULL ? duplicate->verdict : VERDICT_NEW;

    return (verdicts_of(route) >> verdict & 1) != 0 && rest_holds(route, record);
}

/* ---- the topic's name ---- */

static bool is_allowed(const struct route_settings *route, struct slice language)
{
    const char *const *allowed = route->allow.items;

    for (size_t i = 0; i < route->allow.count; i++)
        if (slice_is(language, allowed[i]))
            return true;
    return route->allow.count == 0;
}

static void append_topic(const struct route_settings *route, struct slice language,
                         struct buffer *topic)
{
    const char *place = strstr(route->topic, PLACEHOLDER);

    if (place != NULL && !is_allowed(route, language)) {
        buffer_append_text(topic, route->otherwise);
    } else if (place != NULL) {
        buffer_append(topic, slice_of(route->topic, (size_t)(place - route->topic)));
        buffer_append(topic, language);
        buffer_append_text(topic, place + sizeof PLACEHOLDER - 1);
    } else {
        buffer_append_text(topic, route->topic);
    }
}

/* ---- kills ---- */

/* A destination is the verdicts that lead there, a bit each in two bytes, the length of the topic's
 * name in one, and the name. */
enum { VERDICT_BYTES = 2, FRAME_BYTES = VERDICT_BYTES + 1, LONGEST_TOPIC = 249 };

static void append_destination(const struct route_settings *route, struct slice language,
                               unsigned verdicts, struct buffer *destinations)
{
    size_t start = destinations->length;

    buffer_append_byte(destinations, (char)(verdicts & 0xff));
    buffer_append_byte(destinations, (char)(verdicts >> 8));
    buffer_append_byte(destinations, 0);
    append_topic(route, language, destinations);
    size_t length = destinations->length - start - FRAME_BYTES;

    if (length > LONGEST_TOPIC)
        destinations->length = start;
    else
        destinations->data[start + VERDICT_BYTES] = (char)length;
}

void route_destinations(const struct producer_settings *settings, const struct record *record,
                        struct buffer *ret_destinations)
{
    const struct route_settings *routes = settings->routes.items;
    struct slice language = route_primary_subtag(language_of(record->article));
    unsigned open = ALL_VERDICTS;

    for (size_t i = 0; i < settings->routes.count && open != 0; i++) {
        unsigned verdicts = verdicts_of(&routes[i]) & open;

        if (verdicts == 0 || !rest_holds(&routes[i], record))
            continue;
        append_destination(&routes[i], language, verdicts, ret_destinations);
        open &= ~verdicts;
    }
}

/* Takes the first destination off the rest. Returns false where there is none, or half a one. */
static bool take_destination(struct slice *rest, unsigned *ret_verdicts, struct slice *ret_topic)
{
    const unsigned char *bytes = (const unsigned char *)rest->data;

    if (rest->length < FRAME_BYTES || rest->length < (size_t)FRAME_BYTES + bytes[VERDICT_BYTES])
        return false;
    *ret_verdicts = bytes[0] | (unsigned)bytes[1] << 8;
    *ret_topic = slice_of(rest->data + FRAME_BYTES, bytes[VERDICT_BYTES]);
    size_t taken = FRAME_BYTES + ret_topic->length;

    *rest = slice_of(rest->data + taken, rest->length - taken);
    return true;
}

/* Can a route lead there? {language} may stand for any letters that it does not forbid. */
static bool leads_to(const struct route_settings *route, struct slice topic)
{
    const char *place = strstr(route->topic, PLACEHOLDER);

    if (place == NULL)
        return slice_is(topic, route->topic);
    if (route->otherwise != NULL && slice_is(topic, route->otherwise))
        return true;
    struct slice before = slice_of(route->topic, (size_t)(place - route->topic));
    struct slice behind = slice_of_text(place + sizeof PLACEHOLDER - 1);

    if (topic.length <= before.length + behind.length ||
        memcmp(topic.data, before.data, before.length) != 0 ||
        memcmp(topic.data + topic.length - behind.length, behind.data, behind.length) != 0)
        return false;
    struct slice language =
        slice_of(topic.data + before.length, topic.length - before.length - behind.length);

    for (size_t i = 0; i < language.length; i++)
        if (language.data[i] < 'a' || language.data[i] > 'z')
            return false;
    return is_allowed(route, language);
}

static bool any_leads_to(const struct producer_settings *settings, struct slice topic)
{
    const struct route_settings *routes = settings->routes.items;

    for (size_t i = 0; i < settings->routes.count; i++)
        if (leads_to(&routes[i], topic))
            return true;
    return false;
}

/* Returns false where it is not known, or where the routes lead there no more. */
static bool append_killed_topic(const struct producer_settings *settings,
                                const struct duplicate_result *kill, struct buffer *ret_topic)
{
    struct slice rest = kill != NULL ? kill->destinations : slice_of(NULL, 0);
    struct slice topic;
    unsigned verdicts;

    while (take_destination(&rest, &verdicts, &topic)) {
        if ((verdicts >> kill->killed_verdict & 1) == 0)
            continue;
        if (!any_leads_to(settings, topic))
            return false;
        buffer_append(ret_topic, topic);
        return true;
    }
    return false;
}

static bool withdraws(const struct article *article)
{
    return article->kind == KIND_KILL || article->kind == KIND_TAKEDOWN;
}

void route_record(const struct producer_settings *settings, const struct record *record,
                  struct buffer *ret_topic)
{
    const struct route_settings *routes = settings->routes.items;

    if (withdraws(record->article) && settings->kills != NULL) {
        buffer_append_text(ret_topic, settings->kills);
        return;
    }
    if (withdraws(record->article) &&
        append_killed_topic(settings, record->article->results.duplicate, ret_topic))
        return;
    for (size_t i = 0; i < settings->routes.count; i++) {
        if (!route_holds(&routes[i], record))
            continue;
        append_topic(&routes[i], route_primary_subtag(language_of(record->article)), ret_topic);
        return;
    }
}

static void name_route_topics(const struct route_settings *route,
                              void (*each)(void *context, const char *topic), void *context)
{
    const char *const *allowed = route->allow.items;

    if (strstr(route->topic, PLACEHOLDER) == NULL) {
        each(context, route->topic);
        return;
    }
    for (size_t i = 0; i < route->allow.count; i++) {
        struct buffer topic = {0};

        append_topic(route, slice_of_text(allowed[i]), &topic);
        buffer_append_byte(&topic, '\0');
        each(context, topic.data);
        buffer_free(&topic);
    }
    if (route->otherwise != NULL)
        each(context, route->otherwise);
}

void route_topics(const struct producer_settings *settings,
                  void (*each)(void *context, const char *topic), void *context)
{
    const struct route_settings *routes = settings->routes.items;

    for (size_t i = 0; i < settings->routes.count; i++)
        name_route_topics(&routes[i], each, context);
    if (settings->kills != NULL)
        each(context, settings->kills);
    each(context, settings->dead_letters);
}
