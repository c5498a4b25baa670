# The one list of words for working on Accord: `make help`.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
UV_HOME := $(VENV)/uv-$(UV_VERSION)
UV := $(UV_HOME)/bin/uv
export UV_PROJECT_ENVIRONMENT := $(VENV)

# Bytecode is kept, in the environment's folder, also where the shell says that none be written: a test
# run starts some hundred processes, and compiling everything again is two thirds of a service's start.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX ?= $(abspath $(VENV))/bytecode

# What must be covered to the last branch; a folder that is named here and missing fails the check.
PURE := $(sort shared/kernel services/intake/domain services/placement/domain \
	services/billing/domain $(wildcard shared/transparency services/*/domain))

.PHONY: help demo test check fmt bench up reference costs lock clean
.PHONY: style types imports dependencies migrations thresholds kafka

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(STAMP) ## the main job on a local stack, from a signed agreement to a replayed invoice (ARGS=--json)
	@$(BIN)/accord demo $(ARGS)

test: $(STAMP) kafka ## the whole test suite on real servers, then the coverage thresholds (ARGS="-k hold")
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(MAKE) --no-print-directory thresholds

check: style types imports dependencies migrations ## every check that is not a test: style, types, imports, dependencies, migrations
	@echo "check: good"

fmt: $(STAMP) ## format the code and apply the safe fixes
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(STAMP) ## the benchmarks (ARGS=--help)
	@$(BIN)/python -m bench $(ARGS)

up: $(STAMP) ## the local stack in the foreground; Ctrl-C stops all of it
	@$(BIN)/accord up $(ARGS)

reference: $(STAMP) ## write docs/reference from the code
	$(BIN)/python -m tests.architecture.reference

costs: $(STAMP) ## what an addition costs: places of an event, of a fee component, lines of a file
	@$(BIN)/python -m tests.architecture.costs

lock: $(STAMP) ## resolve the dependencies again and write uv.lock
	$(UV) lock $(ARGS)

clean: ## remove the environment, the caches and the local stack's data
	rm -rf $(VENV) .accord .coverage .coverage.* htmlcov build dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

style: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

imports: $(STAMP)
	$(BIN)/lint-imports --no-logo

dependencies: $(STAMP)
	$(BIN)/deptry .

migrations: $(STAMP)
	$(BIN)/accord check-migrations

# Reads what `coverage combine` wrote. Each pure folder by itself, so that none hides behind another.
COVERAGE ?= $(BIN)/coverage
thresholds:
	@$(COVERAGE) report --fail-under=95
	@for folder in $(PURE); do \
		echo "branch coverage of $$folder: 100 % is required"; \
		$(COVERAGE) report --include="$$folder/**" --fail-under=100; \
	done

# Fetches the broker's jars before the tests' timeouts begin, and says what to install if it cannot.
define FETCH_KAFKA
import sys
from cli.servers.jars import java, kafka_jars
from cli.servers.process import ServerUnavailableError
try:
    java()
    kafka_jars()
except ServerUnavailableError as error:
    sys.exit(f"make test: {error}")
endef
export FETCH_KAFKA
kafka: $(STAMP)
	@[ -n "$${KAFKA_BOOTSTRAP:-}" ] || $(BIN)/python -c "$$FETCH_KAFKA"

# The environment: uv lives beside the packages, where its own sync does not remove it. Made once, and again when the locked dependencies change.
$(STAMP): pyproject.toml uv.lock
	@if [ ! -x $(BIN)/python ]; then \
		command -v $(PYTHON) >/dev/null \
			|| { echo "No $(PYTHON) was found. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3." >&2; exit 1; }; \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
			|| { echo "$(PYTHON) is $$($(PYTHON) --version 2>&1); Accord needs Python 3.11 or newer. Install it, or name one: make PYTHON=python3.11." >&2; exit 1; }; \
		$(PYTHON) -m venv $(VENV) \
			|| { rm -rf $(VENV); echo "$(PYTHON) cannot make an environment. Debian and Ubuntu: apt install python3-venv." >&2; exit 1; }; \
	fi
	@if [ ! -x $(UV) ]; then \
		$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $(UV_HOME) "uv==$(UV_VERSION)"; \
	fi
	@echo "installing the locked dependencies into $(VENV)"
	@$(UV) sync --frozen --quiet
	@touch $@
