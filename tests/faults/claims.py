"""One verdict in the whole group: scenarios in which instances share a claims topic. What came out is
compared with a replay of that topic by the program, by a model of the law in Python, and with what an
instance says that reads all input once more."""

import collections
import datetime
import json
import pathlib
import platform
import random
import subprocess

import checks
from articles import read_sentences
from bus import wait_for
from feed import plain_case
from law import Law
from scenarios import KILL_EVERY, kill_in_turn, scenario
from stage import PROGRAM

COPIES = 0.3
WORDS_IN_A_TEXT = 70
COPIED_FROM_LAST = 3000
HASH_DIGITS = 12  # of those that metrics show
FAILPOINT = PROGRAM.parent / "tests" / "faults" / "failpoint.so"
CONDWAIT = FAILPOINT.with_name("condwait.so")
FAKETIME = pathlib.Path(f"/usr/lib/{platform.machine()}-linux-gnu/faketime/libfaketimeMT.so.1")
SKEW_SECONDS = 3600


# ---- input ----

def texts(seed):
    """Texts of English words that share no three words in a row, but by chance."""
    words = sorted({word.strip(",.;:") for sentence in read_sentences()["en"]
                    for word in sentence.split()})
    choose = random.Random(seed)
    while True:
        yield " ".join(choose.choices(words, k=WORDS_IN_A_TEXT)) + "."


def article(sequence, text, partition_key):
    value = json.dumps({"id": f"wire-{sequence}", "body": text}).encode()
    return plain_case(sequence, f"key-{partition_key}".encode(), value, language="en")


def stories(count, seed=1):
    """(cases, {sequence: group}): three of ten are copies of an earlier one, on any partition."""
    choose, fresh = random.Random(seed), texts(seed)
    groups, kept, cases = {}, [], []
    for sequence in range(count):
        copied = kept and choose.random() < COPIES
        group, text = choose.choice(kept) if copied else (sequence, next(fresh))
        if not copied:
            kept = (kept + [(group, text)])[-COPIED_FROM_LAST:]
        groups[sequence] = group
        cases.append(article(sequence, text, choose.randrange(1000)))
    return cases, groups


