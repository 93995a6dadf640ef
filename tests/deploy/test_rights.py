"""What `copydesk topics` and `copydesk acl` print, put in force on a broker with an authorizer: with
it the stage runs; with any one right less, that one is named."""

import json
import os
import re
import shlex
import subprocess

import pytest
from confluent_kafka.admin import (AclBinding, AclBindingFilter, AclOperation, AclPermissionType,
                                   ResourcePatternType)

from broker import jars
from stage import PROGRAM
# The fixtures: a broker that insists on TLS and rights, and the ways to it.
from test_security import (KINDS, REPORTER, Rights,  # pylint: disable=unused-import
                           bus, cluster, commands_in, folder, instance, rights, ways)

OPERATIONS = {"Read": AclOperation.READ, "Write": AclOperation.WRITE,
              "DescribeConfigs": AclOperation.DESCRIBE_CONFIGS}
PATTERNS = {"literal": ResourcePatternType.LITERAL, "prefixed": ResourcePatternType.PREFIXED}
TOOLS = {"kafka-topics.sh": "org.apache.kafka.tools.TopicCommand",
         "kafka-acls.sh": "org.apache.kafka.tools.AclCommand"}
TEXT = ("The harbour of Port{n:x} was closed on Friday after ice had damaged the outer wall, and "
        "ferry {n} will not sail before divers have looked at it closely again. ")


@pytest.fixture
def prefix(request):
    """Of the topics of a test."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[-40:].strip("-")


class Article:
    """What bus.feed wants of a case."""

    headers, timestamp = (), 0

    def __init__(self, sequence, body):
        self.sequence = sequence
        self.key = str(sequence).encode()
        self.value = b"{" if body is None else json.dumps(
            {"id": f"a-{sequence}", "body": body}).encode()


class Feed:
    """Articles for every output: a new one, its copy, and one that is broken."""

    def __init__(self, bus_, topic):
        self.bus, self.topic, self.count = bus_, topic, 0

    def more(self):
        text = " ".join(TEXT.format(n=self.count * 7919 + i * 104729) for i in range(4))
        self.bus.feed(self.topic, [Article(self.count, text), Article(self.count + 1, text),
                                   Article(self.count + 2, None)], partition=0)
        self.count += 3


def settings(prefix, delivery):
    return {
        "delivery": delivery,
        "shutdown_timeout": "5s",  # where librdkafka's close hangs, the watchdog ends it soon after
        "processors": [{"language": {}}, {"duplicates": {"topic": f"{prefix}.claims"}}],
        "producer": {
            "delivery": delivery,
            "routes": [{"when": {"duplicate": ["exact", "near"]}, "topic": f"{prefix}.copies"},
                       {"topic": f"{prefix}.{{language}}", "allow": ["en"],
                        "otherwise": f"{prefix}.other"}],
            "dead_letters": f"{prefix}.rejected",
        },
    }


def printed(stage, *arguments):
    done = subprocess.run([PROGRAM, *arguments, "-c", stage.file], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_as_they_stand(text, bootstrap):
    """The commands, but over the listener that may."""
    for line in text.splitlines():
        tool, *words = shlex.split(line)
        words[words.index("--bootstrap-server") + 1] = bootstrap
        done = subprocess.run(
            ["java", "-Xmx64m", "-XX:TieredStopAtLevel=1",
             "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", os.path.join(jars(), "*"),
             TOOLS[tool], *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, line + done.stdout + done.stderr


def needed(stage):
    """[(resource, name, pattern, operation)] that the verb prints."""
    lines = map(json.loads, printed(stage, "acl", "--format", "json").splitlines())
    return [(line["resource"], line["name"], line["pattern"], operation)
            for line in lines for operation in line["operations"]]


class PrintedRights(Rights):
    """Gives and takes what is printed, and waits until it is in force."""

    def change_printed(self, call, right):
        resource, name, pattern, operation = right
        binding = AclBindingFilter if call == "delete_acls" else AclBinding
        found, = getattr(self.admin, call)([binding(
            KINDS[resource], name, PATTERNS[pattern], REPORTER, "*", OPERATIONS[operation],
            AclPermissionType.ALLOW)]).values()
        assert call == "create_acls" or len(found.result()) == 1
        self.give_all({})  # waits


@pytest.mark.parametrize("delivery", ["exactly-once", "at-least-once"])
def test_with_what_is_printed_it_runs_and_with_one_right_less_that_one_is_named(
        ways, bus, prefix, instance, delivery):
    way = ways["reporter"]
    group = {"topics": [f"{prefix}.raw"], "group": prefix, "kafka": {"session.timeout.ms": 2000}}
    first = instance(way, **settings(prefix, delivery), consumer=group)
    run_as_they_stand(printed(first, "topics", "--partitions", "2", "--replicas", "1"),
                      bus.bootstrap)
    run_as_they_stand(printed(first, "acl"), bus.bootstrap)
    feed, rights_ = Feed(bus, f"{prefix}.raw"), PrintedRights(bus, way)
    rights_.give_all({})

    feed.more()
    first.start().finish()
    assert "rights: reading and writing are allowed" in printed(first, "check", "--connect")
    for topic in ("en", "copies", "rejected"):
        assert len(bus.read(f"{prefix}.{topic}")) == 1

    outputs = ("copies", "en", "other", "rejected")
    assert {(name, operation) for _, name, _, operation in needed(first)} == {
        (f"{prefix}.raw", "Read"), (prefix, "Read"),
        *((f"{prefix}.{output}", operation) for output in outputs
          for operation in ("Write", "DescribeConfigs")),
        *((f"{prefix}.claims", operation) for operation in ("Read", "Write", "DescribeConfigs")),
        *({(f"copydesk-{prefix}-", "Write")} if delivery == "exactly-once" else ())}
    for right in needed(first):
        rights_.change_printed("delete_acls", right)
        one = instance(way, **settings(prefix, delivery), consumer=group)
        assert_told(one, right, feed)
        rights_.change_printed("create_acls", right)
    instance(way, **settings(prefix, delivery), consumer=group).start().finish()
    assert len(bus.read(f"{prefix}.en")) >= feed.count / 3


def ended(stage):
    """The exit code; None where it goes on."""
    try:
        return stage.wait_exit()
    except subprocess.TimeoutExpired:
        return None


def assert_told(one, right, feed):
    """By the stage itself, or where it runs without, by check --connect."""
    resource, name, pattern, operation = right
    feed.more()
    if operation == "DescribeConfigs":
        said = printed(one, "check", "--connect")
    else:
        assert ended(one.start()) == 1, f"{right}: {one.said()}"
        said = one.said()
    told = [command for line in said.splitlines() for command in commands_in(line)
            if operation in command]
    assert told, f"{right}: {said}"
    assert told[-1][-2] == f"--{resource}", f"{right}: {told}"
    assert told[-1][-1] == name or (pattern == "prefixed" and told[-1][-1].startswith(name)), told
