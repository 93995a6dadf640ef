#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "config/internal.h"
#include "config/problems.h"

/* Where the checks look, and where they report. */
struct check {
    struct config *config;
    const struct config_node *base; /* what paths begin at: the file, or one route */
    struct config_problems *problems;
};

/* Looking for a place takes time, and beyond the most problems that are kept it is for nothing. */
#define REPORT(check, path, ...)                                                                   \
    config_problem_at((check)->problems,                                                           \
                      (check)->problems->count < CONFIG_MAX_PROBLEMS                               \
                          ? config_node_near((check)->base, path)                                  \
                          : (check)->base,                                                         \
                      __VA_ARGS__)

static const char *const *texts_of(const struct option_list *list)
{
    return list->items;
}

static const char *item_path(const struct check *check, const char *list, size_t index)
{
    return arena_format(&check->config->arena, "%s[%zu]", list, index);
}

enum { KAFKA_MAX_TOPIC = 249, LANGUAGE_MARK = 10 /* bytes of {language} */ };

/* Kafka's rule for the name of a topic: letters, digits, '.', '_', '-'; up to 249; not . or .. */
static const char *topic_fault(struct slice name)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

    if (name.length == 0)
        return "it is empty";
    if (name.length > KAFKA_MAX_TOPIC)
        return "it is longer than 249 characters";
    if (slice_is(name, ".") || slice_is(name, ".."))
        return "Kafka forbids . and ..";
    for (size_t i = 0; i < name.length; i++)
        if (strchr(allowed, name.data[i]) == NULL)
            return "Kafka allows only letters, digits, dot, underscore and hyphen";
    return NULL;
}

static void check_topic(const struct check *check, const char *path, const char *name)
{
    const char *fault = name != NULL ? topic_fault(slice_of_text(name)) : NULL;

    if (fault != NULL)
        REPORT(check, path, "\"%s\" cannot be a topic's name: %s", name, fault);
}

static bool is_input(const struct settings *settings, const char *topic)
{
    const char *const *inputs = texts_of(&settings->consumer.topics);

    for (size_t i = 0; i < settings->consumer.topics.count; i++)
        if (inputs[i] != NULL && strcmp(inputs[i], topic) == 0)
            return true;
    return false;
}

static void check_output(const struct check *check, const char *path, const char *topic)
{
    check_topic(check, path, topic);
    if (topic != NULL && is_input(&check->config->settings, topic))
        REPORT(check, path,
               "\"%s\" is also read from (consumer.topics): the stage would read its "
               "own output",
               topic);
}

static void check_consumer(const struct check *check)
{
    const struct consumer_settings *consumer = &check->config->settings.consumer;
    const char *const *topics = texts_of(&consumer->topics);
    const struct config_node *list =
        config_node_get(config_node_get(check->config->root, "consumer"), "topics");

    for (size_t i = 0; i < consumer->topics.count; i++)
        check_topic(check, item_path(check, "consumer.topics", i), topics[i]);
    if (list != NULL && list->kind == NODE_SEQUENCE && list->count == 0)
        config_problem_at(check->problems, list, "consumer.topics needs at least one topic");
    if (consumer->group != NULL && *consumer->group == '\0')
        REPORT(check, "consumer.group", "consumer.group must not be empty");
}

/* The topic of a route may have one kind of placeholder. The longest primary subtag that may stand
 * for it has 8 letters. */
static void check_route_topic(const struct check *check, const char *path, const char *topic)
{
    struct buffer example = {0};
    const char *brace;

    while ((brace = strchr(topic, '{')) != NULL &&
           strncmp(brace, "{language}", LANGUAGE_MARK) == 0) {
        buffer_append(&example, slice_of(topic, (size_t)(brace - topic)));
        buffer_append_text(&example, "language");
        topic = brace + LANGUAGE_MARK;
    }
    buffer_append_text(&example, topic);
    buffer_append_byte(&example, '\0');
    if (brace != NULL)
        REPORT(check, path, "only {language} can stand in a topic's name, not \"%.*s\"",
               (int)strcspn(brace, "}") + (strchr(brace, '}') != NULL), brace);
    else
        check_output(check, path, example.data);
    buffer_free(&example);
}

static bool is_primary_subtag(const char *text)
{
    size_t length = text != NULL ? strspn(text, "abcdefghijklmnopqrstuvwxyz") : 0;

    return text != NULL && text[length] == '\0' && (length == 2 || length == 3);
}

