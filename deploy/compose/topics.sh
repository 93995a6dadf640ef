#!/bin/sh
# What `copydesk topics -c deploy/compose/copydesk.yaml --replicas 1` says; a test compares.
set -e
PATH=/opt/kafka/bin:$PATH
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic articles.raw --partitions 6 --replication-factor 1 --config max.message.bytes=9437184
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic articles.rejected --partitions 6 --replication-factor 1 --config max.message.bytes=9437184
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic articles.duplicates --partitions 6 --replication-factor 1 --config max.message.bytes=9437184
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic articles.ar --partitions 6 --replication-factor 1 --config max.message.bytes=9437184
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic articles.en --partitions 6 --replication-factor 1 --config max.message.bytes=9437184
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic articles.es --partitions 6 --replication-factor 1 --config max.message.bytes=9437184
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic articles.fr --partitions 6 --replication-factor 1 --config max.message.bytes=9437184
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic articles.other --partitions 6 --replication-factor 1 --config max.message.bytes=9437184
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic copydesk.claims --partitions 1 --replication-factor 1 --config message.timestamp.type=LogAppendTime --config cleanup.policy=delete --config retention.ms=1965600000 --config retention.bytes=-1 --config unclean.leader.election.enable=false
