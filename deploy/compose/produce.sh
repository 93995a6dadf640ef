#!/bin/sh
# The demo's articles, one a second, each on one line; then all again, as wires do: copies by now.
set -e
while true; do
    for file in /samples/*.json; do
        tr -d '\n' <"$file"
        echo
        sleep 1
    done
done | /opt/kafka/bin/kafka-console-producer.sh --bootstrap-server kafka:9092 --topic articles.raw
