# Every target sets up what it needs by itself, once. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export DBT_PROFILES_DIR := .

.PHONY: help setup build demo status test lint format forecast-quality bench lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-17s %s\n", $$1, $$2}'

.venv/.installed: requirements/dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv && $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/dev.txt
	touch $@

setup: .venv/.installed ## Make .venv and install the locked requirements into it

build: setup ## Build, test and release the warehouse
	@$(BIN)/python -m warehouse build

demo: setup ## From the seeds to marts, forecast and release of three companies, and what they hold
	@$(BIN)/python -m warehouse build

status: setup ## Show releases, runs and companies
	@$(BIN)/python -m warehouse status

test: lint ## Lint, then all tests: Python, property and acceptance tests, and dbt's within them
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: setup ## sqlfluff, dbt-bouncer, ruff, yamllint
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/yamllint --strict .
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar models tests/singular
	$(BIN)/dbt parse --quiet && $(BIN)/dbt-bouncer run

format: setup ## Let the formatters mend what they can
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .
	$(BIN)/sqlfluff fix models tests/singular

forecast-quality: setup ## Measure the forecast on companies it has not seen; writes docs/forecasting.md
	$(BIN)/python -m forecasting.study.quality --write $(OPTIONS)

bench: setup ## Measure speed and memory; prints the tables of docs/performance.md
	$(BIN)/python -m bench.run $(OPTIONS)

lock: setup ## Compile the locks anew, without any index's address
	for name in warehouse dev; do $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt; done

clean: ## Remove the environment and all caches; data stays
	rm -rf .venv target logs .pytest_cache .ruff_cache .hypothesis
