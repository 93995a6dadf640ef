"""What a configuration needs of others, from outside: test_needs.py PROGRAM

`topics`, `acl`, `keda`.
"""

import json
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

import yaml

PROGRAM = sys.argv.pop(1)
CONFIGURATION = """
kafka:
  bootstrap.servers: kafka-1:9093,kafka-2:9093
  security.protocol: SASL_SSL
  sasl.mechanism: SCRAM-SHA-512
  sasl.username: desk
consumer: {topics: [raw, Wire_Raw], group: news desk, from: latest}
processors: [{language: {}}, {duplicates: {topic: claims}}]
producer:
  routes:
    - {when: {duplicate: [exact]}, topic: articles.duplicates}
    - {topic: "articles.{language}", allow: [ar, fr], otherwise: articles.other}
  dead_letters: articles.rejected
"""


class Verbs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "copydesk.yaml"
        self.file.write_text(CONFIGURATION, encoding="utf-8")

    def run_verb(self, *arguments, status=0):
        done = subprocess.run([PROGRAM, *arguments, "-c", self.file], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout if status == 0 else done.stderr

    def json_lines(self, *arguments):
        return [json.loads(line)
                for line in self.run_verb(*arguments, "--format", "json").splitlines()]

    def commands(self, *arguments):
        return [shlex.split(line) for line in self.run_verb(*arguments).splitlines()]

    def documents(self, *arguments):
        return list(yaml.safe_load_all(self.run_verb(*arguments)))


def values(command, flag):
    return [command[at + 1] for at, word in enumerate(command) if word == flag]


class Topics(Verbs):
    def test_every_topic_comes_once_and_the_claims_topic_has_one_partition(self):
        found = {line["topic"]: (line["role"], line["partitions"])
                 for line in self.json_lines("topics", "--partitions", "12")}
        self.assertEqual(found, {
            "raw": ("input", 12), "Wire_Raw": ("input", 12),
            "articles.rejected": ("dead_letters", 12), "articles.duplicates": ("output", 12),
            "articles.ar": ("output", 12), "articles.fr": ("output", 12),
            "articles.other": ("output", 12), "claims": ("claims", 1)})

    def test_commands_resources_and_lines_say_the_same(self):
        lines = self.json_lines("topics")
        commands = self.commands("topics")
        resources = self.documents("topics", "--format", "strimzi", "--cluster", "bus")
        for line, command, resource in zip(lines, commands, resources, strict=True):
            self.assertEqual(values(command, "--topic"), [line["topic"]])
            self.assertEqual(values(command, "--partitions"), [str(line["partitions"])])
            self.assertEqual(values(command, "--replication-factor"), [str(line["replicas"])])
            self.assertEqual(dict(pair.split("=") for pair in values(command, "--config")),
                             line["config"])
            self.assertEqual(resource["metadata"]["labels"], {"strimzi.io/cluster": "bus"})
            self.assertEqual(resource["spec"], {
                "topicName": line["topic"], "partitions": line["partitions"],
                "replicas": line["replicas"], "config": line["config"]})

    def test_a_name_that_kubernetes_does_not_take_gets_one_that_no_other_has(self):
        names = {document["spec"]["topicName"]: document["metadata"]["name"]
                 for document in self.documents("topics", "--format", "strimzi")}
        self.assertEqual(names["articles.ar"], "articles.ar")
        self.assertRegex(names["Wire_Raw"], "^wire-raw-[0-9a-f]{8}$")

    def test_a_route_without_allow_is_told_of(self):
        said = self.run_verb("topics", "-s", 'producer.routes=[{topic: "out.{language}"}]')
        self.assertIn("# and one named out.* for each language", said)

    def test_wrong_numbers_and_forms_are_refused(self):
        self.assertIn("whole number from 1 to 10000, not \"0\"",
                      self.run_verb("topics", "--partitions", "0", status=2))
        self.assertIn('did you mean "strimzi"',
                      self.run_verb("topics", "--format", "strimsi", status=2))


class Rights(Verbs):
    def test_commands_resource_and_lines_say_the_same(self):
        lines = self.json_lines("acl")
        commands = self.commands("acl")
        user, = self.documents("acl", "--format", "strimzi")
        self.assertEqual(user["metadata"]["name"], "desk")
        self.assertEqual(user["spec"]["authentication"], {"type": "scram-sha-512"})
        entries = user["spec"]["authorization"]["acls"]
        for line, command, entry in zip(lines, commands, entries, strict=True):
            self.assertEqual(values(command, "--allow-principal"), [line["principal"]])
            self.assertEqual(values(command, "--operation"), line["operations"])
            self.assertEqual(values(command, f"--{line['resource']}"), [line["name"]])
            self.assertEqual(values(command, "--resource-pattern-type") or ["literal"],
                             [line["pattern"]])
            self.assertEqual(entry["operations"], line["operations"])
            kind = {"transactional-id": "transactionalId"}.get(line["resource"], line["resource"])
            pattern = {"prefixed": "prefix"}.get(line["pattern"], line["pattern"])
            self.assertEqual(entry["resource"], {"type": kind, "name": line["name"],
                                                 "patternType": pattern})

    def test_words_are_quoted_for_the_shell(self):
        said = self.run_verb("acl", "--principal", "User:CN=desk,O=The 'News'")
        self.assertIn("--group 'news desk'", said)
        self.assertIn(r"--allow-principal 'User:CN=desk,O=The '\''News'\'''", said)

    def test_two_users_get_what_each_needs(self):
        lines = self.json_lines("acl", "-s", 'consumer.kafka."sasl.username"=reader')
        found = {}
        for line in lines:
            for operation in line["operations"]:
                found.setdefault(line["principal"], set()).add((line["name"], operation))
        self.assertEqual(found["User:reader"], {
            ("raw", "Read"), ("Wire_Raw", "Read"), ("news desk", "Read"), ("claims", "Read"),
            ("claims", "DescribeConfigs")})
        self.assertIn(("news desk", "Read"), found["User:desk"])
        self.assertIn(("claims", "Write"), found["User:desk"])
        self.assertNotIn(("raw", "Read"), found["User:desk"])

    def test_who_is_not_known_is_asked_for(self):
        self.file.write_text(CONFIGURATION.replace("sasl.username: desk", "client.id: desk"),
                             encoding="utf-8")
        self.assertIn("--principal, such as User:CN=desk", self.run_verb("acl", status=2))
        user, = self.documents("acl", "--format", "strimzi", "--principal", "User:CN=desk,O=News")
        self.assertEqual(user["metadata"]["name"], "desk")
        self.assertEqual(user["spec"]["authentication"], {"type": "tls"})

    def test_a_route_to_any_topic_needs_all_of_them(self):
        lines = self.json_lines("acl", "-s", 'producer.routes=[{topic: "{language}"}]')
        self.assertIn(("*", "literal"), {(line["name"], line["pattern"]) for line in lines})


class Keda(Verbs):
    def test_each_input_topic_is_a_trigger_and_secrets_come_by_reference(self):
        scaled, authentication = self.documents("keda", "--most", "12", "--lag", "500")
        self.assertEqual(scaled["spec"]["maxReplicaCount"], 12)
        triggers = scaled["spec"]["triggers"]
        self.assertEqual([trigger["metadata"]["topic"] for trigger in triggers],
                         ["raw", "Wire_Raw"])
        for trigger in triggers:
            self.assertEqual(trigger["metadata"], {
                "bootstrapServers": "kafka-1:9093,kafka-2:9093", "consumerGroup": "news desk",
                "topic": trigger["metadata"]["topic"], "lagThreshold": "500",
                "offsetResetPolicy": "latest", "excludePersistentLag": "true",
                "limitToPartitionsWithLag": "true", "sasl": "scram_sha512", "tls": "enable"})
            self.assertEqual(trigger["authenticationRef"]["name"],
                             authentication["metadata"]["name"])
        self.assertEqual({secret["parameter"] for secret in
                          authentication["spec"]["secretTargetRef"]},
                         {"username", "password", "ca"})

    def test_static_members_are_a_stateful_set_and_open_brokers_need_no_secret(self):
        scaled, = self.documents("keda", "-s", "consumer.static_membership=true", "-s",
                                 "kafka={bootstrap.servers: localhost}")
        self.assertEqual(scaled["spec"]["scaleTargetRef"]["kind"], "StatefulSet")
        self.assertNotIn("authenticationRef", scaled["spec"]["triggers"][0])

    def test_more_at_least_than_at_most_is_refused(self):
        self.run_verb("keda", "--least", "7", status=2)


if __name__ == "__main__":
    unittest.main(verbosity=1)
