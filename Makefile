# Every target sets up what it needs by itself, once. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export DBT_PROFILES_DIR := .
# Python starts hundreds of times here, and would compile dbt and Superset each time.
unexport PYTHONDONTWRITEBYTECODE

SUPERSET := .venv-superset/bin
NOTEBOOKS := .venv-notebooks/bin
# Tests need Spark where they may not be skipped for want of it: in continuous integration.
SPARK := $(if $(PAIDNET_REQUIRE_SPARK),.venv-spark/.installed)

.PHONY: help setup build spark demo bi stop status test pytest test-deep lint checks sqlfluff format docs seeds lineage forecast-quality advance-quality customer-quality pictures reports memo operations export notebooks bench freshness lock clean \
        up down logs secrets backup restore

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-17s %s\n", $$1, $$2}'

.venv/.installed: requirements/dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv && $(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

.venv-superset/.installed: requirements/superset.txt | .venv/.installed
	test -x $(SUPERSET)/python || $(PYTHON) -m venv .venv-superset
	$(BIN)/uv pip install --quiet --python $(SUPERSET)/python --require-hashes -r requirements/superset.txt
	touch $@

# Not part of `setup`: only notebooks need it.
.venv-notebooks/.installed: requirements/notebooks.txt | .venv/.installed
	test -x $(NOTEBOOKS)/python || $(PYTHON) -m venv .venv-notebooks
	$(BIN)/uv pip install --quiet --python $(NOTEBOOKS)/python --require-hashes -r requirements/notebooks.txt
	touch $@

# Not part of `setup`: only a warehouse on Spark needs it, and Java 17 with it.
.venv-spark/.installed: requirements/spark.txt | .venv/.installed
	test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	$(BIN)/uv pip install --quiet --python .venv-spark/bin/python --require-hashes -r requirements/spark.txt
	touch $@

setup: .venv/.installed .venv-superset/.installed ## Make the two environments and install the locked requirements

# Exit code 3: released, with companies in quarantine.
build: setup ## Build, test and release the warehouse
	@$(BIN)/python -m warehouse build || test $$? -eq 3

demo: setup ## From the seeds to marts, forecast, release, dashboards and API of three companies
	@$(BIN)/python -m warehouse build || test $$? -eq 3
	@$(SUPERSET)/python -m bi start --background
	@$(BIN)/python -m api serve --background && $(BIN)/python -m api keys add demo --replace $(addprefix --scope read:,companies transactions forecast risk)

# What runs in Java: Debian's openjdk-17-jre-headless, or any Java from 17 on.
spark: setup .venv-spark/.installed ## Build, test and release with the models run on Apache Spark
	@$(BIN)/python -m warehouse build --engine spark || test $$? -eq 3

bi: setup ## Serve the dashboards in the foreground; needs a release
	@$(SUPERSET)/python -m bi start

stop: setup ## Stop the dashboards and the API that `make demo` started
	@$(SUPERSET)/python -m bi stop && $(BIN)/python -m api stop

status: setup ## Show releases, runs and companies
	@$(BIN)/python -m warehouse status

up: ## In containers: start the stack of infrastructure/docker-compose.yml, with secrets of its own
	@infrastructure/up.sh

down: ## In containers: stop the stack; all it holds stays
	@infrastructure/compose down

logs: ## In containers: follow what the services say
	@infrastructure/compose logs --follow --tail 100

secrets: ## In containers: make the secrets that are not there yet
	@infrastructure/secrets.sh

backup: ## In containers: back up users, dashboards and data to backups/<time>
	@infrastructure/backup.sh $(TO)

restore: ## In containers: put a backup in place of all there is: make restore FROM=backups/<time>
	@infrastructure/restore.sh $(FROM)

test: ## Lint, and all tests: Python, property and acceptance tests, and dbt's within them
	@$(MAKE) --no-print-directory --jobs 2 checks .venv-superset/.installed .venv-notebooks/.installed $(SPARK)
	@$(MAKE) --no-print-directory --jobs 2 sqlfluff pytest

# One process more than cores: some wait for a server or a browser.
pytest: setup .venv-notebooks/.installed $(SPARK)
	$(BIN)/python -m pytest --numprocesses 4 --dist loadscope --no-loadscope-reorder

test-deep: setup .venv-notebooks/.installed .venv-spark/.installed ## The long forms: fifty kills of a whole build, many more random and odd files
	PAIDNET_HYPOTHESIS=deep $(BIN)/python -m pytest --numprocesses 2 -m "" tests/python/warehouse/test_kills.py tests/python/warehouse/test_reuse.py tests/python/warehouse/test_shards.py tests/python/warehouse/test_versions.py tests/python/warehouse/test_forecast_flow.py tests/python/marts/test_marts_equal_oracle.py tests/python/ingestion/test_fast_paths.py tests/python/ingestion/test_odd_files.py tests/python/forecasting/test_coverage.py tests/python/spark tests/python/sources/test_kills.py tests/python/sources/test_allowance.py tests/python/api/test_memory.py tests/python/publish/test_s3.py tests/python/publish/test_postgres.py

lint: checks sqlfluff ## sqlfluff, dbt-bouncer, ruff, yamllint, shellcheck, links, and whether the dashboards fit the marts

sqlfluff: .venv/.installed
	$(BIN)/python -m tools.lint_sql lint --disable-progress-bar models tests/singular

checks: .venv/.installed
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/yamllint --strict --config-file tools/yamllint.yml . && { test ! -e .git || $(BIN)/md-dead-link-check; }
	$(BIN)/shellcheck .ci/run infrastructure/compose infrastructure/*.sh tests/trial/*.sh
	$(BIN)/dbt parse --quiet && $(BIN)/dbt-bouncer run && $(BIN)/python -m tools.portable_sql && $(BIN)/python -m bi check

format: setup ## Let the formatters fix what they can
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .
	$(BIN)/sqlfluff fix models tests/singular

# Types come from the contracts: no warehouse is needed, and no row gets into the pages.
docs: export DBT_TARGET_PATH := target/docs
docs: export DBT_PARTIAL_PARSE_FILE_PATH := target/partial_parse.msgpack
docs: export NO_MKDOCS_2_WARNING := 1
docs: export DISABLE_MKDOCS_2_WARNING := true
docs: setup ## Make the documentation site in site/: pages, tables from their contracts, dbt's own page
	$(BIN)/dbt parse --quiet
	$(BIN)/dbt docs generate --quiet --static --no-compile --empty-catalog
	$(BIN)/python -m mkdocs build --strict --config-file tools/docs_site/mkdocs.yml

seeds: setup ## Write the demo companies of seeds/orders as their scenarios give them
	@$(BIN)/python -m simulation seeds

forecast-quality: setup ## Measure the forecast on companies it has not seen; writes docs/forecasting.md
	$(BIN)/python -m forecasting.research.quality --write $(OPTIONS)
	$(BIN)/python -m tools.freshness measured docs/forecasting.md quality

advance-quality: setup ## Measure how often advances would have been repaid as stated; writes docs/advances.md
	$(BIN)/python -m forecasting.research.advances --write $(OPTIONS)
	$(BIN)/python -m tools.freshness measured docs/advances.md advances

customer-quality: setup ## Measure the forecast of customers; writes docs/forecasting.md
	$(BIN)/python -m forecasting.research.customers.quality --write $(OPTIONS)
	$(BIN)/python -m tools.freshness measured docs/forecasting.md customers

lineage: setup ## Draw the lineage of the folders from dbt's manifest; writes it into README.md
	$(BIN)/dbt parse --quiet && $(BIN)/python -m tools.docs_site.lineage

reports: setup ## Write the monthly reports of the current release to data/reports
	@$(BIN)/python -m reporting $(OPTIONS)

memo: setup ## Write the credit memos of the current release to data/reports/memos
	@$(BIN)/python -m reporting memo $(or $(OPTIONS),--all)

operations: setup ## Write what changed in operations, why and what to do, to data/reports
	@$(BIN)/python -m reporting operations $(OPTIONS)

export: setup ## Write the result tables of a company to data/reports/exports: make export OPTIONS="--company birch --format xlsx"
	@$(BIN)/python -m reporting export $(OPTIONS)

notebooks: .venv-notebooks/.installed ## Open the notebooks on the current release in a browser, to be read and changed
	@$(NOTEBOOKS)/python -m marimo edit notebooks --skip-update-check $(OPTIONS)

pictures: setup ## Look at every dashboard in Chromium; writes docs/images
	PAIDNET_PICTURES=docs/images $(BIN)/python -m pytest --quiet tests/python/superset/test_dashboards.py tests/python/api/uploads/test_upload_page.py

bench: setup ## Measure speed and memory; prints the tables of docs/performance.md
	$(BIN)/python -m tools.bench $(OPTIONS)

freshness: setup ## Note on pages of measurements which ones are older than what they measure
	$(BIN)/python -m tools.freshness

lock: setup ## Compile the locks anew, without any index's address
	for name in warehouse superset dev notebooks spark; do $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt; done

clean: ## Remove the environments and all caches; data stays
	rm -rf .venv .venv-superset .venv-notebooks .venv-spark target logs .pytest_cache .ruff_cache .hypothesis site
