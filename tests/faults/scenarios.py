"""What is done to the stage, one function a scenario. Each feeds, does its harm while it is fed, and
requires that the harm was really done."""

import dataclasses
import json
import pathlib
import random
import time
from collections.abc import Callable

import checks
import fidelity as java
from bus import wait_for
from checker import committed_too_early
from feed import make_cases, plain_case
from proxy import Rule
from segments import CODECS
from stage import PROGRAM
from trial import AT_LEAST, EXACTLY, OUTPUT_PARTITIONS, PARTITIONS, SESSION_MS
from wire import ILLEGAL_GENERATION

KILL_EVERY = 2.0


@dataclasses.dataclass(frozen=True)
class Scenario:
    run: Callable
    summary: str
    articles: int = 20_000
    seconds: float = 60
    brokers: int = 1
    proxied: bool = False
    modes: tuple = (EXACTLY, AT_LEAST)
    tmpfs: str | None = None  # the brokers' data is on a file system of this size
    needs: pathlib.Path | None = None  # without this file it is skipped, which is told


SCENARIOS = {}


def scenario(name, **facts):
    """Registers a function; its docstring is what --list says."""
    def register(function):
        SCENARIOS[name] = Scenario(function, " ".join(function.__doc__.split()), **facts)
        return function
    return register


# ---- instances die ----

def kill_in_turn(trial, instances, every):
    """One after the other until the feed ends; each is started again at once. Returns [(when, the
    victim's partitions), ...]."""
    deaths, number = [], 0
    while trial.feeding:
        trial.wait(every)
        if not trial.feeding:
            break
        victim = instances[number % len(instances)]
        number += 1
        deaths.append(trial.kill(victim))
        victim.start()
    least = int(trial.seconds / 3)
    trial.require(trial.kills >= least, f"only {trial.kills} kills with inputs under way, "
                                        f"{least} wanted")
    return deaths


@scenario("kill9")
def kill9(trial):
    """one of three instances is killed with SIGKILL every 2 s, inputs under way"""
    instances = trial.start()
    trial.feed()
    kill_in_turn(trial, instances, KILL_EVERY)
    trial.finish()


@scenario("kill9-static")
def kill9_static(trial):
    """the same with static members: the group must not notice"""
    instances = trial.start(static=True)
    trial.feed()
    deaths = kill_in_turn(trial, instances, KILL_EVERY)
    trial.finish()
    trial.require(trial.rebalances == 0, f"{trial.rebalances} rebalances, none wanted")
    takeovers = [trial.takeover_ms(partitions, at, at + KILL_EVERY)
                 for at, partitions in deaths if partitions]
    trial.figures["takeover_ms"] = max(takeovers, default=0)
    trial.require_within(trial.figures["takeover_ms"], SESSION_MS + 1000,
                         "first output after a kill")


@scenario("kill9-spaced", seconds=120)
def kill9_spaced(trial):
    """a kill every 10 s, so that each hits an instance that has work; started again at once"""
    instances = trial.start()
    trial.feed()
    owners = 0
    number = 0
    while trial.feeding:
        trial.wait(10)
        victim = instances[number % len(instances)]
        number += 1
        if trial.feeding:
            _at, partitions = trial.kill(victim)
            owners += bool(partitions)
            victim.start()
    trial.finish()
    trial.figures["owners_killed"] = owners
    least = int(trial.seconds / 15)
    trial.require(owners >= least, f"{owners} kills hit an instance with partitions, {least} wanted")


@scenario("kill9-stage")
def kill9_stage(trial):
    """the stage of one instance is killed every 7 s; its own supervisor starts it again"""
    instances = trial.start()
    trial.feed()
    number = 0
    while trial.feeding:
        trial.wait(7)
        if not trial.feeding:
            break
        instances[number % len(instances)].kill_stage()
        number += 1
        trial.count_kill()
    trial.finish()
    least = int(trial.seconds / 10)
    trial.require(trial.kills >= least, f"only {trial.kills} kills, {least} wanted")


@scenario("kill9-dead")
def kill9_dead(trial):
    """one instance is killed and stays dead: how long until its partitions go on elsewhere"""
    instances = trial.start()
    trial.feed()
    trial.wait(trial.seconds / 6)
    at, partitions = trial.kill(instances[0])
    trial.require(trial.kills == 1 and partitions, "nothing was under way at the kill")
    trial.finish()
    trial.figures["takeover_ms"] = trial.takeover_ms(partitions, at)
    limit = SESSION_MS + (TRANSACTION_MS + 11_000 if trial.mode == EXACTLY else 1000)
    trial.require_within(trial.figures["takeover_ms"], limit, "first output after the kill")


