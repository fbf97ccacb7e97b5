SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
# Packages whose tests compute, and share nothing between goroutines but in those named
# TestConcurrent: the race detector would make them ten times as slow. tests/architecture checks it.
RACELESS := chat|graph|grammar|sampling|tokenizer
# Those that have such tests.
CONCURRENT := grammar tokenizer
FUZZTIME ?= 1m
SOAKTIME ?= 20m
CLASSIFIER := distilbert-tiny-sentiment
CHAT := gemma-tiny-chat
PORT ?= 5001
# A virtual environment with tests/reference/requirements.txt. One elsewhere is taken as it is.
REFERENCE ?= build/reference

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.PHONY: run
run: build/scorer build/models/$(CLASSIFIER)/optimized build/models/$(CHAT)/optimized ## Serve the bundled models on port $(PORT)
	SCORER_ONNXRUNTIME_LIBRARY="$$(scripts/fetch-onnxruntime.sh)" \
		build/scorer serve --model-dir build/models/$(CLASSIFIER) --chat-model-dir build/models/$(CHAT) --port $(PORT)

.PHONY: build
build: build/scorer build/bot build/nlp ## Build the scorer, the Telegram bot, and nlp, the command alongside Pulumi

.PHONY: build/scorer
build/scorer:
	go build -o $@ ./inference/cmd/scorer

.PHONY: build/bot
build/bot:
	go build -o $@ ./inference/cmd/bot

.PHONY: build/nlp
build/nlp:
	go build -o $@ ./cmd/nlp

build/models/%/optimized: $(shell find inference/models -type f) | build/scorer
	rm -rf build/models/$* && mkdir -p build/models
	cp -r inference/models/$* build/models/
	SCORER_ONNXRUNTIME_LIBRARY="$$(scripts/fetch-onnxruntime.sh)" \
		build/scorer optimize --model-dir build/models/$*
	touch $@

.PHONY: test
test: lint tools ## Check the code and run every test with the race detector
	go test -race -vet=off -ldflags=-w -timeout 20m $$(go list ./... | grep -vE '/inference/($(RACELESS))$$') # vetted above; without DWARF the large ones link sooner
	go test -vet=off $$(go list ./inference/... | grep -E '/inference/($(RACELESS))$$')
	go test -race -vet=off -run '^TestConcurrent' $(CONCURRENT:%=./inference/%)
	cd tools/bootstrap && go test -race ./...

.PHONY: tools
tools: ## Fetch what the tests need besides Go: ONNX Runtime, genuine tokenizers, other people's clients, Azurite and the Pulumi CLI
	scripts/fetch-onnxruntime.sh
	scripts/fetch-onnxruntime.sh cuda12
	scripts/fetch-tokenizers.sh
	scripts/fetch-npm.sh tests/clients/node
	scripts/fetch-python-clients.sh || [ -z "$$CI" ] # without them their tests are skipped, but not in CI
	scripts/fetch-npm.sh tools/azurite
	go run ./tests/pulumicli/cmd/pulumicli

.PHONY: preview
preview: ## Print both stacks' plans, without Azure
	go run ./tests/engine/cmd/preview

.PHONY: bootstrap
bootstrap: ## Make Pulumi's state and key, and the identities of CI: ARGS="--location westeurope"
	go run -C tools/bootstrap . $(ARGS)

.PHONY: lint
lint: ## gofmt, go vet, staticcheck, actionlint, and govulncheck where its database can be reached
	@unformatted="$$(gofmt -l cmd docs infra inference policies tests tools main.go)"; \
		if [ -n "$$unformatted" ]; then echo "gofmt -w is needed for: $$unformatted"; exit 1; fi
	go vet ./...
	cd tools/pulumi && go vet ./...
	cd tools/bootstrap && go vet ./... && go run $(STATICCHECK) ./...
	cd tests/armcheck/validator && go vet ./...
	cd tests/clients/golang && go vet ./...
	cd tests/reference/schemas/golang && go vet ./...
	go run $(STATICCHECK) ./...
	go run $(ACTIONLINT)
	scripts/vulnerabilities.sh $(GOVULNCHECK)

