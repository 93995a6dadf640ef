/* What KEDA needs to scale a group by its lag. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/commands.h"
#include "cli/manifest.h"
#include "config/config.h"
#include "config/kafka_access.h"

enum { MOST_INSTANCES = 10000, MOST_LAG = 1000000000 };

struct scaler {
    const struct settings *settings;
    const char *workload;
    const char *kind;
    int least;
    int most;
    int lag;
    struct buffer out;
};

static const char *consumer_setting(const struct scaler *scaler, const char *name,
                                    const char *otherwise)
{
    return kafka_setting_of(scaler->settings, &scaler->settings->consumer.kafka, name, otherwise);
}

static bool is_encrypted(const struct scaler *scaler)
{
    const char *protocol = consumer_setting(scaler, "security.protocol", "plaintext");

    return strcasecmp(protocol, "ssl") == 0 || strcasecmp(protocol, "sasl_ssl") == 0;
}

/* In KEDA's words; those that it does not know stay as they are, for it to complain. */
static const char *sasl_of(const struct scaler *scaler)
{
    static const char *const words[][2] = {{"PLAIN", "plaintext"},
                                           {"SCRAM-SHA-256", "scram_sha256"},
                                           {"SCRAM-SHA-512", "scram_sha512"},
                                           {"OAUTHBEARER", "oauthbearer"},
                                           {"GSSAPI", "gssapi"}};
    const char *protocol = consumer_setting(scaler, "security.protocol", "plaintext");
    const char *mechanism = consumer_setting(scaler, "sasl.mechanism",
                                             consumer_setting(scaler, "sasl.mechanisms", "GSSAPI"));

    if (strncasecmp(protocol, "sasl_", 5) != 0)
        return "none";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(words[i][0], mechanism) == 0)
            return words[i][1];
    return mechanism;
}

static bool has_secrets(const struct scaler *scaler)
{
    return is_encrypted(scaler) || strcmp(sasl_of(scaler), "none") != 0;
}

static void append_pair(struct scaler *scaler, const char *name, const char *value)
{
    buffer_append_format(&scaler->out, "        %s: ", name);
    manifest_append_text(&scaler->out, value);
    buffer_append_byte(&scaler->out, '\n');
}

static void append_trigger(struct scaler *scaler, const char *topic)
{
    bool earliest = scaler->settings->consumer.from == FROM_EARLIEST;
    char lag[16];

    snprintf(lag, sizeof lag, "%d", scaler->lag);
    buffer_append_text(&scaler->out, "    - type: kafka\n      metadata:\n");
    append_pair(scaler, "bootstrapServers", manifest_bootstrap(scaler->settings, BY_CONSUMER));
    append_pair(scaler, "consumerGroup", scaler->settings->consumer.group);
    append_pair(scaler, "topic", topic);
    append_pair(scaler, "lagThreshold", lag);
    append_pair(scaler, "offsetResetPolicy", earliest ? "earliest" : "latest");
    append_pair(scaler, "excludePersistentLag", "true");
    append_pair(scaler, "limitToPartitionsWithLag", "true");
    append_pair(scaler, "sasl", sasl_of(scaler));
    append_pair(scaler, "tls", is_encrypted(scaler) ? "enable" : "disable");
    if (has_secrets(scaler))
        buffer_append_format(&scaler->out, "      authenticationRef:\n        name: %s-kafka\n",
                             scaler->workload);
}

static void append_scaled_object(struct scaler *scaler)
{
    const char *const *topics = scaler->settings->consumer.topics.items;

    buffer_append_format(&scaler->out,
                         "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata:\n"
                         "  name: %s\nspec:\n  scaleTargetRef:\n    kind: %s\n    name: %s\n"
                         "  minReplicaCount: %d\n  maxReplicaCount: %d\n  triggers:\n",
                         scaler->workload, scaler->kind, scaler->workload, scaler->least,
                         scaler->most);
    for (size_t i = 0; i < scaler->settings->consumer.topics.count; i++)
        append_trigger(scaler, topics[i]);
}

static void append_secret(struct scaler *scaler, const char *parameter, const char *key)
{
    buffer_append_format(&scaler->out, "    - parameter: %s\n      name: %s-kafka\n      key: %s\n",
                         parameter, scaler->workload, key);
}

/* The keys of a Secret NAME-kafka. */
static void append_authentication(struct scaler *scaler)
{
    buffer_append_format(&scaler->out,
                         "---\napiVersion: keda.sh/v1alpha1\nkind: TriggerAuthentication\n"
                         "metadata:\n  name: %s-kafka\nspec:\n  secretTargetRef:\n",
                         scaler->workload);
    if (strcmp(sasl_of(scaler), "none") != 0) {
        append_secret(scaler, "username", "username");
        append_secret(scaler, "password", "password");
    }
    if (is_encrypted(scaler))
        append_secret(scaler, "ca", "ca.crt");
    if (consumer_setting(scaler, "ssl.key.location", NULL) != NULL) {
        append_secret(scaler, "cert", "user.crt");
        append_secret(scaler, "key", "user.key");
    }
}

static int read_flags(const struct command_line *line, struct scaler *scaler)
{
    int status = manifest_read_number(line, "least", MOST_INSTANCES, &scaler->least);

    if (status == EXIT_OK)
        status = manifest_read_number(line, "most", MOST_INSTANCES, &scaler->most);
    if (status == EXIT_OK)
        status = manifest_read_number(line, "lag", MOST_LAG, &scaler->lag);
    if (status == EXIT_OK && scaler->least > scaler->most)
        status = command_usage(line, "--least is more than --most");
    return status;
}

static int run_keda(const struct command_line *line)
{
    struct scaler scaler = {.workload = command_value(line, "workload")};
    int status = read_flags(line, &scaler);
    struct config *config = status == EXIT_OK ? command_load_config(line, &status) : NULL;

    if (config == NULL)
        return status;
    scaler.settings = config_settings(config);
    scaler.kind = scaler.settings->consumer.static_membership ? "StatefulSet" : "Deployment";
    append_scaled_object(&scaler);
    if (has_secrets(&scaler))
        append_authentication(&scaler);
    config_free(config);
    return manifest_print(&scaler.out);
}

static const struct command_flag flags[] = {
    COMMAND_FLAGS_CONFIG,
    {"workload", 0, "NAME", "copydesk", "whose replicas are scaled"},
    {"least", 0, "N", "1", "instances at least"},
    {"most", 0, "N", "6", "instances at most; one a partition"},
    {"lag", 0, "ARTICLES", "1000", "the lag that one instance may have"},
    {0},
};

const struct command command_keda = {
    .name = "keda",
    .summary = "prints the resource that lets KEDA scale a group by its lag",
    .example = "copydesk keda -c copydesk.yaml --most 6 | kubectl apply -f -",
    .flags = flags,
    .run = run_keda,
};
