#!/bin/sh
# Builds the release of HEAD twice, in two clones whose paths differ, each with
# an empty build cache, and compares the bytes.
set -eu
from=$(git rev-parse --show-toplevel)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for at in "$work/a" "$work/another, longer folder/b"; do
	git clone --quiet --no-local "$from" "$at"
	GOCACHE="$at.cache" make -s -C "$at" release
	rm -rf "$at.cache"
done
cmp "$work/a/.build/release/phare" "$work/another, longer folder/b/.build/release/phare"
cmp "$work/a/.build/release/phare.cdx.json" "$work/another, longer folder/b/.build/release/phare.cdx.json"
echo "The two are the same, byte for byte."
