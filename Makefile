# make run: the whole product on this machine.  make test: every check.  make bench: the measurements.
.PHONY: help run test bench pictures lock sbom audit lint types imports web unit browser-deps clean
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.12 python3.13 python3.14 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
CONSTRAINTS := constraints.txt

help: ## Show what can be done
	@awk -F ':[^#]*## ?' '/^[a-z-]+:.*##/ { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "credit-window needs CPython 3.11, 3.12, 3.13 or 3.14."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "$(PYTHON) has no venv module: on Debian, apt-get install python3-venv."; exit 1; }

.venv/.run: .venv/pyvenv.cfg pyproject.toml $(CONSTRAINTS)
	@echo "Installing (first time only, about a minute) ..."
	@HATCH_BUILD_NO_HOOKS=true $(PY) -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -e '.[embedded]' 2>.venv/pip.log \
	  || { tail -n 5 .venv/pip.log; echo "Could not install the dependencies: is the package index reachable? (whole log: .venv/pip.log)"; exit 1; }
	@$(PY) -m api.demo.database 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "Installing libcurl4 ..." && \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libcurl4; } >.venv/apt.log 2>&1; } || true
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps -c $(CONSTRAINTS) drf-spectacular-sidecar || true # Redoc for /docs, without Django
	@$(PY) -m bot learn
	@touch $@

.venv/.test: .venv/.run
	@echo "Installing the checking tools ..."
	@HATCH_BUILD_NO_HOOKS=true $(PY) -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -e '.[embedded,test,tracing]' 2>.venv/pip.log \
	  || { tail -n 5 .venv/pip.log; echo "Could not install the test tools (whole log: .venv/pip.log)"; exit 1; }
	@touch $@

.venv/.bench: .venv/.test
	@HATCH_BUILD_NO_HOOKS=true $(PY) -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -e '.[embedded,test,tracing,bench]' 2>.venv/pip.log \
	  || { tail -n 5 .venv/pip.log; echo "Could not install the reference programs (whole log: .venv/pip.log)"; exit 1; }
	@touch $@

run: .venv/.run ## Start everything with demo data; Ctrl-C stops it
	@$(PY) -m api.demo

lint: .venv/.test ## Format and lint of Python (ruff)
	@.venv/bin/ruff format --check . && .venv/bin/ruff check .

types: .venv/.test ## Types (mypy, strict)
	@.venv/bin/mypy

imports: .venv/.test ## Import contracts (import-linter)
	@.venv/bin/lint-imports

browser-deps: ## Chromium and a Chinese font for the browser tests (Debian, root)
	@bash tests/support/browser.sh

node_modules/.package-lock.json: package.json package-lock.json
	@echo "Installing the checking tools of the page's code ..."
	@npm ci --silent --no-audit --no-fund

web: ## Format and lint of the page's and the mini-program's code
	@if bash tests/support/node.sh; then $(MAKE) --silent node_modules/.package-lock.json && npm run --silent check; fi

# Each of the processes that the tests start would compile the product anew without its .pyc files.
unit .venv/.compiled: export PYTHONDONTWRITEBYTECODE =
# Each of four processes would write the asserts of every test anew, where none has done it before.
.venv/.compiled: | .venv/.test
	@$(PY) -m pytest -q --collect-only >.venv/collect.log || { tail -n 20 .venv/collect.log; exit 1; }
	@touch $@

# The browser's tests share one installation, in their order, and mostly wait: they run beside the others, not among them. Those with
# an installation of their own, the desk's and one file more run beside them again, so that all end at about the same time. Tests of
# faults wait too: a third worker uses what they leave of two processors.
OWN := $(addprefix tests/browser/test_,desk.py desk_beside_cases.py desk_roles.py phone.py readme.py rights.py papers.py report.py unit.py)
unit: .venv/.test browser-deps ## Every test of Python, the browser with them
	@.venv/bin/python -m pytest -q tests/browser $(addprefix --ignore ,$(OWN)) >.venv/browser.log 2>&1 & browser=$$!; \
	  .venv/bin/python -m pytest -q $(OWN) >.venv/own.log 2>&1 & own=$$!; \
	  .venv/bin/python -m pytest -q -n 3 --dist worksteal --ignore tests/browser; others=$$?; \
	  wait $$browser; seen=$$?; wait $$own; told=$$?; cat .venv/browser.log .venv/own.log; exit $$((others || seen || told))

test: .venv/.test ## Every check: format, lint, types, imports, dependencies, unit, wire, journey, fault, browser
	@$(MAKE) --no-print-directory -j 2 lint types imports audit web .venv/.compiled  # the types take as long as all the others
	@$(MAKE) --no-print-directory unit

bench: .venv/.bench ## The measurements, as a table and as JSON in tests/bench/results/; of the longest proofs a third each night
	@$(PY) -m tests.bench

pictures: .venv/.test browser-deps ## Take the pictures of the READMEs anew, into docs/pictures/
	@$(PY) -m tests.browser.pictures

.venv/.release: .venv/.run
	@$(PY) -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) uv cyclonedx-bom
	@touch $@

LOCK := deploy/requirements.txt
UV := .venv/bin/uv pip compile --quiet --constraint $(CONSTRAINTS) --generate-hashes --universal --python-version 3.11 --no-header --no-annotate

lock: .venv/.release ## What a deployment installs, by hash, from pyproject.toml and constraints.txt
	@{ echo "# What a deployment installs, by hash. 'make lock' writes it from pyproject.toml and constraints.txt."; \
	  $(UV) pyproject.toml --extra tracing && echo drf-spectacular-sidecar | $(UV) --no-deps -; } >$(LOCK).new && mv $(LOCK).new $(LOCK)

sbom: .venv/.release ## The software bill of materials of what a deployment installs (CycloneDX, dist/sbom.cdx.json)
	@mkdir -p dist && .venv/bin/cyclonedx-py requirements $(LOCK) --pyproject pyproject.toml --output-reproducible --of JSON -o dist/sbom.cdx.json
	@echo "dist/sbom.cdx.json"

audit: .venv/.test ## Look for known faults in the dependencies, where an advisory source is reachable
	@$(PY) -m tests.support.advisories

clean: ## Remove what was installed and cached (not the data)
	@rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