/* A subtag of two or three letters; the longer ones that BCP 47 reserves are in no use. */
static bool is_language_tag(const char *text)
{
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
    size_t first = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    return (first == 2 || first == 3) && (text[first] == '\0' || text[first] == '-') &&
           text[length] == '\0' && text[length - 1] != '-';
}

/* "EN" and "en-GB" are meant for "en". */
static void check_allowed(const struct check *check, const char *path, const char *text)
{
    char meant[4] = "";

    if (is_primary_subtag(text))
        return;
    for (size_t i = 0; text != NULL && is_language_tag(text) && i < 3 && isalpha(text[i]); i++)
        meant[i] = (char)tolower(text[i]);
    if (meant[0] != '\0')
        REPORT(check, path,
               "\"%s\" is not the primary subtag of a language, such as ar or fr; did you mean "
               "\"%s\"?",
               text, meant);
    else
        REPORT(check, path, "\"%s\" is not the primary subtag of a language, such as ar or fr",
               text != NULL ? text : "");
}

static void check_allow(const struct check *check, const struct route_settings *route)
{
    const char *const *languages = texts_of(&route->allow);
    bool allow = route->allow.items != NULL;
    bool otherwise = route->otherwise != NULL;

    if (allow && !otherwise)
        REPORT(check, "allow", "allow needs otherwise: where do other languages go?");
    if (otherwise && !allow)
        REPORT(check, "otherwise",
               "otherwise needs allow: which languages have a topic of their own?");
    if (allow && route->topic != NULL && strchr(route->topic, '{') == NULL)
        REPORT(check, "allow", "allow needs {language} in the route's topic");
    for (size_t i = 0; allow && i < route->allow.count; i++)
        check_allowed(check, item_path(check, "allow", i), languages[i]);
}

static const char *const verdicts[] = {"new",        "exact", "near",  "overlaps",     "revision",
                                       "correction", "kill",  "stale", "undetermined", NULL};

static bool is_verdict(const char *text)
{
    for (size_t i = 0; verdicts[i] != NULL; i++)
        if (strcmp(verdicts[i], text) == 0)
            return true;
    return false;
}

static void check_verdict(const struct check *check, const char *path, const char *text)
{
    const char *meant = config_suggest(text, verdicts);

    if (is_verdict(text))
        return;
    if (meant != NULL)
        REPORT(check, path, "\"%s\" is not a verdict; did you mean \"%s\"?", text, meant);
    else
        REPORT(check, path,
               "\"%s\" is not a verdict: new, exact, near, overlaps, revision, correction, kill, "
               "stale, undetermined",
               text);
}

static void check_tag(const struct check *check, const char *path, const char *text)
{
    if (!is_language_tag(text))
        REPORT(check, path, "\"%s\" is not a language's BCP 47 tag, such as fr or zh-Hans", text);
}

static void check_not_empty(const struct check *check, const char *path, const char *text)
{
    if (*text == '\0')
        REPORT(check, path, "an empty text never holds; leave it out");
}

static void check_header(const struct check *check, const char *path, const char *text)
{
    if (*text == '\0' || *text == '=')
        REPORT(check, path, "\"%s\" names no header; write a name, or name=value", text);
}

typedef void value_check(const struct check *check, const char *path, const char *text);

/* Is the condition written? path: of its values, in the route. */
static bool check_condition(const struct check *check, const char *path,
                            const struct option_list *values, value_check *one)
{
    const char *const *texts = texts_of(values);

    for (size_t i = 0; i < values->count; i++)
        if (texts[i] != NULL)
            one(check, item_path(check, path, i), texts[i]);
    if (values->items != NULL && values->count == 0)
        REPORT(check, path, "an empty list never holds; leave the key out");
    return values->items != NULL;
}

static void check_when(const struct check *check, const struct route_condition *when)
{
    int given = check_condition(check, "when.language", &when->language, check_tag) +
                check_condition(check, "when.duplicate", &when->duplicate, check_verdict) +
                check_condition(check, "when.entity", &when->entity, check_not_empty) +
                check_condition(check, "when.source", &when->source, check_not_empty) +
                check_condition(check, "when.header", &when->header, check_header);
    const struct config_node *node = config_node_get(check->base, "when");

    if (given == 0 && node->count == 0)
        config_problem_at(check->problems, node, "when has no condition; leave it out");
}

