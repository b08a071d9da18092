# The commands of this project: `make` alone lists them. Each first sets up what it needs (tools/setup), once.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:

export PYTHONUTF8 := 1
export NO_MKDOCS_2_WARNING := 1

python := .venv/bin/python
packages := .venv/.ready
node := node_modules/.ready

.PHONY: site serve test check lint format new bench setup lock clean help

site: $(packages) ## Build everything into site/
	@$(python) -m mkdocs build --strict

serve: $(packages) ## Show the site at http://127.0.0.1:8000 and follow every edit
	@$(python) -m mkdocs serve --dirty --livereload $(ARGS)

test: lint check $(node) ## Run every check and test (a part: make test ARGS="-k food")
	@browser=$$(tools/setup browser) && CHROMIUM="$$browser" $(python) -m pytest -n 2 $(ARGS)

check: $(packages) ## Check every record in data/
	@$(python) -m macros check $(ARGS)

lint: $(packages) ## Check the code: style, form and types; and the spelling of everything
	@$(python) -m ruff check
	@$(python) -m ruff format --check
	@$(python) -m mypy
	@.venv/bin/codespell data docs macros bench README.md

format: $(packages) ## Bring records and code into their canonical form
	@$(python) -m macros format $(ARGS)
	@$(python) -m ruff check --fix --quiet --exit-zero
	@$(python) -m ruff format

new: $(packages) ## Begin a record: make new KIND=food ID=brazil-nut
	@[ -n "$${KIND:-}" ] && [ -n "$${ID:-}" ] || { echo 'Say what to begin: make new KIND=food ID=brazil-nut' >&2; exit 2; }
	@$(python) -m macros new "$$KIND" "$$ID"

bench: $(packages) ## Measure how long things take
	@$(python) -m bench $(ARGS)

setup: $(packages) $(node) ## Only set up, for use without a network later
	@tools/setup browser

lock: $(packages) ## Fix the versions of the Python packages after an edit of requirements.in
	@tools/lock $(ARGS)

clean: ## Delete what was built (the set-up stays)
	@rm -rf site build .pytest_cache .hypothesis .mypy_cache .ruff_cache
	@find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# The set-up. Each of these files is made once, and again when what it is made from has changed.

$(packages): requirements.txt $(shell [ -x $(python) ] || echo no-python)
	@tools/setup python

$(node): package-lock.json
	@tools/setup node

.PHONY: no-python # .venv is missing, or links to a Python that is gone
no-python:
