# Phare: two commands do everything. "make run" starts the demo desk, "make test"
# runs the whole suite and installs what it needs where it may.

GO      ?= go
BIN     := phare
SHARED  ?= ../shared
export GOFLAGS := -buildvcs=false

.PHONY: run build release release-twice sbom timing test test-quick browser fuzz fuzz-canary mutants-rights torture tamper duplicates node_modules bench screenshots lint tools clean

build:
	$(GO) build -o $(BIN) ./cmd/phare

# What is given out: the program, what it is made of, and their sums. The same
# source and the same Go give the same bytes, wherever they are built.
RELEASE := .build/release
release:
	mkdir -p $(RELEASE)
	CGO_ENABLED=0 GOAMD64=v1 GOARM64=v8.0 $(GO) build -trimpath -ldflags="-s -w -buildid=" -o $(RELEASE)/phare ./cmd/phare
	$(RELEASE)/phare sbom > $(RELEASE)/phare.cdx.json
	cd $(RELEASE) && sha256sum phare phare.cdx.json > SHA256SUMS && cat SHA256SUMS

# What the program is made of, on standard output.
sbom: build
	@./$(BIN) sbom

# The proof: two clones in folders of different names, each compiled from nothing.
release-twice:
	sh scripts/release-twice.sh

run: build
	./$(BIN) serve --demo

# Everything. First the whole suite as it ships: Go's tests on SQLite and on a
# private PostgreSQL that they start, and the browser, with and without JavaScript.
# Then Go's tests again with the race detector, which makes them five to ten times
# slower: without the browser and the long forms (-short), and on SQLite alone but
# for the room where the engines differ. It watches our code and
# what it calls, but not the inside of the SQLite engine, which is translated C with
# locks of its own (and no other package: what it instantiates of sync.Map would then be
# taken unwatched for everyone, and races seen where there are none); and nothing waits a second at its end for a last race.
RACE := GORACE=atexit_sleep_ms=0 $(GO) test -race -gcflags='modernc.org/sqlite/lib=-race=false' -timeout 60m
test: tools node_modules
	$(GO) vet ./...
	$(GO) test -timeout 60m ./...
	PHARE_TEST_ENGINES=sqlite $(RACE) -short ./...
	$(RACE) -short ./internal/store/...

# Every script of the browser on both engines; make test plays them on SQLite, and
# the whole line on PostgreSQL.
browser: tools node_modules
	PHARE_BROWSER=all $(GO) test -v -count=1 -timeout 60m ./browser/

# The same without the race detector, for the working day.
test-quick: tools node_modules
	$(GO) test -short ./...

node_modules:
	cd browser && npm ci --no-audit --no-fund --silent

# What the tests need from outside, installed where this user may, else named.
tools:
	@sh scripts/tools.sh

# The other desk's words must never come out: the test's tries, many more of them.
fuzz-canary:
	PHARE_CANARY=$${PHARE_CANARY:-200000} $(GO) test -run '^TestCanary$$' -timeout 6h ./internal/web/

# Each check of a right taken away in turn: which test notices?
mutants-rights:
	$(GO) run ./cmd/phare-mutants -p $${PHARE_AT_ONCE:-2} -excused cmd/phare-mutants/excused.txt

# What reads files of strangers, against bytes made to break it: 20 minutes each;
# PHARE_FUZZ=24h before a release.
fuzz:
	for what in JPEG PNG PDF DICOM; do $(GO) test -run '^$$' -fuzz "^Fuzz$$what\$$" -fuzztime $${PHARE_FUZZ:-20m} ./internal/inspect/ || exit 1; done

# Whether the time of an answer tells a reference that exists: 2,000 timings of
# each class; run it alone on the machine.
timing:
	$(GO) run ./cmd/phare-timing

# The long runs behind doc/reliability.md: kill -9, power cuts, failing disks,
# PostgreSQL killed and replaced, upgrades killed at every write, overload.
torture: build tools
	PHARE_TORTURE=all $(GO) test -v -count=1 -timeout 2h ./internal/torture/
	sh scripts/torture.sh

# How well the same person is found again among 50,000 made people, and how fast:
# what doc/patients.md says. Some minutes.
duplicates:
	$(GO) run ./cmd/phare-duplicates

# The audit trail: every kind of tampering, a thousand random cases of each.
tamper:
	PHARE_TAMPER=$${PHARE_TAMPER:-1000} $(GO) test -run 'Tamper|Restore|Clock|Export' -timeout 2h ./internal/trail/ ./internal/audit/

# The pictures of README and guides, in doc/img; every page at both widths in .build/shots.
screenshots: build node_modules
	sh scripts/screenshots.sh

bench: build
	sh scripts/bench.sh $(SHARED)

CHECKERS := $(CURDIR)/.build
lint: $(CHECKERS)/staticcheck $(CHECKERS)/govulncheck
	@files=$$(git ls-files '*.go' | xargs gofmt -l); test -z "$$files" || { echo "run gofmt -w on: $$files"; exit 1; }
	$(GO) vet ./...
	$(CHECKERS)/staticcheck ./...
	@said=$$($(CHECKERS)/govulncheck ./... 2>&1); code=$$?; case "$$said" in \
	*"fetching vulnerabilities"*) echo "govulncheck: skipped, its database is out of reach from here";; \
	*) echo "$$said"; exit $$code;; esac
$(CHECKERS)/staticcheck:
	GOBIN=$(CHECKERS) $(GO) install honnef.co/go/tools/cmd/staticcheck@v0.8.2
$(CHECKERS)/govulncheck:
	GOBIN=$(CHECKERS) $(GO) install golang.org/x/vuln/cmd/govulncheck@v1.9.0

clean:
	rm -f $(BIN)
