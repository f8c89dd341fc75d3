#!/bin/sh
# The long runs of the tests that lose nothing. LONG=10 runs ten times as long.
# Each line of doc/reliability.md is what one of these commands printed.
set -eu
long=${LONG:-1}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
say() { printf '\n== %s\n' "$*"; }
go build -o "$dir/" ./cmd/phare ./cmd/phare-torture ./cmd/phare-load
torture() { kind=$1; shift; say "$kind $*"; "$dir/phare-torture" "$kind" -bin "$dir/phare" "$@"; }

say "machine: $(uname -srm), $(getconf _NPROCESSORS_ONLN) processors, $(go version | cut -d' ' -f3), load $(cut -d' ' -f1-3 /proc/loadavg)"
torture power -requests 60 -n 0 -rounds "$long"
torture power -requests 1200 -n 2000 -seed 1000 -rounds $((long * 2))
torture power -requests 120 -n 4000 -seed 2000 -rounds $((long * 10))
for mutant in normal early outbox letter; do
	torture power -mutant $mutant -n 400 -rounds 10
done
torture faults -n 1
torture upgrade -n 1
torture kill -n $((long * 500))
torture line -n $((long * 10000))
torture rotate -n $((long * 200))
torture failover -rounds $((long * 10))
say "overload, 20 times the 8 clients of make bench"
"$dir/phare-load" -bin "$dir/phare" -overload 20 -each 30s
