"""Which partition Java puts a key into."""

import os
import subprocess

from broker import jars

MARK = "|"


def murmur2(data):
    """Kafka's own 32 bit hash (org.apache.kafka.common.utils.Utils.murmur2), unsigned."""
    mask, factor = 0xffffffff, 0x5bd1e995
    value = 0x9747b28c ^ len(data)
    whole = len(data) & ~3
    for start in range(0, whole, 4):
        part = int.from_bytes(data[start:start + 4], "little") * factor & mask
        part = (part ^ part >> 24) * factor & mask
        value = (value * factor & mask) ^ part
    if rest := data[whole:]:
        value = (value ^ int.from_bytes(rest, "little")) * factor & mask
    value = (value ^ value >> 13) * factor & mask
    return value ^ value >> 15


def partition_of(key, partitions):
    return (murmur2(key) & 0x7fffffff) % partitions


def produce_with_java(bootstrap, topic, keys):
    """Apache Kafka's own console producer."""
    text = "".join(f"{key}{MARK}from java\n" for key in keys)
    subprocess.run(
        ["java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", os.path.join(jars(), "*"),
         "org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", bootstrap,
         "--topic", topic, "--property", "parse.key=true",
         "--property", f"key.separator={MARK}"],
        input=text, text=True, check=True, stdout=subprocess.DEVNULL)
