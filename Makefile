# make grade                      the environment, then the sample class that ships with the repository
# make grade SUBMISSIONS=folder   your own class
# make samples                    the sample classes of the other sheets; of those that train for long, one person each
# make setup | test | test-all | lint | docs | bench | handout | clean
#
# PYTHON=python3.12 chooses the interpreter; JOBS=4 the tests at a time; PINS= installs the newest versions instead of those in constraints.txt.

SHELL := /bin/sh
.DEFAULT_GOAL := help
SAMPLE := tests/submissions/sample_class
SUBMISSIONS ?= $(SAMPLE)
PYTHON ?=
JOBS ?= 2
PINS ?= -c constraints.txt
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-by-make
NEEDS_GB := 4
ELSEWHERE := $(if $(filter-out Linux,$(shell uname -s)),--no-isolation)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.PHONY: help setup grade samples test test-all lint docs picture bench handout clean

help:
	@sed -n 's/^# \(make.*\)/\1/p' Makefile

setup: $(STAMP)

# Whatever is missing is said in one line. tf-keras (the second runtime) depends on the full tensorflow, whose 570 MB would come
# to lie beside tensorflow-cpu: hence --no-deps.
$(STAMP): pyproject.toml constraints.txt
	@missing() { echo "make setup: $$1" >&2; exit 1; }; \
	if ! $(BIN)/python -c '' 2>/dev/null; then \
	  python=; old=; \
	  for name in "$(PYTHON)" python3.13 python3.12 python3.11 python3 python; do \
	    test -n "$$name" && "$$name" -c '' 2>/dev/null || continue; \
	    if ! "$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then old="$$old $$name"; \
	    elif ! "$$name" -c 'import ensurepip, venv' 2>/dev/null; then old="$$old $$name (without venv)"; \
	    else python="$$name"; break; fi; \
	  done; \
	  case "$$python:$$old" in \
	    :*"(without venv)"*) missing "Python cannot make environments here: install its venv module (Debian: apt-get install python3-venv)";; \
	    :*) missing "no Python from 3.11 to 3.13 found$${old:+, only$$old}: install one, or say make setup PYTHON=/path/to/python3.12";; \
	  esac; \
	  free=$$(df -Pk . | awk 'NR == 2 { print int($$4 / 1048576) }'); \
	  test "$$free" -ge $(NEEDS_GB) || missing "the environment needs $(NEEDS_GB) GB of disk, and $$free GB are free"; \
	  echo "Making $(VENV) with $$("$$python" --version): about 1 GB to download, some minutes."; \
	  rm -rf $(VENV); "$$python" -m venv $(VENV) || missing "$$python could not make $(VENV)"; \
	fi
	@$(PIP) install --quiet $(PINS) -e ".[tensorflow,instructor,sample,test]"
	@$(PIP) install --quiet $(PINS) --no-deps tf-keras
	@touch $(STAMP)

grade: setup
	@$(BIN)/grade "$(SUBMISSIONS)" $(if $(filter $(SAMPLE),$(SUBMISSIONS)),--out grades/sample $(ELSEWHERE))

samples: setup
	@for name in rnn_concepts rnn_cells_numpy rnn_layers_numpy; do \
	  $(BIN)/grade "$(SAMPLE)_$$name" --out "grades/sample_$$name" $(ELSEWHERE) || exit; done
	@for name in time_series_forecast unstable_gradients; do \
	  $(BIN)/grade "$(SAMPLE)_$$name" --out "grades/sample_$$name" --sample 1 $(ELSEWHERE) || exit; done

# What needs real kernels comes last and by itself, at most one kernel per core: they measure time and must not starve.
test: setup
	@$(BIN)/python -m pytest -n $(JOBS) -m "not real"
	@$(BIN)/python -m pytest -n $(JOBS) -m real --dist worksteal

test-all: export GRADER_TEST_ALL := 1
test-all: test

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

docs: setup
	@$(BIN)/python docs/make_checks.py
	@$(BIN)/python docs/make_reference.py
	@$(BIN)/python docs/make_runtimes.py
	@$(BIN)/python docs/make_course.py
	@$(BIN)/python docs/make_commands.py
	@$(BIN)/python docs/make_results.py

# The README's picture, from the sample class: it needs Chromium.
picture: grade
	@$(BIN)/python docs/make_picture.py

# Hours, on a machine that does nothing else. otter-grader and nbgrader have an environment of their own that sees our tensorflow.
bench: setup
	@if [ ! -x .venv-peers/bin/nbgrader ]; then \
	  $(BIN)/python -m venv .venv-peers; .venv-peers/bin/pip install --quiet "otter-grader>=6" nbgrader; \
	  $(BIN)/python -c "import site; print(site.getsitepackages()[0])" > "$$(.venv-peers/bin/python -c 'import site; print(site.getsitepackages()[0])')/ours.pth"; \
	fi
	@$(BIN)/python -m tests.benchmarks --peers .venv-peers/bin/python $(BENCH)

# What students get, complete: build/handout/NAME holds the template, the public checks, and the grader itself as a wheel.
handout: setup
	@for name in $$(ls student_template); do $(BIN)/grade template $$name build/handout/$$name --force || exit 1; done

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
