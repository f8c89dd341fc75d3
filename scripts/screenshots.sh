#!/bin/sh
# Starts the demo on an empty folder, takes the pictures of doc/img, and stops it.
set -eu
dir=$(mktemp -d)
addr=127.0.0.1:${PORT:-8099}
./phare serve --demo --addr "$addr" --data "$dir" &
pid=$!
trap 'kill -INT $pid; wait $pid; rm -rf "$dir"' EXIT
n=0
until curl -sf "http://$addr/readyz" >/dev/null; do
	n=$((n + 1))
	[ $n -lt 60 ] || { echo "the demo did not start on $addr; choose another port with PORT=" >&2; exit 1; }
	sleep 0.5
done
cd browser
PHARE_BASE=http://$addr PHARE_SHOTS=${PHARE_SHOTS:-../.build/shots} node shots.mjs
