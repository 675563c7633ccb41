# Everything here sets itself up: it needs python 3.11 or newer and make, nothing else.
#   PYTHON=python3.13 make test     another interpreter
#   VENV=/somewhere/else make test  another place for the environment

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types bench fuzz docs format lock clean backfill incremental one validate gold gold-table \
  gold-dry-run gap-fill gap-fill-s3 validate-partitions quality-check test-quality test-unit test-integration

help: ## this list
	@grep -hE '^[a-z0-9 -]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9 -]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
	  || grep -hE '^[a-z0-9 -]+:.*## ' $(MAKEFILE_LIST)

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

COLLEGE_GOLD := gold.team_power_rankings gold.game_predictions_features gold.player_season_impact \
  gold.market_lines_analysis gold.team_season_summary gold.team_adjusted_efficiencies gold.market_lines_history

backfill: $(READY) ## college seasons from the API, all by default; ARGS="--season-start 2024"
	$(BIN)/hooplake cbbd backfill $(ARGS)

incremental: $(READY) ## what can have changed of college games in the last days
	$(BIN)/hooplake cbbd incremental $(ARGS)

one: $(READY) ## one request: make one ENDPOINT=games PARAMS='{"season": 2024}'
	$(BIN)/hooplake cbbd one --endpoint $(ENDPOINT) --params '$(PARAMS)'

validate: $(READY) ## check the last run against the API
	$(BIN)/hooplake cbbd validate $(ARGS)

gold: $(READY) ## the gold tables of college: make gold SEASON=2024
	$(BIN)/hooplake build $(COLLEGE_GOLD) $(if $(SEASON),--season $(SEASON))

gold-table: $(READY) ## one of them: make gold-table SEASON=2024 TABLE=team_power_rankings
	$(BIN)/hooplake build gold.$(TABLE) $(if $(SEASON),--season $(SEASON))

gold-dry-run: $(READY) ## what building them would do
	$(BIN)/hooplake build $(COLLEGE_GOLD) $(if $(SEASON),--season $(SEASON)) --dry-run

gap-fill: $(READY) ## fetch missing games: make gap-fill ENDPOINT=plays_game SEASON=2024
	$(BIN)/hooplake cbbd gap-fill --endpoint $(ENDPOINT) --season $(SEASON) --discover $(ARGS)

gap-fill-s3: $(READY) ## the same, found by listing files
	$(BIN)/hooplake cbbd gap-fill --endpoint $(ENDPOINT) --season $(SEASON) --discover-s3 $(ARGS)

validate-partitions: $(READY) ## check the partitions of a college season: make validate-partitions SEASON=2024
	$(BIN)/hooplake cbbd gap-fill --validate --season $(SEASON) $(ARGS)

quality-check: $(READY) ## check every stored row and object against its declaration
	$(BIN)/hooplake quality $(ARGS)

INTEGRATION := tests/sources/test_aws.py tests/build/test_bucket.py
QUALITY := tests/tables/test_quality.py

test-unit: $(READY) ## all tests but those of the contracts and those against an emulated cloud
	$(BIN)/python -m pytest -n 2 --dist worksteal --timeout 300 $(addprefix --ignore=,$(INTEGRATION) $(QUALITY)) $(ARGS)

test-integration: $(READY) ## round trips against emulated S3, DynamoDB and Glue
	$(BIN)/python -m pytest $(INTEGRATION) $(ARGS)

test-quality: $(READY) ## the tests of the contracts
	$(BIN)/python -m pytest $(QUALITY) $(ARGS)

clean: ## remove what make made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
