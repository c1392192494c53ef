# make demo | test | lint | bench : each creates what it needs, and may be run again at any time.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Where it is set, each of a dozen processes would compile the whole tree again at every start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint types bench format lock vendor screenshots clean

help:
	@echo "make demo    installe ce qu'il faut, démarre tout et affiche l'adresse et les comptes"
	@echo "make test    tous les tests (PostgreSQL, navigateur, pannes)"
	@echo "make lint    style, types, couches, règles de la maison"
	@echo "make bench   mesures (ONLY=nom pour une seule)"

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 est nécessaire : installez le paquet python3."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) 2>/dev/null || { \
		rm -rf $(VENV); \
		if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); \
		else echo "Installez d'abord le paquet python3-venv (apt install python3-venv)."; exit 1; fi; }
	@echo "Installation des dépendances…"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null \
		|| $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

demo: $(READY)
	@$(BIN)/smartsenegal demo

test: $(READY)
	@./scripts/system-packages
	@$(BIN)/pytest $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy smartsenegal
	@$(BIN)/pytest -q tests/test_house.py

format: $(READY)
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

bench: $(READY)
	@./scripts/system-packages
	@$(BIN)/python -m bench $(ONLY)

lock: $(READY)
	@$(BIN)/uv pip compile -q --generate-hashes --no-header --no-emit-index-url --group dev pyproject.toml -o requirements.lock

vendor: $(READY)
	@npm ci --ignore-scripts --no-fund --no-audit
	@$(BIN)/python scripts/vendor.py

screenshots: $(READY)
	@./scripts/system-packages
	@$(BIN)/python scripts/screenshots.py

clean:
	rm -rf $(VENV) node_modules
