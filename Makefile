# make run | test | check | setup: all set-up included; needs Python 3.11 or newer with venv, make and git.

PYTHON := $(or $(PYTHON),$(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && { echo "$$p"; break; }; done))
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Each test run starts a hundred processes: without compiled files each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
# Neighbours stay with one worker, which makes what they share once; who is through takes over from the other.
ON_ALL_CORES := -n auto --dist worksteal

.PHONY: run test test-fast check soak bench measure format setup lock

run: $(READY)  ## Serve Slack and Discord where their tokens are set; without any, start the playground
	@$(BIN)/spasmbot run; code=$$?; \
	if [ $$code -eq 2 ]; then exec $(BIN)/spasmbot playground; else exit $$code; fi

test: $(READY)  ## Every test (CI runs this), on as many cores as there are
	$(BIN)/pytest $(ON_ALL_CORES)

test-fast: $(READY)  ## The tests that take no longer than a second or two
	$(BIN)/pytest $(ON_ALL_CORES) -m "not slow"

check: $(READY)  ## Lint, types, content, and what containers are made from
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint Dockerfile
	$(BIN)/spasmbot check

measure: $(READY)  ## How well search and urgent signs do, on the questions in tests/questions
	$(BIN)/python -m tests.measure

SECONDS ?= 30
QUESTIONS ?= 100000
soak: $(READY)  ## Kill workers SECONDS for each set-up; QUESTIONS while memory is looked at; 10,000 odd inputs
	$(BIN)/python -m tests.soak --seconds $(SECONDS) --questions $(QUESTIONS)

bench: $(READY)  ## Ratios within one run: tips against raw asyncpg, empty polls, Discord's rate
	$(BIN)/python -m tests.bench

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: $(READY)  ## Make .venv with everything pinned

$(READY): requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it: make setup PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock:  ## Pin the dependencies anew (needs uv)
	scripts/lock
