# Phare: two commands do everything. "make run" starts the demo desk, "make test"
# runs the whole suite and installs what it needs where it may.

GO      ?= go
BIN     := phare
SHARED  ?= ../shared
export GOFLAGS := -buildvcs=false

.PHONY: run build test test-go test-race test-browser bench lint tools clean screenshots load

build:
	$(GO) build -o $(BIN) ./cmd/phare

run: build
	./$(BIN) serve --demo

# The Go suite runs on SQLite and on a private PostgreSQL that the tests start;
# the browser walks the whole line on both, with and without JavaScript.
test: tools test-race test-browser

test-go:
	$(GO) vet ./...
	$(GO) test ./...

test-race: tools
	$(GO) vet ./...
	$(GO) test -race -timeout 30m ./...

test-browser: tools build
	cd browser && npm ci --no-audit --no-fund --silent && PHARE_BIN=../$(BIN) npm test

# What the tests need from outside, installed where this user may, else named.
tools:
	@sh scripts/tools.sh

bench: build
	sh scripts/bench.sh $(SHARED)

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run gofmt -w on these"; exit 1; }
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	@$(GO) run golang.org/x/vuln/cmd/govulncheck@latest ./... || echo "govulncheck: see above (its database may be out of reach here)"

clean:
	rm -f $(BIN)