TRANSACTION_MS = 10_000  # copydesk's own transaction.timeout.ms


@scenario("rolling-restart")
def rolling_restart(trial):
    """each of three instances is stopped with SIGTERM and started again, twice"""
    instances = trial.start()
    trial.allowed_doubles = 0
    trial.feed()
    gap = trial.seconds / 6.5
    restarts = []
    for number in range(6):
        trial.sleep_until((number + 0.5) / 6.5)
        restarts.append(restart(trial, instances[number % 3], gap / 3))
    done = sum(feeding for _told, _partitions, _started, feeding in restarts)
    trial.require(done == 6, f"only {done} restarts while articles were fed")
    trial.finish()
    takeovers = [trial.takeover_ms(partitions, told, started)
                 for told, partitions, started, _ in restarts]
    returns = [trial.takeover_ms(range(PARTITIONS), started, started + gap * 2 / 3)
               for _, _, started, _ in restarts]
    trial.figures.update(restarts=done, takeover_ms=max(takeovers), takeovers_ms=takeovers,
                         returns_ms=returns)
    trial.require_within(max(takeovers), 999, "the longest silence of a leaver's partition")


def restart(trial, instance, pause):
    """When it was told to stop, the partitions it had, when it was started again, and whether
    articles were still fed then. takeovers_ms tells how long a partition of the leaver was silent
    between the two; returns_ms, how long any partition was after that."""
    told, partitions = time.monotonic(), instance.partitions()
    instance.process.terminate()
    status = instance.wait_exit()
    trial.require(status == 0, f"{instance.name} ended with exit {status} on SIGTERM")
    trial.wait(told + pause - time.monotonic())
    instance.start()
    return told, partitions, time.monotonic(), trial.feeding


@scenario("rebalance-storm")
def rebalance_storm(trial):
    """a fourth and a fifth instance come and go all the time"""
    trial.start()
    trial.allowed_doubles = 0
    guests = [trial.instance(f"guest-{number}") for number in (1, 2)]
    trial.feed()
    while trial.feeding:
        for guest in guests:
            guest.start()
            trial.wait(2)
        for guest in guests:
            guest.process.terminate()
            trial.require(guest.wait_exit() == 0, f"{guest.name} did not leave cleanly")
            trial.wait(0.5)
    trial.finish()
    least = max(10, int(trial.seconds / 6))
    trial.require(trial.rebalances >= least, f"{trial.rebalances} rebalances, {least} wanted")


@scenario("sigstop", seconds=100)
def sigstop(trial):
    """an instance is stopped past its session timeout, another past its transaction's, and goes on"""
    first, second, _third = trial.start()
    trial.feed(lasts=True)
    for instance, seconds in ((first, SESSION_MS / 1000 + 3),
                              (second, TRANSACTION_MS / 1000 + 15)):
        trial.wait(5)
        partitions = instance.partitions()
        instance.pause()
        trial.wait(1)
        stopped = trial.under_way(partitions)
        trial.wait(seconds - 1)
        instance.resume()
        trial.events += 1
        trial.require(trial.feeding, "the feed ended before the instance went on")
        trial.require(stopped > 0, "nothing was under way when the instance stopped")
    trial.finish()
    trial.require(trial.rebalances >= 2, f"{trial.rebalances} rebalances: nobody was taken for dead")


# ---- brokers die ----

@scenario("broker-kill", brokers=3, seconds=90)
def broker_kill(trial):
    """each of three brokers is killed with SIGKILL and comes back 5 s later"""
    trial.start()
    trial.feed(lasts=True)
    for broker in trial.cluster.brokers:
        trial.wait(10)
        broker.kill()
        trial.events += 1
        trial.wait(5)
        trial.require(trial.feeding, "the feed ended before all brokers were killed")
        broker.start()
    trial.finish()


@scenario("broker-roll", brokers=3, seconds=90)
def broker_roll(trial):
    """three brokers are restarted cleanly, one after the other"""
    trial.start()
    trial.feed(lasts=True)
    for broker in trial.cluster.brokers:
        trial.wait(8)
        trial.require(trial.feeding, "the feed ended before all brokers were restarted")
        broker.stop()
        broker.start()
        trial.events += 1
    trial.finish()


@scenario("broker-pause", brokers=3, seconds=90)
def broker_pause(trial):
    """each of three brokers is stopped with SIGSTOP for 12 s"""
    trial.start()
    trial.feed(lasts=True)
    for broker in trial.cluster.brokers:
        trial.wait(8)
        broker.pause()
        trial.wait(12)
        trial.require(trial.feeding, "the feed ended before all brokers were stopped")
        broker.resume()
        trial.events += 1
    trial.finish()


@scenario("only-broker-restart")
def only_broker_restart(trial):
    """the only broker is restarted cleanly, then killed and started again"""
    trial.start()
    trial.feed(lasts=True)
    broker, = trial.cluster.brokers
    for end in (broker.stop, broker.kill):
        trial.wait(10)
        trial.require(trial.feeding, "the feed ended before the broker did")
        end()
        time.sleep(3)
        broker.start()
        trial.events += 1
    trial.finish()


# ---- answers go astray ----

PATIENCE = {"socket.timeout.ms": 6000}  # how long a client waits for an answer that does not come


def swallow(trial, api):
    """Some responses are swallowed and the connection cut; a few are swallowed in silence."""
    trial.start(kafka_extra=PATIENCE)
    trial.feed(lasts=True)
    cut = trial.proxy.add(Rule({api}, "swallow", chance=0.05))
    trial.sleep_until(0.4)
    silent = trial.proxy.add(Rule({api}, "mute", times=3))
    trial.finish()
    trial.proxy.rules.clear()
    trial.events += len(cut.hits) + len(silent.hits)
    trial.figures.update(swallowed=len(cut.hits), muted=len(silent.hits))
    least = int(trial.seconds / 6)
    trial.require(len(cut.hits) >= least and len(silent.hits) == 3,
                  f"{len(cut.hits)} and {len(silent.hits)} responses swallowed, {least} and 3 wanted")


@scenario("swallow-endtxn", proxied=True, modes=(EXACTLY,))
def swallow_endtxn(trial):
    """the brokers commit, and the answer is swallowed: one in twenty"""
    swallow(trial, "EndTxn")


@scenario("swallow-txnoffsetcommit", proxied=True, modes=(EXACTLY,))
def swallow_txnoffsetcommit(trial):
    """the brokers take the offsets into the transaction, and the answer is swallowed"""
    swallow(trial, "TxnOffsetCommit")


@scenario("swallow-addoffsets", proxied=True, modes=(EXACTLY,))
def swallow_addoffsets(trial):
    """the brokers add the group to the transaction, and the answer is swallowed"""
    swallow(trial, "AddOffsetsToTxn")


@scenario("swallow-produce", proxied=True)
def swallow_produce(trial):
    """the brokers store a batch, and the answer is swallowed"""
    swallow(trial, "Produce")


@scenario("swallow-offsetcommit", proxied=True, modes=(AT_LEAST,))
def swallow_offsetcommit(trial):
    """the brokers commit offsets, and the answer is swallowed"""
    swallow(trial, "OffsetCommit")


@scenario("network", proxied=True)
def network(trial):
    """requests of all kinds are delayed, connections are cut, and for 10 s nothing passes"""
    kinds = {"Produce", "Fetch", "EndTxn", "AddPartitionsToTxn", "AddOffsetsToTxn",
             "TxnOffsetCommit", "OffsetCommit", "OffsetFetch", "Heartbeat", "JoinGroup", "SyncGroup",
             "FindCoordinator", "InitProducerId", "Metadata"}
    trial.start(kafka_extra=PATIENCE)
    trial.feed(lasts=True)
    delay = trial.proxy.add(Rule(kinds, "delay", chance=0.02, seconds=0.5))
    reset = trial.proxy.add(Rule(kinds, "reset", chance=0.005))
    trial.sleep_until(0.5)
    hole = trial.proxy.add(Rule(kinds, "black-hole"))
    trial.wait(10)
    trial.proxy.remove(hole)
    trial.require(trial.feeding, "the feed ended before the hole was filled")
    trial.finish()
    hits = {"delayed": len(delay.hits), "cut": len(reset.hits), "black_holed": len(hole.hits)}
    trial.figures.update(hits)
    trial.events += sum(hits.values())
    trial.require(min(hits.values()) >= 10, f"too little harm was done: {hits}")


