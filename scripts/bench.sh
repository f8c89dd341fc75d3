#!/bin/sh
# Prints the figures of this machine: knowledge built and loaded, signs searched,
# cases ranked, and the desk under load. Argument: the folder with data/ and
# bench/ (published data, not part of the project); without it only the desk and
# the built-in starter are measured.
set -eu
shared=${1:-../shared}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
say() { printf '\n== %s\n' "$*"; }

say "machine: $(uname -sm), $(getconf _NPROCESSORS_ONLN) processors, $(go version | cut -d' ' -f3), load $(cut -d' ' -f1-3 /proc/loadavg)"
go build -o "$dir/phare" ./cmd/phare
go build -o "$dir/phare-load" ./cmd/phare-load

know=""
if [ -d "$shared/data" ]; then
	know="$dir/full.phare"
	say "build the knowledge file"
	start=$(date +%s.%N)
	"$dir/phare" knowledge build --from "$shared/data" --out "$know" 2>/dev/null | tail -n 2
	end=$(date +%s.%N)
	echo "built in $(echo "$end $start" | awk '{printf "%.1f", $1-$2}') s, $(wc -c <"$know" | awk '{printf "%.1f", $1/1e6}') MB"
	say "load, index, search (one processor, full knowledge)"
	PHARE_KNOWLEDGE="$know" GOMAXPROCS=1 go test -run '^$' -bench . -benchmem ./internal/term/
	say "rank (one processor, full knowledge)"
	PHARE_KNOWLEDGE="$know" GOMAXPROCS=1 go test -run '^$' -bench . -benchmem ./internal/orientation/
	if [ -f "$shared/bench/dev.jsonl.gz" ]; then
		say "quality of the ranking on the development cases"
		"$dir/phare" rank eval --knowledge "$know" --cases "$shared/bench/dev.jsonl.gz" --candidates omim
		"$dir/phare" rank eval --knowledge "$know" --cases "$shared/bench/dev.jsonl.gz"
		say "questions: what to look for next, against other ways to ask"
		"$dir/phare" rank eval --knowledge "$know" --cases "$shared/bench/dev.jsonl.gz" --questions 5
	fi
else
	say "no data at $shared/data: the full knowledge is not measured"
fi

say "the audit trail: a million entries verified, from an export and in the database"
go test -run '^$' -bench Verify -benchtime 1x -timeout 60m ./internal/audit/

say "the desk under load, built-in starter"
"$dir/phare-load" -bin "$dir/phare"
if [ -n "$know" ]; then
	say "the desk under load, full knowledge"
	"$dir/phare-load" -bin "$dir/phare" -knowledge "$know" -each 3s
fi
