/* Which topics a configuration needs, as commands or resources that create them. */
#include "cli/commands.h"
#include "cli/manifest.h"
#include "config/config.h"

enum { MOST_PARTITIONS = 10000, MOST_REPLICAS = 100 };

struct session {
    const struct settings *settings;
    const char *cluster;
    enum manifest_form form;
    int partitions;
    int replicas;
    struct needs needs;
    struct buffer out;
    const char *joiner; /* what stands before the next setting */
};

/* One order for all claims. */
static int partitions_of(const struct session *session, const struct needed_topic *topic)
{
    return topic->role == NEEDED_CLAIMS ? 1 : session->partitions;
}

static const char *role_name(const struct needed_topic *topic)
{
    static const char *const names[] = {
        [NEEDED_INPUT] = "input",
        [NEEDED_OUTPUT] = "output",
        [NEEDED_DEAD_LETTERS] = "dead_letters",
        [NEEDED_CLAIMS] = "claims",
    };

    return names[topic->role];
}

/* ---- commands ---- */

static void append_command_setting(void *context, const char *name, const char *value)
{
    buffer_append_format(context, " --config %s=%s", name, value);
}

static void append_command(struct session *session, const struct needed_topic *topic)
{
    enum needed_by by = topic->role == NEEDED_INPUT ? BY_CONSUMER : BY_PRODUCER;

    buffer_append_text(&session->out, "kafka-topics.sh --bootstrap-server ");
    manifest_append_word(&session->out, manifest_bootstrap(session->settings, by));
    buffer_append_format(&session->out,
                         " --create --if-not-exists --topic %s --partitions %d "
                         "--replication-factor %d",
                         topic->name, partitions_of(session, topic), session->replicas);
    needs_settings(&session->needs, session->settings, topic, session->replicas,
                   append_command_setting, &session->out);
    buffer_append_byte(&session->out, '\n');
}

/* ---- strimzi ---- */

static void append_yaml_setting(void *context, const char *name, const char *value)
{
    buffer_append_format(context, "    %s: ", name);
    manifest_append_text(context, value);
    buffer_append_byte(context, '\n');
}

static void append_resource(struct session *session, const struct needed_topic *topic)
{
    manifest_append_head(&session->out, "KafkaTopic", topic->name, session->cluster);
    buffer_append_text(&session->out, "  topicName: ");
    manifest_append_text(&session->out, topic->name);
    buffer_append_format(&session->out, "\n  partitions: %d\n  replicas: %d\n  config:\n",
                         partitions_of(session, topic), session->replicas);
    needs_settings(&session->needs, session->settings, topic, session->replicas,
                   append_yaml_setting, &session->out);
}

/* ---- json ---- */

static void append_json_setting(void *context, const char *name, const char *value)
{
    struct session *session = context;

    buffer_append_text(&session->out, session->joiner);
    manifest_append_text(&session->out, name);
    buffer_append_byte(&session->out, ':');
    manifest_append_text(&session->out, value);
    session->joiner = ",";
}

static void append_json(struct session *session, const struct needed_topic *topic)
{
    buffer_append_text(&session->out, "{\"topic\":");
    manifest_append_text(&session->out, topic->name);
    buffer_append_format(&session->out,
                         ",\"role\":\"%s\",\"partitions\":%d,\"replicas\":%d,\"config\":{",
                         role_name(topic), partitions_of(session, topic), session->replicas);
    session->joiner = "";
    needs_settings(&session->needs, session->settings, topic, session->replicas,
                   append_json_setting, session);
    buffer_append_text(&session->out, "}}\n");
}

/* ---- all ---- */

static void append_open(struct session *session, const struct needed_topic *topic)
{
    if (session->form == FORM_JSON) {
        buffer_append_text(&session->out, "{\"prefix\":");
        manifest_append_text(&session->out, topic->name);
        buffer_append_text(&session->out, ",\"role\":\"output\"}\n");
        return;
    }
    buffer_append_format(
        &session->out,
        "# and one named %s* for each language that comes: a route with {language} "
        "and without `allow` does not say which\n",
        topic->name);
}

static void append_topic(struct session *session, const struct needed_topic *topic)
{
    static void (*const forms[])(struct session * session, const struct needed_topic *topic) = {
        [FORM_COMMANDS] = append_command,
        [FORM_STRIMZI] = append_resource,
        [FORM_JSON] = append_json,
    };

    if (topic->is_open)
        append_open(session, topic);
    else
        forms[session->form](session, topic);
}

static int read_flags(const struct command_line *line, struct session *session)
{
    int status = manifest_read_form(line, &session->form);

    if (status == EXIT_OK)
        status = manifest_read_number(line, "partitions", MOST_PARTITIONS, &session->partitions);
    if (status == EXIT_OK)
        status = manifest_read_number(line, "replicas", MOST_REPLICAS, &session->replicas);
    return status;
}

static int run_topics(const struct command_line *line)
{
    struct session session = {.cluster = command_value(line, "cluster")};
    int status = read_flags(line, &session);
    struct config *config = status == EXIT_OK ? command_load_config(line, &status) : NULL;

    if (config == NULL)
        return status;
    session.settings = config_settings(config);
    needs_of(session.settings, NULL, &session.needs);
    for (size_t i = 0; i < session.needs.topic_count; i++)
        append_topic(&session, &session.needs.topics[i]);
    needs_free(&session.needs);
    config_free(config);
    return manifest_print(&session.out);
}

static const struct command_flag flags[] = {
    COMMAND_FLAGS_CONFIG,
    MANIFEST_FLAG_FORMAT,
    {"partitions", 0, "N", "6", "of each topic; the claims topic has one"},
    {"replicas", 0, "N", "3", "of each topic"},
    MANIFEST_FLAG_CLUSTER,
    {0},
};

const struct command command_topics = {
    .name = "topics",
    .summary = "prints the commands that create the topics of a configuration",
    .example = "copydesk topics -c copydesk.yaml --replicas 3",
    .flags = flags,
    .run = run_topics,
};
