# Phare: two commands do everything. "make run" starts the demo desk, "make test"
# runs the whole suite and installs what it needs where it may.

GO      ?= go
BIN     := phare
SHARED  ?= ../shared
export GOFLAGS := -buildvcs=false

.PHONY: run build test test-quick fuzz-canary tamper node_modules bench screenshots lint tools clean

build:
	$(GO) build -o $(BIN) ./cmd/phare

run: build
	./$(BIN) serve --demo

# Everything, with the race detector: the Go suite on SQLite and on a private
# PostgreSQL that the tests start, and the browser, which walks the whole line on
# both, with and without JavaScript.
test: tools node_modules
	$(GO) vet ./...
	$(GO) test -race -timeout 35m ./...

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
