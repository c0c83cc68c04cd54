# Every target prepares what it needs by itself; all that has to be there is Python 3.11 or newer and make.
.DEFAULT_GOAL := help
.PHONY: help run test test-sqlite test-postgres test-browser test-faults check audit bench faults released stack stack-check backup restore format lock shell clean

PORT ?= 8000
export PORT

WITH_PYTHON := sh lms/run/python.sh lms/run/bootstrap.py
SITE := $(WITH_PYTHON) requirements.txt
TOOLS := $(WITH_PYTHON) requirements-dev.txt

help: ## Show what there is to do (this list)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: ## Run the whole site on this machine with the demo course; PORT=9000 chooses another port
	@$(SITE) -m lms.run

test: ## Run every test: SQLite, PostgreSQL + Redis, the browser, faults
	@$(TOOLS) -m tests.runner sqlite postgres browser faults

test-sqlite: ## Run the suite on SQLite with news in memory; the quickest
	@$(TOOLS) -m tests.runner sqlite

test-postgres: ## Run the suite on PostgreSQL + Redis
	@$(TOOLS) -m tests.runner postgres

test-browser: ## Walk the site in a real Chromium
	@$(TOOLS) -m tests.runner browser

test-faults: ## Kill and restart private servers and look what is left
	@$(TOOLS) -m tests.runner faults

check: ## Look over the code: style, types, templates, imports, migrations, server settings
	@$(TOOLS) -m tests.runner.checks

audit: ## Ask whether a vulnerability is known in what we depend on; needs the network
	@$(TOOLS) -m tests.runner.audit

faults: ## The same with more people and for longer; SEED=… repeats a run's choices
	@FAULTS=long $(TOOLS) -m tests.runner faults

released: ## After a release: write down that what is committed here is the release before, for the tests that compare with it
	@$(TOOLS) -m tests.runner.released

bench: ## Measure what pages and live rooms cost, as ratios inside one run
	@$(TOOLS) -m tests.benchmarks.pages
	@$(TOOLS) -m tests.benchmarks.rooms

stack: ## Start what docker-compose.yml would start, without Docker: nginx, two of each web process, PostgreSQL, Redis
	@PORT=$(or $(filter-out 8000,$(PORT)),8443) $(TOOLS) -m tests.runner.stack

stack-check: ## The same, ask each part whether it works, and stop
	@$(TOOLS) -m tests.runner.stack --check

backup: ## Back up what make run keeps in var/: words and files to one folder, keys to another
	@$(SITE) manage.py back_up

restore: ## Put a backup back; FROM=var/backups/words/... names it, KEYS=var/backups/keys/... only where the keys were lost
	@$(SITE) manage.py restore "$(FROM)" $(if $(KEYS),--keys "$(KEYS)") --yes

format: ## Bring code into our style
	@$(TOOLS) -m tests.runner.format

lock: ## Resolve the dependencies in pyproject.toml into the lock files
	@$(TOOLS) -m tests.runner.lock

shell: ## Open a Python shell on the data in var/
	@$(SITE) manage.py shell

clean: ## Remove what can be made again; what was written in var/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis var/static var/static.state
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
	@echo "Removed the Python environment, caches and collected files. What was written in var/ is still there."
