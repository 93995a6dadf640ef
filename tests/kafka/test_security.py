"""TLS, SASL and rights, on a broker that insists on them."""

import os
import pathlib
import re
import shlex
import subprocess
import time
import uuid

import confluent_kafka
import pytest
from confluent_kafka import KafkaError
from confluent_kafka.admin import (AclBinding, AclBindingFilter, AclOperation, AclPermissionType,
                                   AdminClient, ResourcePatternType, ResourceType)

import checks
from articles import Generator
from broker import Cluster, jars
from bus import WAIT_SECONDS, Bus, wait_for
from certificates import Authority
from stage import PROGRAM, Stage, configuration, output_topics

PASSWORD = "a-long-sentence"
LOGIN = "org.apache.kafka.common.security.{}LoginModule required"
SCRAM = ("SCRAM-SHA-256", "SCRAM-SHA-512")


def properties(folder):
    """A broker's: nobody may do anything but who comes over the plain listener, or was allowed."""
    login = "listener.name.login"
    return {
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,"
                                          "MUTUAL:SSL,LOGIN:SASL_SSL",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS;User:desk",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": folder / "localhost.both.pem",
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": folder / "authority.pem",
        "ssl.principal.mapping.rules": "RULE:^CN=(.*)$/$1/",
        "listener.name.mutual.ssl.client.auth": "required",
        f"{login}.sasl.enabled.mechanisms": ",".join(("PLAIN", *SCRAM)),
        f"{login}.plain.sasl.jaas.config":
            f'{LOGIN.format("plain.Plain")} user_desk="{PASSWORD}" user_reporter="{PASSWORD}";',
        **{f"{login}.{mechanism.lower()}.sasl.jaas.config": f'{LOGIN.format("scram.Scram")};'
           for mechanism in SCRAM},
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """With the certificates."""
    made = tmp_path_factory.mktemp("secure")
    authority = Authority(made, "authority")
    authority.sign("localhost")
    authority.sign("desk")
    Authority(made, "stranger")
    return made


@pytest.fixture(scope="module")
def cluster(folder):
    scram = [f"{mechanism}=[name=desk,password={PASSWORD}]" for mechanism in SCRAM]
    with Cluster(folder, properties=properties(folder), listeners=("TLS", "MUTUAL", "LOGIN"),
                 format_options=[word for user in scram for word in ("--add-scram", user)]
                 ) as running:
        yield running


@pytest.fixture(scope="module")
def bus(cluster):
    return Bus(cluster.bootstrap)


@pytest.fixture
def ways(cluster, folder):
    """How to connect, by name: librdkafka's settings."""
    broker = cluster.brokers[0]

    def over(listener, protocol, **settings):
        return {"bootstrap.servers": broker.address_of(listener), "broker.address.family": "v4",
                "security.protocol": protocol, "ssl.ca.location": str(folder / "authority.pem"),
                **{name.replace("_", "."): value for name, value in settings.items()}}

    def login(mechanism, user="desk", password=PASSWORD):
        return over("LOGIN", "SASL_SSL", sasl_mechanism=mechanism, sasl_username=user,
                    sasl_password=password)

    return {
        "TLS": over("TLS", "SSL"),
        "mutual TLS": over("MUTUAL", "SSL", ssl_certificate_location=str(folder / "desk.pem"),
                           ssl_key_location=str(folder / "desk.key")),
        **{mechanism: login(mechanism) for mechanism in ("PLAIN", *SCRAM)},
        "reporter": login("PLAIN", user="reporter"),
        "unknown authority": {**over("TLS", "SSL"),
                              "ssl.ca.location": str(folder / "stranger.pem")},
        "no certificate": over("MUTUAL", "SSL"),
        "wrong password": login("PLAIN", password="guess"),
        "wrong password, SCRAM": login("SCRAM-SHA-512", password="guess"),
        "other name": {**over("TLS", "SSL"),
                       "bootstrap.servers": f"127.0.0.1:{broker.listeners['TLS']}"},
        "no TLS on a TLS port": {"bootstrap.servers": broker.address_of("TLS"),
                                 "broker.address.family": "v4"},
    }


def without_secrets(kafka, folder):
    """A configuration takes a password from a file, never as it is."""
    if "sasl.password" not in kafka:
        return kafka
    (folder / "password").write_text(kafka["sasl.password"] + "\n", encoding="utf-8")
    return {**kafka, "sasl.password": f"${{file:{folder / 'password'}}}"}


@pytest.fixture
def instance(tmp_path, bus, prefix):
    """Makes instances that connect with the settings given."""
    made = []

    def make(kafka, **changes):
        place = tmp_path / str(len(made))
        place.mkdir()
        settings = configuration(bus.bootstrap, prefix, kafka=without_secrets(kafka, place),
                                 instance="one", **changes)
        made.append(Stage(place, settings, bus))
        return made[-1]

    yield make
    for one in made:
        one.kill()


def go_through(bus, prefix, topics, running):
    cases = Generator(seed=11).cases(200)
    places = bus.feed(f"{prefix}.raw", cases)
    running.start().finish()
    records = bus.read(*topics)
    checks.exactly_once(records, cases)
    checks.in_order(records, places)


@pytest.mark.parametrize("way", ["TLS", "mutual TLS", "PLAIN"])
def test_articles_go_through(ways, bus, prefix, topics, instance, way):
    go_through(bus, prefix, topics, instance(ways[way]))


def librdkafka_version():
    said = subprocess.run([PROGRAM, "version"], check=True, capture_output=True, text=True).stdout
    return tuple(int(part) for part in re.search(r"librdkafka (\d+)\.(\d+)\.(\d+)", said).groups())


@pytest.mark.parametrize("mechanism", SCRAM)
def test_articles_go_through_with_scram(ways, bus, prefix, topics, instance, tmp_path, mechanism):
    """Brokers from Kafka 4.0 on refuse the SCRAM of librdkafka before 2.6.1: where the program has
    such a one, it is run with the one that the Python client brings."""
    running = instance(ways[mechanism])
    if librdkafka_version() < (2, 6, 1):
        newer, = pathlib.Path(confluent_kafka.__file__).parents[1].glob(
            "confluent_kafka.libs/librdkafka-*.so.1")
        (tmp_path / "librdkafka.so.1").symlink_to(newer)
        running.environment = {"LD_LIBRARY_PATH": str(tmp_path)}
    go_through(bus, prefix, topics, running)


REFUSALS = {
    "unknown authority": ("certificate verify failed", "ssl.ca.location"),
    "other name": ("certificate verify failed", "ssl.ca.location"),
    "no certificate": ("certificate", "ssl.certificate.location"),
    "wrong password": ("Invalid username or password", "sasl.password"),
    "wrong password, SCRAM": ("invalid credentials with SASL mechanism SCRAM-SHA-512",
                              "sasl.password"),
    "no TLS on a TLS port": ("security.protocol",),
}


def test_who_is_refused_is_told_why_and_where_to_look(ways, prefix, instance):
    started = {way: instance(ways[way]).start() for way in REFUSALS}
    for way, words in REFUSALS.items():
        assert started[way].wait_exit() == 69, f"{way}: {started[way].said()}"
        last = started[way].said().splitlines()[-1]
        for word in (ways[way]["bootstrap.servers"], *words):
            assert word in last, f"{way}: {last}"


# ---- rights ----

REPORTER = "User:reporter"
KINDS = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP,
         "transactional-id": ResourceType.TRANSACTIONAL_ID}


