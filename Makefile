# Bedside: `make help` lists what can be done. Python 3.11 or newer and make are all it needs.

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
COVERAGE_GATE ?= 95
WORKERS ?= 2
CANIEMAIL ?= 1.0.5

export PYTHON UPGRADE
unexport PYTHONPATH PYTHONHOME
.DEFAULT_GOAL := help
.PHONY: mail-clients help demo demo-empty demo-once demo-reset test faults gallery pictures check bench-desk bench-rendering format assets assets-check env-example lock setup-demo setup-dev browser

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | \
		while IFS="$$(printf '\t')" read -r name text; do printf '  make %-15s %s\n' "$$name" "$$text"; done

demo: setup-demo ## start everything on this machine with a demo clinic; Ctrl-C stops it
	@$(BIN)/bedside demo

demo-empty: setup-demo ## start everything without a clinic, to try the first run
	@$(BIN)/bedside demo --empty

demo-once: setup-demo ## walk the whole story once through the real processes, and check every figure
	@$(BIN)/bedside demo --once

demo-reset: setup-demo ## throw the demo's data away
	@$(BIN)/bedside demo --reset

test: setup-dev browser ## run all tests with coverage (ARGS="tests/local -k inbox" runs some)
	@$(PYTEST) -n $(WORKERS) --cov --cov-report=term:skip-covered \
		--cov-fail-under=$(COVERAGE_GATE) $(ARGS)

faults: setup-dev ## kill workers and flush the broker many times in the middle of a send
	@FAULT_ROUNDS=$${FAULT_ROUNDS:-5} $(PYTEST) -q -p no:randomly tests/faults

gallery: setup-dev browser ## look at every block and starter in light and dark, wide and narrow; contact sheets into docs/pictures
	@GALLERY=docs/pictures $(PYTEST) -q -n 0 tests/letters/test_gallery.py

pictures: gallery ## take all pictures of the documentation anew, into docs/pictures
	@$(BIN)/python -m docs.taking

check: setup-dev ## format, lint, types, the floor plan's contracts, the house rules
	@$(BIN)/ruff format --check --quiet . || \
		{ echo "Some files are not formatted: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTEST) -q tests/house

bench-desk: setup-dev ## how fast the desk begins to answer, and how heavy its pages are, on the demo's data
	@$(BIN)/python -m benchmarks.desk

bench-rendering: setup-dev ## what one contact's message costs, beside Jinja and premailer for each contact
	@$(BIN)/python -m benchmarks.rendering

format: setup-dev ## format the code and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

assets: frontend/node_modules ## build the desk's scripts and styles anew from frontend/ (needs Node 20)
	@cd frontend && node build.js

assets-check: frontend/node_modules ## say whether the committed scripts and styles are what frontend/ builds
	@cd frontend && node build.js --check

frontend/node_modules: frontend/package-lock.json
	@cd frontend && npm ci --silent --no-audit --no-fund && touch node_modules

mail-clients: setup-dev ## take what mail programs show anew from caniemail (CANIEMAIL=1.0.5; needs npm)
	@mkdir -p build && cd build && npm pack --silent caniemail@$(CANIEMAIL) >/dev/null
	@$(BIN)/python -c "from campaigns.compliance.finished import refresh; refresh.main(['build/caniemail-$(CANIEMAIL).tgz'])"

env-example: setup-dev ## write .env.example anew from campaigns/settings.py
	@$(BIN)/python -c "from campaigns import settings; print(settings.example(), end='')" > .env.example

lock: setup-demo ## write requirements/*.txt anew from pyproject.toml (UPGRADE=1: the newest of all)
	@sh requirements/lock

setup-demo:
	@sh requirements/install demo

setup-dev:
	@sh requirements/install dev

browser:
	@sh requirements/browser