@scenario("revoke-commit-fails", proxied=True, seconds=80)
def revoke_commit_fails(trial):
    """commits fail from a new assignment on, for longer than the drain of a revoke waits: an
    instance comes and goes, so that partitions are taken away and back"""
    api = "TxnOffsetCommit" if trial.mode == EXACTLY else "OffsetCommit"

    def just_assigned(request):
        at = trial.proxy.synced.get(request.client)
        return at is not None and time.monotonic() - at < 4

    trial.start(shutdown_timeout="2s")
    guest = trial.instance("guest", shutdown_timeout="2s")
    trial.feed()
    failing = trial.proxy.add(
        Rule({api}, "fail", code=ILLEGAL_GENERATION, when=just_assigned))
    trial.allowed_exits = {0, 1}
    while trial.feeding:
        guest.start()
        trial.wait(9)
        guest.process.terminate()
        guest.wait_exit()
        trial.wait(5)
    trial.proxy.remove(failing)
    trial.finish()
    trial.events += len(failing.hits)
    trial.figures["failed_commits"] = len(failing.hits)
    gave_up = sum(instance.said().count("still in flight after shutdown_timeout")
                  for instance in trial.fleet.instances)
    trial.figures["revokes_without_commit"] = gave_up
    trial.require(len(failing.hits) >= 5 and trial.rebalances >= 4,
                  f"{len(failing.hits)} commits failed in {trial.rebalances} rebalances")
    trial.require(gave_up >= 1 or trial.mode == AT_LEAST,
                  "no revoke ended without its commit")


@scenario("abortable-errors", proxied=True, modes=(EXACTLY,))
def abortable_errors(trial):
    """three in ten transactions get an error that makes them abort"""
    trial.start()
    trial.feed()
    failing = trial.proxy.add(Rule({"TxnOffsetCommit"}, "fail", code=ILLEGAL_GENERATION, chance=0.3))
    trial.finish()
    trial.figures["failed_commits"] = len(failing.hits)
    least = int(trial.seconds / 2)
    trial.require(trial.aborts >= least, f"{trial.aborts} aborts, {least} wanted")


@scenario("same-id", modes=(EXACTLY,))
def same_id(trial):
    """a second instance is started under the name of another: one of them must give up and say why"""
    instances = trial.start()
    trial.feed()
    trial.wait(trial.seconds / 6)
    twin = trial.instance(instances[0].name)
    twin.start()
    twins = (instances[0], twin)
    ended = wait_for(lambda: [one for one in twins if not one.runs], "one of the two gives up", 120)
    trial.allowed_exits = {0, 1}
    trial.finish()
    told = [one for one in ended if "Give each its own `instance`" in one.said()]
    trial.require(told and ended[0].process.returncode == 1,
                  f"no clear message; exit {ended[0].process.returncode}")
    trial.require(trial.fleet.total("copydesk_fences_total") >= 1, "nobody was fenced")


# ---- articles do harm, or take their time ----

def saboteur(**options):
    plugin = PROGRAM.parent / "tests" / "faults" / "saboteur.so"
    return {"plugin": {"file": str(plugin), "options": options}}


@scenario("slow-workers", articles=6000)
def slow_workers(trial):
    """workers take 0 to 500 ms, one article in 1000 takes 10 s, instances are killed meanwhile: no
    offset is committed before its article is out"""
    processors = [{"language": {}}, saboteur(delay="500ms", long_delay="10s", long_every=1000)]
    instances = trial.start(processors=processors,
                            limits_extra={"workers": 24, "processor_time": "30s"})
    trial.feed()
    samples, number = [], 0
    while trial.feeding:
        trial.wait(1)
        samples.append((time.monotonic(), trial.bus.committed(trial.prefix, trial.raw)))
        if len(samples) % 15 == 0:
            trial.kill(instances[number % 3])
            instances[number % 3].start()
            number += 1
    trial.finish()
    trial.live.wait_for(len(trial.feeder.places))
    early = committed_too_early(samples, trial.feeder.places, trial.live.arrivals)
    trial.figures["committed_early"] = len(early)
    trial.require(not early, f"{len(early)} offsets were committed early, such as {early[:5]}")
    trial.require(trial.kills >= int(trial.seconds / 20), f"only {trial.kills} kills")


def wish_case(sequence, wish, reason):
    body = json.dumps({"id": f"poison-{sequence}", "source": f"saboteur {wish}",
                       "body": "The harbour was closed on Monday because of the storm."})
    return plain_case(sequence, b"key-%d" % (sequence % 50), body.encode(), reason=reason)