class Rights:
    def __init__(self, bus, way):
        self.admin = bus.admin
        self.reporter = AdminClient(bus.client(**way))

    def sees(self, topic):
        """A topic that is not there: is it unknown, or none of the reporter's business?"""
        answer = self.reporter.list_topics(topic, timeout=10).topics[topic]
        return answer.error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART

    def change(self, call, kind, name, operation):
        filters = call == "delete_acls"
        binding = (AclBindingFilter if filters else AclBinding)(
            KINDS[kind], name, ResourcePatternType.LITERAL, REPORTER, "*", operation,
            AclPermissionType.ALLOW)
        for done in getattr(self.admin, call)([binding]).values():
            done.result()

    def give_all(self, rules):
        """And waits until the broker goes by them, which it takes in one after the other: the last
        one lets the reporter see a topic."""
        for rule in rules.values():
            self.change("create_acls", *rule)
        topic = f"{uuid.uuid4()}"
        self.change("create_acls", "topic", topic, AclOperation.READ)
        wait_for(lambda: self.sees(topic), "the rights to be in force")

    def take(self, kind, name, operation):
        self.change("delete_acls", kind, name, operation)


@pytest.fixture
def rights(bus, ways):
    return Rights(bus, ways["reporter"])


def needed(prefix):
    """{what: (kind, name, operation)} of the rights that the stage needs."""
    return {
        "input": ("topic", f"{prefix}.raw", AclOperation.READ),
        "group": ("group", prefix, AclOperation.READ),
        "id": ("transactional-id", f"copydesk-{prefix}-one", AclOperation.WRITE),
        **{topic: ("topic", topic, AclOperation.WRITE) for topic in output_topics(prefix)},
    }


def commands_in(text):
    """What the log tells people to run."""
    return [shlex.split(found) for found in re.findall(r'kafka-acls\.sh ([^"\\]*)', text)]


def run_as_it_stands(bus, command):
    """The command itself, but over the listener that may."""
    command[command.index("--bootstrap-server") + 1] = bus.bootstrap
    subprocess.run(["java", "-Xmx64m", "-XX:TieredStopAtLevel=1",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp",
                    os.path.join(jars(), "*"), "org.apache.kafka.tools.AclCommand", *command],
                   check=True, stdout=subprocess.DEVNULL)


def target(command):
    """(kind, name) of the right that a command grants."""
    assert command[2:5] == ["--add", "--allow-principal", REPORTER]
    assert command[5] == "--operation"
    return command[-2].removeprefix("--"), command[-1]


