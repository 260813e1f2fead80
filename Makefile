# From a fresh clone: `make demo` needs Python 3.11 or newer, `make test` Java 17 or newer and Maven besides.
# `make help` lists the targets.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test long compile lint format soak faults bench lock java clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

setup: $(INSTALLED) ## create .venv and install the pinned dependencies and Khabar into it

$(INSTALLED): requirements.lock pyproject.toml scripts/setup
	@scripts/setup $(VENV)
	@touch $@

demo: $(INSTALLED) ## run everything on sample articles, without any server
	@$(BIN)/khabar demo

test: $(INSTALLED) ## lint, then every test that can run on this machine
	@scripts/test $(BIN)

long: $(INSTALLED) ## the tests that take minutes each, on real servers (needs Java and Maven)
	$(BIN)/python -m pytest -m long --durations=10

compile: $(INSTALLED) ## compile the coder anew after a change (until then its source runs, at half the speed)
	@scripts/compile $(BIN)

lint: $(INSTALLED) ## format, style, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED) ## put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: $(INSTALLED) ## the simulation of crashes again and again, with new seeds, for MINUTES (30)
	@scripts/soak $(BIN) $(or $(MINUTES),30)

faults: $(INSTALLED) ## kill and hinder everything on real servers for MINUTES (20), and compare (needs Java and Maven)
	@scripts/faults $(BIN) $(or $(MINUTES),20)

bench: $(INSTALLED) ## measure the pipeline (needs Java and Maven)
	$(BIN)/python -m benchmarks.pipeline

LOCK := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
lock: $(INSTALLED) ## pin the dependencies anew (needs uv: https://docs.astral.sh/uv/)
	@command -v uv >/dev/null || { echo "make lock needs uv: see https://docs.astral.sh/uv/" >&2; exit 1; }
	$(LOCK) --all-extras pyproject.toml -o requirements.lock
	$(LOCK) --constraints requirements.lock pyproject.toml -o deploy/runtime.lock
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
		| $(LOCK) --constraints requirements.lock - -o deploy/build.lock

java: ## install what the local Kafka and Elasticsearch need (Debian, Ubuntu)
	@scripts/install-java

clean: ## remove .venv and what the tools left behind
	rm -rf $(VENV) dist processors/extraction/coding/__compiled__ .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
