"""The independent client's side: topics, feeding, reading back. Waits are for conditions, each with a
deadline."""

import contextlib
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource,
                                   NewPartitions, NewTopic)

WAIT_SECONDS = 60
COORDINATOR_COMING = (KafkaError.COORDINATOR_LOAD_IN_PROGRESS, KafkaError.NOT_COORDINATOR,
                      KafkaError.COORDINATOR_NOT_AVAILABLE, KafkaError._WAIT_COORD,
                      KafkaError._TIMED_OUT)


def wait_for(condition, what, seconds=WAIT_SECONDS, pause=0.05):
    """Polls until condition() is true and returns what it returned."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(pause)


class Bus:
    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.admin = AdminClient(self.client())
        self.askers = {}  # by group: clients that ask for its offsets and never join it

    def client(self, **settings):
        """The settings of a client; what it would log about a broker that goes is left out."""
        return {"bootstrap.servers": self.bootstrap, "log_level": 0, **settings}

    def create(self, *names, partitions=4, config=None):
        topics = [NewTopic(name, partitions, -1, config=config or {}) for name in names]
        for created in self.admin.create_topics(topics).values():
            created.result()
        wait_for(lambda: set(names) <= self.topics(), f"topics {names} in the metadata")

    def delete(self, name):
        for deleted in self.admin.delete_topics([name]).values():
            deleted.result()
        wait_for(lambda: name not in self.topics(), f"topic {name} is gone")

    def topics(self):
        return set(self.admin.list_topics(timeout=10).topics)

    def grow(self, name, partitions):
        """More partitions for a topic."""
        for grown in self.admin.create_partitions([NewPartitions(name, partitions)]).values():
            grown.result()

    def limit_size(self, name, size):
        """The largest batch that the topic takes, in bytes."""
        entry = ConfigEntry("max.message.bytes", str(size),
                            incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ConfigResource.Type.TOPIC, name, incremental_configs=[entry])
        for changed in self.admin.incremental_alter_configs([resource]).values():
            changed.result()

    def delete_records(self, topic, partition, before):
        """All of a partition before that offset."""
        for deleted in self.admin.delete_records(
                [TopicPartition(topic, partition, before)]).values():
            deleted.result()

    def producer(self):
        return Producer(self.client(**{"linger.ms": 5, "partitioner": "murmur2_random",
                                       "message.max.bytes": 2_000_000}))

    def feed(self, topic, cases, partition=None):
        """Produces the cases; returns {sequence: (partition, offset)}."""
        places = {}
        producer = self.producer()

        def delivered(error, message, sequence):
            if error:
                raise KafkaException(error)
            places[sequence] = (message.partition(), message.offset())

        for case in cases:
            extra = {} if partition is None else {"partition": partition}
            producer.produce(
                topic, key=case.key, value=case.value, headers=list(case.headers),
                timestamp=case.timestamp, **extra,
                on_delivery=lambda error, message, n=case.sequence: delivered(error, message, n))
            producer.poll(0)
        assert producer.flush(WAIT_SECONDS) == 0
        return places

    def partitions(self, topic):
        return sorted(self.admin.list_topics(topic, timeout=10).topics[topic].partitions)

    def end_offsets(self, topic):
        with self._reader() as reader:
            return {partition: reader.get_watermark_offsets(TopicPartition(topic, partition))[1]
                    for partition in self.partitions(topic)}

    def committed(self, group, topic):
        """{partition: offset} of what the group committed; without the partitions it did not."""
        found = wait_for(lambda: self._ask_committed(group, topic), "the group's coordinator")
        return {entry.partition: entry.offset for entry in found if entry.offset >= 0}

    def _ask_committed(self, group, topic):
        """None while the coordinator is not there yet. Not by the admin client: librdkafka 2.16
        crashes when a coordinator that is just coming up answers it."""
        if group not in self.askers:
            self.askers[group] = Consumer(self.client(**{
                "group.id": group, "enable.auto.commit": False,
                "isolation.level": "read_uncommitted"}))
        asked = [TopicPartition(topic, partition) for partition in self.partitions(topic)]
        try:
            found = self.askers[group].committed(asked, timeout=10)
        except KafkaException as error:
            if error.args[0].code() in COORDINATOR_COMING:
                return None
            raise
        for entry in found:
            if entry.error:
                raise KafkaException(entry.error)
        return found

    def is_done(self, group, topic):
        """Has the group committed everything that the topic holds?"""
        return self.committed(group, topic) == self.end_offsets(topic)

    def read(self, *topics):
        """Every record of the topics, from the first to the last that is there now."""
        with self._reader() as reader:
            open_ends = {(topic, partition): end for topic in topics
                         for partition, end in self.end_offsets(topic).items() if end > 0}
            reader.assign([TopicPartition(topic, partition, 0) for topic, partition in open_ends])
            records = []
            while open_ends:
                message = reader.poll(WAIT_SECONDS)
                if message is None:
                    raise TimeoutError(f"no record of {sorted(open_ends)}")
                place = (message.topic(), message.partition())
                if message.error():
                    if message.error().code() != KafkaError._PARTITION_EOF:
                        raise KafkaException(message.error())
                    open_ends.pop(place, None)
                else:
                    records.append(message)
            return records

    @contextlib.contextmanager
    def _reader(self):
        reader = Consumer(self.client(**{
            "group.id": "reader", "enable.auto.commit": False, "enable.partition.eof": True,
            "isolation.level": "read_committed", "fetch.wait.max.ms": 20}))
        try:
            yield reader
        finally:
            reader.close()