def poison_cases(cases):
    """Puts the worst kinds in: one in 1000 is rejected or grows too large, one crashes the stage,
    one hangs, one is much larger than any limit."""
    places = list(range(500, len(cases), 1000))
    for number, place in enumerate(places):
        sequence = cases[place].sequence
        wish = (("reject", "rejected"), ("large", "output_too_large"))[number % 2]
        cases[place] = wish_case(sequence, *wish)
    worst = len(cases) // 4, len(cases) // 2, len(cases) * 3 // 4
    for place, wish in zip(worst, (("crash", "crashed"), ("hang", "too_slow"))):
        cases[place] = wish_case(cases[place].sequence, *wish)
    sequence = cases[worst[2]].sequence
    cases[worst[2]] = plain_case(sequence, b"key-1", b'{"body":"' + HUGE_BYTES * b"x" + b'"}',
                                 reason="too_large")
    return cases


HUGE_BYTES = 50_000_000
PLAIN_SHARE = 0.5  # of the articles, in the clean run before the poisoned one


@scenario("poison", articles=80_000, seconds=1)
def poison(trial):
    """a backlog with poison of every kind (one article crashes a plugin, one hangs it, one has
    50 MB) is worked off about as fast as one without"""
    processors = [{"language": {}}, saboteur(delay="40ms")]  # about 600 articles a second
    for topic in trial.outputs:
        trial.bus.limit_size(topic, 200_000)
    trial.bus.limit_size(trial.raw, HUGE_BYTES + 1000)
    trial.start(processors=processors, static=True, limits_extra={"processor_time": "2s"})
    cases = make_cases(trial.articles)
    share = int(len(cases) * PLAIN_SHARE)
    trial.feed(cases[:share])
    clean = work_off(trial, share)
    trial.feed_more(poison_cases(cases[share:]))
    poisoned = work_off(trial, len(cases) - share)
    trial.events += 2  # the crashes
    trial.finish()
    trial.figures.update(clean_per_s=round(clean), poisoned_per_s=round(poisoned))
    trial.require(poisoned >= 0.9 * clean or not trial.timed,
                  f"{poisoned:.0f} articles a second with poison, "
                  f"{clean:.0f} without")


def work_off(trial, count):
    """Articles a second, from the feed's begin to the last commit."""
    begin = time.monotonic()
    trial.feeder.finish()
    trial.wait_until_done(600)
    return count / (time.monotonic() - begin)


# ---- too much, too little, another one ----

