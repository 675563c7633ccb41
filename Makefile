# Everything here sets itself up: it needs python 3.11 or newer and make, nothing else.
#   PYTHON=python3.13 make test     another interpreter
#   VENV=/somewhere/else make test  another place for the environment

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types bench fuzz docs format lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
	  || grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "hooplake needs Python 3.11 or newer; name one with PYTHON=python3.12 make ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

setup: $(READY) ## the environment in .venv, with pinned versions

demo: $(READY) ## a league that does not exist, from raw documents to answers
	$(BIN)/hooplake demo $(ARGS)

test: $(READY) ## all tests on two workers
	$(BIN)/python -m pytest -n 2 --dist worksteal --timeout 300 $(ARGS)

lint: $(READY) ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## mypy --strict
	$(BIN)/mypy

bench: $(READY) ## each stage beside its floor
	$(BIN)/python -m bench $(ARGS)

fuzz: $(READY) ## the property tests with many examples, 100,000 spoilt documents among them
	$(BIN)/python -m pytest -n 2 -p tests.fuzz.tally -m hypothesis --hypothesis-profile fuzz $(ARGS)

docs: $(READY) ## write the generated pages: docs/cli.md, docs/settings.md, docs/tables.md
	$(BIN)/python -m tools.generate_docs

format: $(READY) ## rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY) ## pin the newest versions in constraints.txt
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade --quiet -o constraints.txt

clean: ## remove what make made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