.PHONY: hostile
hostile: ## Attack the scorer with all that tests/hostile has, at full size
	scripts/fetch-onnxruntime.sh
	HOSTILE=full go test -count=1 -v -timeout 20m ./tests/hostile

.PHONY: soak
soak: ## Serve for SOAKTIME (20m) among clients and disks that fail
	scripts/fetch-onnxruntime.sh
	SOAK=$(SOAKTIME) go test -count=1 -v -timeout 2h -run TestSoak ./tests/hostile

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME each (1m)
	scripts/fuzz.sh $(FUZZTIME)

.PHONY: vulnerabilities
vulnerabilities: ## Look for known vulnerabilities in what is built; fails without Go's vulnerability database
	scripts/vulnerabilities.sh $(GOVULNCHECK) --required

.PHONY: image
image: ## Build the CPU image into build/image, hold it to its size, and list what is in it
	scripts/image.sh
	go run ./tests/container/cmd/imagesize build/image/scorer-cpu
	scripts/sbom.sh build/image/scorer-cpu build/image/scorer-cpu.cdx.json

.PHONY: bench
bench: bench-start ## Measure starts and how Gemma 3 1B's shape generates, and write docs/benchmarks.md
	scripts/fetch-onnxruntime.sh
	go run ./tests/bench/generation -peers "$$(scripts/fetch-peer.sh generation)" -write docs/benchmarks.md $(ARGS)

.PHONY: bench-start
bench-start: ## Measure from start to first answer, and write docs/benchmarks.md: ARGS="-turns 3"
	scripts/fetch-onnxruntime.sh
	go run ./tests/bench/start -write docs/benchmarks.md $(ARGS)

.PHONY: bench-peers
bench-peers: $(if $(MODEL),$(REFERENCE)/bin/python) ## Measure the scorer beside what else serves a classifier, and write docs/benchmarks.md: ARGS="-only ours,fastapi -turns 5", MODEL=roberta, minilm or minilm-embeddings
	scripts/fetch-onnxruntime.sh
	go run ./tests/bench/encoders -write docs/benchmarks.md $(if $(MODEL),-model $(MODEL) -python $(REFERENCE)/bin/python) $(ARGS)

.PHONY: bench-peers-generation
bench-peers-generation: ## Measure the scorer beside onnxruntime-genai and llama.cpp, and write docs/benchmarks.md: ARGS="-rounds 3"
	scripts/fetch-onnxruntime.sh
	go run ./tests/bench/generation -only beside -peers "$$(scripts/fetch-peer.sh generation)" -write docs/benchmarks.md $(ARGS)

.PHONY: bench-growth
bench-growth: ## Measure throughput and latency as requests grow, name every cliff, and write docs/benchmarks.md; MODEL=minilm: of embeddings
	scripts/fetch-onnxruntime.sh
	go run ./tests/bench/growth -write docs/benchmarks.md $(if $(MODEL),-model $(MODEL)) $(ARGS)

build/reference/bin/python: tests/reference/requirements.txt
	python3 -m venv build/reference
	build/reference/bin/pip install --quiet -r $<
	touch $@

.PHONY: genuine
genuine: $(REFERENCE)/bin/python ## Compare the scorer on the genuine Gemma 3 270M and MiniLM with other engines and write docs/genuine.md
	scripts/fetch-onnxruntime.sh
	go run ./tests/genuine/cmd/classifier -python $(REFERENCE)/bin/python -write docs/genuine.md
	go run ./tests/genuine/cmd/embeddings -python $(REFERENCE)/bin/python
	go run ./tests/genuine/cmd/compare -python $(REFERENCE)/bin/python -peers "$$(scripts/fetch-peer.sh generation)" -write docs/genuine.md $(ARGS)
	GENUINE_INT4="$${XDG_CACHE_HOME:-$$HOME/.cache}/azure-nlp-endpoint/genuine/int4" \
		go test -count=1 -run TestReproducibleToTheBit ./inference/generation

.PHONY: compile-cost
compile-cost: ## Measure building the Pulumi program, cold and warm
	scripts/compile-cost.sh

.PHONY: clean
clean: ## Remove what was built here
	rm -rf build