def heavy_cases(count, size):
    """Articles that no codec makes smaller."""
    source = random.Random(5)
    sentence = "The council met on Tuesday to decide on the new bridge over the river. " * 3
    return [plain_case(number, b"key-%d" % (number % 50),
                       json.dumps({"id": f"heavy-{number}", "body": sentence,
                                   "attachment": source.randbytes(size // 2).hex()}).encode(),
                       language="en")
            for number in range(count)]


@scenario("backpressure", articles=14_000, seconds=300, proxied=True)
def backpressure(trial):
    """output is throttled to 1 MB/s while the input has more than that for 5 minutes"""
    memory = 96  # half of it is less than a window's number of such articles
    instances = trial.start(limits_extra={"memory": f"{memory}MiB"},
                            producer_kafka={"compression.codec": "none"})
    trial.proxy.throttle(1_000_000)
    fetched = trial.proxy.bytes["Fetch", "out"]
    trial.feed(heavy_cases(trial.articles, 30_000), seconds=10)  # the input is there at once
    trial.feeder.finish()
    peak = 0
    while time.monotonic() < trial.begin + trial.seconds:
        time.sleep(0.5)
        peak = max(peak, *(instance.resident_bytes() for instance in instances))
    left = trial.under_way()
    produced = trial.proxy.bytes["Produce", "in"]
    fetched = trial.proxy.bytes["Fetch", "out"] - fetched
    taken = sum(len(case.value) for case in trial.feeder.cases) * (
        1 - left / len(trial.feeder.cases))
    trial.rebalances_while_throttled = trial.count_rebalances()
    trial.proxy.throttle(None)
    trial.finish()
    in_flight = sum(instance.gauge("copydesk_window_bytes") for instance in instances)
    trial.figures.update(
        peak_rss_mib=round(peak / 2**20), memory_mib=memory, left_when_throttled=left,
        output_bytes_per_s=round(produced / trial.seconds), in_flight_bytes=in_flight,
        refetch_ratio=round(fetched / max(1, taken), 2),
        pauses=trial.fleet.total("copydesk_pauses_total"))
    trial.require(left > 0, "the input ended before the throttle did")
    trial.require(peak <= memory * 2**20, f"an instance held {peak >> 20} MiB of {memory}")
    trial.require(trial.rebalances_while_throttled == 0, "the group noticed")
    trial.require(fetched < 2 * (taken + len(instances) * memory * 2**20 / 2),
                  f"{fetched} bytes were fetched for {taken:.0f} bytes of articles")


@scenario("disk-full", tmpfs="320m", seconds=90)
def disk_full(trial):
    """the broker's disk is full for a while: it dies, gets room again and is started"""
    trial.start()
    trial.feed()
    broker, = trial.cluster.brokers
    trial.sleep_until(0.2)
    ballast = trial.fill_disk(leave=200_000)
    trial.require(broker.process.wait_gone(60), "the broker did not mind the full disk")
    trial.figures["full_after_ms"] = round((time.monotonic() - trial.begin) * 1000)
    trial.wait(5)
    ballast.unlink()
    broker.kill()
    broker.start()
    trial.events += 1
    trial.finish()


@scenario("partitions-added")
def partitions_added(trial):
    """the input topic gets more partitions while it is read"""
    trial.start(kafka_extra={"topic.metadata.refresh.interval.ms": 5000})
    trial.allowed_doubles = 0
    trial.feed()
    trial.sleep_until(0.3)
    trial.add_partitions(PARTITIONS + 3)
    trial.finish()
    used = {partition for partition, _offset in trial.feeder.places.values()}
    trial.require(used == set(range(PARTITIONS + 3)), f"only partitions {used} got articles")


@scenario("topic-recreated", articles=6000, seconds=20)
def topic_recreated(trial):
    """the input topic is deleted when it is worked off, and created again"""
    instances = trial.start(kafka_extra={"topic.metadata.refresh.interval.ms": 2000})
    trial.allowed_doubles = 0
    cases = make_cases(trial.articles)
    trial.feed(cases[:len(cases) // 2])
    trial.feeder.finish()
    trial.wait_until_done(60)
    trial.delete_input()
    wait_for(lambda: not any(instance.partitions() for instance in instances),
             "nobody has partitions any more")
    trial.create_input()
    trial.feed_more(cases[len(cases) // 2:])
    trial.finish()


@scenario("fidelity", articles=3000, seconds=5)
def fidelity(trial):
    """bytes, keys, headers, times and tombstones through each of five codecs, partitions as Java's
    own producer chooses them"""
    trial.allowed_doubles = 0
    cases = make_cases(trial.articles)
    share = len(cases) // len(CODECS)
    for number, codec in enumerate(CODECS):
        instance = trial.instance(f"desk-{codec}", producer_kafka={"compression.codec": codec})
        instance.start()
        part = cases[number * share:(number + 1) * share]
        trial.feed(part, codec=codec) if number == 0 else trial.feed_more(part, codec=codec)
        trial.feeder.finish()
        trial.wait_until_done(60)
        instance.process.terminate()
        trial.require(instance.wait_exit() == 0, f"{instance.name} did not end cleanly")
    trial.finish()
    for topic in (trial.raw, f"{trial.prefix}.other"):
        found = trial.disk().codecs(topic)
        trial.require(found == set(CODECS), f"{topic}: compressed with {sorted(found)} only")
    compare_with_java(trial)


def compare_with_java(trial):
    """Every keyed article is in the partition that Java's producer takes for its key."""
    topic = f"{trial.prefix}.java"
    keys = [f"key-{number}" for number in range(50)]
    trial.bus.create(topic, partitions=OUTPUT_PARTITIONS)
    java.produce_with_java(trial.cluster.bootstrap, topic, keys)
    chosen = {message.key(): message.partition() for message in trial.bus.read(topic)}
    trial.require(len(chosen) == len(keys), f"Java produced {len(chosen)} of {len(keys)} keys")
    wrong = [message for message in trial.bus.read(*trial.outputs)
             if message.key() is not None and message.partition() != chosen.get(
                 message.key(), java.partition_of(message.key(), OUTPUT_PARTITIONS))]
    trial.figures["keys_as_java"] = len(chosen)
    trial.require(not wrong, f"{len(wrong)} records are in other partitions than Java's, such as "
                             f"{[checks.sequence_of(message) for message in wrong[:5]]}")
