"""What is done to the stage, one function a scenario. Each feeds, does its harm while it is fed, and
requires that the harm was really done."""

import dataclasses
import time
from collections.abc import Callable

from bus import wait_for
from trial import AT_LEAST, EXACTLY, SESSION_MS, say

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
    properties: dict | None = None


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
    trial.require(trial.figures["takeover_ms"] <= SESSION_MS + 1000,
                  f"first output {trial.figures['takeover_ms']} ms after a kill")


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
    trial.require(trial.figures["takeover_ms"] <= limit,
                  f"first output {trial.figures['takeover_ms']} ms after the kill, limit {limit}")


TRANSACTION_MS = 15_000  # at most: copydesk's own transaction.timeout.ms


@scenario("rolling-restart")
def rolling_restart(trial):
    """each of three instances is stopped with SIGTERM and started again, twice"""
    instances = trial.start()
    trial.allowed_doubles = 0
    trial.feed()
    restarts = []
    for number in range(6):
        trial.sleep_until((number + 0.5) / 6.5)
        restarts.append(restart(trial, instances[number % 3]))
    done = sum(feeding for _at, _partitions, feeding in restarts)
    trial.require(done == 6, f"only {done} restarts while articles were fed")
    trial.finish()
    gap = trial.seconds / 6.5
    silences = [trial.takeover_ms(partitions, at, at + gap) for at, partitions, _ in restarts]
    trial.figures.update(restarts=done, takeover_ms=max(silences), takeovers_ms=silences)
    trial.require(max(silences) < 1000, f"a partition gave nothing for {max(silences)} ms")


def restart(trial, instance):
    at, partitions = time.monotonic(), instance.partitions()
    instance.process.terminate()
    status = instance.wait_exit()
    trial.require(status == 0, f"{instance.name} ended with exit {status} on SIGTERM")
    instance.start()
    return at, partitions, trial.feeding


@scenario("rebalance-storm")
def rebalance_storm(trial):
    """a fourth and a fifth instance come and go all the time"""
    trial.start()
    guests = [trial.instance(f"guest-{number}") for number in (1, 2)]
    trial.allowed_doubles = 0
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
    trial.feed()
    for instance, seconds in ((first, SESSION_MS / 1000 + 3),
                              (second, TRANSACTION_MS / 1000 + 15)):
        trial.wait(5)
        stopped = trial.under_way(instance.partitions())
        instance.pause()
        trial.wait(seconds)
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
    trial.feed()
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
    trial.feed()
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
    trial.feed()
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
    trial.feed()
    broker, = trial.cluster.brokers
    for end in (broker.stop, broker.kill):
        trial.wait(10)
        trial.require(trial.feeding, "the feed ended before the broker did")
        end()
        time.sleep(3)
        broker.start()
        trial.events += 1
    trial.finish()
