# OpenCairn. `make run` shows it, `make test` proves it.
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check bench lock clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' Makefile | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: .venv/run.done ## set up, load the demo world, walk one micro-credential, serve; ONCE=1 stops after the walk; PORT=8000
	@OPENCAIRN_PORT=$(PORT) $(BIN)/opencairn demo $(if $(ONCE),--once)

test: .venv/test.done ## the whole suite: contracts, house tests, rooms, peers, browser
	@$(BIN)/python tests/run.py $(ARGS)

check: .venv/check.done test ## make test, then format, ruff and mypy
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/test.done ## measure; one JSON object a line; ONLY=engine for one part
	@$(BIN)/python -m bench $(ONLY)

lock: ## pin the requirements again, with hashes (needs uv)
	@for set in run test check; do uv pip compile --upgrade --generate-hashes --no-header --no-annotate --python-version 3.11 requirements/$$set.in -o requirements/$$set.txt -q; done

clean: ## remove the environment; keeps var/ (your data)
	rm -rf .venv

# python3 -m venv, then uv for speed; plain pip where uv cannot be had. Hashes are checked both ways.
.venv/%.done: requirements/%.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt || echo "uv is not to be had here: using pip, which takes longer"
	@if test -x $(BIN)/uv; then $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $<; else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<; fi
	@if test -x $(BIN)/uv; then $(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .; else $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; fi
	@touch $@