static bool has_misspelt_when(const struct config_node *route)
{
    static const char *const when[] = {"when", NULL};

    for (const struct config_node *value = route->first; value != NULL; value = value->next)
        if (config_suggest(value->key->text, when) != NULL)
            return true;
    return false;
}

/* check: its base is the route. */
static void check_route(const struct check *check, const struct route_settings *route, bool last)
{
    if (check->base->kind != NODE_MAPPING)
        return;
    if (route->topic != NULL)
        check_route_topic(check, "topic", route->topic);
    check_output(check, "otherwise", route->otherwise);
    check_allow(check, route);
    if (route->has_when)
        check_when(check, &route->when);
    if (route->has_when && last)
        REPORT(check, "when",
               "the last route must have no when, so that every article goes somewhere; add one "
               "behind it, such as {topic: articles.other}");
    if (!route->has_when && !last && !has_misspelt_when(check->base))
        REPORT(check, "",
               "this route has no when and takes every article: the routes behind it are never "
               "reached");
}

/* Whether `when` was written is not in the table's struct: routes are copied to note it. */
static void check_routes(struct check check, struct option_list *routes)
{
    const struct config_node *list =
        config_node_get(config_node_get(check.base, "producer"), "routes");
    struct route_settings *copies =
        arena_allocate(&check.config->arena, routes->count * sizeof *copies);

    if (list != NULL && list->kind == NODE_SEQUENCE && list->count == 0)
        config_problem_at(check.problems, list, "producer.routes needs at least one route");
    if (routes->count == 0 || list == NULL)
        return;
    memcpy(copies, routes->items, routes->count * sizeof *copies);
    routes->items = copies;
    check.base = list->kind == NODE_SEQUENCE ? list->first : list;
    for (size_t i = 0; i < routes->count; i++, check.base = check.base->next) {
        copies[i].has_when = config_node_get(check.base, "when") != NULL;
        check_route(&check, &copies[i], i + 1 == routes->count);
    }
}

static void check_producer(const struct check *check)
{
    struct producer_settings *producer = &check->config->settings.producer;

    check_routes(*check, &producer->routes);
    check_output(check, "producer.dead_letters", producer->dead_letters);
    check_output(check, "producer.kills", producer->kills);
}

static void check_listen(const struct check *check)
{
    const char *listen = check->config->settings.http.listen;
    const char *colon = listen != NULL ? strrchr(listen, ':') : NULL;
    size_t digits = colon != NULL ? strspn(colon + 1, "0123456789") : 0;
    long port = 0;

    if (listen == NULL || *listen == '\0')
        return;
    for (size_t i = 1; i <= digits && port < 100000; i++)
        port = 10 * port + (colon[i] - '0');
    if (colon == NULL || colon == listen || digits == 0 || colon[1 + digits] != '\0' ||
        port > 65535)
        REPORT(check, "http.listen",
               "http.listen: \"%s\" is not host:port, such as 127.0.0.1:9464 or [::1]:9464",
               listen);
}

static void check_limits(const struct check *check)
{
    const struct limits_settings *limits = &check->config->settings.limits;

    if (limits->article > limits->memory)
        REPORT(check, "limits.article",
               "limits.article is larger than limits.memory: such an article could never be read");
}

static void check_instance(const struct check *check)
{
    struct settings *settings = &check->config->settings;
    char host[256] = "";

    if (settings->instance != NULL && *settings->instance == '\0')
        REPORT(check, "instance", "instance must not be empty; leave it out for the host's name");
    if (settings->instance != NULL)
        return;
    gethostname(host, sizeof host - 1);
    settings->instance = arena_copy_text(&check->config->arena, *host != '\0' ? host : "localhost");
}

void config_check(struct config *config, struct config_problems *problems)
{
    struct check check = {.config = config, .base = config->root, .problems = problems};
    const struct config_node *consumer = config_node_get(config->root, "consumer");
    const struct config_node *producer = config_node_get(config->root, "producer");

    check_instance(&check);
    config_check_kafka(config_node_get(config->root, "kafka"), "kafka", problems);
    config_check_kafka(config_node_get(consumer, "kafka"), "consumer.kafka", problems);
    config_check_kafka(config_node_get(producer, "kafka"), "producer.kafka", problems);
    check_consumer(&check);
    check_producer(&check);
    config_check_reach(config, problems);
    check_limits(&check);
    check_listen(&check);
}
