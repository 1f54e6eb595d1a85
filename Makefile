# make demo: the main job on a sample class. make test: everything that must hold. make bench.
# For authors: make validate (every exercise), make mutants (do the checks notice small changes?).
# For whoever works on the sandbox, some minutes to an hour each: make fuzz, same-grade, soak.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: demo test bench validate mutants fuzz same-grade soak compare-security setup clean

demo: setup
	@$(VENV)/bin/autograder demo

test: setup
	@bash setup/browser.sh
	@bash setup/database.sh
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check --quiet autograder bench mutants security tests/*.py solutions
	@$(VENV)/bin/mypy
	@$(VENV)/bin/autograder build --check
	@$(PY) -m pytest -n 3 --dist loadscope --no-loadscope-reorder --durations=25

bench: setup
	@$(PY) -m bench

validate: setup
	@$(VENV)/bin/autograder validate

mutants: setup
	@$(PY) -m mutants

fuzz: setup
	@$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fuzz]'
	@$(PY) tests/fuzz_wire.py

same-grade: setup
	@$(PY) -m bench.same_grade

soak: setup
	@$(PY) -m bench.soak

compare-security: setup
	@$(PY) -m security

setup: $(VENV)/.ready
	@bash setup/sandbox.sh

$(VENV)/.ready: constraints.txt pyproject.toml setup/python.sh
	@bash setup/python.sh "$(VENV)"
	@touch "$@"

clean:
	rm -rf $(VENV) demo