def pairs(count, partitions, seed=1):
    """Each text twice, under neighbouring numbers, on two partitions."""
    fresh, cases, groups = texts(seed), [], {}
    for sequence in range(0, 2 * count, 2):
        text = next(fresh)
        for second in (0, 1):
            groups[sequence + second] = sequence
            place = (sequence // 2 + second * partitions // 2) % partitions
            cases.append(article(sequence + second, text, place))
    return cases, groups


# ---- instances ----

def claims_topic(trial):
    return f"{trial.prefix}.claims"


def sharing(trial, **options):
    """What makes a configuration's instances share their claims."""
    return {"topics": {"create": True},
            "processors": [{"language": {}},
                           {"duplicates": {"scope": "group", "topic": claims_topic(trial),
                                           **options}}]}


def claims_command(trial, *arguments):
    file = trial.fleet.instances[0].file
    out = subprocess.run([PROGRAM, "claims", *arguments, "-c", file, "-q"], check=True,
                         stdout=subprocess.PIPE, text=True, timeout=300).stdout
    return [json.loads(line) for line in out.splitlines()]


# ---- what was told ----

def told(duplicate):
    """A verdict, for comparison."""
    similarity = duplicate.get("similarity", 0)
    return (duplicate["verdict"], duplicate.get("of"), tuple(duplicate.get("contains") or ()),
            similarity if isinstance(similarity, int) else round(1000 * similarity))


def published(trial):
    """{sequence: {verdicts}} of everything that came out."""
    found = collections.defaultdict(set)
    for message in trial.bus.read(*trial.outputs):
        duplicate = json.loads(message.value())["enrichment"]["duplicate"]
        found[checks.sequence_of(message)].add(told(duplicate))
    return dict(found)


def sequences_at(trial):
    """{(partition, offset): sequence} of the input."""
    return {(message.partition(), message.offset()): checks.sequence_of(message)
            for message in trial.bus.read(trial.raw)}


def verified(trial, at):
    """({sequence: {verdicts}}, summary) of the program's own replay."""
    *lines, summary = claims_command(trial, "verify", "--json")
    found = collections.defaultdict(set)
    for line in lines:
        found[at[line["partition"], line["input_offset"]]].add(told(line))
    return dict(found), summary


def modelled(trial, at):
    """{sequence: {verdicts}} of the model's replay."""
    found = collections.defaultdict(set)
    for line in Law().replay(claims_command(trial, "dump")):
        _topic, partition, offset, _payload = line["coordinates"]
        found[at[partition, offset]].add(told(line))
    return dict(found)


def read_once_more(trial):
    """{sequence: {verdicts}} of one instance that reads all input again, for another group, against
    the same claims topic."""
    topic = f"{trial.prefix}.again"
    trial.bus.create(topic, partitions=1, config={"retention.ms": "-1"})
    first = trial.fleet.instances[0].settings
    instance = trial.instance("desk-again", topics=first["topics"],
                              processors=first["processors"])
    settings = instance.settings
    settings["consumer"]["group"] = topic
    settings["producer"]["routes"] = [{"topic": topic}]
    again = type(instance)(trial.folder / "again", settings)
    trial.fleet.instances[-1] = again
    again.start().wait_ready()
    again.wait_for(lambda: trial.bus.is_done(topic, trial.raw), "all input is read again",
                   seconds=300)
    again.terminate()
    found = collections.defaultdict(set)
    for message in trial.bus.read(topic):
        duplicate = json.loads(message.value())["enrichment"]["duplicate"]
        found[checks.sequence_of(message)].add(told(duplicate))
    return dict(found)


def differing(published_verdicts, others):
    """Sequences that came out with another verdict than these say."""
    return sorted(sequence for sequence, verdicts in published_verdicts.items()
                  if others.get(sequence) != verdicts)


def not_one_new(groups, verdicts):
    """Groups of one text of which not exactly one came out as new."""
    new = collections.Counter(groups[sequence] for sequence, found in verdicts.items()
                              if any(one[0] == "new" for one in found))
    return sorted(group for group in set(groups.values()) if new[group] != 1)


def hashes(instances):
    """{offset: {hashes}} that the instances remembered last."""
    found = collections.defaultdict(set)
    for instance in instances:
        found[instance.gauge("copydesk_claims_offset")].add(instance.gauge("copydesk_claims_hash"))
    return found


def compare(trial, groups):
    """After trial.finish: the figures, and what must be 0."""
    at = sequences_at(trial)
    out = published(trial)
    remembered = hashes(trial.fleet.instances)
    replay, summary = verified(trial, at)
    disagree = set(differing(out, replay)) | set(differing(out, modelled(trial, at)))
    last = f"{int(max(remembered.items())[1].copy().pop()):0{HASH_DIGITS}x}"
    trial.require(all(len(found) == 1 for found in remembered.values()),
                  f"the instances remember differently: {dict(remembered)}")
    trial.require(last == summary["hash"][-HASH_DIGITS:] or
                  max(remembered) != summary["last"],
                  f"an instance remembers {last}, the replay {summary['hash']}")
    disagree |= set(differing(out, read_once_more(trial)))
    odd = not_one_new(groups, out)
    trial.figures |= {"claims": summary["claims"], "repeated": summary["repeated"],
                      "disagree": len(disagree), "not_one_new": len(odd),
                      "echo_ms": echo_ms(trial.fleet.instances)}
    trial.require(not disagree, f"{len(disagree)} verdicts differ, such as "
                                f"{[(one, out.get(one), replay.get(one)) for one in sorted(disagree)[:3]]}")
    trial.require(not odd, f"{len(odd)} groups have not one new, such as {odd[:5]}")


def echo_ms(instances):
    """[p50, p99] of the echo, as the bounds of the histogram's buckets tell."""
    buckets = collections.Counter()
    for instance in instances:
        for name, value in instance.latest.items():
            if name.startswith("copydesk_claims_echo_seconds_bucket") and "+Inf" not in name:
                buckets[float(name.split('le="')[1].split('"')[0])] += value
    if not buckets:
        return []
    most = max(buckets.values())
    return [next((round(1000 * bound, 1) for bound in sorted(buckets)
                  if buckets[bound] >= share * most), None) for share in (0.5, 0.99)]


# ---- scenarios ----

@scenario("claims")
def claims(trial):
    """scope: group; one of three instances is killed every 2 s: one verdict everywhere"""
    cases, groups = stories(trial.articles)
    instances = trial.start(**sharing(trial))
    trial.feed(cases, lasts=True)
    kill_in_turn(trial, instances, KILL_EVERY)
    trial.finish()
    compare(trial, groups)


@scenario("claims-race", articles=10_000, seconds=30)
def claims_race(trial):
    """scope: group; each article goes to two partitions at once: exactly one of the two is new"""
    cases, groups = pairs(trial.articles // 2 if trial.articles < 10_000 else trial.articles, 6)
    trial.start(**sharing(trial))
    trial.feed(cases)
    trial.finish()
    compare(trial, groups)


@scenario("claims-scale", articles=12_000, seconds=60)
def claims_scale(trial):
    """scope: group; one instance, then three, then two, under load"""
    cases, groups = stories(trial.articles)
    settings = sharing(trial)
    first, second, third = (trial.instance(f"desk-{number}", **settings)
                            for number in (1, 2, 3))
    first.start().wait_ready()
    trial.feed(cases)
    trial.sleep_until(0.3)
    second.start()
    third.start().wait_ready()
    trial.sleep_until(0.7)
    first.terminate()
    trial.finish()
    compare(trial, groups)


def clock_off_by(seconds):
    """The environment of an instance whose clock is wrong by so much."""
    return {"LD_PRELOAD": f"{FAKETIME}:{CONDWAIT}", "FAKETIME": f"{seconds:+d}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0"}


def seconds_off(instance):
    """By how much an instance's clock was off when it wrote its last line."""
    now = datetime.datetime.now(datetime.timezone.utc)
    last = json.loads(instance.said().splitlines()[-1])["time"]
    return (datetime.datetime.fromisoformat(last.replace("Z", "+00:00")) - now).total_seconds()


@scenario("claims-skew", articles=8000, seconds=40, needs=FAKETIME)
def claims_skew(trial):
    """scope: group, a window of half an hour; one clock is an hour ahead, one an hour behind"""
    cases, groups = stories(trial.articles)
    instances = [trial.instance(f"desk-{number}", **sharing(trial, window="30m"))
                 for number in (1, 2, 3)]
    for instance, off in zip(instances, (SKEW_SECONDS, -SKEW_SECONDS, 0)):
        instance.environment = clock_off_by(off) if off else {}
        instance.start()
    for instance in instances:
        instance.wait_ready()
    trial.feed(cases)
    for instance, off in zip(instances, (SKEW_SECONDS, -SKEW_SECONDS)):
        trial.require(abs(seconds_off(instance) - off) < SKEW_SECONDS / 10,
                      f"{instance.name}'s clock is not off")
    trial.sleep_until(0.5)
    trial.kill(instances[0])
    instances[0].start()
    trial.finish()
    compare(trial, groups)


@scenario("claims-broker-away", articles=8000, seconds=60)
def claims_broker_away(trial):
    """scope: group; the only broker is away for 30 s: intake stops, nothing is guessed, all goes on"""
    cases, groups = stories(trial.articles)
    trial.start(**sharing(trial))
    trial.feed(cases)
    trial.sleep_until(0.3)
    broker, = trial.cluster.brokers
    broker.pause()
    trial.wait(30)
    came_out = len(trial.live.seen)
    broker.resume()
    trial.events += 1
    wait_for(lambda: len(trial.live.seen) > came_out, "articles come out again", 120)
    trial.finish()
    compare(trial, groups)


def die_at(trial, instances, point, deaths, choose):
    """Instances die by themselves at that point, are started again, until so many have died."""
    died = 0
    while died < deaths and trial.feeding:
        trial.wait(0.1)
        for instance in instances:
            if instance.runs:
                continue
            instance.process.wait()
            died += 1
            trial.count_kill()
            instance.environment["COPYDESK_FAIL_AFTER_MS"] = str(choose.randrange(2500, 6000))
            instance.environment["COPYDESK_FAIL_POINT"] = point
            instance.start()
    return died


@scenario("claims-failpoints", articles=20_000, seconds=240)
def claims_failpoints(trial):
    """scope: group; instances die between claim and echo, echo and output, output and commit"""
    cases, groups = stories(trial.articles)
    choose = random.Random(1)
    deaths = max(1, round(50 * trial.seconds / 240))
    settings = sharing(trial)
    instances = trial.start(static=True, **settings)  # else the group waits for the dead
    trial.feed(cases, lasts=True)
    for point in ("claim", "echo", "output"):
        for instance in instances:
            instance.environment = {"LD_PRELOAD": str(FAILPOINT), "COPYDESK_FAIL_POINT": point,
                                    "COPYDESK_FAIL_AFTER_MS": str(choose.randrange(2500, 6000))}
            trial.kill(instance)
            instance.start()
        trial.figures[f"died_at_{point}"] = die_at(trial, instances, point, deaths, choose)
    for instance in instances:
        instance.environment = {}
        if instance.runs:
            trial.kill(instance)
        instance.start()
    for instance in instances:
        instance.wait_ready()
    trial.finish()
    for point in ("claim", "echo", "output"):
        died = trial.figures[f"died_at_{point}"]
        trial.require(died >= deaths, f"only {died} died at {point}, {deaths} wanted")
    compare(trial, groups)