WITHHELD = [(delivery, what) for delivery in ("exactly-once", "at-least-once")
            for what in ("input", "group", "id", "output")
            if (delivery, what) != ("at-least-once", "id")]


@pytest.mark.parametrize("delivery, what", WITHHELD)
def test_a_right_that_is_missing_is_named_with_the_command_that_grants_it(
        ways, bus, prefix, topics, instance, rights, delivery, what):
    rules = needed(prefix)
    what = f"{prefix}.en" if what == "output" else what
    rights.give_all({**rules, what: (*rules[what][:2], AclOperation.DESCRIBE)})
    cases = Generator(seed=12).cases(200)
    bus.feed(f"{prefix}.raw", cases)

    denied = instance(ways["reporter"], delivery=delivery).start()
    assert denied.wait_exit() == 1, denied.said()
    command, = commands_in(denied.said())
    assert target(command) == rules[what][:2]
    run_as_it_stands(bus, command)

    instance(ways["reporter"], delivery=delivery).start().finish()
    records = bus.read(*topics)
    checks.nothing_lost(records, cases)
    if delivery == "exactly-once":
        checks.exactly_once(records, cases)


def test_who_may_nothing_is_told_everything_in_three_steps(
        ways, bus, prefix, topics, instance, rights):
    rules = {rule[:2]: rule for rule in needed(prefix).values()}
    told = []
    for _ in range(3):
        denied = instance(ways["reporter"]).start()
        assert denied.wait_exit() == 1, denied.said()
        told.append([target(command) for command in commands_in(denied.said())])
        rights.give_all({right: rules[right] for right in told[-1]})
    assert sorted(sum(told, [])) == sorted(rules)
    cases = Generator(seed=13).cases(50)
    bus.feed(f"{prefix}.raw", cases)
    instance(ways["reporter"]).start().finish()
    checks.exactly_once(bus.read(*topics), cases)


@pytest.mark.parametrize("what", ["input", "group", "id", "output"])
def test_a_right_that_is_taken_away_ends_it_and_nothing_is_lost(
        ways, bus, prefix, topics, instance, rights, what):
    rules = needed(prefix)
    what = f"{prefix}.en" if what == "output" else what
    rights.give_all(rules)
    generator = Generator(seed=14)
    cases = generator.cases(200)
    bus.feed(f"{prefix}.raw", cases)
    running = instance(ways["reporter"]).start()
    running.wait_for(lambda: bus.is_done(prefix, f"{prefix}.raw"), "the first articles")

    rights.take(*rules[what])
    deadline = time.monotonic() + WAIT_SECONDS
    while not commands_in(running.said()) and time.monotonic() < deadline:
        more = generator.cases(20)
        bus.feed(f"{prefix}.raw", more)
        cases += more
    assert running.wait_exit() == 1, running.said()
    assert target(commands_in(running.said())[-1]) == rules[what][:2]

    rights.give_all({what: rules[what]})
    instance(ways["reporter"]).start().finish()
    checks.exactly_once(bus.read(*topics), cases)


def check_connect(running, status):
    done = subprocess.run([PROGRAM, "check", "--connect", "-c", running.file], capture_output=True,
                          text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_check_connect_names_every_right_that_is_missing_and_writes_nothing(
        ways, bus, prefix, topics, instance, rights):
    rules = needed(prefix)
    withheld = ("input", "group", f"{prefix}.en", f"{prefix}.rejected")
    rights.give_all({**rules, **{what: (*rules[what][:2], AclOperation.DESCRIBE)
                                 for what in withheld}})
    rights.give_all({topic: ("topic", topic, AclOperation.DESCRIBE_CONFIGS)
                     for topic in (f"{prefix}.raw", *topics)})
    running = instance(ways["reporter"])
    told = check_connect(running, 1)
    found = [commands_in(line)[0] for line in told.splitlines() if line.startswith("! ")]
    assert {target(command) for command in found} == \
        {rules[what][:2] for what in withheld}
    rights.give_all({what: rules[what] for what in withheld})
    told = check_connect(running, 0)
    assert "rights: reading and writing are allowed" in told
    assert f"reads {prefix}.raw: 4 partitions" in told
    assert "isolation.level=read_committed" in told
    assert not bus.read(f"{prefix}.raw", *topics)
    assert bus.committed(prefix, f"{prefix}.raw") == {}


def test_check_connect_tells_missing_topics_and_small_ones(bus, prefix, topics, ways, instance):
    running = instance(ways["TLS"])
    bus.limit_size(f"{prefix}.fr", 100_000)
    wanted = f"writes {prefix}.fr: 4 partitions, 1 replicas, max.message.bytes 100000"
    told = wait_for(lambda: (text := check_connect(running, 0)) and wanted in text and text, wanted)
    assert "larger articles become dead letters" in told
    running.file.write_text(running.file.read_text(encoding="utf-8").replace(
        f"{prefix}.rejected", f"{prefix}.nowhere"), encoding="utf-8")
    assert f"missing topic: {prefix}.nowhere" in check_connect(running, 78)
