#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <librdkafka/rdkafka.h>

#include "base/memory.h"
#include "config/internal.h"
#include "config/kafka_names.h"
#include "config/problems.h"

static const struct {
    const char *name;
    const char *why;
} owned[] = {
    {"acks", "an article counts as delivered when all in-sync replicas have it"},
    {"request.required.acks", "an article counts as delivered when all in-sync replicas have it"},
    {"allow.auto.create.topics", "write topics.create"},
    {"auto.commit.enable", "offsets are committed when articles have been delivered"},
    {"auto.commit.interval.ms", "write producer.commit_interval"},
    {"auto.offset.reset",
     "write consumer.from for where a group without offsets begins; a committed "
     "offset that is gone is an error, never a jump"},
    {"enable.auto.commit", "offsets are committed when articles have been delivered"},
    {"enable.auto.offset.store", "offsets are committed when articles have been delivered"},
    {"enable.idempotence", "articles must not be repeated or change places on their way out"},
    {"group.id", "write consumer.group"},
    {"group.instance.id", "write consumer.static_membership, and instance for the name"},
    {"isolation.level", "articles of aborted transactions must never be read"},
    {"partition.assignment.strategy", "partitions move one by one, with cooperative-sticky"},
    {"transactional.id", "it is copydesk-<consumer.group>-<instance>"},
};

static const char *why_owned(const char *name)
{
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        if (strcmp(owned[i].name, name) == 0)
            return owned[i].why;
    return NULL;
}

static bool has_mark(const char *name, const char *const *marks)
{
    for (; *marks != NULL; marks++)
        if (strcasestr(name, *marks) != NULL)
            return true;
    return false;
}

bool config_kafka_is_secret(const char *name)
{
    static const char *const marks[] = {
        "password", "secret", "key.pem", "jaas", "token", "credential", "oauthbearer.config", NULL};

    return has_mark(name, marks);
}

bool config_kafka_is_password(const char *name)
{
    static const char *const marks[] = {"password", "secret", "key.pem", NULL};

    return has_mark(name, marks);
}

/* Settings whose value is a file that librdkafka opens only when it connects. */
static bool names_file(const char *name)
{
    static const char *const names[] = {"ssl.ca.location",       "ssl.certificate.location",
                                        "ssl.key.location",      "ssl.crl.location",
                                        "ssl.keystore.location", "sasl.kerberos.keytab"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void check_file(const struct config_node *value, const char *path,
                       struct config_problems *problems)
{
    const char *name = value->key->text;
    bool probes = strcmp(name, "ssl.ca.location") == 0 && strcmp(value->text, "probe") == 0;

    if (names_file(name) && !probes && *value->text != '\0' && access(value->text, R_OK) != 0)
        config_problem_at(problems, value, "%s.%s: %s cannot be read: %s", path, name, value->text,
                          strerror(errno));
}

/* librdkafka tells all its names only as a printed table, one name at the start of a line. */
static char *print_properties(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    if (stream == NULL)
        abort();
    rd_kafka_conf_properties_show(stream);
    fclose(stream);
    return text;
}

static void each_property(void (*each)(void *context, const char *name), void *context)
{
    FREED_AT_END char *text = print_properties();
    char *rest = text;

    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        size_t length = strcspn(line, " |");

        if (!islower((unsigned char)line[0]) || line[length] != ' ')
            continue;
        line[length] = '\0';
        each(context, line);
    }
}

struct allowed_names {
    void (*each)(void *context, const char *name);
    void *context;
};

static void pass_allowed(void *context, const char *name)
{
    const struct allowed_names *allowed = context;

    if (why_owned(name) == NULL)
        allowed->each(allowed->context, name);
}

void kafka_names(void (*each)(void *context, const char *name), void *context)
{
    struct allowed_names allowed = {each, context};

    each_property(pass_allowed, &allowed);
}

struct name_list {
    struct arena *arena;
    const char **names; /* ends with NULL */
    size_t count;
};

static void keep_name(void *context, const char *name)
{
    struct name_list *list = context;

    list->names = memory_resize(list->names, (list->count + 2) * sizeof *list->names);
    list->names[list->count++] = arena_copy_text(list->arena, name);
    list->names[list->count] = NULL;
}

/* Not worth its time once no more problems are kept. */
static const char *nearest_property(const char *word, struct arena *arena,
                                    const struct config_problems *problems)
{
    struct name_list list = {.arena = arena};

    if (problems->count >= CONFIG_MAX_PROBLEMS)
        return NULL;
    each_property(keep_name, &list);
    const char *nearest = list.names != NULL ? config_suggest(word, list.names) : NULL;

    memory_free(list.names);
    return nearest;
}

static void report_unknown(const struct config_node *value, const char *path, const char *error,
                           struct config_problems *problems)
{
    struct arena arena = {0};
    const char *meant = nearest_property(value->key->text, &arena, problems);

    if (meant != NULL)
        config_problem_at(problems, value->key, "%s: %s; did you mean \"%s\"?", path, error, meant);
    else
        config_problem_at(problems, value->key, "%s: %s", path, error);
    arena_free(&arena);
}

static void report_invalid(const struct config_node *value, const char *path, const char *error,
                           struct config_problems *problems)
{
    const char *name = value->key->text;

    if (config_kafka_is_secret(name) && strstr(error, value->text) != NULL)
        config_problem_at(problems, value, "%s: librdkafka refuses the value of \"%s\"", path,
                          name);
    else
        config_problem_at(problems, value, "%s.%s: %s", path, name, error);
}

static void check_setting(rd_kafka_conf_t *conf, const struct config_node *value, const char *path,
                          struct config_problems *problems)
{
    const char *name = value->key->text;
    const char *why = why_owned(name);
    char error[512] = "";

    if (why != NULL) {
        config_problem_at(problems, value->key, "%s: the stage sets \"%s\" itself: %s", path, name,
                          why);
        return;
    }
    if (value->kind != NODE_SCALAR || value->is_null || value->is_refused)
        return;
    if (config_kafka_is_password(name) && !value->is_looked_up && *value->text != '\0') {
        config_problem_at(problems, value, "%s.%s: " CONFIG_SECRET_ADVICE, path, name);
        return;
    }
    rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, name, value->text, error, sizeof error);

    error[strcspn(error, "\n")] = '\0';
    if (result == RD_KAFKA_CONF_UNKNOWN)
        report_unknown(value, path, error, problems);
    else if (result == RD_KAFKA_CONF_INVALID)
        report_invalid(value, path, error, problems);
    else
        check_file(value, path, problems);
}

void config_check_kafka(const struct config_node *node, const char *path,
                        struct config_problems *problems)
{
    if (node == NULL || node->kind != NODE_MAPPING)
        return;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    for (const struct config_node *value = node->first; value != NULL; value = value->next)
        check_setting(conf, value, path, problems);
    rd_kafka_conf_destroy(conf);
}
